"""Filters of the pages about funds, the same for lists, figures and files. A value that means nothing is left out."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, DecimalField, F, Q, QuerySet, Value, When

from core import clock
from incentives.choices import BALANCES, Bucket, EntryKind

FUND_FILTERS = ("fund", "program", "period", "location", "currency", "q", "holds", "expiring")
ENTRY_FILTERS = (*FUND_FILTERS, "kind", "about")
EXPIRING_WITHIN = (30, 60, 90)  # days
EARNED, CLAIMED = "earned", "claimed"
CLAIMED_BUCKETS = (Bucket.RESERVED, Bucket.APPROVED, Bucket.PAID)  # R-FUND-14
EARNED_BUCKETS = (Bucket.FREE, Bucket.BOUND, *CLAIMED_BUCKETS, Bucket.EXPIRED)  # R-FUND-13
# What a figure stands for: the buckets whose balances add up to it.
ABOUT: dict[str, tuple[str, ...]] = {
    EARNED: EARNED_BUCKETS,
    CLAIMED: CLAIMED_BUCKETS,
    **{bucket.value: (bucket,) for bucket in BALANCES},
}


def whole_number(text: Any) -> int | None:
    """A key as an address carries it."""
    text = str(text or "")
    return min(int(text), 2**62) if text.isascii() and text.isdigit() else None


def key(text: Any) -> UUID | None:
    try:
        return UUID(str(text or ""))
    except ValueError:
        return None


def words(text: Any) -> str:
    return str(text or "").replace("\0", "").strip()[:100]


def matching_funds(funds: QuerySet, params: Mapping[str, Any]) -> QuerySet:
    """The funds that the filters ask for (R-FUND-12)."""
    return funds.filter(_fund_condition(params, ""))


def matching_entries(entries: QuerySet, params: Mapping[str, Any]) -> QuerySet:
    """The entries that the filters ask for; `about` keeps those that moved a figure (ABOUT)."""
    found = entries.filter(_fund_condition(params, "fund__"))
    if params.get("kind") in EntryKind.values:
        found = found.filter(kind=params["kind"])
    if params.get("about") in ABOUT:
        found = found.filter(moves(params["about"]))
    return found


def moves(about: str) -> Q:
    """Entries after which the figure was another: money came into its buckets, or left them."""
    inside = ABOUT[about]
    return (Q(source__in=inside) & ~Q(target__in=inside)) | (~Q(source__in=inside) & Q(target__in=inside))


def signed(about: str = Bucket.FREE) -> Case:
    """By how much an entry changed the figure; the sum over a fund's entries is the figure."""
    inside = ABOUT[about]
    return Case(
        When(Q(target__in=inside) & ~Q(source__in=inside), then=F("amount")),
        When(Q(source__in=inside) & ~Q(target__in=inside), then=-F("amount")),
        default=Value(0),
        output_field=DecimalField(),
    )


def _fund_condition(params: Mapping[str, Any], path: str) -> Q:
    wanted = Q()
    for name, field in (("fund", "id"), ("location", "enrollment__location_id")):
        if (pk := key(params.get(name))) is not None:
            wanted &= Q(**{f"{path}{field}": pk})
    if (program := whole_number(params.get("program"))) is not None:
        wanted &= Q(**{f"{path}enrollment__program_id": program})
    if params.get("period"):
        wanted &= Q(**{f"{path}period__label": words(params["period"])[:20]})
    if params.get("currency"):
        wanted &= Q(**{f"{path}currency": words(params["currency"])[:3]})
    if text := words(params.get("q")):
        place = f"{path}enrollment__location__"
        wanted &= Q(**{f"{place}partner__name__icontains": text}) | Q(**{f"{place}name__icontains": text})
    if params.get("holds") in Bucket.values and params["holds"] != Bucket.OUTSIDE:
        wanted &= Q(**{f"{path}{params['holds']}__gt": 0})
    days = whole_number(params.get("expiring"))
    if days in EXPIRING_WITHIN:
        today = clock.now().date()
        wanted &= Q(
            **{
                f"{path}free__gt": 0,
                f"{path}period__claiming_end__gte": today,
                f"{path}period__claiming_end__lte": today + timedelta(days=days),
            }
        )
    return wanted
