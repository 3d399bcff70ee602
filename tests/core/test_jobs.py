import socket
import time
from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import transaction

from config.celery import app
from core.jobs import enqueue, held
from core.models import Notification
from tests.factories.people import make_user

PATIENCE = 3.0  # seconds; kombu's own retries would take six


@contextmanager
def broker_at(settings, address):
    """Jobs go to a broker at this address instead of running at once."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    before = app.conf.broker_url, app.conf.task_always_eager
    app.conf.task_always_eager, app.conf.broker_url = False, address
    _forget_connections()
    try:
        yield
    finally:
        app.conf.broker_url, app.conf.task_always_eager = before
        _forget_connections()


def _forget_connections():
    app._pool = None
    app.amqp._producer_pool = None


def make_notification():
    return Notification.objects.create(user=make_user(), kind="N-03", title="Approved", url="/")


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_after_commit_and_not_before():
    row = make_notification()
    with transaction.atomic():
        enqueue("core.deliver_mail", notification_id=row.pk)
        assert mail.outbox == []
    assert [message.subject for message in mail.outbox] == ["Approved"]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_starts_nothing():
    row = make_notification()
    with pytest.raises(RuntimeError, match="changed my mind"), transaction.atomic():
        enqueue("core.deliver_mail", notification_id=row.pk)
        raise RuntimeError("changed my mind")
    assert mail.outbox == []
    assert Notification.objects.get(pk=row.pk).mailed_at is None


@pytest.mark.django_db(transaction=True)
def test_an_unknown_name_is_an_error():
    with pytest.raises(KeyError):
        enqueue("core.explode", notification_id=1)


@pytest.mark.django_db(transaction=True)
def test_held_jobs_are_not_started():
    row = make_notification()
    with held():
        enqueue("core.deliver_mail", notification_id=row.pk)
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_fail_the_request(settings):
    with socket.socket() as probe:  # a port where nobody listens
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with broker_at(settings, f"redis://127.0.0.1:{port}/0"):
        begin = time.monotonic()
        with transaction.atomic():
            row = make_notification()
            enqueue("core.deliver_mail", notification_id=row.pk)
        assert time.monotonic() - begin < PATIENCE
    assert Notification.objects.filter(pk=row.pk, mailed_at=None).count() == 1
