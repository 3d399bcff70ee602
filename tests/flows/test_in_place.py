"""Forms that open on the plan's page, links to pass on, and tables, as a browser shows them."""

import pytest
from playwright.sync_api import expect

from plans import services
from tests.factories.claims import make_claim
from tests.factories.people import PASSWORD, make_member
from tests.factories.plans import make_plan
from tests.flows.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def signed_in(user, new_context, app, **options):
    return Person(user.name, user.email, new_context, app, PASSWORD, **options).sign_in()


def test_a_campaign_form_keeps_its_place_until_it_is_right(live_app, new_context):
    plan = make_plan(with_activity=False)
    year, cast = plan.program_year, plan.cast
    person = signed_in(cast.user, new_context, live_app)
    page = person.open(f"/plans/{plan.pk}/")
    person.follow("Add campaign")
    person.fill(Name="Back to business", First_day="2001-01-01", Last_day="2001-02-01")
    person.press("Add campaign")
    expect(page.locator("#add-campaign .pl-error")).to_have_count(2)
    expect(page.get_by_label("Name")).to_have_value("Back to business")
    assert page.url == f"{live_app.url}/plans/{plan.pk}/"
    person.fill(First_day=year.starts_on.isoformat(), Last_day=year.ends_on.isoformat())
    person.press("Add campaign")
    expect(page.get_by_role("heading", name="Back to business")).to_have_count(1)
    person.follow("Add activity")
    page.get_by_text("What each type needs as proof").click()
    expect(page.locator(".pl-needed dt", has_text="Print advertising")).to_be_visible()
    person.follow("Cancel")
    expect(page.locator("form[data-in-place]")).to_have_count(0)


def test_the_link_of_an_invitation_is_copied_with_one_press(live_app, new_context):
    boss = make_member(make_plan().cast.enrollment.location.partner, "Greta Global", global_admin=True)
    person = signed_in(boss, new_context, live_app, permissions=["clipboard-read", "clipboard-write"])
    page = person.open("/team/invite/")
    person.fill(Name="Ina Invited")
    page.get_by_label("E-mail", exact=True).fill("ina@example.com")
    page.locator("main form button[type=submit]").click()
    link = page.get_by_label("Link", exact=True).input_value()
    person.press("Copy the link")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_the_queue_fits_its_card(live_app, new_context):
    claim = make_claim()
    partner = claim.enrollment.location.partner
    partner.name = "Fabrikam Retail und Handelsgesellschaft für Bürobedarf mit beschränkter Haftung"
    partner.save()
    person = signed_in(claim.cast.reviewer, new_context, live_app)
    page = person.open("/queue/")
    page.set_viewport_size({"width": 1440, "height": 900})
    wide = page.locator(".pl-scroll").evaluate("box => box.scrollWidth - box.clientWidth")
    assert wide == 0


def test_the_gap_of_a_missing_reviewer_leads_to_its_field(live_app, new_context):
    plan = make_plan()
    services.edit_plan(plan.pk, actor=plan.cast.user, reviewer=None)
    person = signed_in(plan.cast.admin, new_context, live_app)
    page = person.open(f"/plans/{plan.pk}/")
    page.locator("#left a").first.click()
    expect(page.get_by_label("Reviewer at the vendor")).to_be_focused()
