"""Cost evidence: invoices of outside companies, and what every form with lines has in common."""

from functools import cached_property
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from proofs import forms, services
from proofs.checks.kinds import accept_attribute, accepts
from proofs.choices import Section
from proofs.models import Invoice
from proofs.requirements.costs import INVOICE_KINDS, INVOICES_SLUG
from proofs.services.invoices import INVOICE_FIELDS
from proofs.suggestions import Suggestion, suggestion_of
from proofs.views.base import PartForm, refuse_closed
from proofs.views.uploads import tell

LINE_FIELDS = ("description", "expense_type", "net", "tax", "gross", "attendee")
SUM_LABELS = {"net": _("Net"), "tax": _("Tax"), "gross": _("Gross")}


def suggested_lines(found: Suggestion) -> list[dict[str, Any]]:
    """One line with the sums of the whole invoice; its expense type is the person's to choose."""
    return [{**dict.fromkeys(LINE_FIELDS), "expense_type": "", **found.line}] if found.line else []


class WithLinesPage(PartForm):
    """A form with lines; the button "more lines" shows it again with room for more, saving nothing."""

    prefixes: tuple[str, ...] = ()
    card = ""

    def card_slug(self) -> str:
        return self.card

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_closed(self.object, self.card)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "more_lines" in request.POST:
            form = self.get_form(forms.with_more_lines(request.POST, *self.prefixes), request.FILES)
            form.is_valid()
            return self.render(form=form, status=200)
        return super().post(request, *args, **kwargs)


class InvoicePage(WithLinesPage):
    template = "proofs/invoice_form.html"
    prefixes = ("lines",)
    card = INVOICES_SLUG
    title = _("Invoice")

    def rows(self) -> list[dict[str, Any]]:
        return []

    def initial(self) -> dict[str, Any]:
        return {"currency": self.object.currency}

    def get_form(self, data: Any = None, files: Any = None) -> forms.InvoiceForm:
        return forms.InvoiceForm(
            data, files, spec=self.object.spec, vendor=settings.VENDOR_NAME, proof_currency=self.object.currency,
            attendees=self.object.attendees, rows=self.rows(), initial=self.initial(),
        )  # fmt: skip

    def get_context(self, **extra: Any) -> dict[str, Any]:
        files = list(self.part.documents.current()) if self.part is not None else []
        return super().get_context(
            accept=accept_attribute(accepts(INVOICE_KINDS)), files=files, loose=self.loose,
            suggested=self.suggested(), **{"refused": [], **extra},
        )  # fmt: skip

    @cached_property
    def loose(self) -> Any:
        """The invoice file this page was opened for, dropped before its details were typed."""
        return None

    @cached_property
    def suggestion(self) -> Suggestion:
        """What its file says, for what is still empty."""
        return Suggestion()

    def suggested(self) -> dict[str, list[str]]:
        """Labels of what was filled in from the file, and of what was not read surely; nothing once it was sent."""
        found = self.suggestion
        if self.request.method == "POST" or not found:
            return {}
        labels = {**{name: one.label for name, one in forms.InvoiceForm.base_fields.items()}, **SUM_LABELS}
        names = [*found.fields, *found.line]
        return {
            "filled": [str(labels[name]) for name in names],
            "doubtful": [str(labels[name]) for name in names if name in found.doubtful],
        }

    def fields(self, form: Any) -> dict[str, Any]:
        return {name: form.cleaned_data[name] for name in INVOICE_FIELDS}

    def lines(self, form: Any) -> list[dict[str, Any]]:
        rows = [{name: row.get(name) for name in LINE_FIELDS} for row in forms.filled(form.lines)]
        return [{**row, "attendee": row["attendee"] or ""} for row in rows]

    def get_success_url(self, result: Any) -> str:
        invoice, received = result
        tell(self.request, received)
        for number, line in enumerate(invoice.lines.all(), start=1):
            if None not in (line.net, line.tax, line.gross) and line.net + line.tax != line.gross:
                text = _g("Saved. Line %(line)d: net and tax do not make gross.") % {"line": number}
                messages.warning(self.request, text)
        for one in received:
            if one.problem is not None:
                messages.error(self.request, str(one.problem.message))
        return super().get_success_url(result)


class AddInvoice(InvoicePage):
    title = _("Add an invoice")

    @cached_property
    def suggestion(self) -> Suggestion:
        return suggestion_of(self.loose)

    def rows(self) -> list[dict[str, Any]]:
        return suggested_lines(self.suggestion)

    def initial(self) -> dict[str, Any]:
        own = {"currency": self.object.currency, "document_id": self.loose.pk if self.loose else None}
        return {**own, **self.suggestion.fields}

    @cached_property
    def loose(self) -> Any:
        wanted = django_forms.UUIDField(required=False)
        try:
            pk = wanted.clean(self.request.POST.get("document_id") or self.request.GET.get("file", ""))
        except django_forms.ValidationError:
            return None
        if pk is None:
            return None
        files = self.object.documents.current().filter(section=Section.INVOICE, invoice__isnull=True)
        files = files.select_related("reading")
        return files.filter(pk=pk).first()

    def save(self, form: Any) -> Any:
        return services.add_invoice(
            self.object.pk, actor=self.request.user, lines=self.lines(form), files=form.files_sent[:1],
            document_id=form.cleaned_data["document_id"], **self.fields(form),
        )  # fmt: skip


class EditInvoice(InvoicePage):
    part_model = Invoice
    title = _("Change the invoice")

    def rows(self) -> list[dict[str, Any]]:
        typed = [{name: getattr(line, name) for name in LINE_FIELDS} for line in self.part.lines.all()]
        return typed or suggested_lines(self.suggestion)

    @cached_property
    def suggestion(self) -> Suggestion:
        """For what is still empty; what a person typed stays."""
        found = suggestion_of(self.part.documents.current().select_related("reading").order_by("-created_at").first())
        fields = {name: value for name, value in found.fields.items() if not getattr(self.part, name)}
        line = {} if self.part.lines.exists() else found.line
        return Suggestion(fields, line, found.doubtful)

    def initial(self) -> dict[str, Any]:
        own = {name: getattr(self.part, name) for name in INVOICE_FIELDS}
        return {**own, **self.suggestion.fields}

    def save(self, form: Any) -> Any:
        return services.edit_invoice(
            self.part.pk, actor=self.request.user, lines=self.lines(form), files=form.files_sent[:1],
            **self.fields(form),
        )  # fmt: skip


class RemoveInvoice(PartForm):
    part_model = Invoice
    form_class = forms.EmptyForm
    template = "proofs/confirm.html"
    title = _("Remove this invoice?")
    verb = _("Remove")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lines = [{"icon": "trash", "text": _g("Its details and its file are taken out of the draft.")}]
        return super().get_context(name=str(self.part), consequences=lines, kind="danger", **extra)

    def card_slug(self) -> str:
        return INVOICES_SLUG

    def save(self, form: Any) -> Any:
        return services.remove_invoice(self.part.pk, actor=self.request.user)
