from celery import shared_task

from core import export_jobs, kept_input, notify


@shared_task(name="core.deliver_mail", time_limit=60)
def deliver_mail(notification_id: int) -> None:
    notify.deliver_mail(notification_id)


@shared_task(name="core.deliver_notifications", time_limit=300)
def deliver_notifications() -> None:
    notify.deliver_due()


@shared_task(name="core.purge", time_limit=300)
def purge() -> None:
    kept_input.purge()
    export_jobs.purge_exports()


@shared_task(name="core.write_export", time_limit=3600)
def write_export(export_id: str) -> None:
    export_jobs.write_export(export_id)


@shared_task(name="core.requeue_exports", time_limit=60)
def requeue_exports() -> None:
    export_jobs.requeue_exports()
