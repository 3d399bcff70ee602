"""Who is told what about a claim (N-07, N-09)."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.models import Claim
from core.notify import tell
from incentives.choices import VendorRoleKind
from incentives.querysets import role_holders


def claim_people(claim: Claim) -> list[User]:
    """Everyone with a role for the location in the program, and the author of the proof."""
    people = User.objects.filter(incentive_roles__enrollment=claim.enrollment_id, is_active=True)
    return [*people, claim.proof.created_by]


def reviewers(claim: Claim) -> list[User]:
    """Whoever took it before, else the program's reviewers."""
    if claim.assigned_to is not None:
        return [claim.assigned_to]
    return list(role_holders(claim.enrollment.program_id, VendorRoleKind.REVIEWER))


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
    approved = claim.status == "approved"
    text: Any = _("{number} “{name}” was approved") if approved else _("{number} “{name}” was rejected")
    tell(
        claim_people(claim),
        "N-09",
        claim,
        title=_title(text, claim),
        url=claim.get_absolute_url(),
        body=comment,
    )


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
