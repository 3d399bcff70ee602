"""Lists about funds that can be fetched as files. Names of columns are those that people reconcile with (R-DASH-06)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from core import exports
from core.exports import Column, Listing, Moment, Text
from incentives.access import access_of
from incentives.filters import ENTRY_FILTERS, matching_entries, matching_funds, signed
from incentives.models import Fund, FundEntry

FUND = "fund__enrollment__"
LEDGER_COLUMNS = (
    Column("bookedAtUtc", Moment("booked_at")),
    Column("programCode", Text(f"{FUND}program__slug")),
    Column("programName", Text(f"{FUND}program__name")),
    Column("partnerName", Text(f"{FUND}location__partner__name")),
    Column("participantId", Text(f"{FUND}location__code")),
    Column("participantName", Text(f"{FUND}location__name")),
    Column("period", Text("fund__period__label")),
    Column("earningType", Text("fund__fund_type__slug")),
    Column("entry", "number"),
    Column("kind", Text("kind")),
    Column("from", Text("source")),
    Column("to", Text("target")),
    Column("amount", exports.Amount("amount", "fund__currency")),
    Column("freeChange", exports.Amount(signed(), "fund__currency")),
    Column("freeAfter", exports.Amount("free_after", "fund__currency")),
    Column("currency", Text("fund__currency")),
    Column("claimId", Text("reference_label")),
    Column("reasonCode", Text("reason_code")),
    Column("reason", Text("reason")),
    Column("bookedBy", Text("actor_name")),
    Column("cause", Text("cause")),
)


def reach(user: Any) -> str:
    """What a person reaches, as a text that changes with it."""
    access = access_of(user)
    sets = (access.admin_of, access.user_of, access.reviews, access.administers)
    flags = (access.is_vendor, access.company, access.sees_company, access.reviews_all, access.administers_all)
    return repr([flags, [sorted(map(str, one)) for one in sets]])


def _entries(user: Any, filters: Mapping[str, str]) -> QuerySet:
    return matching_entries(FundEntry.objects.visible_to(user), filters).order_by("id")


def _entries_at_most(user: Any, filters: Mapping[str, str]) -> int:
    """All entries of the funds in question: each fund counts its own."""
    funds = matching_funds(Fund.objects.visible_to(user), filters)
    return funds.aggregate(entries=Sum("entry_count"))["entries"] or 0


LEDGER = exports.register(
    Listing(
        name="ledger",
        title=_("Ledger"),
        permission="incentives.see_funds",
        columns=LEDGER_COLUMNS,
        rows=_entries,
        scope=reach,
        filters=ENTRY_FILTERS,
        at_most=_entries_at_most,
    )
)
