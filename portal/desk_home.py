"""What the vendor's people find on their home page. A fixed number of queries."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.choices import OPEN_QUEUE, ClaimStatus
from claims.models import Claim
from core import clock
from incentives.access import access_of
from plans.choices import WITH_VENDOR, PlanStatus
from plans.models import Plan
from proofs.choices import DocumentState
from proofs.models import Document

SHOWN = 10
SOON = timedelta(hours=24)
WITH_CLAIM = {
    "name": F("proof__name"),
    "partner": F("enrollment__location__partner__name"),
    "zone": F("enrollment__program__deadline_zone"),
}
CLAIM = ("pk", "number", "status", "amount", "currency", "due_at")


def counts_of(user: Any) -> dict[str, int]:
    """The open queue against its promises: late, due within a day, on time; and what nobody has taken."""
    now = clock.now()
    return Claim.objects.visible_to(user).filter(status__in=OPEN_QUEUE).aggregate(
        total=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=now)),
        today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=now + SOON)),
        on_time=Count("pk", filter=Q(due_at__gte=now + SOON)),
        free=Count("pk", filter=Q(assigned_to__isnull=True)),
    )  # fmt: skip


def to_decide(user: Any) -> list[dict[str, Any]]:
    """Claims with a recommendation, in the programs where this person decides (D-01)."""
    access = access_of(user)
    rows = Claim.objects.visible_to(user).filter(status=ClaimStatus.UNDER_REVIEW).exclude(recommendation="")
    if not access.administers_all:
        rows = rows.filter(enrollment__program_id__in=access.administers)
    rows = rows.order_by("due_at", "pk").values(
        *CLAIM, "recommendation", "recommended_amount", by=F("recommended_by__name"), **WITH_CLAIM
    )
    return [_with_links(row) for row in rows[:SHOWN]]


def mine(user: Any) -> list[dict[str, Any]]:
    """Claims and plans this person has taken, the earliest promise first."""
    claims = (
        Claim.objects.visible_to(user)
        .filter(assigned_to=user, status__in=OPEN_QUEUE)
        .order_by("due_at", "pk")
        .values(*CLAIM, **WITH_CLAIM)[:SHOWN]
    )
    rows = [_with_links(row) for row in claims] + _plans(user, Q(assigned_to=user))
    return sorted(rows, key=lambda row: (row["due_at"] is None, row["due_at"]))


def plans_waiting(user: Any) -> list[dict[str, Any]]:
    return _plans(user, Q())


def _plans(user: Any, which: Q) -> list[dict[str, Any]]:
    rows = (
        Plan.objects.visible_to(user)
        .with_amount_asked()
        .filter(which, status__in=WITH_VENDOR)
        .order_by("due_at", "pk")
        .values(
            "pk", "number", "name", "status", "currency", "due_at", amount=F("asked"),
            who=F("assigned_to__name"), partner=WITH_CLAIM["partner"], zone=WITH_CLAIM["zone"],
        )[:SHOWN]
    )  # fmt: skip
    return [
        {
            **row,
            "label": PlanStatus(row["status"]).label,
            "href": reverse("portal:plan", args=[row["pk"]]),
            "who": row["who"] or settings.VENDOR_NAME,
        }
        for row in rows
    ]


def files_failed(user: Any) -> list[dict[str, Any]]:
    """Files the machine could not decide, of proofs the vendor sees (D-20)."""
    rows = (
        Document.objects.visible_to(user)
        .current()
        .filter(state=DocumentState.FAILED)
        .order_by("-created_at")
        .values(
            "name", "created_at", number=F("proof__number"), proof_pk=F("proof_id"), proof_name=F("proof__name"),
            partner=F("proof__enrollment__location__partner__name"),
        )[:SHOWN]
    )  # fmt: skip
    return [{**row, "href": reverse("portal:proof", args=[row["proof_pk"]])} for row in rows]


def decisions(user: Any) -> list[dict[str, Any]]:
    rows = (
        Claim.objects.visible_to(user)
        .filter(decided_at__isnull=False)
        .order_by("-decided_at")
        .values(*CLAIM, "approved_amount", "decided_at", by=F("decided_by__name"), **WITH_CLAIM)[:SHOWN]
    )
    return [{**_with_links(row), "by": row["by"] or _("the system")} for row in rows]


def _with_links(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "label": ClaimStatus(row["status"]).label,
        "href": reverse("portal:claim", args=[row["pk"]]),
        "desk": reverse("portal:desk", args=[row["pk"]]),
    }
