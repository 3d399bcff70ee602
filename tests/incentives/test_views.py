"""Programs, partners, enrolments and the pages that give roles."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incentives import services
from incentives.models import IncentiveRole, VendorRole
from tests.factories.incentives import make_enrollment, make_program, make_year
from tests.factories.people import (
    make_incentive_admin,
    make_incentive_user,
    make_location,
    make_member,
    make_partner,
    make_reviewer,
    make_vendor_admin,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrollment():
    return make_enrollment(make_program("Cloud Solution Provider"))


@pytest.fixture
def boss(enrollment):
    return make_member(enrollment.location.partner, "Greta Global", global_admin=True)


def text(answer):
    return answer.content.decode()


def queries(client, path):
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_roles_are_given_on_one_page_and_count_with_the_next_request(client, enrollment, boss):
    colleague = make_member(enrollment.location.partner, "Jonas Weidner")
    client.force_login(colleague)
    assert client.get("/plans/").status_code == 403
    services.set_roles(colleague.pk, {enrollment.pk: "user"}, actor=boss)
    assert client.get("/plans/").status_code == 200
    services.set_roles(colleague.pk, {enrollment.pk: None}, actor=boss)
    assert client.get("/plans/").status_code == 403


def test_the_roles_page_saves(client, enrollment, boss):
    colleague = make_member(enrollment.location.partner, "Jonas Weidner")
    client.force_login(boss)
    answer = client.post(f"/team/{colleague.pk}/roles/", {f"role_{enrollment.pk}": "admin"})
    assert (answer.status_code, answer["Location"]) == (302, f"/team/{colleague.pk}/")
    assert list(IncentiveRole.objects.values_list("user_id", "role")) == [(colleague.pk, "admin")]


def test_the_roles_page_refuses_to_leave_a_location_without_admin(client, enrollment, boss):
    admin = make_incentive_admin(enrollment, "Katharina Brandl")
    client.force_login(boss)
    answer = client.post(f"/team/{admin.pk}/roles/", {f"role_{enrollment.pk}": ""})
    assert answer.status_code == 422
    assert text(answer).count("Appoint another one first.") == 1
    assert IncentiveRole.objects.get().role == "admin"


def test_the_roles_page_ignores_another_companys_location(client, enrollment, boss):
    other = make_enrollment(enrollment.program, make_location(make_partner("Northwind Traders Ltd", "GB")))
    colleague = make_member(enrollment.location.partner, "Jonas Weidner")
    client.force_login(boss)
    assert client.post(f"/team/{colleague.pk}/roles/", {f"role_{other.pk}": "admin"}).status_code == 302
    assert IncentiveRole.objects.count() == 0


def test_who_gives_no_roles_cannot_post_them(client, enrollment):
    user = make_incentive_user(enrollment, "Jonas Weidner")
    make_incentive_admin(enrollment)
    client.force_login(user)
    assert client.post(f"/team/{user.pk}/roles/", {f"role_{enrollment.pk}": "admin"}).status_code == 403
    assert IncentiveRole.objects.get(user=user).role == "user"


def test_vendor_roles_are_saved_for_the_own_programs(client, enrollment):
    program, other = enrollment.program, make_program("Device Retail")
    admin, person = make_vendor_admin(program), make_reviewer(other, "Ana Ribeiro")
    client.force_login(admin)
    page = text(client.get(f"/team/{person.pk}/vendor-roles/"))
    assert (page.count(f"roles_{program.pk}") > 0, page.count(f"roles_{other.pk}")) == (True, 0)
    data = {f"roles_{program.pk}": ["reviewer", "admin"], f"roles_{other.pk}": ["admin"], "roles_all": ["admin"]}
    assert client.post(f"/team/{person.pk}/vendor-roles/", data).status_code == 302
    rows = VendorRole.objects.filter(user=person).order_by("program_id", "role").values_list("program_id", "role")
    assert list(rows) == sorted([(program.pk, "admin"), (program.pk, "reviewer"), (other.pk, "reviewer")])


def test_reviewers_and_partners_reach_no_vendor_roles(client, enrollment):
    reviewer = make_reviewer(enrollment.program)
    for person in (reviewer, make_incentive_admin(enrollment)):
        client.force_login(person)
        path = f"/team/{reviewer.pk}/vendor-roles/"
        assert client.post(path, {f"roles_{enrollment.program_id}": ["admin"]}).status_code == 403
        assert client.post("/team/vendor-invite/", {"email": "x@contoso.example", "name": "X"}).status_code == 403
    assert list(VendorRole.objects.values_list("user_id", "role")) == [(reviewer.pk, "reviewer")]


def test_a_vendor_admin_does_not_reach_a_partners_person(client, enrollment):
    person = make_incentive_admin(enrollment, "Katharina Brandl")
    client.force_login(make_vendor_admin(enrollment.program))
    for path in (f"/team/{person.pk}/", f"/team/{person.pk}/vendor-roles/", f"/team/{person.pk}/vendor-invite-again/"):
        answer = client.get(path)
        assert (answer.status_code, text(answer).count("Katharina")) == (404, 0)


def test_the_vendor_sets_an_enrolment_inactive_after_a_page_that_says_so(client, enrollment):
    client.force_login(make_vendor_admin(enrollment.program))
    path = f"/programs/enrollments/{enrollment.pk}/inactive/"
    assert client.get(path).status_code == 200
    answer = client.post(path)
    assert answer["Location"] == f"/programs/partners/{enrollment.location.partner_id}/"
    enrollment.refresh_from_db()
    assert enrollment.status == "inactive"
    assert client.get(f"/programs/enrollments/{enrollment.pk}/ineligible/").status_code == 404


def test_enrolments_of_other_programs_and_sides_stay_as_they_are(client, enrollment):
    path = f"/programs/enrollments/{enrollment.pk}/inactive/"
    people = (
        (make_vendor_admin(make_program()), 404),
        (make_reviewer(enrollment.program), 403),
        (make_incentive_admin(enrollment), 403),
    )
    for person, expected in people:
        client.force_login(person)
        assert client.post(path).status_code == expected
    enrollment.refresh_from_db()
    assert enrollment.status == "enrolled"


def test_the_list_of_partners_ends_at_the_own_programs(client, enrollment):
    make_enrollment(make_program(), make_location(make_partner("Secret Company Ltd", "GB")))
    client.force_login(make_reviewer(enrollment.program))
    page = text(client.get("/programs/partners/"))
    assert (page.count("Fabrikam Retail GmbH</a>"), page.count("Secret Company")) == (1, 0)
    foreign = make_partner("Third Company", "FR")
    assert client.get(f"/programs/partners/{foreign.pk}/").status_code == 404


def test_partners_are_not_shown_to_partners(client, enrollment):
    client.force_login(make_incentive_admin(enrollment))
    assert client.get("/programs/partners/").status_code == 403


def test_a_program_page_shows_its_rules_to_both_sides_and_to_nobody_else(client):
    year = make_year(make_program("Cloud Solution Provider"))
    enrollment = make_enrollment(year.program)
    outsider = make_incentive_admin(make_enrollment(make_program("Other")))
    for person in (make_incentive_admin(enrollment), make_reviewer(year.program)):
        client.force_login(person)
        page = text(client.get(f"/programs/{year.program_id}/"))
        assert page.count("Final printed piece") == 1
        assert page.count("{vendor}") == 0
        assert page.count("at most 25 % of the funds earned per usage period") == 2
    client.force_login(outsider)
    answer = client.get(f"/programs/{year.program_id}/")
    assert (answer.status_code, text(answer).count("Cloud Solution Provider")) == (404, 0)


def test_queries_do_not_grow_with_rows(client):
    program = make_program()
    admin = make_vendor_admin(program)
    enrollment = make_enrollment(program)
    client.force_login(admin)
    pages = ("/programs/", "/programs/partners/", f"/programs/partners/{enrollment.location.partner_id}/")
    client.get("/")
    few = [queries(client, path) for path in pages]
    for number in range(29):
        make_enrollment(program, make_location(make_partner(f"Company {number}")))
        make_enrollment(program, make_location(enrollment.location.partner, name=f"Fabrikam {number}"))
    assert [queries(client, path) for path in pages] == few == [5, 6, 8]


def test_partners_find_the_programs_in_their_menu_once_they_have_a_role(client, enrollment):
    nobody = make_member(enrollment.location.partner)
    people = (make_incentive_admin(enrollment), nobody)
    pages = []
    for person in people:
        client.force_login(person)
        pages.append(client.get("/").content.decode())
    entries = [(page.count('href="/programs/"'), page.count('href="/programs/partners/"')) for page in pages]
    assert entries == [(1, 0), (0, 0)]
