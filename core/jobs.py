"""The only way to start a job: by name, with ids, after commit."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
_silent: ContextVar[bool] = ContextVar("jobs_silent", default=False)


@contextmanager
def held() -> Iterator[None]:
    """Start no job inside. For loading many rows whose jobs the loader does itself."""
    mark = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(mark)


def enqueue(name: str, **ids: Any) -> None:
    """Start the named task once the running transaction has committed; a rollback starts nothing.

    ids: primary keys only, so that the job reads the present state. When the broker cannot be reached the request
    still succeeds: periodic sweeps pick up what was not sent.
    """
    if _silent.get():
        return
    plain = {key: value if isinstance(value, int) else str(value) for key, value in ids.items()}
    transaction.on_commit(lambda: _send(name, plain))


def _send(name: str, ids: dict[str, Any]) -> None:
    from config.celery import app  # late: the Celery app imports the settings, which import this package

    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        # send_task ignores eager mode, and a web process knows no task names until the modules are imported.
        app.loader.import_default_modules()
        app.tasks[name].apply(kwargs=ids, throw=True)
        return
    try:
        app.send_task(name, kwargs=ids, retry=False)
    except (OperationalError, OSError):
        log.exception("job not sent, a sweep will pick it up", extra={"job": name})
