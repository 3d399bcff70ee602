"""Checks and reads one stored document: the join of row, store and pipeline, used by the workers and commands."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils import translation

from core import storage
from core.languages import language_of
from proofs.checks.base import Subject
from proofs.checks.kinds import BY_NAME
from proofs.checks.runner import run_checks
from proofs.checks.sandbox import cpu_wall
from proofs.choices import ReadBy
from proofs.models import Document
from proofs.pictures import CannotShow, Picture, pages_of, thumbnail_of
from proofs.reading.base import Reading
from proofs.reading.reader import PICTURE_KINDS, Eyes, no_eyes, read_path
from proofs.services import find_twins, finish_check, finish_reading, give_up_reading, start_check, start_reading
from proofs.services.reading import SECONDS, Read, ReadingTicket, is_paper, may_need_eyes

logger = logging.getLogger(__name__)
READABLE = ("pdf", *PICTURE_KINDS)
LINE_LETTERS = 200  # of one printed line: what a page shows beside its box


def check_document(document_id: Any) -> bool:
    """Check one waiting document to its verdict; False when there was nothing to do or the lease was lost."""
    ticket = start_check(document_id)
    if ticket is None:
        return False
    language = language_of(ticket.document.uploaded_by)
    with translation.override(language), _on_disk(ticket.document) as path, cpu_wall():
        report = run_checks(_subject(ticket.document, path))
        kind = BY_NAME.get(report.kind)
        return finish_check(ticket, report, media_type=kind.media_type if kind else "")


def read_document(document_id: Any, by: ReadBy, eyes: Eyes | None = None) -> bool:
    """Read one waiting document; False when there was nothing to do or the lease was lost.

    eyes: how pictures are read; only the worker of its own that reads them has one. Whatever cannot be read is given
    up, never repeated: the file is good and the person types what it says.
    """
    ticket = start_reading(document_id, by)
    if ticket is None:
        return False
    try:
        with _on_disk(ticket.document) as path, cpu_wall(SECONDS[by]):
            read = _read(ticket, path, eyes)
    except Exception:  # decoders raise whatever they like at files of strangers
        logger.warning("document cannot be read", exc_info=True, extra={"document": str(document_id)})
        give_up_reading(ticket)
        return False
    return finish_reading(ticket, read)


def compare_document(document_id: Any) -> None:
    """Look for twins of one document; nothing when it is gone."""
    document = Document.objects.filter(pk=document_id).first()
    if document is not None:
        find_twins(document)


def _read(ticket: ReadingTicket, path: Path, eyes: Eyes | None) -> Read:
    document = ticket.document
    country = document.holder.enrollment.location.country
    if ticket.by == ReadBy.EYES:
        return _as_kept(read_path(path, country=country, eyes=eyes or no_eyes))
    pictures = tuple(_copies(path, document.kind))
    if document.kind == "pdf" and not is_paper(document):
        return Read(pictures=pictures)
    if document.kind not in READABLE:
        return Read(pictures=pictures)
    read = _as_kept(read_path(path, country=country))
    return replace(read, pictures=pictures, needs_eyes=not read.lines and may_need_eyes(document))


def _copies(path: Path, kind: str) -> Iterator[Picture]:
    """Thumbnail and page pictures, as many as could be made."""
    try:
        for picture in pages_of(path, kind):
            if picture.page == 1:
                yield thumbnail_of(picture)
            yield picture
    except CannotShow:
        logger.warning("no viewable copy", exc_info=True)


def _as_kept(reading: Reading) -> Read:
    """values, and every printed line with its page and box, in the order of the page."""
    lines = [
        [page.number, [round(edge, 4) for edge in row.box], row.text[:LINE_LETTERS]]
        for page in reading.pages
        for row in page.rows
    ]
    return Read({name: value.plain() for name, value in reading.values.items()}, lines)


def _subject(document: Document, path: Path) -> Subject:
    return Subject(
        path=path,
        name=document.name,
        declared_type=document.media_type,
        size=document.size,
        sha256=document.sha256,
        scanner_url=settings.SCANNER_URL,
        scanner_required=settings.SCANNER_REQUIRED,
    )


@contextmanager
def _on_disk(document: Document) -> Iterator[Path]:
    """The bytes as a local file: in place where the store is a folder, else a temporary copy."""
    store = storage.quarantine() if storage.quarantine().exists(document.key) else storage.documents()
    if isinstance(store, FileSystemStorage):
        yield Path(store.path(document.key))
        return
    with tempfile.NamedTemporaryFile() as copy:
        with store.open(document.key) as source:
            for chunk in source.chunks():
                copy.write(chunk)
        copy.flush()
        yield Path(copy.name)
