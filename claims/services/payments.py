"""Payments from the approval on: made, grown, held back, paid again, lapsed. Runs stand in runs.py."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from claims import deadlines, notifications, paying
from claims.choices import PAYABLE, UNPAID, UNTAKEN, PaymentStatus
from claims.models import Claim, Payment
from claims.workflow import PAYMENT
from core import clock, history
from core.errors import Problem, RuleViolation, StateConflict
from core.history import SystemJob
from core.numbers import next_number
from core.permissions import require
from core.workflow import apply, lock
from incentives import services as incentives
from incentives.choices import PayoutState, Settlement
from incentives.models import Fund, PayoutProfile
from incentives.rules import newest_profile
from plans.models import PlanPayout

PAYMENT_PREFIX = "PAY"  # D-27
PAYMENT_JOB = SystemJob("payments")

history.describe(
    {
        "payments.create": _("made a payment of the approval"),
        "payments.grow": _("made the payment larger"),
        "payments.shrink": _("made the payment smaller"),
        "payments.hold": _("holds the payment back"),
        "payments.unhold": _("no longer holds the payment back"),
    }
)


def make_payment(claim: Claim, amount: Decimal, *, actor: Any) -> Payment | None:
    """The payment of an approval, `amount` in the currency of the claim's fund; None where the program pays plans and
    not claims (D-08). The caller has locked the claim and books the approval itself."""
    if claim.enrollment.program.settlement != Settlement.CLAIM or claim.fund is None:
        return None
    now = clock.now()
    payment = Payment.objects.create(
        number=next_number(PAYMENT_PREFIX),
        status=PAYMENT.initial,
        holder=PAYMENT.holders[PAYMENT.initial],
        claim=claim,
        enrollment=claim.enrollment,
        fund=claim.fund,
        amount=amount,
        currency=claim.fund.currency,
        approved_at=now,
        promised_by=_promise(claim, now),
        created_by=actor,
    )
    history.record(payment, "payments.create", actor=actor, new=payment.status)
    _convert(payment)
    ask_payment_tax_invoice(payment)
    return payment


def make_payout_payments() -> int:
    """Sweep: a payment for every monthly payout of a plan that has none (R-PLIM-01); returns how many. Its money was
    taken from the funds when the payout was counted, so the bank's words book nothing more."""
    waiting = PlanPayout.objects.paying().filter(payment__isnull=True).order_by("pk")
    return sum(_make_payout_payment(pk) for pk in waiting.values_list("pk", flat=True))


def _make_payout_payment(pk: Any) -> int:
    with transaction.atomic():
        payout: PlanPayout = lock(PlanPayout, pk)
        if Payment.objects.filter(payout=payout).exists():
            return 0
        enrollment = payout.plan.enrollment
        payment = Payment.objects.create(
            number=next_number(PAYMENT_PREFIX),
            status=PAYMENT.initial,
            holder=PAYMENT.holders[PAYMENT.initial],
            payout=payout,
            enrollment=enrollment,
            fund=Fund.objects.filter(commitments__reference=payout.pk).earliest("period__usage_start"),
            amount=payout.paid,
            currency=payout.plan.currency,
            approved_at=payout.created_at,
            promised_by=payout.pay_on,
            created_by=payout.plan.created_by,
        )
        history.record(payment, "payments.create", actor=PAYMENT_JOB, new=payment.status)
        _convert(payment)
        ask_payment_tax_invoice(payment)
    return 1


def increase_payment(claim: Claim, amount: Decimal, *, actor: Any) -> Payment | None:
    """More was approved (a dispute won): the payment grows while no run has taken it, else a second one is made for
    the rest. The caller has locked the claim."""
    payment = _untaken(claim)
    if payment is None:
        return make_payment(claim, amount, actor=actor)
    payment.approved_at = clock.now()
    payment.promised_by = _promise(claim, payment.approved_at)
    payment.save(update_fields=["approved_at", "promised_by", "updated_at"])
    _resize(payment, payment.amount + amount, "payments.grow", actor)
    _convert(payment)
    ask_payment_tax_invoice(payment)
    return payment


def cancel_payment(claim: Claim, *, actor: Any) -> Payment | None:
    """The approval is undone (D-15): its payment is cancelled. None when there was none.

    The caller has locked the claim. Raises StateConflict when a run has taken it already.
    """
    over = (PaymentStatus.CANCELLED, PaymentStatus.REJECTED_IN_REVIEW)
    if Payment.objects.filter(claim=claim).exclude(status__in=(*UNTAKEN, *over)).exists():
        raise StateConflict(_g("A payment run has taken this already. The approval can no longer be undone."))
    payment = _untaken(claim)
    return apply(PAYMENT, payment, "cancel", actor=actor) if payment is not None else None


def follow_approval(claim: Claim, approved: Decimal, *, actor: Any) -> None:
    """Bring what is owed for the claim to `approved`, in its fund's currency: a new or larger payment, or a smaller or
    cancelled one where a decision was taken back (D-15).

    The caller has locked the claim and moved it; call before the fund is booked (D-14). Raises StateConflict when a run
    has taken what would have to shrink.
    """
    gone = (PaymentStatus.CANCELLED,)
    amounts = Payment.objects.filter(claim=claim).exclude(status__in=gone).values_list("amount", flat=True)
    owed = sum(amounts, Decimal(0))
    if approved > owed:
        increase_payment(claim, approved - owed, actor=actor)
    elif not approved and owed:
        cancel_payment(claim, actor=actor)
    elif approved < owed:
        _shrink(claim, owed - approved, actor)


def _shrink(claim: Claim, amount: Decimal, actor: Any) -> None:
    payment = _untaken(claim)
    if payment is None or payment.amount < amount:
        raise StateConflict(_g("A payment run has taken this already. The approval can no longer be undone."))
    if payment.amount == amount:
        apply(PAYMENT, payment, "cancel", actor=actor)
        return
    _resize(payment, payment.amount - amount, "payments.shrink", actor)
    _convert(payment)
    ask_payment_tax_invoice(payment)


def _resize(payment: Payment, amount: Decimal, action: str, actor: Any) -> None:
    changes = {"amount": [f"{value} {payment.currency}" for value in (payment.amount, amount)]}
    payment.amount, payment.pay_amount, payment.pay_currency = amount, None, ""
    payment.save(update_fields=["amount", "pay_amount", "pay_currency", "updated_at"])
    history.record(payment, action, actor=actor, changes=changes)


def _untaken(claim: Claim) -> Payment | None:
    """The claim's payment that no run has taken, under its lock."""
    rows = Payment.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(claim=claim, status__in=UNTAKEN).first()


def ask_payment_tax_invoice(payment: Payment) -> None:
    """Where the location's country demands a tax invoice, the payment waits for it (R-CUR-09). Call under its lock."""
    if not paying.needs_tax_invoice(payment):
        return
    if payment.status != PaymentStatus.PENDING_TAX_INVOICE:
        # An invoice over the former amount stays on record; it no longer counts.
        payment.tax_invoices.filter(state="submitted").update(
            state="rejected", judged_at=clock.now(), reason=_g("The amount has changed.")
        )
        apply(PAYMENT, payment, "ask_tax_invoice", actor=PAYMENT_JOB, fields={"promised_by": None})
    notifications.payment_blocked(payment, _("needs a tax invoice before it can be paid"))


def _promise(claim: Claim, approved_at: Any) -> date:
    program = claim.enrollment.program
    return deadlines.payment_due(program.today(approved_at), program.work_days)


def _convert(payment: Payment) -> None:
    """Keep the amount in the currency of the bank account (D-12 c), as far as that is known today."""
    profile = newest_profile(payment.enrollment)
    if profile is None or profile.state == PayoutState.REJECTED:
        notifications.payment_blocked(payment, _("waits for bank and tax data"))  # N-13
        return
    try:
        keep_conversion(payment, paying.conversion_of(payment, profile.currency))
    except RuleViolation:
        return  # the preview of the run names the missing rate; an approval does not wait for it


def keep_conversion(payment: Payment, found: paying.Conversion) -> None:
    payment.pay_amount, payment.pay_currency = found.amount, found.currency
    payment.fund_rate, payment.pay_rate, payment.rate_month = found.fund_rate, found.pay_rate, found.month
    payment.save(
        update_fields=["pay_amount", "pay_currency", "fund_rate", "pay_rate", "rate_month", "updated_at"]
    )  # fmt: skip


def hold_payment(pk: Any, *, actor: Any, reason: str) -> Payment:
    """Keep a payment out of runs, with the reason that both sides read; an empty reason lets it go again."""
    with transaction.atomic():
        payment: Payment = lock(Payment, pk)
        require(actor, "payments.manage", payment)
        if payment.status not in UNPAID or payment.status == PaymentStatus.IN_PROGRESS:
            raise StateConflict(_g("This payment is under way or over."), payment.status)
        reason = reason.strip()
        if reason != payment.held:
            payment.held = reason
            payment.save(update_fields=["held", "updated_at"])
            action = "payments.hold" if reason else "payments.unhold"
            history.record(payment, action, actor=actor, comment=reason)
    return payment


def retry_payment(pk: Any, *, actor: Any, comment: str = "") -> Payment:
    """What came back goes into the next run (R-CLM-30)."""
    with transaction.atomic():
        payment: Payment = lock(Payment, pk)
        apply(PAYMENT, payment, "retry", actor=actor, comment=comment)
    return payment


def mark_incorrect_payment(pk: Any, *, actor: Any, comment: str) -> Payment:
    """Sent, but to the wrong account or over a wrong amount; the money counts as paid until it comes back."""
    with transaction.atomic():
        payment: Payment = lock(Payment, pk)
        apply(PAYMENT, payment, "mark_incorrect", actor=actor, comment=comment)
    return payment


def start_payment(payment: Payment, found: paying.Candidate, *, actor: Any) -> None:
    """A confirmed run takes it, with the conversion frozen. The caller has locked it."""
    if found.conversion is not None:
        keep_conversion(payment, found.conversion)
    apply(PAYMENT, payment, "start", actor=actor)


def release_payment(payment: Payment, *, actor: Any) -> None:
    """Its run was cancelled before a file was made. The caller has locked it."""
    apply(PAYMENT, payment, "release", actor=actor)


def settle_payment(payment: Payment, cause: str, *, day: date, actor: Any) -> None:
    """The bank has sent it: approved becomes paid in the ledger (R-FUND-17). The caller has locked it."""
    apply(PAYMENT, payment, "settle", actor=actor, fields={"sent_on": day, "bank_reason": ""})
    notifications.payment_sent(payment)
    if payment.claim is not None:
        incentives.pay_funds(_fund(payment), payment.amount, _purpose(payment.claim, cause), actor=actor)


def fail_payment(payment: Payment, reason: str, *, actor: Any) -> None:
    """The bank could not send it. The caller has locked it."""
    apply(PAYMENT, payment, "fail", actor=actor, fields={"bank_reason": reason})
    notifications.payment_returned(payment)


def refuse_payment(payment: Payment, reason: str, *, actor: Any) -> None:
    """The bank rejected it. The caller has locked it."""
    apply(PAYMENT, payment, "refuse", actor=actor, fields={"bank_reason": reason})
    notifications.payment_returned(payment)


def reverse_payment(payment: Payment, cause: str, reason: str, *, actor: Any) -> None:
    """The bank has sent it back: paid becomes approved again in the ledger. The caller has locked it."""
    apply(PAYMENT, payment, "reverse", actor=actor, fields={"bank_reason": reason, "sent_on": None})
    notifications.payment_returned(payment)
    if payment.claim is not None:
        incentives.reverse_payment(_fund(payment), payment.amount, _purpose(payment.claim, cause), actor=actor)


def _fund(payment: Payment) -> Fund:
    return payment.fund


def _purpose(claim: Claim, cause: str) -> incentives.Purpose:
    return incentives.Purpose(cause, reference=claim.pk, label=claim.number)


def schedule_payment(pk: Any) -> Payment:
    """Nothing stops it any more: it is planned for the next run."""
    with transaction.atomic():
        payment: Payment = lock(Payment, pk)
        if paying.judge(payment, newest_profile(payment.enrollment)).problems:
            raise RuleViolation([Problem("not_ready", _g("This payment is not ready."))])
        apply(PAYMENT, payment, "schedule", actor=PAYMENT_JOB)
    return payment


def lapse_payment(pk: Any) -> Payment:
    """R-CUR-08: what the partner owes did not come within 180 days."""
    with transaction.atomic():
        payment: Payment = lock(Payment, pk)
        found = paying.judge(payment, newest_profile(payment.enrollment))
        if not found.partner_owes or payment.enrollment.program.today() <= paying.lapses_on(payment):
            raise StateConflict(_g("This payment does not lapse."), payment.status)
        apply(PAYMENT, payment, "lapse", actor=PAYMENT_JOB)
        notifications.payment_lapsed(payment)
    return payment


def schedule_payments() -> int:
    """Sweep: plan what is ready for the next run; returns how many."""
    return _sweep((PaymentStatus.UNPROCESSED,), schedule_payment)


def lapse_payments() -> int:
    """Sweep: end what the partner did not complete in time (R-CUR-08); returns how many."""
    old = clock.now() - deadlines.HOLD_AGE
    return _sweep((*PAYABLE, PaymentStatus.PENDING_TAX_INVOICE, PaymentStatus.TAX_INVOICE_REJECTED), lapse_payment, old)


def _sweep(statuses: tuple[str, ...], move: Callable[[Any], Payment], approved_before: Any = None) -> int:
    """Payments for which the move is right now; one that a person has moved meanwhile is left."""
    rows = Payment.objects.filter(status__in=statuses)
    if approved_before is not None:
        rows = rows.filter(approved_at__lt=approved_before)
    done = 0
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            move(pk)
        except (StateConflict, RuleViolation):
            continue
        done += 1
    return done


def has_unpaid(enrollment_id: Any) -> bool:
    """Approved money of the enrolment waits to be paid: then a change of bank data needs two persons (D-16)."""
    return Payment.objects.filter(enrollment=enrollment_id, status__in=UNPAID).exists()


def submit_bank_data(enrollment_id: Any, *, actor: Any, **data: str) -> PayoutProfile:
    """A new version of bank and tax data, confirmed twice where approved money waits (D-16)."""
    with transaction.atomic():
        waiting = has_unpaid(enrollment_id)
        return incentives.submit_payout_profile(enrollment_id, actor=actor, after_approval=waiting, **data)


def take_over_bank_data(enrollment_id: Any, source_id: Any, *, actor: Any) -> PayoutProfile:
    """The data of another enrolment of the same location (R-ENR-05)."""
    with transaction.atomic():
        waiting = has_unpaid(enrollment_id)
        return incentives.take_over_payout_profile(enrollment_id, source_id, actor=actor, after_approval=waiting)


def reject_bank_data(pk: Any, *, actor: Any, reason: str) -> PayoutProfile:
    """The vendor does not accept bank and tax data; the location's incentives admins are told why (N-13)."""
    with transaction.atomic():
        profile = incentives.reject_payout_profile(pk, actor=actor, reason=reason)
        notifications.bank_data_rejected(profile)
    return profile
