"""What a reviewer is told before a decision, and what the partner is told after it."""

from decimal import Decimal

import pytest

from claims import services
from claims.views.moves import consequences_of
from core.errors import RuleViolation
from core.models import Notification
from proofs import rules as proof_rules
from proofs import services as proofs
from tests.factories.claims import make_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return make_claim("under_review")


def lines(claim, move):
    return [(one["icon"], one["text"]) for one in consequences_of(claim, move)]


@pytest.mark.parametrize("move", ["approve", "reject"])
def test_a_decision_names_the_documents_without_a_verdict(client, claim, move):
    assert lines(claim, move)[1] == ("alert-triangle", "2 documents were not judged")
    client.force_login(claim.cast.vendor_admin)
    assert "2 documents were not judged" in client.get(f"/claims/{claim.pk}/{move}/").content.decode()
    for document in claim.proof.documents.all():
        proofs.give_verdict(document.pk, "accepted", actor=claim.cast.reviewer)
    assert [icon for icon, _text in lines(claim, move) if icon == "alert-triangle"] == []


def approve(claim, amount, comment=""):
    return services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=Decimal(amount), comment=comment)


def test_less_than_was_asked_needs_a_reason_that_the_partner_reads(client, claim):
    with pytest.raises(RuleViolation) as refused:
        approve(claim, "4000", " ")
    [problem] = refused.value.problems
    assert (problem.code, problem.anchor) == ("reason_missing", "id_comment")
    assert problem.message == "Say why you approve less than was asked."
    approve(claim, "4000", "Design is not paid.")
    client.force_login(claim.cast.admin)
    page = client.get(f"/claims/{claim.pk}/").content.decode()
    assert '<dd class="pl-ladder-note">Design is not paid.</dd>' in page


def test_everything_that_was_asked_needs_no_reason(claim):
    assert approve(claim, claim.amount).status == "approved"


def test_the_partner_is_told_the_amount(claim):
    approve(claim, "4000", "Design is not paid.")
    title = Notification.objects.get(kind="N-09", user=claim.cast.user).title
    assert title == f"{claim.number} “City-light posters Munich” was approved: 4,000.00\xa0EUR of 4,120.00\xa0EUR"


def test_a_remark_on_the_whole_opens_nothing_beside_a_finding_on_a_card(claim):
    reviewer, proof = claim.cast.reviewer, claim.proof
    proofs.add_finding(proof.pk, actor=reviewer, text="Nearly there.")
    assert lines(claim, "request_action")[0][1] == (
        "For the partner this opens everything: nothing is noted on a document or a card"
    )
    piece = proof.documents.get(card="final_piece")
    proofs.give_verdict(piece.pk, "redo", actor=reviewer, reason="Too dark.")
    told = lines(claim, "request_action")[0][1]
    title = proof_rules.checklist_of(proof).card("final_piece").title
    assert told == f"For the partner this opens: {title}, Final comments"
    services.request_claim_action(claim.pk, actor=reviewer, comment="One thing.")
    proof.refresh_from_db()
    assert proof_rules.open_cards(proof) == {"final_piece", "comments"}


def test_only_remarks_on_the_whole_open_everything(claim):
    proofs.add_finding(claim.proof_id, actor=claim.cast.reviewer, text="All of it is another event.")
    services.request_claim_action(claim.pk, actor=claim.cast.reviewer, comment="Please look.")
    claim.proof.refresh_from_db()
    assert proof_rules.open_cards(claim.proof) is None
