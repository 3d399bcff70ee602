"""Does the PDF do anything by itself: run a script, start a program, send data, carry other files? (D-22)"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.formats import pdf_bytes
from proofs.checks.formats.pdf_objects import Findings, Opened, open_pdf, walk
from proofs.checks.limits import MAX_PDF_EXPANDED_BYTES, MEGABYTE, NAMED_ATTACHMENTS
from proofs.checks.name import safe_name


class ActiveContentCheck(Check):
    """Searches the raw bytes before any parser, then the parsed structure; reports all reasons together.

    A file no parser opens is judged by the bytes alone and then everything that might be active counts.
    Leaves the opened document in `scratch["pdf"]` and what the bytes said in `scratch["sweep"]` for the pdf
    check, which runs even after a stop here. Sets the fact `attachments`.
    """

    name = "active"
    version = 2
    after_stop = True
    told_first = True

    def applies_to(self, subject: Subject) -> bool:
        return subject.kind == "pdf"

    def run(self, subject: Subject) -> Sequence[Outcome]:
        swept = subject.scratch["sweep"] = pdf_bytes.sweep(subject.data)
        # Object streams that explode are not handed to a parser at all.
        opened = Opened(error="expands too far") if swept.bomb else open_pdf(subject.path)
        subject.scratch["pdf"] = opened
        found = walk(opened.pdf) if opened.pdf else Findings()
        places = {**(swept.maybe if opened.pdf is None else {}), **swept.sure}
        names = [(safe_name(name), safe_name(listed) if listed else "") for name, listed in found.attachments.items()]
        subject.facts["attachments"] = [f"{name} ({listed})" if listed else name for name, listed in names]
        outcomes = [
            *_stops(found.reasons | set(places), _where(places, found)),
            *_too_complex(swept, found),
            *_warnings(found, places, subject.facts["attachments"]),
        ]
        return worst_first(outcomes)


def _where(places: dict[str, int], found: Findings) -> str:
    raw = ", ".join(f"{reason} at byte {at}" for reason, at in places.items())
    return f"bytes: {raw or '-'}; structure: {', '.join(sorted(found.reasons)) or '-'}"


def _stops(reasons: set[str], detail: str) -> list[Outcome]:
    found = []
    if pdf_bytes.LAUNCH in reasons:
        text = _("The PDF starts a program on the reader's computer (launch action).")
        found.append(Outcome(Level.STOP, f"{text} {_print_again()}", detail))
    if pdf_bytes.SCRIPT in reasons:
        text = _("The PDF contains a script (JavaScript).")
        found.append(Outcome(Level.STOP, f"{text} {_print_again()}", detail))
    if pdf_bytes.MEDIA in reasons:
        text = _("The PDF contains interactive media that can run code.")
        found.append(Outcome(Level.STOP, f"{text} {_print_again()}", detail))
    return found


def _print_again() -> str:
    return _("Print it to a new PDF, which leaves that out, and upload the new file.")


def _too_complex(swept: pdf_bytes.Sweep, found: Findings) -> list[Outcome]:
    if swept.bomb:
        text = _("The PDF expands to more than %(limit)d MB when opened. Print it to a new PDF and upload that.")
        limit = MAX_PDF_EXPANDED_BYTES // MEGABYTE
        return [Outcome(Level.STOP, text % {"limit": limit}, "object streams")]
    if found.too_complex:
        text = _("The PDF is too complex to be checked completely. Print it to a new PDF and upload that.")
        return [Outcome(Level.STOP, text, found.too_complex)]
    return []


def _warnings(found: Findings, places: dict[str, int], names: list[str]) -> list[Outcome]:
    outcomes = []
    reasons = found.reasons | set(places)
    if names:
        outcomes.append(_attachments(names))
    elif pdf_bytes.EMBEDDED in reasons and pdf_bytes.EMBEDDED not in found.reasons:
        text = _("The PDF carries an embedded file. Reviewers do not see it: upload it on its own if it is evidence.")
        outcomes.append(Outcome(Level.WARNING, text))
    if pdf_bytes.FORM in reasons:
        text = _("The PDF is a dynamic form (XFA) and may look different elsewhere. Better print it to a new PDF.")
        outcomes.append(Outcome(Level.WARNING, text))
    if pdf_bytes.SENDS in reasons:
        outcomes.append(
            Outcome(Level.WARNING, _("The PDF is a form that sends or loads data when a button is pressed."))
        )
    if pdf_bytes.REMOTE in reasons:
        outcomes.append(Outcome(Level.WARNING, _("The PDF links to other files, which reviewers cannot open.")))
    return outcomes


def _attachments(names: list[str]) -> Outcome:
    shown = ", ".join(names[:NAMED_ATTACHMENTS])
    more = len(names) - NAMED_ATTACHMENTS
    if more > 0:
        shown = _("%(names)s and %(count)d more") % {"names": shown, "count": more}
    text = ngettext(
        "The PDF carries an embedded file: %(names)s. Reviewers do not see it: upload it on its own if it is evidence.",
        "The PDF carries %(count)d embedded files: %(names)s. Reviewers do not see them: upload them "
        "on their own "
        "if they are evidence.",
        len(names),
    )
    return Outcome(Level.WARNING, text % {"names": shown, "count": len(names)})
