"""Versions of a plan on its page: which is in force, which is on its way, and what differs (D-10)."""

from datetime import date as Date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.ui import country, date, money_text
from plans import approvals
from plans.approvals import ADDED, CHANGED, REMOVED, Change
from plans.choices import PlanStatus
from plans.forms import type_name
from plans.models import Plan, PlanApproval

S = PlanStatus


def versions_of(plan: Plan, asked: Decimal) -> dict[str, Any] | None:
    """None before the first approval; else {line, limit, next, number, changes}.

    line: short facts for the head · limit: what counts today · next: (day, limit) that begins later, or None ·
    changes: rows of the difference while a change is on its way. Asks nothing when the plan came with its parts.
    """
    approval = approvals.in_force(plan)
    if approval is None:
        return None
    today = plan.enrollment.program.today()
    limit = approvals.limit_on(plan, today)
    begins_later = (approval.limit_from, approval.limit) if approval.limit_from > today else None
    drafted = plan.status != S.APPROVED
    return {
        "line": [*([_on_its_way(plan)] if drafted else []), _in_force(approval, limit, bool(begins_later))],
        "limit": limit,
        "next": begins_later,
        "number": approval.number,
        "changes": _rows(plan, approval, asked) if drafted else [],
    }


def _on_its_way(plan: Plan) -> str:
    texts = {
        S.EDITING: _("Version %(number)s in editing"),
        S.SUBMITTED: _("Version %(number)s submitted"),
        S.UNDER_REVIEW: _("Version %(number)s under review"),
        S.ACTION_REQUIRED: _("Version %(number)s sent back"),
        S.REJECTED: _("Version %(number)s rejected"),
    }
    return texts[S(plan.status)] % {"number": plan.version + 1}


def _in_force(approval: PlanApproval, limit: Decimal, begins_later: bool) -> str:
    text = _("version %(number)s in force, limit %(limit)s, from %(day)s")
    if begins_later:
        text = _("version %(number)s in force, limit %(limit)s, from %(day)s, until then %(now)s")
    facts = {
        "number": approval.number,
        "limit": money_text(approval.limit, approval.currency),
        "day": date(approval.limit_from),
        "now": money_text(limit, approval.currency),
    }
    return text % facts


def _rows(plan: Plan, approval: PlanApproval, asked: Decimal) -> list[dict[str, Any]]:
    rows = [_row(one, plan.currency) for one in approvals.changes_since(approval, plan)]
    if asked != approval.limit:
        pair = [(_("Limit"), *(money_text(sum_, plan.currency) for sum_ in (approval.limit, asked)))]
        first = {"id": "", "noun": "limit", "name": _("Limit asked for"), "caption": "", "kind": CHANGED}
        rows.insert(0, {**first, "label": _LABELS[CHANGED](), "values": pair})
    return rows


_LABELS = {ADDED: lambda: _("added"), REMOVED: lambda: _("removed"), CHANGED: lambda: _("changed")}


def _row(change: Change, currency: str) -> dict[str, Any]:
    """values: (label, in force, now), each empty where it does not exist."""
    return {
        "id": change.id,
        "noun": change.noun,
        "name": change.name,
        "caption": _("Campaign") if change.noun == "campaign" else _("Activity"),
        "kind": change.kind,
        "label": _LABELS[change.kind](),
        "values": _values(change, currency),
    }


def _values(change: Change, currency: str) -> list[tuple[str, str, str]]:
    labels = {
        "name": _("Name"),
        "objective": _("Objective"),
        "type_name": _("Type"),
        "countries": _("Countries"),
        "starts_on": _("First day"),
        "ends_on": _("Last day"),
        "budget": _("Budget"),
    }
    pairs = [
        (labels[name], *(_written(name, value, currency) for value in pair)) for name, pair in change.values.items()
    ]
    if change.kind != CHANGED:  # the name stands at the head of the row
        pairs = [pair for pair in pairs if pair[0] != labels["name"]]
    elif change.values.get("type_name", ("", " "))[0] == change.values.get("type_name", ("", " "))[1]:
        pairs = [(label, old, _("newer version") if label == labels["type_name"] else new) for label, old, new in pairs]
    return [pair for pair in pairs if pair[1] or pair[2]]


def _written(name: str, value: Any, currency: str) -> str:
    if value in (None, ""):
        return ""
    if name in ("starts_on", "ends_on"):
        return date(Date.fromisoformat(value))
    if name == "budget":
        return money_text(Decimal(value), currency)
    if name == "countries":
        return ", ".join(country(code) for code in value)
    return type_name(value) if name == "type_name" else str(value)
