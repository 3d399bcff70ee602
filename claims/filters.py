"""Filters of the list of claims, the same on the page and in its file. A value that means nothing is left out."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from claims.choices import UNPAID, ClaimStatus, PaymentStatus
from claims.querysets import PaymentQuerySet
from core import clock
from core.ui import date as date_text
from incentives.choices import Bucket
from incentives.filters import key, whole_number, words
from incentives.models import Commitment

CLAIM_FILTERS = ("q", "status", "program", "period", "currency", "fund", "money", "since", "until")
PAYMENT_FILTERS = ("q", "state", "year", "program")
# Claims whose money is at this stage, and the moment from which it has waited there.
WAITING: dict[str, tuple[str, str]] = {
    "in_review": (Bucket.RESERVED, "submitted_at"),
    "unpaid": (Bucket.APPROVED, "decided_at"),
}


def matching_claims(claims: QuerySet, params: Mapping[str, Any]) -> QuerySet:
    """The claims that the filters ask for. money: in_review or unpaid, of what the ledger holds for them; since,
    until: days on which they were sent, for unpaid ones decided."""
    if params.get("status") in ClaimStatus.values:
        claims = claims.filter(status=params["status"])
    if (program := whole_number(params.get("program"))) is not None:
        claims = claims.filter(enrollment__program_id=program)
    if params.get("period"):
        claims = claims.filter(period__label=words(params["period"])[:20])
    if (fund := key(params.get("fund"))) is not None:
        claims = claims.filter(fund=fund)
    if params.get("currency"):
        claims = claims.filter(fund__currency=words(params["currency"])[:3])
    bucket, moment = WAITING.get(params.get("money", ""), ("", "submitted_at"))
    if bucket:
        held = Commitment.objects.filter(reference=OuterRef("pk"), **{f"{bucket}__gt": 0})
        claims = claims.filter(Exists(held))
    if (since := day(params.get("since"))) is not None:
        claims = claims.filter(**{f"{moment}__gte": _begin(since)})
    if (until := day(params.get("until"))) is not None:
        claims = claims.filter(**{f"{moment}__lt": _begin(until + timedelta(days=1))})
    return _named(claims, words(params.get("q")))


def in_words(params: Mapping[str, Any]) -> str:
    """The filters that no field of the page shows, which come from a figure elsewhere; "" for none."""
    parts = []
    stages = {"in_review": _("whose money is in review"), "unpaid": _("approved and not paid yet")}
    if params.get("money") in WAITING:
        parts.append(stages[params["money"]])
    if key(params.get("fund")) is not None:
        parts.append(_("of one fund"))
    if params.get("currency"):
        parts.append(_("paid in %(currency)s") % {"currency": words(params["currency"])[:3]})
    since, until = day(params.get("since")), day(params.get("until"))
    if since is not None:
        parts.append(_("since %(day)s") % {"day": date_text(since)})
    if until is not None:
        parts.append(_("until %(day)s") % {"day": date_text(until)})
    return _("Only claims %(which)s.") % {"which": ", ".join(parts)} if parts else ""


def day(text: Any) -> date | None:
    """A day as an address carries it: 2026-11-24."""
    try:
        found = date.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return found if date.min < found < date.max else None


def _begin(one: date) -> datetime:
    return clock.start_of_day(one, "UTC")


def _named(claims: QuerySet, text: str) -> QuerySet:
    if not text:
        return claims
    return claims.filter(
        Q(number__icontains=text)
        | Q(proof__name__icontains=text)
        | Q(proof__number__icontains=text)
        | Q(enrollment__location__name__icontains=text)
        | Q(enrollment__location__partner__name__icontains=text)
    )


def matching_payments(payments: PaymentQuerySet, params: Mapping[str, Any]) -> PaymentQuerySet:
    """The payments that the filters ask for (R-DASH-07)."""
    if params.get("state") == "pending":
        payments = payments.filter(status__in=UNPAID)
    elif params.get("state") == "paid":
        payments = payments.filter(status=PaymentStatus.SENT)
    year = whole_number(params.get("year"))
    if year is not None and 2000 <= year <= 2999:
        payments = payments.in_year(year)
    if (program := whole_number(params.get("program"))) is not None:
        payments = payments.filter(enrollment__program_id=program)
    if text := words(params.get("q")):
        payments = payments.filter(
            Q(number__icontains=text)
            | Q(claim__number__icontains=text)
            | Q(enrollment__location__name__icontains=text)
            | Q(enrollment__location__partner__name__icontains=text)
        )
    return payments
