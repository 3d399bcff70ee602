import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from proofs.choices import UNDECIDED, DocumentState, Level, ReadBy, ReadingState, Section, TwinKind, Verdict
from proofs.models.costs import Invoice
from proofs.models.proof import Proof
from proofs.querysets import DocumentQuerySet, LikenessQuerySet


class Document(models.Model):
    """One piece of evidence: a file, or an address or text typed in (`value`).

    proof: none while it lies in the receipt bin · bin: the bin it was dropped into, kept when it has left it · parent:
    the e-mail it was attached to; the e-mail is the evidence, this only shows what is in it ·
    card: slug of the requirement it was put on · kind: kind found by the checks, "url" or "text" for typed ones ·
    key: random name in the stores · sha256, crc32, size: of the bytes as they arrived · verdict…: the reviewer's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, null=True, related_name="documents")
    bin = models.ForeignKey("proofs.ReceiptBin", on_delete=models.PROTECT, null=True, related_name="documents")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="attachments")
    invoice = models.ForeignKey(Invoice, on_delete=models.SET_NULL, null=True, related_name="documents")
    section = models.CharField(max_length=8, choices=Section.choices)
    card = models.CharField(max_length=160, blank=True)
    name = models.CharField(max_length=255)
    note = models.TextField(_("note"), blank=True)
    value = models.TextField(blank=True)
    kind = models.CharField(max_length=12, blank=True)
    media_type = models.CharField(max_length=100, default="application/octet-stream")
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    crc32 = models.BigIntegerField(default=0)
    key = models.CharField(max_length=100, blank=True)
    generated = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=DocumentState.choices, default=DocumentState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    verdict_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verdict_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DocumentState.values), name="document_state_known"),
            models.CheckConstraint(
                condition=Q(proof__isnull=False) | Q(bin__isnull=False), name="document_of_proof_or_bin"
            ),
            models.UniqueConstraint(
                fields=["proof", "sha256"],
                name="document_once_a_proof",  # D-20
                condition=Q(removed_at__isnull=True, parent__isnull=True, generated=False) & ~Q(sha256=""),
            ),
            models.UniqueConstraint(
                fields=["bin", "sha256"],
                name="document_once_a_bin",
                condition=Q(removed_at__isnull=True, parent__isnull=True, proof__isnull=True) & ~Q(sha256=""),
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="document_digest", condition=~Q(sha256="")),
            models.Index(
                fields=["queued_at"],
                name="document_undecided",
                condition=Q(state__in=[state.value for state in UNDECIDED], removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("proofs:document", args=[self.pk])

    @property
    def holder(self) -> Any:
        """Whose history tells of it: its proof, or the bin it lies in."""
        return self.proof if self.proof_id else self.bin

    @property
    def is_file(self) -> bool:
        return bool(self.key)

    @property
    def is_servable(self) -> bool:
        """Only what has passed the checks leaves the house."""
        return self.is_file and self.state == DocumentState.CLEAN and self.removed_at is None


class DocumentCheck(models.Model):
    """What one check said about one document in its newest attempt."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveSmallIntegerField()
    check_name = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=8, choices=Level.choices)
    message = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    duration_ms = models.FloatField(default=0)
    attempt = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["document", "position"]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.level}"


class DocumentReading(models.Model):
    """What a machine reads of one clean document, apart from its checks: it may take long and may fail.

    by: what reads it: the text layer, or eyes (OCR) · values: by field, as proofs.reading.base.Value.plain() · lines:
    [page, box, text] of what is printed, the first MOST_LINES · compared_at: when its twins were last looked for ·
    lease_until, attempts: as those of the checks (D-20).
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="reading")
    by = models.CharField(max_length=8, choices=ReadBy.choices)
    state = models.CharField(max_length=8, choices=ReadingState.choices, default=ReadingState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    values = models.JSONField(default=dict, blank=True)
    lines = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["queued_at"],
                name="reading_undone",
                condition=Q(state__in=[ReadingState.WAITING, ReadingState.READING]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.state}"


class DocumentPicture(models.Model):
    """A viewable copy of one page, made by us of a clean document: page from 1, 0 = the thumbnail; sizes in pixels.

    key: in the store of pictures · the original is never replaced by it.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="pictures")
    page = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering = ["document", "page"]
        constraints = [models.UniqueConstraint(fields=["document", "page"], name="picture_once_a_page")]

    name = "page.jpg"
    media_type = "image/jpeg"
    is_servable = True  # made by us of a clean document; who may see it is asked of that

    def __str__(self) -> str:
        return f"{self.document}, {self.page}"


class Likeness(models.Model):
    """One look of a picture, found again when it was resized, encoded anew or cropped (proofs.likeness).

    sketch: the look itself, small and grey: what candidates are compared by · bands: numbers that looks of the same
    picture share some of, as an index takes them.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="looks")
    sketch = models.BinaryField()
    bands = ArrayField(models.IntegerField())

    objects = LikenessQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["bands"], name="likeness_bands", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.document}"


class Twin(models.Model):
    """A document that was found in another one's proof too: the same bytes, or the same picture (R-CLM-12).

    Kept as found when the later one was checked, whoever's they are. Who may learn of it is asked when it is shown:
    proofs.elsewhere. distance: per mille by which the pictures differ, 0 for the same bytes.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="twins")
    other = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=8, choices=TwinKind.choices)
    distance = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "other"], name="twin_once")]

    def __str__(self) -> str:
        return f"{self.document} = {self.other}"
