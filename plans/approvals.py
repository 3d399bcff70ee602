"""What was approved of a plan, from when its limit counts, and how the version people work on differs (D-10).

Reads and arithmetic only; approvals are written by plans.services.approve_plan.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.clock import add_months, date_in
from plans.models import Activity, Campaign, Plan, PlanApproval

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
CAMPAIGN_FIELDS = ("name", "objective", "starts_on", "ends_on")
ACTIVITY_FIELDS = ("name", "type_name", "countries", "starts_on", "ends_on", "budget")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Change:
    """One difference between the approval in force and the version people work on.

    kind: added, removed or changed · noun: campaign or activity · values: field -> (in force, now), of changed ones
    only the fields that differ. Values are as in the snapshot: dates and amounts as text.
    """

    kind: str
    noun: str
    id: str
    name: str
    values: dict[str, tuple[Any, Any]]


def limit_starts_on(approved_on: date, number: int) -> date:
    """The first day a limit counts: of the first approval the day itself, of a later one the first of the next month
    (R-PLIM-04)."""
    return approved_on if number == 1 else add_months(approved_on.replace(day=1), 1)


def in_force(plan: Plan, on: date | None = None) -> PlanApproval | None:
    """The newest approval, whatever the plan's status; with `on` the newest one made up to the end of that day in the
    program's zone. None before the first."""
    zone = plan.enrollment.program.deadline_zone
    made = [one for one in plan.approvals.all() if on is None or date_in(one.approved_at, zone) <= on]
    return max(made, key=lambda one: one.number, default=None)


def limit_on(plan: Plan, day: date) -> Decimal:
    """The limit that counts on a day: of the newest approval whose limit has begun; zero before the first."""
    return limit_among(plan.approvals.all(), day)


def limit_among(approvals: Iterable[PlanApproval], day: date) -> Decimal:
    begun = [one for one in approvals if one.limit_from <= day]
    newest = max(begun, key=lambda one: one.number, default=None)
    return NOTHING if newest is None else newest.limit


def binding_limit(plan: Plan, day: date) -> Decimal:
    """What live claims may hold together on a day (D-08): the limit that counts, or a smaller one that is approved
    already and begins next month, because what is held now is still held then."""
    approvals = list(plan.approvals.all())
    newest = max(approvals, key=lambda one: one.number, default=None)
    return NOTHING if newest is None else min(limit_among(approvals, day), newest.limit)


def left_on(plan: Plan, day: date) -> Decimal:
    """What the plan's limit leaves for one more claim on a day, never below zero (D-08, D-11)."""
    return max(binding_limit(plan, day) - plan.committed, NOTHING)


def snapshot_of(plan: Plan) -> dict[str, Any]:
    """The campaigns and activities of the working version as plain JSON values, in the order of the page."""
    return {"campaigns": [_campaign(one) for one in plan.campaigns.all()]}


def _campaign(one: Campaign) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "name": one.name,
        "objective": one.objective,
        "starts_on": one.starts_on.isoformat(),
        "ends_on": one.ends_on.isoformat(),
        "activities": [_activity(activity) for activity in one.activities.all()],
    }


def _activity(one: Activity) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "name": one.name,
        "activity_type_id": one.activity_type_id,
        "type_name": one.activity_type.name,
        "countries": sorted(one.countries),
        "starts_on": one.starts_on.isoformat(),
        "ends_on": one.ends_on.isoformat(),
        "budget": f"{one.budget.normalize():f}",
    }


def changes_since(approval: PlanApproval, plan: Plan) -> list[Change]:
    """What the working version changes against an approval: campaigns, each followed by its activities."""
    before, after = _by_id(approval.snapshot), _by_id(snapshot_of(plan))
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        change = _change(key, before.get(key), after.get(key))
        if change is not None:
            found.append(change)
    return found


def _by_id(snapshot: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    rows = {}
    for campaign in snapshot["campaigns"]:
        rows["campaign", campaign["id"]] = campaign
        for activity in campaign["activities"]:
            rows["activity", activity["id"]] = activity
    return rows


def _change(key: tuple[str, str], before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change | None:
    noun, pk = key
    names = CAMPAIGN_FIELDS if noun == "campaign" else ACTIVITY_FIELDS
    if before is None or after is None:
        row = after or before or {}
        values = {name: (None, row[name]) if before is None else (row[name], None) for name in names}
        return Change(ADDED if before is None else REMOVED, noun, pk, row["name"], values)
    values = {name: (before[name], after[name]) for name in names if _differ(name, before, after)}
    return Change(CHANGED, noun, pk, before["name"], values) if values else None


def _differ(name: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """A type of the same name may be another version of it (R-ACT-06)."""
    key = "activity_type_id" if name == "type_name" else name
    return bool(before[key] != after[key])
