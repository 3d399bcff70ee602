from django.db import models
from django.utils.translation import gettext_lazy as _


class Settlement(models.TextChoices):
    """How a program pays (D-08)."""

    CLAIM = "claim", _("claims are paid")
    PLAN_PAYOUT = "plan_payout", _("the plan is paid monthly, claims prove it")


class EnrollmentStatus(models.TextChoices):
    """R-ENR-07. The vendor sets these two; the others come with enrolment by the partner."""

    ENROLLED = "enrolled", _("Enrolled")
    INACTIVE = "inactive", _("Inactive")


class PartnerRole(models.TextChoices):
    """A person's role for one location in one program (R-ROLE-01)."""

    ADMIN = "admin", _("Incentives admin")
    USER = "user", _("Incentives user")


class VendorRoleKind(models.TextChoices):
    """A vendor person's role in one program (D-01). One person may hold both."""

    REVIEWER = "reviewer", _("Reviewer")
    ADMIN = "admin", _("Incentives admin")


TONES = {EnrollmentStatus.ENROLLED: "green", EnrollmentStatus.INACTIVE: "grey"}
