"""The plan page: what each side reads, in every state, at a constant number of queries."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import HistoryEntry
from plans import services
from tests.factories.claims import make_claim, make_proof
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_incentive_admin, make_location, make_member
from tests.factories.plans import make_activity, make_campaign, make_plan

pytestmark = pytest.mark.django_db
STATES = ["editing", "submitted", "under_review", "action_required", "approved", "rejected"]


def opened(client, user, plan, expected=200, **params):
    client.force_login(user)
    response = client.get(f"/plans/{plan.pk}/", params)
    assert response.status_code == expected
    return response.content.decode()


def moves_on(html):
    return re.findall(r'id="move-([a-z_]+)"', html)


@pytest.mark.parametrize("status", STATES)
def test_the_page_opens_in_every_state_for_both_sides(client, status):
    plan = make_plan(status=status)
    for user in (plan.cast.user, plan.cast.admin, plan.cast.reviewer, plan.cast.vendor_admin):
        opened(client, user, plan, 404 if status == "editing" and user.is_vendor else 200)


def test_nobody_else_finds_the_plan(client):
    plan, other = make_plan(status="submitted"), make_plan(status="submitted")
    second_location = make_enrollment(plan.cast.program, make_location(plan.enrollment.location.partner))
    for stranger in (
        other.cast.admin,
        other.cast.vendor_admin,
        make_incentive_admin(second_location),
        make_member(plan.enrollment.location.partner),
    ):
        opened(client, stranger, plan, 404)
    client.logout()
    response = client.get(f"/plans/{plan.pk}/")
    assert (response.status_code, response["Location"]) == (
        302,
        f"/accounts/login/?next=/plans/{plan.pk}/",
    )


MOVES = {
    "editing": (["submit"], ["submit"], None, None),
    "submitted": ([], [], ["take"], ["take"]),
    "under_review": ([], [], ["request_action", "approve", "reject"], ["request_action", "approve", "reject"]),
    "action_required": (["reopen"], ["reopen"], [], []),
    "approved": (["amend"], ["amend"], [], []),
    "rejected": (["reopen"], ["reopen"], [], []),
}


@pytest.mark.parametrize("status", [state for state in STATES if state != "editing"])
def test_each_person_sees_the_moves_of_their_side(client, status):
    plan = make_plan(status=status)
    cast = plan.cast
    shown = [moves_on(opened(client, one, plan)) for one in (cast.user, cast.admin, cast.reviewer, cast.vendor_admin)]
    assert tuple(shown) == MOVES[status]


def test_a_button_that_does_not_work_says_why(client):
    plan = make_plan()
    html = opened(client, plan.cast.user, plan)
    assert "Only an incentives admin of this location may do this." in html
    assert f"/plans/{plan.pk}/submit/" not in html
    assert html.count(f"/plans/{plan.pk}/submit/") == 0
    assert opened(client, plan.cast.admin, plan).count(f'href="/plans/{plan.pk}/submit/"') == 1


def test_what_is_left_lists_each_gap_with_its_place(client):
    plan = make_plan(with_activity=False)
    services.edit_plan(plan.pk, actor=plan.cast.user, reviewer=None)
    html = opened(client, plan.cast.user, plan)
    left = re.search(r'id="left".*?</section>', html, re.S)[0]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', left) == [
        (f"/plans/{plan.pk}/edit/#id_reviewer", "Choose who at the vendor reviews this plan."),
        ("#campaigns", "Add at least one campaign with an activity."),
    ]
    for anchor in ("campaigns",):
        assert html.count(f'id="{anchor}"') == 1


def test_the_holder_line_names_who_since_and_until(client):
    plan = make_plan(status="submitted")
    html = opened(client, plan.cast.user, plan)
    assert re.search(r"With <b>Ana Ribeiro, Contoso</b>, since \d+ \w+ \d{4}\. Answer promised by <b><time", html)
    assert re.search(r"With <b>you</b>, since", opened(client, plan.cast.reviewer, plan))
    assert re.search(r"With <b>Ana Ribeiro, Contoso</b>", opened(client, plan.cast.vendor_admin, plan))


def test_proofs_can_be_added_once_the_plan_is_approved(client):
    plan = make_plan(status="approved")
    activity = plan.campaigns.get().activities.get()
    address = f'href="/proofs/new/{activity.pk}/"'
    assert opened(client, plan.cast.user, plan).count(address) == 1
    assert opened(client, plan.cast.reviewer, plan).count(address) == 0
    submitted = make_plan(status="submitted")
    assert "/proofs/new/" not in opened(client, submitted.cast.user, submitted)


def test_proofs_and_claims_of_the_plan_are_shown(client):
    claim = make_claim("approved")
    plan = claim.proof.activity.campaign.plan
    second = make_proof(plan_with_cast(plan, claim.cast), name="Second piece", complete=False)
    html = opened(client, claim.cast.user, plan)
    assert "1 of 2 approved" in html
    for one in (claim, claim.proof, second):
        assert html.count(f'href="{one.get_absolute_url()}"') >= 1
    vendor_html = opened(client, claim.cast.reviewer, plan)
    assert vendor_html.count(f'href="{second.get_absolute_url()}"') == 0
    assert second.number not in vendor_html


def plan_with_cast(plan, cast):
    plan.cast = cast
    return plan


def test_comments_go_into_the_history_of_both_sides(client):
    plan = make_plan(status="submitted")
    for user, text in ((plan.cast.user, "When do you answer?"), (plan.cast.reviewer, "On Tuesday.")):
        client.force_login(user)
        response = client.post(f"/plans/{plan.pk}/comment/", {"comment": text})
        assert (response.status_code, response["Location"]) == (302, f"/plans/{plan.pk}/#history")
    html = opened(client, plan.cast.admin, plan, history="comments")
    assert re.findall(r'<blockquote class="pl-quote">([^<]+)</blockquote>', html) == [
        "On Tuesday.",
        "When do you answer?",
    ]
    assert opened(client, plan.cast.admin, plan, history="decisions").count("pl-quote") == 0


def test_an_empty_comment_is_not_sent(client):
    plan = make_plan(status="submitted")
    client.force_login(plan.cast.user)
    before = HistoryEntry.objects.count()
    response = client.post(f"/plans/{plan.pk}/comment/", {"comment": "  "})
    assert (response.status_code, HistoryEntry.objects.count()) == (422, before)
    assert client.get(f"/plans/{plan.pk}/comment/").status_code == 200


def test_a_long_name_of_the_vendor_placeholder_is_filled_in(client):
    plan = make_plan(with_activity=False)
    make_activity(plan, plan.cast, "vendor_syndicated_content", name="Web banners")
    html = opened(client, plan.cast.user, plan)
    assert "Contoso syndicated content" in html
    assert "{vendor}" not in html


PARTNER_EDITING, PARTNER_APPROVED, VENDOR_REVIEW = 13, 12, 12


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_a_constant_number_of_queries(client, count):
    plan = make_plan(with_activity=False)
    cast = plan.cast
    campaigns = [make_campaign(plan, cast, f"Campaign {number}") for number in range(min(count, 5))]
    for number in range(count):
        make_activity(
            plan, cast, campaign=campaigns[number % len(campaigns)], name=f"Activity {number}", budget=Decimal(100)
        )

    def queries(user):
        client.force_login(user)
        with CaptureQueriesContext(connection) as captured:
            html = client.get(f"/plans/{plan.pk}/").content.decode()
        assert html.count('<tr id="activity-') == count
        return [query["sql"][:100] for query in captured]

    editing = queries(cast.admin)
    services.submit_plan(plan.pk, actor=cast.admin)
    services.take_plan(plan.pk, actor=cast.reviewer)
    review = queries(cast.reviewer)
    services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal(100))
    plan.refresh_from_db()
    plan.cast = cast
    for activity in (one for campaign in plan.campaigns.all() for one in campaign.activities.all()):
        make_proof(plan, activity=activity, complete=False)
    approved = queries(cast.admin)
    assert (len(editing), len(approved), len(review)) == (PARTNER_EDITING, PARTNER_APPROVED, VENDOR_REVIEW), (
        editing, approved, review,
    )  # fmt: skip


def test_the_budget_tells_what_is_in_review_from_what_came_back(client):
    claim = make_claim("action_required")
    plan = claim.proof.activity.campaign.plan
    for person, label in ((claim.cast.admin, "With you"), (claim.cast.reviewer, "With Fabrikam Retail GmbH")):
        html = opened(client, person, plan)
        legend = re.search(r'<dl class="pl-legend">.*?</dl>', html, re.S)[0]
        labels = re.findall(r"</svg>([^<]+)</dt>", legend)
        assert labels == [label, "Not claimed yet"]
