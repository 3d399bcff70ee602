"""Reports: per currency, with what is behind each figure; the claims list filtered by what the ledger holds."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Claim
from core import clock
from incentives.models import ExchangeRate, Fund
from portal import reports
from tests.factories.claims import ensure_fund, make_claim, make_proof
from tests.factories.funds import make_fund
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_incentive_user, make_location, make_partner, make_vendor_admin
from tests.factories.plans import cast_for

pytestmark = pytest.mark.django_db


def page(client, path="/reports/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client, path="/reports/"):
    page(client, path)
    with CaptureQueriesContext(connection) as found:
        page(client, path)
    return len(found)


def lines(user):
    return reports.lines_of(Fund.objects.visible_to(user))


@pytest.fixture
def claim():
    return make_claim("under_review")


def rows_behind(client, href):
    return page(client, href).count('class="pl-row-title"')


def test_utilisation_is_what_the_funds_hold(claim):
    admin = claim.cast.vendor_admin
    found = {(line.period, line.currency): line for line in lines(admin)}
    line = found[claim.fund.period.label, "EUR"]
    assert (line.earned, line.claimed, round(line.used, 2)) == (100000, 4120, Decimal("4.12"))
    assert sum(part["amount"] for part in line.parts) == line.earned


def test_currencies_are_never_added_and_dollars_are_told_only_with_all_rates(claim):
    swiss = make_enrollment(claim.cast.program, make_location(make_partner("Alpen AG", "CH")), currency="CHF")
    make_fund(500, enrollment=swiss)
    admin = claim.cast.vendor_admin
    assert sorted({line.currency for line in lines(admin)}) == ["CHF", "EUR"]
    sums = reports.sums_by_currency((line.currency, line.claimed) for line in lines(admin))
    assert sums == {"CHF": 0, "EUR": 4120}
    month = clock.now().date().replace(day=1)
    assert reports.rates_of_month().in_usd(sums) is None
    ExchangeRate.objects.create(currency="EUR", month=month, per_usd=Decimal("0.8"))
    assert reports.rates_of_month().in_usd(sums) == 5150  # nothing was claimed in francs, so their rate is not needed
    assert reports.rates_of_month().in_usd({"EUR": Decimal(8), "CHF": Decimal(1)}) is None
    assert reports.rates_of_month().in_usd({"USD": Decimal(3), "EUR": Decimal(8)}) == 13


def test_liabilities_lead_to_the_funds_behind_them(client, claim):
    make_claim("approved", proof=make_proof(plan_of(claim), name="Second"))
    client.force_login(claim.cast.vendor_admin)
    [(name, row)] = reports.liabilities_of(lines(claim.cast.vendor_admin))
    assert (name, [amount for amount, _href in row.cells], row.total) == (claim.cast.program.name, [4120, 4120], 8240)
    assert [rows_behind(client, href) for _amount, href in row.cells] == [1, 1]


def plan_of(claim):
    plan = claim.proof.activity.campaign.plan
    plan.cast = claim.cast
    return plan


def test_free_money_that_lapses_is_told_by_the_day(claim):
    period = claim.fund.period
    today = clock.now().date()
    for days, expected in ((20, [95880, 95880, 95880]), (45, [0, 95880, 95880]), (91, [0, 0, 0]), (-1, [0, 0, 0])):
        period.claiming_end = today + timedelta(days=days)
        period.usage_end = period.usage_start + timedelta(days=1)
        period.claiming_start = period.usage_start
        period.save()
        funds = Fund.objects.visible_to(claim.cast.vendor_admin).filter(period=period)
        rows = reports.expiring_of(funds)
        assert (days, [[amount for amount, _href in row.cells] for row in rows]) == (
            days,
            [expected] if any(expected) else [],
        )


def ageing(user, money, ages):
    return reports.ageing_of(Fund.objects.visible_to(user), money, ages, reports.rates_of_month())


def test_claims_in_review_age_from_the_day_they_were_sent(client, claim):
    admin = claim.cast.vendor_admin
    client.force_login(admin)
    for days, place in ((0, 0), (5, 0), (6, 1), (10, 1), (11, 2), (20, 2), (21, 3), (400, 3)):
        Claim.objects.update(submitted_at=clock.now() - timedelta(days=days))
        [row] = ageing(admin, "in_review", reports.REVIEW_AGES).rows
        amounts = [amount for amount, _href in row.cells]
        assert (days, amounts) == (days, [4120 if number == place else 0 for number in range(4)])
        behind = [rows_behind(client, href) for _amount, href in row.cells]
        assert (days, behind) == (days, [1 if number == place else 0 for number in range(4)])


def test_what_is_approved_and_not_paid_ages_from_the_decision(client):
    claim = make_claim("approved")
    admin = claim.cast.vendor_admin
    client.force_login(admin)
    Claim.objects.update(decided_at=clock.now() - timedelta(days=61))
    found = ageing(admin, "unpaid", reports.UNPAID_AGES)
    [row] = found.rows
    assert [amount for amount, _href in row.cells] == [0, 0, 4120, 0]
    assert (found.labels, rows_behind(client, row.cells[2][1])) == (["0–30", "31–60", "61–90", "over 90"], 1)
    assert ageing(admin, "in_review", reports.REVIEW_AGES).rows == []
    assert page(client).count("Everything approved has been paid.") == 0


def test_another_programs_vendor_sees_none_of_it(client, claim):
    other = make_vendor_admin(make_fund(321).enrollment.program)
    client.force_login(other)
    text = page(client)
    assert (text.count("4,120.00"), text.count("321.00") > 0) == (0, True)
    assert (lines(other)[0].earned, ageing(other, "in_review", reports.REVIEW_AGES).rows) == (321, [])
    client.force_login(claim.cast.user)
    assert client.get("/reports/").status_code == 403


def test_the_page_narrows_to_a_program_and_says_so_when_nothing_fits(client, claim):
    client.force_login(claim.cast.vendor_admin)
    assert page(client, f"/reports/?program={claim.cast.program.pk}").count("Utilisation by program and period") == 2
    assert page(client, "/reports/?period=FY00+H1").count("Nothing to report for these filters") == 1


def test_reports_ask_a_fixed_number_of_queries(client, claim):
    client.force_login(claim.cast.vendor_admin)
    few = queries(client)
    for number in range(30):
        enrollment = make_enrollment(claim.cast.program, make_location(make_partner(f"Partner {number}")))
        ensure_fund(enrollment, claim.fund.fund_type)
    assert queries(client) == few == 10


def test_every_link_of_the_page_works(client, claim):
    make_claim("approved", proof=make_proof(plan_of(claim), name="Second"))
    client.force_login(claim.cast.vendor_admin)
    hrefs = {unescape(one) for one in re.findall(r'href="(/(?:funds|claims|exports)/[^"]*)"', page(client))}
    assert len(hrefs) > 8
    for href in hrefs:
        assert (href, client.get(href).status_code) == (href, 200)


def test_filters_of_claims_that_come_from_a_figure_are_told_and_kept(client, claim):
    other = make_enrollment(claim.cast.program, make_location(make_partner("Northwind")))
    make_claim(proof=make_proof(make_plan_for(other, claim)))
    client.force_login(claim.cast.vendor_admin)
    today = clock.today("UTC")
    for query, count in (
        ("", 2),
        (f"fund={claim.fund_id}", 1),
        ("money=in_review", 2),
        ("money=unpaid", 0),
        ("currency=EUR", 2),
        ("currency=CHF", 0),
        (f"since={today}", 2),
        (f"until={today - timedelta(days=1)}", 0),
        ("money=x&fund=x&since=x&until=9999-99-99", 2),
        ("since=9999-12-31&until=0001-01-01", 2),
        ("currency=%00", 0),
    ):
        assert (query, page(client, f"/claims/?{query}").count('class="pl-row-title"')) == (query, count)
    text = page(client, f"/claims/?money=in_review&fund={claim.fund_id}")
    assert text.count("Only claims whose money is in review, of one fund.") == 1
    assert text.count('<input type="hidden" name="money" value="in_review">') == 2  # the filters, and the workbook
    answer = client.get(f"/exports/claims.csv?fund={claim.fund_id}")
    assert b"".join(answer.streaming_content).count(claim.number.encode()) == 1


def make_plan_for(enrollment, claim):
    from tests.factories.plans import make_plan

    return make_plan(cast_for(enrollment, claim.cast.year), status="approved")


def test_a_partner_exports_the_own_claims_only(client, claim):
    there = make_enrollment(claim.cast.program, make_location(make_partner("Northwind")))
    client.force_login(make_incentive_user(there))
    assert b"".join(client.get("/exports/claims.csv").streaming_content).count(b"CLM-") == 0
    client.force_login(claim.cast.user)
    assert b"".join(client.get("/exports/claims.csv").streaming_content).count(claim.number.encode()) == 1


def test_a_partner_exports_the_own_payments_only(client):
    claim = make_claim("approved")
    there = make_enrollment(claim.cast.program, make_location(make_partner("Northwind")))
    client.force_login(make_incentive_user(there))
    assert b"".join(client.get("/exports/payments.csv").streaming_content).count(b"PAY-") == 0
    number = claim.payments.get().number.encode()
    client.force_login(claim.cast.user)
    for query, count in (("", 1), ("?state=pending", 1), ("?state=paid", 0), ("?q=none", 0), ("?year=1999x", 1)):
        content = b"".join(client.get(f"/exports/payments.csv{query}").streaming_content)
        assert (query, content.count(number)) == (query, count)
