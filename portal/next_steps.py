"""What is left to do on a plan: the checklist of its page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.ui import date
from plans import deadlines, rules
from plans.choices import PlanStatus
from plans.models import Plan

DUE_SHOWN = 5


def what_is_left(plan: Plan, rows: list[dict[str, Any]], user: Any) -> dict[str, Any]:
    """{items, summary}: items of the checklist component, and one line that sums them up.

    rows: the activities as the page shows them: activity, proofs, proven, starts_later, ended.
    """
    if plan.status == PlanStatus.EDITING:
        return _to_send(plan) if not user.is_vendor else _only(_("The partner is changing the plan"))
    if plan.status in (PlanStatus.ACTION_REQUIRED, PlanStatus.REJECTED):
        return _to_reopen(plan) if not user.is_vendor else _only(_("It is the partner's turn"))
    if plan.status == PlanStatus.APPROVED or (plan.version and not user.is_vendor):
        return _to_prove([row for row in rows if row["activity"].in_force])
    if user.is_vendor:
        return _only(_("Read the plan and decide"))
    return _only(_("Nothing to do before the answer"))


def _only(summary: str) -> dict[str, Any]:
    return {"items": [], "summary": summary}


def _item(state: str, label: str, href: str = "", note: str = "") -> dict[str, str]:
    return {"state": state, "label": label, "href": href, "note": note}


def _to_reopen(plan: Plan) -> dict[str, Any]:
    day = date(deadlines.resubmission_last_day(plan.program_year.ends_on))
    label = _("Open the plan for editing and send it again")
    note = _("possible until %(day)s") % {"day": day}
    return {"items": [_item("attention", label, "#history", note)], "summary": _("Sent back: see why in the history")}


def _to_send(plan: Plan) -> dict[str, Any]:
    edit_page = reverse("plans:edit", args=[plan.pk])
    items = []
    for one in rules.submission_problems(plan):
        field = "requested_limit" if one.code == "limit_too_low" else "reviewer"
        href = f"{edit_page}#id_{field}" if one.anchor == "edit" else f"#{one.anchor}" if one.anchor else ""
        items.append(_item("missing", f"{one.subject}: {one.message}" if one.subject else one.message, href))
    if not items:
        return {"items": [_item("good", _("Everything is there"))], "summary": _("Ready to be sent")}
    text = ngettext("%(num)s thing before it can be sent", "%(num)s things before it can be sent", len(items))
    return {"items": items, "summary": text % {"num": len(items)}}


def _to_prove(rows: list[dict[str, Any]]) -> dict[str, Any]:
    due = [row for row in rows if not row["proofs"] and not row["starts_later"]]
    items = []
    for row in due[:DUE_SHOWN]:
        note = _("ended %(day)s") if row["ended"] else _("until %(day)s")
        items.append(
            _item(
                "missing",
                _("%(name)s: no proof yet") % {"name": row["activity"].name},
                f"#activity-{row['activity'].pk}",
                note % {"day": date(row["activity"].ends_on)},
            )
        )
    if len(due) > DUE_SHOWN:
        items.append(_item("missing", _("%(num)s more without proof") % {"num": len(due) - DUE_SHOWN}, "#campaigns"))
    proven = sum(row["proven"] for row in rows)
    if proven:
        text = ngettext("%(num)s activity proven", "%(num)s activities proven", proven)
        items.append(_item("accepted", text % {"num": proven}))
    later = sum(not row["proofs"] and row["starts_later"] for row in rows)
    if later:
        text = ngettext("%(num)s activity begins later", "%(num)s activities begin later", later)
        items.append(_item("not_due", text % {"num": later}))
    text = ngettext("%(num)s activity has no proof yet", "%(num)s activities have no proof yet", len(due))
    return {"items": items, "summary": text % {"num": len(due)} if due else _("Nothing is due")}
