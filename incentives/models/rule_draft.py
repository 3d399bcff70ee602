import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from incentives.catalogue import ActivitySpec
from incentives.choices import DraftState
from incentives.models.activity_type import ActivityType
from incentives.models.program import Program, ProgramYear


class RuleDraft(models.Model):
    """Rules of a program that are being written and hold for nobody yet; several people write the same one (R-PROG-07).

    version: raised by every edit, so that what was compared and what is published are the same · levels: {code of a
    check: level} as in RuleSet, none = as they are live. `types` hold what is changed of the activity types.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="rule_drafts")
    state = models.CharField(max_length=9, choices=DraftState.choices, default=DraftState.OPEN)
    version = models.PositiveIntegerField(default=1)
    levels = models.JSONField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DraftState.values), name="rule_draft_state_known"),
            models.UniqueConstraint(
                fields=["program"], condition=Q(state=DraftState.OPEN), name="rule_draft_one_open_a_program"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program} {self.version}"


class DraftType(models.Model):
    """One activity type as the draft would have it. based_on: the version it replaces, none = a new type."""

    draft = models.ForeignKey(RuleDraft, on_delete=models.CASCADE, related_name="types")
    program_year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="+")
    based_on = models.ForeignKey(ActivityType, on_delete=models.PROTECT, null=True, related_name="+")
    slug = models.SlugField(max_length=60)
    spec = models.JSONField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["program_year", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "program_year", "slug"], name="draft_type_once_a_year"),
        ]

    def __str__(self) -> str:
        name: Any = self.spec["name"]
        return str(name)

    @property
    def parsed(self) -> ActivitySpec:
        return ActivitySpec.from_dict(self.spec)
