from celery import shared_task

from proofs import services
from proofs.checking import check_document as run_check
from proofs.checking import compare_document, read_document
from proofs.choices import ReadBy
from proofs.services.checking import CHECK_SECONDS
from proofs.services.reading import EYES_SECONDS, TEXT_SECONDS
from proofs.web import SECONDS, look_at


@shared_task(name="proofs.check_document", time_limit=CHECK_SECONDS, soft_time_limit=CHECK_SECONDS - 2)
def check_document(document_id: str) -> None:
    run_check(document_id)


@shared_task(name="proofs.read_text", time_limit=TEXT_SECONDS, soft_time_limit=TEXT_SECONDS - 2)
def read_text(document_id: str) -> None:
    read_document(document_id, ReadBy.TEXT)


@shared_task(name="proofs.read_picture", time_limit=EYES_SECONDS, soft_time_limit=EYES_SECONDS - 2)
def read_picture(document_id: str) -> None:
    from proofs.reading import ocr  # the engine takes 300 MB: only the worker that serves this queue loads it

    read_document(document_id, ReadBy.EYES, ocr.read_picture)


@shared_task(name="proofs.find_twins", time_limit=60)
def find_twins(document_id: str) -> None:
    compare_document(document_id)


@shared_task(name="proofs.requeue_readings", time_limit=60)
def requeue_readings() -> None:
    services.requeue_readings()
    services.requeue_comparisons()


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
