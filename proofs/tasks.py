from celery import shared_task

from proofs import services
from proofs.checking import check_document as run_check
from proofs.services.checking import CHECK_SECONDS
from proofs.web import SECONDS, look_at


@shared_task(name="proofs.check_document", time_limit=CHECK_SECONDS, soft_time_limit=CHECK_SECONDS - 2)
def check_document(document_id: str) -> None:
    run_check(document_id)


@shared_task(name="proofs.requeue_checks", time_limit=60)
def requeue_checks() -> None:
    services.requeue_checks()


@shared_task(name="proofs.purge_quarantine", time_limit=600)
def purge_quarantine() -> None:
    services.purge_removed()


@shared_task(name="proofs.fetch_address", time_limit=int(SECONDS) * 3)
def fetch_address(document_id: str) -> None:
    """The limit is above the fetch's own: names and the reading of the page take time too."""
    address = services.start_look(document_id)
    if address:
        services.keep_look(document_id, look_at(address).plain())


@shared_task(name="proofs.requeue_looks", time_limit=60)
def requeue_looks() -> None:
    services.requeue_looks()
