"""Files that take long: asked for, made by a job under a lease, kept for a week, fetched by whoever asked.

A job that dies leaves a lease that lapses; the sweep then starts another. Who lost its lease writes nothing more.
"""

import hashlib
import logging
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import clock, storage
from core.errors import Problem, RuleViolation
from core.exports import CSV_ROWS_AT_ONCE, Listing, csv_chunks, listing_of, write_xlsx
from core.jobs import enqueue
from core.models import Export, ExportKind, ExportState
from core.permissions import require

log = logging.getLogger(__name__)
KEEP_FOR = timedelta(days=7)  # then the file is deleted
REMEMBER_FOR = timedelta(days=30)  # then its line on the page goes too
LEASE = timedelta(minutes=2)  # renewed with every step; a step is a few thousand rows
GRACE = timedelta(seconds=30)  # a job that was just sent is not sent again by the sweep
MOST_ATTEMPTS = 3
MOST_OPEN = 5  # of one person
OPEN = (ExportState.WAITING, ExportState.WORKING)
STEP_BYTES = 4 * 1024 * 1024


class LeaseLost(Exception):
    """Another job has taken this export over, or it is no longer wanted."""


def scope_of(listing: Listing, user: Any) -> str:
    """A fingerprint of what the person reaches."""
    return hashlib.sha256(listing.scope(user).encode()).hexdigest()


def start_export(listing: Listing, kind: str, filters: Mapping[str, str], *, actor: Any) -> Export:
    """Ask for a file; the same one that is still being made is not asked for twice.

    Raises Denied; RuleViolation when the person has too many under way.
    """
    require(actor, listing.permission)
    wanted = {"listing": listing.name, "kind": ExportKind(kind).value, "filters": listing.chosen(filters)}
    with transaction.atomic():
        _one_at_a_time(actor)
        running = list(Export.objects.filter(owner=actor, state__in=OPEN))
        for one in running:
            if all(getattr(one, name) == value for name, value in wanted.items()):
                return one
        if len(running) >= MOST_OPEN:
            text = _("%(count)s files are being made for you. Wait until one is ready.") % {"count": len(running)}
            raise RuleViolation([Problem("too_many_exports", text)])
        name = f"{listing.name}-{clock.today('UTC').isoformat()}.{kind}"
        made = Export.objects.create(owner=actor, name=name, scope=scope_of(listing, actor), **wanted)
        enqueue("core.write_export", export_id=made.pk)
    return made


def _one_at_a_time(person: Any) -> None:
    """Two clicks of one person follow each other: the second sees what the first asked for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('export'), hashtext(%s))", [str(person.pk)])


def is_takeable(export: Export) -> bool:
    """Whether the file is there and its owner still reaches what is in it (D-03)."""
    listing = listing_of(export.listing)
    return export.is_servable and listing is not None and export.scope == scope_of(listing, export.owner)


# The job --------------------------------------------------------------------------------------------------------


def write_export(export_id: Any) -> bool:
    """Make one file; True when it was made now. Safe to call twice: only who gets the lease works."""
    now = clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    taken = Export.objects.filter(free, pk=export_id, state__in=OPEN, attempts__lt=MOST_ATTEMPTS)
    if not taken.update(
        state=ExportState.WORKING, attempts=F("attempts") + 1, lease_until=now + LEASE, done=0, total=None
    ):
        return False
    export = Export.objects.select_related("owner").get(pk=export_id)
    try:
        _make(export)
    except LeaseLost:
        log.warning("export taken over by another job", extra={"export": str(export.pk)})
        return False
    except Exception:  # whatever goes wrong with one file: logged, tried again by the sweep, then told to its owner
        log.exception("export not made", extra={"export": str(export.pk)})
        _held(export).update(lease_until=clock.now())
        return False
    return True


def _held(export: Export) -> Any:
    """The row, while this job's lease on it holds."""
    return Export.objects.filter(pk=export.pk, state=ExportState.WORKING, attempts=export.attempts)


def _step(export: Export, done: int) -> None:
    if not _held(export).update(done=done, lease_until=clock.now() + LEASE):
        raise LeaseLost


def _make(export: Export) -> None:
    listing = listing_of(export.listing)
    if listing is None or not export.owner.is_active or export.scope != scope_of(listing, export.owner):
        _held(export).update(state=ExportState.FAILED, lease_until=None, finished_at=clock.now())
        return
    rows = listing.rows(export.owner, export.filters)
    _held(export).update(total=rows.count())
    with tempfile.TemporaryFile() as sink:
        write = _write_csv if export.kind == ExportKind.CSV else _write_xlsx
        done = write(export, listing, sink)
        size = sink.tell()
        sink.seek(0)
        _step(export, done)
        key = storage.exports().save(storage.new_key(), File(sink))
    now = clock.now()
    finished = _held(export).update(
        state=ExportState.DONE, done=done, total=done, key=key, size=size, lease_until=None, finished_at=now,
        expires_at=now + KEEP_FOR,
    )  # fmt: skip
    if not finished:
        storage.exports().delete(key)
        raise LeaseLost


def _write_xlsx(export: Export, listing: Listing, sink: Any) -> int:
    return write_xlsx(listing, export.owner, export.filters, sink, lambda done: _step(export, done))


def _write_csv(export: Export, listing: Listing, sink: Any) -> int:
    """Rows are counted by their line ends; cells with line ends of their own are rare, and only the progress is off."""
    lines, since = -1, 0  # the header is no row
    for chunk in csv_chunks(listing, export.owner, export.filters):
        sink.write(chunk)
        lines += chunk.count(b"\n")
        since += len(chunk)
        if since >= STEP_BYTES:
            _step(export, lines)
            since = 0
    return lines


# Sweeps ---------------------------------------------------------------------------------------------------------


def requeue_exports() -> int:
    """Sweep: start again what nobody works on any more, give up what failed too often; returns how many."""
    now = clock.now()
    lost = Export.objects.filter(state__in=OPEN).filter(
        Q(lease_until__lt=now) | Q(lease_until__isnull=True, created_at__lt=now - GRACE)
    )
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(state=ExportState.FAILED, lease_until=None, finished_at=now)
    again = list(lost.filter(attempts__lt=MOST_ATTEMPTS).values_list("pk", flat=True)[:100])
    for pk in again:
        enqueue("core.write_export", export_id=pk)
    return len(again)


def purge_exports() -> int:
    """Sweep: delete files whose week is over, and lines older than a month; returns how many files."""
    over = list(Export.objects.filter(state=ExportState.DONE, expires_at__lte=clock.now())[:500])
    for export in over:
        storage.exports().delete(export.key)
        Export.objects.filter(pk=export.pk).update(state=ExportState.EXPIRED, key="")
    Export.objects.filter(created_at__lte=clock.now() - REMEMBER_FOR).exclude(
        state__in=[*OPEN, ExportState.DONE]
    ).delete()
    return len(over)


def is_long(listing: Listing, user: Any, filters: Mapping[str, str]) -> bool:
    """Whether the list is too long to be fetched at once. Counts no further than it must."""
    most = listing.at_most(user, filters)
    if most is not None and most <= CSV_ROWS_AT_ONCE:
        return False
    return listing.rows(user, filters).order_by()[: CSV_ROWS_AT_ONCE + 1].count() > CSV_ROWS_AT_ONCE
