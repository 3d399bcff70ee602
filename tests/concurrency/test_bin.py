"""Two people at the same receipt bin in the same moment, with real connections (D-14, D-20)."""

import pytest

from core.models import HistoryEntry
from proofs import services
from proofs.checking import check_document
from proofs.models import Document, ReceiptBin
from tests.concurrency.test_decisions import at_once
from tests.factories.claims import make_proof
from tests.factories.files import picture, upload
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db(transaction=True)


def put(received, results, proof, card="extra"):
    """An act that puts these files on the proof and keeps what became of them."""
    documents = [one.document.pk for one in received]
    return lambda: results.extend(services.assign(documents, proof.pk, card, actor=proof.cast.user))


@pytest.mark.parametrize("round_", range(3))
def test_files_put_on_two_proofs_at_once_go_to_one(round_):
    plan = make_plan(status="approved")
    first, second = make_proof(plan, complete=False, name="One"), make_proof(plan, complete=False, name="Two")
    received = services.drop_files(plan.enrollment_id, [upload(), upload()], actor=plan.cast.user)
    results = []
    assert at_once(put(received, results, first), put(received, results, second)) == [None, None]
    assert sum(one.problem is None for one in results) == 2
    assert {one.problem.code for one in results if one.problem} == {"not_in_bin"}
    assert len(set(Document.objects.values_list("proof", flat=True))) == 1
    assert HistoryEntry.objects.filter(action="proofs.take_from_bin").count() == 2


@pytest.mark.parametrize("round_", range(3))
def test_two_clicks_at_once_put_a_file_on_once(round_):
    proof = make_proof(complete=False)
    received = services.drop_files(proof.enrollment_id, [upload()], actor=proof.cast.user)
    results = []
    assert at_once(put(received, results, proof), put(received, results, proof)) == [None, None]
    assert sorted(one.again for one in results) == [False, True]
    assert HistoryEntry.objects.filter(action="proofs.take_from_bin").count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_the_first_files_of_a_bin_dropped_at_once_lie_in_one(round_):
    proof, content = make_proof(complete=False), picture()

    def drop():
        services.drop_files(proof.enrollment_id, [upload(content)], actor=proof.cast.user)

    assert at_once(drop, drop) == [None, None]
    assert (ReceiptBin.objects.count(), Document.objects.in_bin().count()) == (1, 1)


@pytest.mark.parametrize("round_", range(3))
def test_a_check_that_ends_while_the_file_is_put_on_is_told_by_one_of_both(round_):
    """The verdict is kept and told where the file lies then, never lost between the bin and the proof."""
    proof = make_proof(complete=False)
    received = services.drop_files(proof.enrollment_id, [upload()], actor=proof.cast.user)
    pk = received[0].document.pk
    assert at_once(lambda: check_document(pk), put(received, [], proof)) == [None, None]
    document = Document.objects.get(pk=pk)
    assert (document.state, document.proof) == ("clean", proof)
    told = HistoryEntry.objects.get(action="proofs.document_checked")
    assert told.thread in (document.bin_id, proof.pk)
