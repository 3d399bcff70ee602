"""Input of the evidence. Drafts accept whatever a field can hold (D-17): hardly anything here is required."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.forms import COMMENT_MAX, AmountField, CountField, MeasureField
from core.ui import country, date
from incentives.catalogue.specs import FieldSpec, MetricSpec, with_vendor
from incentives.catalogue.vocabulary import INPUT_FILE, INPUT_TEXT, INPUT_WHOLE_NUMBER
from incentives.wording import period_text
from proofs.choices import DocumentState, ProofStatus
from proofs.models import Document, Proof
from proofs.services.documents import MAX_TEXT

METRIC_MAX = 5000
MAX_PEOPLE, PERSON_MAX = 50, 150  # names of attendees; the length is the column's
FACTS = ("name", "executed_from", "executed_to", "amount", "estimated_impressions", "preapproval_id")
NEEDED_FACTS = (
    "name", "period", "executed_from", "executed_to", "amount", "country", "conference_name", "conference_on",
    "attendees",
)  # fmt: skip


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any):
        super().__init__(format="%Y-%m-%d", attrs=attrs)


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput(), **options)


class DraftForm(forms.Form):
    """A draft may leave anything empty (D-17); only what the submission does not ask for is called optional.

    needed: names of fields that are asked for at submission.
    """

    use_required_attribute = False
    needed: Sequence[str] = ()

    def full_clean(self) -> None:
        self._set_required(False)
        super().full_clean()
        self._set_required(True)

    def _set_required(self, value: bool) -> None:
        for name in self.needed:
            if name in self.fields:
                self.fields[name].required = value

    def show_needed(self) -> None:
        """Call when the fields are complete."""
        self._set_required(True)


class NamesField(forms.CharField):
    """People, one a line; cleans to a list without empty lines and without the same name twice."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            max_length=MAX_PEOPLE * PERSON_MAX, widget=forms.Textarea(attrs={"rows": 3}), required=False, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in str(super().clean(value)).splitlines()]
        found: dict[str, str] = {}
        for name in filter(None, lines):
            found.setdefault(name.casefold(), name)
        names = list(found.values())
        if len(names) > MAX_PEOPLE or any(len(name) > PERSON_MAX for name in names):
            text = _("At most %(people)s people, one a line, each with at most %(letters)s letters.")
            raise forms.ValidationError(text % {"people": MAX_PEOPLE, "letters": PERSON_MAX})
        return names


class PeriodField(forms.ModelChoiceField):
    """A usage period by its days, and until when its work can be sent (C-11, P-05)."""

    def __init__(self, queryset: Any, **kwargs: Any):
        options = {"label": _("Usage period"), "widget": forms.RadioSelect, "blank": False, **kwargs}
        super().__init__(queryset, **options)

    def label_from_instance(self, period: Any) -> str:
        facts = {
            "work": period_text(period),
            "first": date(period.claiming_start),
            "last": date(period.claiming_end),
        }
        if period.program.today() < period.claiming_start:
            return _g("%(work)s, can be sent from %(first)s to %(last)s") % facts
        return _g("%(work)s, can be sent now, until %(last)s") % facts


def country_field(countries: Iterable[str], **options: Any) -> forms.ChoiceField:
    named = sorted(((code, country(code)) for code in countries), key=lambda choice: choice[1])
    return forms.ChoiceField(label=_("Country"), required=False, choices=[("", _g("Choose …")), *named], **options)


class FactsForm(DraftForm):
    """What is typed about the work itself (R-POE-02, -03, asked once). `only`: names of the fields that are open.

    countries, periods: to choose from, where no plan says them.
    """

    name = forms.CharField(label=_("Name"), max_length=120, required=False, help_text=_("How you will find it again."))
    executed_from = day_field(_("First day of the work"))
    executed_to = day_field(_("Last day of the work"))
    estimated_impressions = CountField(
        label=_("Estimated impressions"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Number of people, a whole number."),
    )
    preapproval_id = forms.CharField(label=_("Pre-approval ID"), max_length=60, required=False)
    vendor_share = MeasureField(
        label=_("Share of the content about the vendor's products, in %"),
        max_digits=5,
        decimal_places=2,
        required=False,
        localize=True,
        help_text=_("Leave it empty when it is all of it. With 60 % you are paid at most 60 % of the costs."),
    )
    conference_name = forms.CharField(label=_("Conference"), max_length=120, required=False)
    conference_on = day_field(_("First day of the conference"))
    attendees = NamesField(label=_("Who attended"), help_text=_("One person a line."))

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        currency: str,
        only: Sequence[str] = FACTS,
        preapproval: bool = False,
        countries: Iterable[str] = (),
        periods: Any = None,
        **kwargs: Any,
    ):
        super().__init__(data, **kwargs)
        self.fields["amount"] = AmountField(currency, required=False, min_value=None, label=_("Amount you ask for"))
        self.fields["country"] = country_field(countries)
        if periods is not None:
            self.fields["period"] = PeriodField(periods, required=False)
        self.order_fields(["name", "period", "executed_from", "executed_to", "country", "amount", "vendor_share"])
        for name in [name for name in self.fields if name not in only]:
            del self.fields[name]
        self.needed = [*NEEDED_FACTS, *(["preapproval_id"] if preapproval else [])]
        self.show_needed()

    def clean_period(self) -> Any:
        """A usage period is never taken away, only exchanged."""
        return self.cleaned_data["period"] or self.initial.get("period")


def facts_initial(proof: Proof) -> dict[str, Any]:
    """What is typed about this proof's work, by field: country and period where it has no plan, the conference where
    its type has caps by conference (D-11)."""
    names = [
        *FACTS,
        *([] if proof.spec.vendor_share else ["vendor_share"]),
    ]  # a share the type demands replaces it (D-11)
    if proof.without_plan:
        names += ["country", *(["period"] if proof.status == ProofStatus.EDITING else [])]
    if proof.spec.asks_for_conference:
        names += ["conference_name", "conference_on", "attendees"]
    return {name: getattr(proof, name) for name in names}


class CommentsForm(forms.Form):
    final_comments = forms.CharField(
        label=_("Final comments"), required=False, max_length=COMMENT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)


class ValuesForm(DraftForm):
    """Base of the forms whose fields come from the activity type; fields carry the slug as their name."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class AnswersForm(ValuesForm):
    """Questions of the type and of the components chosen (D-18)."""

    def __init__(self, data: Any = None, files: Any = None, *, specs: Sequence[FieldSpec], vendor: str, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        for spec in specs:
            kind, widget = (
                (forms.MultipleChoiceField, forms.CheckboxSelectMultiple)
                if spec.multiple
                else (forms.ChoiceField, forms.RadioSelect)
            )
            self.fields[spec.slug] = kind(
                label=with_vendor(spec.label, vendor),
                help_text=with_vendor(spec.help, vendor),
                choices=[(choice.value, with_vendor(choice.label, vendor)) for choice in spec.choices],
                required=False,
                widget=widget,
            )
        self.needed = [spec.slug for spec in specs if spec.min_choices]
        self.show_needed()


class MetricsForm(ValuesForm):
    """Results; whatever was typed is kept, the card says what is wrong with it (D-17)."""

    def __init__(self, data: Any = None, files: Any = None, *, specs: Sequence[MetricSpec], vendor: str, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        for spec in specs:
            if spec.input == INPUT_FILE:
                continue
            long = spec.input == INPUT_TEXT
            kind = CountField if spec.input == INPUT_WHOLE_NUMBER else forms.CharField
            self.fields[spec.slug] = kind(
                label=with_vendor(spec.name, vendor),
                required=False,
                max_length=METRIC_MAX if long else 40,
                widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(attrs={"inputmode": "decimal"}),
            )
        self.needed = [spec.slug for spec in specs if spec.required]
        self.show_needed()


class CoreForm(ValuesForm):
    """One core requirement: a tick, and the document that shows it (D-18)."""

    declared = forms.BooleanField(required=False)
    document_id = forms.ChoiceField(label=_("Shown by"), required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        slug: str,
        label: str,
        documents: Iterable[Document],
        **kwargs: Any,
    ):
        super().__init__(data, files, **kwargs)
        self.slug = slug
        self.fields["declared"].label = label
        choices = [("", _g("Choose the document"))] + [(str(one.pk), one.name) for one in documents]
        self.fields["document_id"].choices = choices
        self.needed = ["document_id"]
        self.show_needed()

    def values(self) -> dict[str, Any]:
        return {self.slug: {**self.cleaned_data}}


class TypedForm(forms.Form):
    """An address or a text that counts as a document."""

    note = forms.CharField(label=_("What it shows"), required=False, max_length=COMMENT_MAX)

    def __init__(self, data: Any = None, files: Any = None, *, kind: str, **kwargs: Any):
        super().__init__(data, **kwargs)
        if kind == "url":
            self.fields["value"] = forms.URLField(
                label=_("Address"),
                max_length=2000,
                assume_scheme="https",
                widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
                error_messages={
                    "required": _("Enter the address."),
                    "invalid": _("This is no web address. Copy it from your browser."),
                },
            )
        else:
            self.fields["value"] = forms.CharField(
                label=_("Text"),
                max_length=MAX_TEXT,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"required": _("Enter the text.")},
            )
        self.order_fields(["value", "note"])


class UploadForm(forms.Form):
    """The fields beside the files; the files themselves are read from the request."""

    note = forms.CharField(label=_("What it shows"), required=False, max_length=COMMENT_MAX)

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)


class DocumentForm(forms.Form):
    note = forms.CharField(
        label=_("What it shows"), required=False, max_length=COMMENT_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )
    card = forms.ChoiceField(label=_("Belongs to"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, cards: Sequence[tuple[str, str]] = (), **kwargs: Any):
        super().__init__(data, **kwargs)
        if cards:
            self.fields["card"].choices = cards
        else:
            del self.fields["card"]


class FixedForm(forms.Form):
    reply = forms.CharField(
        label=_("Answer to the reviewer"),
        required=False,
        max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)


class CommentForm(forms.Form):
    comment = forms.CharField(
        label=_("Comment"),
        max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    internal = forms.BooleanField(label=_("Internal note: the partner does not see it"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, is_vendor: bool, **kwargs: Any):
        super().__init__(data, **kwargs)
        if not is_vendor:
            del self.fields["internal"]


class EmptyForm(forms.Form):
    """A button and nothing else."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)


class ProofFilter(forms.Form):
    """Filters of the list; what makes no sense is ignored."""

    q = forms.CharField(required=False, max_length=120)
    status = forms.ChoiceField(required=False, choices=[("", ""), *ProofStatus.choices])

    def __init__(self, data: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)


def answers_form(proof: Proof, card: str = "", data: Any = None, **kwargs: Any) -> AnswersForm:
    """The form of the card field-<slug>, or of all questions that apply now."""
    parts = [proof.spec, *proof.spec.chosen_components(proof.answers)]
    specs = [field for part in parts for field in part.fields if card in ("", f"field-{field.slug}")]
    return AnswersForm(data, specs=specs, vendor=settings.VENDOR_NAME, initial=proof.answers, **kwargs)


def metrics_form(proof: Proof, card: str = "", data: Any = None, **kwargs: Any) -> MetricsForm:
    """The form of the card metric-<slug>, or of all results; chosen components add theirs."""
    parts = [proof.spec, *proof.spec.chosen_components(proof.answers)]
    named = {metric.slug: metric for part in reversed(parts) for metric in part.metrics}
    specs = [metric for metric in named.values() if card in ("", f"metric-{metric.slug}")]
    return MetricsForm(data, specs=specs, vendor=settings.VENDOR_NAME, initial=proof.metrics, **kwargs)


def core_form(
    proof: Proof, card: str, documents: Iterable[Document], data: Any = None, **kwargs: Any
) -> CoreForm | None:
    """The form of the card core-<slug>; None when the type has no such requirement.

    Offered are the documents that passed their checks, and the one chosen before, whatever became of it.
    """
    for one in proof.spec.core_requirements:
        if card == f"core-{one.slug}":
            label = with_vendor(one.text or one.label, settings.VENDOR_NAME)
            initial = proof.core_requirements.get(one.slug) or {}
            chosen = str(initial.get("document_id") or "")
            usable = [file for file in documents if file.state == DocumentState.CLEAN or str(file.pk) == chosen]
            return CoreForm(data, slug=one.slug, label=label, documents=usable, initial=initial, **kwargs)
    return None
