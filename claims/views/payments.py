"""Payments for both sides: the list, one payment, its tax invoice, its remittance advice (R-DASH-07, R-CLM-31)."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import paying, remittance, services
from claims.choices import UNPAID, LineState, PaymentStatus, TaxInvoiceState
from claims.filters import PAYMENT_FILTERS, matching_payments
from claims.forms import HoldForm, TaxInvoiceForm
from claims.models import Payment, TaxInvoice
from claims.workflow import PAYMENT
from core import clock, history, storage
from core.downloads import serve
from core.errors import StateConflict
from core.forms import MoveForm
from core.paging import keyset_page
from core.permissions import can
from core.ui import date, money_text
from core.views import FormPage, MovePage, Page
from core.workflow import available
from incentives.models import Program
from incentives.rules import newest_profile, payout_data_warning
from proofs.views.documents import as_line

COLUMNS = (
    "id", "number", "status", "amount", "currency", "pay_amount", "pay_currency", "promised_by", "sent_on", "held",
    "created_at", "claim_id", "claim__number", "claim__proof__name", "enrollment__location__name",
    "enrollment__location__partner__name", "enrollment__program__name",
)  # fmt: skip
RELATED = ("claim__proof", "enrollment__program", "enrollment__location__partner", "fund__period")
MOVES = {
    "retry": services.retry_payment,
    "mark_incorrect": services.mark_incorrect_payment,
    "accept_tax_invoice": services.accept_payment_tax_invoice,
    "reject_tax_invoice": services.reject_payment_tax_invoice,
}
YEARS_SHOWN = 6
HISTORY_ROWS = 100


class PaymentList(Page):
    """Paid and pending by year, newest first, fifty a page."""

    permission = "payments.list"
    template = "claims/payments.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        params, user = self.request.GET, self.request.user
        payments = matching_payments(Payment.objects.visible_to(user), params)
        programs = Program.objects.visible_to(user).order_by("name").values_list("pk", "name")
        year = clock.now().year
        return {
            "page": keyset_page(payments.values(*COLUMNS), params),
            "states": [("", _("all")), ("pending", _("pending")), ("paid", _("paid"))],
            "years": [("", _("all")), *((str(one), str(one)) for one in range(year, year - YEARS_SHOWN, -1))],
            "programs": [("", _("all")), *((str(pk), name) for pk, name in programs)],
            "status_labels": dict(PaymentStatus.choices),
            "is_filtered": any(params.get(name) for name in PAYMENT_FILTERS),
            "export_filters": {name: params[name] for name in PAYMENT_FILTERS if params.get(name)},
            "may_run": can(user, "payments.runs").allowed,
            "may_bank": can(user, "incentives.bank_list").allowed,
            **extra,
        }


class PaymentPage(Page):
    """Where the money is: status, expected day, what is missing, what it is for."""

    model = Payment
    permission = "payments.view"
    select_related = RELATED
    template = "claims/payment.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        payment, user = self.object, self.request.user
        found = paying.judge(payment, newest_profile(payment.enrollment)) if payment.status in UNPAID else None
        side = "vendor" if user.is_vendor else "partner"
        entries = history.for_page(payment.history_thread, side=side)[:HISTORY_ROWS]
        remittance_open = can(user, "payments.remittance", payment).allowed
        return super().get_context(
            payment=payment,
            status_label=PaymentStatus(payment.status).label,
            expected=paying.expected(payment),
            rates=paying.rates_text(payment),
            lapses_on=paying.lapses_on(payment) if found and found.partner_owes else None,
            problems=self._problems(found),
            bank_warning=payout_data_warning(payment.enrollment) if found else "",
            may_bank=can(user, "incentives.bank_data", payment.enrollment).allowed,
            moves=[_button(one, payment) for one in available(PAYMENT, payment, user)],
            may_hold=can(user, "payments.manage", payment).allowed and payment.status in UNPAID,
            tax_invoices=list(payment.tax_invoices.select_related("document")) if remittance_open else [],
            line=paid_line(payment) if remittance_open else None,
            zone=payment.enrollment.program.deadline_zone,
            entries=[as_line(entry) for entry in entries],
            **extra,
        )

    def _problems(self, found: paying.Candidate | None) -> list[Any]:
        """Why it is not paid yet. Bank data are told to those who may see them (R-ROLE-12)."""
        if found is None:
            return []
        if can(self.request.user, "payments.remittance", self.object):
            return found.problems
        return [one for one in found.problems if not one.code.startswith("bank_")]


def _button(move: Any, payment: Payment) -> dict[str, Any]:
    name = move.name
    by_form = name == "send_tax_invoice"
    href = (
        reverse("claims:tax_invoice", args=[payment.pk])
        if by_form
        else reverse("claims:payment_move", kwargs={"pk": payment.pk, "move": name})
    )
    return {
        "name": name,
        "label": move.transition.label,
        "tone": move.transition.tone,
        "href": href,
        "reason": "" if move.allowed else move.reason,
        "dialog": not by_form,
    }


def paid_line(payment: Payment) -> Any:
    """The line of the run that paid it, with the account as it was then."""
    return payment.lines.filter(state=LineState.SENT).select_related("run", "profile").first()


class PaymentMove(MovePage):
    model = Payment
    permission = "payments.view"
    select_related = RELATED
    workflow = PAYMENT
    moves = MOVES
    form_class = MoveForm
    success_message = gettext_lazy("Saved.")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        payment = self.object
        amount = money_text(payment.wanted_amount, payment.wanted_currency)
        lines = [{"icon": "coins", "text": f"{payment.number}, {amount}"}]
        invoice = payment.tax_invoices.filter(state=TaxInvoiceState.SUBMITTED).first()
        if invoice is not None:
            text = _("Tax invoice %(number)s of %(day)s over %(amount)s") % {
                "number": invoice.invoice_number,
                "day": date(invoice.date),
                "amount": money_text(invoice.amount, invoice.currency),
            }
            lines.append({"icon": "file-text", "text": text})
        return super().get_context(consequences=lines, **extra)


class HoldPayment(FormPage):
    """Hold a payment back with a reason, or let it go."""

    model = Payment
    permission = "payments.manage"
    select_related = RELATED
    template = "claims/money_form.html"
    form_class = HoldForm
    success_message = gettext_lazy("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"held": self.object.held}

    def save(self, form: HoldForm) -> Payment:
        return services.hold_payment(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=_("Hold %(number)s back") % {"number": self.object.number},
            verb=_("Save"),
            back_href=self.object.get_absolute_url(),
            **extra,
        )


class SendTaxInvoice(FormPage):
    """Number, date, amount and the file, which is checked like evidence before anybody opens it (R-CUR-09)."""

    model = Payment
    permission = "payments.tax_invoice"
    select_related = RELATED
    template = "claims/money_form.html"
    form_class = TaxInvoiceForm
    success_message = gettext_lazy("Sent. The vendor looks at it as soon as the file has been checked.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.status not in PAYMENT["send_tax_invoice"].sources:
            label = PaymentStatus(self.object.status).label
            raise StateConflict(_("This is meanwhile “%(status)s”.") % {"status": label}, self.object.status)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"payment": self.object}

    def save(self, form: TaxInvoiceForm) -> Payment:
        return services.send_payment_tax_invoice(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=_("Tax invoice for %(number)s") % {"number": self.object.number},
            verb=_("Send the tax invoice"),
            back_href=self.object.get_absolute_url(),
            **extra,
        )


class TaxInvoiceFile(Page):
    """The file of a tax invoice, once it was found clean; both sides' incentives admins."""

    model = Payment
    permission = "payments.remittance"
    select_related = RELATED

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        invoice = (
            TaxInvoice.objects.visible_to(request.user)
            .filter(payment=self.object, pk=kwargs["invoice"])
            .select_related("document")
            .first()
        )
        if invoice is None:
            raise Http404
        return serve(invoice.document, storage.documents())


class _Made:
    """A file made for this answer, as core.downloads serves it."""

    is_servable = True
    key = "made"

    def __init__(self, name: str, media_type: str, content: bytes):
        self.name, self.media_type, self.content = name, media_type, content

    def exists(self, key: str) -> bool:
        return True

    def open(self, key: str, mode: str = "rb") -> BytesIO:
        return BytesIO(self.content)


class Remittance(Page):
    """The remittance advice of a payment that the bank has sent."""

    model = Payment
    permission = "payments.remittance"
    select_related = RELATED

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        line = paid_line(self.object)
        if line is None:
            raise StateConflict(_("The bank has not sent this payment yet."), self.object.status)
        line.payment = self.object
        content = remittance.render_pdf(line, settings.VENDOR_NAME)
        made = _Made(f"{self.object.number}.pdf", "application/pdf", content)
        return serve(made, made)  # type: ignore[arg-type]
