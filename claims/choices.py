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


class PaymentStatus(models.TextChoices):
    """R-CLM-30. Cancelled is ours: the approval was undone before a run took the payment (D-15)."""

    UNPROCESSED = "unprocessed", _("Unprocessed")
    UPCOMING = "upcoming", _("Upcoming")
    PENDING_TAX_INVOICE = "pending_tax_invoice", _("Pending tax invoice")
    TAX_INVOICE_REVIEW = "tax_invoice_review", _("Tax invoice under review")
    TAX_INVOICE_REJECTED = "tax_invoice_rejected", _("Tax invoice rejected")
    REJECTED_IN_REVIEW = "rejected_in_review", _("Rejected during review")
    IN_PROGRESS = "in_progress", _("In progress")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    REPROCESSING = "reprocessing", _("Reprocessing")
    REVERSED = "reversed", _("Reversed")
    BANK_REJECTED = "bank_rejected", _("Rejected by the bank")
    INCORRECT = "incorrect", _("Incorrect payment")
    CANCELLED = "cancelled", _("Cancelled")


TAX_WAITING = (PaymentStatus.PENDING_TAX_INVOICE, PaymentStatus.TAX_INVOICE_REVIEW, PaymentStatus.TAX_INVOICE_REJECTED)
# Not yet taken by a run: it can grow, or be cancelled with its approval. One of these a claim at most.
UNTAKEN = (PaymentStatus.UNPROCESSED, PaymentStatus.UPCOMING, *TAX_WAITING)
PAYABLE = (PaymentStatus.UNPROCESSED, PaymentStatus.UPCOMING, PaymentStatus.REPROCESSING)  # what a run may take
UNPAID = (
    *UNTAKEN, PaymentStatus.IN_PROGRESS, PaymentStatus.FAILED, PaymentStatus.REPROCESSING, PaymentStatus.REVERSED,
    PaymentStatus.BANK_REJECTED,
)  # fmt: skip
RETURNED = (PaymentStatus.FAILED, PaymentStatus.BANK_REJECTED, PaymentStatus.REVERSED)


class TaxInvoiceState(models.TextChoices):
    SUBMITTED = "submitted", _("Waiting for approval")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")


class RunState(models.TextChoices):
    """A payment run (D-01): what is in it is open in the preview and frozen from the confirmation on."""

    PREVIEW = "preview", _("Preview")
    CONFIRMED = "confirmed", _("Confirmed")
    FILE_MADE = "file_made", _("File made")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class LineState(models.TextChoices):
    """What became of one payment in one run."""

    OPEN = "open", _("Waiting for the bank")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    BANK_REJECTED = "bank_rejected", _("Rejected by the bank")
    REVERSED = "reversed", _("Reversed")
    RELEASED = "released", _("Taken out")


TAKEN = (LineState.OPEN, LineState.SENT)  # a payment stands in one line of these at most


class CompareState(models.TextChoices):
    """A comparison of rules."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("Being compared")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
