"""The calendar in the vendor's hands: what a change does, what it must not do, and who sees it (R-CAL-07, -10…14)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from claims import services
from claims.calendar_change import effects_of_period, named
from core import clock
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry
from incentives import rules
from incentives import services as incentives
from incentives.models import Fund, FundEntry
from incentives.services.calendar import PERIOD_FIELDS
from tests.factories.claims import make_claim, make_coop_proof, make_proof
from tests.factories.funds import earn, make_fund
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_vendor_admin
from tests.factories.plans import make_cast, make_coop_cast, make_plan

pytestmark = pytest.mark.django_db
AUTUMN = datetime(2026, 11, 24, 12, tzinfo=UTC)  # usage July to December; claims 16 August to 15 February
SPRING = datetime(2027, 3, 1, 12, tzinfo=UTC)  # that period is over


@pytest.fixture
def cast():
    with clock.at(AUTUMN):
        yield make_coop_cast()


@pytest.fixture
def period(cast):
    return cast.program.periods.get(label="FY26 H2")


def dates(period, **new):
    return {**{name: getattr(period, name) for name in PERIOD_FIELDS}, **new}


def change(period, actor, **new):
    return services.change_period(period.pk, actor=actor, seen=services.dates_mark(period), **dates(period, **new))


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def refused_codes(period, actor, **new):
    before = HistoryEntry.objects.count()
    with pytest.raises(RuleViolation) as refused:
        change(period, actor, **new)
    kept = type(period).objects.get(pk=period.pk)
    assert (dates(kept), HistoryEntry.objects.count()) == (dates(period), before)
    return codes(refused)


def url(name, cast, **more):
    return reverse(f"portal:{name}", kwargs={"pk": cast.program.pk, **more})


def twice(client, address, data):
    """The first click shows what it would do, the second does it."""
    shown = client.post(address, data)
    assert shown.status_code == 200, shown.text
    [mark] = [part.split('"')[0] for part in shown.text.split('name="previewed" value="')[1:]]
    return shown, client.post(address, {**data, "previewed": mark})


# Extensions ----------------------------------------------------------------------------------------------------


def test_an_extension_works_at_once_and_everybody_can_read_who_made_it(client, cast, period):
    proof = make_coop_proof(cast)
    client.force_login(cast.vendor_admin)
    address = url("period", cast, period=period.pk)
    typed = {**dates(period, claiming_end="2027-03-15", correction_deadline="2027-04-30"),
             "seen": services.dates_mark(period)}  # fmt: skip
    shown, done = twice(client, address, typed)
    assert shown.text.count("Can be sent until: 1 draft") == 1
    assert shown.text.count("Free money lapses after: 1 fund") == 1
    assert (done.status_code, done["Location"]) == (302, url("calendar", cast))
    page = client.get(done["Location"]).text
    assert page.count("changed the dates of the period") == 1
    assert page.count("<del>15 Feb 2027</del>") == 1
    assert page.count("<ins>15 Mar 2027</ins>") == 1
    assert HistoryEntry.objects.filter(action="incentives.move_period").count() == 1
    with clock.at(SPRING):
        assert services.submit_proof(proof.pk, actor=cast.user).status == "submitted"


def test_a_second_click_on_the_same_input_does_nothing_twice(client, cast, period):
    client.force_login(cast.vendor_admin)
    address = url("period", cast, period=period.pk)
    typed = {**dates(period, claiming_end="2027-03-15"), "seen": services.dates_mark(period)}
    shown, _done = twice(client, address, {**typed, "correction_deadline": ""})
    [mark] = [part.split('"')[0] for part in shown.text.split('name="previewed" value="')[1:]]
    again = client.post(address, {**typed, "correction_deadline": "", "previewed": mark})
    assert again["Location"] == url("calendar", cast)
    period.refresh_from_db()
    assert (period.correction_deadline, period.claiming_end) == (None, date(2027, 3, 15))
    assert HistoryEntry.objects.filter(action="incentives.move_period").count() == 1


def test_nothing_is_saved_that_was_not_shown(client, cast, period):
    client.force_login(cast.vendor_admin)
    address = url("period", cast, period=period.pk)
    typed = {**dates(period, claiming_end="2027-03-15"), "seen": services.dates_mark(period)}
    shown = client.post(address, typed)
    [mark] = [part.split('"')[0] for part in shown.text.split('name="previewed" value="')[1:]]
    other = client.post(address, {**typed, "claiming_end": "2027-03-20", "previewed": mark})
    assert (other.status_code, other.text.count("20 Mar 2027") > 0) == (200, True)
    period.refresh_from_db()
    assert period.claiming_end == date(2027, 2, 15)


def test_who_looked_at_older_dates_changes_nothing(cast, period):
    seen = services.dates_mark(period)
    change(period, cast.vendor_admin, claiming_end=date(2027, 2, 28))
    with pytest.raises(StateConflict):
        services.change_period(
            period.pk, actor=cast.vendor_admin, seen=seen, **dates(period, claiming_end=date(2027, 3, 15))
        )
    period.refresh_from_db()
    assert period.claiming_end == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({"usage_end": date(2026, 6, 30)}, ["dates_out_of_order", "shortened_to_past"]),
        ({"claiming_start": date(2026, 6, 1)}, ["dates_out_of_order"]),
        ({"claiming_end": date(2026, 12, 31)}, ["dates_out_of_order"]),
        ({"claiming_end": date(2026, 8, 1)}, ["dates_out_of_order", "dates_out_of_order", "shortened_to_past"]),
        ({"correction_deadline": date(2027, 2, 14)}, ["dates_out_of_order"]),
        ({"usage_end": date(2027, 1, 1)}, ["usage_overlaps"]),
        ({"usage_end": date(2026, 11, 23)}, ["shortened_to_past"]),
        ({"claiming_start": date(2026, 12, 1)}, ["claiming_is_open"]),
    ],
)
def test_dates_that_do_not_fit_are_refused_with_their_reason(cast, period, new, expected):
    assert refused_codes(period, cast.vendor_admin, **new) == expected


def test_the_last_day_may_be_today(cast, period):
    today = cast.program.today()
    assert change(period, cast.vendor_admin, usage_end=today).usage_end == today


def test_work_and_claims_that_would_lie_outside_are_named(cast, period):
    draft, sent = make_coop_proof(cast, name="Draft"), make_claim(proof=make_coop_proof(cast, name="Sent"))
    other = make_coop_cast()
    make_coop_proof(other, name="Of another program")
    with clock.at(datetime(2026, 11, 10, 12, tzinfo=UTC)):
        with pytest.raises(RuleViolation) as refused:
            change(period, cast.vendor_admin, usage_end=date(2026, 11, 15))
    [problem] = refused.value.problems
    assert (problem.code, problem.rule) == ("execution_outside", "R-CAL-11")
    numbers = sorted([draft.number, sent.proof.number])
    assert problem.message == (
        f"The work of 2 proofs would lie outside: {', '.join(numbers)}. It ends on 23 Nov 2026 at the latest."
    )


def test_work_of_a_plan_counts_by_its_days():
    with clock.at(AUTUMN):
        planned = make_cast()
        proof = make_proof(make_plan(planned, status="approved"))
        period = planned.program.periods.get(label="FY26 H2")
        assert [one.what for one in effects_of_period(period, dates(period, usage_end=date(2026, 12, 1)))] == [
            "Last day of the work: 1 proof"
        ]
        with clock.at(datetime(2026, 11, 1, 12, tzinfo=UTC)), pytest.raises(RuleViolation) as refused:
            change(period, planned.vendor_admin, usage_end=date(2026, 11, 2))
        assert refused.value.problems[0].message.count(proof.number) == 1


def test_a_claim_sent_before_the_new_first_day_is_named(cast):
    coming = cast.program.periods.get(label="FY27 H1")
    claim = make_claim(proof=make_coop_proof(cast))
    type(claim).objects.filter(pk=claim.pk).update(period=coming, first_submitted_at=clock.now())
    with pytest.raises(RuleViolation) as refused:
        change(coming, cast.vendor_admin, claiming_start=date(2027, 3, 1))
    assert [(one.code, one.message.count(claim.number)) for one in refused.value.problems] == [("claim_outside", 1)]


def test_many_numbers_are_counted():
    assert named(["A", "B"]) == "A, B"
    assert named([str(one) for one in range(10)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"


def test_only_the_programs_incentives_admin_changes_it(cast, period):
    before = HistoryEntry.objects.count()
    others = (cast.user, cast.admin, cast.reviewer, make_vendor_admin(make_cast().program))
    for person in others:
        with pytest.raises(Denied):
            change(period, person, claiming_end=date(2027, 3, 15))
        with pytest.raises(Denied):
            incentives.add_periods(cast.program.pk, 2031, 2031, actor=person)
        with pytest.raises(Denied):
            incentives.set_work_days(
                cast.program.pk, actor=person, deadline_zone="UTC", business_calendar="", extra_holidays=[]
            )
        with pytest.raises(Denied):
            incentives.roll_over_period(period.pk, period, reason="x", seen="", actor=person)
    assert HistoryEntry.objects.count() == before


# The close (R-CAL-07) -------------------------------------------------------------------------------------------


def test_money_that_has_lapsed_does_not_come_back_by_another_date(cast, period):
    fund = make_fund(7000, enrollment=cast.enrollment, period=period)
    with clock.at(SPRING):
        assert incentives.close_funds() == 1
        with pytest.raises(RuleViolation) as refused:
            change(period, cast.vendor_admin, claiming_end=date(2027, 3, 31))
        [problem] = refused.value.problems
        assert (problem.code, problem.rule) == ("money_has_lapsed", "R-CAL-07")
        assert problem.message.count("7,000.00\N{NO-BREAK SPACE}EUR lapsed in 1 fund") == 1
        assert problem.message.count("adjustment") == 1
        assert refused_codes(period, cast.vendor_admin, claiming_end=date(2027, 2, 20)) == ["period_over"]
    fund.refresh_from_db()
    assert (fund.free, fund.expired) == (0, 7000)


def test_a_period_in_which_nothing_has_lapsed_opens_again_and_closes_again(cast, period):
    fund = make_fund(0, enrollment=cast.enrollment, period=period)
    with clock.at(SPRING):
        incentives.close_funds()
        fund.refresh_from_db()
        assert fund.closed_at is not None
        change(period, cast.vendor_admin, claiming_end=date(2027, 3, 31))
        fund.refresh_from_db()
        assert fund.closed_at is None
        earn(fund, 500)
        assert incentives.close_funds() == 0
    with clock.at(datetime(2027, 4, 2, 12, tzinfo=UTC)):
        assert incentives.close_funds() == 1
    fund.refresh_from_db()
    assert (fund.free, fund.expired) == (0, 500)


# Periods and years -----------------------------------------------------------------------------------------------


def test_periods_of_further_years_follow_the_formula(client, cast):
    client.force_login(cast.vendor_admin)
    known = set(cast.program.periods.values_list("label", flat=True))
    shown, done = twice(client, url("periods_new", cast), {"first_year": 2030, "last_year": 2031})
    assert shown.text.count('<th scope="row">FY3') == 4
    fresh = cast.program.periods.exclude(label__in=known).order_by("earning_start")
    assert [one.label for one in fresh] == ["FY30 H1", "FY30 H2", "FY31 H1", "FY31 H2"]
    assert (fresh[0].usage_start, fresh[0].claiming_end) == (date(2030, 1, 1), date(2030, 8, 15))
    assert client.get(done["Location"]).text.count("added periods") == 1
    assert incentives.add_periods(cast.program.pk, 2030, 2031, actor=cast.vendor_admin) == 0


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(2031, 2030, "years_reversed"), (2030, 2041, "years_too_many"), (2090, 2090, "years_too_many")],
)  # fmt: skip
def test_years_out_of_reach_are_refused(cast, first, last, code):
    with pytest.raises(RuleViolation) as refused:
        incentives.add_periods(cast.program.pk, first, last, actor=cast.vendor_admin)
    assert codes(refused) == [code]


def test_a_period_that_would_overlap_with_moved_days_is_not_made(cast):
    last = cast.program.periods.order_by("usage_start").last()
    year = int(last.label[2:4]) + 2000
    change(last, cast.vendor_admin, usage_end=last.usage_end + timedelta(days=30),
           claiming_end=last.claiming_end + timedelta(days=30),
           correction_deadline=None)  # fmt: skip
    with pytest.raises(RuleViolation) as refused:
        incentives.add_periods(cast.program.pk, year + 1, year + 1, actor=cast.vendor_admin)
    assert codes(refused) == ["usage_overlaps"]


def test_a_program_year_is_added_with_the_catalogue_and_extended(client, cast):
    """R-CAL-12: a year that is no fiscal year; extended, its plans may be sent later."""
    client.force_login(cast.vendor_admin)
    typed = {"name": "FY28", "starts_on": "2027-10-01", "ends_on": "2028-06-30"}
    shown, done = twice(client, url("year_new", cast), typed)
    assert (shown.status_code, done.status_code) == (200, 302)
    year = cast.program.years.get(name="FY28")
    assert year.activity_types.current().count() == cast.year.activity_types.current().count() > 0
    overlapping = client.post(url("year_new", cast), {**typed, "name": "FY28b"})
    assert (overlapping.status_code, overlapping.text.count("It would overlap with FY28") > 0) == (422, True)
    shown, done = twice(client, url("year", cast, year=year.pk), {**typed, "ends_on": "2028-09-30"})
    assert shown.text.count("Can be changed and sent again until: 0 plans") == 1
    assert shown.text.count("29 Dec 2028") == 1
    year.refresh_from_db()
    assert year.ends_on == date(2028, 9, 30)
    assert client.get(done["Location"]).text.count("changed the program year") == 1


def test_a_year_is_not_cut_where_plans_or_work_would_lie_outside():
    with clock.at(AUTUMN):
        planned = make_cast()
        plan = make_plan(planned)
        with pytest.raises(RuleViolation) as refused:
            services.change_year(
                planned.year.pk, actor=planned.vendor_admin, name="FY27", starts_on=planned.year.starts_on,
                ends_on=date(2027, 6, 30),
            )  # fmt: skip
        assert [(one.code, one.message.count(plan.number)) for one in refused.value.problems] == [
            ("campaign_outside", 1)
        ]
        coop = make_coop_cast()
        proof = make_coop_proof(coop)
        with pytest.raises(RuleViolation) as refused:
            services.change_year(
                coop.year.pk, actor=coop.vendor_admin, name=coop.year.name, starts_on=date(2026, 11, 24),
                ends_on=coop.year.ends_on,
            )  # fmt: skip
        assert [(one.code, one.message.count(proof.number)) for one in refused.value.problems] == [
            ("execution_outside", 1)
        ]
        with pytest.raises(RuleViolation) as refused:
            services.change_year(
                coop.year.pk, actor=coop.vendor_admin, name=coop.year.name, starts_on=coop.year.starts_on,
                ends_on=date(2026, 11, 23),
            )  # fmt: skip
        assert codes(refused)[0] == "shortened_to_past"


# Rollover (R-CAL-11) --------------------------------------------------------------------------------------------


def funds_of(cast, period, *amounts):
    made = [make_fund(amounts[0], enrollment=cast.enrollment, period=period)]
    for number, amount in enumerate(amounts[1:]):
        currency = "GBP" if number % 2 else "EUR"
        enrollment = make_enrollment(cast.program, currency=currency)
        made.append(make_fund(amount, enrollment=enrollment, period=period))
    return made


def test_what_is_free_is_rolled_over_for_every_fund_at_once(client, cast, period):
    coming = cast.program.periods.get(label="FY27 H1")
    funds = funds_of(cast, period, 700, 50, 30, 0)
    client.force_login(cast.vendor_admin)
    typed = {"source": period.pk, "target": coming.pk, "reason": "The fairs were cancelled."}
    shown, done = twice(client, url("rollover", cast), typed)
    for text in ("3 funds: 750.00\N{NO-BREAK SPACE}EUR", "3 funds: 30.00\N{NO-BREAK SPACE}GBP"):
        assert shown.text.count(text) == 1
    for fund in funds:
        fund.refresh_from_db()
    assert [fund.free for fund in funds] == [0, 0, 0, 0]
    assert sorted(Fund.objects.filter(period=coming).values_list("free", flat=True)) == [30, 50, 700]
    page = client.get(done["Location"]).text
    assert page.count("rolled free funds over") == 1
    assert page.count("The fairs were cancelled.") == 1
    again = client.post(url("rollover", cast), typed)
    assert (again.status_code, again.text.count("Nothing is free in") > 0) == (422, True)


def test_a_rollover_that_fails_half_way_moves_nothing(cast, period):
    coming = cast.program.periods.get(label="FY27 H1")
    funds = funds_of(cast, period, 700, 50)
    spoilt = max(funds, key=lambda fund: str(fund.pk))
    cause = f"rollover:{spoilt.pk}:{Fund.objects.get(pk=spoilt.pk).entry_count}:out"
    purpose = incentives.Purpose(cause)
    other = make_fund(10, enrollment=make_enrollment(cast.program), period=period)
    incentives.book(other, "adjusted", "outside", "free", Decimal(1), purpose, actor=cast.vendor_admin)
    before = FundEntry.objects.count()
    free = [*Fund.objects.filter(period=period, free__gt=0).order_by("pk")]
    with pytest.raises(StateConflict):
        incentives.roll_over_period(
            period.pk, coming, reason="x", seen=rules.free_mark(free), actor=cast.vendor_admin
        )  # fmt: skip
    assert (FundEntry.objects.count(), Fund.objects.filter(period=coming).count()) == (before, 0)


def test_money_that_moved_since_it_was_shown_is_not_rolled_over(cast, period):
    coming = cast.program.periods.get(label="FY27 H1")
    [fund] = funds_of(cast, period, 700)
    seen = rules.free_mark([fund])
    earn(fund, 1)
    with pytest.raises(StateConflict):
        incentives.roll_over_period(period.pk, coming, reason="x", seen=seen, actor=cast.vendor_admin)
    fund.refresh_from_db()
    assert fund.free == 701


def test_a_rollover_goes_forward_into_an_open_period_with_a_reason(cast, period):
    coming, before = cast.program.periods.get(label="FY27 H1"), cast.program.periods.get(label="FY26 H1")
    [fund] = funds_of(cast, period, 700)
    foreign = make_coop_cast().program.periods.get(label="FY27 H1")

    def refused(source, target, reason="x"):
        seen = rules.free_mark(source.funds.filter(free__gt=0))
        with pytest.raises(RuleViolation) as told:
            incentives.roll_over_period(source.pk, target, reason=reason, seen=seen, actor=cast.vendor_admin)
        return codes(told)

    assert refused(period, before) == ["rollover_backward"]
    assert refused(period, period) == ["rollover_backward"]
    assert refused(period, foreign) == ["rollover_backward"]
    assert refused(period, coming, " ") == ["reason_missing"]
    assert refused(coming, cast.program.periods.get(label="FY27 H2")) == ["nothing_free"]
    with clock.at(datetime(2028, 1, 5, 12, tzinfo=UTC)):
        assert refused(period, coming) == ["rollover_closed"]
    fund.refresh_from_db()
    assert fund.free == 700


# Zone and holidays ----------------------------------------------------------------------------------------------


def test_holidays_and_days_off_move_the_vendors_promise(client, cast):
    client.force_login(cast.vendor_admin)
    typed = {"deadline_zone": "Europe/Berlin", "business_calendar": "US", "extra_holidays": "2026-11-27\n25 Nov 2026"}
    shown, done = twice(client, url("work_days", cast), typed)
    assert shown.text.count("Thanksgiving") == 1
    assert shown.text.count("the program&#39;s own") == 2
    cast.program.refresh_from_db()
    kept = (cast.program.deadline_zone, cast.program.business_calendar, cast.program.extra_holidays)
    assert kept == ("Europe/Berlin", "US", [date(2026, 11, 25), date(2026, 11, 27)])
    claim = make_claim(proof=make_coop_proof(cast))
    assert claim.due_at == clock.end_of_day(date(2026, 12, 1), "Europe/Berlin")  # 30 November and 1 December
    page = client.get(done["Location"]).text
    assert page.count("changed zone and holidays of the program") == 1
    assert page.count("Thanksgiving") == 1
    assert client.get(reverse("incentives:program", args=[cast.program.pk])).text.count("25 Nov 2026") == 1


@pytest.mark.parametrize(
    "typed", [{"deadline_zone": "Mars/Base"}, {"business_calendar": "XX"}, {"extra_holidays": "soon"},
              {"extra_holidays": "\n".join(str(date(2027, 1, 1) + timedelta(days=n)) for n in range(201))}]
)  # fmt: skip
def test_a_zone_country_or_day_that_is_none_is_refused_and_kept(client, cast, typed):
    client.force_login(cast.vendor_admin)
    data = {"deadline_zone": "Europe/Berlin", "business_calendar": "DE", "extra_holidays": "2026-12-24", **typed}
    answer = client.post(url("work_days", cast), data)
    assert (answer.status_code, HistoryEntry.objects.filter(action="incentives.set_work_days").count()) == (422, 0)
    if "extra_holidays" in typed:
        assert answer.text.count(typed["extra_holidays"][:10]) > 0
    known = rules.work_days_are_known(data["deadline_zone"], data["business_calendar"])
    assert len(known) == (0 if "extra_holidays" in typed else 1)


# The page ---------------------------------------------------------------------------------------------------------


def test_the_page_of_the_calendar_asks_as_many_questions_for_any_number_of_rows(
    client, cast, period, django_assert_num_queries
):
    client.force_login(cast.vendor_admin)
    client.get(url("calendar", cast))
    with django_assert_num_queries(8):
        client.get(url("calendar", cast))
    for year in range(2030, 2036):
        incentives.add_periods(cast.program.pk, year, year, actor=cast.vendor_admin)
        incentives.add_program_year(
            cast.program.pk, actor=cast.vendor_admin, name=f"FY{year}", starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
        )  # fmt: skip
    with django_assert_num_queries(8):
        page = client.get(url("calendar", cast)).text
    labels = [one.label for one in cast.program.periods.all()]
    assert [page.count(f"Change {label}<") for label in labels] == [1] * len(labels)


def test_readers_see_the_dates_and_no_button(client, cast):
    address = reverse("incentives:program", args=[cast.program.pk])
    client.force_login(cast.user)
    assert client.get(address).text.count(url("calendar", cast)) == 0
    client.force_login(cast.vendor_admin)
    assert client.get(address).text.count(url("calendar", cast)) == 1
    client.force_login(cast.reviewer)
    page = client.get(address).text
    assert (page.count(f'href="{url("calendar", cast)}"'), page.count("Only an incentives admin of this program")) == (
        0, 3,
    )  # fmt: skip
