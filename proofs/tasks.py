from celery import shared_task

from proofs import services
from proofs.checking import check_document as run_check
from proofs.services.checking import CHECK_SECONDS


@shared_task(name="proofs.check_document", time_limit=CHECK_SECONDS, soft_time_limit=CHECK_SECONDS - 2)
def check_document(document_id: str) -> None:
    run_check(document_id)


@shared_task(name="proofs.requeue_checks", time_limit=60)
def requeue_checks() -> None:
    services.requeue_checks()


@shared_task(name="proofs.purge_quarantine", time_limit=600)
def purge_quarantine() -> None:
    services.purge_removed()
