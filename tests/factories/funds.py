"""Funds with money in them."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from core.history import SystemJob
from incentives import services
from incentives.choices import Bucket, EntryKind
from incentives.services import Purpose
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_vendor_admin

JOB = SystemJob("factory")
_number = count(1)


def claimable_period(program):
    """The period whose work can be claimed today."""
    return program.periods.claimable_on(program.today()).get()


def make_fund(amount=0, *, enrollment=None, period=None, fund_type="co-op"):
    """The fund of the period that can be claimed today, with so much earned; `vendor_admin` on it books."""
    enrollment = enrollment or make_enrollment()
    period = period or claimable_period(enrollment.program)
    fund = services.open_fund(enrollment, enrollment.program.fund_types.get(slug=fund_type), period)
    if amount:
        earn(fund, amount)
    fund.refresh_from_db()
    fund.vendor_admin = make_vendor_admin(enrollment.program, "Olivia Chen")
    return fund


def earn(fund, amount):
    """More co-op, as an import books it."""
    purpose = Purpose(f"factory:{next(_number)}:{fund.pk}")
    services.book(fund, EntryKind.EARNED, Bucket.OUTSIDE, Bucket.FREE, Decimal(amount), purpose, actor=JOB)


def close(period):
    """Let the claiming period be over since yesterday."""
    period.claiming_end = period.program.today() - timedelta(days=1)
    period.usage_end = min(period.usage_end, period.claiming_end - timedelta(days=1))
    period.save()
