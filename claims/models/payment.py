from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from claims.choices import TAKEN, UNTAKEN, LineState, PaymentStatus, RunState, TaxInvoiceState
from claims.models.claim import Claim
from claims.querysets import OfPaymentQuerySet, PaymentQuerySet, RunQuerySet
from core import clock
from core.models import WorkflowModel
from incentives.models import Enrollment, Fund, PayoutProfile, Program
from plans.models import PlanPayout
from proofs.models import Document


def _amount(**options: Any) -> Any:
    return models.DecimalField(max_digits=15, decimal_places=3, **options)


def _rate() -> Any:
    return models.DecimalField(max_digits=18, decimal_places=8, null=True)


class Payment(WorkflowModel):
    """What is owed for one approval, or for one monthly payout of a plan, until the bank says that it was sent
    (R-CLM-30). We move no money.

    amount: in the fund's currency · pay_amount, pay_currency: the same for the bank account, at the two rates (units
    per USD) of rate_month, the month of approval (D-12); empty until bank data and rates are known · approved_at: of
    the approval that made it or made it grow · promised_by: empty while a tax invoice is missing (R-CLM-28) · held:
    why the vendor holds it back · bank_reason: the bank's words on what it returned.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="payments")
    payout = models.OneToOneField(PlanPayout, on_delete=models.PROTECT, null=True, related_name="payment")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    amount = _amount()
    currency = models.CharField(max_length=3)
    pay_amount = _amount(null=True)
    pay_currency = models.CharField(max_length=3, blank=True)
    fund_rate = _rate()
    pay_rate = _rate()
    rate_month = models.DateField(null=True)
    approved_at = models.DateTimeField()
    promised_by = models.DateField(null=True)
    held = models.TextField(blank=True)
    sent_on = models.DateField(null=True)
    bank_reason = models.TextField(blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(claim__isnull=True, payout__isnull=False) | Q(claim__isnull=False, payout__isnull=True),
                name="payment_of_claim_or_payout",
            ),
            models.CheckConstraint(
                condition=Q(pay_amount__isnull=True) | (Q(pay_amount__gt=0) & ~Q(pay_currency="")),
                name="payment_pay_amount_positive",
            ),
            models.CheckConstraint(
                condition=~Q(status=PaymentStatus.SENT) | Q(sent_on__isnull=False), name="payment_sent_has_day"
            ),
            models.UniqueConstraint(
                fields=["claim"],
                name="payment_one_open_a_claim",  # D-12
                condition=Q(status__in=[status.value for status in UNTAKEN]),
            ),
        ]
        indexes = [
            models.Index(fields=["enrollment", "-created_at", "-id"], name="payment_list"),
            models.Index(fields=["-created_at", "-id"], name="payment_newest"),
            models.Index(fields=["status"], name="payment_status"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("claims:payment", args=[self.pk])

    @property
    def wanted_amount(self) -> Decimal:
        """As the bank is to send it, when that is known; else in the fund's currency."""
        return self.amount if self.pay_amount is None else self.pay_amount

    @property
    def wanted_currency(self) -> str:
        return self.currency if self.pay_amount is None else self.pay_currency


class TaxInvoice(models.Model):
    """The partner's tax invoice for a payment; its file is a document of the claim's proof (R-CUR-09)."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="tax_invoices")
    invoice_number = models.CharField(max_length=80)
    date = models.DateField()
    amount = _amount()
    currency = models.CharField(max_length=3)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=TaxInvoiceState.choices, default=TaxInvoiceState.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = OfPaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                name="tax_invoice_one_open_a_payment",
                condition=Q(state=TaxInvoiceState.SUBMITTED),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tax_invoice_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.invoice_number


class PaymentRun(WorkflowModel):
    """Payments of one program in one currency of bank accounts, confirmed and sent as one file (D-01).

    month: whose rates the minimum was tested with (D-12 d) · …_key, …_sha256: the files in the private store,
    encrypted there; the digest is of what the bank receives.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    month = models.DateField(null=True)
    total = _amount(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    schema = models.CharField(max_length=20, blank=True)
    xml_key = models.CharField(max_length=100, blank=True)
    xml_sha256 = models.CharField(max_length=64, blank=True)
    csv_key = models.CharField(max_length=100, blank=True)
    csv_sha256 = models.CharField(max_length=64, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RunState.values), name="run_status_known"),
            models.UniqueConstraint(
                fields=["program", "currency"], name="run_one_preview", condition=Q(status=RunState.PREVIEW)
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="run_newest")]

    def get_absolute_url(self) -> str:
        return reverse("claims:run", args=[self.pk])


class RunLine(models.Model):
    """One payment as it went into a run: frozen, but for what the bank made of it."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    amount = _amount()
    currency = models.CharField(max_length=3)
    profile = models.ForeignKey(PayoutProfile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=13, choices=LineState.choices, default=LineState.OPEN)
    reason = models.TextField(blank=True)
    answered_on = models.DateField(null=True)

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "payment"], name="run_line_once_a_run"),
            models.UniqueConstraint(
                fields=["payment"],
                name="run_line_in_one_run",
                condition=Q(state__in=[state.value for state in TAKEN]),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="run_line_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.position}"


class BankResult(models.Model):
    """A file of the bank that was taken in; the same one a second time changes nothing."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="results")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    changed = models.PositiveIntegerField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["run", "sha256"], name="bank_result_once")]

    def __str__(self) -> str:
        return self.name
