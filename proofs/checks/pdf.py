"""Can the PDF be opened and read by everybody, completely?"""

from collections.abc import Sequence
from contextlib import closing

import pypdfium2
from django.utils.translation import gettext as _

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.formats.pdf_end import find_end, missing_object
from proofs.checks.formats.pdf_objects import Opened, page_fits
from proofs.checks.formats.trailing import Trailing, judge_trailing
from proofs.checks.limits import HEAD_BYTES, MAX_PDF_PAGES, PDF_TAIL_BYTES, PDF_TEXT_LETTERS, PDF_TEXT_PAGES


class PdfCheck(Check):
    """Opens the document as a reader would: encryption, end mark, number of pages, first page, text layer.

    Runs also after a stop of the active content check, so that every reason is told (D-22). A file cut off
    is a stop even when a parser repairs it. Sets the facts pages, width, height (points, first page),
    has_text, encrypted.
    """

    name = "pdf"
    version = 3
    after_stop = True

    def applies_to(self, subject: Subject) -> bool:
        return subject.kind == "pdf"

    def run(self, subject: Subject) -> Sequence[Outcome]:
        opened: Opened = subject.scratch["pdf"]
        found = []
        if opened.needs_password or (opened.pdf is None and subject.scratch["sweep"].encrypted):
            found.append(_encrypted(opened.error))
        found += _end(subject.data, opened)
        stopped = any(outcome.level is Level.STOP for outcome in found)
        if not stopped and not subject.scratch["sweep"].bomb:
            found += _read(subject, opened)
        if opened.pdf is not None:
            opened.pdf.close()
        return worst_first(found)


def _end(data: bytes, opened: Opened) -> list[Outcome]:
    end = find_end(data, PDF_TAIL_BYTES)
    found = []
    # Nothing can be said of a file no parser opens; that it is damaged is said where it is read.
    missing = missing_object(opened.pdf, data) if end.doubtful and opened.pdf else ""
    if end.doubtful and opened.pdf and not missing:
        text = _("The PDF has no proper end, but no part of it is missing. Export it again if pages are missing.")
        found.append(Outcome(Level.WARNING, text, end.reason))
    elif end.reason and (opened.pdf or not end.doubtful):
        text = _("The PDF is incomplete: the file is cut off (truncated). Export or download it again and upload it.")
        return [Outcome(Level.STOP, text, f"{end.reason}, {missing} missing" if missing else end.reason)]
    what, detail = judge_trailing(data, end.at)
    if what is Trailing.DANGEROUS:
        text = _(
            "Another file or a script is hidden behind the end of this PDF. Print it to a new PDF and upload that."
        )
        found.append(Outcome(Level.STOP, text, detail))
    elif what in (Trailing.TEXT, Trailing.UNKNOWN):
        text = _("There are extra data behind the end of the PDF; they are ignored.")
        found.append(Outcome(Level.WARNING, text, detail))
    return found


def _read(subject: Subject, opened: Opened) -> list[Outcome]:
    if b"%PDF-" not in subject.data[:HEAD_BYTES]:
        return [_unreadable("no header")]
    # Without its structure the document cannot be searched for active content, so it is not taken either.
    if opened.pdf is None:
        return [_no_pages() if "no pages" in opened.error else _unreadable(opened.error)]
    try:
        document = pypdfium2.PdfDocument(subject.data)
    except pypdfium2.PdfiumError as error:
        return [_encrypted(str(error)) if "password" in str(error).lower() else _unreadable(str(error))]
    with closing(document):
        try:
            found = _pages(subject, document, opened)
        except pypdfium2.PdfiumError as error:
            return [_unreadable(str(error))]
    subject.facts["encrypted"] = opened.pdf.is_encrypted
    if opened.pdf.is_encrypted:
        text = _("The PDF restricts printing or copying; it opens without a password, so it can be reviewed.")
        found.append(Outcome(Level.NOTE, text))
    if opened.repaired:
        text = _("The PDF is slightly damaged; programs repair it when opening. Export it again if pages are missing.")
        found.append(Outcome(Level.WARNING, text, opened.repaired))
    return found


def _pages(subject: Subject, document: pypdfium2.PdfDocument, opened: Opened) -> list[Outcome]:
    count = subject.facts["pages"] = len(document)
    if count == 0:
        return [_no_pages()]
    if count > MAX_PDF_PAGES:
        text = _("The PDF has %(count)d pages; %(limit)d is the most. Upload only the pages that prove the activity.")
        return [Outcome(Level.STOP, text % {"count": count, "limit": MAX_PDF_PAGES})]
    letters = 0
    for index in range(min(count, PDF_TEXT_PAGES, len(opened.pdf.pages) if opened.pdf else 0)):
        # Asked before the reader draws anything: it does not bound its memory.
        if opened.pdf and not page_fits(opened.pdf, index):
            return [_too_dense(index + 1)]
        letters += _letters(subject, document, index)
        if letters >= PDF_TEXT_LETTERS:
            break
    subject.facts["has_text"] = letters >= PDF_TEXT_LETTERS
    if subject.facts["has_text"]:
        return []
    text = _("The PDF has no readable text (a scan or an empty page). Check that its pages show what they should.")
    return [Outcome(Level.NOTE, text, f"{letters} letters on the first pages")]


def _letters(subject: Subject, document: pypdfium2.PdfDocument, index: int) -> int:
    """Letters and digits at the beginning of a page; enough to know whether it has a text layer."""
    with closing(document[index]) as page:
        if index == 0:
            subject.facts["width"], subject.facts["height"] = (round(edge) for edge in page.get_size())
        with closing(page.get_textpage()) as text:
            return sum(char.isalnum() for char in text.get_text_range(0, min(text.count_chars(), 500)))


def _too_dense(page: int) -> Outcome:
    text = _("Page %(page)d of the PDF expands too far to be shown. Save it as a picture and upload that.")
    return Outcome(Level.STOP, text % {"page": page})


def _encrypted(detail: str) -> Outcome:
    text = _("The PDF is encrypted: it needs a password. Export the PDF again without a password and upload it again.")
    return Outcome(Level.STOP, text, detail)


def _unreadable(detail: str) -> Outcome:
    text = _("The PDF is damaged and cannot be opened. Export it again from its program and upload it again.")
    return Outcome(Level.STOP, text, detail)


def _no_pages() -> Outcome:
    return Outcome(Level.STOP, _("The PDF has no pages. Export it again from its program and upload it."))
