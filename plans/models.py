import uuid
from datetime import date
from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock, triggers
from core.models import WorkflowModel
from incentives.models import ActivityType, Enrollment, FundType, ProgramYear
from plans.choices import PlanStatus
from plans.querysets import (
    ActivityQuerySet,
    CampaignQuerySet,
    ExecutionQuerySet,
    OfPlanQuerySet,
    PlanPayoutQuerySet,
    PlanQuerySet,
    PresentManager,
)


class Plan(WorkflowModel):
    """What a partner intends for one enrolment, fund type and program year (R-PLAN-01…06).

    Its campaigns and activities are the version people work on; what was approved stands in PlanApproval (D-10).
    version: number of the approval in force, 0 before the first · committed: what live claims hold of the limit
    (D-08), kept by plans.services.commit_amount.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    fund_type = models.ForeignKey(FundType, on_delete=models.PROTECT, related_name="+")
    program_year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_limit = models.DecimalField(max_digits=15, decimal_places=3, null=True, blank=True)
    version = models.PositiveSmallIntegerField(default=0)
    committed = models.DecimalField(max_digits=15, decimal_places=3, default=Decimal(0))
    comments = models.TextField(_("comments"), blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "fund_type", "program_year"],
                name="plan_one_per_year",  # R-PLAN-04, D-09
                violation_error_message=_("There is already a plan for this location, program, fund and program year."),
            ),
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="plan_status_known"),
            models.CheckConstraint(
                condition=Q(requested_limit__isnull=True) | Q(requested_limit__gt=0),
                name="plan_requested_positive",
            ),
            models.CheckConstraint(condition=Q(committed__gte=0), name="plan_committed_not_negative"),
            models.CheckConstraint(
                condition=~Q(status=PlanStatus.APPROVED) | Q(version__gt=0), name="plan_approved_has_version"
            ),
        ]
        indexes = [
            models.Index(fields=["enrollment", "-created_at", "-id"], name="plan_list"),
            models.Index(
                fields=["due_at", "id"],
                name="plan_queue",
                condition=Q(status__in=[PlanStatus.SUBMITTED, PlanStatus.UNDER_REVIEW]),
            ),
        ]

    @property
    def program(self):
        return self.enrollment.program

    def get_absolute_url(self) -> str:
        return reverse("portal:plan", args=[self.pk])

    def limit_asked(self) -> Decimal:
        """The limit the partner asks for: as typed, else the sum of the activities' budgets (R-PLAN-03)."""
        if self.requested_limit is not None:
            return self.requested_limit
        return self.planned_total()

    def planned_total(self) -> Decimal:
        total = Activity.objects.filter(campaign__plan=self).aggregate(total=models.Sum("budget"))["total"]
        return total or Decimal(0)

    @property
    def newest_limit(self) -> Decimal | None:
        """The limit of the newest approval, whether it counts already or from next month on."""
        return self.approvals.order_by("-number").values_list("limit", flat=True).first()


class PlanApproval(models.Model):
    """One approval of a plan, never changed (D-10). The newest is in force, whatever the plan's status.

    limit_from: the first day its limit counts (R-PLIM-04) · snapshot: the campaigns and activities approved, as
    plans.approvals.snapshot_of writes them.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="approvals")
    number = models.PositiveSmallIntegerField()
    limit = models.DecimalField(max_digits=15, decimal_places=3)
    currency = models.CharField(max_length=3)
    limit_from = models.DateField()
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    snapshot = models.JSONField()

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_approval_number_unique"),
            models.CheckConstraint(condition=Q(number__gt=0), name="plan_approval_numbered"),
            models.CheckConstraint(condition=Q(limit__gt=0), name="plan_approval_limit_positive"),
        ]
        triggers = [triggers.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class PlanPayout(models.Model):
    """One month of a plan that is paid monthly (R-PLIM), made once, in order, never changed.

    month: its first day · earned: co-op of the month, with what was reported late of earlier ones · limit: what counts
    for the month · paid_to_date: this one included · pay_on: when the money is sent (R-PLIM-05).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="payouts")
    month = models.DateField()
    currency = models.CharField(max_length=3)
    earned = models.DecimalField(max_digits=15, decimal_places=3)
    carry_before = models.DecimalField(max_digits=15, decimal_places=3)
    carry_after = models.DecimalField(max_digits=15, decimal_places=3)
    limit = models.DecimalField(max_digits=15, decimal_places=3)
    paid = models.DecimalField(max_digits=15, decimal_places=3)
    paid_to_date = models.DecimalField(max_digits=15, decimal_places=3)
    pay_on = models.DateField()
    created_at = models.DateTimeField(default=clock.now)

    objects = PlanPayoutQuerySet.as_manager()

    class Meta:
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "month"], name="plan_payout_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="plan_payout_month_start"),
            models.CheckConstraint(condition=Q(paid__gte=0), name="plan_payout_not_negative"),
            models.CheckConstraint(
                condition=Q(paid=0) | Q(paid_to_date__lte=F("limit")), name="plan_payout_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(carry_after=F("carry_before") + F("earned") - F("paid")), name="plan_payout_adds_up"
            ),
        ]
        triggers = [triggers.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.plan.number}, {self.month:%Y-%m}"

    @property
    def left(self) -> Decimal:
        """What the month's limit left after it; a limit that was lowered leaves nothing."""
        return max(self.limit - self.paid_to_date, Decimal(0))


class Campaign(models.Model):
    """A part of a plan with its own dates (R-CAMP-01, R-CAMP-02).

    removed: an amendment took it out; it stays in force until that is approved · approved_from, approved_to: its
    days in the approval in force, empty when it is not part of that. `objects` leaves out what is removed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="campaigns")
    name = models.CharField(_("name"), max_length=120)
    objective = models.TextField(_("objective"), blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    removed = models.BooleanField(default=False)
    approved_from = models.DateField(null=True, blank=True)
    approved_to = models.DateField(null=True, blank=True)

    objects = PresentManager.from_queryset(CampaignQuerySet)()
    with_removed = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="campaign_in_order"),
            models.UniqueConstraint("plan", Lower("name"), name="campaign_name_unique", condition=Q(removed=False)),
            models.CheckConstraint(
                condition=Q(approved_from__isnull=True, approved_to__isnull=True)
                | Q(approved_from__isnull=False, approved_to__isnull=False),
                name="campaign_in_force_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('portal:plan', args=[self.plan_id])}#campaign-{self.pk}"

    @property
    def in_force(self) -> bool:
        return self.approved_from is not None

    @property
    def days_in_force(self) -> tuple[date, date]:
        """First and last day on which the work of its proofs may lie: as approved, before that as planned (D-10)."""
        if self.approved_from is None or self.approved_to is None:
            return self.starts_on, self.ends_on
        return self.approved_from, self.approved_to


class Activity(models.Model):
    """One thing the partner will do; may cover several countries (R-ACT-01, R-LOC-03).

    removed: as in Campaign · approved_type, approved_budget: those of the approval in force, empty when it is not
    part of that (D-10). `objects` leaves out what is removed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="activities")
    activity_type = models.ForeignKey(ActivityType, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    countries = ArrayField(models.CharField(max_length=2))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    budget = models.DecimalField(_("budget"), max_digits=15, decimal_places=3)
    removed = models.BooleanField(default=False)
    approved_type = models.ForeignKey(ActivityType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_budget = models.DecimalField(max_digits=15, decimal_places=3, null=True, blank=True)

    objects = PresentManager.from_queryset(ActivityQuerySet)()
    with_removed = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="activity_in_order"),
            models.CheckConstraint(condition=Q(budget__gt=0), name="activity_budget_positive"),
            models.UniqueConstraint("campaign", Lower("name"), name="activity_name_unique", condition=Q(removed=False)),
            models.CheckConstraint(
                condition=Q(approved_type__isnull=True, approved_budget__isnull=True)
                | Q(approved_type__isnull=False, approved_budget__isnull=False),
                name="activity_in_force_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('portal:plan', args=[self.campaign.plan_id])}#activity-{self.pk}"

    @property
    def plan(self) -> Plan:
        return self.campaign.plan

    @property
    def in_force(self) -> bool:
        """Part of the approval in force: only then it takes proofs (D-10)."""
        return self.approved_type_id is not None

    @property
    def budget_in_force(self) -> Decimal:
        """As approved, before that as planned."""
        return self.budget if self.approved_budget is None else self.approved_budget


class Execution(models.Model):
    """A proof's work on an activity, as much of it as the plan must know so that an amendment does not leave it out
    (D-10). Written through plans.services.note_execution by whoever owns the proof.

    reference: the proof's readable number · executed_from, executed_to: empty while the proof has no dates.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="executions")
    reference = models.CharField(max_length=24, unique=True)
    executed_from = models.DateField(null=True, blank=True)
    executed_to = models.DateField(null=True, blank=True)

    objects = ExecutionQuerySet.as_manager()

    class Meta:
        ordering = ["reference"]

    def __str__(self) -> str:
        return self.reference
