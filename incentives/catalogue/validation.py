"""Strict reading of a catalogue file: every problem at once, none forgiven (D-18)."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from incentives.catalogue.rule_tree import rule_problems
from incentives.catalogue.specs import (
    Choice,
    CoreRequirement,
    DocumentSpec,
    ExpenseType,
    FieldSpec,
    Preapproval,
    names_of,
)
from incentives.catalogue.vocabulary import (
    CAP_BASES,
    CAP_KINDS,
    CAP_PERIODS,
    COMPONENTS_FIELD,
    COST_EVIDENCE,
    DOCUMENT_KINDS,
    INPUTS,
)

SCHEMA_VERSION = 1
SLUG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
CURRENCY = re.compile(r"[A-Z]{3}")
MAX_PERCENT = 100

CATALOGUE_KEYS = {
    "schema_version", "name", "categories", "program_families", "units", "expense_types", "activities",
}  # fmt: skip
LIST_KEYS = (
    "aliases", "only_programs", "excluded_programs", "core_requirements", "fields", "proof_documents",
    "metrics", "metrics_waived_for_expenses", "eligible_expenses", "caps", "notes",
)  # fmt: skip
ACTIVITY_KEYS = {
    "slug", "name", "enabled", "category", "preapproval", "proof_rule", "cost_evidence", *LIST_KEYS,
}  # fmt: skip
CAP_KEYS = {
    "slug", "kind", "percent", "of", "amount", "currency", "count", "what", "options", "per",
    "applies_to_programs", "except_programs", "applies_to_expenses", "reimbursement",
}  # fmt: skip


def problems_of(data: Any) -> list[str]:
    """Everything that keeps a catalogue from being used; empty when it is sound."""
    if not isinstance(data, dict):
        return ["the catalogue is not a JSON object"]
    problems = key_problems("catalogue", data, CATALOGUE_KEYS, CATALOGUE_KEYS)
    if problems:
        return problems
    if data["schema_version"] != SCHEMA_VERSION:
        problems.append(f"schema_version is {data['schema_version']!r}, expected {SCHEMA_VERSION}")
    if not isinstance(data["activities"], list):
        return [*problems, "activities is not a list"]
    problems += _shared_problems(data)
    slugs = [item.get("slug") for item in data["activities"] if isinstance(item, dict)]
    problems += [f"{slug}: appears more than once" for slug in _repeated(slugs)]
    for position, activity in enumerate(data["activities"], start=1):
        problems += _activity_problems(activity, position, data)
    return problems


def key_problems(where: str, item: Any, allowed: set[str], required: set[str]) -> list[str]:
    """Unknown and missing keys of one JSON object."""
    if not isinstance(item, dict):
        return [f"{where}: is not a JSON object"]
    unknown = [f"{where}: unknown key {key!r}" for key in sorted(set(item) - allowed)]
    return unknown + [f"{where}: {key!r} is missing" for key in sorted(required - set(item))]


def _repeated(values: list[Any]) -> list[Any]:
    return sorted({str(value) for value in values if values.count(value) > 1})


def _shared_problems(data: dict[str, Any]) -> list[str]:
    problems = []
    shapes = {
        "categories": ({"name", "description"}, {"name", "description"}),
        "units": ({"label", "input"}, {"label", "input"}),
        "expense_types": (names_of(ExpenseType) - {"slug"}, {"label", "description"}),
    }
    for name, (allowed, required) in shapes.items():
        if not isinstance(data[name], dict):
            problems.append(f"{name} is not a JSON object")
            continue
        for slug, item in data[name].items():
            problems += key_problems(f"{name}.{slug}", item, allowed, required)
            if name == "units" and isinstance(item, dict) and item.get("input") not in INPUTS:
                problems.append(f"units.{slug}: unknown input {item.get('input')!r}")
    return problems


def _activity_problems(activity: Any, position: int, data: dict[str, Any]) -> list[str]:
    where = activity.get("slug") if isinstance(activity, dict) else None
    where = where if isinstance(where, str) and SLUG.fullmatch(where) else f"activity {position}"
    problems = key_problems(where, activity, ACTIVITY_KEYS, ACTIVITY_KEYS)
    if problems:
        return problems
    if where != activity["slug"]:
        problems.append(f"{where}: {activity['slug']!r} is not a slug")
    wrong = [name for name in LIST_KEYS if not isinstance(activity[name], list)]
    if wrong:
        return problems + [f"{where}: {name} is not a list" for name in wrong]
    problems += _reference_problems(where, activity, data)
    problems += _part_problems(where, activity, data)
    problems += [text for cap in activity["caps"] for text in _cap_problems(where, cap, activity, data)]
    if isinstance(activity["enabled"], bool):
        problems += rule_problems(where, activity, data["activities"])
    return problems


def _reference_problems(where: str, activity: dict[str, Any], data: dict[str, Any]) -> list[str]:
    problems = []
    if not isinstance(activity["enabled"], bool):
        problems.append(f"{where}: enabled is neither true nor false")
    if activity["category"] not in data["categories"]:
        problems.append(f"{where}: unknown category {activity['category']!r}")
    if activity["cost_evidence"] not in COST_EVIDENCE:
        problems.append(f"{where}: unknown cost evidence {activity['cost_evidence']!r}")
    for name in ("only_programs", "excluded_programs"):
        problems += _unknown(where, "program family", activity[name], data["program_families"])
    problems += _unknown(where, "expense type", activity["eligible_expenses"], data["expense_types"])
    problems += _unknown(
        where, "waiving expense type", activity["metrics_waived_for_expenses"], activity["eligible_expenses"]
    )
    if activity["enabled"] is True and not activity["eligible_expenses"]:
        problems.append(f"{where}: is enabled but allows no expense type")
    return problems


def _unknown(where: str, what: str, values: list[Any], known: Any) -> list[str]:
    return [f"{where}: unknown {what} {value!r}" for value in values if value not in known]


def _part_problems(where: str, activity: dict[str, Any], data: dict[str, Any]) -> list[str]:
    metric_keys = {"slug", "name", "unit", "required"}
    shapes = (
        ("core_requirements", names_of(CoreRequirement), names_of(CoreRequirement)),
        ("fields", names_of(FieldSpec), names_of(FieldSpec)),
        ("proof_documents", names_of(DocumentSpec), {"slug", "label", "description", "kinds"}),
        ("metrics", metric_keys, metric_keys),
    )
    problems = key_problems(
        f"{where}.preapproval", activity["preapproval"], names_of(Preapproval), {"required"}
    )
    for name, allowed, required in shapes:
        slugs = [item.get("slug") for item in activity[name] if isinstance(item, dict)]
        problems += [f"{where}.{name}: {slug} appears more than once" for slug in _repeated(slugs)]
        for item in activity[name]:
            found = key_problems(f"{where}.{name}", item, allowed, required)
            if not found and not (isinstance(item["slug"], str) and SLUG.fullmatch(item["slug"])):
                found = [f"{where}.{name}: {item['slug']!r} is not a slug"]
            if not found:
                found = _item_problems(f"{where}.{item['slug']}", name, item, data)
            problems += found
    return problems


def _item_problems(where: str, name: str, item: dict[str, Any], data: dict[str, Any]) -> list[str]:
    if name == "proof_documents":
        return _document_problems(where, item)
    if name == "metrics" and item["unit"] not in data["units"]:
        return [f"{where}: unknown unit {item['unit']!r}"]
    if name == "fields":
        return _field_problems(where, item, data)
    return []


def _document_problems(where: str, item: dict[str, Any]) -> list[str]:
    if not isinstance(item["kinds"], list) or not item["kinds"]:
        return [f"{where}: kinds is not a list with at least one kind"]
    problems = _unknown(where, "kind", item["kinds"], DOCUMENT_KINDS)
    if not _is_whole(item.get("min_items", 1), 1):
        problems.append(f"{where}: min_items is not a whole number from 1")
    return problems


def _field_problems(where: str, item: dict[str, Any], data: dict[str, Any]) -> list[str]:
    if not isinstance(item["choices"], list) or not item["choices"]:
        return [f"{where}: has no choices"]
    problems = [
        text
        for choice in item["choices"]
        for text in key_problems(where, choice, names_of(Choice), names_of(Choice))
    ]
    if problems:
        return problems
    values = [choice["value"] for choice in item["choices"]]
    problems += [f"{where}: choice {value} appears more than once" for value in _repeated(values)]
    most = len(values) if item["multiple"] is True else 1
    if not _is_whole(item["min_choices"], 0) or item["min_choices"] > most:
        problems.append(f"{where}: min_choices is not a whole number from 0 to {most}")
    if item["slug"] == COMPONENTS_FIELD:
        known = [one.get("slug") for one in data["activities"] if isinstance(one, dict)]
        problems += _unknown(where, "component", values, known)
    return problems


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _cap_problems(where: str, cap: Any, activity: dict[str, Any], data: dict[str, Any]) -> list[str]:
    required = {"slug", "kind", "per", "applies_to_programs", "applies_to_expenses"}
    problems = key_problems(f"{where}.caps", cap, CAP_KEYS, required)
    if problems:
        return problems
    where = f"{where}.{cap['slug']}"
    problems += _limit_problems(where, cap)
    if cap["per"] not in CAP_PERIODS:
        problems.append(f"{where}: unknown cap period {cap['per']!r}")
    families = [*cap["applies_to_programs"], *cap.get("except_programs", [])]
    problems += _unknown(where, "program family", families, data["program_families"])
    if cap["applies_to_expenses"] != "all":
        problems += _unknown(where, "expense type", cap["applies_to_expenses"], activity["eligible_expenses"])
    return problems


def _limit_problems(where: str, cap: dict[str, Any]) -> list[str]:
    kind = cap.get("kind")
    if kind not in CAP_KINDS:
        return [f"{where}: unknown cap kind {kind!r}"]
    problems = []
    if kind == "percent":
        if not _is_amount(cap.get("percent")) or Decimal(cap["percent"]) > MAX_PERCENT:
            problems.append(f"{where}: percent is not a number up to {MAX_PERCENT}, written as text")
        if cap.get("of") not in CAP_BASES:
            problems.append(f"{where}: unknown cap base {cap.get('of')!r}")
    elif kind == "absolute":
        if not _is_amount(cap.get("amount")):
            problems.append(f"{where}: amount is not a positive number, written as text")
        if not CURRENCY.fullmatch(str(cap.get("currency"))):
            problems.append(f"{where}: currency is not a three-letter code")
    elif kind == "count" and not _is_whole(cap.get("count"), 1):
        problems.append(f"{where}: count is not a whole number from 1")
    elif kind == "greater_of":
        options = cap.get("options")
        if not isinstance(options, list) or len(options) < 2:
            return [f"{where}: greater_of needs at least two options"]
        problems += [text for option in options for text in _limit_problems(where, option)]
    return problems


def _is_amount(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value) > 0
    except InvalidOperation:
        return False
