"""The life of one reading: text and viewable copies by the ordinary worker, eyes (OCR) by a worker of their own.

As with the checks the database holds the lease: a worker that is lost loses its right, the sweep announces anew, and
a file that took two workers with it stays unread. A reading that fails is no fault of the file (D-20).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from core import clock, storage
from core.jobs import enqueue
from proofs.checks.kinds import BY_NAME
from proofs.choices import UNREAD, DocumentState, ReadBy, ReadingState, Section
from proofs.models import Document, DocumentPicture, DocumentReading

TEXT_SECONDS = 90  # page pictures of a long file, drawn one by one for a minute at most
EYES_SECONDS = 180  # twenty scanned pages at four seconds, twice over
SECONDS = {ReadBy.TEXT: TEXT_SECONDS, ReadBy.EYES: EYES_SECONDS}
LEASE_MORE = timedelta(seconds=3)
REQUEUE_AFTER = {ReadBy.TEXT: timedelta(seconds=20), ReadBy.EYES: timedelta(seconds=120)}
MAX_LOST_ATTEMPTS = 2  # as D-20 for the checks
SWEEP_BATCH = 200
UNREAD_BATCH = 20  # of a sweep: what was clean before readings were kept is read beside the day's work
MOST_LINES = 400  # of one document: an invoice of five dense pages


@dataclass(frozen=True)
class ReadingTicket:
    """The right to read one document once."""

    document: Document
    by: ReadBy
    attempt: int
    lease_until: Any


@dataclass(frozen=True)
class Read:
    """What came of it. values, lines: as DocumentReading keeps them · pictures: viewable copies (proofs.pictures) ·
    needs_eyes: there is no text in it, but something may be printed."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: list[Any] = field(default_factory=list)
    pictures: tuple[Any, ...] = ()
    needs_eyes: bool = False


def is_paper(document: Document) -> bool:
    """Whether its sums and dates are read: invoices, and what lies in the bin, where nobody has said yet what it is."""
    return document.section == Section.INVOICE or document.proof_id is None


def queue_reading(document: Document) -> None:
    """Have a clean file read that was not yet. Called in the transaction that made it clean, or moved it.

    What has been read by text already, and is now an invoice without any, goes on to the eyes.
    """
    if document.state != DocumentState.CLEAN or not document.is_file or document.generated:
        return
    reading, new = DocumentReading.objects.get_or_create(document=document, defaults={"by": ReadBy.TEXT})
    if new:
        _announce(reading)
    elif reading.state == ReadingState.DONE and is_paper(document) and not reading.lines and reading.by == ReadBy.TEXT:
        _wait(reading, ReadBy.TEXT)


def _wait(reading: DocumentReading, by: ReadBy) -> None:
    reading.by, reading.state, reading.attempts = by, ReadingState.WAITING, 0
    reading.queued_at, reading.lease_until = clock.now(), None
    reading.save(update_fields=["by", "state", "attempts", "queued_at", "lease_until"])
    _announce(reading)


def _announce(reading: DocumentReading) -> None:
    if reading.by == ReadBy.EYES:
        enqueue("proofs.read_picture", document_id=reading.document_id)
    else:
        enqueue("proofs.read_text", document_id=reading.document_id)


def start_reading(document_id: Any, by: ReadBy) -> ReadingTicket | None:
    """Claim a waiting reading for this worker; None when there is nothing to do. Counts before anything is read."""
    with transaction.atomic():
        reading = (
            DocumentReading.objects.select_for_update(of=("self",))
            .select_related("document__proof__enrollment__location", "document__bin__enrollment__location")
            .filter(document_id=document_id, by=by, state=ReadingState.WAITING)
            .filter(document__state=DocumentState.CLEAN)
            .first()
        )
        if reading is None:
            return None
        reading.state, reading.attempts = ReadingState.READING, reading.attempts + 1
        reading.lease_until = clock.now() + timedelta(seconds=SECONDS[by]) + LEASE_MORE
        reading.save(update_fields=["state", "attempts", "lease_until"])
    return ReadingTicket(reading.document, by, reading.attempts, reading.lease_until)


def finish_reading(ticket: ReadingTicket, read: Read) -> bool:
    """Write what was read; False when the lease had passed on. Viewable copies are stored before their rows."""
    stored = _store(ticket.document, read.pictures)
    try:
        with transaction.atomic():
            reading = _still_mine(ticket)
            if reading is not None:
                _keep(reading, read, stored)
    except Exception:  # of any kind: no row names these bytes, so no sweep would find them
        _forget(stored)
        raise
    if reading is None:
        _forget(stored)
    return reading is not None


def _store(document: Document, pictures: Iterable[Any]) -> list[DocumentPicture]:
    store = storage.pictures()
    return [
        DocumentPicture(
            document=document, page=one.page, width=one.width, height=one.height,
            key=store.save(storage.new_key(), ContentFile(one.data)),
        )
        for one in pictures
    ]  # fmt: skip


def _forget(pictures: Iterable[DocumentPicture]) -> None:
    for one in pictures:
        storage.pictures().delete(one.key)


def _still_mine(ticket: ReadingTicket) -> DocumentReading | None:
    return (
        DocumentReading.objects.select_for_update(of=("self",))
        .select_related("document")
        .filter(document=ticket.document, state=ReadingState.READING, by=ticket.by)
        .filter(attempts=ticket.attempt, lease_until=ticket.lease_until)
        .first()
    )


def _keep(reading: DocumentReading, read: Read, pictures: list[DocumentPicture]) -> None:
    if pictures:
        old = list(reading.document.pictures.all())
        DocumentPicture.objects.filter(pk__in=[one.pk for one in old]).delete()
        DocumentPicture.objects.bulk_create(pictures)
        transaction.on_commit(lambda: _forget(old))
    reading.values = {**reading.values, **read.values}
    reading.lines = read.lines[:MOST_LINES] or reading.lines
    reading.state, reading.done_at, reading.lease_until = ReadingState.DONE, clock.now(), None
    reading.save(update_fields=["values", "lines", "state", "done_at", "lease_until"])
    if read.needs_eyes and settings.READ_PICTURES and is_paper(reading.document):
        _wait(reading, ReadBy.EYES)


def give_up_reading(ticket: ReadingTicket) -> None:
    """It cannot be read: a file whose checks passed and whose words are beyond us."""
    with transaction.atomic():
        reading = _still_mine(ticket)
        if reading is not None:
            _fail(reading)


def _fail(reading: DocumentReading) -> None:
    reading.state, reading.done_at, reading.lease_until = ReadingState.FAILED, clock.now(), None
    reading.save(update_fields=["state", "done_at", "lease_until"])


def requeue_readings() -> int:
    """Sweep: announce waiting readings again, free those whose worker was lost, give up those that lost two.

    Returns how many rows were touched. Safe to run at the same time twice.
    """
    now, count = clock.now(), queue_unread()
    with transaction.atomic():
        undone = DocumentReading.objects.select_for_update(skip_locked=True).filter(state__in=UNREAD)
        for reading in undone.order_by("queued_at")[:SWEEP_BATCH]:
            by = ReadBy(reading.by)
            lost = reading.lease_until is not None and reading.lease_until < now
            late = reading.lease_until is None and reading.queued_at < now - REQUEUE_AFTER[by]
            if lost and reading.attempts >= MAX_LOST_ATTEMPTS:
                _fail(reading)
            elif lost or late:
                reading.state, reading.lease_until, reading.queued_at = ReadingState.WAITING, None, now
                reading.save(update_fields=["state", "lease_until", "queued_at"])
                _announce(reading)
            count += lost or late
    return count


def queue_unread() -> int:
    """Sweep: files that were clean before readings were kept are read too, some at a time. Returns how many."""
    unread = Document.objects.clean().filter(reading__isnull=True, generated=False, removed_at__isnull=True)
    with transaction.atomic():
        found = list(unread.exclude(key="").order_by("-created_at")[:UNREAD_BATCH])
        for document in found:
            queue_reading(document)
    return len(found)


def may_need_eyes(document: Document) -> bool:
    """A picture, or a file of scanned pages."""
    kind = BY_NAME.get(document.kind)
    scanned = document.kind == "pdf" and not document.facts.get("has_text")
    return scanned or bool(kind and kind.is_picture)
