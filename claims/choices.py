from django.db import models
from django.utils.translation import gettext_lazy as _

from proofs.choices import ProofStatus


class ClaimStatus(models.TextChoices):
    """Rulebook section 8. "Paid" is not among them: a payment has its own status."""

    EDITING = "editing", _("Editing")
    SUBMITTED = "submitted", _("Submitted")
    UNDER_REVIEW = "under_review", _("Under review")
    ACTION_REQUIRED = "action_required", _("Action required")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    DISPUTED = "disputed", _("Disputed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


OPEN_QUEUE = (ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.DISPUTED)
# Money is set aside for these (R-FUND-14).
SETS_ASIDE = (
    ClaimStatus.SUBMITTED,
    ClaimStatus.UNDER_REVIEW,
    ClaimStatus.ACTION_REQUIRED,
    ClaimStatus.DISPUTED,
)
OVER = (ClaimStatus.WITHDRAWN, ClaimStatus.EXPIRED)  # and a rejection beyond dispute (D-07)
PATH = (ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED)
TONES = {
    ClaimStatus.EDITING: "grey",
    ClaimStatus.SUBMITTED: "blue",
    ClaimStatus.UNDER_REVIEW: "blue",
    ClaimStatus.ACTION_REQUIRED: "amber",
    ClaimStatus.APPROVED: "green",
    ClaimStatus.REJECTED: "red",
    ClaimStatus.DISPUTED: "purple",
    ClaimStatus.WITHDRAWN: "grey",
    ClaimStatus.EXPIRED: "grey",
}
# D-07: the proof's status that goes with each of the claim's.
PROOF_STATUS = {
    ClaimStatus.EDITING: ProofStatus.EDITING,
    ClaimStatus.SUBMITTED: ProofStatus.SUBMITTED,
    ClaimStatus.UNDER_REVIEW: ProofStatus.UNDER_REVIEW,
    ClaimStatus.ACTION_REQUIRED: ProofStatus.ACTION_REQUIRED,
    ClaimStatus.APPROVED: ProofStatus.APPROVED,
    ClaimStatus.REJECTED: ProofStatus.REJECTED,
    ClaimStatus.DISPUTED: ProofStatus.UNDER_REVIEW,
    ClaimStatus.WITHDRAWN: ProofStatus.EDITING,
    ClaimStatus.EXPIRED: ProofStatus.EDITING,
}


class Recommendation(models.TextChoices):
    """A reviewer's recorded advice, not a state (D-01)."""

    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")


class LineOutcome(models.TextChoices):
    """What the vendor decides on one cost line."""

    AS_IS = "as_is", _("As is")
    CHANGED = "changed", _("With changes")
    DENIED = "denied", _("Denied")
