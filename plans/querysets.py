from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models.functions import Coalesce

from incentives.models import ActivityType, Enrollment


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Plans of one's enrolments; the vendor's people see a plan from its first submission on. Default: none."""
        if not user.is_authenticated:
            return self.none()
        mine = self.filter(enrollment__in=Enrollment.objects.keys_visible_to(user))
        return mine.filter(first_submitted_at__isnull=False) if user.is_vendor else mine

    def with_parts(self) -> Self:
        """With campaigns, activities and their types, for a page that shows them all."""
        return self.prefetch_related(
            "campaigns",
            "campaigns__activities",
            models.Prefetch("campaigns__activities__activity_type", ActivityType.objects.light()),
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


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        from plans.models import Plan  # the queryset is defined before the model it asks

        return self.filter(plan__in=Plan.objects.visible_to(user).values("pk"))


class ActivityQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        from plans.models import Plan  # the queryset is defined before the model it asks

        return self.filter(campaign__plan__in=Plan.objects.visible_to(user).values("pk"))
