"""Monthly payouts of plans (R-PLIM, D-08): each month once, in order, drawn from the oldest money of the funds."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core import history
from core.history import SystemJob
from core.workflow import lock
from incentives import services as incentives
from incentives.choices import Bucket
from incentives.models import Earning, Fund
from plans import approvals, notifications, payouts
from plans.models import Plan, PlanPayout
from plans.services.writing import written

PAYOUTS_JOB = SystemJob("payouts")

history.describe({"plans.pay_plan": _("paid what was earned in a month")})


def make_payouts() -> int:
    """Sweep: count every month that can be counted, of every approved plan that is paid monthly; returns how many."""
    plans = Plan.objects.paid_monthly().select_related("enrollment__program", "program_year")
    return sum(pay_plan(plan.pk) for plan in plans if _open_months(plan, plan.payouts.last()))


def pay_plan(pk: Any, *, actor: Any = PAYOUTS_JOB) -> int:
    """Count the months of one plan that are due, in order, and book what they pay; returns how many were made.

    Only a plan with an approval pays, whatever its status (R-PLIM-06, D-10). Doing it again makes nothing twice.
    """
    with transaction.atomic():
        plan = lock(Plan, pk)
        if not plan.version:
            return 0
        return sum(_pay_month(plan, month, actor) for month in _open_months(plan, plan.payouts.last()))


def _open_months(plan: Plan, last: PlanPayout | None) -> list[date]:
    """Months to be counted now: each of the program year, and after it the newest, for what is still carried."""
    program, year = plan.enrollment.program, plan.program_year
    newest = payouts.newest_closed(program.today(), program.business_calendar or None)
    first = payouts.first_of_month(year.starts_on) if last is None else payouts.add_months(last.month, 1)
    final = payouts.first_of_month(year.ends_on)
    found = list(payouts.months(first, min(newest, final)))
    return [*found, newest] if newest > final and newest >= first else found


def _pay_month(plan: Plan, month: date, actor: Any) -> int:
    """One month: 1, or 0 when it lies after the program year and changes nothing."""
    made = plan.payouts.aggregate(counted=Sum("earned"), paid=Sum("paid"))
    counted, paid_to_date = (made[name] or payouts.NOTHING for name in ("counted", "paid"))
    last = plan.payouts.last()
    funds = _locked_funds(plan)
    sums = payouts.payout(
        carry=last.carry_after if last else payouts.NOTHING,
        earned=_earned_until(plan, payouts.last_of_month(month)) - counted,
        limit=approvals.limit_on(plan, payouts.last_of_month(month)),
        paid_to_date=paid_to_date,
        covered=sum((fund.free for fund in funds), payouts.NOTHING),
    )
    if month > plan.program_year.ends_on and not sums.earned and not sums.paid:
        return 0
    row = PlanPayout.objects.create(
        plan=plan,
        month=month,
        currency=plan.currency,
        earned=sums.earned,
        carry_before=sums.carry_before,
        carry_after=sums.carry_after,
        limit=sums.limit,
        paid=sums.paid,
        paid_to_date=paid_to_date + sums.paid,
        pay_on=payouts.pay_day(month, plan.enrollment.program.business_calendar or None),
    )
    if row.paid:
        _book(row, funds, actor)
        changes = {"month": ["", month.isoformat()], "paid": ["", written(row.paid, plan.currency)]}
        history.record(plan, "plans.pay_plan", actor=actor, changes=changes)
        if not row.left:
            notifications.limit_reached(plan, row)
    return 1


def _locked_funds(plan: Plan) -> list[Fund]:
    """The plan's funds, oldest money first; locked in the order of their keys (D-14)."""
    rows = Fund.objects.filter(enrollment=plan.enrollment_id, fund_type=plan.fund_type_id, currency=plan.currency)
    locked = list(rows.select_related("period").select_for_update(of=("self",), no_key=True).order_by("pk"))
    return sorted(locked, key=lambda fund: (fund.period.usage_start, str(fund.pk)))


def _earned_until(plan: Plan, day: date) -> Decimal:
    """Co-op earned in the program year up to a day: what is reported late counts in the next month that is made."""
    year = plan.program_year
    total = Earning.objects.filter(
        enrollment=plan.enrollment_id,
        fund__fund_type=plan.fund_type_id,
        currency=plan.currency,
        earning_date__range=(year.starts_on, min(day, year.ends_on)),
    ).aggregate(total=Sum("coop_amount"))["total"]
    return total or payouts.NOTHING


def _book(row: PlanPayout, funds: list[Fund], actor: Any) -> None:
    rest = row.paid
    for fund in funds:
        part = min(rest, fund.free)
        if part <= 0:
            continue
        purpose = incentives.Purpose(
            cause=f"payout:{row.plan_id}:{row.month:%Y-%m}:{fund.pk}", reference=row.pk, label=str(row)
        )
        incentives.pay_funds(fund, part, purpose, actor=actor, source=Bucket.FREE)
        rest -= part
