"""Strict reading of a catalogue file: every problem at once, none forgiven (D-18)."""

import re
from decimal import Decimal
from typing import Any

from incentives.catalogue.rule_tree import rule_problems
from incentives.catalogue.shape import MapOf, name_of, shape_problems
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
MAX_PERCENT = 100
SLUG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
CURRENCY = re.compile(r"[A-Z]{3}")
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")  # written as text, so that no digit is lost

CAP = {
    "slug": SLUG,
    "kind": str,
    "percent?": NUMBER,
    "of?": str,
    "amount?": NUMBER,
    "currency?": CURRENCY,
    "count?": int,
    "what?": str,
    "options?": [{"kind": str, "percent?": NUMBER, "of?": str, "amount?": NUMBER, "currency?": CURRENCY}],
    "per": str,
    "applies_to_programs": [str],
    "except_programs?": [str],
    "applies_to_expenses": object,
    "reimbursement?": str,
}
FIELD = {
    "slug": SLUG,
    "label": str,
    "help": str,
    "multiple": bool,
    "min_choices": int,
    "choices": [{"value": SLUG, "label": str}],
}
DOCUMENT = {
    "slug": SLUG,
    "label": str,
    "description": str,
    "kinds": [str],
    "min_items?": int,
    "from_invoices?": bool,
}
ACTIVITY = {
    "slug": SLUG,
    "name": str,
    "enabled": bool,
    "category": str,
    "aliases": [str],
    "only_programs": [str],
    "excluded_programs": [str],
    "preapproval": {"required": bool, "note?": str},
    "core_requirements": [{"slug": SLUG, "label": str, "text": str}],
    "fields": [FIELD],
    "proof_documents": [DOCUMENT],
    "proof_rule": object,
    "cost_evidence": str,
    "metrics": [{"slug": SLUG, "name": str, "unit": str, "required": bool}],
    "metrics_waived_for_expenses": [str],
    "eligible_expenses": [str],
    "caps": [CAP],
    "notes": [str],
    "vendor_share?": int,
}
CATALOGUE = {
    "schema_version": int,
    "name": str,
    "categories": MapOf({"name": str, "description": str}),
    "program_families": MapOf(str),
    "units": MapOf({"label": str, "input": str}),
    "expense_types": MapOf({"label": str, "description": str, "tax_eligible?": bool}),
    "activities": [object],
}


def problems_of(data: Any) -> list[str]:
    """Everything that keeps a catalogue from being used; empty when it is sound.

    What an activity means is judged only when its shape is right.
    """
    problems = shape_problems("catalogue", data, CATALOGUE)
    if problems:
        return problems
    if data["schema_version"] != SCHEMA_VERSION:
        problems.append(f"schema_version is {data['schema_version']}, expected {SCHEMA_VERSION}")
    for slug, unit in data["units"].items():
        problems += _unknown(f"units.{slug}", "input", [unit["input"]], INPUTS)
    sound = []
    for position, activity in enumerate(data["activities"], start=1):
        found = shape_problems(name_of(activity, position), activity, ACTIVITY)
        problems += found
        if not found:
            sound.append(activity)
    problems += [f"{slug}: appears more than once" for slug in _repeated([one["slug"] for one in sound])]
    for activity in sound:
        problems += _activity_problems(activity, sound, data)
    return problems


def _repeated(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})


def _unknown(where: str, what: str, values: list[str], known: Any) -> list[str]:
    return [f"{where}: unknown {what} {value!r}" for value in values if value not in known]


def _activity_problems(activity: dict[str, Any], sound: list[dict[str, Any]], data: dict[str, Any]) -> list[str]:
    where = activity["slug"]
    problems = _reference_problems(where, activity, data)
    for name in ("core_requirements", "fields", "proof_documents", "metrics"):
        repeated = _repeated([item["slug"] for item in activity[name]])
        problems += [f"{where}.{name}: {slug} appears more than once" for slug in repeated]
    for metric in activity["metrics"]:
        problems += _unknown(f"{where}.{metric['slug']}", "unit", [metric["unit"]], data["units"])
    for document in activity["proof_documents"]:
        problems += _document_problems(f"{where}.{document['slug']}", document)
    for field in activity["fields"]:
        problems += _field_problems(f"{where}.{field['slug']}", field, sound)
    if not 1 <= activity.get("vendor_share", MAX_PERCENT) <= MAX_PERCENT:
        problems.append(f"{where}: vendor_share is not between 1 and {MAX_PERCENT}")
    for cap in activity["caps"]:
        problems += _cap_problems(f"{where}.{cap['slug']}", cap, activity, data)
    return problems + rule_problems(where, activity, sound)


def _reference_problems(where: str, activity: dict[str, Any], data: dict[str, Any]) -> list[str]:
    problems = _unknown(where, "category", [activity["category"]], data["categories"])
    problems += _unknown(where, "cost evidence", [activity["cost_evidence"]], COST_EVIDENCE)
    for name in ("only_programs", "excluded_programs"):
        problems += _unknown(where, "program family", activity[name], data["program_families"])
    problems += _unknown(where, "expense type", activity["eligible_expenses"], data["expense_types"])
    waiving = activity["metrics_waived_for_expenses"]
    problems += _unknown(where, "waiving expense type", waiving, activity["eligible_expenses"])
    if activity["enabled"] and not activity["eligible_expenses"]:
        problems.append(f"{where}: is enabled but allows no expense type")
    return problems


def _document_problems(where: str, document: dict[str, Any]) -> list[str]:
    problems = _unknown(where, "kind", document["kinds"], DOCUMENT_KINDS)
    if not document["kinds"]:
        problems.append(f"{where}: accepts no kind")
    if document.get("min_items", 1) < 1:
        problems.append(f"{where}: min_items is less than 1")
    return problems


def _field_problems(where: str, field: dict[str, Any], sound: list[dict[str, Any]]) -> list[str]:
    values = [choice["value"] for choice in field["choices"]]
    if not values:
        return [f"{where}: has no choices"]
    problems = [f"{where}: choice {value} appears more than once" for value in _repeated(values)]
    most = len(values) if field["multiple"] else 1
    if not 0 <= field["min_choices"] <= most:
        problems.append(f"{where}: min_choices is not between 0 and {most}")
    if field["slug"] == COMPONENTS_FIELD:
        problems += _unknown(where, "component", values, [one["slug"] for one in sound])
    return problems


def _cap_problems(where: str, cap: dict[str, Any], activity: dict[str, Any], data: dict[str, Any]) -> list[str]:
    problems = _limit_problems(where, cap)
    problems += _unknown(where, "cap period", [cap["per"]], CAP_PERIODS)
    families = [*cap["applies_to_programs"], *cap.get("except_programs", [])]
    problems += _unknown(where, "program family", families, data["program_families"])
    expenses = cap["applies_to_expenses"]
    if isinstance(expenses, list):
        problems += _unknown(where, "expense type", expenses, activity["eligible_expenses"])
    elif expenses != "all":
        problems.append(f"{where}: applies_to_expenses is neither 'all' nor a list")
    return problems


def _limit_problems(where: str, cap: dict[str, Any]) -> list[str]:
    kind = cap["kind"]
    if kind not in CAP_KINDS:
        return [f"{where}: unknown cap kind {kind!r}"]
    needed = {"percent": ("percent", "of"), "absolute": ("amount", "currency"), "count": ("count",)}
    missing = [key for key in needed.get(kind, ()) if key not in cap]
    if missing:
        return [f"{where}: {key!r} is missing" for key in missing]
    if kind == "percent":
        problems = _unknown(where, "cap base", [cap["of"]], CAP_BASES)
        over = Decimal(cap["percent"]) > MAX_PERCENT
        return problems + ([f"{where}: percent is more than {MAX_PERCENT}"] if over else [])
    if kind == "count" and cap["count"] < 1:
        return [f"{where}: count is less than 1"]
    if kind == "greater_of":
        options = cap.get("options", [])
        if len(options) < 2:
            return [f"{where}: greater_of needs at least two options"]
        return [text for option in options for text in _limit_problems(where, option)]
    return []
