from datetime import timedelta

import pytest
from django.core import mail

from core import clock
from core.models import Notification
from core.notify import MAIL_ATTEMPTS, deliver_due, deliver_mail, tell
from tests.factories.people import make_partner, make_user

pytestmark = pytest.mark.django_db
NOWHERE = "django.core.mail.backends.smtp.EmailBackend"


def told(user, **fields):
    return Notification.objects.create(user=user, kind="N-07", title="Action required", url="/claims/", **fields)


@pytest.fixture
def no_mail_server(settings):
    settings.EMAIL_BACKEND = NOWHERE
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1


def test_each_active_person_gets_one_line_and_one_mail(django_capture_on_commit_callbacks):
    user, closed, about = make_user(), make_user(is_active=False), make_partner()
    with django_capture_on_commit_callbacks(execute=True):
        tell([user, user, closed], "N-03", about, title="Plan approved", url="/plans/1/", body="Well done.")
    row = Notification.objects.get()
    assert (row.user, row.kind, row.title, row.object_id) == (user, "N-03", "Plan approved", about.pk)
    [message] = mail.outbox
    assert (message.to, message.subject) == ([user.email], "Plan approved")
    assert "/plans/1/" in message.body
    assert [kind for _content, kind in message.alternatives] == ["text/html"]


def test_a_mail_goes_out_once():
    row = told(make_user())
    assert [deliver_mail(row.pk), deliver_mail(row.pk)] == [True, False]
    assert len(mail.outbox) == 1


def test_a_line_break_in_a_title_makes_no_second_header():
    row = told(make_user())
    Notification.objects.filter(pk=row.pk).update(title="Approved\r\nBcc: everyone@example.com")
    assert deliver_mail(row.pk) is True
    assert mail.outbox[0].subject == "Approved Bcc: everyone@example.com"


def test_a_failed_mail_is_tried_again(no_mail_server, settings):
    row = told(make_user())
    assert deliver_mail(row.pk) is False
    row.refresh_from_db()
    assert (row.mailed_at, row.mail_attempts) == (None, 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_mail(row.pk) is True
    assert len(mail.outbox) == 1


def test_after_some_attempts_the_inbox_has_to_do(no_mail_server):
    row = told(make_user())
    assert [deliver_mail(row.pk) for _ in range(MAIL_ATTEMPTS + 1)] == [False] * (MAIL_ATTEMPTS + 1)
    row.refresh_from_db()
    assert row.mail_attempts == MAIL_ATTEMPTS
    assert row.mailed_at is not None
    assert row.read_at is None


def test_the_sweep_takes_what_fell_through_and_leaves_the_young():
    user = make_user()
    old = told(user, created_at=clock.now() - timedelta(minutes=2))
    young = told(user)
    assert deliver_due() == 1
    assert deliver_due() == 0
    assert list(Notification.objects.filter(mailed_at=None)) == [young]
    assert len(mail.outbox) == 1
    old.refresh_from_db()
    assert old.mail_attempts == 1
