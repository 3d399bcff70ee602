from typing import Any

from django.conf import settings
from django.db import models

from incentives.catalogue import ActivitySpec, with_vendor
from incentives.models.program import ProgramYear
from incentives.querysets import ActivityTypeQuerySet

_parsed: dict[tuple[int, str], ActivitySpec] = {}


class ActivityType(models.Model):
    """One version of one catalogue entry in one program year (R-ACT-03, R-ACT-06).

    spec: the entry as incentives/catalogue normalises it, self-contained; a proof keeps the version it was made
    under · edited: published from a draft of the rules, so that the catalogue file no longer changes it.
    """

    program_year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="activity_types")
    slug = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=40)
    enabled = models.BooleanField(default=True)
    spec = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True)
    edited = models.BooleanField(default=False)

    objects = ActivityTypeQuerySet.as_manager()

    class Meta:
        ordering = ["category", "name"]
        constraints = [
            models.UniqueConstraint(fields=["program_year", "slug", "version"], name="activity_type_version_unique"),
            models.UniqueConstraint(
                fields=["program_year", "slug"],
                condition=models.Q(superseded_at__isnull=True),
                name="activity_type_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """Its name with the vendor's in it."""
        return with_vendor(self.name, settings.VENDOR_NAME)

    @property
    def parsed(self) -> ActivitySpec:
        """The spec as an object. Read once a process: a version never changes, a changed entry is a new one."""
        mark = (self.pk, self.fingerprint)
        if mark not in _parsed:
            _parsed[mark] = ActivitySpec.from_dict(self.spec)
        return _parsed[mark]

    @property
    def category_name(self) -> str:
        category: Any = self.spec.get("category_name", self.category)
        return str(category)
