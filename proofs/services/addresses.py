"""Web addresses typed as evidence are looked at once, where an administrator has switched that on (FETCH_ADDRESSES)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from core import clock
from core.jobs import enqueue
from proofs.models import Document

FETCHED = "fetched"  # key in Document.facts
MAX_LOOKS = 3  # a page that killed its worker as often is let be
AGAIN_AFTER = timedelta(minutes=2)  # well above the time limit of the job
GIVEN_UP_AFTER = timedelta(days=1)  # what was typed before the switch was turned stays unread
SWEEP_BATCH = 200


def announce_look(document: Document) -> None:
    """Have a typed address looked at after the commit; nothing where that is switched off."""
    if settings.FETCH_ADDRESSES and document.kind == "url":
        enqueue("proofs.fetch_address", document_id=document.pk)


def start_look(document_id: Any) -> str:
    """The address to look at, counted before it is asked; "" when there is nothing to do (switched off, removed, done).

    Two workers may both look; what the first one keeps stays.
    """
    with transaction.atomic():
        document = _unread(document_id)
        if document is None:
            return ""
        if document.attempts >= MAX_LOOKS:
            _keep(document, {"trouble": "lost"})
            return ""
        document.attempts += 1
        document.save(update_fields=["attempts"])
    return document.value


def keep_look(document_id: Any, found: dict[str, Any]) -> bool:
    """Keep what was found (proofs.web.Look.plain) with its time; False when there is something already."""
    with transaction.atomic():
        document = _unread(document_id)
        if document is None:
            return False
        _keep(document, found)
    return True


def _unread(document_id: Any) -> Document | None:
    if not settings.FETCH_ADDRESSES:
        return None
    typed = Document.objects.select_for_update().filter(pk=document_id, kind="url", removed_at__isnull=True)
    return typed.exclude(facts__has_key=FETCHED).first()


def _keep(document: Document, found: dict[str, Any]) -> None:
    document.facts = {**document.facts, FETCHED: {**found, "at": clock.now().isoformat()}}
    document.save(update_fields=["facts"])


def requeue_looks() -> int:
    """Sweep: announce addresses of the last day again whose job was lost. Returns how many."""
    if not settings.FETCH_ADDRESSES:
        return 0
    now = clock.now()
    with transaction.atomic():
        waiting = list(
            Document.objects.select_for_update(skip_locked=True)
            .filter(kind="url", removed_at__isnull=True, created_at__gt=now - GIVEN_UP_AFTER)
            .filter(queued_at__lt=now - AGAIN_AFTER)
            .exclude(facts__has_key=FETCHED)
            .order_by("queued_at")
            .values_list("pk", flat=True)[:SWEEP_BATCH]
        )
        Document.objects.filter(pk__in=waiting).update(queued_at=now)
        for pk in waiting:
            enqueue("proofs.fetch_address", document_id=pk)
    return len(waiting)
