"""Entries of one fund as the ledger shows them, newest first, in pages by their running number."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.ui import query
from incentives.choices import Bucket, EntryKind
from incentives.entry_words import ICONS, sentence, why
from incentives.filters import ABOUT, CLAIMED, EARNED, matching_entries, signed, whole_number
from incentives.models import FundEntry

PAGE_SIZE = 50
ZERO = Decimal(0)
BEFORE = "before"  # entries with a smaller number: older ones
FIELDS = (
    "number", "kind", "source", "target", "amount", "free_after", "reference", "reference_label", "reason_code",
    "reason", "actor_name", "booked_at",
)  # fmt: skip
PAGES = {"CLM": "/claims/%s/", "PLN": "/plans/%s/"}  # what a reference is, by how its number begins
FIGURES = {
    EARNED: _("Earned"),
    CLAIMED: _("Claimed"),
    Bucket.FREE.value: _("Free"),
    Bucket.RESERVED.value: _("In review or returned"),
    Bucket.APPROVED.value: _("Approved"),
    Bucket.PAID.value: _("Paid"),
    Bucket.BOUND.value: _("Kept for a claim"),
    Bucket.EXPIRED.value: _("Expired"),
    Bucket.CONVERTED.value: _("Turned into rebate"),
    Bucket.REBATE.value: _("Rebate share"),
}


@dataclass(frozen=True)
class Ledger:
    """One page of entries. about: the figure they are behind, "" for all · total: what they add up to."""

    rows: list[dict[str, Any]]
    about: str = ""
    about_label: str = ""
    total: Decimal | None = None
    older_href: str = ""
    newest_href: str = ""


def ledger_of(fund: Any, currency: str, params: Mapping[str, Any], *, size: int = PAGE_SIZE) -> Ledger:
    """The entries that the filters ask for, of a fund which was fetched through `visible_to`. One query, and one for
    the sum where a figure is asked for."""
    entries = matching_entries(FundEntry.objects.filter(fund=fund), params)
    about = params.get("about", "") if params.get("about") in ABOUT else ""
    before = whole_number(params.get(BEFORE))
    page = entries if before is None else entries.filter(number__lt=min(before, 2**31 - 1))
    found = list(page.order_by("-number").values(*FIELDS)[: size + 1])
    more, found = len(found) > size, found[:size]
    return Ledger(
        rows=[_row(one, currency, ABOUT[about or Bucket.FREE]) for one in found],
        about=about,
        about_label=str(FIGURES[about]) if about else "",
        total=entries.aggregate(sum=Sum(signed(about)))["sum"] or ZERO if about else None,
        older_href=query(params, **{BEFORE: found[-1]["number"]}) if more else "",
        newest_href=query(params, **{BEFORE: None}) if before is not None else "",
    )


def _row(one: dict[str, Any], currency: str, figure: tuple[str, ...]) -> dict[str, Any]:
    """change: by how much the entry moved the figure, whose buckets these are."""
    page = PAGES.get(one["reference_label"][:3])
    return {
        **one,
        "change": one["amount"] * ((one["target"] in figure) - (one["source"] in figure)),
        "text": sentence(one["kind"], one["source"], one["target"], one["amount"], currency),
        "icon": ICONS[EntryKind(one["kind"])],
        "why": why(one["reason_code"], one["reason"]),
        "href": page % one["reference"] if page and one["reference"] else "",
    }


def kinds() -> list[tuple[str, Any]]:
    """Choices of the filter."""
    return [("", _g("all")), *EntryKind.choices]
