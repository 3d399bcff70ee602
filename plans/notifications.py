"""Who is told what about a plan (N-03, N-04)."""

from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.notify import tell
from core.ui import date, money_text
from incentives.choices import PartnerRole
from incentives.models import Enrollment
from plans.models import Plan, PlanApproval, PlanPayout


def incentives_admins(plan: Plan) -> list[User]:
    """R-PLAN-13: the incentives admins of the location, and the plan's author who still sees the location (D-03)."""
    admins = User.objects.filter(
        incentive_roles__enrollment=plan.enrollment_id,
        incentive_roles__role=PartnerRole.ADMIN,
        is_active=True,
    )
    author = plan.created_by
    sees_it = Enrollment.objects.visible_to(author).filter(pk=plan.enrollment_id).exists()
    return [*admins, author] if sees_it else list(admins)


def submitted(plan: Plan) -> None:
    title = format_lazy(_("{number} “{name}” waits for your review"), number=plan.number, name=plan.name)
    if plan.reviewer is not None:
        tell([plan.reviewer], "plan-submitted", plan, title=title, url=plan.get_absolute_url())


def approved(plan: Plan, approval: PlanApproval, comment: str) -> None:
    """N-03: approved, with the limit and the day from which it counts (R-PLIM-04)."""
    title = format_lazy(_("{number} “{name}” was approved"), number=plan.number, name=plan.name)
    body = lazy(_limit_line, str)(approval, comment)
    tell(incentives_admins(plan), "N-03", plan, title=title, url=plan.get_absolute_url(), body=body)


def _limit_line(approval: PlanApproval, comment: str) -> str:
    text = _g("Limit %(sum)s, from %(day)s on.") % {
        "sum": money_text(approval.limit, approval.currency),
        "day": date(approval.limit_from),
    }
    return "\n\n".join(filter(None, (text, comment)))


def rejected(plan: Plan, comment: str) -> None:
    """N-04, with what stays in force (D-10)."""
    text: Any = _("{number} “{name}” was rejected")
    if plan.version:
        text = _("{number} “{name}”: the change was rejected, the approved version stays in force")
    title = format_lazy(text, number=plan.number, name=plan.name)
    tell(incentives_admins(plan), "N-04", plan, title=title, url=plan.get_absolute_url(), body=comment)


def limit_reached(plan: Plan, payout: PlanPayout) -> None:
    """N-15, once a limit: this payout used the rest of it."""
    title = format_lazy(_("{number} “{name}”: the limit is reached"), number=plan.number, name=plan.name)
    body = lazy(_carried_line, str)(payout)
    tell(incentives_admins(plan), "N-15", plan, title=title, url=f"{plan.get_absolute_url()}#payouts", body=body)


def _carried_line(payout: PlanPayout) -> str:
    text = _g("All of the limit of %(limit)s is paid. Ask for a higher limit to be paid what you earn from now on.")
    if payout.carry_after > 0:
        text = _g(
            "All of the limit of %(limit)s is paid, %(carry)s is carried on. Ask for a higher limit to be paid it."
        )
    return text % {
        "limit": money_text(payout.limit, payout.currency),
        "carry": money_text(payout.carry_after, payout.currency),
    }


def action_required(plan: Plan, comment: str) -> None:
    """N-03: more information needed."""
    title = format_lazy(_("{number} “{name}” needs changes"), number=plan.number, name=plan.name)
    tell(incentives_admins(plan), "N-03", plan, title=title, url=plan.get_absolute_url(), body=comment)
