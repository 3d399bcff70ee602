"""Forms of the cost evidence: an invoice, or a certification report, each with its lines."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.forms import AMOUNT_DIGITS, AmountField, MeasureField
from incentives.catalogue.specs import ActivitySpec, with_vendor
from proofs.forms.values import DraftForm, day_field

MAX_LINES = 100  # of one invoice or report; longer ones are sent as several
RATE_DIGITS = 9  # before the decimal point: what numeric(12, 3) holds
EMPTY_LINES = 3
MORE_LINES = 5


class LineForm(DraftForm):
    """One line of an invoice."""

    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    expense_type = forms.ChoiceField(label=_("Expense type"), required=False)

    attendee = forms.ChoiceField(
        label=_("Who travelled"), required=False, help_text=_("For fares and rooms; people come from the conference.")
    )

    def __init__(
        self,
        *args: Any,
        expenses: Sequence[tuple[str, str]],
        currency: str,
        attendees: Sequence[str] | None = None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        if attendees is None:
            del self.fields["attendee"]
        else:
            self.fields["attendee"].choices = [("", _g("Nobody")), *((name, name) for name in attendees)]
        self.fields["expense_type"].choices = [("", _g("Choose")), *expenses]
        for name, label in (("net", _("Net")), ("tax", _("Tax")), ("gross", _("Gross"))):
            self.fields[name] = AmountField(currency, required=False, min_value=None, label=label)
        self.needed = [name for name in self.fields if name != "attendee"]
        self.show_needed()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        net, tax = cleaned.get("net"), cleaned.get("tax")
        if cleaned.get("gross") is None and "gross" not in self.errors and net is not None and tax is not None:
            if abs(net + tax) >= Decimal(10) ** AMOUNT_DIGITS:
                self.add_error("gross", _("Net and tax together are too large."))
            else:
                cleaned["gross"] = net + tax
        return cleaned


class WorkForm(DraftForm):
    """Work of one person on the certification report (D-19)."""

    person = forms.CharField(label=_("Person"), max_length=150, required=False)
    role = forms.CharField(label=_("Role"), max_length=150, required=False)
    period = forms.CharField(label=_("Period"), max_length=80, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["hours"] = MeasureField(
            label=_("Hours"), max_digits=8, decimal_places=2, min_value=0, required=False, localize=True
        )
        self.fields["rate"] = AmountField(currency, required=False, whole_digits=RATE_DIGITS, label=_("Hourly rate"))
        self.needed = list(self.fields)
        self.show_needed()


class CostForm(DraftForm):
    """One other cost of the certification report."""

    description = forms.CharField(label=_("What for"), max_length=200, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(currency, required=False, label=_("Amount"))
        self.needed = list(self.fields)
        self.show_needed()


def _lines(form_class: Any, data: Any, prefix: str, rows: list[dict[str, Any]], **kwargs: Any) -> Any:
    made = forms.formset_factory(
        form_class,
        extra=0 if rows and data else EMPTY_LINES,
        max_num=MAX_LINES,
        absolute_max=MAX_LINES,
        validate_max=True,
    )
    unread = _("The lines did not arrive whole. Open the form again and type them there.")
    said = {"missing_management_form": unread, "too_many_forms": _g("At most %(limit)s lines.") % {"limit": MAX_LINES}}
    return made(data, prefix=prefix, initial=rows or None, form_kwargs=kwargs, error_messages=said)


def filled(formset: Any) -> list[dict[str, Any]]:
    """The lines in which something was typed."""
    rows = [form.cleaned_data for form in formset if hasattr(form, "cleaned_data")]
    return [row for row in rows if any(value not in (None, "") for value in row.values())]


def with_more_lines(data: Any, *prefixes: str) -> Any:
    """The same input with room for more lines."""
    more = data.copy()
    for prefix in prefixes:
        name = f"{prefix}-TOTAL_FORMS"
        total = more.get(name, "")
        if total.isascii() and total.isdigit() and len(total) < 4:
            more[name] = str(min(int(total) + MORE_LINES, MAX_LINES))
    return more


OPTIONAL = ("document_id", "used_share")
SMALLEST_SHARE = Decimal("0.01")  # per cent: of less nothing can be paid


class WithLines(DraftForm):
    """A form together with its lines; valid when all parts are."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.formsets: dict[str, Any] = {}
        self.needed = [name for name in self.fields if name not in OPTIONAL]
        self.show_needed()

    def is_valid(self) -> bool:
        parts = [formset.is_valid() and formset.total_form_count() >= 0 for formset in self.formsets.values()]
        own = super().is_valid()
        if all(parts):
            return own
        self.add_error(None, _("Look at the lines: something in them cannot be read."))
        for formset in self.formsets.values():
            for message in formset.non_form_errors():
                self.add_error(None, message)
        return False


class InvoiceForm(WithLines):
    """An invoice of an outside company with its lines (R-CLM-12)."""

    supplier = forms.CharField(label=_("Supplier"), max_length=200, required=False)
    number = forms.CharField(label=_("Invoice number"), max_length=80, required=False)
    date = day_field(_("Invoice date"))
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters"}),
    )
    used_share = MeasureField(
        label=_("Share used here"), max_digits=5, decimal_places=2, min_value=SMALLEST_SHARE, max_value=100,
        required=False, localize=True,
        help_text=_("In per cent, where other claims use the rest of it. Leave it empty for all of it."),
    )  # fmt: skip
    document_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        spec: ActivitySpec,
        vendor: str,
        proof_currency: str,
        attendees: Sequence[str] = (),
        rows: list[dict[str, Any]] | None = None,
        **kwargs: Any,
    ):
        super().__init__(data, files, **kwargs)
        self.files_sent = files.getlist("file") if files else []
        typed = (data.get("currency") if data else self.initial.get("currency")) or proof_currency
        expenses = [(one.slug, with_vendor(one.label, vendor)) for one in spec.eligible_expenses]
        known = {slug for slug, _label in expenses}
        expenses += [
            (row["expense_type"], row["expense_type"])
            for row in rows or []
            if row["expense_type"] and row["expense_type"] not in known
        ]
        people = None
        if spec.travel_expenses:  # who was taken off the conference stays readable on the line (D-17)
            people = list(dict.fromkeys([*attendees, *(row["attendee"] for row in rows or [] if row.get("attendee"))]))
        self.lines = _lines(
            LineForm, data, "lines", rows or [], expenses=expenses, currency=_code(typed), attendees=people
        )
        self.formsets = {"lines": self.lines}

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].strip().upper()
        if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Three letters, for example EUR."))
        return code


def _code(typed: str) -> str:
    code = typed.strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else "EUR"


class CertificationForm(WithLines):
    """Certification statement and report (D-19)."""

    activity = forms.CharField(label=_("Work done"), max_length=200, required=False)
    period_from = day_field(_("From"))
    period_to = day_field(_("To"))
    certifier_name = forms.CharField(label=_("Name of the person who certifies"), max_length=150, required=False)
    certifier_title = forms.CharField(label=_("Title"), max_length=150, required=False)
    certified_on = day_field(_("Date"))

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        currency: str,
        work: list[dict[str, Any]] | None = None,
        costs: list[dict[str, Any]] | None = None,
        **kwargs: Any,
    ):
        super().__init__(data, files, **kwargs)
        self.work = _lines(WorkForm, data, "work", work or [], currency=currency)
        self.costs = _lines(CostForm, data, "costs", costs or [], currency=currency)
        self.formsets = {"work": self.work, "costs": self.costs}

    def line_rows(self) -> list[dict[str, Any]]:
        """Lines as the service takes them: work first, then other costs."""
        work = [{"is_work": True, **row} for row in filled(self.work)]
        return work + [{"is_work": False, **row} for row in filled(self.costs)]


class SignatureForm(forms.Form):
    """The signature under a certification report (D-19). seen: the digest of what was shown above it."""

    name = forms.CharField(
        label=_("Name of the person who certifies"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the full name: it is the signature.")},
    )
    certify = forms.BooleanField(
        label=_("I certify what stands above, in the words of the statement."),
        error_messages={"required": _("Tick the box: without it nothing is signed.")},
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
