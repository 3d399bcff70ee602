from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models.functions import Cast, Coalesce, Greatest

from core import clock
from incentives.choices import Settlement
from incentives.models import ActivityType
from incentives.querysets import DossierQuerySet
from plans.choices import LIMIT_WARNING, PAYS_AFTER_YEAR, PlanStatus


class PlanQuerySet(DossierQuerySet):
    def with_parts(self) -> Self:
        """With campaigns, activities, their types and the approvals, for a page that shows them all."""
        return self.prefetch_related(
            "campaigns",
            "campaigns__activities",
            models.Prefetch("campaigns__activities__activity_type", ActivityType.objects.light()),
            "approvals",
        )

    def with_amount_asked(self) -> Self:
        """`asked`: the limit the partner asks for, as Plan.limit_asked() counts it (R-PLAN-03)."""
        from plans.models import Activity  # the queryset is defined before the model it asks

        planned = (
            Activity.objects.filter(campaign__plan=models.OuterRef("pk"))
            .values("campaign__plan")
            .annotate(total=models.Sum("budget"))
            .values("total")
        )
        return self.annotate(asked=Coalesce("requested_limit", models.Subquery(planned), models.Value(Decimal(0))))

    def with_limit_in_force(self) -> Self:
        """`limit`: the limit that counts today in the program's zone, as plans.approvals.limit_on; empty if none."""
        from plans.models import PlanApproval  # the queryset is defined before the model it asks

        zone = models.OuterRef("enrollment__program__deadline_zone")
        moment = models.Value(clock.now(), output_field=models.DateTimeField())
        today = Cast(models.Func(zone, moment, function="timezone"), models.DateField())
        counting = PlanApproval.objects.filter(plan=models.OuterRef("pk"), limit_from__lte=today).order_by("-number")
        return self.annotate(limit=models.Subquery(counting.values("limit")[:1]))

    def paid_monthly(self) -> Self:
        """Approved plans whose program pays what was earned (D-08), as long as something can still be paid."""
        recent = clock.now().date() - PAYS_AFTER_YEAR
        return self.filter(
            version__gt=0, enrollment__program__settlement=Settlement.PLAN_PAYOUT, program_year__ends_on__gte=recent
        )

    def near_limit(self) -> Self:
        """Approved plans of whose limit LIMIT_WARNING is paid or held by claims, and no higher one is approved; with
        `limit` and `used`."""
        from plans.models import PlanApproval, PlanPayout  # the queryset is defined before the models it asks

        of_plan = {"plan": models.OuterRef("pk")}
        paid = PlanPayout.objects.filter(**of_plan).order_by("-month").values("paid_to_date")[:1]
        newest = PlanApproval.objects.filter(**of_plan).order_by("-number").values("limit")[:1]
        used = Greatest("committed", Coalesce(models.Subquery(paid), models.Value(Decimal(0))))
        rows = self.with_limit_in_force().annotate(used=used, newest=models.Subquery(newest))
        return rows.filter(
            status=PlanStatus.APPROVED,
            used__gt=0,
            newest__lte=models.F("limit"),
            used__gte=models.F("limit") * LIMIT_WARNING,
        )


class OfPlanQuerySet(DossierQuerySet):
    """Rows that belong to one plan and are seen by whoever sees the plan."""

    path = "plan__"


class PlanPayoutQuerySet(OfPlanQuerySet):
    def paying(self) -> Self:
        """Those that send money."""
        return self.filter(paid__gt=0)


class CampaignQuerySet(OfPlanQuerySet):
    """Campaigns, seen by whoever sees the plan."""


class ActivityQuerySet(DossierQuerySet):
    path = "campaign__plan__"

    def for_page(self) -> Self:
        """With their types and what they hang on, where they do not come with their plan."""
        return self.select_related("campaign__plan").prefetch_related(
            models.Prefetch("activity_type", ActivityType.objects.light())
        )


class ExecutionQuerySet(DossierQuerySet):
    path = "activity__campaign__plan__"


class PresentManager(models.Manager):
    """Without what an amendment removed and the approval in force still holds (D-10)."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(removed=False)
