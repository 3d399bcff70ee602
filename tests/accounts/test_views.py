"""Sign-in, invitation page, and the forms about people, as a browser sees them."""

import pytest
from django.core import mail

from accounts import services
from accounts.models import Invitation, User
from core.models import HistoryEntry
from tests.factories.people import PASSWORD, make_member, make_partner, make_user

pytestmark = pytest.mark.django_db
NEW = "a-long-new-password"


@pytest.fixture
def boss():
    return make_member(make_partner(), "Greta Global", global_admin=True)


@pytest.fixture
def invited(boss):
    return services.invite_colleague("ina@example.com", "Ina Invited", actor=boss)


def test_people_sign_in_with_e_mail_and_land_on_home(client):
    user = make_user(email="nora@example.com")
    answer = client.post("/accounts/login/", {"login": "Nora@example.com", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_nobody_signs_up(client):
    client.post("/accounts/signup/", {"email": "x@example.com", "password1": NEW, "password2": NEW})
    assert User.objects.count() == 0


def test_the_link_opens_the_account_and_signs_in(client, invited):
    user, token = invited
    page = client.get(f"/invitation/{token}/")
    assert (page.status_code, page["Referrer-Policy"]) == (200, "strict-origin")
    answer = client.post(f"/invitation/{token}/", {"name": "Ina Invited", "password": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "ina@example.com", ""])
def test_a_weak_password_is_refused_and_changes_nothing(client, invited, password):
    user, token = invited
    answer = client.post(f"/invitation/{token}/", {"name": "Other", "password": password})
    assert answer.status_code == 422
    user.refresh_from_db()
    assert (user.is_active, user.name, Invitation.objects.get().used_at) == (False, "Ina Invited", None)


def test_a_used_and_an_unknown_link_look_the_same(client, invited):
    _user, token = invited
    services.accept_invitation(token, name="Ina", password=NEW)
    used, unknown = client.get(f"/invitation/{token}/"), client.get("/invitation/never-made/")
    assert (used.status_code, unknown.status_code) == (410, 410)
    assert used.content == unknown.content
    assert client.post(f"/invitation/{token}/", {"name": "Thief", "password": NEW}).status_code == 410


def test_inviting_shows_the_link_once_and_mails_it(client, boss, django_capture_on_commit_callbacks):
    client.force_login(boss)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/team/invite/", {"email": "ina@example.com", "name": "Ina Invited"})
    user = User.objects.get(email="ina@example.com")
    assert answer["Location"] == f"/team/{user.pk}/"
    [sent] = mail.outbox
    link = next(line for line in sent.body.splitlines() if line.startswith("http"))
    token = link.rsplit("/", 2)[1]
    assert Invitation.objects.get().token_hash == services.hash_token(token)
    assert sent.to == ["ina@example.com"]
    assert client.get(answer["Location"]).content.decode().count(link) == 1
    assert client.get(answer["Location"]).content.decode().count(token) == 0


def test_the_link_is_shown_on_no_other_page(client, boss):
    client.force_login(boss)
    client.post("/team/invite/", {"email": "ina@example.com", "name": "Ina Invited"})
    assert client.get(f"/team/{boss.pk}/").content.decode().count("/invitation/") == 0


def test_a_taken_address_stands_next_to_its_field(client, boss):
    make_user(email="taken@example.com")
    client.force_login(boss)
    answer = client.post("/team/invite/", {"email": "taken@example.com", "name": "Second"})
    assert answer.status_code == 422
    assert answer.content.decode().count('id="id_email_error"') == 1


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/team/{}/company-roles/", {"roles": ["global_admin"]}),
        ("/team/{}/account/close/", {}),
        ("/team/{}/invite-again/", {}),
        ("/team/{}/withdraw-invitation/", {}),
    ],
)
def test_only_the_companys_own_admins_change_its_people(client, boss, path, data):
    colleague = make_member(boss.membership.partner, "Plain Colleague")
    foreign = make_member(make_partner("Northwind Traders Ltd", "GB"), "Fred Foreign", global_admin=True)
    before = HistoryEntry.objects.count()
    for person, expected in ((colleague, 403), (foreign, 404)):
        client.force_login(person)
        answer = client.post(path.format(boss.pk), data)
        assert answer.status_code == expected
        if person is foreign:
            assert answer.content.decode().count("Greta") == 0
    assert HistoryEntry.objects.count() == before
    boss.refresh_from_db()
    assert (boss.is_active, [str(role) for role in boss.membership.roles]) == (True, ["global_admin"])


def test_company_roles_are_saved_and_the_last_admin_is_kept(client, boss):
    colleague = make_member(boss.membership.partner, "Plain Colleague")
    client.force_login(boss)
    answer = client.post(f"/team/{colleague.pk}/company-roles/", {"roles": ["billing_admin"]})
    assert (answer.status_code, answer["Location"]) == (302, f"/team/{colleague.pk}/")
    refused = client.post(f"/team/{boss.pk}/company-roles/", {"roles": []})
    assert refused.status_code == 422
    colleague.membership.refresh_from_db()
    assert [str(role) for role in colleague.membership.roles] == ["billing_admin"]


def test_a_closed_account_is_out_with_the_next_request(client, boss):
    colleague = make_member(boss.membership.partner, "Plain Colleague")
    client.force_login(colleague)
    assert client.get("/team/").status_code == 200
    services.set_active(colleague.pk, False, actor=boss)
    answer = client.get("/team/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/team/")


def test_every_step_has_its_own_page_without_script(client, boss):
    colleague = make_member(boss.membership.partner, "Plain Colleague")
    client.force_login(boss)
    paths = ["invite/", *(f"{colleague.pk}/{part}/" for part in ("company-roles", "account/close", "account/open"))]
    assert [client.get(f"/team/{path}").status_code for path in paths] == [200] * 4
    assert client.get(f"/team/{colleague.pk}/account/burn/").status_code == 404


def test_giving_up_ones_own_role_asks_first(client, boss):
    services.set_company_role(boss.pk, "account_admin", True, actor=boss)
    client.force_login(boss)
    path = f"/team/{boss.pk}/company-roles/"
    answer = client.post(path, {"roles": ["account_admin"]})
    page = answer.content.decode()
    kept = '<input type="hidden" name="roles" value="account_admin">'
    assert (answer.status_code, page.count("Give up your own role: Global admin?</h1>"), page.count(kept)) == (
        200,
        1,
        1,
    )
    boss.membership.refresh_from_db()
    assert [str(role) for role in boss.membership.roles] == ["global_admin", "account_admin"]
    assert client.post(path, {"roles": ["account_admin"], "confirmed": "1"}).status_code == 302
    boss.membership.refresh_from_db()
    assert [str(role) for role in boss.membership.roles] == ["account_admin"]


def test_the_last_own_role_that_gives_roles_is_taken_by_another_admin(client, boss):
    other = make_member(boss.membership.partner, "Adam Account", account_admin=True)
    client.force_login(boss)
    answer = client.post(f"/team/{boss.pk}/company-roles/", {"confirmed": "1"})
    assert (answer.status_code, answer.content.decode().count("Ask another admin to take this role from you")) == (
        422,
        1,
    )
    boss.membership.refresh_from_db()
    assert boss.membership.global_admin is True
    services.set_company_roles(boss.pk, [], actor=other)
    boss.membership.refresh_from_db()
    assert boss.membership.roles == []


def test_people_set_their_own_language_and_zone(client, boss):
    client.force_login(boss)
    answer = client.post("/profile/", {"language": "en", "time_zone": "America/New_York"})
    assert (answer.status_code, answer["Location"], client.cookies["django_language"].value) == (302, "/profile/", "en")
    boss.refresh_from_db()
    assert (boss.language, boss.time_zone) == ("en", "America/New_York")
    page = client.get("/profile/").content.decode()
    assert page.count('<option value="America/New_York" selected>') == 1
    for wrong in ({"language": "xx", "time_zone": ""}, {"language": "en", "time_zone": "Mars/Olympus"}):
        assert client.post("/profile/", wrong).status_code == 422
    boss.refresh_from_db()
    assert (boss.language, boss.time_zone) == ("en", "America/New_York")
