from celery import shared_task

from incentives import services

# A file of a gigabyte takes some minutes; who is killed here is found by the sweep.
IMPORT_SECONDS = 3600


@shared_task(name="incentives.check_import", time_limit=IMPORT_SECONDS)
def check_import(import_id: str) -> None:
    services.check_import(import_id)


@shared_task(name="incentives.book_import", time_limit=IMPORT_SECONDS)
def book_import(import_id: str) -> None:
    services.book_import(import_id)


@shared_task(name="incentives.requeue_imports", time_limit=60)
def requeue_imports() -> None:
    services.requeue_imports()


@shared_task(name="incentives.close_funds", time_limit=600)
def close_funds() -> None:
    services.close_funds()


@shared_task(name="incentives.apply_thresholds", time_limit=600)
def apply_thresholds() -> None:
    services.apply_thresholds()


@shared_task(name="incentives.verify_ledger", time_limit=1800)
def verify_ledger() -> None:
    services.report_differences()
