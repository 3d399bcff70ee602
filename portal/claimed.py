"""The claims of one fund: what each counts, and when how much was claimed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format

from claims.choices import ClaimStatus
from claims.models import Claim
from core import clock
from incentives.choices import Bucket
from incentives.models import Commitment
from portal.charts import Chart, stacked
from portal.money import FundView

SHOWN = 20
MOST_MONTHS = 12
STAGES = (("paid", Bucket.PAID), ("approved", Bucket.APPROVED), ("review", Bucket.RESERVED))  # bottom to top
PAID = "paid"  # the ledger's word, not a status of a claim


@dataclass(frozen=True)
class Claims:
    """rows: newest first · more: there are further ones."""

    rows: list[dict[str, Any]]
    more: bool


@dataclass(frozen=True)
class Months:
    """rows: (month, {stage: amount}) without gaps · totals: of the whole fund."""

    chart: Chart | None
    rows: list[tuple[str, dict[str, Decimal]]]
    totals: dict[str, Decimal]


def claims_of(fund: FundView, user: Any) -> Claims:
    """What was claimed of a fund. asked in the claim's currency; counts in the fund's, from the ledger."""
    held = Commitment.objects.filter(reference=OuterRef("pk"), fund=fund.pk)
    rows = (
        Claim.objects.visible_to(user)
        .filter(fund=fund.pk)
        .order_by("-created_at", "-id")
        .values(
            "pk", "number", "status", "amount", "payable", "currency", name=F("proof__name"),
            paid=Subquery(held.values("paid")[:1]),
            unpaid=Subquery(held.annotate(sum=F("reserved") + F("approved")).values("sum")[:1]),
        )
    )  # fmt: skip
    found = list(rows[: SHOWN + 1])
    for row in found:
        row["counts"] = (row["paid"] or 0) + (row["unpaid"] or 0)
        is_paid = bool(row["paid"]) and not row["unpaid"]
        row["shown"] = PAID if is_paid else row["status"]
        row["label"] = None if is_paid else ClaimStatus(row["status"]).label
        row["capped"] = row["payable"] is not None and row["payable"] < row["amount"]
    return Claims(found[:SHOWN], len(found) > SHOWN)


def months_of(fund: FundView, user: Any) -> Months:
    """Money claimed of a fund by the month in which its claim was first sent, with what became of it."""
    sent = Claim.objects.visible_to(user).filter(pk=OuterRef("reference")).values("first_submitted_at")[:1]
    rows = (
        Commitment.objects.filter(fund=fund.pk)
        .annotate(month=TruncMonth(Subquery(sent), tzinfo=ZoneInfo(fund.zone)))
        .filter(month__isnull=False)
        .values("month")
        .annotate(**{name: Sum(bucket.value) for name, bucket in STAGES})
        .order_by("month")
    )
    by_month = {row["month"].date(): {name: row[name] for name, _bucket in STAGES} for row in rows}
    months = _without_gaps(sorted(month for month, parts in by_month.items() if any(parts.values())))
    nothing = {name: Decimal(0) for name, _bucket in STAGES}
    table = [(month, by_month.get(month, nothing)) for month in months]
    chart = stacked([(date_format(month, "M"), list(parts.items())) for month, parts in table])
    return Months(
        chart,
        [(date_format(month, "M Y"), parts) for month, parts in table],
        {name: sum((parts[name] for _month, parts in table), Decimal(0)) for name, _bucket in STAGES},
    )


def _without_gaps(months: Sequence[date]) -> list[date]:
    """From the first to the last month, at most the last year of them."""
    if not months:
        return []
    found, month = [], months[0]
    while month <= months[-1]:
        found.append(month)
        month = clock.add_months(month, 1)
    return found[-MOST_MONTHS:]
