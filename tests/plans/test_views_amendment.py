"""The plan page while an approved plan is changed: both versions, what differs, what can be put back (D-10)."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.ui import date
from plans import approvals, services
from plans.models import Activity, Plan
from proofs import services as proofs
from tests.factories.plans import approve_change, make_activity, make_campaign
from tests.factories.plans import make_small_plan as make_plan
from tests.plans.test_amendments import WAYS, days_of, in_change, walk

pytestmark = pytest.mark.django_db


def opened(client, user, plan):
    client.force_login(user)
    response = client.get(f"/plans/{plan.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def text(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def versions_on(html):
    found = re.search(r'id="versions">(.*?)</div>', html, re.S)
    return [text(part) for part in re.findall(r"<span>(.*?)</span>", found[1], re.S)] if found else []


def changes_on(html):
    """The rows of "what version 2 changes", cell by cell."""
    card = re.search(r'id="changes".*?</section>', html, re.S)
    rows = re.findall(r"<tr.*?</tr>", card[0], re.S)[1:] if card else []
    return [[text(cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.S)] for row in rows]


WORDS = {
    "editing": "in editing",
    "submitted": "submitted",
    "under_review": "under review",
    "action_required": "sent back",
    "rejected": "rejected",
}


@pytest.mark.parametrize("status", WAYS)
def test_both_versions_are_named_to_both_sides(client, status):
    plan = in_change()
    services.edit_plan(plan.pk, actor=plan.cast.user, requested_limit=Decimal(7000))
    walk(plan, WAYS[status])
    day = date(approvals.in_force(plan).limit_from)
    for person in (plan.cast.user, plan.cast.vendor_admin):
        html = opened(client, person, plan)
        assert versions_on(html) == [
            f"Version 2 {WORDS[status]}",
            f"version 1 in force, limit 5,000.00 EUR, from {day}",
        ]
        assert changes_on(html) == [["Limit asked for", "changed", "Limit: 5,000.00 EUR", "Limit: 7,000.00 EUR"]]
        assert re.search(r"<dt>Limit in force</dt><dd>.*?5,000\.00", html)


def test_without_an_approval_there_is_one_version(client):
    plan = make_plan(status="under_review")
    html = opened(client, plan.cast.user, plan)
    assert (versions_on(html), changes_on(html), "Limit in force" in html) == ([], [], False)


def test_an_approved_limit_that_begins_later_is_shown_beside_the_one_that_counts(client):
    plan = make_plan(status="approved")
    approve_change(plan, Decimal(7000))
    begins = approvals.in_force(plan).limit_from
    html = opened(client, plan.cast.user, plan)
    assert versions_on(html) == [
        f"version 2 in force, limit 7,000.00 EUR, from {date(begins)}, until then 5,000.00 EUR"
    ]
    assert re.search(rf"<dt>Limit from {date(begins)}</dt><dd>.*?7,000\.00", html)
    assert changes_on(html) == []
    with clock.at(clock.start_of_day(begins, plan.cast.program.deadline_zone) + timedelta(hours=1)):
        html = opened(client, plan.cast.user, plan)
    assert versions_on(html) == [f"version 2 in force, limit 7,000.00 EUR, from {date(begins)}"]


def test_what_differs_stands_in_one_table(client):
    plan = in_change()
    cast = plan.cast
    campaign = plan.campaigns.get()
    posters = campaign.activities.get()
    shorter = campaign.ends_on - timedelta(days=1)
    services.edit_campaign(campaign.pk, actor=cast.user, **days_of(campaign, ends_on=shorter))
    services.delete_activity(posters.pk, actor=cast.user)
    make_activity(plan, cast, "vendor_syndicated_content", name="Banners", countries=["DE"], budget=Decimal(5000))
    html = opened(client, cast.user, plan)
    days = f"First day: {date(posters.starts_on)} Last day: {date(posters.ends_on)}"
    assert changes_on(html) == [
        [
            "Back to business Campaign", "changed",
            f"Last day: {date(campaign.ends_on)}", f"Last day: {date(shorter)}",
        ],
        [
            "City-light posters Activity Add proof", "removed Put back",
            f"Type: Print advertising Countries: Austria, Germany {days} Budget: 5,000.00 EUR", "–",
        ],
        [
            "Banners Activity", "added", "–",
            f"Type: Contoso syndicated content Countries: Germany {days} Budget: 5,000.00 EUR",
        ],
    ]  # fmt: skip
    walk(plan, ("submit", "take"))
    vendor = changes_on(opened(client, cast.vendor_admin, plan))
    assert [row[:2] for row in vendor][1] == ["City-light posters Activity no proof yet", "removed"]


def test_what_was_removed_is_put_back_on_a_page(client):
    plan = in_change()
    cast = plan.cast
    campaign = plan.campaigns.get()
    posters = campaign.activities.get()
    client.force_login(cast.user)
    page = client.get(f"/plans/activities/{posters.pk}/delete/").content.decode()
    assert page.count("It stays in force until the changed plan is approved") == 1
    client.post(f"/plans/activities/{posters.pk}/delete/")
    address = f"/plans/activities/{posters.pk}/restore/"
    assert opened(client, cast.user, plan).count(f'href="{address}"') == 1
    assert client.get(address).content.decode().count("Put “City-light posters” back?") == 1
    response = client.post(address)
    assert (response.status_code, response["Location"]) == (302, f"/plans/{plan.pk}/#activity-{posters.pk}")
    client.post(f"/plans/campaigns/{campaign.pk}/delete/")
    assert Activity.objects.count() == 0
    response = client.post(f"/plans/campaigns/{campaign.pk}/restore/")
    assert (response.status_code, response["Location"]) == (302, f"/plans/{plan.pk}/#campaign-{campaign.pk}")
    assert list(Activity.objects.values_list("pk", flat=True)) == [posters.pk]


def test_a_refused_removal_names_the_proof_on_its_page(client):
    plan = in_change()
    posters = plan.campaigns.get().activities.get()
    proof = proofs.create_proof(posters, actor=plan.cast.user, name="Draft")
    client.force_login(plan.cast.user)
    response = client.post(f"/plans/activities/{posters.pk}/delete/")
    html = response.content.decode()
    said = [text(one) for one in re.findall(r"<li data-problem>(.*?)</li>", html)]
    assert (response.status_code, html.count("This cannot be removed.")) == (422, 1)
    assert said == [f"{proof.number} proves “City-light posters”. What has a proof stays in the plan."]


def test_days_that_leave_a_proof_out_are_refused_at_their_field(client):
    plan = in_change()
    campaign = plan.campaigns.get()
    day = campaign.ends_on
    proof = proofs.create_proof(
        campaign.activities.get(), actor=plan.cast.user, name="P", executed_from=day, executed_to=day
    )
    client.force_login(plan.cast.user)
    data = {"name": "Renamed", "starts_on": campaign.starts_on, "ends_on": campaign.starts_on, "objective": "Kept"}
    response = client.post(f"/plans/campaigns/{campaign.pk}/edit/", data)
    html = response.content.decode()
    error = text(re.search(r'id="id_ends_on_error".*?</p>', html, re.S)[0].partition(">")[2])
    assert (response.status_code, "Kept" in html) == (422, True)
    assert error.startswith(f"{proof.number} took place on ")


def test_opening_a_plan_says_what_stays(client):
    plan = make_plan(status="approved")
    client.force_login(plan.cast.admin)
    html = client.get(f"/plans/{plan.pk}/amend/").content.decode()
    lines = [text(line) for line in re.findall(r"<li><svg.*?</svg><span>(.*?)</span></li>", html)]
    until = date(plan.program_year.ends_on + timedelta(days=90))
    assert lines == [
        "You change version 2; it must be approved again",
        "Version 1 stays in force until then: it takes proofs and its limit counts",
        f"It must be sent by {until}",
    ]


def test_the_approval_says_from_when_the_limit_counts(client):
    plan = make_plan(status="under_review")
    cast = plan.cast
    client.force_login(cast.vendor_admin)
    address = f"/plans/{plan.pk}/approve/"
    today = cast.program.today()
    assert client.get(address).content.decode().count(f"The limit you approve counts from {date(today)} on<") == 1
    services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal(5000))
    services.amend_plan(plan.pk, actor=cast.admin)
    walk(plan, ("submit", "take"))
    first = clock.add_months(today.replace(day=1), 1)
    html = client.get(address).content.decode()
    assert html.count(f"The limit you approve counts from {date(first)} on, until then 5,000.00 EUR") == 1


def test_a_limit_below_what_is_held_is_refused_at_its_field(client):
    plan = in_change()
    Plan.objects.filter(pk=plan.pk).update(committed=Decimal(3000))
    walk(plan, ("submit", "take"))
    client.force_login(plan.cast.vendor_admin)
    response = client.post(f"/plans/{plan.pk}/approve/", {"limit": "2999.99", "comment": "Less"})
    html = response.content.decode()
    assert (response.status_code, html.count('id="id_limit_error"'), "Less" in html) == (422, 1, True)


def test_proofs_go_on_while_the_plan_is_changed(client):
    plan = in_change()
    old = plan.campaigns.get().activities.get()
    new = make_activity(plan, plan.cast, name="Only drafted")
    html = opened(client, plan.cast.user, plan)
    assert re.findall(r'href="/proofs/new/([^/]+)/"', html) == [str(old.pk)]
    assert html.count("after approval") == 1
    client.force_login(plan.cast.user)
    assert client.get(f"/proofs/new/{new.pk}/").status_code == 422
    services.delete_activity(old.pk, actor=plan.cast.user)
    assert client.get(f"/proofs/new/{old.pk}/").status_code == 200
    response = client.post(f"/proofs/new/{old.pk}/", {"name": "Of version 1"})
    assert response.status_code == 302


def test_the_list_shows_the_limit_in_force(client):
    plan = in_change()
    services.edit_plan(plan.pk, actor=plan.cast.user, requested_limit=Decimal(9000))
    client.force_login(plan.cast.user)
    html = client.get("/plans/").content.decode()
    cell = re.search(r'data-label="Limit".*?</td>', html, re.S)[0]
    assert text(cell.partition(">")[2]) == "5,000.00 EUR in force"


CHANGED = 16


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_of_a_change_takes_a_constant_number_of_queries(client, count):
    plan = make_plan(with_activity=False)
    cast = plan.cast
    campaign = make_campaign(plan, cast)
    rows = [make_activity(plan, cast, name=f"Activity {number}", budget=Decimal(10)) for number in range(2 * count)]
    walk(plan, ("submit", "take"))
    services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal(10))
    services.amend_plan(plan.pk, actor=cast.admin)
    for row in rows[:count]:
        services.delete_activity(row.pk, actor=cast.user)
        make_activity(plan, cast, campaign=campaign, name=f"New {row.name}")
    client.force_login(cast.admin)
    with CaptureQueriesContext(connection) as captured:
        html = client.get(f"/plans/{plan.pk}/").content.decode()
    assert len(changes_on(html)) == 2 * count + 1
    assert len(captured) == CHANGED, [query["sql"][:100] for query in captured]
