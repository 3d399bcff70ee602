import uuid
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from incentives.choices import Settlement
from incentives.querysets import PeriodQuerySet, ProgramQuerySet

DEFAULT_ZONE = "America/Los_Angeles"  # R-CAL-14, D-04
REBATE_SHARE = Decimal(60)  # per cent, R-FUND-01
PLAN_REVIEW_DAYS = 10  # business days, R-PLAN-12


class Program(models.Model):
    """What the vendor offers. Rules differ by program and are data (R-PROG-07).

    families: slugs the activity catalogue speaks of ("surface", "hosting") · deadline_zone, business_calendar:
    clocks of both sides (D-04); calendar is a country or empty for Monday to Friday; extra_holidays: the program's own
    days off · countries: its markets (D-06)
    · currency: the default of new enrolments · rebate_share: per cent of a mixed earning that is rebate, the rest is
    co-op (R-FUND-01) · threshold_usd: co-op below it turns into rebate at the end of the half; none = no threshold
    (R-FUND-03) · users_may_dispute: incentives users too (C-04) · tax_invoice_countries: where a payment waits for a
    tax invoice (R-CUR-09, D-16).
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=150)
    aliases = ArrayField(models.CharField(max_length=150), default=list, blank=True)  # R-PROG-08
    families = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    has_coop = models.BooleanField(default=True)
    has_plans = models.BooleanField(default=True)
    has_associations = models.BooleanField(default=False)
    settlement = models.CharField(max_length=12, choices=Settlement.choices, default=Settlement.CLAIM)
    deadline_zone = models.CharField(max_length=64, default=DEFAULT_ZONE)
    business_calendar = models.CharField(max_length=2, blank=True)
    extra_holidays = ArrayField(models.DateField(), default=list, blank=True)
    countries = ArrayField(models.CharField(max_length=2))
    currency = models.CharField(max_length=3, default="USD")
    plan_review_days = models.PositiveSmallIntegerField(default=PLAN_REVIEW_DAYS)
    certification_statement = models.TextField()
    rebate_share = models.DecimalField(max_digits=5, decimal_places=2, default=REBATE_SHARE)
    threshold_usd = models.DecimalField(max_digits=15, decimal_places=3, null=True, blank=True)
    users_may_dispute = models.BooleanField(default=False)
    tax_invoice_countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(settlement=Settlement.PLAN_PAYOUT) | Q(has_plans=True), name="payout_needs_plans"
            ),
            models.CheckConstraint(
                condition=Q(rebate_share__gte=0) & Q(rebate_share__lte=100), name="program_rebate_share_percent"
            ),
            models.CheckConstraint(
                condition=Q(threshold_usd__isnull=True) | Q(threshold_usd__gt=0), name="program_threshold_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def work_days(self) -> clock.WorkDays:
        """The business calendar of both sides' clocks (R-CAL-13, D-04)."""
        return clock.WorkDays(self.business_calendar, frozenset(self.extra_holidays))

    @property
    def history_thread(self) -> uuid.UUID:
        """Changes of its calendar are one history; the key is a number, the history wants a UUID."""
        return uuid.uuid5(uuid.NAMESPACE_OID, f"program:{self.pk}")

    def today(self, at: datetime | None = None) -> date:
        """Today where the program's deadlines are counted (D-04)."""
        return clock.today(self.deadline_zone, at)


class ProgramYear(models.Model):
    """The year plans hang on; not the fiscal year (R-CAL-12)."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="years")
    name = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="program_year_name_unique"),
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="program_year_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def history_thread(self) -> uuid.UUID:
        return self.program.history_thread


class Period(models.Model):
    """One half: earned in, used in, claimed in; all ends inclusive (R-CAL-02, R-CAL-04). Rows are made by the
    formula and may be changed by the vendor (R-CAL-11)."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="periods")
    label = models.CharField(max_length=20)
    earning_start = models.DateField()
    earning_end = models.DateField()
    usage_start = models.DateField()
    usage_end = models.DateField()
    claiming_start = models.DateField()
    claiming_end = models.DateField()
    correction_deadline = models.DateField(null=True, blank=True)  # R-CAL-10, may be switched off

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-usage_start"]
        constraints = [
            models.UniqueConstraint(fields=["program", "label"], name="period_label_unique"),
            models.CheckConstraint(
                condition=Q(earning_start__lt=F("earning_end"))
                & Q(usage_start__lt=F("usage_end"))
                & Q(claiming_start__lt=F("claiming_end"))
                & Q(usage_end__lt=F("claiming_end")),
                name="period_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def history_thread(self) -> uuid.UUID:
        return self.program.history_thread


class RuleSet(models.Model):
    """One version of a program's levels of the checks (R-PROG-07): what only notes, what warns, what stops.

    levels: {code of a check: level}, only those that differ from the usual one · a proof keeps the version it was sent
    under. Versions count from 1 and never change.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="rule_sets")
    version = models.PositiveIntegerField()
    levels = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["program", "version"], name="rule_set_version_unique")]

    def __str__(self) -> str:
        return f"{self.program} {self.version}"


class FundType(models.Model):
    """What a plan draws on, e.g. "co-op" (D-09)."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="fund_types")
    slug = models.SlugField()
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["program", "slug"], name="fund_type_unique")]

    def __str__(self) -> str:
        return self.name


COOP_FUND = ("co-op", _("Co-op"))  # D-09: every program has it
