from celery import shared_task

from core import kept_input, notify


@shared_task(name="core.deliver_mail", time_limit=60)
def deliver_mail(notification_id: int) -> None:
    notify.deliver_mail(notification_id)


@shared_task(name="core.deliver_notifications", time_limit=300)
def deliver_notifications() -> None:
    notify.deliver_due()


@shared_task(name="core.purge", time_limit=300)
def purge() -> None:
    kept_input.purge()
