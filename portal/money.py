"""Funds as the pages show them: what lies where, until when, what it takes. A fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core import clock
from core.ui import money_text, query
from incentives import ledger
from incentives.choices import BALANCES, Bucket, Settlement
from incentives.filters import CLAIMED, EARNED
from incentives.models import ExchangeRate, Fund
from proofs.choices import ProofStatus
from proofs.models import Proof

ZERO = Decimal(0)
SOON = 60  # days before the close from which free money is pointed at
# What is known of a fund, and where it stands. Plain names: half the price of annotations.
COLUMNS = {
    "pk": "pk",
    "currency": "currency",
    "enrollment_id": "enrollment_id",
    "period_id": "period_id",
    "entry_count": "entry_count",
    **{bucket.value: bucket.value for bucket in BALANCES},
    "program": "enrollment__program_id",
    "program_name": "enrollment__program__name",
    "has_plans": "enrollment__program__has_plans",
    "settlement": "enrollment__program__settlement",
    "zone": "enrollment__program__deadline_zone",
    "threshold_usd": "enrollment__program__threshold_usd",
    "location": "enrollment__location_id",
    "location_name": "enrollment__location__name",
    "partner": "enrollment__location__partner__name",
    "fund_type_name": "fund_type__name",
    "label": "period__label",
    "earning_start": "period__earning_start",
    "earning_end": "period__earning_end",
    "usage_start": "period__usage_start",
    "usage_end": "period__usage_end",
    "claiming_start": "period__claiming_start",
    "claiming_end": "period__claiming_end",
    "correction_deadline": "period__correction_deadline",
}
WHICH = "/* which funds */"
EARNING, UPCOMING, OPEN, CLOSED, MONTHLY = "earning", "upcoming", "open", "closed", "monthly"
# Of the stacked bar: what is no longer free, in the order of its life.
TAKEN = (
    ("paid", _l("Paid"), Bucket.PAID.value),
    ("approved", _l("Approved"), Bucket.APPROVED.value),
    ("review", _l("In review or returned"), Bucket.RESERVED.value),
    ("action", _l("Kept for a claim"), Bucket.BOUND.value),
)
# Word, tone and icon of each state.
STATES = {
    OPEN: (_l("Open"), "blue", "circle-dot"),
    UPCOMING: (_l("Usable"), "blue", "circle-dashed"),
    EARNING: (_l("Earning"), "grey", "plant"),
    CLOSED: (_l("Closed"), "grey", "lock"),
    MONTHLY: (_l("Paid monthly"), "blue", "calendar"),
}


@dataclass(frozen=True)
class Threshold:
    """What an earning period needs to stay co-op (R-FUND-03, P-09). limit: in the fund's currency, None where no rate
    is there · month: of the rate it was counted at, None in USD · missing: what is still to be earned."""

    usd: Decimal
    limit: Decimal | None = None
    month: date | None = None
    missing: Decimal = ZERO

    @property
    def reached(self) -> bool:
        return self.limit is not None and self.missing <= 0

    @property
    def month_name(self) -> str:
        return date_format(self.month, "F Y") if self.month else ""


@dataclass
class Drafts:
    """Not sent yet: what drafts ask for in the fund's currency, how many, and how many in another currency."""

    amount: Decimal = ZERO
    count: int = 0
    foreign: int = 0


@dataclass
class FundView:
    """One fund for a reader. facts: by the names of COLUMNS, the balances among them."""

    today: date
    facts: Mapping[str, Any]
    drafts: Drafts = field(default_factory=Drafts)
    rate: tuple[Decimal, date] | None = None  # units per US dollar, and their month

    def __post_init__(self) -> None:
        """Names, periods and balances as plain attributes."""
        self.__dict__ |= self.facts

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @cached_property
    def href(self) -> str:
        return f"/funds/{self.pk}/"

    @cached_property
    def state(self) -> str:
        """earning, upcoming (usable, not claimable yet), open, closed; monthly where the plan is paid (D-08)."""
        facts = self.facts
        if self.today <= facts["earning_end"]:
            return EARNING
        if facts["settlement"] == Settlement.PLAN_PAYOUT:
            return MONTHLY
        if self.today < facts["claiming_start"]:
            return UPCOMING
        return OPEN if self.today <= facts["claiming_end"] else CLOSED

    @property
    def state_look(self) -> tuple[Any, str, str]:
        return STATES[self.state]

    @property
    def earned(self) -> Decimal:
        return Fund.earned.fget(self)

    @property
    def claimed(self) -> Decimal:
        return Fund.claimed.fget(self)

    @property
    def remaining(self) -> Decimal:
        """R-FUND-14; what has expired remains no more (R-FUND-18)."""
        return self.earned - self.claimed - self.facts[Bucket.EXPIRED]

    @property
    def planned(self) -> Decimal:
        """Drafts ask for it, within what is free: they reserve nothing."""
        return min(self.drafts.amount, self.facts[Bucket.FREE])

    @property
    def over(self) -> Decimal:
        """By how much drafts and claims are more than what was earned (R-FUND-14)."""
        return max(self.drafts.amount - self.facts[Bucket.FREE], ZERO)

    @property
    def days_left(self) -> int:
        """Until the last day on which a claim can be sent."""
        return (self.facts["claiming_end"] - self.today).days

    @property
    def expires(self) -> bool:
        """There is free money that will lapse with the claiming period."""
        return self.state in (UPCOMING, OPEN) and self.facts[Bucket.FREE] > 0

    @property
    def expires_soon(self) -> bool:
        return self.expires and self.days_left <= SOON

    @cached_property
    def threshold(self) -> Threshold | None:
        """While it is being earned; afterwards it has been applied."""
        usd = self.facts["threshold_usd"]
        if usd is None or self.state != EARNING:
            return None
        rate, month = (Decimal(1), None) if self.currency == ledger.USD else self.rate or (None, None)
        if rate is None:
            return Threshold(usd)
        limit = ledger.converted(usd, Decimal(1), rate, self.currency)
        accrued = self.earned + self.facts[Bucket.CONVERTED]
        return Threshold(usd, limit, month, max(limit - accrued, ZERO))

    def about(self, figure: str) -> str:
        """Address of the entries behind a figure."""
        return f"{self.href}?about={figure}"

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The stacked bar: paid, approved, in review, kept, planned, free, expired; each opens its entries. What is
        free is shown even when nothing is, the others where there is something."""
        if self.state == EARNING:
            return [self._part("earning", _("Earned so far"), self.earned, EARNED)]
        found = [
            self._part(kind, str(label), self.facts[figure], figure)
            for kind, label, figure in TAKEN
            if self.facts[figure]
        ]
        if self.planned:
            found.append({**self._part("planned", _("Planned in drafts"), self.planned), "href": self.drafts_href})
        found.append(self._part("free", _("Free"), self.facts[Bucket.FREE] - self.planned, Bucket.FREE))
        if self.facts[Bucket.EXPIRED]:
            found.append(self._part("expired", _("Expired"), self.facts[Bucket.EXPIRED], Bucket.EXPIRED))
        return found

    @property
    def drafts_href(self) -> str:
        return f"{reverse('proofs:list')}{query({}, status=ProofStatus.EDITING.value)}"

    def _part(self, kind: str, label: str, amount: Decimal, figure: str = "") -> dict[str, Any]:
        return {"kind": kind, "label": label, "amount": amount, "href": self.about(figure) if figure and amount else ""}

    @property
    def claimed_href(self) -> str:
        return self.about(CLAIMED)

    @property
    def bar_label(self) -> str:
        return _("%(label)s, %(sum)s earned") % {
            "label": self.facts["label"],
            "sum": money_text(self.earned, self.currency),
        }

    @property
    def place(self) -> str:
        return f"{self.facts['program_name']} · {self.facts['location_name']}"


def funds_of(funds: QuerySet[Fund]) -> list[FundView]:
    """Funds with their dates, the newest period first. One query."""
    try:
        which, params = funds.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # of a person who sees none
        return []
    with connection.cursor() as cursor:
        cursor.execute(_reading().replace(WHICH, which), params)
        return [view_of(row) for row in cursor.fetchall()]


@cache
def _reading() -> str:
    """The statement of `funds_of`, made once: thirty columns of five tables cost more to compile than to read."""
    order = ("enrollment__program__name", "enrollment__location__name", "-period__usage_start", "fund_type__name", "pk")
    funds = Fund.objects.filter(pk__in=RawSQL(WHICH, ())).order_by(*order)  # noqa: S611 - a constant
    return str(funds.values_list(*COLUMNS.values()).query)


def add_rates(views: Iterable[FundView]) -> None:
    """The newest rate for each fund whose threshold is still open; the rate of the earning period's last month decides
    in the end (D-12). One query, none where nothing asks for it."""
    asking = [
        view for view in views
        if view.state == EARNING and view.facts["threshold_usd"] is not None and view.currency != ledger.USD
    ]  # fmt: skip
    if not asking:
        return
    rates = ExchangeRate.objects.filter(currency__in={view.currency for view in asking}).order_by("month")
    for currency, month, per_usd in rates.values_list("currency", "month", "per_usd"):
        for view in asking:
            if view.currency == currency and month <= view.facts["earning_end"]:
                view.rate = (per_usd, month)


def view_of(row: tuple[Any, ...]) -> FundView:
    """From the values of COLUMNS, in their order."""
    facts = dict(zip(COLUMNS, row, strict=True))
    return FundView(clock.today(facts["zone"]), facts)


def add_drafts(views: Iterable[FundView], user: Any) -> None:
    """What drafts would ask of each fund: proofs that are not sent, by the period chosen or their last day of work;
    one without either counts for the period that can be claimed. One query."""
    wanted = {view.facts["enrollment_id"] for view in views if view.state in (UPCOMING, OPEN)}
    if not wanted:
        return
    rows = (
        Proof.objects.visible_to(user)
        .filter(enrollment__in=wanted, status=ProofStatus.EDITING, amount__gt=0)
        .values_list("enrollment_id", "period_id", "executed_to", "amount", "currency")
    )
    by_enrollment: dict[Any, list[FundView]] = {}
    for view in views:
        if view.state in (UPCOMING, OPEN):
            by_enrollment.setdefault(view.facts["enrollment_id"], []).append(view)
    for enrollment, period, day, amount, currency in rows:
        for view in by_enrollment.get(enrollment, ()):
            if _belongs(view, period, day):
                _add(view.drafts, amount, currency == view.currency)


def _belongs(view: FundView, period: int | None, day: date | None) -> bool:
    if period is not None:
        return view.facts["period_id"] == period
    if day is None:
        return view.state == OPEN
    return view.facts["usage_start"] <= day <= view.facts["usage_end"]


def _add(drafts: Drafts, amount: Decimal, own_currency: bool) -> None:
    drafts.count += 1
    if own_currency:
        drafts.amount += amount
    else:
        drafts.foreign += 1


def current_funds(user: Any) -> list[FundView]:
    """Funds that are earned or used now, what lapses first first. Two queries."""
    yesterday = clock.now().date() - timedelta(days=1)  # whatever the zone of the program
    views = funds_of(Fund.objects.visible_to(user).filter(period__claiming_end__gte=yesterday))
    add_drafts(views, user)
    return by_state(one for one in views if one.state != CLOSED)


def by_state(views: Iterable[FundView]) -> list[FundView]:
    """What can be acted on first: open, usable, paid monthly, being earned, closed; otherwise the order given."""
    order = (OPEN, UPCOMING, MONTHLY, EARNING, CLOSED)
    return sorted(views, key=lambda one: order.index(one.state))


def default_of(views: list[FundView]) -> FundView | None:
    """The fund to look at first: free money that lapses soonest, then what can be claimed, then the newest."""
    order = {OPEN: 0, UPCOMING: 1, MONTHLY: 1, EARNING: 2, CLOSED: 3}
    return min(
        views,
        key=lambda view: (not view.expires, order[view.state], view.days_left if view.expires else -view.days_left),
        default=None,
    )


def totals(views: Iterable[FundView], figure: str) -> dict[str, Decimal]:
    """A figure summed by currency; currencies are never added up."""
    sums: dict[str, Decimal] = {}
    for view in views:
        sums[view.currency] = sums.get(view.currency, ZERO) + getattr(view, figure)
    return dict(sorted(sums.items()))
