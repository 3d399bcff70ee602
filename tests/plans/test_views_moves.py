"""Every move of a plan through its page: confirm, deny, refuse with all gaps, conflict."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from core.models import HistoryEntry, Notification
from core.ui import date
from plans import services
from plans.models import Plan
from tests.factories.incentives import activity_type
from tests.factories.plans import make_activity, make_campaign, make_plan

pytestmark = pytest.mark.django_db

# move: state before, who does it, who may not (and is told why), what is sent, state after
MOVES = {
    "submit": ("editing", "admin", "user", {}, "submitted"),
    "take": ("submitted", "reviewer", "admin", {}, "under_review"),
    "request_action": ("under_review", "reviewer", "admin", {"comment": "Split the budget."}, "action_required"),
    "approve": ("under_review", "vendor_admin", "reviewer", {"limit": "4.500,00"}, "approved"),
    "reject": ("under_review", "vendor_admin", "reviewer", {"comment": "Not in line."}, "rejected"),
    "reopen": ("action_required", "user", "reviewer", {}, "editing"),
    "amend": ("approved", "admin", "user", {"comment": "More for autumn."}, "editing"),
}


def address(plan, move):
    return f"/plans/{plan.pk}/{move}/"


def state(plan):
    return (
        Plan.objects.values("status", "holder", "version", "updated_at").get(pk=plan.pk),
        HistoryEntry.objects.count(),
        Notification.objects.count(),
    )


@pytest.mark.parametrize("move", MOVES)
def test_the_move_is_shown_confirmed_and_done(client, move):
    before, who, _other, data, after = MOVES[move]
    plan = make_plan(status=before)
    client.force_login(getattr(plan.cast, who))
    html = client.get(address(plan, move)).content.decode()
    assert (html.count('class="pl-consequences"'), html.count("data-dialog-content")) == (1, 1)
    response = client.post(address(plan, move), data)
    assert (response.status_code, response["Location"]) == (302, f"/plans/{plan.pk}/")
    plan.refresh_from_db()
    assert plan.status == after
    entry = HistoryEntry.objects.latest("id")
    assert (entry.action, entry.actor, entry.comment) == (
        f"plans.{move}",
        getattr(plan.cast, who),
        data.get("comment", ""),
    )


@pytest.mark.parametrize("move", MOVES)
def test_who_may_not_is_told_why_and_nothing_changes(client, move):
    before, _who, other, data, _after = MOVES[move]
    plan = make_plan(status=before)
    unchanged = state(plan)
    client.force_login(getattr(plan.cast, other))
    for response in (client.get(address(plan, move)), client.post(address(plan, move), data)):
        assert response.status_code == 403
    assert state(plan) == unchanged


@pytest.mark.parametrize("move", MOVES)
def test_strangers_find_nothing(client, move):
    before, _who, _other, data, _after = MOVES[move]
    plan, foreign = make_plan(status=before), make_plan(status=before)
    unchanged = state(plan)
    for stranger in (foreign.cast.admin, foreign.cast.vendor_admin):
        client.force_login(stranger)
        assert client.get(address(plan, move)).status_code == 404
        assert client.post(address(plan, move), data).status_code == 404
    client.logout()
    assert client.post(address(plan, move), data).status_code == 302
    assert state(plan) == unchanged


@pytest.mark.parametrize("move", MOVES)
def test_a_second_click_does_nothing_twice_and_another_word_is_a_conflict(client, move):
    before, who, _other, data, _after = MOVES[move]
    plan = make_plan(status=before)
    client.force_login(getattr(plan.cast, who))
    client.post(address(plan, move), data)
    unchanged = state(plan)
    again = client.post(address(plan, move), data, follow=True)
    assert again.redirect_chain == [(plan.get_absolute_url(), 302)]
    assert "Your first click did this already. Nothing was done twice." in again.content.decode()
    if move not in ("take", "reopen"):  # which take no words
        other = client.post(address(plan, move), {**data, "comment": "Something else"})
        assert (other.status_code, "Someone was faster" in other.content.decode()) == (409, True)
    assert client.get(address(plan, move)).status_code == 409
    assert state(plan) == unchanged


def test_unknown_moves_do_not_exist(client):
    plan = make_plan(status="approved")
    client.force_login(plan.cast.admin)
    for move in ("withdraw", "follow", "submitted"):
        assert client.get(address(plan, move)).status_code == 404
        assert client.post(address(plan, move)).status_code == 404


def test_submission_says_what_is_sent_to_whom(client):
    plan = make_plan(with_activity=False)
    last = plan.program_year.ends_on  # not begun on any day a test runs
    make_activity(plan, plan.cast, starts_on=last, ends_on=last)
    client.force_login(plan.cast.admin)
    html = client.get(address(plan, "submit")).content.decode()
    lines = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<li><svg.*?</svg><span>(.*?)</span></li>", html)]
    assert len(lines) == 4
    assert lines[0] == "You ask for a limit of 5,000.00 EUR"
    assert lines[1].startswith("1 activity, from ")
    assert lines[2].startswith("It goes to Ana Ribeiro, Contoso. An answer is promised by ")
    assert lines[3] == "You cannot edit it after this until it is sent back"


def test_too_early_all_gaps_are_listed_with_their_places(client):
    plan = make_plan()
    cast = plan.cast
    services.edit_plan(plan.pk, actor=cast.user, reviewer=None)
    activity = plan.campaigns.get().activities.get()
    kind = activity.activity_type
    kind.enabled = False
    kind.save()
    cast.enrollment.status = "inactive"
    cast.enrollment.save()
    unchanged = state(plan)
    client.force_login(cast.admin)
    shown = client.get(address(plan, "submit"))
    refused = client.post(address(plan, "submit"), {"comment": "As discussed on Monday"})
    assert (shown.status_code, refused.status_code) == (200, 422)
    for response in (shown, refused):
        gaps = re.findall(r'<li data-problem>(?:([^<]+): )?(?:<a href="([^"]+)">)?([^<]+)', response.content.decode())
        assert gaps == [
            (
                "",
                "",
                f"Fabrikam Munich is not enrolled in {cast.program.name} at present. Ask the vendor to enrol it again.",
            ),
            ("", f"/plans/{plan.pk}/#edit", "Choose who at the vendor reviews this plan."),
            (
                "City-light posters",
                f"/plans/{plan.pk}/#activity-{activity.pk}",
                "“Print advertising” cannot be chosen this year. Choose another activity type.",
            ),
        ]
    assert "As discussed on Monday" in refused.content.decode()
    assert state(plan) == unchanged
    page = client.get(f"/plans/{plan.pk}/").content.decode()
    assert (page.count('id="edit"'), page.count(f'id="activity-{activity.pk}"')) == (1, 1)


def test_a_plan_without_activity_cannot_be_sent(client):
    plan = make_plan(with_activity=False)
    make_campaign(plan, plan.cast)
    client.force_login(plan.cast.admin)
    response = client.post(address(plan, "submit"))
    html = response.content.decode()
    assert (response.status_code, re.findall(r'<a href="([^"]+)">Add at least one activity to a campaign', html)) == (
        422,
        [f"/plans/{plan.pk}/#campaigns"],
    )


@pytest.mark.parametrize("move", ["request_action", "reject"])
@pytest.mark.parametrize("comment", ["", "   "])
def test_without_a_reason_nothing_is_sent_back(client, move, comment):
    plan = make_plan(status="under_review")
    unchanged = state(plan)
    client.force_login(plan.cast.vendor_admin)
    response = client.post(address(plan, move), {"comment": comment})
    assert response.status_code == 422
    assert response.content.decode().count('id="id_comment_error"') == 1
    assert state(plan) == unchanged


def test_the_limit_starts_with_what_was_asked(client):
    plan = make_plan(status="under_review")
    client.force_login(plan.cast.vendor_admin)
    html = client.get(address(plan, "approve")).content.decode()
    assert re.search(r'name="limit" value="([^"]+)"', html)[1] == "5000.00"


@pytest.mark.parametrize("limit", ["", "0", "-1", "5000.01", "9999999999999", "lots"])
def test_an_unsound_limit_is_refused_at_its_field(client, limit):
    plan = make_plan(status="under_review")
    unchanged = state(plan)
    client.force_login(plan.cast.vendor_admin)
    response = client.post(address(plan, "approve"), {"limit": limit, "comment": "Well done"})
    html = response.content.decode()
    assert (response.status_code, html.count('id="id_limit_error"'), "Well done" in html) == (422, 1, True)
    assert state(plan) == unchanged


def test_a_smaller_limit_is_shown_to_the_partner(client):
    plan = make_plan(status="under_review")
    page = f"/plans/{plan.pk}/"
    client.force_login(plan.cast.vendor_admin)
    client.post(address(plan, "approve"), {"limit": "4,500"})
    plan.refresh_from_db()
    assert plan.newest_limit == Decimal(4500)
    client.force_login(plan.cast.user)
    html = client.get(page).content.decode()
    assert re.search(r"<dt>Limit in force</dt><dd>.*?4,500\.00", html)


def test_the_dialog_gets_the_part_alone(client):
    plan = make_plan()
    client.force_login(plan.cast.admin)
    html = client.get(address(plan, "submit"), headers={"HX-Request": "true"}).content.decode()
    assert (html.count("data-dialog-content"), html.count("<form"), "<html" in html) == (1, 1, False)


def test_what_was_typed_into_an_ended_session_comes_back(client):
    plan = make_plan(status="under_review")
    client.force_login(plan.cast.vendor_admin)
    client.get(f"/plans/{plan.pk}/")
    known = client.cookies["known_as"].value
    client.logout()
    client.cookies["known_as"] = known
    client.post(address(plan, "reject"), {"comment": "A long reason"})
    client.force_login(plan.cast.vendor_admin)
    assert client.get(address(plan, "reject")).content.decode().count("A long reason") == 1


def test_adding_while_someone_sends_the_plan_is_refused(client):
    plan = make_plan()
    client.force_login(plan.cast.user)
    form = f"/plans/campaigns/{plan.campaigns.get().pk}/activities/new/"
    assert client.get(form).status_code == 200
    services.submit_plan(plan.pk, actor=plan.cast.admin)
    response = client.post(form, {"name": "Late"})
    assert (response.status_code, plan.campaigns.get().activities.count()) == (403, 1)


def test_sending_names_the_days_of_the_activities_and_those_that_have_begun(client):
    plan = make_plan(with_activity=False)
    cast, today = plan.cast, plan.cast.program.today()
    campaign = make_campaign(plan, cast)
    days = ((today - timedelta(days=1), today), (today, today + timedelta(days=1)))
    for number, (first, last) in enumerate(days):
        services.add_activity(
            campaign.pk, actor=cast.user, name=f"Poster {number}", activity_type=activity_type(plan.program_year),
            starts_on=first, ends_on=last, budget=Decimal(10), countries=["DE"],
        )  # fmt: skip
    client.force_login(cast.admin)
    html = client.get(address(plan, "submit")).content.decode()
    first, last = date(days[0][0]), date(days[1][1])
    assert html.count(f"2 activities, from {first} to {last}") == 1
    assert html.count("1 activity began before today") == 1
