"""Lists of claims and payments that can be fetched as files (R-DASH-06, R-DASH-07)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from claims.filters import CLAIM_FILTERS, PAYMENT_FILTERS, matching_claims, matching_payments
from claims.models import Claim, Payment
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


PAYMENT_COLUMNS = (
    Column("paymentId", Text("number")),
    Column("claimId", Text("claim__number")),
    Column("programCode", Text("enrollment__program__slug")),
    Column("programName", Text("enrollment__program__name")),
    Column("partnerName", Text("enrollment__location__partner__name")),
    Column("participantId", Text("enrollment__location__code")),
    Column("participantName", Text("enrollment__location__name")),
    Column("period", Text("fund__period__label")),
    Column("paymentStatus", Text("status")),
    Column("earned", Amount("amount", "currency")),
    Column("currencyCode", Text("currency")),
    Column("totalPayment", Amount("pay_amount", "pay_currency")),
    Column("paymentCurrency", Text("pay_currency")),
    Column("exchangeRateFund", "fund_rate"),
    Column("exchangeRatePayment", "pay_rate"),
    Column("exchangeRateMonth", "rate_month"),
    Column("approvedAtUtc", Moment("approved_at")),
    Column("expectedBy", "promised_by"),
    Column("paymentDate", "sent_on"),
    Column("held", Text("held")),
    Column("paymentStatusDescription", Text("bank_reason")),
)


def _payments(user: Any, filters: Mapping[str, str]) -> QuerySet:
    return matching_payments(Payment.objects.visible_to(user), filters).order_by("created_at", "id")


PAYMENTS = exports.register(
    Listing(
        name="payments",
        title=_("Payments"),
        permission="payments.list",
        columns=PAYMENT_COLUMNS,
        rows=_payments,
        scope=reach,
        filters=PAYMENT_FILTERS,
    )
)
