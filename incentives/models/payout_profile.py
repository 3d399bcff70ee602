import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock, triggers
from incentives.choices import AccountKind, PainFormat, PayoutState
from incentives.models.enrollment import Enrollment
from incentives.models.program import Program
from incentives.querysets import PayingAccountQuerySet, PayoutProfileQuerySet

SHOWN_DIGITS = 4


class BankAccount(models.Model):
    """A bank account whose number lies encrypted; only its last digits are kept plain."""

    holder = models.CharField(_("account holder"), max_length=70)
    bank_country = models.CharField(_("country of the bank"), max_length=2)
    kind = models.CharField(_("kind of account"), max_length=5, choices=AccountKind.choices, default=AccountKind.IBAN)
    account_sealed = models.TextField(editable=False)
    last_four = models.CharField(max_length=SHOWN_DIGITS, editable=False)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    routing_code = models.CharField(_("routing code"), max_length=28, blank=True)
    bank_name = models.CharField(_("bank"), max_length=140, blank=True)
    currency = models.CharField(_("currency of the account"), max_length=3)

    class Meta:
        abstract = True

    @property
    def masked(self) -> str:
        """All that is ever shown of the number."""
        return f"•••• {self.last_four}"


class PayoutProfile(BankAccount):
    """One version of an enrolment's bank and tax data. Append-only, the newest counts (R-ENR-06, D-16).

    needs_second: the data were changed while approved money waited, so a second vendor person has to confirm them
    before the next run.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="payout_profiles")
    version = models.PositiveIntegerField()
    country = models.CharField(_("country of the account holder"), max_length=2)
    tax_country = models.CharField(_("tax country"), max_length=2)
    tax_number = models.CharField(_("tax number"), max_length=40)
    state = models.CharField(max_length=9, choices=PayoutState.choices, default=PayoutState.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now)
    validated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    validated_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    needs_second = models.BooleanField(default=False)
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)

    objects = PayoutProfileQuerySet.as_manager()

    class Meta:
        ordering = ["enrollment", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "version"], name="payout_profile_version_unique"),
            models.CheckConstraint(condition=Q(state__in=PayoutState.values), name="payout_profile_state_known"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("validated_by")),
                name="payout_profile_two_persons",  # D-16
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at"], name="payout_profile_waiting", condition=Q(state="submitted")),
        ]
        triggers = [
            triggers.Protect(name="never_deleted", operation=pgtrigger.Delete),
            triggers.ReadOnly(
                name="versions_stay",  # the sealed number may be encrypted anew with another key
                fields=[
                    "enrollment", "version", "holder", "country", "bank_country", "kind", "last_four", "bic",
                    "routing_code", "bank_name", "currency", "tax_country", "tax_number", "submitted_by",
                    "submitted_at", "needs_second",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.enrollment} · {self.version}"

    @property
    def history_thread(self) -> uuid.UUID:
        return self.pk

    @property
    def is_ready(self) -> bool:
        """May be paid to: validated, and confirmed by a second person where that is asked for (D-16)."""
        return self.state == PayoutState.VALIDATED and (not self.needs_second or self.second_by_id is not None)


class PayingAccount(BankAccount):
    """The vendor's account that a program's payments of one currency come from; the debtor of a payment file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="paying_accounts")
    file_format = models.CharField(max_length=20, choices=PainFormat.choices, default=PainFormat.V09)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=clock.now)

    objects = PayingAccountQuerySet.as_manager()

    class Meta:
        ordering = ["program", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["program", "currency"], name="paying_account_once_a_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.program} · {self.currency}"

    @property
    def history_thread(self) -> uuid.UUID:
        return self.pk
