import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import WorkflowModel
from incentives.models import ActivityType, Enrollment, FundType, ProgramYear
from plans.choices import PlanStatus
from plans.querysets import ActivityQuerySet, CampaignQuerySet, PlanQuerySet


class Plan(WorkflowModel):
    """What a partner intends for one enrolment, fund type and program year (R-PLAN-01…06)."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    fund_type = models.ForeignKey(FundType, on_delete=models.PROTECT, related_name="+")
    program_year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_limit = models.DecimalField(max_digits=15, decimal_places=3, null=True, blank=True)
    approved_limit = models.DecimalField(max_digits=15, decimal_places=3, null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(approved_limit__isnull=True) | Q(approved_limit__gt=0), name="plan_limit_positive"
            ),
            models.CheckConstraint(
                condition=~Q(status=PlanStatus.APPROVED) | Q(approved_limit__isnull=False),
                name="plan_approved_has_limit",
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


class Campaign(models.Model):
    """A part of a plan with its own dates (R-CAMP-01, R-CAMP-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="campaigns")
    name = models.CharField(_("name"), max_length=120)
    objective = models.TextField(_("objective"), blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="campaign_in_order"),
            models.UniqueConstraint("plan", Lower("name"), name="campaign_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('portal:plan', args=[self.plan_id])}#campaign-{self.pk}"


class Activity(models.Model):
    """One thing the partner will do; may cover several countries (R-ACT-01, R-LOC-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="activities")
    activity_type = models.ForeignKey(ActivityType, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    countries = ArrayField(models.CharField(max_length=2))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    budget = models.DecimalField(_("budget"), max_digits=15, decimal_places=3)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="activity_in_order"),
            models.CheckConstraint(condition=Q(budget__gt=0), name="activity_budget_positive"),
            models.UniqueConstraint("campaign", Lower("name"), name="activity_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('portal:plan', args=[self.campaign.plan_id])}#activity-{self.pk}"

    @property
    def plan(self) -> Plan:
        return self.campaign.plan
