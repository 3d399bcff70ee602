"""The yearly catalogue of activity types: read from a data file, validated, versioned (R-ACT-06, D-18)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from incentives.catalogue.specs import (
    ActivitySpec,
    CatalogueError,
    CoreRequirement,
    ExpenseType,
    MetricSpec,
    Preapproval,
    applies_to_program,
    caps_of,
    document_from,
    field_from,
    fingerprint,
    with_vendor,
)
from incentives.catalogue.validation import problems_of

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "data" / "activities.json"

__all__ = [
    "DEFAULT_PATH",
    "ActivitySpec",
    "Catalogue",
    "CatalogueError",
    "applies_to_program",
    "caps_of",
    "catalogue_from",
    "fingerprint",
    "load_catalogue",
    "with_vendor",
]


@dataclass(frozen=True)
class Catalogue:
    """A sound catalogue: activities in file order; the dicts are keyed by slug."""

    name: str
    activities: list[ActivitySpec]
    expense_types: dict[str, ExpenseType]
    categories: dict[str, dict[str, str]]
    program_families: dict[str, str]
    units: dict[str, dict[str, str]]

    def activity(self, slug: str) -> ActivitySpec:
        """The activity of that slug; KeyError when there is none."""
        for spec in self.activities:
            if spec.slug == slug:
                return spec
        raise KeyError(slug)


def load_catalogue(path: Path | str = DEFAULT_PATH) -> Catalogue:
    """The catalogue in a JSON file. Raises CatalogueError with all problems at once; reads nothing else."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError([f"{path}: cannot be read: {error}"]) from error
    return catalogue_from(data)


def catalogue_from(data: Any) -> Catalogue:
    """The catalogue in parsed JSON data, or CatalogueError."""
    problems = problems_of(data)
    if problems:
        raise CatalogueError(problems)
    expenses = {slug: ExpenseType(slug=slug, **item) for slug, item in data["expense_types"].items()}
    raw = {item["slug"]: item for item in data["activities"]}
    return Catalogue(
        name=data["name"],
        activities=[_spec(item, raw, expenses, data) for item in data["activities"]],
        expense_types=expenses,
        categories=data["categories"],
        program_families=data["program_families"],
        units=data["units"],
    )


def _spec(item: dict[str, Any], raw: dict[str, Any], expenses: dict[str, ExpenseType], data: Any) -> ActivitySpec:
    rule = item["proof_rule"] or {}
    components = rule.get("union_of_component_rules", [])
    return ActivitySpec(
        slug=item["slug"],
        name=item["name"],
        enabled=item["enabled"],
        category=item["category"],
        category_name=data["categories"][item["category"]]["name"],
        aliases=tuple(item["aliases"]),
        only_programs=tuple(item["only_programs"]),
        excluded_programs=tuple(item["excluded_programs"]),
        preapproval=Preapproval(**item["preapproval"]),
        core_requirements=tuple(CoreRequirement(**one) for one in item["core_requirements"]),
        fields=tuple(field_from(one) for one in item["fields"]),
        proof_documents=tuple(document_from(one) for one in item["proof_documents"]),
        proof_rule=item["proof_rule"],
        cost_evidence=item["cost_evidence"],
        metrics=tuple(_metric(one, data["units"]) for one in item["metrics"]),
        metrics_waived_for_expenses=tuple(item["metrics_waived_for_expenses"]),
        eligible_expenses=tuple(expenses[slug] for slug in item["eligible_expenses"]),
        caps=tuple(item["caps"]),
        notes=tuple(item["notes"]),
        vendor_share=item.get("vendor_share"),
        components=tuple(_spec(raw[slug], raw, expenses, data) for slug in components),
    )


def _metric(item: dict[str, Any], units: dict[str, dict[str, str]]) -> MetricSpec:
    unit = units[item["unit"]]
    return MetricSpec(unit_label=unit["label"], input=unit["input"], **item)
