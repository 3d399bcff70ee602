import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Location
from core import clock
from incentives.choices import EnrollmentStatus, PartnerRole, VendorRoleKind
from incentives.models.program import Program
from incentives.querysets import EnrollmentQuerySet


class Enrollment(models.Model):
    """A location's part in a program: the nail every plan, proof and claim hangs on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="enrollments")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="enrollments")
    status = models.CharField(max_length=12, choices=EnrollmentStatus.choices, default=EnrollmentStatus.ENROLLED)
    currency = models.CharField(_("currency"), max_length=3)
    created_at = models.DateTimeField(default=clock.now)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["location__name", "program__name"]
        constraints = [
            models.UniqueConstraint(fields=["location", "program"], name="enrollment_unique"),
            models.CheckConstraint(
                condition=models.Q(status__in=EnrollmentStatus.values), name="enrollment_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.location.name} · {self.program.name}"

    @property
    def history_thread(self) -> uuid.UUID:
        return self.pk


class IncentiveRole(models.Model):
    """One person, one location, one program, one role (R-ROLE-01). Admin includes user."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="incentive_roles")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=8, choices=PartnerRole.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "enrollment"], name="incentive_role_unique")]

    def __str__(self) -> str:
        return f"{self.user} · {self.enrollment} · {self.get_role_display()}"


class VendorRole(models.Model):
    """A vendor person's role in one program, or in every program when `program` is empty (D-01)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vendor_roles")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, null=True, blank=True, related_name="vendor_roles")
    role = models.CharField(max_length=8, choices=VendorRoleKind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "program", "role"], name="vendor_role_unique", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.program or '*'} · {self.get_role_display()}"
