import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import WorkflowModel
from core.money import quantize
from incentives.catalogue import ActivitySpec
from incentives.models import ActivityType, Enrollment, Period
from plans.models import Activity
from proofs.choices import UNDECIDED, DocumentState, FindingState, Level, ProofStatus, Section, Verdict
from proofs.querysets import DocumentQuerySet, OfProofQuerySet, ProofQuerySet


class Proof(WorkflowModel):
    """The dossier of one execution: everything that shows it took place (R-POE-01…13).

    A draft may hold anything a field can hold (D-17). activity_type is the version it was made under (R-ACT-06).
    answers, metrics, core_requirements: values by slug of the type's spec · period: the usage period chosen where there
    is no plan (D-05) · country: where the work took place, asked where no planned activity says it (D-06) ·
    vendor_share: per cent of the content that is the vendor's (R-CLM-35) · conference…, attendees: asked of types with
    caps a conference (D-11) · disputable_until: last day on which the partner may add evidence to dispute a decision
    (R-CLM-25).
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="+")
    activity_type = models.ForeignKey(ActivityType, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    country = models.CharField(_("country"), max_length=2, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    executed_from = models.DateField(_("first day of the work"), null=True, blank=True)
    executed_to = models.DateField(_("last day of the work"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3, null=True, blank=True)
    currency = models.CharField(max_length=3)
    vendor_share = models.DecimalField(
        _("share of the vendor's content"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    conference_name = models.CharField(_("conference"), max_length=120, blank=True)
    conference_on = models.DateField(_("first day of the conference"), null=True, blank=True)
    attendees = ArrayField(models.CharField(max_length=150), default=list, blank=True)
    estimated_impressions = models.CharField(max_length=20, blank=True)
    preapproval_id = models.CharField(max_length=60, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    metrics = models.JSONField(default=dict, blank=True)
    core_requirements = models.JSONField(default=dict, blank=True)
    final_comments = models.TextField(blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    disputable_until = models.DateField(null=True, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ProofStatus.values), name="proof_status_known"),
            models.CheckConstraint(
                condition=Q(activity__isnull=False, period__isnull=True)
                | Q(activity__isnull=True, period__isnull=False),
                name="proof_of_activity_or_period",
            ),
            models.UniqueConstraint(
                "activity",
                Lower("name"),
                name="proof_name_unique",
                condition=Q(activity__isnull=False) & ~Q(name=""),
            ),
        ]
        indexes = [models.Index(fields=["enrollment", "-created_at", "-id"], name="proof_list")]

    @property
    def spec(self) -> ActivitySpec:
        return self.activity_type.parsed

    @property
    def without_plan(self) -> bool:
        """A co-op claim of its own: nobody planned and approved it before (R-PROG-05)."""
        return self.activity_id is None

    def get_absolute_url(self) -> str:
        return reverse("portal:proof", args=[self.pk])


class Invoice(models.Model):
    """An invoice of an outside company: details typed in, its file attached (R-CLM-12)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="invoices")
    supplier = models.CharField(_("supplier"), max_length=200, blank=True)
    number = models.CharField(_("invoice number"), max_length=80, blank=True)
    date = models.DateField(_("invoice date"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = OfProofQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return " ".join(part for part in (self.supplier, self.number) if part) or str(_("Invoice"))


class InvoiceLine(models.Model):
    """One line: net + tax = gross, in the invoice's currency."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    description = models.CharField(_("description"), max_length=200, blank=True)
    expense_type = models.CharField(_("expense type"), max_length=60, blank=True)
    net = models.DecimalField(_("net"), max_digits=15, decimal_places=3, null=True, blank=True)
    tax = models.DecimalField(_("tax"), max_digits=15, decimal_places=3, null=True, blank=True)
    gross = models.DecimalField(_("gross"), max_digits=15, decimal_places=3, null=True, blank=True)
    attendee = models.CharField(_("traveller"), max_length=150, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.description or self.expense_type


class CertificationReport(models.Model):
    """Certification statement and report for work of one's own people (D-19, R-CLM-13)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.OneToOneField(Proof, on_delete=models.CASCADE, related_name="certification")
    activity = models.CharField(_("work done"), max_length=200, blank=True)
    period_from = models.DateField(_("from"), null=True, blank=True)
    period_to = models.DateField(_("to"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    statement = models.TextField(blank=True)
    certifier_name = models.CharField(_("name"), max_length=150, blank=True)
    certifier_title = models.CharField(_("title"), max_length=150, blank=True)
    certified_on = models.DateField(_("date"), null=True, blank=True)

    objects = OfProofQuerySet.as_manager()

    def __str__(self) -> str:
        return str(_("Certification statement and report"))

    def total(self) -> Decimal:
        """Hours × rate of the work lines, each rounded, plus the other costs."""
        return sum((line.cost() for line in self.lines.all()), Decimal(0))


class CertificationLine(models.Model):
    """Work of one person (hours × hourly rate), or one other cost (`hours` and `rate` empty, `amount` set)."""

    report = models.ForeignKey(CertificationReport, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    is_work = models.BooleanField(default=True)
    person = models.CharField(_("person"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=150, blank=True)
    period = models.CharField(_("period"), max_length=80, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=8, decimal_places=2, null=True, blank=True)
    rate = models.DecimalField(_("hourly rate"), max_digits=12, decimal_places=3, null=True, blank=True)
    description = models.CharField(_("what for"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.person if self.is_work else self.description

    def cost(self) -> Decimal:
        """Rounded to the currency's minor unit, so that the lines add up to the total as printed (D-11)."""
        if self.is_work:
            return quantize((self.hours or Decimal(0)) * (self.rate or Decimal(0)), self.report.currency)
        return self.amount or Decimal(0)


class Document(models.Model):
    """One piece of evidence: a file, or an address or text typed in (`value`).

    card: slug of the requirement it was put on · kind: kind found by the checks, "url" or "text" for typed ones ·
    key: random name in the stores · sha256, crc32, size: of the bytes as they arrived · verdict…: the reviewer's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="documents")
    invoice = models.ForeignKey(Invoice, on_delete=models.SET_NULL, null=True, related_name="documents")
    section = models.CharField(max_length=8, choices=Section.choices)
    card = models.CharField(max_length=160)
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
            models.UniqueConstraint(
                fields=["proof", "sha256"],
                name="document_once_a_proof",  # D-20
                condition=Q(removed_at__isnull=True) & ~Q(sha256="") & Q(generated=False),
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


class Finding(models.Model):
    """Something the reviewer wants fixed: on one document, on one card, or on the whole (R-CLM-19).

    card: slug of the card concerned, empty for the whole.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="findings")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="findings")
    card = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=8, choices=FindingState.choices, default=FindingState.OPEN)
    sent = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    reply = models.TextField(blank=True)
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    fixed_at = models.DateTimeField(null=True)

    objects = OfProofQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:80]

    def as_plain(self) -> dict[str, Any]:
        return {"card": self.card, "document": self.document.name if self.document else "", "text": self.text}
