"""What later apps tell the plan, so that an amendment cannot pull the ground from under a proof or a claim (D-10)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _g

from core.errors import Problem, RuleViolation
from core.money import format_amount
from core.workflow import lock
from incentives.choices import Settlement
from plans import approvals
from plans.models import Activity, Execution, Plan


def note_execution(activity: Activity, *, reference: str, first: date | None, last: date | None) -> None:
    """Keep when the work of one proof took place; reference: the proof's number, dates as far as they are known.

    Called by the proof's services in their transaction, with the proof locked (D-14); locks the plan.
    """
    lock(Plan, activity.campaign.plan_id)
    Execution.objects.update_or_create(
        reference=reference, defaults={"activity": activity, "executed_from": first, "executed_to": last}
    )


def commit_amount(plan_id: Any, delta: Decimal) -> Plan:
    """Hold (delta > 0) or let go (delta < 0) a part of the plan's limit for a live claim, in its currency (D-08).

    Called by the claim's services in their transaction, with claim and proof locked (D-14): locks the plan's row and
    returns it. Raises RuleViolation "plan_limit" when live claims would hold more than approvals.binding_limit of
    today, naming what is left; letting go is never refused. Where the plan is paid monthly a claim holds nothing, and
    nothing happens. Letting go more than is held is refused by the database.
    """
    plan = lock(Plan, plan_id)
    program = plan.enrollment.program
    if program.settlement == Settlement.PLAN_PAYOUT or not delta:
        return plan
    today = program.today()
    if delta > 0 and plan.committed + delta > approvals.binding_limit(plan, today):
        raise RuleViolation([_over(plan, delta, approvals.left_on(plan, today))])
    plan.committed += delta
    plan.save(update_fields=["committed", "updated_at"])
    return plan


def _over(plan: Plan, wanted: Decimal, left: Decimal) -> Problem:
    text = _g("The limit of %(plan)s leaves %(left)s, this needs %(wanted)s. Ask for less, or have the limit raised.")
    sums = {"left": format_amount(left, plan.currency), "wanted": format_amount(wanted, plan.currency)}
    return Problem("plan_limit", text % {"plan": plan.number, **sums}, "D-08", "card-amount")
