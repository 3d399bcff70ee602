"""D-20 with a real worker: SIGKILL of the whole tree in the middle of many files."""

from collections import Counter

import pytest

from core.models import HistoryEntry
from proofs import services as proofs
from proofs.choices import DocumentState
from proofs.models import Document, DocumentCheck
from tests.factories.claims import make_proof
from tests.factories.files import pdf_upload, picture, upload

FILES = 40
VERDICT_SECONDS = 60.0  # D-20, counted from the worker's return

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_every_file_has_one_verdict_within_a_minute_of_the_workers_return(worker, wait_until):
    proof = make_proof(complete=False)
    files = [
        pdf_upload(f"invoice-{number}.pdf") if number % 2 else upload(picture(size=(2400, 1800)), f"photo-{number}.png")
        for number in range(FILES)
    ]
    for file in files:
        [received] = proofs.add_files(proof.pk, "extra", [file], actor=proof.cast.user, note="x")
        assert received.problem is None
    mine = Document.objects.filter(proof=proof)
    wait_until(lambda: mine.filter(state=DocumentState.CLEAN).count() >= 3, what="some files checked")
    worker.kill()
    left = mine.undecided().count()
    assert left > 0, "the worker was too fast to be killed in the middle"

    worker.start()
    wait_until(lambda: not mine.undecided().exists(), VERDICT_SECONDS, "a verdict for every file")

    assert Counter(mine.values_list("state", flat=True)) == {DocumentState.CLEAN: FILES}
    verdicts = HistoryEntry.objects.filter(thread=proof.pk, action="proofs.document_checked")
    assert Counter(Counter(verdicts.values_list("document_id", flat=True)).values()) == {1: FILES}
    per_check = Counter(DocumentCheck.objects.filter(document__proof=proof).values_list("document_id", "position"))
    assert set(per_check.values()) == {1}
