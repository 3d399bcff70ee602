"""The catalogue in words, for people who read the rules of a program. Pure."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.ui import date_range, number
from incentives.catalogue.specs import ActivitySpec, Rule, caps_of, with_vendor
from incentives.catalogue.vocabulary import (
    CAP_NONE,
    COST_INVOICE_ONLY,
    COST_VENDOR_INVOICE_ONLY,
)


def period_text(period: Any) -> str:
    """A usage period by its days, which people know, and its label, which lists use (C-11)."""
    return f"{date_range(period.usage_start, period.usage_end)} ({period.label})" if period else ""


def needs(spec: ActivitySpec, vendor: str) -> list[str]:
    """What proves this activity: one phrase a document, with its condition."""
    found = [*_rule(spec, spec.proof_rule), *(metric.name for metric in spec.metrics if metric.required)]
    return [with_vendor(text, vendor) for text in found]


def _rule(spec: ActivitySpec, rule: Rule | None) -> list[str]:
    if not rule:
        return []
    if "doc" in rule:
        document = spec.document(rule["doc"])
        return [document.label] if document else []
    if "optional" in rule:
        return [_("%(document)s (optional)") % {"document": text} for text in _rule(spec, rule["optional"])]
    if "all_of" in rule:
        return [text for branch in rule["all_of"] for text in _rule(spec, branch)]
    if "any_of" in rule:
        branches = [", ".join(_rule(spec, branch)) for branch in rule["any_of"]]
        return [_(" or ").join(branches)]
    if "when" in rule:
        when = _when(spec, rule["when"])
        return [_("%(document)s (%(when)s)") % {"document": text, "when": when} for text in _rule(spec, rule["then"])]
    names = ", ".join(part.name for part in spec.components)
    return [_("the proof of every part used: %(names)s") % {"names": names}]


def _when(spec: ActivitySpec, condition: dict[str, Any]) -> str:
    if "field" in condition:
        field = next((one for one in spec.fields if one.slug == condition["field"]), None)
        value = field.label_of(condition["equals"]) if field else condition["equals"]
        return _("for: %(value)s") % {"value": value}
    if "expense_includes" in condition:
        expense = spec.expense(condition["expense_includes"])
        return _("when it is paid: %(expense)s") % {"expense": expense.label if expense else ""}
    return _("when the other documents do not show every core requirement")


def cost_evidence(spec: ActivitySpec, vendor: str) -> str:
    if spec.cost_evidence == COST_INVOICE_ONLY:
        return _("An invoice; no report on own work.")
    if spec.cost_evidence == COST_VENDOR_INVOICE_ONLY:
        return _("An original invoice of %(vendor)s.") % {"vendor": vendor}
    return _("An invoice, or a certification report for own work.")


def caps(spec: ActivitySpec, families: list[str]) -> list[str]:
    """The caps that hold in a program of these families."""
    return [cap_words(spec, cap) for cap in caps_of(spec, families)]


def other_caps(spec: ActivitySpec, families: list[str]) -> list[str]:
    """The caps of the same entry that hold in programs of other families only."""
    here = caps_of(spec, families)
    return [cap_words(spec, cap) for cap in spec.caps if cap not in here and cap["kind"] != CAP_NONE]


def cap_words(spec: ActivitySpec, cap: dict[str, Any]) -> str:
    """One cap as a phrase."""
    text = _("at most %(what)s per %(period)s") % {"what": _amount(cap), "period": cap_period(cap["per"])}
    if cap["applies_to_expenses"] == "all":
        return text
    labels = [one.label for one in spec.eligible_expenses if one.slug in cap["applies_to_expenses"]]
    return f"{', '.join(labels)}: {text}"


def _amount(cap: dict[str, Any]) -> str:
    if cap["kind"] == "percent":
        return _("%(percent)s %% of the funds earned") % {"percent": cap["percent"]}
    if cap["kind"] == "absolute":
        return f"{number(Decimal(cap['amount']))} {cap['currency']}"
    if cap["kind"] == "count":
        return f"{cap['count']} {cap['what']}"
    options = [_amount(option) for option in cap["options"]]
    return _("%(first)s or %(second)s, whichever is more") % {"first": options[0], "second": options[-1]}


def cap_period(per: str) -> str:
    """What a cap counts by."""
    return {
        "usage_period": _("usage period"),
        "program_period": _("period and program"),
        "period_and_program": _("period and program"),
        "conference": _("conference"),
        "person_and_conference": _("person and conference"),
    }[per]
