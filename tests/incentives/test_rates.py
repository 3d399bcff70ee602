"""The monthly rate table: given once, without gaps, in known currencies (D-12)."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError

from core.errors import Denied, RuleViolation
from incentives import rates, services
from incentives.models import ExchangeRate
from tests.factories.incentives import make_enrollment, make_program
from tests.factories.people import make_reviewer, make_vendor_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_vendor_admin(make_program())


def read(text):
    found, problems = rates.read_rates(io.BytesIO(text.encode()))
    return [(one.name, one.per_usd) for one in found], [(one.subject, str(one.message)) for one in problems]


def given(*texts):
    found, problems = rates.read_rates(io.BytesIO(b"month,currency,rate\n" + "\n".join(texts).encode()))
    assert problems == []
    return found


def test_a_table_is_read():
    assert read("rate;currency;month\n0.92040000;eur;2026-11\n151.3;JPY;2026-11-01\n") == (
        [("EUR 2026-11", Decimal("0.9204")), ("JPY 2026-11", Decimal("151.3"))], [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-13,EUR,1", "“2026-13” is not a month of the form 2026-11."),
        ("11/2026,EUR,1", "“11/2026” is not a month of the form 2026-11."),
        ("0000-01,EUR,1", "“0000-01” is not a month of the form 2026-11."),
        ("2026-11-02,EUR,1", "“2026-11-02” is not a month of the form 2026-11."),
        ("2026-11,XYZ,1", "“XYZ” is not an ISO currency in use, such as EUR."),
        ("2026-11,DEM,1", "“DEM” is not an ISO currency in use, such as EUR."),
        ("2026-11,USD,1", "Rates are units for one USD; USD itself has none."),
        ("2026-11,EUR,0", "A rate is more than zero."),
        ("2026-11,EUR,-1", "“-1” is not a rate. Write it with a point and at most 8 decimals, such as 0.9204."),
        ('2026-11,EUR,"0,92"', "“0,92” is not a rate. Write it with a point and at most 8 decimals, such as 0.9204."),
        ("2026-11,EUR,0.123456789",
         "“0.123456789” is not a rate. Write it with a point and at most 8 decimals, such as 0.9204."),
        ("2026-11,EUR,0,92", "This line has another number of cells (4) than the header."),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(row, says):
    assert read(f"month,currency,rate\n2026-10,EUR,0.9\n{row}\n") == (
        [("EUR 2026-10", Decimal("0.9"))],
        [("Line 3", says)],
    )


def test_a_file_without_lines_or_columns_is_refused():
    assert read("month,currency,rate\n")[1] == [("", "The file names its columns and has no line below them.")]
    assert read("month,rate\n")[1] == [("Line 1", "These columns are missing: currency.")]


def test_rates_are_added_all_or_none(admin):
    assert services.add_rates(given("2026-09,EUR,0.90", "2026-10,EUR,0.91", "2026-10,JPY,150"), actor=admin) == 3
    assert services.add_rates(given("2026-10,EUR,0.9100", "2026-11,EUR,0.92"), actor=admin) == 1
    with pytest.raises(RuleViolation) as refused:
        services.add_rates(given("2026-12,EUR,0.93", "2026-10,EUR,0.99"), actor=admin)
    [problem] = refused.value.problems
    assert (problem.subject, problem.message) == (
        "Line 3", "EUR 2026-10 is 0.91 already. A rate that was given stays: it may have been used.",
    )  # fmt: skip
    assert rates.rate_of("EUR", date(2026, 11, 24)) == Decimal("0.92")
    assert set(ExchangeRate.objects.values_list("created_by", flat=True)) == {admin.pk}
    assert ExchangeRate.objects.count() == 4


def test_a_month_twice_with_two_rates_is_refused(admin):
    with pytest.raises(RuleViolation, match=r"EUR 2026-10 is 0\.9 already"):
        services.add_rates(given("2026-10,EUR,0.9", "2026-10,EUR,0.8"), actor=admin)


def test_a_gap_is_named_within_the_file_and_with_what_is_there(admin):
    with pytest.raises(RuleViolation, match=r"EUR has a gap: 2026-11, 2026-12\. Give every month"):
        services.add_rates(given("2026-10,EUR,0.9", "2027-01,EUR,0.8"), actor=admin)
    services.add_rates(given("2026-01,JPY,150"), actor=admin)
    with pytest.raises(RuleViolation, match=r"JPY has a gap: 2026-02\. "):
        services.add_rates(given("2026-03,JPY,150", "2026-03,EUR,0.9"), actor=admin)
    services.add_rates(given("2026-03,JPY,151", "2026-02,JPY,152", "2025-12,JPY,153"), actor=admin)
    assert ExchangeRate.objects.count() == 4


def test_the_database_keeps_a_given_rate(admin):
    services.add_rates(given("2026-10,EUR,0.9"), actor=admin)
    for statement in ("UPDATE incentives_exchangerate SET per_usd = 1", "DELETE FROM incentives_exchangerate"):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_who_may_not_book_gives_no_rates():
    with pytest.raises(Denied):
        services.add_rates(given("2026-10,EUR,0.9"), actor=make_reviewer(make_program()))


def test_missing_rates_of_the_month_are_those_of_enrolments(admin):
    make_enrollment(currency="EUR")
    make_enrollment(currency="JPY")
    make_enrollment(currency="USD")
    make_enrollment(currency="CHF", status="inactive")
    services.add_rates(given("2026-11,EUR,0.9"), actor=admin)
    assert rates.missing_now(date(2026, 11, 1)) == ["JPY"]


def test_months_follow_each_other():
    assert [rates.next_month(day) for day in (date(2026, 1, 1), date(2026, 12, 1))] == [
        date(2026, 2, 1),
        date(2027, 1, 1),
    ]
