"""The only bookings of the ledger. One entry is one statement; its trigger moves the balances with it (D-14)."""

import logging
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Problem, RuleViolation, StateConflict
from core.history import SystemJob
from core.money import format_amount, quantize
from core.permissions import require
from core.workflow import lock
from incentives import ledger, verification
from incentives.choices import Bucket, EntryKind, ReasonCode, Settlement
from incentives.models import Enrollment, Fund, FundType, Period
from incentives.models.booking import FREE_COVERED
from incentives.models.fund import CAUSE_UNIQUE
from incentives.rates import in_currency

log = logging.getLogger(__name__)
FUNDS_JOB = SystemJob("funds")
BOOK = """
INSERT INTO incentives_fundentry
  (fund_id, kind, source, target, amount, reference, reference_label, cause, reason_code, reason, actor_id, actor_name,
   booked_at, number, free_after)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0)
RETURNING id, number, free_after
"""


class ShortOfFunds(RuleViolation):
    """The fund does not cover the amount. left: what is free now, in the fund's currency (R-FUND-15)."""

    def __init__(self, amount: Decimal, left: Decimal, currency: str = ""):
        self.left = left
        text = _("This needs %(amount)s, and %(left)s is left in the fund.") % {
            "amount": format_amount(amount, currency),
            "left": format_amount(left, currency),
        }
        super().__init__([Problem("short_of_funds", text, "R-FUND-15", "card-amount")])


class AlreadyBooked(StateConflict):
    """The same cause has been booked before; nothing was booked now."""


@dataclass(frozen=True)
class Booked:
    """number: of the entry in its fund · free: what is free in the fund after it."""

    id: int
    number: int
    free: Decimal


@dataclass(frozen=True)
class Purpose:
    """What an entry is for. reference, label: key and readable number of a claim or payout, empty for what concerns
    the fund alone · cause: unique name of the deed · reason_code, reason: why."""

    cause: str
    reference: Any = None
    label: str = ""
    reason_code: str = ""
    reason: str = ""


def book(fund: Fund, kind: str, source: str, target: str, amount: Decimal, purpose: Purpose, *, actor: Any) -> Booked:
    """Book one entry: `amount` (> 0, the fund's currency, no finer than its minor unit) from source to target.

    The last statement before history and commit (D-14): the fund stays locked until then. Raises ShortOfFunds,
    AlreadyBooked; IntegrityError for a route or commitment the ledger does not allow. After any of them the
    transaction can only be rolled back.
    """
    if amount != quantize(amount, fund.currency):
        raise ValueError(f"{amount} is finer than {fund.currency} allows")
    person = None if isinstance(actor, SystemJob) else actor
    values = [
        fund.pk, kind, source, target, amount, purpose.reference, purpose.label, purpose.cause, purpose.reason_code,
        purpose.reason, person.pk if person else None, actor.name if person is None else actor.display_name,
        clock.now(),
    ]  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(BOOK, values)
            return Booked(*cursor.fetchone())
    except IntegrityError as error:
        raise _explained(error, fund, amount) from error


def _explained(error: IntegrityError, fund: Fund, amount: Decimal) -> Exception:
    told = getattr(error.__cause__, "diag", None)
    constraint = str(getattr(told, "constraint_name", "") or "")
    if constraint == FREE_COVERED and told is not None:
        return ShortOfFunds(amount, Decimal(told.message_detail), fund.currency)
    if constraint == CAUSE_UNIQUE:
        return AlreadyBooked(_g("This has been booked already."))
    return error


def open_fund(enrollment: Enrollment, fund_type: FundType, period: Period) -> Fund:
    """The fund of an enrolment, type and period, made when it is not there yet; in the enrolment's currency (D-09)."""
    found, _made = Fund.objects.get_or_create(
        enrollment=enrollment, fund_type=fund_type, period=period, currency=enrollment.currency
    )
    return found


def reserve_funds(fund: Fund, amount: Decimal, purpose: Purpose, *, actor: Any, source: str = Bucket.FREE) -> Booked:
    """Set aside for a claim (R-FUND-14). source: free, or what is kept for that very claim after the close (D-13)."""
    return book(fund, EntryKind.RESERVED, source, Bucket.RESERVED, amount, purpose, actor=actor)


def release_funds(fund: Fund, amount: Decimal, purpose: Purpose, *, actor: Any) -> Booked:
    """Give back what a claim had reserved: to the fund while its claiming period runs, after that only to the claim
    itself (D-13)."""
    target = Bucket.BOUND if claiming_is_over(fund) else Bucket.FREE
    return book(fund, EntryKind.RELEASED, Bucket.RESERVED, target, amount, purpose, actor=actor)


def approve_funds(fund: Fund, amount: Decimal, purpose: Purpose, *, actor: Any) -> Booked:
    return book(fund, EntryKind.APPROVED, Bucket.RESERVED, Bucket.APPROVED, amount, purpose, actor=actor)


def reverse_approval(fund: Fund, amount: Decimal, purpose: Purpose, *, actor: Any) -> Booked:
    """Undo of an approval (D-15): back to reserved."""
    return book(fund, EntryKind.REVERSED, Bucket.APPROVED, Bucket.RESERVED, amount, purpose, actor=actor)


def pay_funds(fund: Fund, amount: Decimal, purpose: Purpose, *, actor: Any, source: str = Bucket.APPROVED) -> Booked:
    """The bank has sent it. source: free for the monthly payout of a plan (D-08)."""
    return book(fund, EntryKind.PAID, source, Bucket.PAID, amount, purpose, actor=actor)


def reverse_payment(
    fund: Fund, amount: Decimal, purpose: Purpose, *, actor: Any, target: str = Bucket.APPROVED
) -> Booked:
    """The bank has sent it back: approved again, to be paid anew."""
    return book(fund, EntryKind.REVERSED, Bucket.PAID, target, amount, purpose, actor=actor)


def expire_commitment(fund: Fund, amount: Decimal, purpose: Purpose, *, actor: Any = FUNDS_JOB) -> Booked:
    """What was kept for one claim lapses (D-13)."""
    return book(fund, EntryKind.EXPIRED, Bucket.BOUND, Bucket.EXPIRED, amount, purpose, actor=actor)


def claiming_is_over(fund: Fund) -> bool:
    """Free money of the fund lapses, or has lapsed, because its claiming period is over (D-13). A fund that pays a plan
    monthly has no claiming period (D-05, D-08)."""
    program = fund.enrollment.program
    return program.settlement == Settlement.CLAIM and program.today() > fund.period.claiming_end


def adjust_fund(fund_id: Any, amount: Decimal, *, reason_code: str, reason: str, after: int, actor: Any) -> Fund:
    """Correct a fund by a signed amount in its currency, with a reason (R-FUND-05).

    after: number of the newest entry the person saw; StateConflict when there is a newer one, so that a second click
    books nothing. Raises Denied, ShortOfFunds, RuleViolation.
    """
    with transaction.atomic():
        fund = lock(Fund, fund_id)
        require(actor, "incentives.book", fund)
        if fund.entry_count != after:
            raise StateConflict(_g("Something was booked meanwhile. Look at the new balance first."))
        problems = _adjustment_problems(fund, amount, reason)
        if problems:
            raise RuleViolation(problems)
        ways = (Bucket.OUTSIDE, Bucket.FREE) if amount > 0 else (Bucket.FREE, Bucket.OUTSIDE)
        purpose = Purpose(f"adjust:{fund.pk}:{after}", reason_code=ReasonCode(reason_code).value, reason=reason.strip())
        book(fund, EntryKind.ADJUSTED, *ways, abs(amount), purpose, actor=actor)
        apply_threshold(fund)
    return fund


def _adjustment_problems(fund: Fund, amount: Decimal, reason: str) -> list[Problem]:
    problems = []
    if not amount or amount != quantize(amount, fund.currency):
        text = _g("Enter an amount other than zero, no finer than %(currency)s allows.") % {"currency": fund.currency}
        problems.append(Problem("amount", text, "R-FUND-05", "id_amount"))
    if not reason.strip():
        problems.append(Problem("reason_missing", _g("Write why; both sides read it."), "R-FUND-05", "id_reason"))
    if fund.closed_at is not None and amount > 0:
        text = _g("The claiming period of this fund is over: what is booked now would lapse at once. Choose another.")
        problems.append(Problem("fund_closed", text, "R-FUND-18", "id_amount"))
    return problems


def apply_threshold(fund: Fund, *, actor: Any = FUNDS_JOB) -> None:
    """R-FUND-03: after the earning period, co-op below the program's threshold turns into rebate, all of it; when later
    lines reach the threshold after all it comes back. Money that claims hold is left. Call with the fund locked.

    The threshold is in USD, at the rate of the earning period's last month (D-12); RuleViolation without that rate.
    """
    fund.refresh_from_db()
    program = fund.enrollment.program
    if program.threshold_usd is None or program.today() <= fund.period.earning_end:
        return
    accrued = fund.earned + fund.converted
    limit = in_currency(program.threshold_usd, ledger.USD, fund.currency, fund.period.earning_end)
    purpose = Purpose(f"threshold:{fund.pk}:{fund.entry_count}")
    if ledger.is_below(accrued, limit):
        if fund.free and not fund.claimed:
            book(fund, EntryKind.CONVERTED, Bucket.FREE, Bucket.CONVERTED, fund.free, purpose, actor=actor)
    elif fund.converted:
        book(fund, EntryKind.CONVERTED, Bucket.CONVERTED, Bucket.FREE, fund.converted, purpose, actor=actor)
    Fund.objects.filter(pk=fund.pk).update(tested_at=clock.now())


def apply_thresholds() -> int:
    """Sweep: test every fund once its earning period is over; returns how many were tested.

    A fund whose rate is missing is left for the next time; the vendor's page of rates names it.
    """
    waiting = Fund.objects.filter(tested_at__isnull=True, enrollment__program__threshold_usd__isnull=False)
    return sum(_test(fund) for fund in waiting.select_related("enrollment__program", "period"))


def _test(fund: Fund) -> int:
    if fund.enrollment.program.today() <= fund.period.earning_end:
        return 0
    try:
        with transaction.atomic():
            apply_threshold(lock(Fund, fund.pk))
    except RuleViolation:
        return 0
    return 1


def close_funds() -> int:
    """Sweep: what is free in a fund whose claiming period is over lapses (R-FUND-18, D-13); returns how many funds."""
    waiting = Fund.objects.filter(free__gt=0) | Fund.objects.filter(closed_at__isnull=True)
    return sum(
        close_fund(fund.pk)
        for fund in waiting.select_related("enrollment__program", "period")
        if claiming_is_over(fund)
    )


def hold_period(period_id: Any) -> Period:
    """The period as it is now, and so until this transaction ends: a change of its dates waits. For whoever decides by
    them that money lapses. Call with the fund locked: fund first, then period."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM incentives_period WHERE id = %s FOR SHARE", [period_id])
    return Period.objects.get(pk=period_id)


def close_fund(fund_id: Any, *, actor: Any = FUNDS_JOB) -> int:
    """Let what is free in one fund lapse: 1, or 0 when its claiming period is not over (it may have been extended)."""
    with transaction.atomic():
        fund = lock(Fund, fund_id)
        fund.period = hold_period(fund.period_id)  # an extension that is on its way goes first, or waits for us
        if not claiming_is_over(fund):
            return 0
        if fund.free:
            purpose = Purpose(f"close:{fund.pk}:{fund.entry_count}")
            book(fund, EntryKind.EXPIRED, Bucket.FREE, Bucket.EXPIRED, fund.free, purpose, actor=actor)
        Fund.objects.filter(pk=fund.pk, closed_at__isnull=True).update(closed_at=clock.now())
    return 1


def roll_over_fund(fund_id: Any, period: Period, *, reason: str, actor: Any) -> Booked | None:
    """Move what is free into the fund of another period of the program (R-CAL-11); None when nothing is free. A person
    needs incentives.book: Denied."""
    with transaction.atomic():
        found = Fund.objects.select_related("enrollment", "fund_type").get(pk=fund_id)
        if not isinstance(actor, SystemJob):
            require(actor, "incentives.book", found)
        other = open_fund(found.enrollment, found.fund_type, period)
        locked = {pk: lock(Fund, pk) for pk in sorted({found.pk, other.pk}, key=str)}  # by key: no deadlock (D-14)
        source, target = locked[found.pk], locked[other.pk]
        if not source.free or source.pk == target.pk:
            return None
        pair = f"rollover:{source.pk}:{source.entry_count}"
        out = Purpose(f"{pair}:out", reason_code=ReasonCode.ROLLOVER, reason=reason)
        into = Purpose(f"{pair}:in", reason_code=ReasonCode.ROLLOVER, reason=reason)
        book(source, EntryKind.ROLLOVER, Bucket.FREE, Bucket.OUTSIDE, source.free, out, actor=actor)
        return book(target, EntryKind.ROLLOVER, Bucket.OUTSIDE, Bucket.FREE, source.free, into, actor=actor)


def report_differences() -> int:
    """Nightly: whatever in the ledger is not the sum of its entries goes to the log as an error; returns how much."""
    found = list(verification.differences())
    for one in found:
        log.error("the ledger differs from its entries: %s", one)
    return len(found)
