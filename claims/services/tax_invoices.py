"""Tax invoices of payments (R-CUR-09): sent by the partner, judged by the vendor."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from claims import deadlines, notifications, paying
from claims.choices import TaxInvoiceState
from claims.models import Payment, TaxInvoice
from claims.workflow import PAYMENT
from core import clock
from core.errors import Problem, RuleViolation
from core.permissions import require
from core.workflow import apply, lock
from proofs import services as proofs
from proofs.choices import Section


def send_payment_tax_invoice(
    pk: Any, *, actor: Any, invoice_number: str, date: date, amount: Decimal, currency: str, file: Any
) -> Payment:
    """Hand in the tax invoice with its file, which goes through the same checks as evidence.

    Lock order: the proof first (its file), then the payment. Raises Denied, RuleViolation, StateConflict.
    """
    with transaction.atomic():
        payment = Payment.objects.select_related("claim", "enrollment__program").get(pk=pk)
        require(actor, "payments.tax_invoice", payment)
        if payment.claim is None:
            raise RuleViolation([Problem("no_proof", _g("There is no proof to keep the file with."))])
        problems = paying.tax_invoice_problems(payment, amount, currency)
        if date > payment.enrollment.program.today():
            problems.append(Problem("date", _g("The date lies in the future."), "R-CUR-09", "id_date"))
        if problems:
            raise RuleViolation(problems)
        document = proofs.attach_paper(payment.claim.proof_id, file, section=Section.TAX, actor=actor)
        payment = lock(Payment, pk)
        apply(PAYMENT, payment, "send_tax_invoice", actor=actor)
        TaxInvoice.objects.create(
            payment=payment,
            invoice_number=invoice_number.strip(),
            date=date,
            amount=amount,
            currency=currency,
            document=document,
            submitted_by=actor,
        )
        notifications.tax_invoice_sent(payment)
    return payment


def accept_payment_tax_invoice(pk: Any, *, actor: Any, comment: str = "") -> Payment:
    """The payment is promised within 30 days from now on (R-CLM-28)."""
    with transaction.atomic():
        payment: Payment = lock(Payment, pk)
        today = payment.enrollment.program.today()
        fields = {"promised_by": deadlines.payment_due_after_tax_invoice(today)}
        apply(PAYMENT, payment, "accept_tax_invoice", actor=actor, fields=fields)
        _judge(payment, TaxInvoiceState.ACCEPTED, actor, "")
    return payment


def reject_payment_tax_invoice(pk: Any, *, actor: Any, comment: str) -> Payment:
    """The partner reads why and sends another one."""
    with transaction.atomic():
        payment: Payment = lock(Payment, pk)
        apply(PAYMENT, payment, "reject_tax_invoice", actor=actor, comment=comment)
        _judge(payment, TaxInvoiceState.REJECTED, actor, comment.strip())
        notifications.payment_blocked(payment, _("needs another tax invoice, the first was rejected"), comment)
    return payment


def _judge(payment: Payment, state: str, actor: Any, reason: str) -> None:
    payment.tax_invoices.filter(state=TaxInvoiceState.SUBMITTED).update(
        state=state, judged_by=actor, judged_at=clock.now(), reason=reason
    )
