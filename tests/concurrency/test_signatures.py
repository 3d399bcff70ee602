"""Two people sign the same report in the same moment, or one signs while the other changes it; real connections."""

from decimal import Decimal

import pytest

from core.errors import StateConflict
from core.models import HistoryEntry
from proofs import services
from proofs.models import CertificationReport
from proofs.signature import digest_of, signature_is_sound
from tests.concurrency.test_decisions import at_once
from tests.factories.claims import COST, make_proof, sign_report, write_report

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proof():
    made = make_proof(complete=False)
    write_report(made)
    return made


def signatures():
    return HistoryEntry.objects.filter(action="proofs.sign_certification").count()


def test_of_two_signers_one_signs_and_the_other_is_told(proof):
    outcome = at_once(lambda: sign_report(proof, proof.cast.user), lambda: sign_report(proof, proof.cast.admin))
    assert sorted(type(one) for one in outcome if one is not None) == [StateConflict]
    assert outcome.count(None) == 1
    winner = [proof.cast.user, proof.cast.admin][outcome.index(None)]
    report = CertificationReport.objects.get()
    assert (report.signed_by, signature_is_sound(report), signatures()) == (winner, True, 1)
    assert proof.documents.current().filter(generated=True).count() == 1


def test_a_double_click_signs_once(proof):
    outcome = at_once(lambda: sign_report(proof), lambda: sign_report(proof))
    assert (outcome, signatures(), proof.documents.filter(generated=True).count()) == ([None, None], 1, 1)


def test_no_signature_stands_under_what_was_not_seen(proof):
    seen = digest_of(CertificationReport.objects.get())

    def sign():
        services.sign_certification(proof.pk, actor=proof.cast.user, name="Ana Ruiz", seen=seen)

    outcome = at_once(sign, lambda: write_report(proof, {**COST, "amount": Decimal(9)}))
    report = CertificationReport.objects.get()
    assert outcome[1] is None
    assert outcome[0] is None or isinstance(outcome[0], StateConflict)
    assert (report.signed_digest, report.total()) == ("", Decimal(9))
    assert proof.documents.current().filter(generated=True).count() == 0
