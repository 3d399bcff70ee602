"""Roles on both sides and the people who hold them (D-01, D-03)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts import mails
from accounts.choices import Side
from accounts.models import User
from accounts.services import create_person, issue_invitation, own_last_role
from core import history
from core.errors import Denied, Problem, RuleViolation
from core.history import SystemJob
from core.permissions import require
from core.workflow import lock
from incentives.access import access_of
from incentives.choices import PartnerRole, VendorRoleKind
from incentives.models import Enrollment, IncentiveRole, Program, VendorRole

history.describe(
    {
        "incentives.grant_role": _("gave a role to"),
        "incentives.revoke_role": _("took a role from"),
        "incentives.grant_vendor_role": _("gave a role to"),
        "incentives.revoke_vendor_role": _("took a role from"),
    }
)


def set_role(user_id: Any, enrollment_id: Any, role: str | None, *, actor: Any) -> User:
    """Give a colleague a role for one location and program, or take it (None). R-ROLE-01, -04, -05, D-03."""
    with transaction.atomic():
        user = lock(User, user_id)
        require(actor, "accounts.manage_people", user)
        enrollment = lock(Enrollment, enrollment_id)
        _require_same_company(user, enrollment)
        current = IncentiveRole.objects.filter(user=user, enrollment=enrollment).first()
        old = current.role if current else None
        if old == role:
            return user
        if role is None and current is not None:
            current.delete()
        elif role is not None:
            IncentiveRole.objects.update_or_create(
                user=user, enrollment=enrollment, defaults={"role": PartnerRole(role)}
            )
        if old == PartnerRole.ADMIN:
            _require_an_admin(enrollment)
        _record_role(user, enrollment, old, role, actor)
    return user


def set_roles(user_id: Any, roles: Mapping[Any, str | None], *, actor: Any) -> User:
    """Set a colleague's roles for several locations and programs: enrolment id -> role or None. All or none."""
    with transaction.atomic():
        user = lock(User, user_id)
        require(actor, "accounts.manage_people", user)
        for enrollment_id, role in sorted(roles.items(), key=lambda one: str(one[0])):  # by key: no deadlock (D-14)
            set_role(user_id, enrollment_id, role, actor=actor)
    return user


def set_vendor_roles(user_id: Any, roles: Mapping[tuple[Any, str], bool], *, actor: Any) -> User:
    """Set several vendor roles of a person: (program or None for every program, role) -> held. All or none."""
    with transaction.atomic():
        # First what is given, so that the last admin may move between programs in one step.
        for (program, role), granted in sorted(roles.items(), key=lambda one: not one[1]):
            set_vendor_role(user_id, program, role, granted, actor=actor)
        return lock(User, user_id)


def _require_same_company(user: User, enrollment: Enrollment) -> None:
    membership = getattr(user, "membership", None)
    if membership is None or enrollment.location.partner_id != membership.partner_id:
        raise Denied(_g("This location belongs to another company."))


def _require_an_admin(enrollment: Enrollment) -> None:
    if not enrollment.roles.filter(role=PartnerRole.ADMIN, user__is_active=True).exists():
        raise RuleViolation(
            [
                Problem(
                    "last_incentives_admin",
                    _g("Every location in a program needs an incentives admin. Appoint another one first."),
                    rule="R-ROLE-05",
                    subject=str(enrollment),
                )
            ]
        )


def _record_role(user: User, enrollment: Enrollment, old: str | None, new: str | None, actor: Any) -> None:
    labels = ["" if value is None else f"{PartnerRole(value).label}, {enrollment}" for value in (old, new)]
    action = "incentives.revoke_role" if new is None else "incentives.grant_role"
    history.record(user, action, actor=actor, changes={"role": labels})


def set_vendor_role(user_id: Any, program: Program | None, role: str, granted: bool, *, actor: Any) -> User:
    """Give or take a vendor role in one program (D-01, D-03); program None means every program."""
    with transaction.atomic():
        user = lock(User, user_id)
        require(actor, "incentives.give_vendor_roles", program)
        if program is None and not access_of(actor).administers_all:
            raise Denied(_g("Only an incentives admin of every program gives roles in every program."))
        if not user.is_vendor:
            raise Denied(_g("Only the vendor's people hold vendor roles."))
        rows = VendorRole.objects.filter(user=user, program=program, role=VendorRoleKind(role))
        if rows.exists() == granted:
            return user
        if granted:
            VendorRole.objects.create(user=user, program=program, role=role)
        else:
            _lock_vendor_admins()
            rows.delete()
            _require_a_vendor_admin(user, actor)
            if user.pk == actor.pk and role == VendorRoleKind.ADMIN and not _is_vendor_admin(user):
                raise own_last_role()
        where = program.name if program else _g("every program")
        label = f"{VendorRoleKind(role).label}, {where}"
        name = "incentives.grant_vendor_role" if granted else "incentives.revoke_vendor_role"
        history.record(user, name, actor=actor, changes={"role": ["", label] if granted else [label, ""]})
    return user


def _lock_vendor_admins() -> None:
    """Two admins who take each other's role: the second one waits and sees what the first one left."""
    list(VendorRole.objects.select_for_update().filter(role=VendorRoleKind.ADMIN).order_by("pk"))


def _require_a_vendor_admin(user: User, actor: Any) -> None:
    if not VendorRole.objects.filter(role=VendorRoleKind.ADMIN, user__is_active=True).exists():
        raise RuleViolation(
            [
                Problem(
                    "last_vendor_admin",
                    _g("Somebody must remain who can give roles. Appoint another admin first."),
                )
            ]
        )


def _is_vendor_admin(user: User) -> bool:
    return VendorRole.objects.filter(user=user, role=VendorRoleKind.ADMIN).exists()


def invite_vendor_colleague(email: str, name: str, *, actor: Any) -> tuple[User, str]:
    """A vendor incentives admin invites a person to the vendor's side; roles are given afterwards (D-03)."""
    require(actor, "incentives.give_vendor_roles", None)
    with transaction.atomic():
        user = create_person(email, name, side=Side.VENDOR, partner=None)
        token = issue_invitation(user, actor=actor)
        transaction.on_commit(lambda: mails.send_invitation(user, token, actor))
    return user, token


def reinvite_vendor_colleague(user_id: Any, *, actor: Any) -> tuple[User, str]:
    """A fresh link for a person of the vendor who has not signed in yet; the old link ends.

    The link is shown to the actor, who could use it: Denied where the person holds roles that the actor cannot give.
    """
    require(actor, "incentives.give_vendor_roles", None)
    with transaction.atomic():
        user = lock(User, user_id)
        if not user.is_vendor:
            raise Denied(_g("A partner's own admins manage its people."))
        _require_roles_within_reach(user, actor)
        token = issue_invitation(user, actor=actor)
        transaction.on_commit(lambda: mails.send_invitation(user, token, actor))
    return user, token


def _require_roles_within_reach(user: User, actor: Any) -> None:
    access = access_of(actor)
    held = VendorRole.objects.filter(user=user).values_list("program_id", flat=True)
    if not access.administers_all and not access.administers.issuperset(held):
        raise Denied(_g("This person holds roles that you cannot give. Ask an incentives admin of those programs."))


def invite_first_vendor_admin(email: str, name: str) -> str:
    """Make the first account of an empty installation (D-03). RuleViolation when a vendor admin exists already."""
    job = SystemJob("create_vendor_admin")
    with transaction.atomic():
        if VendorRole.objects.filter(role=VendorRoleKind.ADMIN, user__is_active=True).exists():
            raise RuleViolation(
                [
                    Problem(
                        "not_empty",
                        _g("There is a vendor incentives admin already; that person can invite others."),
                    )
                ]
            )
        user = create_person(email, name, side=Side.VENDOR, partner=None)
        VendorRole.objects.create(user=user, program=None, role=VendorRoleKind.ADMIN)
        history.record(
            user,
            "incentives.grant_vendor_role",
            actor=job,
            changes={"role": ["", f"{VendorRoleKind.ADMIN.label}, {_g('every program')}"]},
        )
        return issue_invitation(user, actor=job)
