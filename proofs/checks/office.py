"""Does the office file open whole, do nothing by itself, and carry nothing along? (D-22)

What runs code or fetches something to run refuses the file, as a script in a PDF does. What only shows something
from elsewhere, or is carried along unseen, is a warning that names it, as an attachment of a PDF is.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.formats.containers import OFFICE_KINDS
from proofs.checks.formats.office_hazards import Found, Reason
from proofs.checks.formats.office_parts import walk
from proofs.checks.formats.zip_directory import Fault, read_directory
from proofs.checks.limits import MAX_ZIP_ENTRIES, MAX_ZIP_EXPANDED_BYTES, MEGABYTE, NAMED_ATTACHMENTS, QUOTED_LETTERS
from proofs.checks.name import visible

# The same reason said of a whole archive and of one entry of it.
_LIKE = {
    Fault.EXPANDS: Reason.BOMB,
    Fault.LOCKED: Reason.LOCKED,
    Fault.DAMAGED: Reason.DAMAGED,
}


class OfficeCheck(Check):
    """Judges the ZIP directory first, then reads every part as a stream; all reasons, the most dangerous first.

    An archive whose directory is not in order is not expanded at all: programs would not agree on what is in it.
    Sets the facts has_text and text (the beginning of what is written in it).
    """

    name = "office"
    version = 1
    after_stop = True
    told_first = True

    def applies_to(self, subject: Subject) -> bool:
        return subject.kind in OFFICE_KINDS

    def run(self, subject: Subject) -> Sequence[Outcome]:
        directory = read_directory(subject.data)
        if directory.faults:
            return list(_of_archive(directory.faults))
        done = walk(subject.data, directory, subject.kind)
        text = str(done.words)
        subject.facts["has_text"] = any(char.isalnum() for char in text)
        stops = _stops(done.found)
        if subject.facts["has_text"] and not stops:
            subject.facts["text"] = text
        found = [*stops, *_warnings(done.found)]
        if not found and not subject.facts["has_text"]:
            found.append(Outcome(Level.NOTE, _("No text was found in the file. Check that it shows what it should.")))
        return worst_first(found)


def _of_archive(faults: Sequence[tuple[Fault, str]]) -> Iterable[Outcome]:
    """One stop for each kind of fault, with the first place it was met."""
    first: dict[Fault, str] = {}
    for fault, detail in faults:
        first.setdefault(fault, detail)
    said = set()
    for fault, detail in first.items():
        text = archive_text(fault)
        if text not in said:
            yield Outcome(Level.STOP, text, detail)
        said.add(text)


def archive_text(fault: Fault) -> str:
    """What is wrong with the archive that an office file is, and what to do."""
    if fault in _LIKE:
        return reason_text(_LIKE[fault])
    if fault is Fault.TOO_MANY:
        text = _("The file has more than %(limit)d parts. Export it as PDF and upload that.")
        return text % {"limit": MAX_ZIP_ENTRIES}
    if fault is Fault.CUT_OFF:
        return _("The file is incomplete: it is cut off (truncated). Save or download it again and upload it.")
    if fault in (Fault.AFTER, Fault.HIDDEN):
        return _(
            "There are other data before, between or behind the parts of this file, where a second file can hide. "
            "Open it in its own program, save it as new and upload that."
        )
    return _(
        "The file is built so that programs see different things in it. Open it in its own program, save it as new "
        "and upload that."
    )


def reason_text(reason: Reason) -> str:
    """Why a part refuses the whole file, and what to do."""
    texts = {
        Reason.MACRO: _("The file contains macros, small programs that run when it is opened."),
        Reason.PROGRAM: _("The file contains a program or starts one."),
        Reason.ACTIVE_X: _("The file contains controls that run code (ActiveX)."),
        Reason.DDE: _("The file gives commands to another program (DDE)."),
        Reason.TEMPLATE: _("The file loads its template from another computer, which can bring in macros."),
        Reason.REMOTE: _("The file loads content from another computer when it is opened."),
        Reason.ENTITIES: _("The file declares abbreviations that can expand without end or read other files."),
        Reason.ARCHIVE: _("The file contains another archive, where other files can hide."),
    }
    if reason in texts:
        return f"{texts[reason]} {_('Export it as PDF, which leaves that out, and upload the PDF.')}"
    if reason is Reason.BOMB:
        text = _(
            "The file expands to more than it says or to more than %(limit)d MB. Export it as PDF and upload that."
        )
        return text % {"limit": MAX_ZIP_EXPANDED_BYTES // MEGABYTE}
    if reason is Reason.LOCKED:
        return _("The file is encrypted: it needs a password. Save it without a password and upload it again.")
    if reason is Reason.TOO_COMPLEX:
        return _("The file is too complex to be checked completely. Export it as PDF and upload that.")
    if reason is Reason.MISMATCH:
        return _(
            "Parts of the file say that it is another kind of file. Open it in its own program, save it as new and "
            "upload that."
        )
    return _("The file is damaged and cannot be read completely. Save it again in its program and upload it again.")


def _stops(found: Found) -> list[Outcome]:
    last = list(Reason).index(Reason.MISMATCH)
    return [
        Outcome(Level.STOP, reason_text(reason), "; ".join(found.reasons[reason])[:1000])
        for reason in list(Reason)[: last + 1]
        if reason in found.reasons
    ]


def _warnings(found: Found) -> list[Outcome]:
    texts = {
        Reason.EMBEDDED: _(
            "The file carries embedded files: %(names)s. Reviewers do not see them: upload them on their own if they "
            "are evidence."
        ),
        Reason.OUTSIDE: _(
            "The file shows data from elsewhere, which reviewers may not see: %(names)s. Better export it as PDF."
        ),
        Reason.LINK: _("The file links to a program or to files that reviewers cannot open: %(names)s."),
    }
    return [
        Outcome(Level.WARNING, text % {"names": named(found.reasons[reason])}, "; ".join(found.reasons[reason])[:1000])
        for reason, text in texts.items()
        if reason in found.reasons
    ]


def named(names: Sequence[str]) -> str:
    """The first of them as a message quotes them, and how many more there are."""
    shown = ", ".join(visible(name, QUOTED_LETTERS) for name in names[:NAMED_ATTACHMENTS])
    more = len(names) - NAMED_ATTACHMENTS
    return _("%(names)s and %(count)d more") % {"names": shown, "count": more} if more > 0 else shown
