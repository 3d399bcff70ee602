"""Who is told what about a claim (N-07, N-09)."""

from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims import deadlines
from claims.models import Claim, Payment
from core.money import format_amount
from core.notify import take_back, tell
from incentives.access import access_of
from incentives.choices import PartnerRole, VendorRoleKind
from incentives.models import PayoutProfile
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


def payment_people(enrollment_id: Any) -> list[User]:
    """The incentives admins of the pair: what blocks a payment is theirs to bring (N-13)."""
    role = {"incentive_roles__enrollment": enrollment_id, "incentive_roles__role": PartnerRole.ADMIN}
    return list(User.objects.filter(**role, is_active=True))


def bank_data_rejected(profile: PayoutProfile) -> None:
    """N-13."""
    title = format_lazy(_("{location}: the bank and tax data were not accepted"), location=str(profile.enrollment))
    url = reverse("claims:bank", args=[profile.enrollment_id])
    tell(payment_people(profile.enrollment_id), "N-13", profile, title=title, url=url, body=profile.reason)


def _of_payment(text: Any, payment: Payment, **facts: Any) -> Any:
    amount = _amount(payment.wanted_amount, payment.wanted_currency)
    return format_lazy(text, number=payment.number, amount=amount, **facts)


def payment_sent(payment: Payment) -> None:
    """To everybody of the claim."""
    title = _of_payment(_("{number}: {amount} were sent"), payment)
    people = claim_people(payment.claim) if payment.claim else payment_people(payment.enrollment_id)
    tell(people, "payment-sent", payment, title=title, url=payment.get_absolute_url())


def payment_returned(payment: Payment) -> None:
    """N-13: what the bank did not take."""
    title = _of_payment(_("{number}: {amount} could not be paid"), payment)
    url = payment.get_absolute_url()
    tell(payment_people(payment.enrollment_id), "N-13", payment, title=title, url=url, body=payment.bank_reason)
    admins = role_holders(payment.enrollment.program_id, VendorRoleKind.ADMIN)
    tell(admins, "payment-returned", payment, title=title, url=url, body=payment.bank_reason)


def payment_blocked(payment: Payment, why: Any, comment: str = "") -> None:
    """N-13. why: lazy words that follow number and amount."""
    title = _of_payment(_("{number}: {amount} {why}"), payment, why=why)
    tell(
        payment_people(payment.enrollment_id),
        "N-13",
        payment,
        title=title,
        url=payment.get_absolute_url(),
        body=comment,
    )


def payment_lapsed(payment: Payment) -> None:
    """R-CUR-08."""
    title = _of_payment(_("{number}: {amount} lapsed, what was missing did not come in time"), payment)
    people = [
        *payment_people(payment.enrollment_id),
        *role_holders(payment.enrollment.program_id, VendorRoleKind.ADMIN),
    ]
    tell(people, "N-13", payment, title=title, url=payment.get_absolute_url())


def tax_invoice_sent(payment: Payment) -> None:
    title = _of_payment(_("{number}: a tax invoice waits for your approval"), payment)
    admins = role_holders(payment.enrollment.program_id, VendorRoleKind.ADMIN)
    tell(admins, "tax-invoice", payment, title=title, url=payment.get_absolute_url())
