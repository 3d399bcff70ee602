"""The queue: open claims and plans by time left, and those whose clock is paused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.choices import OPEN_QUEUE, ClaimStatus
from claims.models import Claim
from core import clock
from core.ui import query
from incentives.models import Program
from plans.choices import PlanStatus
from plans.models import Plan

PAGE_SIZE = 50
DAY = timedelta(days=1)  # a promise ends with a day, so what is due within a day is due today
TABS = ("open", "mine", "unassigned", "urgent", "waiting", "plans")
PLAN_OPEN = (PlanStatus.SUBMITTED, PlanStatus.UNDER_REVIEW)
_SHARED = (
    "id", "number", "status", "due_at", "submitted_at", "assigned_to_id", "assigned_to__name", "assigned_to__email",
    "enrollment__location__partner__name", "enrollment__program__deadline_zone",
)  # fmt: skip
CLAIM_COLUMNS = (*_SHARED, "amount", "currency", "proof__name", "proof__activity_type__name", "holder_since")
PLAN_COLUMNS = (*_SHARED, "requested_limit", "currency", "name", "program_year__name")


@dataclass(frozen=True)
class Clock:
    """Time used against the promise. share: 0…1 · state: on_time, today, late or paused."""

    share: float
    state: str
    text: str


def clock_of(due: datetime | None, started: datetime | None, status: str, now: datetime) -> Clock | None:
    """The small clock of a row; None when nothing is promised."""
    if status == ClaimStatus.ACTION_REQUIRED:
        late = due is not None and due < now
        return Clock(0, "paused", _("paused, answer overdue") if late else _("paused"))
    if due is None:
        return None
    if due < now:
        return Clock(1, "late", _("late by %(time)s") % {"time": _span(now - due)})
    whole = (due - started).total_seconds() if started else 0
    left = due - now
    share = 1 - left.total_seconds() / whole if whole > 0 else 0
    return Clock(share, "today" if left < DAY else "on_time", _("%(time)s left") % {"time": _span(left)})


def _span(time: timedelta) -> str:
    days, hours, minutes = time.days, time.seconds // 3600, time.seconds % 3600 // 60
    if days >= 3:
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours >= 3:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def page_of(user: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the page shows, in four queries or five."""
    now = clock.now()
    tab = params.get("tab") if params.get("tab") in TABS else TABS[0]
    everything = Claim.objects.visible_to(user).filter(status__in=(*OPEN_QUEUE, ClaimStatus.ACTION_REQUIRED))
    counts = _counts(everything, user, now)
    counts["plans"] = Plan.objects.visible_to(user).filter(status__in=PLAN_OPEN).count()
    programs = list(Program.objects.visible_to(user).order_by("name").values_list("pk", "name"))
    if tab == "plans":
        rows, next_href = _plans(user, params), ""
    else:
        rows, next_href = _claims(everything, user, params, tab, now)
    return {
        "tab": tab,
        "counts": counts,
        "programs": [("", _("all")), *programs],
        "groups": _groups(rows, now),
        "status_labels": dict(ClaimStatus.choices),
        "shown": len(rows),
        "next_href": next_href,
        "first": next((row for row in rows if _may_start(row, user)), None) if tab != "plans" else None,
    }


def _may_start(row: dict[str, Any], user: Any) -> bool:
    return row["status"] in OPEN_QUEUE and row["assigned_to_id"] in (None, user.pk)


def _counts(claims: QuerySet, user: Any, now: datetime) -> dict[str, int]:
    is_open = Q(status__in=OPEN_QUEUE)
    counts: dict[str, int] = claims.aggregate(
        open=Count("pk", filter=is_open),
        mine=Count("pk", filter=is_open & Q(assigned_to=user)),
        unassigned=Count("pk", filter=is_open & Q(assigned_to=None)),
        late=Count("pk", filter=is_open & Q(due_at__lt=now)),
        urgent=Count("pk", filter=is_open & Q(due_at__lt=now + DAY)),
        waiting=Count("pk", filter=Q(status=ClaimStatus.ACTION_REQUIRED)),
    )
    return counts


def _claims(
    claims: QuerySet, user: Any, params: Mapping[str, Any], tab: str, now: datetime
) -> tuple[list[dict[str, Any]], str]:
    claims = _filtered(claims, params, ("number", "proof__name"))
    if tab == "waiting":
        claims = claims.filter(status=ClaimStatus.ACTION_REQUIRED)
    elif tab != "open":
        claims = claims.filter(status__in=OPEN_QUEUE)
    narrowed = {
        "mine": Q(assigned_to=user), "unassigned": Q(assigned_to=None), "urgent": Q(due_at__lt=now + DAY)
    }  # fmt: skip
    if tab in narrowed:
        claims = claims.filter(narrowed[tab])
    claims = claims.annotate(paused=Case(When(status=ClaimStatus.ACTION_REQUIRED, then=1), default=0))
    mark = _read_mark(params.get("after"))
    if mark is not None:
        paused, due, pk = mark
        claims = claims.filter(
            Q(paused__gt=paused) | Q(paused=paused, due_at__gt=due) | Q(paused=paused, due_at=due, id__gt=pk)
        )
    rows = list(claims.order_by("paused", "due_at", "id").values(*CLAIM_COLUMNS, "paused")[: PAGE_SIZE + 1])
    if len(rows) <= PAGE_SIZE:
        return rows, ""
    last = rows[PAGE_SIZE - 1]
    return rows[:PAGE_SIZE], query(params, after=f"{last['paused']}_{last['due_at'].isoformat()}_{last['id']}")


def _plans(user: Any, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    plans = _filtered(Plan.objects.visible_to(user).filter(status__in=PLAN_OPEN), params, ("number", "name"))
    return list(plans.order_by("due_at", "id").values(*PLAN_COLUMNS)[:PAGE_SIZE])


def _filtered(rows: QuerySet, params: Mapping[str, Any], names: tuple[str, ...]) -> QuerySet:
    program = params.get("program", "")
    if program.isascii() and program.isdigit():
        rows = rows.filter(enrollment__program_id=min(int(program), 2**62))
    words = params.get("q", "").replace("\0", "").strip()[:100]
    if words:
        found = Q(enrollment__location__partner__name__icontains=words)
        for name in names:
            found |= Q(**{f"{name}__icontains": words})
        rows = rows.filter(found)
    return rows


def _groups(rows: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Rows under late, today, on time and paused; empty groups are left out."""
    titles = {
        "late": _("Late"), "today": _("Due today"), "on_time": _("On time"),
        "paused": _("Clock paused, waiting for the partner"),
    }  # fmt: skip
    groups: dict[str, list[dict[str, Any]]] = {state: [] for state in titles}
    for row in rows:
        row["clock"] = clock_of(row["due_at"], row["submitted_at"], row["status"], now)
        row["assigned"] = row["assigned_to__name"] or row["assigned_to__email"] or ""
        row["first_name"] = row["assigned"].partition(" ")[0].partition("@")[0]
        groups[row["clock"].state if row["clock"] else "on_time"].append(row)
    return [{"state": state, "title": titles[state], "rows": found} for state, found in groups.items() if found]


def _read_mark(mark: str | None) -> tuple[int, datetime, UUID] | None:
    """(paused, due, key) of the last row of the page before; a mark that cannot be read counts as none."""
    paused, _sep, rest = (mark or "").partition("_")
    moment, _sep, pk = rest.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (int(paused == "1"), at, UUID(pk)) if at.tzinfo else None
    except ValueError:
        return None


def next_claim(user: Any, after: str) -> Any:
    """Key of the most urgent open claim, mine or nobody's, that follows `after` (a key) in the queue's order."""
    claims = (
        Claim.objects.visible_to(user)
        .filter(Q(assigned_to=user) | Q(assigned_to=None), status__in=OPEN_QUEUE)
        .order_by("due_at", "id")
    )
    here = None
    try:
        here = Claim.objects.visible_to(user).filter(pk=UUID(after)).values_list("due_at", "id").first()
    except ValueError:
        pass
    if here is not None and here[0] is not None:
        beyond = claims.filter(Q(due_at__gt=here[0]) | Q(due_at=here[0], id__gt=here[1]))
        found = beyond.values_list("pk", flat=True).first()
        if found is not None:
            return found
    rest = claims.exclude(pk=here[1]) if here else claims
    return rest.values_list("pk", flat=True).first()
