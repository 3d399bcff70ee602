"""Facts of a program (R-PROG-07)."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField
from incentives.banking import country_codes
from incentives.catalogue import load_catalogue
from incentives.catalogue.vocabulary import FAMILY_ALL, FAMILY_NON_SURFACE
from incentives.choices import Settlement
from incentives.forms.rule_rows import LinesField, boxes
from incentives.ledger import USD
from incentives.models import Program
from incentives.rates import currencies

MOST_REVIEW_DAYS = 60  # working days; promises beyond a quarter are none
TEXT_MAX = 10_000
EVERYBODYS = (FAMILY_ALL, FAMILY_NON_SURFACE)  # a program is in these without being told


class CountriesField(forms.CharField):
    """Codes of countries such as DE, AT; cleans to a list without doubles, in the order typed."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=1500, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        codes = [code.upper() for code in re.split(r"[\s,;]+", str(super().clean(value))) if code]
        unknown = sorted(set(codes) - set(country_codes()))
        if unknown:
            text = _("Not a country code: %(codes)s. Write two letters each, for example DE, AT.")
            raise forms.ValidationError(text % {"codes": ", ".join(unknown)[:80]})
        return list(dict.fromkeys(codes))


class ProgramForm(forms.Form):
    """Facts of a program. frozen: those that stay since something was claimed; seen: state the person began from."""

    name = forms.CharField(label=_("Name"), max_length=150)
    aliases = LinesField(label=_("Also called"), help_text=_("One name a line; files of earnings may use them."))
    countries = CountriesField(label=_("Markets"), help_text=_("Country codes, for example DE, AT, CH."))
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Of new enrolments, for example EUR."))
    has_coop = forms.BooleanField(label=_("Has co-op funds"), required=False)
    has_plans = forms.BooleanField(label=_("Asks for an approved plan first"), required=False)
    settlement = forms.ChoiceField(label=_("How it pays"), choices=Settlement.choices)
    families = boxes(_("Program families"), (), help_text=_("They decide which activity types and caps it has."))
    rebate_share = forms.DecimalField(
        label=_("Share of a mixed earning that is rebate, in per cent"),
        min_value=0, max_value=100, max_digits=5, decimal_places=2,
    )  # fmt: skip
    plan_review_days = forms.IntegerField(
        label=_("Plans are answered within working days"), min_value=1, max_value=MOST_REVIEW_DAYS
    )
    users_may_dispute = forms.BooleanField(label=_("Incentives users may dispute too"), required=False)
    tax_invoice_countries = CountriesField(label=_("Tax invoice needed in"), required=False)
    certification_statement = forms.CharField(
        label=_("Statement of the certification report"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 5})
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, frozen: tuple[str, ...] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        families = load_catalogue().program_families
        self.fields["families"].choices = [(slug, families[slug]) for slug in families if slug not in EVERYBODYS]
        self.fields["threshold_usd"] = AmountField(
            USD, required=False, label=_("Least co-op of a half in USD"),
            help_text=_("What is below it becomes rebate. Empty: no threshold."),
        )  # fmt: skip
        for name in frozen:
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Stays as it is: something was claimed already.")

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code not in currencies():
            raise forms.ValidationError(_("Not an ISO currency in use, such as EUR."))
        return code

    def facts(self) -> dict[str, Any]:
        """Everything but the mark, as the service takes it."""
        found = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "slug")}
        return {**found, "aliases": list(found["aliases"])}


class NewProgramForm(ProgramForm):
    slug = forms.SlugField(
        label=_("Short name"), max_length=50, help_text=_("In addresses and files, for example csp-direct; it stays.")
    )
    field_order = ("name", "slug")

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if Program.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another program has this short name."))
        return slug
