"""Earnings as the vendor reports them: files, their lines while they are judged, and what was booked of them."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core import clock, triggers
from incentives.choices import IMPORT_LOOKS, EarningType, ImportState, ReasonCode
from incentives.models.enrollment import Enrollment
from incentives.models.fund import DIGITS, PLACES, Fund, FundEntry
from incentives.models.program import Period
from incentives.querysets import EarningsImportQuerySet

ID_LENGTH, NAME_LENGTH = 64, 200


class EarningsImport(models.Model):
    """One uploaded file of earnings, checked by a worker and booked at once or not at all.

    name: as the person's computer calls it, text only · key, problems_key: in the private stores, empty when gone ·
    line_count: lines read, of them fresh_count to be booked and known_count booked before · problem_count: what is
    wrong, the first of it in `problems`, all of it in the file at problems_key · notes: what was noticed and does no
    harm · totals: the preview (services/earnings_check.py says what is in it) · program_ids: programs of its lines ·
    attempts, lease_until: a worker that is lost leaves the file to the next one (ADR 0012).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=ImportState.choices, default=ImportState.UPLOADED)
    program_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    line_count = models.PositiveIntegerField(default=0)
    fresh_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    problems_key = models.CharField(max_length=200, blank=True)
    notes = models.JSONField(default=list, blank=True)
    totals = models.JSONField(default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    booked_at = models.DateTimeField(null=True, blank=True)

    objects = EarningsImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="earnings_import_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ImportState.BOOKED) | Q(booked_at__isnull=False, booked_by__isnull=False),
                name="earnings_import_booked_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="earnings_import_newest")]
        triggers = [triggers.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("incentives:import", args=[self.pk])

    @property
    def history_thread(self) -> uuid.UUID:
        return self.pk

    @property
    def look(self) -> tuple[str, str]:
        return IMPORT_LOOKS[ImportState(self.state)]


class EarningsProblem(models.Model):
    """One thing that is wrong in a file; line 0 concerns the file as a whole. The first ones only, for the page."""

    earnings_import = models.ForeignKey(EarningsImport, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=20, blank=True)
    value = models.CharField(max_length=80, blank=True)
    message = models.TextField()

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"{self.line} {self.column}"


def _looked_up(model: Any, **options: Any) -> Any:
    """A key that a join has just found: no constraint asks for it row by row, and no index of its own."""
    return models.ForeignKey(model, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, **options)


def _share(**options: Any) -> Any:
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, **options)


class EarningsLine(models.Model):
    """A sound line of a file that waits to be booked. Scratch: an unlogged table, filled by SQL, emptied by booking.

    Its keys were looked up when it was checked; no constraint watches them, booking asks again.
    """

    pk = models.CompositePrimaryKey("earnings_import_id", "line")
    earnings_import_id = models.UUIDField()
    line = models.PositiveIntegerField()
    earning_id = models.CharField(max_length=ID_LENGTH)
    enrollment = _looked_up(Enrollment, related_name="+")
    period = _looked_up(Period, related_name="+")
    earning_type = models.CharField(max_length=6)
    transaction_date = models.DateField()
    earning_date = models.DateField()
    amount = _share()
    currency = models.CharField(max_length=3)
    coop_amount = _share()
    rebate_amount = _share()
    reason_code = models.CharField(max_length=20)
    customer_name = models.CharField(max_length=NAME_LENGTH)

    def __str__(self) -> str:
        return self.earning_id


class Earning(models.Model):
    """One booked earnings line: append-only, its id once in the vendor's life. A correction is a line of its own.

    period: the one whose earning window holds earning_date · coop_amount + rebate_amount = amount, negative in a
    correction · entry: the booking that holds its co-op share (of a pure rebate: its rebate share), none when the
    lines of that booking cancelled each other out.

    Millions of rows: the fund is a key the database asks for (migration); enrolment and period are the fund's, which
    verify_ledger counts; imports and entries are never deleted, and the lines of an entry are found by its enrolment.
    """

    earning_id = models.CharField(max_length=ID_LENGTH)
    enrollment = _looked_up(Enrollment, related_name="earnings")
    period = _looked_up(Period, related_name="+")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    earnings_import = _looked_up(EarningsImport, related_name="+")
    entry = _looked_up(FundEntry, null=True, related_name="+")
    earning_type = models.CharField(max_length=6, choices=EarningType.choices)
    transaction_date = models.DateField()
    earning_date = models.DateField()
    amount = _share()
    currency = models.CharField(max_length=3)
    coop_amount = _share()
    rebate_amount = _share()
    reason_code = models.CharField(max_length=20, choices=ReasonCode.choices, blank=True)
    customer_name = models.CharField(max_length=NAME_LENGTH, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["enrollment", "earning_date"], name="earning_of_enrollment"),
            BrinIndex(fields=["earnings_import"], name="earning_of_import", autosummarize=True),
        ]
        constraints = [
            models.UniqueConstraint(fields=["earning_id"], name="earning_id_once"),
            models.CheckConstraint(
                condition=Q(amount=F("coop_amount") + F("rebate_amount")), name="earning_shares_add_up"
            ),
            models.CheckConstraint(condition=Q(earning_type__in=EarningType.values), name="earning_type_known"),
        ]
        triggers = [triggers.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.earning_id
