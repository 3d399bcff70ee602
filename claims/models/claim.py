from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from claims import deadlines
from claims.choices import OPEN_QUEUE, OVER, ClaimStatus, LineOutcome, Recommendation
from claims.querysets import ClaimQuerySet
from core.models import WorkflowModel
from incentives.models import Enrollment, Fund, Period
from proofs.models import Proof


class Claim(WorkflowModel):
    """The asking for the money of one proof (R-CLM-03, D-07).

    amount: asked, in `currency`, taken from the proof at submission · period: whose funds it draws on ·
    recommended…: the reviewer's advice · payable, ladder: what can be paid of it and the rungs that led there, frozen
    at submission (D-11) · fund, fund_amount: where that is reserved, in the fund's currency at the rates of
    `rate_month`, the month of first submission (D-12) · turn: counts the deeds that book, so that each has its own
    cause · disputed…, dispute…: the partner's objection, dispute_against: whose decision it is about, approved_before:
    what was approved when it was raised · final_at: when a rejection went beyond dispute and the proof was free for a
    new claim (D-07).
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="claims")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(max_digits=15, decimal_places=3)
    currency = models.CharField(max_length=3)
    approved_amount = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    payable = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    ladder = models.JSONField(default=list, blank=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, related_name="+")
    fund_amount = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    rate_month = models.DateField(null=True)
    turn = models.PositiveIntegerField(default=0)
    disputed_at = models.DateTimeField(null=True)
    disputed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    dispute_reason = models.TextField(blank=True)
    dispute_against = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    dispute_decided_at = models.DateTimeField(null=True)
    approved_before = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    final_at = models.DateTimeField(null=True)
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
                condition=Q(payable__isnull=True) | (Q(payable__gte=0) & Q(payable__lte=F("amount"))),
                name="claim_payable_within_asked",
            ),
            models.CheckConstraint(
                condition=Q(payable__isnull=True)
                | Q(approved_amount__isnull=True)
                | Q(approved_amount__lte=F("payable")),
                name="claim_approved_within_payable",
            ),
            models.CheckConstraint(
                condition=~Q(status=ClaimStatus.APPROVED) | Q(approved_amount__isnull=False),
                name="claim_approved_has_amount",
            ),
            models.UniqueConstraint(
                fields=["proof"],
                name="claim_one_live_a_proof",  # D-07
                condition=~Q(status__in=[status.value for status in OVER]) & Q(final_at__isnull=True),
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

    @property
    def without_plan(self) -> bool:
        return self.proof.without_plan

    def get_absolute_url(self) -> str:
        return reverse("portal:claim", args=[self.pk])

    @property
    def is_in_dispute(self) -> bool:
        """An objection waits for its decision, whoever holds the claim meanwhile."""
        return self.disputed_at is not None and self.dispute_decided_at is None

    @property
    def keep_until(self) -> date | None:
        """How long the partner keeps the originals (R-CLM-33)."""
        return deadlines.keep_until(self.proof.executed_to) if self.proof.executed_to else None


class CapUse(models.Model):
    """How much of one cap a live claim takes: what others leave is the cap less the sum of these (D-11, R-CAP-06).

    cap: its slug in the catalogue · scope: what it is counted over (a period, a conference, a person at one) ·
    amount: in `currency`, the cap's.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="cap_uses")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    cap = models.CharField(max_length=80)
    scope = models.CharField(max_length=400)
    amount = models.DecimalField(max_digits=15, decimal_places=3)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "cap", "scope"], name="cap_use_once_a_claim"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="cap_use_not_negative"),
        ]
        indexes = [models.Index(fields=["enrollment", "cap", "scope"], name="cap_use_lookup")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.cap}: {self.amount}"


class LineDecision(models.Model):
    """The vendor's word on one cost line: as is, with changes or denied, the latter two with a reason. `round` counts
    the decisions on the claim; `asked` and `amount` are eligible costs in the claim's currency."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="line_decisions")
    round = models.PositiveIntegerField()
    line = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    outcome = models.CharField(max_length=8, choices=LineOutcome.choices)
    asked = models.DecimalField(max_digits=15, decimal_places=3)
    amount = models.DecimalField(max_digits=15, decimal_places=3)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "round", "line"], name="line_decision_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(amount__lte=F("asked")), name="line_decision_within_asked"
            ),
            models.CheckConstraint(
                condition=(Q(outcome=LineOutcome.AS_IS) & Q(amount=F("asked")))
                | (~Q(outcome=LineOutcome.AS_IS) & ~Q(reason="")),
                name="line_decision_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.outcome}"
