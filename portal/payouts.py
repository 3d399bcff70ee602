"""The monthly payouts on a plan's page: months, what is proven of them, and a word before the limit is reached."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from claims.choices import ClaimStatus
from claims.models import Claim
from core.ui import money_text
from incentives.choices import Settlement
from plans import payouts
from plans.choices import LIMIT_WARNING
from plans.models import Plan


def payouts_of(plan: Plan, claims: list[Claim]) -> dict[str, Any] | None:
    """None where the plan is not paid monthly (D-08) or not approved yet; else {rows, paid, carry, proven, coverage,
    next}. One query.

    rows: newest first · proven, coverage: approved claims, and in percent of what was paid (R-POE-00) · next: month
    and day of the next payout.
    """
    program = plan.enrollment.program
    if program.settlement != Settlement.PLAN_PAYOUT or not plan.version:
        return None
    rows = list(plan.payouts.order_by("-month"))
    last = rows[0] if rows else None
    paid = last.paid_to_date if last else Decimal(0)
    approved = [one.approved_amount for one in claims if one.status == ClaimStatus.APPROVED]
    proven = sum(filter(None, approved), Decimal(0))
    calendar = program.business_calendar or None
    coming = payouts.add_months(payouts.newest_closed(program.today(), calendar), 1)
    goes_on = coming <= plan.program_year.ends_on or (last is not None and last.carry_after > 0)
    return {
        "rows": [{"payout": row, "month": _month(row.month)} for row in rows],
        "paid": paid,
        "carry": last.carry_after if last else Decimal(0),
        "proven": proven,
        "coverage": payouts.coverage(proven, paid),
        "next": (_month(coming), payouts.pay_day(coming, calendar)) if goes_on else None,
    }


def _month(day: date) -> str:
    return date_format(day, "F Y")


def limit_warning(plan: Plan, versions: dict[str, Any] | None, paid: dict[str, Any] | None) -> dict[str, str] | None:
    """{tone, text} from LIMIT_WARNING of the limit on, until a higher one is approved; else None."""
    if not versions or (versions["next"] and versions["next"][1] > versions["limit"]):
        return None
    used, limit = max(plan.committed, paid["paid"] if paid else Decimal(0)), versions["limit"]
    if not used or used < limit * LIMIT_WARNING:
        return None
    left = max(limit - used, Decimal(0))
    facts = {"limit": money_text(limit, plan.currency), "left": money_text(left, plan.currency)}
    if not left:
        text = _("The limit of %(limit)s is reached. A change of the plan can ask for a higher one.")
        return {"tone": "amber", "text": text % facts}
    text = _("%(left)s is left of the limit of %(limit)s. A change of the plan can ask for a higher one.")
    return {"tone": "blue", "text": text % facts}
