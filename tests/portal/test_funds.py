"""Funds: what a partner can use until when and why, every figure with its entries, both sides the same numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from incentives import services
from incentives.choices import BALANCES, COMMITTED, ROUTES, Bucket, EntryKind
from incentives.entry_words import SENTENCES, sentence
from incentives.filters import ABOUT, CLAIMED, EARNED
from incentives.models import ExchangeRate, Fund
from incentives.services import Purpose
from portal.charts import stacked
from portal.claimed import Claims, claims_of, months_of
from portal.entries import ledger_of
from portal.money import add_drafts, add_rates, default_of, funds_of
from tests.factories.claims import ensure_fund, make_claim, make_proof
from tests.factories.funds import JOB, claimable_period, close, earn, make_fund
from tests.factories.incentives import make_enrollment, make_program, make_year
from tests.factories.people import (
    make_incentive_user,
    make_location,
    make_member,
    make_partner,
    make_vendor_admin,
)

pytestmark = pytest.mark.django_db


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        page(client, path)
    return len(found)


def view(fund):
    return funds_of(Fund.objects.filter(pk=fund.pk))[0]


def lived(fund):
    """A fund that has seen every bucket."""
    claim = Purpose("", fund.pk, "CLM-2000-000001")
    steps = [
        (EntryKind.EARNED, Bucket.OUTSIDE, Bucket.FREE, 1000),
        (EntryKind.EARNED, Bucket.OUTSIDE, Bucket.REBATE, 600),
        (EntryKind.RESERVED, Bucket.FREE, Bucket.RESERVED, 700),
        (EntryKind.RELEASED, Bucket.RESERVED, Bucket.BOUND, 50),
        (EntryKind.APPROVED, Bucket.RESERVED, Bucket.APPROVED, 500),
        (EntryKind.PAID, Bucket.APPROVED, Bucket.PAID, 300),
        (EntryKind.EXPIRED, Bucket.FREE, Bucket.EXPIRED, 40),
        (EntryKind.CONVERTED, Bucket.FREE, Bucket.CONVERTED, 10),
    ]
    for kind, source, target, amount in steps:
        purpose = claim if {source, target} & set(COMMITTED) else Purpose("")
        purpose = replace(purpose, cause=f"test:{kind}:{source}:{target}")
        services.book(fund, kind, source, target, Decimal(amount), purpose, actor=JOB)
    return view(fund)


def test_every_figure_is_what_its_entries_add_up_to():
    fund = make_fund()
    shown = lived(fund)
    for figure in ABOUT:
        ledger = ledger_of(fund.pk, "EUR", {"about": figure})
        value = getattr(shown, figure)
        assert (figure, ledger.total) == (figure, value)
        assert sum(row["change"] for row in ledger.rows) == value
    assert [shown.facts[bucket] for bucket in BALANCES] == [250, 50, 150, 200, 300, 40, 10, 600]
    assert (shown.earned, shown.claimed, shown.remaining) == (990, 650, 300)


def test_the_running_balance_follows_the_entries():
    fund = make_fund()
    lived(fund)
    rows = ledger_of(fund.pk, "EUR", {}).rows
    balance = Decimal(0)
    for row in reversed(rows):
        balance += row["change"]
        assert row["free_after"] == balance
    assert [row["number"] for row in rows] == list(range(len(rows), 0, -1))


def test_every_route_of_the_ledger_has_its_sentence():
    routes = {(kind, source, target) for kind, ways in ROUTES.items() for source, target in ways}
    assert set(SENTENCES) == routes
    assert sentence("paid", "approved", "paid", Decimal(5), "EUR") == "Paid out 5.00 EUR that was approved"


def test_a_claim_counts_and_its_entries_lead_to_it(client):
    claim = make_claim("under_review")
    fund = view(claim.fund)
    assert (fund.reserved, fund.claimed) == (4120, 4120)
    client.force_login(claim.cast.user)
    text = page(client, f"/funds/?fund={fund.pk}")
    assert text.count(f'href="/claims/{claim.pk}/"') == 2  # among the claims, and in the ledger
    text = page(client, f"{fund.href}?about=reserved")
    assert (text.count(claim.number), text.count("what they add up to")) == (1, 1)
    [row] = claims_of(fund, claim.cast.user).rows
    assert (row["counts"], row["shown"], row["capped"]) == (4120, "under_review", False)
    months = months_of(fund, claim.cast.user, claims_of(fund, claim.cast.user))
    assert months == months_of(fund, claim.cast.user, Claims([], more=True))  # many are summed by the database
    assert months.totals == {"paid": 0, "approved": 0, "review": 4120}
    assert [parts for _month, parts in months.rows] == [months.totals]


def test_drafts_count_as_planned_and_warn_when_they_are_too_much():
    proof = make_proof(complete=False)
    fund = Fund.objects.get(enrollment=proof.enrollment, period=claimable_period(proof.cast.program))
    shown = view(fund)
    add_drafts([shown], proof.cast.user)
    assert (shown.planned, shown.over, shown.drafts.count) == (4120, 0, 1)
    assert sum(part["amount"] for part in shown.parts) == shown.earned
    services.book(
        fund, EntryKind.ADJUSTED, Bucket.FREE, Bucket.OUTSIDE, Decimal(97000), Purpose("test:less"), actor=JOB
    )  # fmt: skip
    shown = view(fund)
    add_drafts([shown], proof.cast.user)
    assert (shown.free, shown.planned, shown.over) == (3000, 3000, 1120)


def test_a_draft_in_another_currency_is_told_and_not_added():
    proof = make_proof(complete=False)
    type(proof).objects.filter(pk=proof.pk).update(currency="CHF")
    shown = view(Fund.objects.get(enrollment=proof.enrollment, period=claimable_period(proof.cast.program)))
    add_drafts([shown], proof.cast.user)
    assert (shown.planned, shown.drafts.count, shown.drafts.foreign) == (0, 1, 1)


def at(year, month, day):
    return clock.at(datetime(year, month, day, 20, tzinfo=UTC))


@pytest.fixture
def halves():
    """A program with its calendar; earned in FY26 H1 = July to December 2025."""
    with at(2025, 10, 15):
        program = make_program(currency="USD", threshold_usd=Decimal(10000))
        make_year(program, starts_on=date(2025, 10, 1), ends_on=date(2026, 9, 30), types=False)
        enrollment = make_enrollment(program)
        period = program.periods.get(label="FY26 H1")
        fund = make_fund(7700, enrollment=enrollment, period=period)
    fund.user = make_incentive_user(enrollment)
    return fund


def test_the_half_being_earned_shows_what_the_threshold_still_needs(client, halves):
    """R-FUND-03, R-FUND-10, P-05, P-09."""
    client.force_login(halves.user)
    with at(2025, 12, 1):
        shown = view(halves)
        assert (shown.state, shown.threshold.limit, shown.threshold.missing) == ("earning", 10000, 2300)
        text = page(client, "/funds/")
        assert text.count("2,300.00 USD more until 31 Dec 2025, or all of it turns into rebate.") == 1
        assert text.count("so far") == 2  # beside the sum, and at the bar
        assert text.count("Usable from 1 Jan 2026; claims from 16 Feb 2026.") == 1
        earn(halves, 2300)
        assert view(halves).threshold.reached
        assert page(client, "/funds/").count("The threshold of 10,000.00 USD is reached.") == 1
    with at(2026, 1, 2):
        assert (view(halves).state, view(halves).threshold) == ("upcoming", None)


def test_the_threshold_is_counted_at_the_newest_rate_and_says_so(client, halves):
    Fund.objects.filter(pk=halves.pk).update(currency="EUR")
    client.force_login(halves.user)
    with at(2025, 12, 1):
        assert page(client, "/funds/").count("the vendor has given no rate for EUR yet") == 1
        ExchangeRate.objects.create(currency="EUR", month=date(2025, 10, 1), per_usd=Decimal("0.9"))
        ExchangeRate.objects.create(currency="EUR", month=date(2026, 1, 1), per_usd=Decimal("0.5"))
        shown = view(halves)
        add_rates([shown])
        assert shown.threshold.limit == 9000
        assert page(client, "/funds/").count("at the rate of October 2025") == 1


def test_states_of_a_period_and_the_day_it_lapses(client, halves):
    client.force_login(halves.user)
    earn(halves, 300)
    for day, state, expires in (
        ((2025, 12, 31), "earning", False),
        ((2026, 2, 15), "upcoming", True),
        ((2026, 2, 16), "open", True),
        ((2026, 8, 15), "open", True),
        ((2026, 8, 16), "closed", False),
    ):
        with at(*day):
            assert (day, view(halves).state, view(halves).expires) == (day, state, expires)
    with at(2026, 7, 23):
        text = page(client, "/funds/")
        assert text.count("Expires in 23 days:") == 1
        assert text.count("of FY26 H1 is free: claim it by <b>15 Aug 2026</b>, in 23 days.") == 1


def test_a_paid_monthly_fund_neither_opens_nor_lapses():
    program = make_program(settlement="plan_payout")
    make_year(program, types=False)
    fund = make_fund(500, enrollment=make_enrollment(program))
    close(fund.period)
    assert (view(fund).state, view(fund).expires) == ("monthly", False)


def test_the_page_opens_on_what_lapses_first():
    enrollment = make_enrollment()
    program = enrollment.program
    soon = make_fund(10, enrollment=enrollment, period=claimable_period(program))
    later = program.periods.filter(usage_start__gt=soon.period.usage_start).order_by("usage_start").first()
    make_fund(10, enrollment=enrollment, period=later)
    assert default_of(funds_of(Fund.objects.all())).pk == soon.pk
    assert default_of([]) is None


def test_who_has_no_fund_is_told_why(client):
    user = make_incentive_user(make_enrollment())
    client.force_login(user)
    assert page(client, "/funds/").count("Nothing has been earned yet.") == 1
    program = make_program(has_coop=False)
    client.force_login(make_incentive_user(make_enrollment(program)))
    text = page(client, "/funds/")
    assert (text.count("Your programs pay no co-op"), text.count('href="/funds/"')) == (1, 0)


def test_the_menu_shows_funds_only_where_there_is_coop(client):
    """R-ROLE-10."""
    partner = make_partner()
    for has_coop, count in ((True, 1), (False, 0)):
        enrollment = make_enrollment(make_program(has_coop=has_coop), make_location(partner))
        for person in (make_incentive_user(enrollment), make_vendor_admin(enrollment.program)):
            client.force_login(person)
            assert page(client, "/").count('href="/funds/"') == count
    client.force_login(make_member(partner, global_admin=True))
    assert page(client, "/").count('href="/funds/"') == 1
    client.force_login(make_member(make_partner("Empty Ltd"), global_admin=True))
    assert page(client, "/").count('href="/funds/"') == 0


def test_nobody_sees_the_funds_of_others(client):
    fund = make_fund(1234)
    other = make_fund(
        4321, enrollment=make_enrollment(fund.enrollment.program, make_location(make_partner("Northwind")))
    )
    make_fund(777)
    client.force_login(make_incentive_user(other.enrollment))
    text = page(
        client, f"/funds/?fund={fund.pk}&program={fund.enrollment.program_id}&location={fund.enrollment.location_id}"
    )
    assert (text.count("4,321.00") > 0, text.count("1,234.00"), text.count(fund.enrollment.location.partner.name)) == (
        True,
        0,
        0,
    )
    assert client.get(reverse("portal:fund", args=[fund.pk])).status_code == 404
    client.force_login(fund.vendor_admin)
    text = page(client, "/funds/")
    assert [text.count(one) for one in ("1,234.00", "4,321.00", "777.00")] == [2, 2, 0]


def test_pages_ask_as_many_queries_for_one_row_as_for_thirty(client):
    claim = make_claim()
    fund, cast = claim.fund, claim.cast
    small = {"funds": 9, "fund": 7, "vendor": 6}
    client.force_login(cast.user)
    path = f"/funds/?fund={fund.pk}"
    assert (queries(client, path), queries(client, f"/funds/{fund.pk}/")) == (small["funds"], small["fund"])
    client.force_login(cast.vendor_admin)
    assert queries(client, "/funds/") == small["vendor"]
    for number in range(30):
        earn(fund, number + 1)
        enrollment = make_enrollment(cast.program, make_location(cast.enrollment.location.partner))
        cast.user.incentive_roles.create(enrollment=enrollment, role="user")
        ensure_fund(enrollment, fund.fund_type)
    assert queries(client, "/funds/") == small["vendor"]
    client.force_login(cast.user)
    assert (queries(client, path), queries(client, f"/funds/{fund.pk}/")) == (small["funds"], small["fund"])


def test_older_entries_are_a_page_further(client):
    fund = make_fund()
    for number in range(120):
        earn(fund, number + 1)
    first = ledger_of(fund.pk, "EUR", {})
    assert [row["number"] for row in first.rows] == list(range(120, 70, -1))
    assert (first.older_href, first.newest_href) == ("?before=71", "")
    second = ledger_of(fund.pk, "EUR", {"before": "71"})
    assert [row["number"] for row in second.rows] == list(range(70, 20, -1))
    assert ledger_of(fund.pk, "EUR", {"before": "9" * 30}).rows[0]["number"] == 120
    assert ledger_of(fund.pk, "EUR", {"before": "1"}).rows == []
    client.force_login(fund.vendor_admin)
    assert page(client, f"/funds/{fund.pk}/?before=71").count('rel="prev"') == 1


def test_filters_of_the_vendors_list(client):
    fund = make_fund(1000)
    make_fund(500, enrollment=make_enrollment(fund.enrollment.program, make_location(make_partner("Northwind"))))
    client.force_login(fund.vendor_admin)
    partner = fund.enrollment.location.partner.name
    for query, count in (
        ("", 2), ("q=northw", 1), ("q=none", 0), ("holds=free", 2), ("holds=approved", 0), ("holds=outside", 2),
        (f"program={fund.enrollment.program_id}", 2), ("program=0", 0), ("program=x", 2), ("currency=USD", 0),
        (f"period={fund.period.label}", 2), ("expiring=7", 2), (f"q={partner}", 1),
    ):  # fmt: skip
        assert (query, page(client, f"/funds/?{query}").count('class="pl-row-title"')) == (query, count)
    end = clock.now().date() + timedelta(days=45)
    fund.period.claiming_end = end
    fund.period.usage_end = end - timedelta(days=10)
    fund.period.save()
    assert [page(client, f"/funds/?expiring={days}").count('class="pl-row-title"') for days in (30, 60, 90)] == [
        0,
        2,
        2,
    ]


def test_the_statement_prints_and_the_files_carry_the_filters(client):
    fund = make_fund(1000)
    client.force_login(make_incentive_user(fund.enrollment))
    text = page(client, f"/funds/{fund.pk}/?about={EARNED}&kind=earned")
    assert text.count("data-print") == 1
    assert text.count(f"/exports/ledger.csv?fund={fund.pk}&amp;kind=earned&amp;about=earned") == 1
    answer = client.get(f"/exports/ledger.csv?fund={fund.pk}&kind=earned&about={CLAIMED}")
    assert b"".join(answer.streaming_content).count(b"\n") == 1


def test_charts_are_round_and_to_scale():
    chart = stacked([("Aug", [("paid", Decimal(3000))]), ("Sep", [("paid", Decimal(9000)), ("review", Decimal(3000))])])
    assert [figure for _y, figure in chart.lines] == ["0", "4", "8", "12"]
    assert [bar.total for bar in chart.bars] == ["3", "12"]
    assert chart.thousands
    heights = [[part.height for part in bar.parts] for bar in chart.bars]
    assert heights == [[34.5], [106.5, 34.5]]
    assert stacked([]) is None
    assert stacked([("Aug", [("paid", Decimal(0))])]) is None


def test_nobody_s_funds_are_none():
    make_fund(100)
    assert funds_of(Fund.objects.none()) == []
    assert funds_of(Fund.objects.filter(pk__in=[])) == []
