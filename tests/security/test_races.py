"""Two people, or one twice, in the same moment: what was sent is what was judged, and nothing happens twice."""

from decimal import Decimal

import pytest

from claims import services as claims
from claims.models import Claim
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry
from incentives import services as incentives
from incentives.models import VendorRole
from proofs import services as proofs
from proofs.models import Document
from tests.concurrency.test_decisions import at_once
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import upload
from tests.factories.people import make_member, make_partner, make_vendor_admin
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(2)
REFUSALS = (Denied, RuleViolation, StateConflict, type(None))


def kinds(outcome):
    """Names of what was raised; anything that is no plain answer fails the test."""
    assert [one for one in outcome if not isinstance(one, REFUSALS)] == []
    return sorted(type(one).__name__ for one in outcome)


def history_of(proof, action):
    return HistoryEntry.objects.filter(thread=proof.pk, action=action).count()


@pytest.mark.parametrize("round_", ROUNDS)
def test_sent_twice_at_once_is_one_claim(round_):
    proof = make_proof(make_plan(status="approved"))
    send = lambda: claims.submit_proof(proof.pk, actor=proof.cast.admin)  # noqa: E731
    assert kinds(at_once(send, send)) == ["NoneType", "StateConflict"]
    assert Claim.objects.filter(proof=proof).count() == 1
    assert history_of(proof, "claims.submit") == 1


@pytest.mark.parametrize("round_", ROUNDS)
def test_a_file_removed_while_it_is_sent_is_not_missing_from_what_was_sent(round_):
    proof = make_proof(make_plan(status="approved"))
    piece = proof.documents.get(card="final_piece")
    at_once(
        lambda: claims.submit_proof(proof.pk, actor=proof.cast.admin),
        lambda: proofs.remove_document(piece.pk, actor=proof.cast.user),
    )
    sent = Claim.objects.filter(proof=proof).exists()
    removed = Document.objects.get(pk=piece.pk).removed_at is not None
    assert sent != removed


@pytest.mark.parametrize("round_", ROUNDS)
def test_a_file_added_while_it_is_sent_is_not_sent_unchecked(round_):
    proof = make_proof(make_plan(status="approved"))
    late = upload(name="late.png")
    outcome = at_once(
        lambda: claims.submit_proof(proof.pk, actor=proof.cast.admin),
        lambda: proofs.add_files(proof.pk, "extra", [late], actor=proof.cast.user, note="late"),
    )
    kinds(outcome)
    claim = Claim.objects.filter(proof=proof).first()
    if claim is not None:  # a worker that other tests have started may have checked the file in between
        came = list(proof.documents.filter(name="late.png").values_list("state", "checked_at"))
        assert (type(outcome[1]).__name__ == "Denied") == (came == [])
        assert [state for state, at in came if state != "clean" or at > claim.submitted_at] == []


@pytest.mark.parametrize("round_", ROUNDS)
def test_removed_twice_at_once_stands_in_history_once(round_):
    proof = make_proof(make_plan(status="approved"))
    piece, invoice = proof.documents.get(card="final_piece"), proof.invoices.get()
    remove = lambda: proofs.remove_document(piece.pk, actor=proof.cast.user)  # noqa: E731
    assert kinds(at_once(remove, remove)) == ["NoneType", "StateConflict"]
    assert history_of(proof, "proofs.remove_document") == 1
    drop = lambda: proofs.remove_invoice(invoice.pk, actor=proof.cast.user)  # noqa: E731
    assert kinds(at_once(drop, drop)) == ["NoneType", "StateConflict"]
    assert history_of(proof, "proofs.remove_invoice") == 1


@pytest.mark.parametrize("round_", ROUNDS)
def test_an_invoice_removed_while_it_is_changed_breaks_nothing(round_):
    proof = make_proof(make_plan(status="approved"))
    invoice = proof.invoices.get()
    outcome = at_once(
        lambda: proofs.remove_invoice(invoice.pk, actor=proof.cast.user),
        lambda: proofs.edit_invoice(invoice.pk, actor=proof.cast.admin, lines=[], supplier="Changed"),
    )
    assert kinds(outcome)[0] == "NoneType"
    assert proof.invoices.count() == 0


@pytest.mark.parametrize("round_", ROUNDS)
def test_taken_and_withdrawn_at_once_has_one_outcome(round_):
    claim = make_claim("submitted")
    outcome = at_once(
        lambda: claims.take_claim(claim.pk, actor=claim.cast.reviewer),
        lambda: claims.withdraw_claim(claim.pk, actor=claim.cast.admin),
    )
    assert kinds(outcome) == ["NoneType", "StateConflict"]
    claim.refresh_from_db()
    claim.proof.refresh_from_db()
    assert (claim.status, claim.proof.status) in {("under_review", "under_review"), ("withdrawn", "editing")}


@pytest.mark.parametrize("round_", ROUNDS)
def test_a_verdict_given_while_it_is_sent_back_reaches_the_partner_or_is_refused(round_):
    claim = make_claim("under_review")
    piece = claim.proof.documents.get(card="final_piece")
    outcome = at_once(
        lambda: proofs.give_verdict(piece.pk, "redo", actor=claim.cast.reviewer, reason="Too dark"),
        lambda: claims.request_claim_action(claim.pk, actor=claim.cast.vendor_admin, comment="Please."),
    )
    assert kinds(outcome) in (["Denied", "NoneType"], ["NoneType", "NoneType"])
    assert claim.proof.findings.filter(sent=False).count() == 0
    given = outcome[0] is None
    assert claim.proof.findings.filter(text="Too dark", sent=True).exists() == given


@pytest.mark.parametrize("round_", ROUNDS)
def test_two_last_admins_cannot_take_each_others_role(round_):
    one, two = make_vendor_admin(None, "One"), make_vendor_admin(None, "Two")
    outcome = at_once(
        lambda: incentives.set_vendor_role(two.pk, None, "admin", False, actor=one),
        lambda: incentives.set_vendor_role(one.pk, None, "admin", False, actor=two),
    )
    assert kinds(outcome) in (["NoneType", "RuleViolation"], ["Denied", "NoneType"])
    assert VendorRole.objects.filter(role="admin").count() == 1


@pytest.mark.parametrize("round_", ROUNDS)
def test_two_last_admins_of_a_company_cannot_take_each_others_role(round_):
    from accounts import services as accounts

    company = make_partner()
    one, two = (make_member(company, name, account_admin=True) for name in ("One", "Two"))
    outcome = at_once(
        lambda: accounts.set_company_role(two.pk, "account_admin", False, actor=one),
        lambda: accounts.set_company_role(one.pk, "account_admin", False, actor=two),
    )
    assert kinds(outcome) == ["NoneType", "RuleViolation"]


@pytest.mark.parametrize("round_", ROUNDS)
def test_a_link_used_twice_at_once_opens_one_account_once(round_):
    from accounts import services as accounts

    boss = make_member(make_partner(), "Boss", account_admin=True)
    person, token = accounts.invite_colleague("ina@example.com", "Ina", actor=boss)
    outcome = at_once(
        lambda: accounts.accept_invitation(token, name="Ina", password="correct horse one"),
        lambda: accounts.accept_invitation(token, name="Eve", password="correct horse two"),
    )
    assert kinds(outcome) == ["NoneType", "RuleViolation"]
    person.refresh_from_db()
    assert person.check_password("correct horse one") == (outcome[0] is None)


@pytest.mark.parametrize("round_", ROUNDS)
def test_approved_twice_at_once_with_two_amounts_is_approved_once(round_):
    claim = make_claim("under_review")
    outcome = at_once(
        *(
            lambda amount=amount: claims.approve_claim(
                claim.pk, actor=claim.cast.vendor_admin, amount=Decimal(amount), comment="A part."
            )
            for amount in (100, 200)
        )
    )
    assert kinds(outcome) == ["NoneType", "StateConflict"]
    claim.refresh_from_db()
    assert claim.approved_amount == Decimal(100 if outcome[0] is None else 200)
