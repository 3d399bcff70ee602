"""Money of the vendor's programs: a balance row per fund and the append-only entries that alone change it (D-14).

Every entry moves an amount between two buckets. A trigger moves the balances with it, in the same statement, so that
a balance is the sum of its entries by construction; constraints refuse what is not covered.
"""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Least, Now
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse

from core import clock, triggers
from incentives.choices import BALANCES, COMMITTED, Bucket, EntryKind, ReasonCode
from incentives.models.booking import BOOK, DECLARED
from incentives.models.enrollment import Enrollment
from incentives.models.program import FundType, Period
from incentives.querysets import FundEntryQuerySet, FundQuerySet

DIGITS, PLACES = 15, 3
CAUSE_UNIQUE = "fund_entry_cause_unique"


def _amount(**options: Any) -> Any:
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, **options)


_BALANCE_IS_SUM = (
    "RAISE EXCEPTION 'balances change with entries only' USING ERRCODE = 'integrity_constraint_violation';"
)


def _only_by_entries(*columns: str) -> list[triggers.Firm]:
    """Balances begin at nothing and are changed by the trigger of an entry, by nobody else."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return [
        triggers.Firm(
            name="balance_is_sum",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(f"pg_trigger_depth() = 0 AND ({old}) IS DISTINCT FROM ({new})"),
            func=_BALANCE_IS_SUM,
        ),
        triggers.Firm(
            name="balance_starts_empty",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            condition=pgtrigger.Condition(
                "pg_trigger_depth() = 0 AND (" + " OR ".join(f"NEW.{column} <> 0" for column in columns) + ")"
            ),
            func=_BALANCE_IS_SUM,
        ),
    ]


def _none_below_zero(buckets: Iterable[str]) -> GreaterThanOrEqual:
    """One check over all: PostgreSQL reads each of them anew for every statement, which is what a booking costs."""
    return GreaterThanOrEqual(Least(*map(str, buckets)), Decimal(0))


class Fund(models.Model):
    """Money of one enrolment, fund type, usage period and currency, opened by its first booking (D-09).

    Each balance is what lies in that bucket now, in `currency` · entry_count: entries so far, the number of the newest
    · tested_at: when its threshold was last applied (R-FUND-03) · closed_at: when its claiming period was closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="funds")
    fund_type = models.ForeignKey(FundType, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="funds")
    currency = models.CharField(max_length=3)
    free = _amount(default=Decimal(0))
    bound = _amount(default=Decimal(0))
    reserved = _amount(default=Decimal(0))
    approved = _amount(default=Decimal(0))
    paid = _amount(default=Decimal(0))
    expired = _amount(default=Decimal(0))
    converted = _amount(default=Decimal(0))
    rebate = _amount(default=Decimal(0))
    entry_count = models.PositiveIntegerField(default=0)
    tested_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = FundQuerySet.as_manager()

    class Meta:
        ordering = ["-period__usage_start", "id"]
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "fund_type", "period", "currency"], name="fund_unique"),
            models.CheckConstraint(condition=_none_below_zero(BALANCES), name="fund_covered"),
        ]
        # Entries and commitments are written by a trigger that has just changed their fund, and a fund is never
        # deleted: the database need not look it up once more for each of them.
        triggers = [
            *_only_by_entries(*BALANCES, "entry_count"),
            triggers.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} · {self.period} · {self.currency}"

    def get_absolute_url(self) -> str:
        return reverse("portal:fund", args=[self.pk])

    @property
    def earned(self) -> Decimal:
        """Co-op earned, with rollover and adjustments, after the threshold (R-FUND-13, D-11)."""
        return self.free + self.bound + self.reserved + self.approved + self.paid + self.expired

    @property
    def claimed(self) -> Decimal:
        """Reserved and approved, what was paid of it included (R-FUND-14)."""
        return self.reserved + self.approved + self.paid


class Commitment(models.Model):
    """What one claim or payout holds of a fund; kept by the same trigger as the fund's balances.

    The ledger does not know claims: `reference` is the key of whatever the money is for.
    """

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, db_constraint=False, related_name="commitments")
    reference = models.UUIDField()
    bound = _amount(default=Decimal(0))
    reserved = _amount(default=Decimal(0))
    approved = _amount(default=Decimal(0))
    paid = _amount(default=Decimal(0))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "fund"], name="commitment_unique"),
            models.CheckConstraint(condition=_none_below_zero(COMMITTED), name="commitment_covered"),
        ]
        triggers = _only_by_entries(*COMMITTED)

    def __str__(self) -> str:
        return f"{self.reference} · {self.fund_id}"


class FundEntry(models.Model):
    """One booking: `amount` (> 0, the fund's currency) goes from `source` to `target`. Never changed or deleted.

    number, free_after: set by the trigger, the running number and free balance of the fund · reference,
    reference_label: what it is for (a claim's key and number) · cause: unique name of the deed, so that nothing is
    booked twice · reason: why (an adjustment's code, a sentence of the person).
    """

    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="entries"
    )  # the unique pair of fund and number is its index
    number = models.PositiveIntegerField(editable=False, default=0)
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    source = models.CharField(max_length=10, choices=Bucket.choices)
    target = models.CharField(max_length=10, choices=Bucket.choices)
    amount = _amount()
    free_after = _amount(editable=False, default=Decimal(0))
    reference = models.UUIDField(null=True)
    reference_label = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=120)
    reason_code = models.CharField(max_length=20, choices=ReasonCode.choices, blank=True)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    actor_name = models.CharField(max_length=200)
    booked_at = models.DateTimeField(default=clock.now)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = FundEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "number"], name="fund_entry_number_unique"),
            models.UniqueConstraint(fields=["cause"], name=CAUSE_UNIQUE),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fund_entry_amount_positive"),
            models.CheckConstraint(condition=~Q(cause=""), name="fund_entry_has_cause"),
        ]
        indexes = [
            models.Index(fields=["reference"], name="fund_entry_reference", condition=Q(reference__isnull=False)),
        ]
        triggers = [
            triggers.Firm(name="book", when=pgtrigger.Before, operation=pgtrigger.Insert, declare=DECLARED, func=BOOK),
            triggers.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.number}: {self.kind} {self.amount}"


class ExchangeRate(models.Model):
    """The vendor's rate of a month: units of `currency` for one US dollar (D-12). USD itself has none.

    Given once and for all: from then on somebody may have used it.
    """

    currency = models.CharField(max_length=3)
    month = models.DateField()  # its first day
    per_usd = models.DecimalField(max_digits=18, decimal_places=8)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-month", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "month"], name="exchange_rate_unique"),
            models.CheckConstraint(condition=Q(per_usd__gt=0), name="exchange_rate_positive"),
            models.CheckConstraint(condition=Q(month__day=1), name="exchange_rate_month_start"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.currency} {self.month:%Y-%m}: {self.per_usd}"
