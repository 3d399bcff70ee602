from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.choices import GIVES_ROLES
from core.permissions import ALLOWED, Decision, denied, not_yours, permission


@permission("accounts.use")
def use(user: Any, obj: Any) -> Decision:
    """Anyone who is signed in: home, inbox, own profile."""
    return ALLOWED


@permission("accounts.see_team")
def see_team(user: Any, obj: Any) -> Decision:
    """The people of one's own company."""
    if user.is_vendor or getattr(user, "membership", None) is not None:
        return ALLOWED
    return denied(_("You belong to no company yet. Ask the person who invited you."))


@permission("accounts.manage_people")
def manage_people(user: Any, person: Any) -> Decision:
    """Partner's people: global and account admins of the same company (R-ROLE-04, D-03).

    The vendor's people are decided in the incentives app, where the vendor's roles live.
    """
    if user.is_vendor:
        return not_yours(_("A partner's own admins manage its people."))
    membership = getattr(user, "membership", None)
    if membership is None or not any(getattr(membership, role) for role in GIVES_ROLES):
        return denied(_("Only a global admin or an account admin of your company gives roles."))
    other = getattr(person, "membership", None) if person is not None else None
    if person is not None and (other is None or other.partner_id != membership.partner_id):
        return not_yours(_("This person belongs to another company."))
    return ALLOWED
