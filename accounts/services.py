"""The only writes of who is who: companies' people, company roles, invitations."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts import mails
from accounts.choices import GIVES_ROLES, CompanyRole, Side
from accounts.models import Invitation, Location, Membership, Partner, User
from core import clock, history
from core.errors import Problem, RuleViolation
from core.permissions import require
from core.workflow import lock

INVITATION_DAYS = 7  # D-03
TOKEN_BYTES = 24

history.describe(
    {
        "accounts.invite": _("invited"),
        "accounts.accept": _("accepted the invitation"),
        "accounts.revoke_invitation": _("withdrew the invitation of"),
        "accounts.grant_company_role": _("gave a role to"),
        "accounts.revoke_company_role": _("took a role from"),
        "accounts.deactivate": _("closed the account of"),
        "accounts.activate": _("opened the account of"),
        "accounts.create_partner": _("added the company"),
        "accounts.create_location": _("added the location"),
    }
)


def create_partner(name: str, country: str, *, actor: Any) -> Partner:
    """Add a partner company. country: ISO 3166 alpha-2."""
    with transaction.atomic():
        partner = Partner.objects.create(name=name.strip(), country=country)
        history.record(partner, "accounts.create_partner", actor=actor)
    return partner


def create_location(partner: Partner, *, code: str, name: str, city: str, country: str, actor: Any) -> Location:
    """Add a location to a company; `code` is the location's id and unique in the installation."""
    with transaction.atomic():
        location = Location.objects.create(partner=partner, code=code, name=name, city=city, country=country)
        history.record(partner, "accounts.create_location", actor=actor, changes={"location": ["", str(location)]})
    return location


def create_person(email: str, name: str, *, side: str, partner: Partner | None, active: bool = False) -> User:
    """A person without password; RuleViolation when the address is taken. Call inside a transaction."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, None, name=name.strip(), side=side, is_active=active)
    except IntegrityError:
        raise RuleViolation(
            [
                Problem(
                    "email_taken",
                    _g("There is already an account with this e-mail address."),
                    anchor="id_email",
                )
            ]
        ) from None
    if partner is not None:
        Membership.objects.create(user=user, partner=partner)
    return user


def invite_colleague(email: str, name: str, *, actor: Any) -> tuple[User, str]:
    """Invite a person into the actor's company. Returns the person and the token of the link (D-03).

    Raises Denied, RuleViolation (address taken).
    """
    require(actor, "accounts.manage_people", None)
    with transaction.atomic():
        user = create_person(email, name, side=Side.PARTNER, partner=actor.membership.partner)
        token = issue_invitation(user, actor=actor)
        transaction.on_commit(lambda: mails.send_invitation(user, token, actor))
    return user, token


def reinvite_colleague(user_id: Any, *, actor: Any) -> tuple[User, str]:
    """A fresh link for a colleague who has never accepted one; the old link ends."""
    with transaction.atomic():
        user = lock(User, user_id)
        require(actor, "accounts.manage_people", user)
        token = issue_invitation(user, actor=actor)
        transaction.on_commit(lambda: mails.send_invitation(user, token, actor))
    return user, token


def revoke_invitation(user_id: Any, *, actor: Any) -> User:
    """End the open links of a person; who has no open link is left alone."""
    with transaction.atomic():
        user = lock(User, user_id)
        require(actor, "accounts.manage_people", user)
        ended = Invitation.objects.filter(user=user, used_at=None, revoked_at=None).update(revoked_at=clock.now())
        if ended:
            history.record(user, "accounts.revoke_invitation", actor=actor)
    return user


def issue_invitation(user: User, *, actor: Any) -> str:
    """Make a fresh single-use link for a person who has not signed in yet; older links of that person end.

    Returns the token, which is shown and mailed once and stored as a hash only. Call inside a transaction. Who has
    a password gets no link: whoever sees it could sign in as that person.
    """
    if user.is_active:
        raise RuleViolation([Problem("already_active", _g("This person has already accepted."))])
    if user.has_usable_password():
        text = _g("This account was closed. Open it again; the person signs in with the password from before.")
        raise RuleViolation([Problem("account_closed", text)])
    now = clock.now()
    Invitation.objects.filter(user=user, used_at=None, revoked_at=None).update(revoked_at=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Invitation.objects.create(
        user=user,
        token_hash=hash_token(token),
        invited_by=actor if isinstance(actor, User) else None,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    history.record(user, "accounts.invite", actor=actor)
    return token


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def accept_invitation(token: str, *, name: str, password: str) -> User:
    """Use the link once: sets name and password and opens the account. RuleViolation when it is no longer open."""
    with transaction.atomic():
        # The person before the invitation, as everywhere: a new link issued at the same moment waits, no deadlock.
        holder = User.objects.select_for_update(of=("self",), no_key=True)
        user = holder.filter(invitations__token_hash=hash_token(token)).first()
        invitation = Invitation.objects.select_for_update().filter(token_hash=hash_token(token)).first()
        if user is None or invitation is None or not invitation.is_open:
            raise RuleViolation(
                [Problem("invitation_over", _g("This link has been used or has expired. Ask for a new one."))]
            )
        if user.is_active or user.has_usable_password():
            raise RuleViolation([Problem("invitation_over", _g("This account is open already. Sign in."))])
        user.name, user.is_active = name.strip() or user.name, True
        user.set_password(password)
        user.save(update_fields=["name", "is_active", "password"])
        invitation.used_at = clock.now()
        invitation.save(update_fields=["used_at"])
        history.record(user, "accounts.accept", actor=user)
    return user


def set_company_role(user_id: Any, role: str, granted: bool, *, actor: Any) -> User:
    """Give or take a company role (R-ROLE-04). The last one who can give roles stays (RuleViolation)."""
    with transaction.atomic():
        user = lock(User, user_id)
        require(actor, "accounts.manage_people", user)
        partner = lock(Partner, user.membership.partner_id)  # two admins removing each other: one waits
        membership = lock(Membership, user.membership.pk)
        if getattr(membership, CompanyRole(role)) == granted:
            return user
        setattr(membership, role, granted)
        membership.save(update_fields=[role])
        if not granted:
            _require_someone_gives_roles(partner)
            if user.pk == actor.pk and role in GIVES_ROLES and not membership.gives_roles:
                raise own_last_role()
        label = str(CompanyRole(role).label)
        name = "accounts.grant_company_role" if granted else "accounts.revoke_company_role"
        history.record(user, name, actor=actor, changes={"role": ["", label] if granted else [label, ""]})
    return user


def own_last_role() -> RuleViolation:
    """Nobody locks themselves out: the page they stand on would be closed to them."""
    text = _g("Ask another admin to take this role from you: without it you could not undo this.")
    return RuleViolation([Problem("own_last_role", text)])


def set_company_roles(user_id: Any, roles: Collection[str], *, actor: Any) -> User:
    """Let a colleague hold exactly these company roles; all changes or none."""
    with transaction.atomic():
        # First what is given, so that two admins may swap their roles in one step.
        for role in sorted(CompanyRole, key=lambda one: one not in roles):
            user = set_company_role(user_id, role, role in roles, actor=actor)
    return user


def set_preferences(*, actor: Any, language: str, time_zone: str) -> User:
    """Set one's own language and time zone; an empty zone means the usual one. RuleViolation when unknown."""
    require(actor, "accounts.use", None)
    problems = []
    if language not in dict(settings.LANGUAGES):
        problems.append(Problem("unknown_language", _g("Choose a language of the list."), anchor="id_language"))
    if time_zone and time_zone not in clock.time_zones():
        problems.append(Problem("unknown_zone", _g("Choose a time zone of the list."), anchor="id_time_zone"))
    if problems:
        raise RuleViolation(problems)
    with transaction.atomic():
        user = lock(User, actor.pk)
        user.language, user.time_zone = language, time_zone
        user.save(update_fields=["language", "time_zone"])
    return user


def set_active(user_id: Any, active: bool, *, actor: Any) -> User:
    """Close or open a colleague's account; works with the next request. Nobody closes their own.

    Closing ends open invitations too. Only an account that was open before is opened again.
    """
    with transaction.atomic():
        user = lock(User, user_id)
        require(actor, "accounts.manage_people", user)
        if user.pk == actor.pk:
            raise RuleViolation([Problem("own_account", _g("You cannot close your own account."))])
        if active and not user.has_usable_password():
            text = _g("This person has not accepted the invitation yet. Send a new link instead.")
            raise RuleViolation([Problem("not_accepted", text)])
        if not active:
            Invitation.objects.filter(user=user, used_at=None, revoked_at=None).update(revoked_at=clock.now())
        if user.is_active != active:
            user.is_active = active
            user.save(update_fields=["is_active"])
            if not active:
                _require_someone_gives_roles(lock(Partner, user.membership.partner_id))
            history.record(user, "accounts.activate" if active else "accounts.deactivate", actor=actor)
    return user


def _require_someone_gives_roles(partner: Partner) -> None:
    active = Membership.objects.filter(partner=partner, user__is_active=True)
    if not (active.filter(global_admin=True) | active.filter(account_admin=True)).exists():
        raise RuleViolation(
            [
                Problem(
                    "last_admin",
                    _g("Somebody must be able to give roles: make another person global or account admin first."),
                    rule="R-ROLE-04",
                )
            ]
        )
