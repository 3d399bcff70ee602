from django.db import models
from django.utils.translation import gettext_lazy as _


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
