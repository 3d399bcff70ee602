"""One activity type as people edit it: the form with its rows, and the spec that was typed (D-18)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.errors import Problem
from incentives.catalogue.drafting import Words
from incentives.catalogue.places import REQUIRED, places_of, rule_of
from incentives.catalogue.specs import (
    ActivitySpec,
    Choice,
    CoreRequirement,
    DocumentSpec,
    FieldSpec,
    MetricSpec,
    Preapproval,
)
from incentives.catalogue.validation import MAX_PERCENT
from incentives.catalogue.vocabulary import (
    CAP_GREATER,
    CAP_PERCENT,
    COST_EVIDENCE,
)
from incentives.forms.rule_rows import (
    COST_WORDS,
    EMPTY_ROWS,
    MAX_ROWS,
    ROWS,
    CapRow,
    LinesField,
    RowSet,
    boxes,
    short_text,
)
from incentives.rule_draft import slug_for


class TypeForm(forms.Form):
    """One activity type with its rows. seen: the state of the type the person began from."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    category = forms.ChoiceField(label=_("Category"))
    enabled = forms.BooleanField(label=_("Can be chosen in this program year"), required=False)
    preapproval_required = forms.BooleanField(label=_("Pre-approval is needed before it runs"), required=False)
    preapproval_note = short_text(_("About the pre-approval"), rows=2)
    cost_evidence = forms.ChoiceField(
        label=_("Cost evidence"), choices=[(one, COST_WORDS[one]) for one in COST_EVIDENCE]
    )
    vendor_share = forms.IntegerField(
        label=_("Share of the vendor's content in per cent"),
        required=False, min_value=1, max_value=MAX_PERCENT,
        help_text=_("Empty: the partner says how much it is."),
    )  # fmt: skip
    expenses = boxes(_("Pays for"), ())
    waived = boxes(
        _("Asks for no results when only these are paid"),
        (),
        help_text=_("Expense types are offered here once they are saved above."),
    )
    notes = LinesField(label=_("Notes"), help_text=_("One a line; partners read them."))
    aliases = LinesField(label=_("Also called"), help_text=_("One a line."))

    def __init__(self, data: Any = None, files: Any = None, *, before: ActivitySpec, words: Words, seen: str):
        super().__init__(data, initial={**_initial(before), "seen": seen})
        self.before, self.words = before, words
        self.fields["category"].choices = list(words.categories.items())
        self.fields["expenses"].choices = [(slug, one.label) for slug, one in words.expenses.items()]
        self.own_expenses = [(one.slug, one.label) for one in before.eligible_expenses]
        self.fields["waived"].choices = self.own_expenses
        rows = _rows(before)
        self.formsets = {name: self._formset(name, data, rows[name]) for name in ROWS}

    def _formset(self, name: str, data: Any, rows: list[dict[str, Any]]) -> Any:
        made = forms.formset_factory(
            ROWS[name], formset=RowSet, extra=0 if data else EMPTY_ROWS, can_delete=True, validate_max=True,
            max_num=MAX_ROWS, absolute_max=MAX_ROWS,
        )  # fmt: skip
        unread = _("The rows did not arrive whole. Open the page again and type them there.")
        many = _g("At most %(limit)s rows.") % {"limit": MAX_ROWS}
        return made(
            data, prefix=name, initial=rows, form_kwargs=self._facts(name),
            error_messages={"missing_management_form": unread, "too_many_forms": many},
        )  # fmt: skip

    def _facts(self, name: str) -> dict[str, Any]:
        """What a row of the list must know."""
        if name == "metrics":
            return {"words": self.words}
        return {"words": self.words, "own_expenses": self.own_expenses} if name == "caps" else {}

    def is_valid(self) -> bool:
        parts = [formset.is_valid() for formset in self.formsets.values()]
        own = super().is_valid()
        if all(parts):
            return own
        self.add_error(None, _("Look at the rows: something in them is missing or cannot be read."))
        for formset in self.formsets.values():
            for message in formset.non_form_errors():
                self.add_error(None, message)
        return False

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What stands in a list: rows that are meant and not removed, new ones with a slug of their own."""
        formset = self.formsets[name]
        known = {row["slug"] for row in _rows(self.before)[name]}
        found, taken = [], set(known)
        for form in formset:
            row = form.cleaned_data
            if not form.is_meant or row.get("DELETE"):
                continue
            slug = row["slug"] if row["slug"] in known else slug_for(row[form.naming], taken)
            taken.add(slug)
            found.append({**row, "slug": slug})
        return found

    def spec(self, slug: str) -> ActivitySpec:
        """The type as it was typed; what the form does not show stays as it was."""
        typed = self.cleaned_data
        documents = self.rows("documents")
        places = {row["slug"]: row["place"] for row in documents}
        was = places_of(self.before.proof_rule)
        order = {**{one: places[one] for one in was if one in places}, **places}
        expenses = tuple(self.words.expenses[one] for one in typed["expenses"])
        return replace(
            self.before,
            slug=slug,
            name=typed["name"],
            category=typed["category"],
            category_name=self.words.categories[typed["category"]],
            enabled=typed["enabled"],
            preapproval=Preapproval(typed["preapproval_required"], typed["preapproval_note"]),
            cost_evidence=typed["cost_evidence"],
            vendor_share=typed["vendor_share"],
            eligible_expenses=_in_order(expenses, self.before.eligible_expenses),
            metrics_waived_for_expenses=_in_order(typed["waived"], self.before.metrics_waived_for_expenses),
            notes=typed["notes"],
            aliases=typed["aliases"],
            core_requirements=tuple(CoreRequirement(r["slug"], r["label"], r["text"]) for r in self.rows("core")),
            fields=tuple(self._question(row) for row in self.rows("questions")),
            proof_documents=tuple(_document(row, self.before.document(row["slug"])) for row in documents),
            proof_rule=rule_of(order, self.before.proof_rule),
            metrics=tuple(self._metric(row) for row in self.rows("metrics")),
            caps=tuple(self._cap(row) for row in self.rows("caps")),
        )

    def _question(self, row: Mapping[str, Any]) -> FieldSpec:
        old = next((one for one in self.before.fields if one.slug == row["slug"]), None)
        return FieldSpec(
            row["slug"], row["label"], row["help"], row["multiple"], row["min_choices"] or 0,
            _choices(row["choices"], old.choices if old else ()),
        )  # fmt: skip

    def _metric(self, row: Mapping[str, Any]) -> MetricSpec:
        label, kind = self.words.units[row["unit"]]
        return MetricSpec(row["slug"], row["name"], row["unit"], label, kind, row["required"])

    def _cap(self, row: Mapping[str, Any]) -> dict[str, Any]:
        old = next((dict(cap) for cap in self.before.caps if cap["slug"] == row["slug"]), {})
        own = {name: old[name] for name in ("except_programs", "reimbursement", "options") if name in old}
        values = {"percent": _number, "of": str, "amount": _number, "currency": str.upper, "count": int, "what": str}
        needed = {**CapRow.needed, CAP_PERCENT: ("percent", "of")}
        cap = {
            "slug": row["slug"],
            "kind": row["kind"],
            **{name: values[name](row[name]) for name in needed.get(row["kind"], ())},
            "per": row["per"],
            "applies_to_programs": row["programs"],
            "applies_to_expenses": row["expenses"] or "all",
            **(own if row["kind"] == CAP_GREATER else {name: own[name] for name in own if name != "options"}),
        }
        return old if _same_cap(old, cap) else cap

    def show(self, problems: Sequence[Problem]) -> None:
        """Each problem beside its part: on its row where it names one, else at the top."""
        rows = {row.cleaned_data.get("slug"): row for formset in self.formsets.values() for row in formset}
        for problem in problems:
            place = rows.get(problem.subject) if problem.subject else None
            (place or self).add_error(None, str(problem.message))


def _initial(spec: ActivitySpec) -> dict[str, Any]:
    same = ("name", "category", "enabled", "cost_evidence", "vendor_share", "notes", "aliases")
    return {
        **{name: getattr(spec, name) for name in same},
        "preapproval_required": spec.preapproval.required,
        "preapproval_note": spec.preapproval.note,
        "expenses": [one.slug for one in spec.eligible_expenses],
        "waived": list(spec.metrics_waived_for_expenses),
    }


def _rows(spec: ActivitySpec) -> dict[str, list[dict[str, Any]]]:
    """What stands in each list of the form."""
    places = places_of(spec.proof_rule)
    return {
        "core": [asdict(one) for one in spec.core_requirements],
        "questions": [{**asdict(one), "choices": [answer.label for answer in one.choices]} for one in spec.fields],
        "documents": [{**asdict(one), "place": places.get(one.slug, REQUIRED)} for one in spec.proof_documents],
        "metrics": [asdict(one) for one in spec.metrics],
        "caps": [
            {
                **cap,
                "programs": cap["applies_to_programs"],
                "expenses": [] if cap["applies_to_expenses"] == "all" else cap["applies_to_expenses"],
            }
            for cap in spec.caps
        ],
    }


def _in_order(chosen: Iterable[Any], before: Sequence[Any]) -> tuple[Any, ...]:
    """What was chosen, in the order it had before, what is new behind it: a form that changes nothing moves nothing."""
    found = list(chosen)
    kept = [one for one in before if one in found]
    return (*kept, *(one for one in found if one not in kept))


def _choices(labels: Sequence[str], before: Sequence[Choice]) -> tuple[Choice, ...]:
    """Answers with their values: an answer that is there keeps its value, and so does one that was only reworded, in
    its place among as many."""
    values = {one.label: one.value for one in before}
    gone = {one.label for one in before} - set(labels)
    taken = set(values.values())
    made = []
    for place, label in enumerate(labels):
        reworded = len(labels) == len(before) and before[place].label in gone
        value = values.get(label) or (before[place].value if reworded else slug_for(label, taken))
        taken.add(value)
        made.append(Choice(value, label))
    return tuple(made)


def _document(row: Mapping[str, Any], old: DocumentSpec | None) -> DocumentSpec:
    kinds = _in_order(row["kinds"], old.kinds if old else ())
    return DocumentSpec(
        row["slug"], row["label"], row["description"], kinds, row["min_items"] or 1, row["from_invoices"]
    )


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _same_cap(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two caps say the same, however their numbers are written."""
    numbers = ("amount", "percent")
    plain = [
        {name: Decimal(value) if name in numbers else value for name, value in cap.items()} for cap in (old, new)
    ]  # fmt: skip
    return plain[0] == plain[1]
