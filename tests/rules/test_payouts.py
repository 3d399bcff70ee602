"""Monthly payouts: vectors T-PLIM-1 to T-PLIM-5, as arithmetic and through the service on the ledger."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from core import clock
from incentives import services as incentives
from incentives.choices import Settlement
from incentives.models import Earning
from plans import payouts, services
from plans.models import PlanPayout
from tests.factories.earnings import line, uploaded
from tests.factories.incentives import make_enrollment, make_program, make_year
from tests.factories.plans import approve_change, cast_for, make_plan

ZONE = ZoneInfo("America/Los_Angeles")
APRIL, MAY = date(2021, 4, 1), date(2021, 5, 1)
# Per month: earned, limit of the month; then paid and carried.
VECTORS = [
    pytest.param([(5000, 10000)], [(5000, 0)], id="T-PLIM-1"),
    pytest.param([(15000, 10000)], [(10000, 5000)], id="T-PLIM-2"),
    pytest.param([(15000, 10000), (8000, 20000)], [(10000, 5000), (10000, 3000)], id="T-PLIM-3"),
    pytest.param([(15000, 10000), (1000, 10000)], [(10000, 5000), (0, 6000)], id="T-PLIM-4"),
    pytest.param([(5000, 10000), (7000, 10000)], [(5000, 0), (5000, 2000)], id="T-PLIM-5"),
]


@pytest.mark.parametrize(("months", "expected"), VECTORS)
def test_what_is_paid_and_carried(months, expected):
    carry = paid_to_date = Decimal(0)
    found = []
    for earned, limit in months:
        one = payouts.payout(carry, Decimal(earned), Decimal(limit), paid_to_date)
        carry, paid_to_date = one.carry_after, paid_to_date + one.paid
        found.append((one.paid, one.carry_after))
    assert found == expected


def at(day, hour=12):
    return clock.at(datetime.combine(day, time(hour), ZONE))


def plan_of_april(**fields):
    """Approved on 3 March 2021 with 10,000, of a program year that began on that month's first day."""
    with at(date(2021, 3, 1)):
        program = make_program(deadline_zone=ZONE.key, settlement=Settlement.PLAN_PAYOUT, **fields)
        year = make_year(program, starts_on=date(2021, 3, 1), ends_on=date(2022, 2, 28))
        plan = make_plan(cast_for(make_enrollment(program), year), requested_limit=Decimal(10000))
    cast = plan.cast
    with at(date(2021, 3, 3)):
        services.submit_plan(plan.pk, actor=cast.admin)
        services.take_plan(plan.pk, actor=cast.reviewer)
        services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal(10000))
    plan.refresh_from_db()
    plan.cast = cast
    return plan


def earn(plan, day, amount, reported=None):
    """Co-op earned on a day, reported to us on that day or later."""
    values = {"earningType": "coop", "earningDate": day.isoformat(), "transactionDate": day.isoformat()}
    with at(reported or day):
        found = uploaded([line(plan.enrollment, earningAmount=f"{amount}", **values)], plan.cast.program)
        incentives.ask_import(found.pk, actor=found.vendor_admin)
        incentives.book_import(found.pk)  # does nothing where the job has run already
        assert Earning.objects.filter(earnings_import=found).count() == 1


def rows(plan):
    return list(PlanPayout.objects.filter(plan=plan, month__gte=APRIL).values_list("month", "paid", "carry_after"))


@pytest.mark.django_db
@pytest.mark.parametrize(("months", "expected"), VECTORS)
def test_the_service_pays_the_same(months, expected):
    plan = plan_of_april()
    made = []
    for month, (earned, limit), outcome in zip((APRIL, MAY), months, expected, strict=False):
        if limit != plan.newest_limit:
            with at(month.replace(day=1) - payouts.timedelta(days=2)):
                approve_change(plan, Decimal(limit))
        earn(plan, month.replace(day=20), earned)
        with at(payouts.pay_day(month, None)):
            services.make_payouts()
        made.append((month, *outcome))
        assert rows(plan) == made


@pytest.mark.parametrize(
    ("month", "calendar", "day"),
    [
        pytest.param(date(2021, 3, 1), None, date(2021, 4, 15), id="R-PLIM-01-the-15th-of-the-next-month"),
        pytest.param(date(2021, 4, 1), None, date(2021, 5, 17), id="R-PLIM-05-a-saturday"),
        pytest.param(date(2021, 7, 1), None, date(2021, 8, 16), id="R-PLIM-05-a-sunday"),
        pytest.param(date(2023, 7, 1), "IT", date(2023, 8, 16), id="R-PLIM-05-a-holiday"),
        pytest.param(date(2023, 7, 1), None, date(2023, 8, 15), id="R-PLIM-05-no-calendar-no-holiday"),
        pytest.param(date(2021, 12, 1), None, date(2022, 1, 17), id="R-PLIM-05-over-the-year"),
    ],
)
def test_the_day_of_payment(month, calendar, day):
    assert payouts.pay_day(month, calendar) == day


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2021, 5, 11), date(2021, 3, 1)),
        (date(2021, 5, 12), date(2021, 4, 1)),
        (date(2021, 1, 9), date(2020, 11, 1)),
    ],
)
def test_a_month_is_counted_five_days_before_it_is_paid(day, month):
    assert payouts.newest_closed(day, None) == month


def test_a_correction_lowers_the_carry_and_never_asks_money_back():
    one = payouts.payout(Decimal(100), Decimal(-400), Decimal(1000), Decimal(500))
    assert (one.paid, one.carry_after) == (0, -300)


def test_a_limit_that_was_lowered_below_what_is_paid_pays_nothing():
    assert payouts.payout(Decimal(50), Decimal(100), Decimal(400), Decimal(500)).paid == 0


def test_funds_that_hold_less_than_was_earned_pay_what_they_hold():
    one = payouts.payout(Decimal(0), Decimal(100), Decimal(1000), Decimal(0), covered=Decimal(60))
    assert (one.paid, one.carry_after) == (60, 40)


def test_coverage_is_rounded_down_and_needs_a_payment():
    assert [payouts.coverage(Decimal(a), Decimal(b)) for a, b in ((0, 0), (0, 10), (2, 3), (3, 3), (9, 3))] == [
        None, 0, 66, 100, 300,
    ]  # fmt: skip
