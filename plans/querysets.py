from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models.functions import Cast, Coalesce

from core import clock
from incentives.models import ActivityType
from incentives.querysets import DossierQuerySet


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


class OfPlanQuerySet(DossierQuerySet):
    """Rows that belong to one plan and are seen by whoever sees the plan."""

    path = "plan__"


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
