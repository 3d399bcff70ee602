"""Lists of claims that can be fetched as files (R-DASH-06)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from claims.filters import CLAIM_FILTERS, matching_claims
from claims.models import Claim
from core import exports
from core.exports import Amount, Column, Listing, Moment, Text
from incentives.exports import reach

CLAIM_COLUMNS = (
    Column("claimId", Text("number")),
    Column("name", Text("proof__name")),
    Column("proofId", Text("proof__number")),
    Column("programCode", Text("enrollment__program__slug")),
    Column("programName", Text("enrollment__program__name")),
    Column("partnerName", Text("enrollment__location__partner__name")),
    Column("participantId", Text("enrollment__location__code")),
    Column("participantName", Text("enrollment__location__name")),
    Column("activityType", Text("proof__activity_type__name")),
    Column("period", Text("period__label")),
    Column("executedFrom", "proof__executed_from"),
    Column("executedTo", "proof__executed_to"),
    Column("status", Text("status")),
    Column("asked", Amount("amount", "currency")),
    Column("payable", Amount("payable", "currency")),
    Column("approved", Amount("approved_amount", "currency")),
    Column("currency", Text("currency")),
    Column("fundAmount", Amount("fund_amount", "fund__currency")),
    Column("fundCurrency", Text("fund__currency")),
    Column("rateMonth", "rate_month"),
    Column("submittedAtUtc", Moment("submitted_at")),
    Column("decidedAtUtc", Moment("decided_at")),
    Column("decidedBy", Text("decided_by__name")),
    Column("decision", Text("decision_comment")),
)


def _claims(user: Any, filters: Mapping[str, str]) -> QuerySet:
    return matching_claims(Claim.objects.visible_to(user), filters).order_by("created_at", "id")


CLAIMS = exports.register(
    Listing(
        name="claims",
        title=_("Claims"),
        permission="claims.list",
        columns=CLAIM_COLUMNS,
        rows=_claims,
        scope=reach,
        filters=CLAIM_FILTERS,
    )
)
