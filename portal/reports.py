"""What the vendor owes and what partners use: figures by program, period and currency. A fixed number of queries.

Currencies are never added up; beside them stands the US dollar equivalent at this month's rates, where all are there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.filters import WAITING
from claims.models import Claim
from core import clock
from core.ui import query
from incentives import ledger
from incentives.choices import BALANCES, Bucket
from incentives.filters import CLAIMED_BUCKETS, EARNED_BUCKETS, EXPIRING_WITHIN
from incentives.models import Commitment, ExchangeRate, Fund
from portal.charts import Chart, stacked

RECENT = timedelta(days=184)
ZERO, HUNDRED = Decimal(0), Decimal(100)
# (from, to) days of age; None = older. Claims in review are promised in business days, payments in weeks.
REVIEW_AGES = ((0, 5), (6, 10), (11, 20), (21, None))
UNPAID_AGES = ((0, 30), (31, 60), (61, 90), (91, None))
USED_PARTS = (("paid", Bucket.PAID), ("approved", Bucket.APPROVED), ("review", Bucket.RESERVED), ("free", Bucket.FREE))


@dataclass(frozen=True)
class Rates:
    """Units per US dollar, of one month."""

    month: date
    per_usd: Mapping[str, Decimal]

    def in_usd(self, sums: Mapping[str, Decimal]) -> Decimal | None:
        """One sum of several currencies; None where a rate is missing (D-12)."""
        known = {ledger.USD: Decimal(1), **self.per_usd}
        if not all(currency in known for currency, amount in sums.items() if amount):
            return None
        parts = (
            ledger.converted(amount, known[currency], Decimal(1), ledger.USD)
            for currency, amount in sums.items()
            if amount
        )
        return sum(parts, ZERO)


@dataclass
class Line:
    """One program, period and currency with all balances of its funds."""

    program: int
    program_name: str
    period: str
    currency: str
    balances: dict[str, Decimal]
    claiming_end: date
    usage: tuple[date, date]

    @property
    def is_current(self) -> bool:
        """It can be claimed, or could be half a year ago."""
        return self.claiming_end >= clock.now().date() - RECENT

    def _sum(self, buckets: Iterable[str]) -> Decimal:
        return sum((self.balances[bucket] for bucket in buckets), ZERO)

    @property
    def earned(self) -> Decimal:
        return self._sum(EARNED_BUCKETS)

    @property
    def claimed(self) -> Decimal:
        return self._sum(CLAIMED_BUCKETS)

    @property
    def used(self) -> Decimal:
        """Per cent of what was earned that has been claimed."""
        return self.claimed / self.earned * HUNDRED if self.earned else ZERO

    @property
    def parts(self) -> list[dict[str, Any]]:
        labels = {"paid": _("Paid"), "approved": _("Approved"), "review": _("In review"), "free": _("Free")}
        found = [
            {"kind": kind, "label": labels[kind], "amount": self.balances[bucket], "href": self.href(bucket)}
            for kind, bucket in USED_PARTS
            if self.balances[bucket]
        ]
        lapsed = self.balances[Bucket.EXPIRED]
        if lapsed:
            found.append(
                {"kind": "expired", "label": _("Expired"), "amount": lapsed, "href": self.href(Bucket.EXPIRED)}
            )
        return found

    def href(self, holds: str = "") -> str:
        """The funds behind a figure of this line."""
        filters = {"program": self.program, "period": self.period, "currency": self.currency, "holds": holds}
        return funds_href(**filters)


@dataclass
class Row:
    """A row of figures in one currency, each with the address of what is behind it."""

    currency: str
    cells: list[tuple[Decimal, str]] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((amount for amount, _href in self.cells), ZERO)


@dataclass(frozen=True)
class Ageing:
    """labels: of the ages · rows: one a currency · charts: (currency, chart) with the same numbers."""

    labels: list[str]
    rows: list[Row]
    charts: list[tuple[str, Chart | None]]
    usd: Decimal | None


def funds_href(**filters: Any) -> str:
    return reverse("portal:funds") + query({}, **{name: value for name, value in filters.items() if value})


def rates_of_month() -> Rates:
    """The rates of the month that runs. One query."""
    month = clock.now().date().replace(day=1)
    return Rates(month, dict(ExchangeRate.objects.filter(month=month).values_list("currency", "per_usd")))


def lines_of(funds: QuerySet[Fund]) -> list[Line]:
    """Balances by program, period and currency, the newest period first. One query."""
    rows = (
        funds.order_by()
        .values("currency", program=F("enrollment__program_id"), name=F("enrollment__program__name"),
                label=F("period__label"), begins=F("period__usage_start"), ends=F("period__usage_end"),
                end=F("period__claiming_end"))
        .annotate(**{bucket.value: Sum(bucket.value) for bucket in BALANCES})
        .order_by("name", "-begins", "currency")
    )  # fmt: skip
    return [
        Line(
            row["program"],
            row["name"],
            row["label"],
            row["currency"],
            {bucket.value: row[bucket] for bucket in BALANCES},
            row["end"],
            (row["begins"], row["ends"]),
        )
        for row in rows
    ]


def liabilities_of(lines: Iterable[Line]) -> list[tuple[str, Row]]:
    """What is promised and not paid, by program and currency: in review, approved. (program, row)."""
    rows: dict[tuple[int, str, str], Row] = {}
    for line in lines:
        owed = (line.balances[Bucket.RESERVED], line.balances[Bucket.APPROVED])
        if not any(owed):
            continue
        row = rows.setdefault((line.program, line.program_name, line.currency), Row(line.currency, [(ZERO, "")] * 2))
        for place, (amount, holds) in enumerate(zip(owed, (Bucket.RESERVED, Bucket.APPROVED), strict=True)):
            href = funds_href(program=line.program, currency=line.currency, holds=holds)
            row.cells[place] = (row.cells[place][0] + amount, href)
    return [(name, row) for (_pk, name, _currency), row in rows.items()]


def expiring_of(funds: QuerySet[Fund]) -> list[Row]:
    """Free money that lapses within 30, 60 and 90 days, each including the former, by currency. One query."""
    today = clock.now().date()
    last = today + timedelta(days=max(EXPIRING_WITHIN))
    rows = (
        funds.filter(free__gt=0, period__claiming_end__gte=today, period__claiming_end__lte=last)
        .order_by()
        .values("currency", end=F("period__claiming_end"))
        .annotate(sum=Sum("free"))
    )
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda one: one["currency"]):
        line = found.setdefault(row["currency"], Row(row["currency"], _empty_expiring(row["currency"])))
        for place, days in enumerate(EXPIRING_WITHIN):
            if row["end"] <= today + timedelta(days=days):
                line.cells[place] = (line.cells[place][0] + row["sum"], line.cells[place][1])
    return list(found.values())


def _empty_expiring(currency: str) -> list[tuple[Decimal, str]]:
    return [(ZERO, funds_href(currency=currency, expiring=days)) for days in EXPIRING_WITHIN]


def ageing_of(funds: QuerySet[Fund], money: str, ages: tuple[tuple[int, int | None], ...], rates: Rates) -> Ageing:
    """How long money waits at one stage (in_review, unpaid), by currency. One query.

    Days count in UTC, as the list behind each figure does.
    """
    bucket, moment = WAITING[money]
    since = Subquery(Claim.objects.filter(pk=OuterRef("reference")).values(moment)[:1])
    edges = [
        (number, clock.start_of_day(_begin(last), "UTC"))
        for number, (_first, last) in enumerate(ages)
        if last is not None
    ]
    age = Case(
        *(When(since__gte=edge, then=Value(str(number))) for number, edge in edges),
        default=Value(str(len(ages) - 1)),
        output_field=CharField(),
    )
    rows = (
        Commitment.objects.filter(**{f"{bucket}__gt": 0}, fund__in=funds)
        .annotate(since=since)
        .filter(since__isnull=False)
        .annotate(age=age)
        .values("age", currency=F("fund__currency"))
        .annotate(sum=Sum(bucket))
        .order_by("currency")
    )
    found: dict[str, Row] = {}
    for row in rows:
        href = _claims_href(money, row["currency"], ages)
        line = found.setdefault(row["currency"], Row(row["currency"], [(ZERO, href(one)) for one in ages]))
        place = int(row["age"])
        line.cells[place] = (line.cells[place][0] + row["sum"], line.cells[place][1])
    labels = [age_label(first, last) for first, last in ages]
    kind = "review" if money == "in_review" else "approved"
    charts = [
        (one.currency, stacked([(label, [(kind, cell[0])]) for label, cell in zip(labels, one.cells, strict=True)]))
        for one in found.values()
    ]
    usd = rates.in_usd({one.currency: one.total for one in found.values()})
    return Ageing(labels, list(found.values()), charts, usd)


def _begin(days: int) -> date:
    """The first day that is at most so many days ago."""
    return clock.today("UTC") - timedelta(days=days)


def age_label(first: int, last: int | None) -> str:
    if last is None:
        return _("over %(days)s") % {"days": first - 1}
    return f"{first}–{last}"


def _claims_href(money: str, currency: str, ages: Any) -> Callable[[tuple[int, int | None]], str]:
    def href(age: tuple[int, int | None]) -> str:
        first, last = age
        filters = {
            "money": money,
            "currency": currency,
            "since": _begin(last).isoformat() if last is not None else None,
            "until": _begin(first).isoformat() if first else None,
        }
        return reverse("claims:list") + query({}, **filters)

    return href


def sums_by_currency(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for currency, amount in pairs:
        sums[currency] = sums.get(currency, ZERO) + amount
    return dict(sorted(sums.items()))
