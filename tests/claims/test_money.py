"""What a claim's life books (R-FUND-14…16, D-11, D-13), disputes (R-CLM-24, -25) and undo (D-15)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from claims import services
from claims.choices import LineOutcome
from claims.models import CapUse, Claim, LineDecision
from claims.payable import payable_of
from claims.rules import period_of
from claims.services import LineWord
from claims.wording import in_short
from core import clock
from core.errors import Denied, RuleViolation, StateConflict
from core.models import Notification
from incentives import services as incentives
from incentives.choices import Bucket, EntryKind
from incentives.models import Fund, FundEntry
from incentives.services import Purpose
from plans import services as plans
from proofs import services as proofs
from proofs.models import Proof
from tests.factories.claims import AMOUNT, EARNED, make_claim, make_proof
from tests.factories.files import pdf_upload
from tests.factories.funds import JOB, claimable_period, close
from tests.factories.people import make_vendor_admin
from tests.factories.plans import make_activity, make_cast, make_plan

pytestmark = pytest.mark.django_db
ZERO = Decimal(0)
BUCKETS = ("free", "bound", "reserved", "approved", "paid", "expired")


def fund_of(claim):
    return Fund.objects.get(enrollment=claim.enrollment, period=claim.period or claimable_period(claim.cast.program))


def shown(claim):
    fund = fund_of(claim)
    return {name: getattr(fund, name) for name in BUCKETS if getattr(fund, name)}


def again(claim):
    fresh = Claim.objects.get(pk=claim.pk)
    fresh.cast = claim.cast
    return fresh


def other_admin(claim):
    return make_vendor_admin(claim.cast.program, "Peter Lindqvist")


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def test_submission_reserves_rejection_and_withdrawal_release():
    claim = make_claim("submitted")
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT}
    services.withdraw_claim(claim.pk, actor=claim.cast.admin)
    assert shown(claim) == {"free": EARNED}
    claim = make_claim("rejected", proof=make_proof(make_plan(make_cast(), status="approved")))
    assert shown(claim) == {"free": EARNED}
    assert list(fund_of(claim).entries.order_by("number").values_list("kind", "reference_label")) == [
        ("earned", ""), ("reserved", claim.number), ("released", claim.number),
    ]  # fmt: skip


def test_t_fund_4():
    """Earned 16,000; 5,000 approved, 4,000 in review, 3,000 rejected, a draft of 2,000."""
    plan = make_plan(status="approved")
    fund = incentives.open_fund(plan.cast.enrollment, plan.fund_type, claimable_period(plan.cast.program))
    purpose = Purpose("t-fund-4")
    incentives.book(fund, EntryKind.EARNED, Bucket.OUTSIDE, Bucket.FREE, Decimal(16000), purpose, actor=JOB)
    for status, amount in [("approved", 5000), ("under_review", 4000), ("rejected", 3000)]:
        make_claim(status, proof=make_proof(plan, name=status, amount=Decimal(amount)))
    make_proof(plan, name="draft", amount=Decimal(2000))
    fund.refresh_from_db()
    assert (fund.earned, fund.claimed, fund.free) == (16000, 9000, 7000)


def test_the_last_thousand_goes_to_one_of_two():
    plan = make_plan(status="approved")
    first = make_claim(proof=make_proof(plan, name="one", amount=EARNED - 1000))
    second = make_proof(plan, name="two", amount=Decimal(1500))
    with pytest.raises(RuleViolation) as refused:
        services.submit_proof(second.pk, actor=plan.cast.admin)
    assert codes(refused) == ["short_of_funds"]
    assert "1,000.00" in str(refused.value.problems[0].message)
    assert not Claim.objects.filter(proof=second).exists()
    assert shown(first) == {"free": Decimal(1000), "reserved": EARNED - 1000}


def test_approval_of_a_part_releases_the_rest():
    claim = make_claim("under_review")
    services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=Decimal(4000), comment="Tax taken out.")
    assert shown(claim) == {"free": EARNED - 4000, "approved": Decimal(4000)}


def test_a_claim_without_any_earnings_is_refused_and_says_so():
    proof = make_proof()
    fund = Fund.objects.get(enrollment=proof.enrollment, period=claimable_period(proof.cast.program))
    incentives.adjust_fund(
        fund.pk, -EARNED, reason_code="ops_adjustment", reason="Wrong file", after=1, actor=proof.cast.vendor_admin
    )
    with pytest.raises(RuleViolation) as refused:
        services.submit_proof(proof.pk, actor=proof.cast.admin)
    assert codes(refused) == ["short_of_funds"]


def test_lines_are_decided_one_by_one():
    claim = make_claim("under_review")
    line = claim.proof.invoices.get().lines.get()
    word = LineWord(f"invoice-{line.pk}", LineOutcome.CHANGED, Decimal(4000), "The catering is not part of it.")
    services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, lines=[word])
    assert again(claim).approved_amount == 4000
    row = LineDecision.objects.get(claim=claim)
    assert (row.outcome, row.asked, row.amount, row.reason) == ("changed", AMOUNT, 4000, word.reason)
    assert shown(claim) == {"free": EARNED - 4000, "approved": Decimal(4000)}


@pytest.mark.parametrize(
    ("outcome", "amount", "reason", "expected"),
    [
        (LineOutcome.CHANGED, Decimal(5000), "More", ["line_amount"]),
        (LineOutcome.CHANGED, None, "Less", ["line_amount"]),
        (LineOutcome.DENIED, None, "", ["line_reason"]),
        (LineOutcome.DENIED, None, "No", ["amount_missing"]),
    ],
)
def test_a_word_on_a_line_that_means_nothing_is_refused(outcome, amount, reason, expected):
    claim = make_claim("under_review")
    line = claim.proof.invoices.get().lines.get()
    with pytest.raises(RuleViolation) as refused:
        services.approve_claim(
            claim.pk, actor=claim.cast.vendor_admin, lines=[LineWord(f"invoice-{line.pk}", outcome, amount, reason)]
        )
    assert codes(refused) == expected
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT}
    assert LineDecision.objects.count() == 0


def test_a_rejection_after_the_close_keeps_the_money_for_its_claim():
    claim = make_claim("under_review")
    period = claim.period
    close(period)
    incentives.close_funds()
    assert shown(claim) == {"reserved": AMOUNT, "expired": EARNED - AMOUNT}
    services.reject_claim(claim.pk, actor=claim.cast.vendor_admin, comment="Out of scope.")
    assert shown(claim) == {"bound": AMOUNT, "expired": EARNED - AMOUNT}
    services.dispute_claim(claim.pk, actor=claim.cast.admin, comment="It is in scope, see page 3.")
    assert shown(claim) == {"reserved": AMOUNT, "expired": EARNED - AMOUNT}
    services.reject_claim(claim.pk, actor=other_admin(claim), comment="It is not.")
    assert services.finalize_rejections() == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert services.finalize_rejections() == 1
        assert services.finalize_rejections() == 0
    assert shown(claim) == {"expired": EARNED}
    assert again(claim).final_at is not None


def test_a_rejection_beyond_dispute_frees_the_proof_for_a_new_claim():
    claim = make_claim("rejected")
    with pytest.raises(StateConflict):
        services.finalize_rejection(claim.pk)
    Claim.objects.filter(pk=claim.pk).update(decided_at=clock.now() - timedelta(days=31))
    services.finalize_rejection(claim.pk)
    assert Proof.objects.get(pk=claim.proof_id).status == "editing"
    second = services.submit_proof(claim.proof_id, actor=claim.cast.admin)
    assert second.pk != claim.pk
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT}


def test_a_dispute_reserves_again_and_is_decided_by_someone_else():
    claim = make_claim("rejected")
    services.dispute_claim(claim.pk, actor=claim.cast.admin, comment="The photo shows it.")
    disputed = again(claim)
    assert (disputed.status, disputed.proof.status, disputed.holder) == ("disputed", "under_review", "vendor")
    due = clock.add_business_days(claim.cast.program.today(), 5, None)
    assert disputed.due_at == clock.end_of_day(due, claim.cast.program.deadline_zone)
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT}
    with pytest.raises(RuleViolation) as refused:
        services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=AMOUNT)
    assert codes(refused) == ["four_eyes"]
    services.approve_claim(claim.pk, actor=other_admin(claim), amount=AMOUNT)
    assert shown(claim) == {"free": EARNED - AMOUNT, "approved": AMOUNT}


def test_the_rest_of_a_partly_approved_claim_can_be_disputed():
    claim = make_claim("under_review")
    services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=Decimal(3000), comment="Half of it.")
    services.dispute_claim(claim.pk, actor=claim.cast.admin, comment="All of it was printed.")
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT - 3000, "approved": Decimal(3000)}
    boss = other_admin(claim)
    with pytest.raises(RuleViolation) as refused:
        services.reject_claim(claim.pk, actor=boss, comment="No")
    assert codes(refused) == ["approved_already"]
    with pytest.raises(RuleViolation) as refused:
        services.approve_claim(claim.pk, actor=boss, amount=Decimal(2999), comment="Less")
    assert codes(refused) == ["below_approved"]
    services.uphold_claim(claim.pk, actor=boss, comment="The rest was not printed.")
    assert shown(claim) == {"free": EARNED - 3000, "approved": Decimal(3000)}
    assert (again(claim).status, again(claim).approved_amount) == ("approved", 3000)


def test_a_disputed_claim_cannot_ask_for_less_than_was_approved():
    claim = make_claim("under_review")
    services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=Decimal(3000), comment="Half of it.")
    services.dispute_claim(claim.pk, actor=claim.cast.admin, comment="All of it was printed.")
    services.request_claim_action(claim.pk, actor=claim.cast.reviewer, comment="How many sites?")
    claim.proof.findings.update(state="fixed")
    Proof.objects.filter(pk=claim.proof_id).update(amount=Decimal(2999))
    with pytest.raises(RuleViolation) as refused:
        services.submit_claim(claim.pk, actor=claim.cast.admin)
    assert codes(refused) == ["below_approved"]
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT - 3000, "approved": Decimal(3000)}


def test_nothing_to_dispute_no_window_no_right():
    claim = make_claim("approved")
    with pytest.raises(RuleViolation) as refused:
        services.dispute_claim(claim.pk, actor=claim.cast.admin, comment="More")
    assert codes(refused) == ["nothing_to_dispute"]
    claim = make_claim("rejected")
    with pytest.raises(Denied):
        services.dispute_claim(claim.pk, actor=claim.cast.user, comment="Please")
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(RuleViolation) as refused:
        services.dispute_claim(claim.pk, actor=claim.cast.admin, comment="Late")
    assert codes(refused)[0] == "dispute_closed"


def test_users_may_dispute_where_the_program_says_so():
    claim = make_claim("rejected")
    claim.cast.program.users_may_dispute = True
    claim.cast.program.save()
    services.dispute_claim(claim.pk, actor=claim.cast.user, comment="The photo shows it.")
    assert again(claim).status == "disputed"


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_is_taken_back_with_its_bookings_and_its_mail(decision):
    claim = make_claim("under_review")
    admin = claim.cast.vendor_admin
    if decision == "approve":
        services.approve_claim(claim.pk, actor=admin, amount=Decimal(1000), comment="A part.")
    else:
        services.reject_claim(claim.pk, actor=admin, comment="No.")
    told = Notification.objects.filter(kind="N-09")
    assert told.count() == told.filter(mail_after__isnull=False).count() > 0
    services.undo_claim(claim.pk, actor=other_admin(claim))
    fresh = again(claim)
    assert (fresh.status, fresh.approved_amount, fresh.decided_by, fresh.decided_at) == (
        "under_review",
        None,
        None,
        None,
    )
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT}
    assert told.count() == 0
    with pytest.raises(StateConflict):
        services.undo_claim(claim.pk, actor=admin)


def test_a_decision_stands_after_fifteen_minutes():
    claim = make_claim("approved")
    with clock.at(clock.now() + timedelta(minutes=15, seconds=5)), pytest.raises(RuleViolation) as refused:
        services.undo_claim(claim.pk, actor=claim.cast.vendor_admin)
    assert codes(refused) == ["undo_closed"]


def test_undo_of_a_lost_dispute_goes_back_to_what_was_approved():
    claim = make_claim("under_review")
    services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=Decimal(3000), comment="Half.")
    services.dispute_claim(claim.pk, actor=claim.cast.admin, comment="All of it.")
    boss = other_admin(claim)
    services.approve_claim(claim.pk, actor=boss, amount=Decimal(4000), comment="Most of it.")
    services.undo_claim(claim.pk, actor=boss)
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT - 3000, "approved": Decimal(3000)}
    assert again(claim).is_in_dispute
    with pytest.raises(RuleViolation) as refused:
        services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=AMOUNT)
    assert codes(refused) == ["four_eyes"]


def test_undo_is_refused_when_the_money_is_gone():
    plan = make_plan(status="approved")
    claim = make_claim("rejected", proof=make_proof(plan, name="one"))
    make_claim(proof=make_proof(plan, name="two", amount=EARNED))
    with pytest.raises(RuleViolation) as refused:
        services.undo_claim(claim.pk, actor=claim.cast.vendor_admin)
    assert codes(refused) == ["short_of_funds"]
    assert again(claim).status == "rejected"


def test_unanswered_claims_lose_their_money_at_once():
    claim = make_claim("action_required")
    close(claim.period)
    incentives.close_funds()
    claim.period.correction_deadline = None
    claim.period.save()
    assert services.close_overdue() == 1
    assert shown(claim) == {"expired": EARNED}


def test_every_entry_of_a_claim_names_it_and_has_a_cause_of_its_own():
    claim = make_claim("under_review")
    services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=Decimal(1), comment="One.")
    rows = FundEntry.objects.filter(reference=claim.pk).order_by("number")
    assert [(row.kind, row.amount, row.reference_label) for row in rows] == [
        ("reserved", AMOUNT, claim.number), ("approved", 1, claim.number), ("released", AMOUNT - 1, claim.number),
    ]  # fmt: skip
    assert len({row.cause for row in rows}) == 3


@pytest.fixture
def offers():
    """make(amount): a complete proof of customer offers, 25 % of the earned in a period (R-CAP-02)."""
    cast = make_cast(families=["csp"])
    plan = make_plan(cast, with_activity=False, requested_limit=Decimal(1000000))
    activity = make_activity(plan, cast, "customer_offers", name="Offers")
    plan = _approved(plan, cast)
    return plan, activity


def _approved(plan, cast):
    plans.submit_plan(plan.pk, actor=cast.admin)
    plans.take_plan(plan.pk, actor=cast.reviewer)
    plans.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal(1000000))
    plan.refresh_from_db()
    plan.cast = cast
    return plan


def _payable(proof, claim=None):
    return payable_of(proof, claim, period_of(proof))


def offer(plan, activity, name, amount):
    proof = make_proof(plan, activity=activity, complete=False, name=name, amount=Decimal(amount))
    line = {
        "description": "Vouchers",
        "expense_type": "giveaways",
        "net": proof.amount,
        "tax": ZERO,
        "gross": proof.amount,
    }
    proofs.add_invoice(
        proof.pk, actor=plan.cast.user, supplier="Shop", number=name, date=proof.executed_to, currency="EUR",
        lines=[line], files=[pdf_upload(f"{name}.pdf", name)],
    )  # fmt: skip
    return proof


def test_the_ladder_names_the_cap_that_cut(offers):
    plan, activity = offers
    found = _payable(offer(plan, activity, "first", 30000))
    assert found.ladder.payable == EARNED / 4
    assert [(rung.code, rung.cut) for rung in found.ladder.rungs] == [
        ("eligible", 0), ("asked", 0), ("cap", 5000), ("limit", 0),
    ]  # fmt: skip
    assert in_short(found.ladder.plain(), Decimal(30000), found.ladder.payable, "EUR") == (
        "Of 30,000.00 EUR at most 25,000.00 EUR can be paid, because at most 25 % of the 100,000.00 EUR earned,"
        " that is 25,000.00 EUR."
    ).replace(" EUR", "\N{NO-BREAK SPACE}EUR")


def test_other_claims_use_the_cap_too(offers):
    plan, activity = offers
    first, second = offer(plan, activity, "first", 20000), offer(plan, activity, "second", 20000)
    claim = services.create_claim(first.pk, actor=plan.cast.admin)
    for use in _payable(first).uses:
        CapUse.objects.create(
            claim=claim, enrollment=plan.cast.enrollment, cap=use.cap, scope=use.scope, amount=use.amount,
            currency=use.currency,
        )  # fmt: skip
    assert _payable(second).ladder.payable == EARNED / 4 - 20000
    assert _payable(first, claim).ladder.payable == 20000


@pytest.fixture
def asked_in_dispute():
    """Approved for 3,000, the rest disputed, and the reviewer asks for something first."""
    claim = make_claim("under_review")
    services.approve_claim(claim.pk, actor=claim.cast.vendor_admin, amount=Decimal(3000), comment="Half.")
    services.dispute_claim(claim.pk, actor=claim.cast.admin, comment="All of it.")
    services.request_claim_action(claim.pk, actor=claim.cast.reviewer, comment="Show the rest.")
    return again(claim)


def test_a_disputed_claim_is_not_withdrawn_what_was_approved_is_owed(asked_in_dispute):
    claim = asked_in_dispute
    claim.proof.findings.update(state="fixed")
    services.submit_proof(claim.proof_id, actor=claim.cast.admin)
    assert again(claim).status == "submitted"
    with pytest.raises(RuleViolation) as refused:
        services.withdraw_claim(claim.pk, actor=claim.cast.admin)
    assert codes(refused) == ["disputed_already"]
    assert shown(claim) == {"free": EARNED - AMOUNT, "reserved": AMOUNT - 3000, "approved": Decimal(3000)}


def test_an_unanswered_dispute_leaves_what_was_approved(asked_in_dispute):
    claim = asked_in_dispute
    claim.period.correction_deadline = claim.cast.program.today() - timedelta(days=1)
    claim.period.save()
    with pytest.raises(RuleViolation):
        services.close_unanswered_claim(claim.pk)
    assert services.close_overdue() == 1
    with pytest.raises(StateConflict):
        services.uphold_unanswered_claim(claim.pk)
    fresh = again(claim)
    assert (fresh.status, fresh.approved_amount, fresh.decided_by) == ("approved", 3000, None)
    assert not fresh.is_in_dispute
    assert shown(claim) == {"free": EARNED - 3000, "approved": Decimal(3000)}
    assert list(fresh.payments.values_list("status", "amount")) == [("unprocessed", Decimal(3000))]
