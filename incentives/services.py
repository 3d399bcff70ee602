"""The only writes of programs, calendars, catalogue versions, enrolments and roles."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts import mails
from accounts.choices import Side
from accounts.models import Location, User
from accounts.services import create_person, issue_invitation, own_last_role
from core import clock, history
from core.errors import Denied, Problem, RuleViolation
from core.history import SystemJob
from core.permissions import require
from core.workflow import lock
from incentives import calendar
from incentives.access import access_of
from incentives.catalogue import ActivitySpec, Catalogue, applies_to_program, fingerprint
from incentives.choices import EnrollmentStatus, PartnerRole, VendorRoleKind
from incentives.models import (
    ActivityType,
    Enrollment,
    FundType,
    IncentiveRole,
    Period,
    Program,
    ProgramYear,
    VendorRole,
)
from incentives.models.program import COOP_FUND

history.describe(
    {
        "incentives.grant_role": _("gave a role to"),
        "incentives.revoke_role": _("took a role from"),
        "incentives.grant_vendor_role": _("gave a role to"),
        "incentives.revoke_vendor_role": _("took a role from"),
        "incentives.enroll": _("enrolled"),
        "incentives.set_enrollment": _("changed the enrolment of"),
    }
)


def create_program(*, fund_types: Iterable[tuple[str, str]] = (), **fields: Any) -> Program:
    """Add a program with its fund types; every program has "co-op" (D-09)."""
    with transaction.atomic():
        program = Program.objects.create(**fields)
        for slug, name in (COOP_FUND, *fund_types):
            FundType.objects.create(program=program, slug=slug, name=str(name))
    return program


def create_program_year(program: Program, name: str, starts_on: date, ends_on: date) -> ProgramYear:
    return ProgramYear.objects.create(program=program, name=name, starts_on=starts_on, ends_on=ends_on)


def generate_periods(program: Program, first_year: int, last_year: int) -> int:
    """Make the periods of these fiscal years by the formula (R-CAL-03) where they are missing; returns how many.

    Rows that exist are left alone: the vendor may have changed them (R-CAL-11).
    """
    known = set(program.periods.values_list("label", flat=True))
    fresh = [
        Period(
            program=program,
            label=window.label,
            earning_start=window.earning_start,
            earning_end=window.earning_end,
            usage_start=window.usage_start,
            usage_end=window.usage_end,
            claiming_start=window.claiming_start,
            claiming_end=window.claiming_end,
            correction_deadline=window.correction_deadline,
        )
        for window in calendar.windows_of_years(first_year, last_year)
        if window.label not in known
    ]
    Period.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def publish_catalogue(year: ProgramYear, catalogue: Catalogue) -> int:
    """Bring the catalogue into a program year; a changed entry becomes a new version (R-ACT-06). Idempotent.

    Entries that are not for this program's families are left out. Returns the number of new versions.
    """
    wanted = [s for s in catalogue.activities if applies_to_program(s, year.program.families)]
    with transaction.atomic():
        lock(ProgramYear, year.pk)
        current = {row.slug: row for row in year.activity_types.current()}
        return sum(_publish_one(year, spec, current.get(spec.slug)) for spec in wanted)


def _publish_one(year: ProgramYear, spec: ActivitySpec, current: ActivityType | None) -> int:
    mark = fingerprint(spec)
    if current is not None and current.fingerprint == mark:
        return 0
    if current is not None:
        current.superseded_at = clock.now()
        current.save(update_fields=["superseded_at"])
    ActivityType.objects.create(
        program_year=year,
        slug=spec.slug,
        version=current.version + 1 if current else 1,
        name=spec.name,
        category=spec.category,
        enabled=spec.enabled,
        spec=spec.to_dict(),
        fingerprint=mark,
    )
    return 1


def enroll(location: Location, program: Program, *, actor: Any, currency: str = "") -> Enrollment:
    """Enrol a location; currency defaults to the program's."""
    with transaction.atomic():
        enrollment = Enrollment.objects.create(
            location=location, program=program, currency=currency or program.currency
        )
        history.record(enrollment, "incentives.enroll", actor=actor, new=enrollment.status)
    return enrollment


def set_enrollment_status(enrollment_id: Any, status: str, *, actor: Any) -> Enrollment:
    """Set enrolled or inactive (R-ENR-07). Inactive: nothing new may be planned or submitted."""
    with transaction.atomic():
        enrollment = lock(Enrollment, enrollment_id)
        require(actor, "incentives.set_enrollment", enrollment)
        status = EnrollmentStatus(status)
        if enrollment.status != status:
            old, enrollment.status = enrollment.status, status
            enrollment.save(update_fields=["status"])
            history.record(enrollment, "incentives.set_enrollment", actor=actor, old=old, new=status)
    return enrollment


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
