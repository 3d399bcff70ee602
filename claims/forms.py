"""Forms of claims. What they cannot know is asked by the services."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.amounts import CostLine
from claims.choices import LineOutcome, Recommendation
from claims.services import LineWord
from core.forms import COMMENT_MAX, AmountField, MoveForm
from core.ui import country
from incentives.banking import country_codes
from incentives.catalogue import with_vendor
from incentives.choices import AccountKind, PainFormat
from incentives.models import ActivityType, Enrollment, Period
from incentives.querysets import reviewers_of
from proofs.forms.values import DraftForm, PeriodField, country_field, day_field


def _text(label: Any, *, required: bool = False, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=COMMENT_MAX, widget=forms.Textarea(attrs={"rows": rows})
    )


class SubmitForm(forms.Form):
    comment = _text(_("Comment to the reviewer"), rows=3)


class NewClaimForm(DraftForm):
    """A claim without plan as it is begun: where the work counts, what it was, what it cost (R-CLM-02, -06).

    All but the period and the type may come later (D-17).
    """

    activity_type = forms.ChoiceField(label=_("Activity type"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False, help_text=_("How you will find it again."))
    executed_from = day_field(_("First day of the work"))
    executed_to = day_field(_("Last day of the work"))

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        enrollment: Enrollment,
        periods: QuerySet[Period],
        types: Iterable[ActivityType],
        currencies: list[str],
        **kwargs: Any,
    ):
        super().__init__(data, files, **kwargs)
        today, open_now = enrollment.program.today(), list(periods)
        first_open = next((one for one in open_now if one.claiming_start <= today), None)
        self.fields["period"] = PeriodField(periods, initial=first_open or next(iter(open_now), None))
        self.fields["activity_type"].choices = _by_category(types)
        home = enrollment.location.country
        self.fields["country"] = country_field(
            enrollment.program.countries, initial=home if home in enrollment.program.countries else ""
        )
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"), choices=[(code, code) for code in currencies], required=False,
            help_text=_("That of your invoices. Paid is at the vendor's rate of the month."),
        )  # fmt: skip
        if len(currencies) == 1:
            del self.fields["currency"]
        typed = str(data.get("currency", "")) if data else ""
        currency = typed if typed in currencies else enrollment.currency
        self.fields["amount"] = AmountField(currency, required=False, min_value=None, label=_("Amount you ask for"))
        self.order_fields(["period", "activity_type", "name", "executed_from", "executed_to", "country", "currency"])
        self.needed = ["name", "executed_from", "executed_to", "country", "amount"]
        self.show_needed()


def _by_category(types: Iterable[ActivityType]) -> list[tuple[Any, Any]]:
    """By slug: which year's version it becomes follows from the day of the work (R-CAL-12)."""
    categories: dict[str, list[tuple[str, str]]] = {}
    for one in types:
        title = getattr(one, "category_title", one.category)
        categories.setdefault(title, []).append((one.slug, with_vendor(one.name, settings.VENDOR_NAME)))
    return [("", _g("Choose …")), *categories.items()]


class CommentForm(forms.Form):
    """internal: read on the vendor's side only."""

    comment = _text(_("Comment"), required=True)
    internal = forms.BooleanField(label=_("Internal note: the partner does not see it"), required=False)


class ApproveForm(MoveForm):
    """The amount starts with what was recommended, else with what can be paid; each cost line has its own word.

    lines: the eligible costs, as claims.payable.cost_lines gives them. When a line is changed and the amount is left as
    it was, everything that the lines leave is approved.
    """

    def __init__(self, *args: Any, obj: Any, lines: Sequence[CostLine] = (), **kwargs: Any):
        super().__init__(*args, obj=obj, **kwargs)
        self.lines = lines
        most = obj.amount if obj.payable is None else obj.payable
        self.start = min(obj.recommended_amount, most) if obj.recommendation == Recommendation.APPROVE else most
        self.fields["amount"] = AmountField(obj.currency, label=_("Amount you approve"), initial=self.start)
        self.fields["comment"].help_text = _("Needed when you approve less than can be paid; the partner reads it.")
        for line in lines:
            self._add_line(line, obj.currency)
        self.order_fields(["amount", "comment"])

    def _add_line(self, line: CostLine, currency: str) -> None:
        self.fields[f"outcome_{line.id}"] = forms.ChoiceField(
            label=_("Decision"), choices=LineOutcome.choices, initial=LineOutcome.AS_IS, required=False
        )
        self.fields[f"amount_{line.id}"] = AmountField(currency, label=_("Accepted"), required=False)
        self.fields[f"reason_{line.id}"] = forms.CharField(label=_("Reason"), required=False, max_length=COMMENT_MAX)

    def rows(self) -> list[tuple[CostLine, Any, Any, Any]]:
        """(line, outcome, amount, reason) for the table."""
        names = ("outcome", "amount", "reason")
        return [(line, *(self[f"{name}_{line.id}"] for name in names)) for line in self.lines]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        words = []
        for line in self.lines:
            outcome = typed.pop(f"outcome_{line.id}", "") or LineOutcome.AS_IS
            amount, reason = typed.pop(f"amount_{line.id}", None), typed.pop(f"reason_{line.id}", "")
            words.append(LineWord(line.id, outcome, amount, reason))
        changed = any(word.outcome != LineOutcome.AS_IS for word in words)
        typed["lines"] = words if changed else []
        if changed and typed.get("amount") == self.start:
            typed["amount"] = None
        return typed


class RecommendForm(forms.Form):
    recommendation = forms.ChoiceField(
        label=_("What do you recommend?"), choices=Recommendation.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, files: Any = None, *, claim: Any, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        self.fields["recommendation"].initial = claim.recommendation or Recommendation.APPROVE
        most = claim.amount if claim.payable is None else claim.payable
        start = most if claim.recommended_amount is None else claim.recommended_amount
        self.fields["amount"] = AmountField(claim.currency, label=_("Amount to approve"), required=False, initial=start)
        self.fields["comment"] = _text(_("Reason"))


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return person.display_name


class AssignForm(forms.Form):
    """People of the vendor with a role in the claim's program."""

    def __init__(self, data: Any = None, files: Any = None, *, claim: Any, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        people = reviewers_of(claim.enrollment.program_id)
        self.fields["person"] = PersonField(
            people, label=_("Who reviews this claim?"), empty_label=None, initial=claim.assigned_to_id
        )


class HoldForm(forms.Form):
    reason = _text(_("Why is it held back?"), rows=3)

    def __init__(self, *args: Any, held: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].initial = held
        self.fields["reason"].help_text = _("Both sides read it. Empty: the payment is no longer held back.")


class TaxInvoiceForm(forms.Form):
    """The amounts are the payment's in its own currency or in that of the bank account."""

    invoice_number = forms.CharField(label=_("Number of the tax invoice"), max_length=80)
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, files: Any = None, *, payment: Any, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        currencies = dict.fromkeys([payment.wanted_currency, payment.currency])
        typed = (data or {}).get("currency")
        currency = typed if typed in currencies else payment.wanted_currency
        self.fields["amount"] = AmountField(currency, label=_("Amount with tax"), initial=payment.wanted_amount)
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"), choices=[(one, one) for one in currencies], initial=payment.wanted_currency
        )
        self.fields["file"] = forms.FileField(label=_("The tax invoice as PDF or picture"))


class NewRunForm(forms.Form):
    """What has payments that wait: "program:currency"."""

    what = forms.ChoiceField(label=_("Program and currency"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, waiting: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = waiting
        if len(waiting) == 1:
            self.fields["what"].initial = waiting[0][0]


class RunMoveForm(MoveForm):
    """seen: digest of what the confirmation page showed."""

    def __init__(self, *args: Any, seen: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.transition.name == "confirm":
            self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, initial=seen, max_length=64)


class BankResultForm(forms.Form):
    file = forms.FileField(label=_("File of the bank: pain.002 (XML) or CSV"))


class HiddenNumber(forms.TextInput):
    """What was typed is not sent back to the browser."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class AccountForm(forms.Form):
    """A bank account. The number is never shown again once it was sent, not even when something else was wrong."""

    holder = forms.CharField(label=_("Account holder"), max_length=70)
    kind = forms.ChoiceField(
        label=_("Kind of account"), choices=AccountKind.choices, widget=forms.RadioSelect, initial=AccountKind.IBAN
    )
    account_number = forms.CharField(
        label=_("IBAN or account number"),
        max_length=50,
        required=False,
        strip=True,
        widget=HiddenNumber(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    bank_country = forms.CharField(label=_("Country of the bank"), max_length=2)
    bic = forms.CharField(label=_("BIC"), max_length=11, required=False)
    routing_code = forms.CharField(label=_("Routing code"), max_length=28, required=False)
    bank_name = forms.CharField(label=_("Bank"), max_length=140, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, before: Any = None, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        lands = sorted(((code, country(code)) for code in country_codes()), key=lambda pair: pair[1])
        for name in ("bank_country", "country", "tax_country"):
            if name in self.fields:
                self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=[("", "–"), *lands])
        number = self.fields["account_number"]
        number.required = before is None
        if before is not None:
            for name in self.fields:
                if name != "account_number":
                    self.fields[name].initial = getattr(before, name)
            number.help_text = _("Empty keeps %(masked)s.") % {"masked": before.masked}


class PayingAccountForm(AccountForm):
    """The vendor's own account, and the kind of file its bank takes."""

    file_format = forms.ChoiceField(
        label=_("Payment file"), choices=PainFormat.choices, widget=forms.RadioSelect, initial=PainFormat.V09
    )


class BankForm(AccountForm):
    """Bank and tax data of one enrolment (D-16)."""

    country = forms.CharField(label=_("Country of the account holder"), max_length=2)
    currency = forms.CharField(label=_("Currency of the account"), max_length=3)
    tax_country = forms.CharField(label=_("Tax country"), max_length=2)
    tax_number = forms.CharField(label=_("Tax number"), max_length=40)


class RejectBankForm(forms.Form):
    reason = _text(_("What is wrong with the data?"), required=True)
