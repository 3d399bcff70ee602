"""New plans, their own fields, campaigns and activities through the pages."""

import re
from decimal import Decimal

import pytest

from core.models import HistoryEntry
from incentives.models import Enrollment
from plans import services
from plans.models import Activity, Campaign, Plan
from tests.factories.incentives import activity_type, make_enrollment, make_year
from tests.factories.people import make_location, make_member
from tests.factories.plans import make_activity, make_campaign, make_cast, make_plan

pytestmark = pytest.mark.django_db


def plan_fields(cast, **fields):
    return {
        "fund_type": cast.program.fund_types.get().pk,
        "program_year": cast.year.pk,
        "name": "Autumn push",
        "reviewer": cast.reviewer.pk,
        "requested_limit": "",
        "comments": "",
        **fields,
    }


def campaign_fields(year, **fields):
    return {"name": "Black Week", "starts_on": year.starts_on, "ends_on": year.ends_on, "objective": "", **fields}


def activity_fields(campaign, **fields):
    return {
        "activity_type": activity_type(campaign.plan.program_year).pk,
        "name": "Posters",
        "countries": ["DE", "AT"],
        "starts_on": campaign.starts_on,
        "ends_on": campaign.starts_on,
        "budget": "4.120,50",
        **fields,
    }


def errors(response):
    """The texts at the fields and above the form."""
    html = response.content.decode()
    return [text.strip() for text in re.findall(r"<li data-problem>(?:<a [^>]*>)?([^<]+)", html)]


def new_address(cast):
    return f"/plans/new/?enrollment={cast.enrollment.pk}"


def test_with_one_location_the_first_step_is_skipped(client):
    cast = make_cast()
    client.force_login(cast.user)
    response = client.get("/plans/new/")
    assert (response.status_code, response["Location"]) == (302, f"?enrollment={cast.enrollment.pk}")
    assert client.get(new_address(cast)).status_code == 200


def test_the_first_step_offers_only_where_the_person_may_write(client):
    cast, foreign = make_cast(), make_cast()
    partner = cast.enrollment.location.partner
    vienna = make_enrollment(cast.program, make_location(partner, name="Fabrikam Vienna", country="AT"))
    closed = make_enrollment(
        cast.program, make_location(partner, name="Fabrikam Graz", country="AT"), status="inactive"
    )
    client.force_login(make_member(partner, billing_admin=True))
    html = client.get("/plans/new/").content.decode()
    offered = [value for value in re.findall(r'<option value="([^"]+)"', html) if len(value) == 36]
    assert sorted(offered) == sorted([str(cast.enrollment.pk), str(vienna.pk)])
    assert re.findall(r'<optgroup label="([^"]+)"', html) == ["Austria", "Germany"]
    for pk in (foreign.enrollment.pk, closed.pk, "rubbish"):
        assert client.get(f"/plans/new/?enrollment={pk}").status_code == 404
        assert client.post(f"/plans/new/?enrollment={pk}", plan_fields(foreign)).status_code == 404
    assert Plan.objects.count() == 0


def test_without_an_enrolled_location_the_page_says_who_helps(client):
    cast = make_cast()
    services_enrollment = Enrollment.objects.get(pk=cast.enrollment.pk)
    services_enrollment.status = "inactive"
    services_enrollment.save()
    client.force_login(cast.user)
    assert "Nothing to plan for at present" in client.get("/plans/new/").content.decode()


def test_a_plan_is_created_with_what_was_typed(client):
    cast = make_cast()
    client.force_login(cast.user)
    response = client.post(new_address(cast), plan_fields(cast, requested_limit="12.500,00", comments="Please hurry"))
    plan = Plan.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/plans/{plan.pk}/")
    assert (plan.name, plan.requested_limit, plan.reviewer, plan.currency, plan.comments, plan.created_by) == (
        "Autumn push", Decimal(12500), cast.reviewer, "EUR", "Please hurry", cast.user,
    )  # fmt: skip


def test_a_second_plan_of_the_same_kind_is_refused_and_the_first_one_is_linked(client):
    plan = make_plan(with_activity=False)
    client.force_login(plan.cast.user)
    response = client.post(new_address(plan.cast), plan_fields(plan.cast, name="Typed once more"))
    assert (response.status_code, Plan.objects.count()) == (422, 1)
    html = response.content.decode()
    assert errors(response) == [
        "Program year: There is already a plan for this location, program, fund and program year."
        " Open that one instead."
    ]
    assert html.count(f'href="/plans/{plan.pk}/"') == 1
    assert html.count('value="Typed once more"') == 1


def test_only_reviewers_of_the_program_and_its_funds_and_years_can_be_chosen(client):
    cast, foreign = make_cast(), make_cast()
    client.force_login(cast.user)
    for field, value in (
        ("reviewer", foreign.reviewer.pk),
        ("reviewer", cast.admin.pk),
        ("fund_type", foreign.program.fund_types.get().pk),
        ("program_year", foreign.year.pk),
    ):
        assert client.post(new_address(cast), plan_fields(cast, **{field: value})).status_code == 422
    assert Plan.objects.count() == 0
    html = client.get(new_address(cast)).content.decode()
    assert ("Ana Ribeiro" in html, str(foreign.reviewer.pk) in html) == (True, False)


@pytest.mark.parametrize("typed", ["-5", "0", "1e9", "1000000000000", "twelve", "10.0012"])
def test_absurd_amounts_are_refused_and_kept(client, typed):
    cast = make_cast()
    client.force_login(cast.user)
    response = client.post(new_address(cast), plan_fields(cast, requested_limit=typed))
    assert (response.status_code, Plan.objects.count(), len(errors(response))) == (422, 0, 1)
    assert response.content.decode().count(f'value="{typed}"') == 1


def test_new_plans_are_for_the_partner_side(client):
    cast = make_cast()
    for user in (cast.reviewer, cast.vendor_admin, make_member(cast.enrollment.location.partner)):
        client.force_login(user)
        assert client.get(new_address(cast)).status_code == 403
        assert client.post(new_address(cast), plan_fields(cast)).status_code == 403
    assert Plan.objects.count() == 0


def addresses(plan):
    campaign = plan.campaigns.get()
    activity = campaign.activities.get()
    return {
        f"/plans/{plan.pk}/edit/": plan_fields(plan.cast, name="Changed"),
        f"/plans/{plan.pk}/campaigns/new/": campaign_fields(plan.program_year),
        f"/plans/campaigns/{campaign.pk}/edit/": campaign_fields(plan.program_year),
        f"/plans/campaigns/{campaign.pk}/delete/": {},
        f"/plans/campaigns/{campaign.pk}/activities/new/": activity_fields(campaign),
        f"/plans/activities/{activity.pk}/edit/": activity_fields(campaign),
        f"/plans/activities/{activity.pk}/delete/": {},
    }


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Plan, Campaign, Activity, HistoryEntry)]


def test_every_form_works_for_the_incentives_user(client):
    for index in range(7):
        plan = make_plan()
        address, data = list(addresses(plan).items())[index]
        client.force_login(plan.cast.user)
        assert client.get(address).status_code == 200
        before = HistoryEntry.objects.filter(thread=plan.pk).count()
        response = client.post(address, data)
        assert (response.status_code, response["Location"].partition("#")[0]) == (302, f"/plans/{plan.pk}/")
        assert HistoryEntry.objects.filter(thread=plan.pk).count() == before + 1


def test_foreign_forms_are_not_found_and_sent_plans_are_closed(client):
    plan, foreign = make_plan(), make_plan()
    sent = make_plan(status="submitted")
    before = rows()
    for address, data in addresses(plan).items():
        for user, expected in ((foreign.cast.admin, 404), (plan.cast.vendor_admin, 404)):
            client.force_login(user)
            assert (client.get(address).status_code, client.post(address, data).status_code) == (expected, expected)
        client.logout()
        assert (client.get(address).status_code, client.post(address, data).status_code) == (302, 302)
    for address, data in addresses(sent).items():
        for user in (sent.cast.admin, sent.cast.user, sent.cast.reviewer, sent.cast.vendor_admin):
            client.force_login(user)
            assert (client.get(address).status_code, client.post(address, data).status_code) == (403, 403)
    assert rows() == before


def test_a_campaign_outside_the_year_or_backwards_is_refused_at_its_field(client):
    plan = make_plan(with_activity=False)
    year = plan.program_year
    client.force_login(plan.cast.user)
    address = f"/plans/{plan.pk}/campaigns/new/"
    for fields, label in (
        ({"starts_on": "2001-01-01"}, "First day"),
        ({"ends_on": "2099-01-01"}, "Last day"),
        ({"starts_on": year.ends_on, "ends_on": year.starts_on}, "Last day"),
        ({"starts_on": "no date"}, "First day"),
        ({"name": "x" * 121}, "Name"),
    ):
        response = client.post(address, campaign_fields(year, **fields))
        assert (response.status_code, [text.split(":")[0] for text in errors(response)]) == (422, [label])
    assert Campaign.objects.count() == 0
    make_campaign(plan, plan.cast, "Black Week")
    response = client.post(address, campaign_fields(year, name="BLACK WEEK"))
    assert errors(response) == ["Name: This plan already has a campaign with this name."]


def test_activities_take_several_countries_and_amounts_as_typed(client):
    plan = make_plan(with_activity=False)
    campaign = make_campaign(plan, plan.cast)
    client.force_login(plan.cast.user)
    client.post(f"/plans/campaigns/{campaign.pk}/activities/new/", activity_fields(campaign))
    activity = Activity.objects.get()
    assert (activity.budget, activity.countries) == (Decimal("4120.50"), ["DE", "AT"])


def test_the_activity_form_starts_with_the_campaign_and_the_types_of_the_year(client):
    plan = make_plan(with_activity=False)
    campaign = make_campaign(plan, plan.cast)
    make_year()
    client.force_login(plan.cast.user)
    html = client.get(f"/plans/campaigns/{campaign.pk}/activities/new/").content.decode()
    assert html.count(f'value="{campaign.starts_on}"') == 1
    assert html.count(f'value="{campaign.ends_on}"') == 1
    assert re.findall(r'<optgroup label="([^"]+)"', html) == [
        "Demand generation",
        "Market development",
        "Partner readiness",
    ]
    choices = re.findall(r'<option value="(\d+)"', html)
    assert len(choices) == plan.program_year.activity_types.selectable().count()
    assert ("Contoso syndicated content" in html, "{vendor}" in html) == (True, False)
    assert re.findall(r'name="countries" value="(\w\w)" [^>]*checked', html) == ["DE"]


def test_bad_activities_are_refused_at_their_fields(client):
    plan = make_plan(with_activity=False)
    campaign = make_campaign(plan, plan.cast)
    foreign_year = make_year()
    client.force_login(plan.cast.user)
    for fields, label in (
        ({"countries": []}, "Countries"),
        ({"countries": ["BR"]}, "Countries"),
        ({"budget": "-1"}, "Budget"),
        ({"budget": "0"}, "Budget"),
        ({"activity_type": activity_type(foreign_year).pk}, "Activity type"),
        ({"activity_type": "x"}, "Activity type"),
        ({"ends_on": "2099-01-01"}, "Last day"),
        ({"starts_on": "2001-01-01"}, "First day"),
    ):
        response = client.post(f"/plans/campaigns/{campaign.pk}/activities/new/", activity_fields(campaign, **fields))
        assert (response.status_code, [text.split(":")[0] for text in errors(response)]) == (422, [label]), fields
    assert Activity.objects.count() == 0


def test_forms_open_in_place_for_a_script(client):
    plan = make_plan()
    campaign = plan.campaigns.get()
    client.force_login(plan.cast.user)
    for address in (f"/plans/{plan.pk}/campaigns/new/", f"/plans/campaigns/{campaign.pk}/activities/new/"):
        html = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert (html.count("<form"), "<html" in html, html.count(f'action="{address}"')) == (1, False, 1)


def test_removing_a_campaign_says_what_goes(client):
    plan = make_plan()
    make_activity(plan, plan.cast, name="Radio spot", budget=Decimal(700))
    campaign = plan.campaigns.get()
    client.force_login(plan.cast.user)
    html = client.get(f"/plans/campaigns/{campaign.pk}/delete/").content.decode()
    assert ("City-light posters, 5,000.00 EUR, goes" in html, "Radio spot, 700.00 EUR, goes" in html) == (True, True)
    assert Campaign.objects.count() == 1
    client.post(f"/plans/campaigns/{campaign.pk}/delete/")
    assert (Campaign.objects.count(), Activity.objects.count()) == (0, 0)
    assert client.post(f"/plans/campaigns/{campaign.pk}/delete/").status_code == 404


def test_changes_are_written_readably(client):
    plan = make_plan()
    activity = Activity.objects.get()
    client.force_login(plan.cast.user)
    data = activity_fields(activity.campaign, name=activity.name, ends_on=activity.ends_on, countries=["FR"])
    client.post(f"/plans/activities/{activity.pk}/edit/", data)
    assert HistoryEntry.objects.latest("id").changes == {
        "City-light posters: countries": ["DE, AT", "FR"],
        "City-light posters: budget": ["5000.00 EUR", "4120.50 EUR"],
    }


def test_a_type_of_last_version_stays_choosable(client):
    plan = make_plan()
    activity = Activity.objects.select_related("activity_type").get()
    kind = activity.activity_type
    kind.superseded_at = plan.created_at
    kind.save()
    client.force_login(plan.cast.user)
    html = client.get(f"/plans/activities/{activity.pk}/edit/").content.decode()
    assert html.count(f'<option value="{kind.pk}" selected>') == 1


def test_saving_the_same_again_writes_no_history(client):
    plan = make_plan()
    client.force_login(plan.cast.user)
    before = HistoryEntry.objects.count()
    services.edit_plan(plan.pk, actor=plan.cast.user, name=plan.name)
    client.post(f"/plans/{plan.pk}/edit/", plan_fields(plan.cast))
    assert HistoryEntry.objects.count() == before


def test_a_form_opened_in_place_keeps_its_place_when_refused_and_shows_the_page_when_done(client):
    plan = make_plan(with_activity=False)
    client.force_login(plan.cast.user)
    address, script = f"/plans/{plan.pk}/campaigns/new/", {"HX-Request": "true"}
    outside = campaign_fields(plan.program_year, starts_on="2001-01-01", ends_on="2001-02-01")
    response = client.post(address, outside, headers=script)
    html = response.content.decode()
    assert (response.status_code, html.count("<html"), html.count(f'hx-post="{address}"')) == (422, 0, 1)
    assert [text.split(":")[0] for text in errors(response)] == ["First day", "Last day"]
    response = client.post(address, campaign_fields(plan.program_year), headers=script)
    assert (response.status_code, response["HX-Refresh"], Campaign.objects.count()) == (204, "true", 1)


def test_the_activity_form_says_what_each_type_needs(client):
    plan = make_plan()
    client.force_login(plan.cast.user)
    html = client.get(f"/plans/campaigns/{plan.campaigns.get().pk}/activities/new/").content.decode()
    needed = html.split('<details class="pl-needed">')[1].split("</details>")[0]
    assert needed.count("<dt>") == plan.program_year.activity_types.selectable().count()
    assert needed.count(f'href="/programs/{plan.cast.program.pk}/?year={plan.program_year_id}"') == 1
    assert client.get(f"/programs/{plan.cast.program.pk}/?year={plan.program_year_id}").status_code == 200


def test_a_second_plan_of_the_same_name_is_made_with_a_hint(client):
    first = make_plan(with_activity=False)
    cast = first.cast
    fund = cast.program.fund_types.create(slug="launch", name="Launch")
    client.force_login(cast.user)
    data = {"fund_type": fund.pk, "program_year": cast.year.pk, "name": first.name.upper()}
    page = client.post(f"/plans/new/?enrollment={cast.enrollment.pk}", data, follow=True).content.decode()
    assert page.count(f"{first.number} at this location has the same name.") == 1
