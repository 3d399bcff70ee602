from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models.functions import Coalesce

from incentives.models import ActivityType
from incentives.querysets import DossierQuerySet


class PlanQuerySet(DossierQuerySet):
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


class CampaignQuerySet(DossierQuerySet):
    path = "plan__"


class ActivityQuerySet(DossierQuerySet):
    path = "campaign__plan__"
