from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from claims import deadlines
from claims.choices import OPEN_QUEUE, OVER, ClaimStatus, Recommendation
from claims.querysets import ClaimQuerySet
from core.models import WorkflowModel
from incentives.models import Enrollment, Period
from proofs.models import Proof


class Claim(WorkflowModel):
    """The asking for the money of one proof (R-CLM-03, D-07).

    amount: asked, in `currency`, taken from the proof at submission · period: whose funds it draws on ·
    recommended…: the reviewer's advice.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="claims")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(max_digits=15, decimal_places=3)
    currency = models.CharField(max_length=3)
    approved_amount = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    first_submitted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decision_comment = models.TextField(blank=True)
    recommendation = models.CharField(max_length=8, choices=Recommendation.choices, blank=True)
    recommended_amount = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    recommended_reason = models.TextField(blank=True)
    recommended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recommended_at = models.DateTimeField(null=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ClaimStatus.values), name="claim_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_amount_positive"),
            models.CheckConstraint(
                condition=Q(approved_amount__isnull=True)
                | (Q(approved_amount__gt=0) & Q(approved_amount__lte=F("amount"))),
                name="claim_approved_within_asked",
            ),
            models.CheckConstraint(
                condition=~Q(status=ClaimStatus.APPROVED) | Q(approved_amount__isnull=False),
                name="claim_approved_has_amount",
            ),
            models.UniqueConstraint(
                fields=["proof"],
                name="claim_one_live_a_proof",  # D-07
                condition=~Q(status__in=[status.value for status in OVER]),
            ),
        ]
        indexes = [
            models.Index(fields=["enrollment", "-created_at", "-id"], name="claim_list"),
            models.Index(fields=["-created_at", "-id"], name="claim_newest"),
            models.Index(
                fields=["due_at", "id"],
                name="claim_queue",
                condition=Q(status__in=[status.value for status in OPEN_QUEUE]),
            ),
        ]

    @property
    def history_thread(self) -> Any:
        """One dossier, one timeline: the claim writes into its proof's (D-07)."""
        return self.proof_id

    def get_absolute_url(self) -> str:
        return reverse("portal:claim", args=[self.pk])

    @property
    def keep_until(self) -> date | None:
        """How long the partner keeps the originals (R-CLM-33)."""
        return deadlines.keep_until(self.proof.executed_to) if self.proof.executed_to else None
