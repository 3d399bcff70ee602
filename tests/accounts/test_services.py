"""Who may invite whom, and who must stay."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services
from accounts.models import Invitation
from core import clock
from core.errors import Denied, RuleViolation
from core.models import HistoryEntry
from tests.factories.people import PASSWORD, make_member, make_partner, make_user

pytestmark = pytest.mark.django_db
NEW = "a-long-new-password"


@pytest.fixture
def boss():
    return make_member(make_partner(), "Greta Global", global_admin=True)


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def test_an_invited_person_joins_the_inviters_company_and_cannot_sign_in_yet(boss):
    user, token = services.invite_colleague("ina@example.com", "Ina Invited", actor=boss)
    assert (user.membership.partner_id, user.is_active, user.membership.roles) == (
        boss.membership.partner_id,
        False,
        [],
    )
    assert Invitation.objects.get().token_hash == services.hash_token(token)


def test_a_link_works_once(boss):
    _user, token = services.invite_colleague("ina@example.com", "Ina Invited", actor=boss)
    user = services.accept_invitation(token, name="Ina I.", password=NEW)
    assert (user.name, user.is_active, user.check_password(NEW)) == ("Ina I.", True, True)
    with pytest.raises(RuleViolation) as refused:
        services.accept_invitation(token, name="Thief", password="another-long-password")
    assert codes(refused) == ["invitation_over"]
    user.refresh_from_db()
    assert (user.name, user.check_password(NEW)) == ("Ina I.", True)


def test_a_link_ends_after_seven_days(boss):
    user, token = services.invite_colleague("ina@example.com", "Ina Invited", actor=boss)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)), pytest.raises(RuleViolation) as refused:
        services.accept_invitation(token, name="Ina", password=NEW)
    assert codes(refused) == ["invitation_over"]
    user.refresh_from_db()
    assert user.is_active is False


def test_a_new_link_ends_the_old_one(boss):
    user, old = services.invite_colleague("ina@example.com", "Ina Invited", actor=boss)
    _user, new = services.reinvite_colleague(user.pk, actor=boss)
    with pytest.raises(RuleViolation):
        services.accept_invitation(old, name="Ina", password=NEW)
    assert services.accept_invitation(new, name="Ina", password=NEW).pk == user.pk


def test_a_withdrawn_link_no_longer_works(boss):
    user, token = services.invite_colleague("ina@example.com", "Ina Invited", actor=boss)
    services.revoke_invitation(user.pk, actor=boss)
    with pytest.raises(RuleViolation) as refused:
        services.accept_invitation(token, name="Ina", password=NEW)
    assert codes(refused) == ["invitation_over"]


def test_an_address_is_invited_once_whatever_its_case(boss):
    make_user(email="taken@example.com")
    with pytest.raises(RuleViolation) as refused:
        services.invite_colleague("Taken@Example.com", "Second", actor=boss)
    assert codes(refused) == ["email_taken"]


def test_somebody_who_gives_no_roles_invites_nobody(boss):
    plain = make_member(boss.membership.partner, "Plain")
    with pytest.raises(Denied):
        services.invite_colleague("ina@example.com", "Ina", actor=plain)
    assert Invitation.objects.count() == 0


def test_another_companys_admin_reaches_nobody_here(boss):
    foreign = make_member(make_partner("Northwind Traders Ltd", "GB"), "Fred Foreign", global_admin=True)
    colleague = make_member(boss.membership.partner, "Plain")
    for act in (
        lambda: services.set_company_roles(colleague.pk, ["global_admin"], actor=foreign),
        lambda: services.set_active(colleague.pk, False, actor=foreign),
        lambda: services.reinvite_colleague(colleague.pk, actor=foreign),
        lambda: services.revoke_invitation(colleague.pk, actor=foreign),
    ):
        with pytest.raises(Denied):
            act()
    colleague.refresh_from_db()
    assert (colleague.is_active, colleague.membership.roles) == (True, [])


def test_the_last_admin_stays(boss):
    with pytest.raises(RuleViolation) as refused:
        services.set_company_roles(boss.pk, [], actor=boss)
    assert codes(refused) == ["last_admin"]
    boss.membership.refresh_from_db()
    assert boss.membership.global_admin is True


def test_the_last_admin_may_change_to_the_other_role_that_gives_roles(boss):
    services.set_company_roles(boss.pk, ["account_admin"], actor=boss)
    boss.membership.refresh_from_db()
    assert [str(role) for role in boss.membership.roles] == ["account_admin"]


def test_the_last_active_admin_cannot_be_closed_by_another(boss):
    second = make_member(boss.membership.partner, "Second", account_admin=True)
    services.set_active(boss.pk, False, actor=second)
    with pytest.raises(RuleViolation) as refused:
        services.set_active(second.pk, False, actor=second)
    assert codes(refused) == ["own_account"]


def test_every_grant_stands_in_the_persons_history(boss):
    colleague = make_member(boss.membership.partner, "Plain")
    services.set_company_roles(colleague.pk, ["account_admin", "billing_admin"], actor=boss)
    services.set_company_roles(colleague.pk, ["billing_admin"], actor=boss)
    rows = (
        HistoryEntry.objects.filter(thread=colleague.pk).order_by("id").values_list("action", "changes", "actor_name")
    )
    assert list(rows) == [
        ("accounts.grant_company_role", {"role": ["", "Account admin"]}, "Greta Global"),
        ("accounts.grant_company_role", {"role": ["", "Billing admin"]}, "Greta Global"),
        ("accounts.revoke_company_role", {"role": ["Account admin", ""]}, "Greta Global"),
    ]


def test_a_closed_account_cannot_sign_in(boss, client):
    colleague = make_member(boss.membership.partner, "Plain")
    assert client.login(username=colleague.email, password=PASSWORD) is True
    services.set_active(colleague.pk, False, actor=boss)
    assert client.get("/").status_code == 302


def test_accepting_locks_the_person_before_the_invitation(boss):
    """The order of every other door; the other way round a new link at the same moment would be a deadlock."""
    _user, token = services.invite_colleague("ina@example.com", "Ina Invited", actor=boss)
    with CaptureQueriesContext(connection) as seen:
        services.accept_invitation(token, name="Ina", password=NEW)
    locked = [query["sql"] for query in seen.captured_queries if " FOR " in query["sql"]]
    assert ["accounts_invitation" in sql.split("FROM")[1].split("WHERE")[0].split("JOIN")[0] for sql in locked] == [
        False,
        True,
    ]
