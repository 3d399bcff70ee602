from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

LIMIT_WARNING = Decimal("0.8")  # ours: from this share of the limit on, people are warned before it is reached (N-15)
PAYS_AFTER_YEAR = timedelta(days=366)  # ours: a limit raised in the last days that allow it has paid by then


class PlanStatus(models.TextChoices):
    """Rulebook section 5."""

    EDITING = "editing", _("Editing")
    SUBMITTED = "submitted", _("Submitted")
    UNDER_REVIEW = "under_review", _("Under review")
    ACTION_REQUIRED = "action_required", _("Action required")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


WITH_VENDOR = (PlanStatus.SUBMITTED, PlanStatus.UNDER_REVIEW)
NEEDS_PARTNER = (PlanStatus.EDITING, PlanStatus.ACTION_REQUIRED)
PATH = (PlanStatus.EDITING, PlanStatus.SUBMITTED, PlanStatus.UNDER_REVIEW, PlanStatus.APPROVED)
TONES = {
    PlanStatus.EDITING: "grey",
    PlanStatus.SUBMITTED: "blue",
    PlanStatus.UNDER_REVIEW: "blue",
    PlanStatus.ACTION_REQUIRED: "amber",
    PlanStatus.APPROVED: "green",
    PlanStatus.REJECTED: "red",
}
