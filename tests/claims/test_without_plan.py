"""Claims without a plan: where they begin, who may, what they need, how they go on (R-CLM-01…11, D-01, D-05)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from claims import rules, services
from claims.models import Claim
from core import clock
from core.errors import Denied, RuleViolation
from core.models import HistoryEntry
from incentives import services as incentives
from incentives.models import ExchangeRate
from proofs import services as proofs
from proofs.models import Proof
from proofs.rules import year_of_work
from tests.factories.claims import make_claim, make_coop_proof
from tests.factories.incentives import catalogue, make_enrollment, make_program
from tests.factories.people import make_member
from tests.factories.plans import cast_for, make_cast, make_coop_cast

pytestmark = pytest.mark.django_db
AUTUMN = datetime(2026, 11, 24, 12, tzinfo=UTC)  # usage July to December runs and can be claimed
LATE_WINTER = datetime(2027, 2, 3, 12, tzinfo=UTC)  # the half before can still be claimed, the new one runs already


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def start(client, cast, user, **typed):
    client.force_login(user)
    period = cast.program.periods.claimable_on(cast.program.today()).get()
    data = {"period": period.pk, "activity_type": "print_advertising", "country": "DE", **typed}
    return client.post(f"{reverse('claims:new')}?enrollment={cast.enrollment.pk}", data)


@pytest.fixture
def cast():
    with clock.at(AUTUMN):
        yield make_coop_cast()


def test_a_claim_without_plan_is_begun_drafted_and_sent_by_an_incentives_user(client, cast):
    client.force_login(cast.user)
    listed = client.get(reverse("claims:list")).text
    assert listed.count(reverse("claims:new")) == 1
    only_one = client.get(reverse("claims:new"))
    assert only_one["Location"] == f"?enrollment={cast.enrollment.pk}"
    answer = start(client, cast, cast.user, name="Trade paper", executed_from="2026-11-02", executed_to="2026-11-09",
                   amount="1.250,50")  # fmt: skip
    proof = Proof.objects.get()
    assert answer["Location"] == proof.get_absolute_url()
    kept = (proof.activity_id, proof.period.label, proof.country, proof.amount, proof.currency, proof.status)
    assert kept == (None, "FY26 H2", "DE", Decimal("1250.500"), "EUR", "editing")
    assert Claim.objects.count() == 0
    page = client.get(proof.get_absolute_url()).text
    assert page.count("usage period 1 Jul – 31 Dec 2026") == 1
    assert client.get(reverse("claims:list")).text.count("1 claim without plan") == 1


def test_a_double_click_begins_one_claim(client, cast):
    first = start(client, cast, cast.user, name="Trade paper")
    second = start(client, cast, cast.user, name="Trade paper")
    assert (Proof.objects.count(), first["Location"]) == (1, second["Location"])
    start(client, cast, cast.user, name="Other paper")
    assert Proof.objects.count() == 2


@pytest.mark.parametrize("who", ["user", "admin", "global_admin"])
def test_users_admins_and_the_global_admin_send_withdraw_and_send_again(cast, who):
    person = make_member(cast.enrollment.location.partner, global_admin=True) if who == "global_admin" else None
    person = person or getattr(cast, who)
    proof = make_coop_proof(cast)
    claim = services.submit_proof(proof.pk, actor=person)
    services.withdraw_claim(claim.pk, actor=person)
    proofs.edit_proof(proof.pk, actor=person, final_comments="Once more")
    again = services.submit_proof(proof.pk, actor=person)
    assert (again.status, again.period_id, again.amount) == ("submitted", proof.period_id, proof.amount)
    assert again.due_at == clock.end_of_day(date(2026, 11, 26), cast.program.deadline_zone)  # R-CLM-23, not R-POE-14


def test_billing_and_account_admins_and_strangers_may_not(cast):
    proof = make_coop_proof(cast)
    partner = cast.enrollment.location.partner
    others = [
        make_member(partner, billing_admin=True),
        make_member(partner, account_admin=True),
        make_cast().admin,
        cast.reviewer,
        cast.vendor_admin,
    ]
    before = HistoryEntry.objects.count()
    period = proof.period
    for person in others:
        with pytest.raises(Denied):
            services.submit_proof(proof.pk, actor=person)
        with pytest.raises(Denied):
            proofs.create_proof_without_plan(
                cast.enrollment, actor=person, period=period, activity_type="print_advertising"
            )
    assert (Claim.objects.count(), Proof.objects.count(), HistoryEntry.objects.count()) == (0, 1, before)


def test_where_the_program_has_plans_or_no_coop_nothing_begins(client, cast):
    planned = make_cast()
    period = planned.program.periods.claimable_on(planned.program.today()).get()
    with pytest.raises(RuleViolation) as refused:
        proofs.create_proof_without_plan(
            planned.enrollment, actor=planned.user, period=period, activity_type="print_advertising"
        )
    assert codes(refused) == ["plan_needed"]
    client.force_login(planned.user)
    assert client.get(reverse("claims:list")).text.count(reverse("claims:new")) == 0
    answer = client.get(f"{reverse('claims:new')}?enrollment={planned.enrollment.pk}")
    assert (answer.status_code, answer.text.count("start the claim from an activity")) == (422, 1)
    assert client.get(reverse("claims:new")).text.count("Nothing to claim here without a plan") == 1
    none = make_coop_cast(has_coop=False)
    with pytest.raises(RuleViolation) as refused:
        proofs.create_proof_without_plan(
            none.enrollment, actor=none.user, period=none.program.periods.first(), activity_type="print_advertising"
        )
    assert codes(refused)[0] == "no_coop"
    assert Proof.objects.count() == 0


def test_the_running_half_can_be_prepared_before_its_claiming_opens(client):
    """R-CLM-05, R-FUND-10, P-05: both halves are offered, the page says from when the new one can be sent."""
    with clock.at(LATE_WINTER):
        cast = make_coop_cast()
        client.force_login(cast.user)
        form = client.get(f"{reverse('claims:new')}?enrollment={cast.enrollment.pk}").text
        assert form.count("can be sent now, until 15 Feb 2027") == 1
        assert form.count("can be sent from 16 Feb 2027 to 15 Aug 2027") == 1
        running = cast.program.periods.used_on(cast.program.today()).get()
        proof = make_coop_proof(cast, period=running)
        page = client.get(proof.get_absolute_url()).text
        assert page.count("It can be sent from 16 Feb 2027 on, until 15 Aug 2027.") == 1
        assert client.get("/").text.count("Draft, can be sent from 16 Feb 2027") == 1
        with pytest.raises(RuleViolation) as refused:
            services.submit_proof(proof.pk, actor=cast.user)
        assert codes(refused) == ["claiming_closed"]
    with clock.at(datetime(2027, 2, 16, 20, tzinfo=UTC)):
        assert services.submit_proof(proof.pk, actor=cast.user).status == "submitted"


def test_a_period_that_is_over_or_not_begun_cannot_be_chosen(client, cast):
    periods = list(cast.program.periods.order_by("usage_start"))
    today = cast.program.today()
    outside = [one for one in periods if one.claiming_end < today or one.usage_start > today]
    assert len(outside) == len(periods) - 1
    for period in (outside[0], outside[-1]):
        with pytest.raises(RuleViolation) as refused:
            proofs.create_proof_without_plan(
                cast.enrollment, actor=cast.user, period=period, activity_type="print_advertising",
                executed_to=today,
            )  # fmt: skip
        assert codes(refused) == ["period_closed"]
    answer = start(client, cast, cast.user, period=outside[0].pk, name="Kept")
    assert (answer.status_code, answer.text.count('value="Kept"')) == (422, 1)


def test_work_outside_the_chosen_period_is_not_sent(cast):
    """D-05, R-CAL-08: the period chosen counts, not the one the dates would lie in."""
    proof = make_coop_proof(cast)
    day = proof.period.usage_start - timedelta(days=1)
    with clock.at(AUTUMN):
        proofs.edit_proof(proof.pk, actor=cast.user, executed_from=day)
        with pytest.raises(RuleViolation) as refused:
            services.submit_proof(proof.pk, actor=cast.user)
    assert codes(refused) == ["outside_usage_period"]
    assert rules.period_of(Proof.objects.get(pk=proof.pk)) == proof.period


def test_the_activity_type_is_that_of_the_year_of_the_work(cast):
    """R-CAL-12: program year to 30 September, usage period to 31 December."""
    before = incentives.create_program_year(cast.program, "FY26", date(2025, 10, 1), date(2026, 9, 30))
    incentives.publish_catalogue(before, catalogue())
    proof = make_coop_proof(cast)
    assert proof.activity_type.program_year == cast.year
    proofs.edit_proof(proof.pk, actor=cast.user, executed_from=date(2026, 9, 1), executed_to=date(2026, 9, 30))
    proof.refresh_from_db()
    assert proof.activity_type.program_year == before
    told = HistoryEntry.objects.filter(object_id=proof.pk, action="proofs.edit").first()
    assert told.changes["program_year"] == [cast.year.name, "FY26"]
    before.activity_types.filter(slug="print_advertising").update(enabled=False)
    other = make_coop_proof(cast, name="Other")
    proofs.edit_proof(other.pk, actor=cast.user, executed_from=date(2026, 9, 1), executed_to=date(2026, 9, 30))
    with pytest.raises(RuleViolation) as refused:
        services.submit_proof(other.pk, actor=cast.user)
    assert codes(refused) == ["type_not_in_year"]
    with pytest.raises(RuleViolation) as refused:
        make_coop_proof(cast, executed_to=date(2026, 9, 30))
    assert codes(refused) == ["type_not_in_year"]


def test_without_a_day_the_year_running_today_counts_and_after_the_period_that_at_its_end(cast):
    period = cast.program.periods.used_on(cast.program.today()).get()
    assert year_of_work(cast.program, period, None) == cast.year
    with clock.at(datetime(2028, 1, 5, 12, tzinfo=UTC)):
        assert year_of_work(cast.program, period, None) == cast.year  # 31 December 2026
        assert year_of_work(cast.program, period, date(2028, 1, 4)) is None


def test_the_country_is_one_of_the_programs(client, cast):
    proof = make_coop_proof(cast, country="")
    with pytest.raises(RuleViolation) as refused:
        services.submit_proof(proof.pk, actor=cast.user)
    assert codes(refused) == ["country_missing"]
    proofs.edit_proof(proof.pk, actor=cast.user, country="US")
    with pytest.raises(RuleViolation) as refused:
        services.submit_proof(proof.pk, actor=cast.user)
    assert codes(refused) == ["country_foreign"]
    assert start(client, cast, cast.user, country="US").status_code == 422
    proofs.edit_proof(proof.pk, actor=cast.user, country="AT")
    assert services.submit_proof(proof.pk, actor=cast.user).status == "submitted"


def test_a_claim_may_be_in_a_currency_the_vendor_has_rates_for(client, cast):
    """R-CUR-01, D-12."""
    assert start(client, cast, cast.user, name="First", currency="GBP", amount="10").status_code == 302
    assert Proof.objects.get().currency == "EUR"  # no rates: nothing to choose
    ExchangeRate.objects.create(currency="GBP", month=date(2026, 11, 1), per_usd=Decimal("0.78"))
    start(client, cast, cast.user, name="Second", currency="GBP", amount="10")
    assert Proof.objects.get(name="Second").currency == "GBP"
    assert start(client, cast, cast.user, name="Third", currency="XXX", amount="10").status_code == 422


def test_the_usage_period_is_exchanged_in_the_draft_only(client):
    with clock.at(LATE_WINTER):
        cast = make_coop_cast()
        old, running = cast.program.periods.draftable_on(cast.program.today()).order_by("usage_start")
        proof = make_coop_proof(cast, period=old)
        client.force_login(cast.user)
        url = reverse("proofs:facts", args=[proof.pk])
        typed = {"name": proof.name, "executed_from": "2027-02-01", "executed_to": "2027-02-01", "country": "DE",
                 "amount": "4120"}  # fmt: skip
        client.post(url, {**typed, "period": running.pk})
        proof.refresh_from_db()
        assert proof.period == running
        told = HistoryEntry.objects.filter(object_id=proof.pk, action="proofs.edit").first()
        assert told.changes["period"] == ["1 Jul – 31 Dec 2026 (FY26 H2)", "1 Jan – 30 Jun 2027 (FY27 H1)"]
        client.post(url, typed)  # a stale form without the field takes nothing away
        proof.refresh_from_db()
        assert proof.period == running
        claim = make_claim("action_required", proof=make_coop_proof(cast, name="Sent"))
        before = HistoryEntry.objects.count()
        with pytest.raises(Denied):
            proofs.edit_proof(claim.proof_id, actor=cast.user, period=running)
        assert HistoryEntry.objects.count() == before


def test_every_page_of_a_claim_without_plan_stands_on_its_own(client, cast):
    claim = make_claim("under_review", proof=make_coop_proof(cast, vendor_share=Decimal("60")))
    paths = [
        f"/claims/{claim.pk}/", f"/proofs/{claim.proof_id}/", "/proofs/", "/claims/", "/search/?q=Trade",
        f"/search/?q={claim.number}", "/",
    ]  # fmt: skip
    for user in (cast.user, cast.vendor_admin):
        client.force_login(user)
        assert [client.get(path, follow=True).status_code for path in paths] == [200] * len(paths)
    desk = [f"/claims/{claim.pk}/desk/?tab={tab}" for tab in ("facts", "checks", "card", "history")]
    queue = ["/queue/", f"/claims/{claim.pk}/bundle/"]
    assert [client.get(path).status_code for path in [*desk, *queue]] == [200] * 6
    page = client.get(paths[0]).text
    facts = ("none: a claim without plan", "Germany", "60\N{NO-BREAK SPACE}%", "1 Jul – 31 Dec 2026")
    assert [page.count(text) for text in facts] == [1, 1, 1, 1]
    assert client.get(desk[0]).text.count("60\N{NO-BREAK SPACE}%") == 1


def test_a_stranger_is_told_nothing_of_drafts(client, cast):
    proof = make_coop_proof(cast, name="Secret posters")
    other = cast_for(make_enrollment(cast.program), cast.year)
    for person in (other.user, cast.reviewer):
        client.force_login(person)
        assert client.get("/claims/").text.count("Secret posters") == 0
        assert client.get(proof.get_absolute_url()).status_code == 404


def test_the_list_needs_as_many_queries_for_1_as_for_30_drafts(client, cast, django_assert_num_queries):
    client.force_login(cast.user)
    make_coop_proof(cast, complete=False, name="One")
    client.get("/claims/")
    with django_assert_num_queries(8):
        client.get("/claims/")
    for number in range(29):
        make_coop_proof(cast, complete=False, name=f"Draft {number}")
    with django_assert_num_queries(8):
        page = client.get("/claims/").text
    assert page.count(">Draft ") + page.count(">One<") == 10


# The last moment (Done when 5) --------------------------------------------------------------------------------


def test_the_last_moment_counts_in_the_programs_zone_for_a_person_elsewhere(client):
    """R-CAL-14, D-04: 15 February ends at 23:59:59 in Los Angeles, when it is the afternoon of the 16th in Tokyo."""
    with clock.at(AUTUMN):
        cast = make_coop_cast(deadline_zone="America/Los_Angeles")
        in_time, too_late = make_coop_proof(cast, name="In time"), make_coop_proof(cast, name="Too late")
    type(cast.user).objects.filter(pk=cast.user.pk).update(time_zone="Asia/Tokyo")
    last = clock.end_of_day(date(2027, 2, 15), "America/Los_Angeles").replace(microsecond=0)
    assert last.astimezone(UTC) == datetime(2027, 2, 16, 7, 59, 59, tzinfo=UTC)
    client.force_login(cast.user)
    with clock.at(last):
        answer = client.post(reverse("claims:submit_proof", args=[in_time.pk]))
        claim = Claim.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, claim.get_absolute_url())
        assert (claim.status, claim.submitted_at) == ("submitted", last)
    with clock.at(last + timedelta(seconds=1)):
        page = client.get(reverse("claims:submit_proof", args=[too_late.pk])).text
        assert page.count("could be claimed until 15 Feb 2027") == 1
        answer = client.post(reverse("claims:submit_proof", args=[too_late.pk]))
        assert (answer.status_code, answer.text.count("could be claimed until 15 Feb 2027")) == (422, 1)
    assert (Claim.objects.count(), Proof.objects.get(pk=too_late.pk).status) == (1, "editing")


def test_a_program_without_families_is_no_obstacle():
    with clock.at(AUTUMN):
        assert make_coop_cast(families=[]).program.has_plans is False
        assert make_program().has_plans is True
