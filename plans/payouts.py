"""What a plan pays each month where settlement is monthly: what was earned, limited by the plan (R-PLIM, D-08). Pure.

A month is named by its first day. Amounts are in the plan's currency.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.clock import add_business_days, add_months

PAY_DAY = 15  # of the following month, R-PLIM-01
CLOSES_DAYS_BEFORE = 5  # ours: earnings reported up to then count in the month, later ones in the next
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Payout:
    """One month: carry_after = carry_before + earned - paid. A negative carry is what corrections took back."""

    carry_before: Decimal
    earned: Decimal
    limit: Decimal
    paid: Decimal

    @property
    def carry_after(self) -> Decimal:
        return self.carry_before + self.earned - self.paid


def payout(
    carry: Decimal, earned: Decimal, limit: Decimal, paid_to_date: Decimal, covered: Decimal | None = None
) -> Payout:
    """pay = max(0, min(carry + earned, limit - paid to date)); what is above it is carried on (R-PLIM-02, -03).

    covered: what the funds hold free, when it may be less than what was earned (R-FUND-03).
    """
    wanted = min(carry + earned, limit - paid_to_date)
    if covered is not None:
        wanted = min(wanted, covered)
    return Payout(carry, earned, limit, max(NOTHING, wanted))


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def last_of_month(month: date) -> date:
    return add_months(month, 1) - timedelta(days=1)


def pay_day(month: date, calendar: str | None) -> date:
    """The 15th of the following month; without bank business the next business day (R-PLIM-01, R-PLIM-05)."""
    fifteenth = add_months(month, 1).replace(day=PAY_DAY)
    return add_business_days(fifteenth - timedelta(days=1), 1, calendar)


def closing_day(month: date, calendar: str | None) -> date:
    """From this day on the month is counted, so that its payment can be prepared."""
    return pay_day(month, calendar) - timedelta(days=CLOSES_DAYS_BEFORE)


def newest_closed(today: date, calendar: str | None) -> date:
    """The newest month that can be counted on a day."""
    month = add_months(first_of_month(today), -1)
    while closing_day(month, calendar) > today:
        month = add_months(month, -1)
    return month


def months(first: date, last: date) -> Iterator[date]:
    """Every month from first to last, both included; none when last lies before first."""
    month = first
    while month <= last:
        yield month
        month = add_months(month, 1)


def coverage(proven: Decimal, paid: Decimal) -> int | None:
    """Approved proofs in percent of what was paid (R-POE-00), rounded down; None while nothing was paid."""
    return int(proven * 100 / paid) if paid > 0 else None
