"""T-FUND-1…3: shares and threshold (R-FUND-01, R-FUND-03). T-FUND-4 is played in tests/claims/test_money.py."""

from decimal import Decimal

import pytest

from incentives import ledger, services
from incentives.models import Fund
from tests.factories.funds import make_fund
from tests.factories.incentives import make_enrollment, make_program, make_year
from tests.factories.people import make_vendor_admin

pytestmark = pytest.mark.django_db


def judged(amount, threshold):
    """(free, turned into rebate) of a fund with so much co-op after its earning period, in USD."""
    program = make_year(make_program(currency="USD", threshold_usd=Decimal(threshold))).program
    fund = make_fund(amount, enrollment=make_enrollment(program))
    services.apply_thresholds()
    fund = Fund.objects.get(pk=fund.pk)
    assert fund.tested_at is not None
    return fund.free, fund.converted


def test_t_fund_1():
    shares = ledger.split(Decimal(40000), Decimal(60), "USD")
    assert (shares.rebate, shares.coop) == (24000, 16000)
    assert judged(shares.coop, 10000) == (16000, 0)


@pytest.mark.parametrize(
    ("amount", "threshold", "expected"),
    [
        pytest.param("9999.99", 10000, (0, Decimal("9999.99")), id="T-FUND-2-below"),
        pytest.param("10000.00", 10000, (10000, 0), id="T-FUND-2-equal"),
        pytest.param("1500", 1500, (1500, 0), id="T-FUND-3-equal"),
        pytest.param("1499", 1500, (0, 1499), id="T-FUND-3-below"),
    ],
)
def test_t_fund_2_and_3(amount, threshold, expected):
    assert judged(amount, threshold) == expected


def test_the_rounding_remainder_is_coop():
    assert ledger.split(Decimal("0.01"), Decimal(60), "EUR") == ledger.Shares(Decimal("0.00"), Decimal("0.01"))
    assert ledger.split(Decimal("-0.01"), Decimal(60), "EUR") == ledger.Shares(Decimal("0.00"), Decimal("-0.01"))
    assert ledger.split(Decimal(5), Decimal(50), "JPY") == ledger.Shares(Decimal(2), Decimal(3))


def test_later_earnings_that_reach_the_threshold_bring_the_money_back():
    program = make_year(make_program(currency="USD", threshold_usd=Decimal(10000))).program
    fund = make_fund("9000", enrollment=make_enrollment(program))
    services.apply_thresholds()
    fund.refresh_from_db()
    assert (fund.free, fund.converted) == (0, 9000)
    facts = {"reason_code": "previous_period", "reason": "Late lines", "actor": make_vendor_admin(program)}
    services.adjust_fund(fund.pk, Decimal(1000), after=fund.entry_count, **facts)
    fund.refresh_from_db()
    assert (fund.free, fund.converted) == (10000, 0)
