"""Nobody becomes somebody else: links, closed accounts, roles out of reach, the door of technicians."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Invitation, User
from core.errors import Denied, RuleViolation
from incentives import services as incentives
from incentives.choices import VendorRoleKind
from incentives.models import IncentiveRole, VendorRole
from tests.factories.incentives import make_program
from tests.factories.people import PASSWORD, make_member, make_partner, make_user, make_vendor_admin
from tests.factories.plans import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_member(make_partner(), "Adam Account", account_admin=True)


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def test_a_closed_account_cannot_be_taken_over_by_a_new_link(client, boss):
    victim = make_member(boss.membership.partner, "Vera Victim")
    accounts.set_active(victim.pk, False, actor=boss)
    client.force_login(boss)
    response = client.post(reverse("accounts:reinvite", args=[victim.pk]))
    assert response.status_code == 422
    assert Invitation.objects.count() == 0
    victim.refresh_from_db()
    assert (victim.is_active, victim.check_password(PASSWORD)) == (False, True)


def test_an_old_link_opens_no_account_that_was_opened_since(boss):
    invited, token = accounts.invite_colleague("ina@example.com", "Ina", actor=boss)
    User.objects.filter(pk=invited.pk).update(is_active=True)
    with pytest.raises(RuleViolation) as refused:
        accounts.accept_invitation(token, name="Mallory", password=PASSWORD)
    assert codes(refused) == ["invitation_over"]


def test_closing_an_invited_account_ends_its_link(boss):
    invited, token = accounts.invite_colleague("ina@example.com", "Ina", actor=boss)
    accounts.set_active(invited.pk, False, actor=boss)
    with pytest.raises(RuleViolation) as refused:
        accounts.accept_invitation(token, name="Ina", password=PASSWORD)
    assert codes(refused) == ["invitation_over"]


def test_an_account_that_was_never_accepted_is_not_opened_by_hand(boss):
    invited, _token = accounts.invite_colleague("ina@example.com", "Ina", actor=boss)
    with pytest.raises(RuleViolation) as refused:
        accounts.set_active(invited.pk, True, actor=boss)
    assert codes(refused) == ["not_accepted"]


def test_the_admin_of_one_program_gets_no_link_of_somebody_with_more_roles(client):
    everywhere, local = make_vendor_admin(None, "Eve Everywhere"), make_vendor_admin(make_program(), "Lou Local")
    waiting, _token = incentives.invite_vendor_colleague("next@contoso.example", "Next Chief", actor=everywhere)
    incentives.set_vendor_role(waiting.pk, None, VendorRoleKind.ADMIN, True, actor=everywhere)
    before = list(Invitation.objects.values_list("pk", "revoked_at"))
    client.force_login(local)
    assert client.post(reverse("portal:reinvite_vendor", args=[waiting.pk])).status_code == 403
    assert list(Invitation.objects.values_list("pk", "revoked_at")) == before
    incentives.reinvite_vendor_colleague(waiting.pk, actor=everywhere)


def test_the_admin_of_one_program_gives_no_role_elsewhere(client):
    here, elsewhere = make_program(), make_program(slug="elsewhere", name="Elsewhere")
    local = make_vendor_admin(here, "Lou Local")
    client.force_login(local)
    data = {f"roles_{here.pk}": ["admin"], f"roles_{elsewhere.pk}": ["admin"], "roles_all": ["admin"]}
    assert client.post(reverse("portal:vendor_roles", args=[local.pk]), data).status_code == 302
    assert list(VendorRole.objects.filter(user=local).values_list("program_id", "role")) == [(here.pk, "admin")]
    with pytest.raises(Denied):
        incentives.set_vendor_role(local.pk, None, "admin", True, actor=local)
    with pytest.raises(Denied):
        incentives.set_vendor_role(local.pk, elsewhere, "admin", True, actor=local)


def test_roles_reach_only_the_own_companys_places_and_people(client, boss):
    foreign = make_cast()
    colleague = make_member(boss.membership.partner, "Colin")
    client.force_login(boss)
    address = reverse("portal:roles", args=[colleague.pk])
    assert client.post(address, {f"role_{foreign.enrollment.pk}": "admin"}).status_code == 302
    assert IncentiveRole.objects.filter(user=colleague).count() == 0
    with pytest.raises(Denied):
        incentives.set_role(colleague.pk, foreign.enrollment.pk, "admin", actor=boss)
    assert client.post(reverse("portal:roles", args=[foreign.user.pk]), {}).status_code == 404
    vendor = make_vendor_admin(None)
    for name in ("roles", "vendor_roles"):
        assert client.post(reverse(f"portal:{name}", args=[vendor.pk]), {}).status_code in (403, 404)


def test_a_form_sets_only_its_own_fields(client, boss):
    colleague = make_member(boss.membership.partner, "Colin")
    client.force_login(boss)
    extra = {"is_staff": "on", "is_superuser": "on", "side": "vendor", "partner": "1", "actor": "x"}
    client.post(reverse("accounts:company_roles", args=[colleague.pk]), {"roles": ["billing_admin"], **extra})
    client.post(reverse("accounts:invite"), {"email": "new@example.com", "name": "New", "is_active": "on", **extra})
    new = User.objects.get(email="new@example.com")
    for person in (User.objects.get(pk=colleague.pk), new):
        assert (person.side, person.is_staff, person.is_superuser) == ("partner", False, False)
        assert person.membership.partner_id == boss.membership.partner_id
    assert new.is_active is False


def test_a_live_session_ends_with_the_account_and_a_right_with_the_role(client, boss):
    cast = make_cast()
    client.force_login(cast.user)
    assert client.get("/plans/").status_code == 200
    IncentiveRole.objects.filter(user=cast.user).delete()
    assert client.get("/plans/").status_code == 403
    User.objects.filter(pk=cast.user.pk).update(is_active=False)
    response = client.get("/plans/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/plans/")


def test_sign_up_is_closed(client):
    before = User.objects.count()
    data = {"email": "x@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", data).status_code == 200
    assert User.objects.count() == before


def test_sign_in_says_the_same_for_known_unknown_and_invited(client, boss):
    make_user("Known", email="known@example.com")
    accounts.invite_colleague("invited@example.com", "Ina", actor=boss)
    seen = set()
    for email in ("known@example.com", "unknown@example.com", "invited@example.com"):
        page = client.post("/accounts/login/", {"login": email, "password": "wrong password"})
        seen.add((page.status_code, page.content.decode().count(email), "inactive" in page.headers.get("Location", "")))
    assert seen == {(200, 1, False)}


def test_a_reset_of_the_password_tells_nothing_and_opens_no_invited_account(client, boss, mailoutbox):
    make_user("Known", email="known@example.com")
    accounts.invite_colleague("invited@example.com", "Ina", actor=boss)
    mailoutbox.clear()
    answers = set()
    for email in ("known@example.com", "unknown@example.com", "invited@example.com"):
        page = client.post("/accounts/password/reset/", {"email": email}, HTTP_HOST="127.0.0.1")
        answers.add((page.status_code, page.headers.get("Location")))
    assert answers == {(302, "/accounts/password/reset/done/")}
    with_link = {mail.to[0] for mail in mailoutbox if "/password/reset/key/" in mail.body}
    assert with_link == {"known@example.com"}


def test_nobody_takes_an_address_that_was_not_confirmed(client):
    user = make_user("Mallory", email="mallory@example.com")
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    wanted = {"email": "chief@contoso.example"}
    client.post("/accounts/email/", {"action_add": "", **wanted})
    client.post("/accounts/email/", {"action_primary": "", **wanted})
    user.refresh_from_db()
    assert user.email == "mallory@example.com"
    EmailAddress.objects.filter(user=user, **wanted).update(verified=True)
    client.post("/accounts/email/", {"action_primary": "", **wanted})
    user.refresh_from_db()
    assert user.email == "chief@contoso.example"


def test_an_invited_person_cannot_take_one_either(client, boss):
    invited, token = accounts.invite_colleague("ina@example.com", "Ina", actor=boss)
    client.post(reverse("portal:invitation", args=[token]), {"name": "Ina", "password": PASSWORD})
    wanted = {"email": "chief@contoso.example"}
    client.post("/accounts/email/", {"action_add": "", **wanted})
    client.post("/accounts/email/", {"action_primary": "", **wanted})
    invited.refresh_from_db()
    assert (invited.is_active, invited.email) == (True, "ina@example.com")


def test_guessing_passwords_is_slowed_down(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {}  # off in other tests; these are the package's own
    make_user("Known", email="known@example.com")
    form = {"login": "known@example.com", "password": "guess"}
    pages = [client.post("/accounts/login/", form).content.decode() for _attempt in range(6)]
    assert ["Too many failed login attempts" in page for page in pages] == [False] * 5 + [True]
    client.post("/accounts/login/", {**form, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_technicians_come_in_by_the_same_door(client):
    User.objects.create_superuser("root@contoso.example", PASSWORD, name="Root")
    answer = client.post("/admin/login/", {"username": "root@contoso.example", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2Flogin%2F")
    assert "_auth_user_id" not in client.session


def test_the_admin_of_technicians_is_no_way_round_the_services(client):
    client.force_login(User.objects.create_superuser("root@contoso.example", PASSWORD, name="Root"))
    cast = make_cast()
    pages = [
        f"/admin/incentives/incentiverole/{cast.user.incentive_roles.get().pk}/",
        f"/admin/incentives/enrollment/{cast.enrollment.pk}/",
        f"/admin/accounts/user/{cast.user.pk}/",
    ]
    for page in pages:
        assert client.post(f"{page}change/", {"side": "vendor", "role": "admin", "is_active": ""}).status_code == 403
        assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert client.post("/admin/accounts/user/add/", {"email": "x@example.com"}).status_code == 403
    client.force_login(cast.vendor_admin)
    assert client.get("/admin/accounts/user/", follow=True).status_code == 403
