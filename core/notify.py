"""Telling people: an inbox row in the transaction, the mail after commit, a sweep for what fell through."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation

from core import clock
from core.jobs import enqueue
from core.languages import language_of
from core.models import Notification

log = logging.getLogger(__name__)
MAIL_ATTEMPTS = 5  # then the inbox row has to do
MAIL_GRACE = timedelta(minutes=1)  # the sweep leaves younger rows to the job that is under way


def tell(
    users: Iterable[Any], kind: str, about: Any, *, title: Any, url: str, body: Any = "", wait: timedelta | None = None
) -> None:
    """Put one line into each person's inbox (in the running transaction) and mail it after commit, or after `wait`.

    kind: id such as "N-03"; title and body: lazy texts, rendered in each person's language; url: path of the page.
    Inactive people are left out.
    """
    for user in {user.pk: user for user in users if user.is_active}.values():
        with translation.override(language_of(user)):
            row = Notification.objects.create(
                user=user, kind=kind, title=str(title)[:250], body=str(body), url=url, object_id=about.pk,
                mail_after=clock.now() + wait if wait else None,
            )  # fmt: skip
        if wait is None:
            enqueue("core.deliver_mail", notification_id=row.pk)


def take_back(kind: str, about: Any) -> int:
    """Remove lines about an object that have not been mailed yet; returns how many."""
    gone, _models = Notification.objects.filter(kind=kind, object_id=about.pk, mailed_at__isnull=True).delete()
    return gone


def open_row(user: Any, pk: int) -> Notification | None:
    """A line of the person's own inbox, read from now on; None when it is not theirs."""
    row = Notification.objects.filter(user=user, pk=pk).first()
    if row is not None and row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at"])
    return row


def read_all(user: Any) -> int:
    """Mark everything in the person's inbox as read; returns how many were unread."""
    return Notification.objects.filter(user=user, read_at__isnull=True).update(read_at=clock.now())


def unread_count(user: Any) -> int:
    """How many inbox lines a person has not read. Asked by every page, hence plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_notification WHERE user_id = %s AND read_at IS NULL", [user.pk])
        return cursor.fetchone()[0]


def deliver_mail(notification_id: int) -> bool:
    """Send the mail of one inbox row; True when it went out now. Safe to call twice.

    The row is claimed before the mail leaves: a crash in between costs one mail, never sends two.
    """
    now = clock.now()
    taken = Notification.objects.filter(pk=notification_id, mailed_at__isnull=True).update(
        mailed_at=now, mail_attempts=F("mail_attempts") + 1
    )
    if not taken:
        return False
    row = Notification.objects.select_related("user").get(pk=notification_id)
    try:
        _send(row)
    except Exception:  # whatever a mail server does to us: logged, and tried again by the sweep
        log.exception("mail not sent", extra={"notification": row.pk})
        retry = None if row.mail_attempts < MAIL_ATTEMPTS else now
        Notification.objects.filter(pk=row.pk).update(mailed_at=retry)
        return False
    return True


def deliver_due() -> int:
    """Sweep: mail what is older than a minute and has not gone out. Returns how many were tried."""
    due = Notification.objects.filter(
        Q(mail_after__isnull=True) | Q(mail_after__lte=clock.now()),
        mailed_at__isnull=True,
        mail_attempts__lt=MAIL_ATTEMPTS,
        created_at__lt=clock.now() - MAIL_GRACE,
    ).values_list("pk", flat=True)[:200]
    return sum(1 for pk in list(due) if deliver_mail(pk) or True)


def _send(row: Notification) -> None:
    with translation.override(language_of(row.user)):
        context = {"row": row, "link": f"{settings.SITE_URL}{row.url}", "vendor_name": settings.VENDOR_NAME}
        mail = EmailMultiAlternatives(
            subject=" ".join(row.title.split()),
            body=render_to_string("mail/notification.txt", context, using="jinja2"),
            to=[row.user.email],
        )
        mail.attach_alternative(render_to_string("mail/notification.html", context, using="jinja2"), "text/html")
        mail.send()
