"""The Celery app. Its settings, routes and timetable are the CELERY_ names in config/settings.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init, worker_ready
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("proofline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def wall_in(**kwargs: Any) -> None:
    """Decoders meet hostile files in the worker's children: their memory has a limit."""
    from proofs.checks.sandbox import limit_process  # late: the apps are not loaded when this module is

    limit_process()


@worker_ready.connect
def sweep_at_once(**kwargs: Any) -> None:
    """What waited while no worker was there does not wait for the timetable too (D-20)."""
    app.send_task("proofs.requeue_checks")


app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Celery leaves logging alone when this signal has a receiver: LOGGING in the settings holds here too."""
