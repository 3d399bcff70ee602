from typing import Any, Self

from django.db import models

from incentives.models import Enrollment


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Plans of one's enrolments; the vendor's people see a plan from its first submission on. Default: none."""
        if not user.is_authenticated:
            return self.none()
        mine = self.filter(enrollment__in=Enrollment.objects.visible_to(user).values("pk"))
        return mine.filter(first_submitted_at__isnull=False) if user.is_vendor else mine


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        from plans.models import Plan  # the queryset is defined before the model it asks

        return self.filter(plan__in=Plan.objects.visible_to(user).values("pk"))


class ActivityQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        from plans.models import Plan  # the queryset is defined before the model it asks

        return self.filter(campaign__plan__in=Plan.objects.visible_to(user).values("pk"))
