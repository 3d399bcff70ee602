"""A plan's own fields and its moves; approving writes what is in force from then on (D-10)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Problem, RuleViolation
from core.numbers import next_number
from core.permissions import require
from core.workflow import apply, lock
from incentives.models import Enrollment, FundType, ProgramYear
from plans import approvals, deadlines, notifications, rules
from plans.models import Activity, Campaign, Plan, PlanApproval
from plans.services.writing import editable, save_changes, written
from plans.workflow import PLAN

NUMBER_PREFIX = "PLN"  # D-27
PLAN_FIELDS = ("name", "reviewer", "requested_limit", "comments")

history.describe(
    {
        "plans.create": _("created the plan"),
        "plans.edit": _("changed the plan"),
        "plans.comment": _("wrote"),
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
        plan = editable(pk, actor)
        save_changes(plan, plan, "plans.edit", PLAN_FIELDS, fields, actor)
    return plan


def comment_plan(pk: Any, *, actor: Any, comment: str) -> Plan:
    """Write into the plan's history; the same words again at once are a double click and stand there once."""
    with transaction.atomic():
        plan = lock(Plan, pk)
        require(actor, "plans.comment", plan)
        if not history.just_did(plan, "plans.comment", actor=actor, comment=comment.strip()):
            history.record(plan, "plans.comment", actor=actor, comment=comment.strip())
    return plan


def submit_plan(pk: Any, *, actor: Any, comment: str = "") -> Plan:
    """Send for approval (R-PLAN-07…10); the plan goes to its reviewer (D-02)."""
    with transaction.atomic():
        plan = lock(Plan, pk)
        now = clock.now()
        program = plan.enrollment.program
        due = deadlines.review_due(program.today(now), program.plan_review_days, program.work_days)
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
    """Approve with a limit in the plan's currency: > 0, at most what was asked (R-PLAN-03), at least what is paid or
    held by claims. Writes the next PlanApproval, in force from now on (D-10)."""
    with transaction.atomic():
        plan = lock(Plan, pk)
        fields = {**_decision(actor), "version": plan.version + 1}
        old = plan.newest_limit
        apply(
            PLAN,
            plan,
            "approve",
            actor=actor,
            comment=comment,
            changes={"limit": [written(old, plan.currency), written(limit, plan.currency)]},
            context={"limit": limit},
            fields=fields,
        )
        approval = _put_in_force(plan, limit, actor, fields["decided_at"])
        notifications.approved(plan, approval, comment)
    return plan


def _decision(actor: Any) -> dict[str, Any]:
    return {"decided_at": clock.now(), "decided_by": actor, "due_at": None}


def _put_in_force(plan: Plan, limit: Decimal, actor: Any, at: datetime) -> PlanApproval:
    """What is approved now takes the place of what was in force; what the amendment removed goes."""
    approval = PlanApproval.objects.create(
        plan=plan,
        number=plan.version,
        limit=limit,
        currency=plan.currency,
        limit_from=approvals.limit_starts_on(plan.enrollment.program.today(at), plan.version),
        approved_at=at,
        approved_by=actor,
        snapshot=approvals.snapshot_of(Plan.objects.with_parts().get(pk=plan.pk)),
    )
    Activity.with_removed.filter(campaign__plan=plan, removed=True).delete()
    Campaign.with_removed.filter(plan=plan, removed=True).delete()
    Campaign.objects.filter(plan=plan).update(approved_from=F("starts_on"), approved_to=F("ends_on"))
    Activity.objects.filter(campaign__plan=plan).update(approved_type=F("activity_type"), approved_budget=F("budget"))
    return approval


def reject_plan(pk: Any, *, actor: Any, comment: str) -> Plan:
    """Reject what was sent; an approval in force stays so (D-10)."""
    with transaction.atomic():
        plan = lock(Plan, pk)
        apply(PLAN, plan, "reject", actor=actor, comment=comment, fields=_decision(actor))
        notifications.rejected(plan, comment)
    return plan


def reopen_plan(pk: Any, *, actor: Any, comment: str = "") -> Plan:
    """Action required or rejected: back to editing, within the 90 days (R-PLAN-10)."""
    with transaction.atomic():
        return apply(PLAN, lock(Plan, pk), "reopen", actor=actor, comment=comment)


def amend_plan(pk: Any, *, actor: Any, comment: str = "") -> Plan:
    """Open an approved plan for changes until 90 days after its program year; its approval stays in force (D-10)."""
    with transaction.atomic():
        return apply(PLAN, lock(Plan, pk), "amend", actor=actor, comment=comment)
