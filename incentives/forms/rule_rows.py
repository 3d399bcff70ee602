"""Rows of the rule editor: core requirements, questions, documents, results and caps of one activity type."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from incentives import wording
from incentives.catalogue.drafting import Words
from incentives.catalogue.places import GROUPS, KEPT, OPTIONAL, REQUIRED
from incentives.catalogue.validation import MAX_PERCENT
from incentives.catalogue.vocabulary import (
    CAP_ABSOLUTE,
    CAP_COUNT,
    CAP_GREATER,
    CAP_KINDS,
    CAP_NONE,
    CAP_PERCENT,
    CAP_PERIODS,
    DOCUMENT_KINDS,
    FAMILY_ALL,
)

MAX_ROWS = 40  # of one list of a type; the longest of the catalogue has six
EMPTY_ROWS = 1
TEXT_MAX = 1000  # characters of one text of a type
COUNT_MAX = 100
COST_WORDS = {
    "default": _("an invoice, or a report on own work"),
    "invoice_only": _("an invoice only"),
    "vendor_invoice_only": _("an invoice of the vendor only"),
}
CAP_WORDS = {
    CAP_PERCENT: _("a share of the funds"),
    CAP_ABSOLUTE: _("an amount"),
    CAP_COUNT: _("a number of people or things"),
    CAP_GREATER: _("the greater of several (kept as it is)"),
    CAP_NONE: _("no limit"),
}
BASE_WORDS = {"earned_coop": _("of the co-op earned"), "accrued_coop": _("of the co-op accrued")}
PLACE_WORDS = {
    REQUIRED: _("required"),
    OPTIONAL: _("optional"),
    GROUPS[0]: _("one of group 1 is enough"),
    GROUPS[1]: _("one of group 2 is enough"),
    GROUPS[2]: _("one of group 3 is enough"),
    KEPT: _("under a condition (kept as it is)"),
}


class LinesField(forms.CharField):
    """Short texts, one a line; cleans to a tuple without empty lines."""

    def __init__(self, *, rows: int = 3, **kwargs: Any):
        super().__init__(required=False, max_length=TEXT_MAX * 5, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        lines = (" ".join(line.split()) for line in str(super().clean(value)).splitlines())
        return tuple(filter(None, lines))


def short_text(label: Any, *, required: bool = False, rows: int = 0, **options: Any) -> forms.CharField:
    """A text of a type."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=TEXT_MAX, required=required, widget=widget, **options)


def boxes(label: Any, choices: Iterable[tuple[str, Any]], **options: Any) -> forms.MultipleChoiceField:
    """Boxes to tick, none of them needed."""
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple, **options
    )


class RowForm(forms.Form):
    """One row of a list. slug: of what was there before, empty for a new one; naming: the field that names it."""

    slug = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    naming = "label"
    telling: tuple[str, ...] = ("label",)
    """Fields that are empty in a row nobody meant; the others hold a choice from the beginning."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get(self.naming) and self.naming not in self.errors and self.is_meant:
            self.add_error(self.naming, _("Write it, or remove the row."))
        return cleaned

    @property
    def is_meant(self) -> bool:
        """Whether the row says something: it was there before, or somebody typed into it."""
        return any(self.cleaned_data.get(name) for name in ("slug", *self.telling))


class CoreRow(RowForm):
    label = short_text(_("Core requirement"))
    text = short_text(_("What must be seen"), rows=2)
    telling = ("label", "text")


class QuestionRow(RowForm):
    telling = ("label", "help", "choices")
    label = short_text(_("Question"))
    help = short_text(_("Help"), rows=2)
    choices = LinesField(label=_("Answers"), help_text=_("One a line."))
    multiple = forms.BooleanField(label=_("Several answers"), required=False)
    min_choices = forms.IntegerField(label=_("At least"), min_value=0, max_value=COUNT_MAX, initial=1, required=False)


class DocumentRow(RowForm):
    telling = ("label", "description")
    label = short_text(_("Document"))
    description = short_text(_("What it must show"), rows=2)
    place = forms.ChoiceField(label=_("Place"), initial=REQUIRED)
    min_items = forms.IntegerField(label=_("How many"), min_value=1, max_value=COUNT_MAX, initial=1, required=False)
    kinds = boxes(_("Accepted"), DOCUMENT_KINDS.items(), initial=["pdf", "image"])
    from_invoices = forms.BooleanField(label=_("The file of an invoice counts"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kept = self.initial.get("place") == KEPT
        self.fields["place"].choices = [
            (place, word) for place, word in PLACE_WORDS.items() if kept or place != KEPT
        ]  # fmt: skip


class MetricRow(RowForm):
    name = short_text(_("Result"))
    unit = forms.ChoiceField(label=_("Counted in"))
    required = forms.BooleanField(label=_("Required"), required=False)
    naming = "name"
    telling = ("name",)

    def __init__(self, *args: Any, words: Words, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(slug, label) for slug, (label, _kind) in words.units.items()]


class CapRow(RowForm):
    """A cap. What its kind does not need is ignored; options of "the greater of several" stay as they are."""

    kind = forms.ChoiceField(label=_("At most"), required=False)
    percent = forms.DecimalField(
        label=_("Share in per cent"), required=False, min_value=0, max_value=MAX_PERCENT, decimal_places=4, max_digits=7
    )
    of = forms.ChoiceField(label=_("Of what"), choices=BASE_WORDS.items(), required=False)
    amount = forms.DecimalField(label=_("Amount"), required=False, min_value=0, max_digits=15, decimal_places=3)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False)
    count = forms.IntegerField(label=_("Number"), required=False, min_value=1, max_value=COUNT_MAX)
    what = short_text(_("Of what"), help_text=_("For example attendees."))
    per = forms.ChoiceField(label=_("Counted per"))
    expenses = boxes(_("Only for"), (), help_text=_("None ticked: for every expense type."))
    programs = boxes(_("In programs"), (), initial=[FAMILY_ALL])
    naming = "kind"
    telling = ("kind", "percent", "amount", "currency", "count", "what")
    needed = {CAP_PERCENT: ("percent",), CAP_ABSOLUTE: ("amount", "currency"), CAP_COUNT: ("count", "what")}

    def __init__(self, *args: Any, words: Words, own_expenses: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        kept = self.initial.get("kind") == CAP_GREATER
        kinds = [(kind, CAP_WORDS[kind]) for kind in CAP_KINDS if kept or kind != CAP_GREATER]
        self.fields["kind"].choices = [("", _g("Choose")), *kinds]
        self.fields["per"].choices = [(per, wording.cap_period(per)) for per in CAP_PERIODS]
        self.fields["expenses"].choices = list(own_expenses)
        self.fields["programs"].choices = list(words.families.items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.needed.get(cleaned.get("kind", ""), ()):
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Needed for this kind of cap."))
        return cleaned


ROWS: dict[str, type[RowForm]] = {
    "core": CoreRow,
    "questions": QuestionRow,
    "documents": DocumentRow,
    "metrics": MetricRow,
    "caps": CapRow,
}


class RowSet(forms.BaseFormSet):
    """A list of rows, each of which can be removed."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")
