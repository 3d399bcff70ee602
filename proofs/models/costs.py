import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.money import quantize
from proofs.models.proof import Proof
from proofs.querysets import OfProofQuerySet


class Invoice(models.Model):
    """An invoice of an outside company: details typed in, its file attached (R-CLM-12).

    used_share: per cent of it that is claimed here, where it is declared that others claim the rest; none = all of it ·
    mark: what makes it the same invoice elsewhere (supplier, number, gross; normalised), "" while one is missing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="invoices")
    supplier = models.CharField(_("supplier"), max_length=200, blank=True)
    number = models.CharField(_("invoice number"), max_length=80, blank=True)
    date = models.DateField(_("invoice date"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    used_share = models.DecimalField(_("share used here"), max_digits=5, decimal_places=2, null=True, blank=True)
    mark = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = OfProofQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_share__isnull=True) | Q(used_share__gt=0, used_share__lte=100),
                name="invoice_share_percent",
            )
        ]

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
    """Certification statement and report for work of one's own people (D-19, R-CLM-13).

    signed_…: the electronic signature: who, under which name, when, and the SHA-256 of what was signed (proofs/
    signature.py); all empty until then. A change voids it: the digest goes, who signed last stays readable.
    """

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
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_name = models.CharField(max_length=150, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_digest = models.CharField(max_length=64, blank=True)

    objects = OfProofQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_digest="")
                | Q(signed_by__isnull=False, signed_at__isnull=False) & ~Q(signed_name=""),
                name="report_signature_whole",
            )
        ]

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
