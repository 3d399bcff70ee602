"""What a claim's state asks of the ledger and of the caps, booked as the difference to what it holds now.

Called by the claim's services with the claim locked, after its move; the fund's statement comes last (D-14).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from claims.choices import SETS_ASIDE, ClaimStatus
from claims.models import CapUse, Claim
from claims.payable import Payable
from incentives import services as incentives
from incentives.choices import Bucket
from incentives.models import Commitment, Fund
from incentives.rates import in_currency
from incentives.services import Purpose

ZERO = Decimal(0)


def settle(claim: Claim, *, actor: Any) -> None:
    """Reserve, release, approve or reverse until the claim holds what its state asks for (R-FUND-14, D-13).

    Idempotent. Raises ShortOfFunds when the fund does not cover it; then the whole move is taken back.
    """
    if claim.fund is not None:
        _Settlement(claim, claim.fund, actor).run(*wanted(claim))


def leave(claim: Claim, fund: Fund, *, actor: Any) -> None:
    """Give back everything in a fund that the claim no longer draws on."""
    _Settlement(claim, fund, actor).run(ZERO, ZERO)


def wanted(claim: Claim) -> tuple[Decimal, Decimal]:
    """(reserved, approved) that go with the claim's state, in its fund's currency."""
    full = claim.fund_amount or ZERO
    if claim.status == ClaimStatus.APPROVED:
        return ZERO, in_fund(claim, claim.approved_amount or ZERO)
    if claim.status in SETS_ASIDE:
        before = in_fund(claim, claim.approved_before or ZERO) if claim.is_in_dispute else ZERO
        return full - before, before
    return ZERO, ZERO


def in_fund(claim: Claim, amount: Decimal) -> Decimal:
    """An amount of the claim in its fund's currency, at the rates frozen on the claim, never more than was reserved
    (D-12 a)."""
    full = claim.fund_amount or ZERO
    if amount == claim.payable or claim.fund is None or claim.rate_month is None:
        return full
    return min(in_currency(amount, claim.currency, claim.fund.currency, claim.rate_month), full)


class _Settlement:
    """The bookings of one deed on one fund; each has a cause of its own."""

    def __init__(self, claim: Claim, fund: Fund, actor: Any) -> None:
        self.claim, self.fund, self.actor = claim, fund, actor
        self.held = fund.commitments.filter(reference=claim.pk).first() or Commitment()
        self.step = 0

    def run(self, reserved: Decimal, approved: Decimal) -> None:
        """Bring what the claim holds to these two; what was paid counts as approved and stays."""
        held, approved = self.held, max(approved - self.held.paid, ZERO)
        self._book(incentives.reverse_approval, held.approved - approved)
        needed = reserved + max(approved - held.approved, ZERO)
        missing = needed - held.reserved - max(held.approved - approved, ZERO)
        kept = min(missing, held.bound)
        self._book(incentives.reserve_funds, kept, source=Bucket.BOUND)
        self._book(incentives.reserve_funds, missing - kept)
        self._book(incentives.approve_funds, approved - held.approved)
        self._book(incentives.release_funds, -missing)

    def _book(self, booking: Any, amount: Decimal, **how: Any) -> None:
        """One booking, when there is something to book."""
        if amount <= 0:
            return
        self.step += 1
        cause = f"claim:{self.claim.pk}:{self.claim.turn}:{self.step}"
        if self.fund.pk != self.claim.fund_id:
            cause += ":left"
        booking(self.fund, amount, Purpose(cause, self.claim.pk, self.claim.number), actor=self.actor, **how)


def let_bound_lapse(claim: Claim, *, actor: Any) -> None:
    """What was kept for this claim after the close goes nowhere any more (D-13)."""
    for held in Commitment.objects.filter(reference=claim.pk, bound__gt=0).select_related("fund"):
        purpose = Purpose(f"claim:{claim.pk}:{claim.turn}:lapse:{held.fund_id}", claim.pk, claim.number)
        incentives.expire_commitment(held.fund, held.bound, purpose, actor=actor)


def count_caps(claim: Claim, payable: Payable | None) -> None:
    """Write what the claim takes of each cap while it is live, and nothing once it is not (R-CAP-06)."""
    CapUse.objects.filter(claim=claim).delete()
    live = claim.status in SETS_ASIDE or claim.status == ClaimStatus.APPROVED
    if live and payable is not None:
        CapUse.objects.bulk_create(_uses(claim, payable))


def _uses(claim: Claim, payable: Payable) -> Iterator[CapUse]:
    for use in payable.uses:
        yield CapUse(
            claim=claim, enrollment=claim.enrollment, cap=use.cap, scope=use.scope, amount=use.amount,
            currency=use.currency,
        )  # fmt: skip
