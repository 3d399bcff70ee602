"""The only writes of plans, campaigns and activities."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Problem, RuleViolation
from core.money import quantize
from core.numbers import next_number
from core.permissions import require
from core.workflow import apply, existing, lock
from incentives.models import Enrollment, FundType, ProgramYear
from plans import deadlines, notifications, rules
from plans.models import Activity, Campaign, Plan
from plans.workflow import PLAN

NUMBER_PREFIX = "PLN"  # D-27
PLAN_FIELDS = ("name", "reviewer", "requested_limit", "comments")
CAMPAIGN_FIELDS = ("name", "objective", "starts_on", "ends_on")
ACTIVITY_FIELDS = ("name", "activity_type", "countries", "starts_on", "ends_on", "budget")

history.describe(
    {
        "plans.create": _("created the plan"),
        "plans.edit": _("changed the plan"),
        "plans.comment": _("wrote"),
        "plans.add_campaign": _("added a campaign"),
        "plans.edit_campaign": _("changed a campaign"),
        "plans.delete_campaign": _("removed a campaign"),
        "plans.add_activity": _("added an activity"),
        "plans.edit_activity": _("changed an activity"),
        "plans.delete_activity": _("removed an activity"),
    }
)


def create_plan(
    enrollment: Enrollment, fund_type: FundType, program_year: ProgramYear, *, actor: Any, **fields: Any
) -> Plan:
    """Start a plan. Its currency is the enrolment's (D-12).

    Raises Denied; RuleViolation when there is one already (R-PLAN-04), the program has no plans, the location is
    not enrolled or the year is over.
    """
    require(actor, "plans.create", enrollment)
    plan = Plan(
        enrollment=enrollment,
        fund_type=fund_type,
        program_year=program_year,
        status=PLAN.initial,
        currency=enrollment.currency,
        created_by=actor,
        **fields,
    )
    problems = [
        *rules.program_takes_plans(plan, {}),
        *rules.location_is_enrolled(plan, {}),
        *rules.window_is_open(plan, {}),
    ]
    if problems:
        raise RuleViolation(problems)
    try:
        with transaction.atomic():
            plan.number = next_number(NUMBER_PREFIX)
            plan.save(force_insert=True)
            history.record(plan, "plans.create", actor=actor, new=plan.status)
    except IntegrityError:
        raise RuleViolation([_taken(plan)]) from None
    return plan


def _taken(plan: Plan) -> Problem:
    text = _g("There is already a plan for this location, program, fund and program year. Open that one instead.")
    return Problem("plan_exists", text, rule="R-PLAN-04", anchor="id_program_year")


def edit_plan(pk: Any, *, actor: Any, **fields: Any) -> Plan:
    """Change the plan's own fields (PLAN_FIELDS) while it is in editing."""
    with transaction.atomic():
        plan = _editable(pk, actor)
        _save_changes(plan, plan, "plans.edit", PLAN_FIELDS, fields, actor)
    return plan


def comment_plan(pk: Any, *, actor: Any, comment: str) -> Plan:
    """Write into the plan's history; the same words again at once are a double click and stand there once."""
    with transaction.atomic():
        plan = lock(Plan, pk)
        require(actor, "plans.comment", plan)
        if not history.just_did(plan, "plans.comment", actor=actor, comment=comment.strip()):
            history.record(plan, "plans.comment", actor=actor, comment=comment.strip())
    return plan


def add_campaign(plan_id: Any, *, actor: Any, **fields: Any) -> Campaign:
    """Add a campaign inside the program year (R-CAMP-03)."""
    with transaction.atomic():
        plan = _editable(plan_id, actor)
        _refuse(rules.campaign_fits(plan, fields["starts_on"], fields["ends_on"]))
        campaign = Campaign(plan=plan, **fields)
        _insert(campaign, _g("This plan already has a campaign with this name."))
        history.record(plan, "plans.add_campaign", actor=actor, changes={"campaign": ["", campaign.name]})
    return campaign


def edit_campaign(pk: Any, *, actor: Any, **fields: Any) -> Campaign:
    with transaction.atomic():
        plan = _editable(existing(Campaign.objects, pk).plan_id, actor)
        campaign = lock(Campaign, pk)
        _refuse(rules.campaign_fits(plan, fields["starts_on"], fields["ends_on"]))
        _save_changes(campaign, plan, "plans.edit_campaign", CAMPAIGN_FIELDS, fields, actor)
    return campaign


def delete_campaign(pk: Any, *, actor: Any) -> Plan:
    with transaction.atomic():
        plan = _editable(existing(Campaign.objects, pk).plan_id, actor)
        campaign = lock(Campaign, pk)
        gone = {
            f"activity {activity.name}": [_written(activity.budget, plan.currency), ""]
            for activity in campaign.activities.all()
        }
        history.record(plan, "plans.delete_campaign", actor=actor, changes={"campaign": [campaign.name, ""], **gone})
        campaign.delete()
    return plan


def add_activity(campaign_id: Any, *, actor: Any, **fields: Any) -> Activity:
    """Add an activity to a campaign; may cover several countries (R-ACT-01)."""
    with transaction.atomic():
        plan = _editable(existing(Campaign.objects, campaign_id).plan_id, actor)
        campaign = lock(Campaign, campaign_id)
        activity = Activity(campaign=campaign, **fields)
        _refuse(rules.activity_fits(plan, campaign, activity, in_form=True))
        _insert(activity, _g("This campaign already has an activity with this name."))
        history.record(plan, "plans.add_activity", actor=actor, changes={"activity": ["", activity.name]})
    return activity


def edit_activity(pk: Any, *, actor: Any, **fields: Any) -> Activity:
    with transaction.atomic():
        plan = _editable(existing(Activity.objects.select_related("campaign"), pk).campaign.plan_id, actor)
        activity = lock(Activity, pk)
        for name in ACTIVITY_FIELDS:
            if name in fields:
                setattr(activity, name, fields[name])
        _refuse(rules.activity_fits(plan, activity.campaign, activity, in_form=True))
        activity.refresh_from_db()
        _save_changes(activity, plan, "plans.edit_activity", ACTIVITY_FIELDS, fields, actor)
    return activity


def delete_activity(pk: Any, *, actor: Any) -> Plan:
    with transaction.atomic():
        plan = _editable(existing(Activity.objects.select_related("campaign"), pk).campaign.plan_id, actor)
        activity = lock(Activity, pk)
        history.record(plan, "plans.delete_activity", actor=actor, changes={"activity": [activity.name, ""]})
        activity.delete()
    return plan


def submit_plan(pk: Any, *, actor: Any, comment: str = "") -> Plan:
    """Send for approval (R-PLAN-07…10); the plan goes to its reviewer (D-02)."""
    with transaction.atomic():
        plan = lock(Plan, pk)
        now = clock.now()
        program = plan.enrollment.program
        due = deadlines.review_due(program.today(now), program.plan_review_days, program.business_calendar)
        fields = {
            "submitted_at": now,
            "first_submitted_at": plan.first_submitted_at or now,
            "assigned_to": plan.reviewer,
            "due_at": clock.end_of_day(due, program.deadline_zone),
        }
        apply(PLAN, plan, "submit", actor=actor, comment=comment, fields=fields)
        notifications.submitted(plan)
    return plan


def take_plan(pk: Any, *, actor: Any, comment: str = "") -> Plan:
    """Start the review; whoever starts it holds it."""
    with transaction.atomic():
        return apply(PLAN, lock(Plan, pk), "take", actor=actor, comment=comment, fields={"assigned_to": actor})


def request_plan_action(pk: Any, *, actor: Any, comment: str) -> Plan:
    with transaction.atomic():
        plan = lock(Plan, pk)
        apply(PLAN, plan, "request_action", actor=actor, comment=comment, fields={"due_at": None})
        notifications.action_required(plan, comment)
    return plan


def approve_plan(pk: Any, *, actor: Any, limit: Decimal, comment: str = "") -> Plan:
    """Approve with a limit in the plan's currency, > 0 and at most what was asked (R-PLAN-03)."""
    return _decide(pk, "approve", actor, comment, limit)


def reject_plan(pk: Any, *, actor: Any, comment: str) -> Plan:
    return _decide(pk, "reject", actor, comment, None)


def _decide(pk: Any, move: str, actor: Any, comment: str, limit: Decimal | None) -> Plan:
    with transaction.atomic():
        plan = lock(Plan, pk)
        fields = {"decided_at": clock.now(), "decided_by": actor, "due_at": None, "approved_limit": limit}
        changes = {"limit": ["", _written(limit, plan.currency)]} if limit is not None else None
        apply(
            PLAN,
            plan,
            move,
            actor=actor,
            comment=comment,
            changes=changes,
            context={"limit": limit},
            fields=fields,
        )
        notifications.decided(plan, comment)
    return plan


def reopen_plan(pk: Any, *, actor: Any, comment: str = "") -> Plan:
    """Action required or rejected: back to editing, within the 90 days (R-PLAN-10)."""
    with transaction.atomic():
        return apply(PLAN, lock(Plan, pk), "reopen", actor=actor, comment=comment)


def _editable(pk: Any, actor: Any) -> Plan:
    """The plan under its lock, open for editing by this person (Denied otherwise)."""
    plan = lock(Plan, pk)
    require(actor, "plans.edit", plan)
    return plan


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RuleViolation(problems)


def _insert(row: Any, taken: str) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise RuleViolation([Problem("name_taken", taken, anchor="id_name")]) from None


def _save_changes(
    row: Any, plan: Plan, action: str, names: tuple[str, ...], fields: dict[str, Any], actor: Any
) -> None:
    """Save the named fields and write what changed to the plan's history."""
    before = {name: getattr(row, name) for name in names}
    for name in names:
        if name in fields:
            setattr(row, name, fields[name])
    changes = {
        name: [_written(before[name], plan.currency), _written(getattr(row, name), plan.currency)]
        for name in names
        if before[name] != getattr(row, name)
    }
    if not changes:
        return
    try:
        with transaction.atomic():
            row.save(update_fields=list(changes))
    except IntegrityError:
        raise RuleViolation([Problem("name_taken", _g("This name is taken."), anchor="id_name")]) from None
    if row is not plan:
        changes = {f"{row}: {name}": value for name, value in changes.items()}
    history.record(plan, action, actor=actor, changes=changes)


def _written(value: Any, currency: str) -> str:
    """A value as history keeps it: readable without its column."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, Decimal):
        return f"{quantize(value, currency)} {currency}"
    return "" if value is None else str(value)
