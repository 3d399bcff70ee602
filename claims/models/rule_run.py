import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from claims.choices import CompareState
from claims.models.claim import Claim
from core import clock
from incentives.models import Period, ProgramYear, RuleDraft


class RuleRun(models.Model):
    """What a draft of the rules would have changed for the claims of a period or a program year: a job compares them.

    draft_version: the state of the draft that is compared; a later edit needs another run · done, total: claims ·
    attempts, lease_until: who works on it, and until when that is believed · totals: once it is done,
    [{currency, claims, before, after}] of the claims whose money changes, and how many claims change in `changed`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(RuleDraft, on_delete=models.CASCADE, related_name="+")
    draft_version = models.PositiveIntegerField()
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, related_name="+")
    program_year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=CompareState.choices, default=CompareState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    changed = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CompareState.values), name="rule_run_state_known"),
            models.CheckConstraint(
                condition=Q(period__isnull=False, program_year__isnull=True)
                | Q(period__isnull=True, program_year__isnull=False),
                name="rule_run_of_period_or_year",
            ),
        ]

    def __str__(self) -> str:
        return str(self.span)

    def get_absolute_url(self) -> str:
        return reverse("portal:rule_run", args=[self.draft.program_id, self.pk])

    @property
    def span(self) -> Any:
        """The period or the program year whose claims are compared."""
        return self.period if self.period_id else self.program_year


class RuleDifference(models.Model):
    """One claim of a run. position: counts from 1 in the order of the run · effects: what would be different, in
    sentences · before, after: payable under both rules, in the claim's currency, none where it cannot be told."""

    run = models.ForeignKey(RuleRun, on_delete=models.CASCADE, related_name="differences")
    position = models.PositiveIntegerField()
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="+")
    changed = models.BooleanField()
    effects = models.JSONField(default=list, blank=True)
    before = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    after = models.DecimalField(max_digits=15, decimal_places=3, null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="rule_difference_position")]
        indexes = [models.Index(fields=["run", "position"], name="rule_difference_changed", condition=Q(changed=True))]

    def __str__(self) -> str:
        return f"{self.claim_id}: {len(self.effects)}"
