"""The life of one check: claimed by a lease, decided once, swept when its worker was lost (D-20)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock, history, storage
from core.history import SystemJob
from core.jobs import enqueue
from core.permissions import require
from core.workflow import existing
from proofs.checks.base import LOST_FILE
from proofs.choices import DocumentState, Level
from proofs.models import Document, DocumentCheck
from proofs.services.attachments import keep_attachments, keep_results, stored_bytes
from proofs.services.reading import queue_reading
from proofs.services.twins import queue_comparison, remember_looks

JOB = SystemJob("file check")
CHECK_SECONDS = 20  # hard limit of one check, above what the worst hostile files of our tests needed
# Then the worker is taken for lost. Two lost attempts and the sweeps after them fit into the 60 s of D-20.
LEASE = timedelta(seconds=CHECK_SECONDS + 3)
REQUEUE_AFTER = timedelta(seconds=15)  # a waiting file whose job has not come by then is announced again
MAX_LOST_ATTEMPTS = 2  # D-20
SWEEP_BATCH = 500

history.describe(
    {
        "proofs.document_checked": _("checked a file"),
        "proofs.retry_check": _("asked for another check of a file"),
    }
)


@dataclass(frozen=True)
class Ticket:
    """The right to decide one document once: void when the lease has passed to another attempt."""

    document: Document
    attempt: int


def start_check(document_id: Any) -> Ticket | None:
    """Claim a waiting document for this worker; None when there is nothing to do (delivered twice, removed).

    The attempt is counted before anything is read, so that a file which kills its worker is refused in the end.
    """
    with transaction.atomic():
        document = (
            Document.objects.select_for_update()
            .filter(pk=document_id, state=DocumentState.PENDING, removed_at__isnull=True)
            .first()
        )
        if document is None:
            return None
        document.state = DocumentState.CHECKING
        document.attempts += 1
        document.lease_until = clock.now() + LEASE
        document.save(update_fields=["state", "attempts", "lease_until"])
    return Ticket(document, document.attempts)


def finish_check(ticket: Ticket, report: Any, *, media_type: str = "") -> bool:
    """Write the verdict of a report (proofs.checks.runner.Report); False when the lease had passed on.

    media_type: the registered one of the kind found; what the browser said is not believed.
    A clean file moves from quarantine to the document store before its row says so. What is in a clean e-mail becomes
    documents of its own together with the verdict.
    """
    if report.verdict == DocumentState.CLEAN:
        storage.promote(ticket.document.key)
    with stored_bytes() as keys, transaction.atomic():
        document = _still_mine(ticket)
        if document is None:
            return False
        document.kind = report.kind
        document.facts = report.facts
        document.media_type = media_type or "application/octet-stream"
        keep_results(document, report.results, ticket.attempt)
        if report.verdict == DocumentState.CLEAN:
            keep_attachments(document, report.attachments, ticket.attempt, keys)
        _decide(document, report.verdict)
        queue_reading(document)
        remember_looks(document, report.looks)
        queue_comparison(document)
    return True


def _still_mine(ticket: Ticket) -> Document | None:
    return (
        # Without what holds it: put on a proof while we wait for the lock, a joined row would be of before.
        Document.objects.select_for_update()
        .filter(
            pk=ticket.document.pk,
            state=DocumentState.CHECKING,
            attempts=ticket.attempt,
            lease_until=ticket.document.lease_until,  # attempts start again when a person asks for another check
        )
        .first()
    )


def _decide(document: Document, verdict: str) -> None:
    document.state = verdict
    document.checked_at, document.lease_until = clock.now(), None
    document.save(update_fields=["state", "checked_at", "lease_until", "kind", "facts", "media_type"])
    history.record(
        document.holder,
        "proofs.document_checked",
        actor=JOB,
        document=document,
        changes={"file": ["", str(DocumentState(verdict).label)]},
    )
    if verdict == DocumentState.CLEAN:
        transaction.on_commit(lambda: storage.quarantine().delete(document.key))


def requeue_checks() -> int:
    """Sweep: announce waiting files again, free files whose worker was lost, refuse those that lost two (D-20).

    Returns how many rows were touched. Safe to run at the same time twice.
    """
    return _requeue_waiting() + sum(_free(pk) for pk in _overdue())


def _requeue_waiting() -> int:
    now = clock.now()
    with transaction.atomic():
        waiting = list(
            Document.objects.select_for_update(skip_locked=True)
            .filter(state=DocumentState.PENDING, queued_at__lt=now - REQUEUE_AFTER, removed_at__isnull=True)
            .order_by("queued_at")
            .values_list("pk", flat=True)[:SWEEP_BATCH]
        )
        Document.objects.filter(pk__in=waiting).update(queued_at=now)
        for pk in waiting:
            enqueue("proofs.check_document", document_id=pk)
    return len(waiting)


def _overdue() -> list[Any]:
    overdue = Document.objects.filter(
        state=DocumentState.CHECKING, lease_until__lt=clock.now(), removed_at__isnull=True
    )
    return list(overdue.values_list("pk", flat=True)[:SWEEP_BATCH])


def _free(pk: Any) -> int:
    with transaction.atomic():
        document = (
            Document.objects.select_for_update()
            .filter(pk=pk, state=DocumentState.CHECKING, lease_until__lt=clock.now())
            .first()
        )
        if document is None:
            return 0
        if document.attempts >= MAX_LOST_ATTEMPTS:
            _refuse_unreadable(document)
        else:
            document.state, document.lease_until, document.queued_at = (
                DocumentState.PENDING,
                None,
                clock.now(),
            )
            document.save(update_fields=["state", "lease_until", "queued_at"])
            enqueue("proofs.check_document", document_id=document.pk)
    return 1


def _refuse_unreadable(document: Document) -> None:
    DocumentCheck.objects.create(
        document=document,
        position=0,
        check_name="process",
        version=1,
        level=Level.STOP,
        message=str(LOST_FILE),
        attempt=document.attempts,
    )
    _decide(document, DocumentState.REFUSED)


def retry_check(pk: Any, *, actor: Any) -> Document:
    """Check a file again that the machine could not decide."""
    with transaction.atomic():
        document = existing(Document.objects.select_for_update(), pk)
        require(actor, "proofs.draft", document.holder)
        if document.state == DocumentState.FAILED and document.removed_at is None:
            document.state, document.attempts, document.queued_at = DocumentState.PENDING, 0, clock.now()
            document.save(update_fields=["state", "attempts", "queued_at"])
            history.record(document.holder, "proofs.retry_check", actor=actor, document=document)
            enqueue("proofs.check_document", document_id=document.pk)
    return document
