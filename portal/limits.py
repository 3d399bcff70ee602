"""Plans whose limit is nearly used, for the home page of those who can ask for a higher one."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.ui import money_text
from incentives.access import access_of
from plans.deadlines import RESUBMISSION_DAYS, resubmission_last_day
from plans.models import Plan


def limit_tasks(user: Any, most: int) -> list[dict[str, Any]]:
    """Tasks as portal.todo draws them (N-15); one query, none for who can open no plan for a change (D-01)."""
    access = access_of(user)
    mine = Q(enrollment__in=access.admin_of)
    if access.global_admin or access.billing_admin:
        mine |= Q(enrollment__location__partner_id=access.company)
    elif not access.admin_of:
        return []
    open_until = clock.now().date() - timedelta(days=RESUBMISSION_DAYS)
    rows = (
        Plan.objects.visible_to(user)
        .near_limit()
        .filter(mine, program_year__ends_on__gte=open_until)
        .values("pk", "number", "name", "currency", "limit", "used", zone=F("enrollment__program__deadline_zone"),
                ends_on=F("program_year__ends_on"))
        .order_by("program_year__ends_on", "pk")[:most]
    )  # fmt: skip
    return [_task(row) for row in rows]


def _task(row: dict[str, Any]) -> dict[str, Any]:
    left = row["limit"] - row["used"]
    text = _("The limit of %(limit)s is reached: ask for a higher one")
    if left > 0:
        text = _("%(left)s is left of the limit of %(limit)s")
    facts = {"limit": money_text(row["limit"], row["currency"]), "left": money_text(left, row["currency"])}
    return {
        "icon": "coins",
        "tone": "" if left > 0 else "amber",
        "title": row["name"],
        "text": text % facts,
        "number": row["number"],
        "due": resubmission_last_day(row["ends_on"]),
        "zone": row["zone"],
        "action": _("Look at the plan"),
        "href": reverse("portal:plan", args=[row["pk"]]),
    }
