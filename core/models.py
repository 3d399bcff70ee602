import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import clock, triggers


class Holder(models.TextChoices):
    """Who has to act next."""

    PARTNER = "partner", _("partner")
    VENDOR = "vendor", _("vendor")
    NOBODY = "nobody", _("nobody")


class WorkflowModel(models.Model):
    """An object whose status is moved by the engine in core/workflow.py and by nothing else.

    number: readable number (D-27) · holder / holder_since: who must act, since when · due_at: when the holder
    promised to have acted · assigned_to: the person on the vendor's side who has taken it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True, editable=False)
    status = models.CharField(max_length=24)
    holder = models.CharField(max_length=8, choices=Holder.choices, default=Holder.PARTNER)
    holder_since = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def history_thread(self) -> uuid.UUID:
        """Objects that share a thread share one timeline."""
        return self.pk


class Audience(models.TextChoices):
    ALL = "all", _("both sides")
    VENDOR = "vendor", _("vendor only")


class HistoryEntry(models.Model):
    """One thing that happened: append-only, guarded by a trigger (D-26), written by core/history.py only.

    The actor's name is frozen as text beside the protected link (R-CLM-18, R-CLM-20).
    """

    thread = models.UUIDField()
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    object_label = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="history_entries"
    )
    actor_name = models.CharField(max_length=200)
    actor_side = models.CharField(max_length=8)
    action = models.CharField(max_length=60)
    old_status = models.CharField(max_length=24, blank=True)
    new_status = models.CharField(max_length=24, blank=True)
    comment = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)
    document_id = models.UUIDField(null=True)
    document_name = models.CharField(max_length=255, blank=True)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.ALL)
    request_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=clock.now)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["thread", "-id"], name="history_thread"),
            models.Index(fields=["object_id"], name="history_object"),
        ]
        triggers = [
            triggers.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"


class Notification(models.Model):
    """A line in a person's inbox; mailed after commit, a sweep sends what fell through."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=250)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=250)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    mail_after = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_inbox"),
            models.Index(fields=["user"], name="notification_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(fields=["id"], name="notification_unmailed", condition=models.Q(mailed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class KeptInput(models.Model):
    """Text fields of a form that met an ended session, kept for the same person for an hour."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    data = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["user", "path"], name="kept_input_lookup")]

    def __str__(self) -> str:
        return self.path


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Deleted")


class ExportKind(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


MEDIA_TYPES = {
    ExportKind.CSV: "text/csv; charset=utf-8",
    ExportKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """A file is its owner's alone."""
        return self.filter(owner=user) if user.is_authenticated else self.none()


class Export(models.Model):
    """A list that a job writes into a file; moved on by core/export_jobs.py only.

    listing, filters: what is in it (core/exports.py) · scope: the owner's reach when it was asked for; the file is
    handed out only while it is the same · done, total: rows · attempts, lease_until: who works on it, and until when
    that is believed · expires_at: when the file is deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = models.CharField(max_length=40)
    kind = models.CharField(max_length=4, choices=ExportKind.choices)
    filters = models.JSONField(default=dict, blank=True)
    scope = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(condition=models.Q(kind__in=ExportKind.values), name="export_kind_known"),
            models.CheckConstraint(
                condition=~models.Q(state=ExportState.DONE) | (~models.Q(key="") & models.Q(expires_at__isnull=False)),
                name="export_done_has_file",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="export_own"),
            models.Index(
                fields=["state"], name="export_open",
                condition=models.Q(state__in=[ExportState.WAITING, ExportState.WORKING, ExportState.DONE]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_servable(self) -> bool:
        return self.state == ExportState.DONE and self.expires_at is not None and self.expires_at > clock.now()

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[ExportKind(self.kind)]
