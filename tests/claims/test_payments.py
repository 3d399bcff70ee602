"""Payments from approval to the bank's word, with what they do to the ledger (R-CLM-28, R-CLM-30)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from claims import paying, services
from claims.models import Claim, Payment
from claims.services import payments
from core import clock
from core.errors import Denied, RuleViolation, StateConflict
from core.models import Notification
from plans import services as plans
from tests.factories.payments import (
    AMOUNT,
    OTHER_IBAN,
    answer,
    make_payment,
    make_profile,
    make_rate,
    make_run,
    result_csv,
)
from tests.factories.people import make_vendor_admin
from tests.rules.test_payouts import at, earn, plan_of_april

pytestmark = pytest.mark.django_db


def money(payment):
    payment.fund.refresh_from_db()
    return payment.fund.approved, payment.fund.paid


def test_an_approval_makes_one_payment_with_its_promise():
    payment = make_payment()
    program = payment.cast.program
    assert payment.status == "unprocessed"
    assert (payment.amount, payment.currency) == (AMOUNT, "EUR")
    assert (payment.pay_amount, payment.pay_currency) == (None, "")  # no rate of the month yet
    assert payment.number.startswith("PAY-")
    assert payment.promised_by > program.today()


def test_the_payment_is_converted_at_the_rates_of_the_month_of_approval():
    make_rate("EUR", "0.80")
    make_rate("CHF", "0.90")
    from tests.factories.claims import make_claim

    claim = make_claim("under_review")
    make_profile(claim.cast.enrollment, currency="CHF")
    payment = make_payment(Decimal("1000.00"), claim=claim)
    payment.refresh_from_db()
    assert (payment.pay_amount, payment.pay_currency) == (Decimal("1125.000"), "CHF")
    assert (payment.fund_rate, payment.pay_rate) == (Decimal("0.8"), Decimal("0.9"))
    assert payment.rate_month == clock.now().date().replace(day=1)


def test_a_larger_approval_grows_the_open_payment_and_then_makes_a_second_one():
    payment = make_payment()
    claim = Claim.objects.get(pk=payment.claim_id)
    services.increase_payment(claim, Decimal("80.00"), actor=payment.cast.vendor_admin)
    payment.refresh_from_db()
    assert (payment.amount, claim.payments.count()) == (AMOUNT + 80, 1)
    Payment.objects.filter(pk=payment.pk).update(status="in_progress")
    second = services.increase_payment(claim, Decimal("20.00"), actor=payment.cast.vendor_admin)
    assert (second.pk != payment.pk, second.amount) == (True, Decimal("20.00"))


def test_an_undone_approval_cancels_its_payment_but_not_one_that_a_run_took():
    payment = make_payment()
    services.cancel_payment(payment.claim, actor=payment.cast.vendor_admin)
    payment.refresh_from_db()
    assert payment.status == "cancelled"
    taken = make_run(status="confirmed").payment
    with pytest.raises(StateConflict):
        services.cancel_payment(taken.claim, actor=taken.cast.vendor_admin)


def test_sent_books_paid_and_sent_back_books_it_back():
    run = make_run(status="file_made")
    payment = run.payment
    assert money(payment) == (AMOUNT, 0)
    answer(run, run.cast, result_csv((payment.number, "sent", "2026-03-31", "")))
    payment.refresh_from_db()
    assert (payment.status, str(payment.sent_on), money(payment)) == ("sent", "2026-03-31", (0, AMOUNT))
    run.refresh_from_db()
    assert run.status == "closed"
    answer(run, run.cast, result_csv((payment.number, "reversed", "2026-04-02", "Account closed")))
    payment.refresh_from_db()
    assert (payment.status, payment.sent_on, money(payment)) == ("reversed", None, (AMOUNT, 0))
    assert payment.bank_reason == "Account closed"


@pytest.mark.parametrize(("word", "status"), [("failed", "failed"), ("rejected", "bank_rejected")])
def test_what_the_bank_did_not_take_goes_into_the_next_run(word, status):
    run = make_run(status="file_made")
    payment = run.payment
    answer(run, run.cast, result_csv((payment.number, word, "2026-03-31", "AC04")))
    payment.refresh_from_db()
    assert (payment.status, money(payment)) == (status, (AMOUNT, 0))
    told = set(Notification.objects.filter(object_id=payment.pk).values_list("user__name", flat=True))
    assert run.cast.admin.name in told
    services.retry_payment(payment.pk, actor=run.cast.vendor_admin)
    again = services.open_run(run.program, "EUR", actor=run.cast.vendor_admin)
    services.confirm_run(again.pk, actor=run.cast.vendor_admin)
    payment.refresh_from_db()
    assert (payment.status, payment.lines.count()) == ("in_progress", 2)


def test_a_payment_that_was_sent_wrongly_is_marked_by_a_person():
    run = make_run(status="closed")
    payment = services.mark_incorrect_payment(run.payment.pk, actor=run.cast.vendor_admin, comment="Twice the amount.")
    assert payment.status == "incorrect"
    assert money(payment) == (0, AMOUNT)


def test_a_payment_can_be_held_back_and_let_go():
    payment = make_payment()
    with pytest.raises(Denied):
        services.hold_payment(payment.pk, actor=payment.cast.reviewer, reason="x")
    held = services.hold_payment(payment.pk, actor=payment.cast.vendor_admin, reason="An audit is running.")
    assert held.held == "An audit is running."
    assert services.hold_payment(payment.pk, actor=payment.cast.vendor_admin, reason="").held == ""


def test_sweeps_plan_what_is_ready_and_let_lapse_what_was_not_completed():
    make_rate("EUR", "0.92")
    ready = make_payment()
    without = make_payment(profile=False)
    assert (services.schedule_payments(), services.lapse_payments()) == (1, 0)
    later = clock.now() + timedelta(days=180)
    with clock.at(later):
        assert services.lapse_payments() == 0
    with clock.at(later + timedelta(days=1)):
        assert services.lapse_payments() == 1
        with pytest.raises(StateConflict):
            services.lapse_payment(ready.pk)
    ready.refresh_from_db()
    without.refresh_from_db()
    assert (ready.status, without.status) == ("upcoming", "rejected_in_review")
    with pytest.raises(RuleViolation):
        services.schedule_payment(without.pk)


def test_the_steps_of_a_run_ask_for_the_vendors_incentives_admin():
    run = make_run(status="confirmed")
    payment = run.payment
    payment.refresh_from_db()
    for step in (payments.release_payment, lambda one, actor: payments.fail_payment(one, "", actor=actor)):
        with pytest.raises(Denied):
            step(payment, actor=run.cast.reviewer)
    day = clock.now().date()
    for step in (
        lambda: payments.settle_payment(payment, "x", day=day, actor=run.cast.admin),
        lambda: payments.refuse_payment(payment, "", actor=run.cast.admin),
        lambda: payments.start_payment(payment, None, actor=run.cast.admin),
        lambda: payments.reverse_payment(payment, "x", "", actor=run.cast.admin),
    ):
        with pytest.raises((Denied, StateConflict, AttributeError)):
            step()
    payment.refresh_from_db()
    assert payment.status == "in_progress"


def test_a_change_of_bank_data_while_money_waits_needs_two_persons():
    payment = make_payment()
    cast = payment.cast
    from tests.factories.payments import BANK

    profile = services.submit_bank_data(cast.enrollment.pk, actor=cast.admin, account_number=OTHER_IBAN, **BANK)
    assert profile.needs_second is True


# What decisions do to payments ------------------------------------------------------------------------------


def test_taking_an_approval_back_cancels_its_payment():
    payment = make_payment()
    services.undo_claim(payment.claim_id, actor=payment.cast.vendor_admin)
    payment.refresh_from_db()
    assert payment.status == "cancelled"
    services.approve_claim(payment.claim_id, actor=payment.cast.vendor_admin, amount=AMOUNT)
    assert list(payment.claim.payments.order_by("created_at").values_list("status", flat=True)) == [
        "cancelled",
        "unprocessed",
    ]


def test_a_dispute_that_is_won_grows_the_payment_and_taking_that_back_shrinks_it():
    payment = make_payment(Decimal("4000.00"))
    claim, cast = payment.claim, payment.cast
    other = make_vendor_admin(cast.program)
    services.dispute_claim(claim.pk, actor=cast.admin, comment="The last invoice counts too.")
    assert [one.code for one in paying.judge(Payment.objects.get(pk=payment.pk), None).problems] == [
        "bank_missing",
        "claim_open",
    ]
    services.approve_claim(claim.pk, actor=other, amount=AMOUNT)
    payment.refresh_from_db()
    assert (payment.amount, claim.payments.count()) == (AMOUNT, 1)
    services.undo_claim(claim.pk, actor=other)
    payment.refresh_from_db()
    assert (payment.amount, payment.status) == (Decimal("4000.00"), "unprocessed")


def test_a_dispute_that_is_won_after_a_run_makes_a_second_payment():
    payment = make_payment(Decimal("4000.00"))
    run = make_run(payment, status="closed")
    cast, claim = run.cast, payment.claim
    other = make_vendor_admin(cast.program)
    services.dispute_claim(claim.pk, actor=cast.admin, comment="The last invoice counts too.")
    services.approve_claim(claim.pk, actor=other, amount=AMOUNT)
    amounts = claim.payments.order_by("created_at").values_list("amount", "status")
    assert list(amounts) == [(Decimal("4000.000"), "sent"), (Decimal("120.000"), "unprocessed")]
    assert money(payment) == (Decimal("120.000"), Decimal("4000.000"))


def test_a_payout_of_a_plan_is_paid_by_the_same_runs():
    """R-PLIM-01: one payment for each month that sends money; what the bank says books nothing more in the ledger."""
    plan = plan_of_april()
    earn(plan, date(2021, 3, 10), 2000)
    with at(date(2021, 6, 16)):
        plans.make_payouts()
        assert (services.make_payout_payments(), services.make_payout_payments()) == (1, 0)
        payment = Payment.objects.get()
        assert (payment.amount, payment.promised_by, payment.claim) == (Decimal(2000), date(2021, 4, 15), None)
        fund = payment.fund
        before = (fund.paid, fund.entry_count)
        with transaction.atomic():
            payments.settle_payment(_started(payment), "x", day=date(2021, 4, 15), actor=plan.cast.vendor_admin)
    fund.refresh_from_db()
    assert (fund.paid, fund.entry_count) == before == (Decimal(2000), fund.entry_count)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(payout=None)


def _started(payment):
    Payment.objects.filter(pk=payment.pk).update(status="in_progress")
    payment.refresh_from_db()
    return payment
