from typing import Any, Self

from django.db import models

from claims.choices import OVER
from incentives.models import Enrollment


class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Claims of one's enrolments; the vendor's people see a claim from its first submission on. Default: none."""
        if not user.is_authenticated:
            return self.none()
        mine = self.filter(enrollment__in=Enrollment.objects.keys_visible_to(user))
        return mine.filter(first_submitted_at__isnull=False) if user.is_vendor else mine

    def live(self) -> Self:
        return self.exclude(status__in=OVER)
