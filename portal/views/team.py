"""The people of one's own side with their roles: who may do what, and who can change it."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.choices import CompanyRole
from accounts.mails import invitation_link
from accounts.models import Invitation, User
from accounts.views.people import LINK
from core import clock, history
from core.permissions import can
from core.views import Page
from incentives.choices import PartnerRole, VendorRoleKind
from incentives.models import Enrollment, IncentiveRole, Program, VendorRole

HISTORY_SHOWN = 60
ACCEPTED = "accounts.accept"  # said of oneself


class Team(Page):
    """Everybody of one's own company, or of the vendor, with roles by person and by location."""

    permission = "accounts.see_team"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        user = self.request.user
        people = list(User.objects.visible_to(user).select_related("membership").order_by("name", "email"))
        shared = {
            "invited": _open_invitations(people),
            **extra,
        }
        return self._vendor(people, shared) if user.is_vendor else self._partner(people, shared)

    @property
    def template(self) -> str:  # type: ignore[override]
        return "portal/team_vendor.html" if self.request.user.is_vendor else "portal/team.html"

    def _partner(self, people: list[User], shared: dict[str, Any]) -> dict[str, Any]:
        user = self.request.user
        enrollments = list(Enrollment.objects.for_roles(user).select_related("location", "program"))
        roles = list(
            IncentiveRole.objects.filter(enrollment__in=enrollments).values_list("user_id", "enrollment_id", "role")
        )
        held: dict[Any, dict[str, int]] = defaultdict(lambda: {"admin": 0, "user": 0})
        by_place: dict[tuple[Any, str], list[User]] = defaultdict(list)
        known = {one.pk: one for one in people}
        for user_id, enrollment_id, role in roles:
            held[user_id][role] += 1
            if user_id in known and known[user_id].is_active:
                by_place[enrollment_id, role].append(known[user_id])
        places = [
            {
                "enrollment": one,
                "admins": _sorted(by_place[one.pk, PartnerRole.ADMIN]),
                "users": _sorted(by_place[one.pk, PartnerRole.USER]),
            }
            for one in enrollments
        ]
        return {
            "people": [_person(one, shared["invited"], held.get(one.pk)) for one in people],
            "places": places,
            "without_admin": [place for place in places if not place["admins"]],
            "givers": [one for one in people if one.is_active and _gives_roles(one)],
            "may_manage": can(user, "accounts.manage_people", None),
            **shared,
        }

    def _vendor(self, people: list[User], shared: dict[str, Any]) -> dict[str, Any]:
        programs = list(Program.objects.all())
        held: dict[Any, dict[Any, list[str]]] = defaultdict(lambda: defaultdict(list))
        admins = set()
        for user_id, program_id, role in VendorRole.objects.values_list("user_id", "program_id", "role"):
            held[user_id][program_id].append(str(VendorRoleKind(role).label))
            if role == VendorRoleKind.ADMIN:
                admins.add(user_id)
        return {
            "programs": programs,
            "people": [{**_person(one, shared["invited"]), "roles": held[one.pk]} for one in people],
            "givers": [one for one in people if one.is_active and one.pk in admins],
            "may_manage": can(self.request.user, "incentives.give_vendor_roles", None),
            **shared,
        }


def _gives_roles(person: User) -> bool:
    membership = getattr(person, "membership", None)
    return membership is not None and membership.gives_roles


def _sorted(people: list[User]) -> list[User]:
    return sorted(people, key=lambda one: one.display_name.casefold())


def _open_invitations(people: list[User]) -> dict[Any, Any]:
    """Person -> last day of the open link."""
    rows = Invitation.objects.filter(
        user__in=people, used_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).values_list("user_id", "expires_at")
    return dict(rows)


def _person(one: User, invited: dict[Any, Any], held: dict[str, int] | None = None) -> dict[str, Any]:
    membership = None if one.is_vendor else getattr(one, "membership", None)
    return {
        "user": one,
        "company_roles": [str(role.label) for role in membership.roles] if membership else [],
        "held": held or {"admin": 0, "user": 0},
        "state": _state(one, invited),
    }


def _state(one: User, invited: dict[Any, Any]) -> tuple[str, str]:
    """(look, word) of the account."""
    if one.is_active:
        return ("enrolled", _("Active"))
    if one.pk in invited:
        return ("invited", _("Invited"))
    return ("inactive", _("Closed") if one.has_usable_password() else _("Link expired"))


class PersonPage(Page):
    """One person: roles, what can be done, the history of grants."""

    model = User
    select_related = ("membership__partner",)
    permission = "accounts.see_team"
    template = "portal/person.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        person, user = self.object, self.request.user
        invited = _open_invitations([person])
        name = "incentives.give_vendor_roles" if user.is_vendor else "accounts.manage_people"
        return super().get_context(
            person=person,
            you=person.pk == user.pk,
            state=_state(person, invited),
            invited_until=invited.get(person.pk),
            link=take_link(self.request, person),
            rows=_vendor_rows(person) if user.is_vendor else _partner_rows(person),
            company_roles=_company_roles(person),
            decision=can(user, name, None if user.is_vendor else person),
            history=_history(person, user),
            **extra,
        )


def _history(person: User, user: Any) -> list[dict[str, Any]]:
    """What was done to this person, newest first."""
    entries = history.for_page(person.pk, side=user.side)[:HISTORY_SHOWN]
    return [
        {
            "actor": _("You") if one.actor_id == user.pk else one.actor_name,
            "who": one.actor_name,
            "text": history.sentence(one) if one.action == ACCEPTED else f"{history.sentence(one)} {one.object_label}",
            "at": one.at,
            "changes": [{"label": _("Role"), "old": old, "new": new} for old, new in one.changes.values()],
        }
        for one in entries
    ]


def _company_roles(person: User) -> list[str]:
    membership = None if person.is_vendor else getattr(person, "membership", None)
    return [str(CompanyRole(role).label) for role in membership.roles] if membership else []


def _partner_rows(person: User) -> list[dict[str, str]]:
    rows = person.incentive_roles.select_related("enrollment__location", "enrollment__program").order_by(
        "enrollment__location__name", "enrollment__program__name"
    )
    return [
        {
            "where": one.enrollment.location.name,
            "program": one.enrollment.program.name,
            "role": str(PartnerRole(one.role).label),
        }
        for one in rows
    ]


def _vendor_rows(person: User) -> list[dict[str, str]]:
    rows = person.vendor_roles.select_related("program").order_by("program__name", "role")
    return [
        {
            "where": "",
            "program": one.program.name if one.program else _("Every program"),
            "role": str(VendorRoleKind(one.role).label),
        }
        for one in rows
    ]


def take_link(request: HttpRequest, person: User) -> str:
    """The link of an invitation just made, shown once to the one who made it."""
    pk, token = request.session.get(LINK, ("", ""))
    if pk != str(person.pk):
        return ""
    del request.session[LINK]
    return invitation_link(token)
