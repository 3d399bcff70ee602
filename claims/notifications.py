"""Who is told what about a claim (N-07, N-09)."""

from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims import deadlines
from claims.models import Claim
from core.money import format_amount
from core.notify import take_back, tell
from incentives.access import access_of
from incentives.choices import VendorRoleKind
from incentives.querysets import role_holders

_amount = lazy(format_amount, str)  # written in the language of whoever is told


def claim_people(claim: Claim) -> list[User]:
    """Everyone with a role for the location in the program. Who gave the role away is told nothing more (D-03)."""
    return list(User.objects.filter(incentive_roles__enrollment=claim.enrollment_id, is_active=True))


def reviewers(claim: Claim) -> list[User]:
    """Whoever took it before and is still there, else the program's reviewers, else its admins: never nobody."""
    program, holder = claim.enrollment.program_id, claim.assigned_to
    if holder is not None and holder.is_active and access_of(holder).may_review(program):
        return [holder]
    return list(role_holders(program, VendorRoleKind.REVIEWER)) or list(role_holders(program, VendorRoleKind.ADMIN))


def _title(text: Any, claim: Claim) -> Any:
    return format_lazy(text, number=claim.number, name=claim.proof.name)


def submitted(claim: Claim) -> None:
    title = _title(_("{number} “{name}” waits for review"), claim)
    tell(reviewers(claim), "claim-submitted", claim, title=title, url=claim.get_absolute_url())


def action_required(claim: Claim, comment: str) -> None:
    """N-07."""
    title = _title(_("{number} “{name}” needs something from you"), claim)
    tell(claim_people(claim), "N-07", claim, title=title, url=claim.proof.get_absolute_url(), body=comment)


def decided(claim: Claim, comment: str) -> None:
    """N-09."""
    title = _title(_("{number} “{name}” was rejected"), claim)
    if claim.approved_amount is not None:
        title = format_lazy(
            _("{number} “{name}” was approved: {approved} of {asked}"),
            number=claim.number,
            name=claim.proof.name,
            approved=_amount(claim.approved_amount, claim.currency),
            asked=_amount(claim.amount, claim.currency),
        )
    tell(
        claim_people(claim),
        "N-09",
        claim,
        title=title,
        url=claim.get_absolute_url(),
        body=comment,
        wait=deadlines.UNDO,
    )


def taken_back(claim: Claim) -> None:
    """A decision that was undone is not mailed, and its line leaves the inbox (D-15)."""
    take_back("N-09", claim)


def disputed(claim: Claim) -> None:
    """To those who can decide it."""
    admins = role_holders(claim.enrollment.program_id, VendorRoleKind.ADMIN).exclude(pk=claim.dispute_against_id)
    title = _title(_("{number} “{name}”: the decision is disputed"), claim)
    url = claim.get_absolute_url()
    tell(admins, "claim-disputed", claim, title=title, url=url, body=claim.dispute_reason)


def recommended(claim: Claim) -> None:
    admins = role_holders(claim.enrollment.program_id, VendorRoleKind.ADMIN)
    title = _title(_("{number} “{name}” waits for your decision"), claim)
    tell(
        admins,
        "claim-recommended",
        claim,
        title=title,
        url=claim.get_absolute_url(),
        body=claim.recommended_reason,
    )
