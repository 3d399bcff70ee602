"""Files of earnings: taken, given to a worker, confirmed, discarded, and found again when a worker was lost.

Who works on a file holds the lock of its row until the end of the transaction, so that a row that is marked as in
work and is not locked has lost its worker (ADR 0012).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history, storage
from core.errors import Problem, RuleViolation, StateConflict
from core.history import SystemJob
from core.jobs import enqueue
from core.permissions import require
from core.workflow import lock
from incentives.choices import IN_WORK, ImportState
from incentives.models import EarningsImport, EarningsLine, EarningsProblem
from incentives.uploads import MAX_EARNINGS_BYTES

IMPORT_JOB = SystemJob("earnings import")
REQUEUE_AFTER = timedelta(seconds=15)  # a waiting file whose job has not come by then is announced again
LEASE = timedelta(seconds=30)  # between the claim of a file and the lock on it
MAX_ATTEMPTS = 3  # a file that takes three workers with it is refused
GIGABYTE = 1024**3

history.describe(
    {
        "incentives.upload_import": _("uploaded a file of earnings"),
        "incentives.check_import": _("checked a file of earnings"),
        "incentives.ask_import": _("asked to book a file of earnings"),
        "incentives.book_import": _("booked a file of earnings"),
        "incentives.discard_import": _("discarded a file of earnings"),
    }
)


def upload_import(upload: Any, *, actor: Any) -> EarningsImport:
    """Take a file of earnings; a job checks it. The same bytes again by the same person while they are still open give
    the import that is there (a double click). Raises Denied, RuleViolation."""
    require(actor, "incentives.import_earnings")
    _refuse_size(upload)
    with transaction.atomic():
        open_states = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.READY, ImportState.BOOKING)
        same = EarningsImport.objects.filter(created_by=actor, sha256=upload.sha256, state__in=open_states).first()
        if same is not None:
            return same
        found = EarningsImport(
            name=upload.sent_name[:255], size=upload.byte_count, sha256=upload.sha256, created_by=actor,
            key=storage.quarantine().save(storage.new_key(), upload),
        )  # fmt: skip
        found.save(force_insert=True)
        history.record(found, "incentives.upload_import", actor=actor)
        enqueue("incentives.check_import", import_id=found.pk)
    return found


def _refuse_size(upload: Any) -> None:
    if upload.too_large or upload.byte_count > MAX_EARNINGS_BYTES:
        text = _g("A file of earnings has at most %(size)s GB. Split it; every part is booked by itself.")
        size = MAX_EARNINGS_BYTES // GIGABYTE
        raise RuleViolation([Problem("too_large", text % {"size": size}, anchor="id_file")])
    if not upload.byte_count:
        raise RuleViolation([Problem("empty", _g("The file is empty."), anchor="id_file")])


def ask_import(import_id: Any, *, actor: Any) -> EarningsImport:
    """Confirm the preview: a job books every line or none. Raises Denied, StateConflict, RuleViolation."""
    with transaction.atomic():
        found = lock(EarningsImport, import_id)
        require(actor, "incentives.import_earnings", found)
        _require_state(found, ImportState.READY)
        if not found.fresh_count:
            raise RuleViolation([Problem("nothing", _g("Every line of this file was booked before."))])
        found.state, found.booked_by, found.queued_at, found.attempts = ImportState.BOOKING, actor, clock.now(), 0
        found.save(update_fields=["state", "booked_by", "queued_at", "attempts"])
        history.record(found, "incentives.ask_import", actor=actor)
        enqueue("incentives.book_import", import_id=found.pk)
    return found


def discard_import(import_id: Any, *, actor: Any) -> EarningsImport:
    """Take a file away that is not booked, with what was kept of it. Raises Denied, StateConflict."""
    with transaction.atomic():
        found = lock(EarningsImport, import_id)
        require(actor, "incentives.import_earnings", found)
        _require_state(found, ImportState.READY, ImportState.REFUSED)
        found.state = ImportState.DISCARDED
        history.record(found, "incentives.discard_import", actor=actor)
        EarningsLine.objects.filter(earnings_import_id=found.pk).delete()
        found.problems.all().delete()
        forget_files(found, "key", "problems_key")
        found.save(update_fields=["state", "key", "problems_key"])
    return found


def _require_state(found: EarningsImport, *states: str) -> None:
    if found.state not in states:
        label = ImportState(found.state).label
        raise StateConflict(_g("This file is meanwhile “%(state)s”.") % {"state": label}, found.state)


def forget_files(found: EarningsImport, *names: str) -> None:
    """Empty these keys of an import; the bytes go once the transaction has been committed. The caller saves."""
    stores = {"key": storage.quarantine(), "problems_key": storage.documents()}
    for name in names:
        key = getattr(found, name)
        if key:
            setattr(found, name, "")
            transaction.on_commit(_deletion(stores[name], key))


def _deletion(store: Any, key: str) -> Callable[[], None]:
    return lambda: store.delete(key)


# For the worker ---------------------------------------------------------------------------------------------


def claim_import(import_id: Any, state: str, into: str) -> EarningsImport | None:
    """Count an attempt before anything is read; None when there is nothing to do or somebody is at it."""
    with transaction.atomic():
        waiting = EarningsImport.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        found = waiting.filter(pk=import_id, state=state).first()
        if found is None:
            return None
        found.state, found.lease_until = into, clock.now() + LEASE
        found.attempts += 1
        found.save(update_fields=["state", "lease_until", "attempts"])
    return found


def hold_import(claimed: EarningsImport) -> EarningsImport | None:
    """The row of the claim, locked for the rest of the transaction; None when another worker has taken it since."""
    rows = EarningsImport.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return rows.filter(pk=claimed.pk, state=claimed.state, attempts=claimed.attempts).first()


def refuse_import(claimed: EarningsImport, message: str, line: int = 0) -> None:
    """The file as a whole cannot be read."""
    with transaction.atomic():
        found = hold_import(claimed)
        if found is None:
            return
        EarningsProblem.objects.filter(earnings_import=found).delete()
        EarningsProblem.objects.create(earnings_import=found, line=line, message=message)
        found.state, found.problem_count, found.checked_at = ImportState.REFUSED, 1, clock.now()
        forget_files(found, "key", "problems_key")
        found.save(update_fields=["state", "problem_count", "checked_at", "key", "problems_key"])
        history.record(found, "incentives.check_import", actor=IMPORT_JOB, new=found.state, comment=message)


def requeue_imports() -> int:
    """Sweep: announce waiting files again, free those whose worker was lost; returns how many. Safe at the same time
    twice: who works on a file holds its row."""
    return sum(_requeue(pk) for pk in EarningsImport.objects.filter(state__in=IN_WORK).values_list("pk", flat=True))


def _requeue(pk: Any) -> int:
    now = clock.now()
    with transaction.atomic():
        free = EarningsImport.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        found = free.filter(pk=pk, state__in=IN_WORK, queued_at__lt=now - REQUEUE_AFTER).first()
        if found is None or (found.lease_until is not None and found.lease_until > now):
            return 0
        if found.attempts >= MAX_ATTEMPTS:
            return _give_up(found)
        if found.state == ImportState.CHECKING:
            found.state = ImportState.UPLOADED
        found.queued_at = now
        found.save(update_fields=["state", "queued_at"])
        if found.state == ImportState.UPLOADED:
            enqueue("incentives.check_import", import_id=found.pk)
        else:
            enqueue("incentives.book_import", import_id=found.pk)
    return 1


def _give_up(found: EarningsImport) -> int:
    """Three workers were lost: the file is refused; a booking goes back to the person who asked for it."""
    text = _g("This could not be finished, several times. Nothing was booked. Try again, or split the file.")
    if found.state == ImportState.BOOKING:
        found.state, found.booked_by, found.notes = ImportState.READY, None, [*found.notes, text]
        found.save(update_fields=["state", "booked_by", "notes"])
        history.record(found, "incentives.check_import", actor=IMPORT_JOB, new=found.state, comment=text)
    else:
        refuse_import(found, text)
    return 1
