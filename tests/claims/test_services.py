from decimal import Decimal

import pytest

from claims import services
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry
from tests.factories.claims import make_proof

pytestmark = pytest.mark.django_db(transaction=False)


def test_a_claim_lives_from_submission_over_correction_to_approval(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        proof = make_proof()
    cast = proof.cast
    claim = services.submit_proof(proof.pk, actor=cast.admin)
    services.take_claim(claim.pk, actor=cast.reviewer)
    services.request_claim_action(claim.pk, actor=cast.reviewer, comment="The invoice is unreadable.")
    proof.refresh_from_db()
    assert proof.status == "action_required"
    with pytest.raises(RuleViolation) as refused:
        services.submit_claim(claim.pk, actor=cast.admin)
    assert [problem.code for problem in refused.value.problems] == ["finding_open"]
    from proofs import services as proofs

    proofs.mark_fixed(proof.findings.get().pk, actor=cast.user, reply="A better scan.")
    services.submit_claim(claim.pk, actor=cast.admin)
    services.take_claim(claim.pk, actor=cast.reviewer)
    with pytest.raises(Denied):
        services.approve_claim(claim.pk, actor=cast.reviewer, amount=Decimal("4000"))
    services.approve_claim(claim.pk, actor=cast.vendor_admin, amount=Decimal("4000"), comment="Design is not paid.")
    claim.refresh_from_db()
    proof.refresh_from_db()
    assert (claim.status, proof.status, claim.approved_amount) == ("approved", "approved", Decimal("4000"))
    with pytest.raises(StateConflict):
        services.reject_claim(claim.pk, actor=cast.vendor_admin, comment="Too late.")
    actions = HistoryEntry.objects.filter(object_id=claim.pk).order_by("id").values_list("action", flat=True)
    assert list(actions) == [
        "claims.create",
        "claims.submit",
        "claims.take",
        "claims.request_action",
        "claims.resubmit",
        "claims.take",
        "claims.approve",
    ]
