"""Money of the demo: exchange rates, and what each location earned in each half, as monthly imports would book it."""

from datetime import date, timedelta
from decimal import Decimal

from core import clock
from core.history import SystemJob
from demo.seed.calendar import Days
from demo.seed.people import House
from incentives import services
from incentives.choices import Bucket, EntryKind
from incentives.models import Enrollment, ExchangeRate, Fund, Period
from incentives.models.program import COOP_FUND
from incentives.services import Purpose

JOB = SystemJob("set-up")
MONTHS = 30  # of rates, up to the running month
RATES = {"EUR": "0.91", "GBP": "0.78", "CHF": "0.88"}  # units per USD, moved a little every month
EARNED = Decimal(30200)  # co-op of a usual half; each location a little different


LAUNCH_SHARE = Decimal("0.4")  # of the other fund types


def make_money(house: House, days: Days) -> None:
    """Rates of the last months, and the funds of every enrolment for all halves that have begun."""
    make_rates(days.today)
    for turn, enrollment in enumerate(house.enrollments.values()):
        for period in enrollment.program.periods.filter(earning_start__lte=days.today).order_by("earning_start"):
            _earn(enrollment, period, turn, days)


def make_rates(today: date) -> None:
    month = today.replace(day=1)
    for back in range(MONTHS):
        for currency, rate in RATES.items():
            moved = Decimal(rate) + Decimal((back * 7) % 11 - 5) / 1000
            ExchangeRate.objects.create(currency=currency, month=month, per_usd=moved)
        month = (month - timedelta(days=1)).replace(day=1)


def _earn(enrollment: Enrollment, period: Period, turn: int, days: Days) -> None:
    """Two bookings in each half, a bit more every time."""
    for fund_type in enrollment.program.fund_types.all():
        share = Decimal(1) if fund_type.slug == COOP_FUND[0] else LAUNCH_SHARE
        _book(services.open_fund(enrollment, fund_type, period), period, turn, days, share)


def _book(fund: Fund, period: Period, turn: int, days: Days, share: Decimal) -> None:
    for part, day in enumerate((period.earning_start + timedelta(days=74), period.earning_end), start=1):
        amount = (EARNED + turn * 1730 + part * 510) / 2 * share
        if day > days.today:
            continue
        with clock.at(days.before(day, 0)):
            purpose = Purpose(f"demo:{fund.pk}:{part}")
            services.book(fund, EntryKind.EARNED, Bucket.OUTSIDE, Bucket.FREE, amount, purpose, actor=JOB)
