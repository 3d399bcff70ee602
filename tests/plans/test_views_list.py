import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from core.paging import keyset_page
from plans.models import Plan
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_location, make_member, make_partner
from tests.factories.plans import cast_for, make_cast, make_plan

pytestmark = pytest.mark.django_db


def listed(client, user, **params):
    client.force_login(user)
    response = client.get("/plans/", params)
    assert response.status_code == 200
    return response.content.decode()


def many_plans(cast, count):
    """Sent plans of the cast's program, each of a location of its own."""
    plans = []
    for number in range(count):
        location = make_location(cast.enrollment.location.partner, name=f"Branch {number}")
        enrollment = make_enrollment(cast.program, location)
        part = cast_for(enrollment, cast.year)
        part.reviewer = cast.reviewer
        plans.append(make_plan(part, "submitted", name=f"Plan of branch {number}"))
    return plans


def test_each_side_sees_its_own_plans(client):
    mine, other = make_plan(status="submitted", name="Mine"), make_plan(status="submitted", name="Foreign")
    for user in (mine.cast.user, mine.cast.admin, mine.cast.reviewer, mine.cast.vendor_admin):
        html = listed(client, user)
        assert (mine.number in html, other.number in html) == (True, False)


def test_drafts_are_not_shown_to_the_vendor(client):
    draft = make_plan()
    assert draft.number in listed(client, draft.cast.user)
    assert draft.number not in listed(client, draft.cast.reviewer)


def test_an_empty_list_says_what_a_plan_is_and_offers_the_first_step(client):
    cast = make_cast()
    html = listed(client, cast.user)
    assert html.count("Start your first plan") == 1
    assert "A plan says which campaigns" in html
    assert "Start your first plan" not in listed(client, cast.reviewer)


def test_without_a_role_the_list_is_denied_with_the_reason(client):
    client.force_login(make_member(make_partner()))
    response = client.get("/plans/")
    assert response.status_code == 403
    assert "You have no incentives role yet" in response.content.decode()


def test_filters_narrow_and_odd_values_change_nothing(client):
    cast = make_cast()
    first, second = many_plans(cast, 2)
    user = cast.reviewer
    for params, expected in [
        ({"status": "submitted"}, (True, True)),
        ({"status": "approved"}, (False, False)),
        ({"status": "nonsense"}, (True, True)),
        ({"program": cast.program.pk}, (True, True)),
        ({"program": "9" * 30}, (True, True)),
        ({"program": cast.program.pk + 1}, (False, False)),
        ({"year": cast.year.name}, (True, True)),
        ({"year": "FY99"}, (False, False)),
        ({"q": first.number}, (True, False)),
        ({"q": "branch 1"}, (False, True)),
        ({"q": cast.enrollment.location.partner.name[:6].lower()}, (True, True)),
        ({"after": "rubbish"}, (True, True)),
        ({"after": "2026-01-01_rubbish"}, (True, True)),
    ]:
        html = listed(client, user, **params)
        assert (first.number in html, second.number in html) == expected, params


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_a_constant_number_of_queries(client, count):
    cast = make_cast()
    many_plans(cast, count)
    boss = make_member(cast.enrollment.location.partner, global_admin=True)
    for user, expected in ((boss, PARTNER_QUERIES), (cast.reviewer, VENDOR_QUERIES)):
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            html = client.get("/plans/").content.decode()
        assert html.count('class="pl-row-title"') == count
        assert len(queries) == expected, [query["sql"][:90] for query in queries]


PARTNER_QUERIES = 6
VENDOR_QUERIES = 6


def test_pages_follow_each_other_without_gap_or_overlap():
    cast = make_cast()
    wanted = [plan.number for plan in reversed(many_plans(cast, 5))]
    plans = Plan.objects.visible_to(cast.reviewer)
    seen, address = [], "?status=submitted"
    pages = []
    while address:
        page = keyset_page(plans, QueryDict(address[1:]), size=2)
        pages.append(page)
        seen += [plan.number for plan in page.rows]
        address = page.next_href
    assert seen == wanted
    assert pages[0].prev_href == ""
    back = keyset_page(plans, QueryDict(pages[-1].prev_href[1:]), size=2)
    assert [plan.number for plan in back.rows] == wanted[2:4]
    first = keyset_page(plans, QueryDict(back.prev_href[1:]), size=2)
    assert ([plan.number for plan in first.rows], first.prev_href) == (wanted[:2], "")
    assert QueryDict(first.next_href[1:])["status"] == "submitted"
