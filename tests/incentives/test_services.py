"""Giving and taking roles and enrolments."""

import pytest

from core.errors import Denied, RuleViolation
from core.models import HistoryEntry
from incentives import services
from incentives.access import access_of
from incentives.choices import PartnerRole, VendorRoleKind
from incentives.models import IncentiveRole, VendorRole
from incentives.querysets import role_holders
from tests.factories.incentives import make_enrollment, make_program
from tests.factories.people import (
    make_incentive_admin,
    make_location,
    make_member,
    make_partner,
    make_reviewer,
    make_vendor_admin,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return make_program()


@pytest.fixture
def enrollment(program):
    return make_enrollment(program)


@pytest.fixture
def boss(enrollment):
    return make_member(enrollment.location.partner, "Greta Global", global_admin=True)


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def held(user):
    return list(IncentiveRole.objects.filter(user=user).values_list("enrollment_id", "role"))


def test_a_role_is_given_changed_and_taken_with_history(enrollment, boss):
    colleague = make_member(enrollment.location.partner, "Jonas Weidner")
    make_incentive_admin(enrollment)
    for role in (PartnerRole.USER, PartnerRole.ADMIN, None):
        services.set_role(colleague.pk, enrollment.pk, role, actor=boss)
    assert held(colleague) == []
    changes = HistoryEntry.objects.filter(thread=colleague.pk).order_by("id").values_list("action", "changes")
    user, admin = f"Incentives user, {enrollment}", f"Incentives admin, {enrollment}"
    assert list(changes) == [
        ("incentives.grant_role", {"role": ["", user]}),
        ("incentives.grant_role", {"role": [user, admin]}),
        ("incentives.revoke_role", {"role": [admin, ""]}),
    ]


def test_the_last_incentives_admin_of_a_location_stays(enrollment, boss):
    admin = make_incentive_admin(enrollment)
    with pytest.raises(RuleViolation) as refused:
        services.set_role(admin.pk, enrollment.pk, None, actor=boss)
    assert codes(refused) == ["last_incentives_admin"]
    assert held(admin) == [(enrollment.pk, "admin")]


def test_several_roles_are_all_saved_or_none(enrollment, boss, program):
    partner = enrollment.location.partner
    second = make_enrollment(make_program(), make_location(partner, name="Fabrikam Hamburg"))
    admin = make_incentive_admin(enrollment)
    with pytest.raises(RuleViolation):
        services.set_roles(admin.pk, {second.pk: "user", enrollment.pk: None}, actor=boss)
    assert held(admin) == [(enrollment.pk, "admin")]


def test_roles_are_not_given_over_the_border_of_a_company(enrollment, boss):
    other = make_enrollment(enrollment.program, make_location(make_partner("Northwind Traders Ltd", "GB")))
    colleague = make_member(enrollment.location.partner, "Jonas Weidner")
    stranger = make_member(other.location.partner, "Emma Whitfield")
    for user, where in ((colleague, other), (stranger, other), (stranger, enrollment)):
        with pytest.raises(Denied):
            services.set_role(user.pk, where.pk, "admin", actor=boss)
    assert IncentiveRole.objects.count() == 0


def test_an_incentives_admin_gives_no_roles(enrollment):
    admin = make_incentive_admin(enrollment)
    colleague = make_member(enrollment.location.partner, "Jonas Weidner")
    with pytest.raises(Denied):
        services.set_role(colleague.pk, enrollment.pk, "user", actor=admin)
    assert held(colleague) == []


def test_a_vendor_admin_gives_roles_in_the_own_programs_only(program):
    admin, person = make_vendor_admin(program), make_reviewer(program)
    other = make_program()
    services.set_vendor_role(person.pk, program, VendorRoleKind.ADMIN, True, actor=admin)
    for where in (other, None):
        with pytest.raises(Denied):
            services.set_vendor_role(person.pk, where, VendorRoleKind.ADMIN, True, actor=admin)
    rows = VendorRole.objects.filter(user=person).order_by("role").values_list("program_id", "role")
    assert list(rows) == [(program.pk, "admin"), (program.pk, "reviewer")]


def test_who_administers_every_program_gives_every_program(program):
    admin, person = make_vendor_admin(None), make_reviewer(program)
    services.set_vendor_roles(person.pk, {(None, "admin"): True, (program, "reviewer"): False}, actor=admin)
    assert list(VendorRole.objects.filter(user=person).values_list("program_id", "role")) == [(None, "admin")]


def test_somebody_remains_who_gives_vendor_roles(program):
    admin = make_vendor_admin(program)
    with pytest.raises(RuleViolation) as refused:
        services.set_vendor_role(admin.pk, program, VendorRoleKind.ADMIN, False, actor=admin)
    assert codes(refused) == ["last_vendor_admin"]
    assert access_of(VendorRole.objects.get().user).administers == {program.pk}


def test_partners_people_get_no_vendor_roles(enrollment):
    admin = make_vendor_admin(enrollment.program)
    partner_person = make_incentive_admin(enrollment)
    with pytest.raises(Denied):
        services.set_vendor_role(partner_person.pk, enrollment.program, "reviewer", True, actor=admin)
    assert VendorRole.objects.filter(user=partner_person).count() == 0


def test_an_enrolment_is_set_inactive_and_back_with_history(enrollment):
    admin = make_vendor_admin(enrollment.program)
    for status in ("inactive", "inactive", "enrolled"):
        services.set_enrollment_status(enrollment.pk, status, actor=admin)
    rows = HistoryEntry.objects.filter(thread=enrollment.pk).order_by("id").values_list("old_status", "new_status")
    assert list(rows) == [("enrolled", "inactive"), ("inactive", "enrolled")]


def test_only_the_programs_own_admin_changes_an_enrolment(enrollment):
    people = [make_vendor_admin(make_program()), make_reviewer(enrollment.program), make_incentive_admin(enrollment)]
    for person in people:
        with pytest.raises(Denied):
            services.set_enrollment_status(enrollment.pk, "inactive", actor=person)
    enrollment.refresh_from_db()
    assert enrollment.status == "enrolled"


def test_the_first_account_is_made_once():
    services.invite_first_vendor_admin("first@contoso.example", "First")
    person = VendorRole.objects.get().user
    person.is_active = True
    person.save()
    with pytest.raises(RuleViolation) as refused:
        services.invite_first_vendor_admin("second@contoso.example", "Second")
    assert codes(refused) == ["not_empty"]


def test_a_role_in_every_program_counts_in_each(program):
    make_vendor_admin(make_program(), "Other Program")
    make_reviewer(program, "Ana Ribeiro")
    here, everywhere = make_vendor_admin(program, "Marta Here"), make_vendor_admin(None, "Olivia Everywhere")
    assert list(role_holders(program.pk, VendorRoleKind.ADMIN).order_by("name")) == [here, everywhere]


def test_a_vendor_admin_does_not_take_the_last_own_admin_role(program):
    make_vendor_admin(program)
    admin = make_vendor_admin(program)
    with pytest.raises(RuleViolation) as refused:
        services.set_vendor_role(admin.pk, program, VendorRoleKind.ADMIN, False, actor=admin)
    assert [problem.code for problem in refused.value.problems] == ["own_last_role"]
    assert admin.vendor_roles.count() == 1
