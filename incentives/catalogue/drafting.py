"""A spec that is being edited, in the form of the catalogue's file again: the file's own validation judges it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from incentives.catalogue import Catalogue
from incentives.catalogue.specs import ActivitySpec, ExpenseType
from incentives.catalogue.validation import SCHEMA_VERSION, problems_of


@dataclass
class Words:
    """What a spec may speak of, by slug: those of the file and those that the types of the program already use."""

    categories: dict[str, str] = field(default_factory=dict)
    expenses: dict[str, ExpenseType] = field(default_factory=dict)
    units: dict[str, tuple[str, str]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)


def words_of(catalogue: Catalogue, specs: Iterable[ActivitySpec]) -> Words:
    """The vocabulary for editing the types of one program year."""
    words = Words(
        categories={slug: one["name"] for slug, one in catalogue.categories.items()},
        expenses=dict(catalogue.expense_types),
        units={slug: (one["label"], one["input"]) for slug, one in catalogue.units.items()},
        families=dict(catalogue.program_families),
    )
    for spec in [*catalogue.activities, *specs]:
        words.categories.setdefault(spec.category, spec.category_name)
        for one in spec.eligible_expenses:
            words.expenses.setdefault(one.slug, one)
        for metric in spec.metrics:
            words.units.setdefault(metric.unit, (metric.unit_label, metric.input))
    return words


def entry_of(spec: ActivitySpec) -> dict[str, Any]:
    """The spec as an activity of the file: what is looked up there is a slug again."""
    entry = spec.to_dict()
    del entry["category_name"], entry["components"]
    if spec.vendor_share is None:
        del entry["vendor_share"]
    for metric in entry["metrics"]:
        del metric["unit_label"], metric["input"]
    entry["eligible_expenses"] = [one.slug for one in spec.eligible_expenses]
    return entry


def spec_problems(spec: ActivitySpec, others: Iterable[ActivitySpec], words: Words) -> list[tuple[str, str]]:
    """What the catalogue's validation says of a spec among the other types of its year, and of those it is a part of:
    (slug of the part it is about or "", what is wrong)."""
    among = {one.slug: one for one in (*spec.components, *others, spec)}
    wholes = {one.slug for one in among.values() if any(part.slug == spec.slug for part in one.components)}
    data = {
        "schema_version": SCHEMA_VERSION,
        "name": "draft",
        "categories": {slug: {"name": name, "description": ""} for slug, name in words.categories.items()},
        "program_families": words.families,
        "units": {slug: {"label": label, "input": kind} for slug, (label, kind) in words.units.items()},
        "expense_types": {slug: _plain(one) for slug, one in words.expenses.items()},
        "activities": [entry_of(one) for one in among.values()],
    }
    found = [(text.partition(": ")[0].split("."), text.partition(": ")[2]) for text in problems_of(data)]
    own = [(where[-1] if len(where) > 1 else "", said) for where, said in found if where[0] == spec.slug]
    said_of = _("The type “%(name)s” is made of this one: %(said)s")
    return own + [
        ("", said_of % {"name": among[where[0]].name, "said": said}) for where, said in found if where[0] in wholes
    ]


def _plain(one: ExpenseType) -> dict[str, Any]:
    plain = asdict(one)
    del plain["slug"]
    return plain
