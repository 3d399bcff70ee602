"""The claims of one fund: what each counts, and when how much was claimed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format

from claims.choices import ClaimStatus
from claims.models import Claim
from core import clock
from incentives.choices import Bucket
from incentives.models import Commitment
from portal.charts import Chart, stacked
from portal.money import FundView

SHOWN = 10
MOST_MONTHS = 12
STAGES = (("paid", Bucket.PAID), ("approved", Bucket.APPROVED), ("review", Bucket.RESERVED))  # bottom to top
FIELDS = ("pk", "number", "status", "amount", "payable", "currency", "first_submitted_at", "proof__name")
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
    """What was claimed of a fund. asked in the claim's currency; counts in the fund's, from the ledger. Two queries."""
    rows = Claim.objects.visible_to(user).filter(fund=fund.pk).order_by("-created_at", "-id")
    found = list(rows.values(*FIELDS)[: SHOWN + 1])
    held = Commitment.objects.filter(reference__in=[row["pk"] for row in found], fund=fund.pk)
    amounts = {reference: parts for reference, *parts in held.values_list("reference", *(one for _n, one in STAGES))}
    for row in found:
        row["stages"] = dict(zip(_nothing(), amounts.get(row["pk"], _nothing().values()), strict=True))
        row["counts"] = sum(row["stages"].values())
        is_paid = 0 < row["counts"] == row["stages"][PAID]
        row["shown"] = PAID if is_paid else row["status"]
        row["label"] = None if is_paid else ClaimStatus(row["status"]).label
        row["capped"] = row["payable"] is not None and row["payable"] < row["amount"]
    return Claims(found[:SHOWN], len(found) > SHOWN)


def months_of(fund: FundView, user: Any, claims: Claims) -> Months:
    """Money claimed of a fund by the month in which its claim was first sent, with what became of it. Asks nothing
    where `claims` are all there are."""
    by_month = _summed(fund, user) if claims.more else _added_up(fund, claims)
    months = _without_gaps(sorted(month for month, parts in by_month.items() if any(parts.values())))
    table = [(month, by_month.get(month, _nothing())) for month in months]
    chart = stacked([(date_format(month, "M"), list(parts.items())) for month, parts in table])
    return Months(
        chart,
        [(date_format(month, "M Y"), parts) for month, parts in table],
        {name: sum((parts[name] for _month, parts in table), Decimal(0)) for name, _bucket in STAGES},
    )


def _nothing() -> dict[str, Decimal]:
    return {name: Decimal(0) for name, _bucket in STAGES}


def _added_up(fund: FundView, claims: Claims) -> dict[date, dict[str, Decimal]]:
    found: dict[date, dict[str, Decimal]] = {}
    for row in claims.rows:
        if row["first_submitted_at"] is not None:
            parts = found.setdefault(clock.date_in(row["first_submitted_at"], fund.zone).replace(day=1), _nothing())
            for name, amount in row["stages"].items():
                parts[name] += amount
    return found


def _summed(fund: FundView, user: Any) -> dict[date, dict[str, Decimal]]:
    sent = Claim.objects.visible_to(user).filter(pk=OuterRef("reference")).values("first_submitted_at")[:1]
    rows = (
        Commitment.objects.filter(fund=fund.pk)
        .annotate(month=TruncMonth(Subquery(sent), tzinfo=ZoneInfo(fund.zone)))
        .filter(month__isnull=False)
        .values("month")
        .annotate(**{name: Sum(bucket.value) for name, bucket in STAGES})
        .order_by("month")
    )
    return {row["month"].date(): {name: row[name] for name, _bucket in STAGES} for row in rows}


def _without_gaps(months: Sequence[date]) -> list[date]:
    """From the first to the last month, at most the last year of them."""
    if not months:
        return []
    found, month = [], months[0]
    while month <= months[-1]:
        found.append(month)
        month = clock.add_months(month, 1)
    return found[-MOST_MONTHS:]
