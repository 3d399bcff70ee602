"""Many plain claims for trying long lists: rows without files, numbered and with history like the others."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count, cycle, islice
from typing import Any

from django.db import transaction

from accounts.models import User
from claims.choices import PROOF_STATUS, ClaimStatus
from claims.models import Claim
from claims.services import NUMBER_PREFIX as CLAIM_PREFIX
from claims.workflow import CLAIM
from core import clock, history
from core.models import Holder
from core.numbers import next_number
from demo.seed.calendar import Days
from plans.models import Activity, Execution
from proofs.models import Proof
from proofs.services.proof import NUMBER_PREFIX as PROOF_PREFIX
from proofs.workflow import PROOF

MIX = (
    ClaimStatus.SUBMITTED,
    ClaimStatus.UNDER_REVIEW,
    ClaimStatus.APPROVED,
    ClaimStatus.APPROVED,
    ClaimStatus.ACTION_REQUIRED,
    ClaimStatus.REJECTED,
    ClaimStatus.APPROVED,
    ClaimStatus.WITHDRAWN,
)
DECIDED = (ClaimStatus.APPROVED, ClaimStatus.REJECTED)
SPREAD_DAYS = 45
REVIEW_DAYS = 30


def add_claims(number: int) -> int:
    """Add so many claims to the approved plans; returns how many."""
    days = Days()
    with transaction.atomic():
        made = list(islice(_claims(days), number))
        proofs = Proof.objects.bulk_create([claim.proof for claim in made])
        Execution.objects.bulk_create(
            Execution(
                activity=one.activity,
                reference=one.number,
                executed_from=one.executed_from,
                executed_to=one.executed_to,
            )
            for one in proofs
        )
        Claim.objects.bulk_create(made)
        for claim in made:
            history.record(claim, "claims.submit", actor=claim.created_by, new=claim.status)
    return len(made)


def _claims(days: Days) -> Iterator[Claim]:
    activities = list(
        Activity.objects.filter(approved_type__isnull=False)
        .select_related("campaign__plan__enrollment__program", "activity_type", "campaign__plan__created_by")
        .order_by("pk")
    )
    start = Proof.objects.count()
    reviewer = User.objects.filter(vendor_roles__role="reviewer").order_by("email").first()
    for turn, activity, status in zip(count(start), cycle(activities), cycle(MIX), strict=False):
        yield _claim(activity, ClaimStatus(status), turn, days, reviewer)


def _claim(activity: Activity, status: ClaimStatus, turn: int, days: Days, reviewer: Any) -> Claim:
    plan = activity.campaign.plan
    sent = days.ago(turn % SPREAD_DAYS)
    first, last = activity.campaign.days_in_force
    day = min(last, max(first, sent.date() - timedelta(days=6)))
    amount = Decimal(900 + turn * 37 % 8000)
    shared = {
        "enrollment": plan.enrollment,
        "currency": plan.currency,
        "created_by": plan.created_by,
        "created_at": sent,
    }
    proof_status = PROOF_STATUS[status]
    proof = Proof(
        number=next_number(PROOF_PREFIX),
        status=proof_status,
        holder=PROOF.holders[proof_status],
        holder_since=sent,
        activity=activity,
        activity_type=activity.activity_type,
        name=f"{activity.name[:100]}, part {turn}",
        executed_from=day,
        executed_to=day,
        amount=amount,
        first_submitted_at=sent,
        **shared,
    )
    is_open = status in (ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.ACTION_REQUIRED)
    return Claim(
        number=next_number(CLAIM_PREFIX),
        status=status,
        holder=CLAIM.holders.get(status, Holder.NOBODY),
        holder_since=sent,
        proof=proof,
        amount=amount,
        first_submitted_at=sent,
        submitted_at=sent,
        due_at=sent + timedelta(days=REVIEW_DAYS) if is_open else None,
        assigned_to=reviewer if status == ClaimStatus.UNDER_REVIEW else None,
        approved_amount=amount if status == ClaimStatus.APPROVED else None,
        decided_at=min(sent + timedelta(days=2), clock.now()) if status in DECIDED else None,
        **shared,
    )
