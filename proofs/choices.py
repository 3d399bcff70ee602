from django.db import models
from django.utils.translation import gettext_lazy as _


class ProofStatus(models.TextChoices):
    """Rulebook section 7. From submission on the claim drives it (D-07)."""

    EDITING = "editing", _("Editing")
    SUBMITTED = "submitted", _("Submitted")
    UNDER_REVIEW = "under_review", _("Under review")
    ACTION_REQUIRED = "action_required", _("Action required")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


WITH_PARTNER = (ProofStatus.EDITING, ProofStatus.ACTION_REQUIRED)
WITH_VENDOR = (ProofStatus.SUBMITTED, ProofStatus.UNDER_REVIEW)
PATH = (ProofStatus.EDITING, ProofStatus.SUBMITTED, ProofStatus.UNDER_REVIEW, ProofStatus.APPROVED)
TONES = {
    ProofStatus.EDITING: "grey",
    ProofStatus.SUBMITTED: "blue",
    ProofStatus.UNDER_REVIEW: "blue",
    ProofStatus.ACTION_REQUIRED: "amber",
    ProofStatus.APPROVED: "green",
    ProofStatus.REJECTED: "red",
}


class DocumentState(models.TextChoices):
    """D-20. failed: the machine could not decide; can be run again; never served."""

    PENDING = "pending", _("Waiting for the check")
    CHECKING = "checking", _("Being checked")
    CLEAN = "clean", _("Looks good")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Could not be checked")


UNDECIDED = (DocumentState.PENDING, DocumentState.CHECKING)
UNUSABLE = (DocumentState.REFUSED, DocumentState.FAILED)
STATE_TONES = {
    DocumentState.PENDING: "blue",
    DocumentState.CHECKING: "blue",
    DocumentState.CLEAN: "green",
    DocumentState.REFUSED: "red",
    DocumentState.FAILED: "amber",
}


class Section(models.TextChoices):
    """Where a document belongs; the folders of the bundle follow it."""

    PROOF = "proof", _("Proof documents")
    INVOICE = "invoice", _("Invoices")
    CERTIFICATION = "csr", _("Certification statement and report")
    TAX = "tax", _("Tax invoices")  # belongs to the payment, not to the evidence (R-CUR-09)


class Level(models.TextChoices):
    PASS = "pass", _("pass")
    NOTE = "note", _("note")
    WARNING = "warning", _("warning")
    STOP = "stop", _("stop")


class Verdict(models.TextChoices):
    """The reviewer's word on one document."""

    ACCEPTED = "accepted", _("Accepted")
    REDO = "redo", _("Redo")


class FindingState(models.TextChoices):
    OPEN = "open", _("To fix")
    FIXED = "fixed", _("Fixed")
    CLOSED = "closed", _("Closed")


class ReadBy(models.TextChoices):
    """What reads a document: its text layer, or eyes where it has none (optical character recognition)."""

    TEXT = "text", _("text")
    EYES = "eyes", _("picture")


class ReadingState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be read")
    READING = "reading", _("Being read")
    DONE = "done", _("Read")
    FAILED = "failed", _("Could not be read")


UNREAD = (ReadingState.WAITING, ReadingState.READING)


class TwinKind(models.TextChoices):
    SAME = "same", _("the same file")
    ALIKE = "alike", _("the same picture")
