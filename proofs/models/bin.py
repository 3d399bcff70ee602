import uuid
from typing import Any, Self

from django.db import models
from django.urls import reverse

from core import clock
from incentives.models import Enrollment
from incentives.querysets import within


class ReceiptBinQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The bins of one's enrolments; never the vendor's: nothing in them was sent to anybody."""
        if not user.is_authenticated or user.is_vendor:
            return self.none()
        return self.filter(within(user, "enrollment__"))


class ReceiptBin(models.Model):
    """Where the people of one enrolment drop receipts first and say later what they belong to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.OneToOneField(Enrollment, on_delete=models.PROTECT, related_name="receipt_bin")
    created_at = models.DateTimeField(default=clock.now)

    objects = ReceiptBinQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.enrollment)

    def get_absolute_url(self) -> str:
        return reverse("portal:bin", args=[self.enrollment_id])

    @property
    def history_thread(self) -> uuid.UUID:
        return self.pk

    @property
    def without_plan(self) -> bool:
        """Whether what lies here goes into claims of their own (R-PROG-05): it decides who may work with it (D-01)."""
        return not self.enrollment.program.has_plans
