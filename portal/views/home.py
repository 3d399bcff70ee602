"""The first page of each side: what needs me, first."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.choices import UNPAID
from claims.models import Payment
from core import clock
from core.ui import date, distance, money
from core.views import Page
from incentives.access import access_of
from incentives.choices import Settlement
from incentives.models import Period, Program
from plans.deadlines import resubmission_last_day
from portal import desk_home
from portal.money import FundView, current_funds
from portal.people import role_givers
from portal.receipts import waiting_bins
from portal.todo import Todo, Windows, todo_of, with_vendor

SHOWN = 10
FUNDS_SHOWN = 4  # the rest is on the page of funds


class Home(Page):
    permission = "accounts.use"
    object = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access = access_of(request.user)
        if not access.has_any_role:
            return self.render(
                "portal/home_no_role.html",
                givers=role_givers(request.user),
                may_give=not access.is_vendor and (access.global_admin or access.account_admin),
                belongs=access.is_vendor or access.company is not None,
            )
        return self.render(**(self._vendor() if access.is_vendor else self._partner()))

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {"vendor": settings.VENDOR_NAME, **extra}

    def render(self, template: str = "", status: int | None = None, **extra: Any) -> HttpResponse:
        side = "portal/home_vendor.html" if self.request.user.is_vendor else "portal/home_partner.html"
        return super().render(template or side, status, **extra)

    def _partner(self) -> dict[str, Any]:
        user = self.request.user
        windows = Windows(programs_with_periods(user))
        todo = todo_of(user, windows)
        held = with_vendor(user)
        claiming = claiming_of(windows.programs)
        funds = current_funds(user)
        return {
            "bins": waiting_bins(user),
            "funds": funds[:FUNDS_SHOWN],
            "todo": todo,
            "held": held[:SHOWN],
            "claiming": claiming,
            "first_is_late": todo.first_is_late,
            "tiles": [
                _needs_tile(todo),
                *(_expiring_tile(funds) or _closing_tile(claiming)),
                _review_tile(held),
                _payment_tile(user),
            ],
        }

    def _vendor(self) -> dict[str, Any]:
        user = self.request.user
        counts, to_decide, mine = desk_home.counts_of(user), desk_home.to_decide(user), desk_home.mine(user)
        plans = desk_home.plans_waiting(user)
        waiting = {row["pk"]: row for row in [*to_decide, *mine]}
        dated = [row for row in waiting.values() if row["due_at"] is not None]
        return {
            "waiting": len(waiting),
            "first": min(dated, key=lambda row: row["due_at"], default=None),
            "now": clock.now(),
            "counts": counts,
            "to_decide": to_decide,
            "mine": mine,
            "plans": plans,
            "files": desk_home.files_failed(user),
            "decisions": desk_home.decisions(user),
            "decides": bool(access_of(user).administers) or access_of(user).administers_all,
            "tiles": _queue_tiles(counts),
        }


def programs_with_periods(user: Any) -> list[Program]:
    """The programs one sees, with the periods round today: two queries."""
    today = clock.now().date()
    near = Period.objects.filter(
        claiming_end__gte=today - timedelta(days=400), usage_start__lte=today + timedelta(days=400)
    ).order_by("usage_start")
    programs: QuerySet[Program] = Program.objects.visible_to(user).prefetch_related(Prefetch("periods", queryset=near))
    return list(programs)


def claiming_of(programs: list[Program]) -> list[dict[str, Any]]:
    """For each program the period that can be claimed today, or, where the plan is paid, each year whose proofs can
    be sent (D-05); soonest close first."""
    paid = [program for program in programs if program.settlement == Settlement.PLAN_PAYOUT]
    prefetch_related_objects(paid, "years")
    rows = []
    for program in programs:
        today = program.today()
        if program in paid:
            for year in program.years.all():
                last = resubmission_last_day(year.ends_on)
                if year.starts_on <= today <= last:
                    rows.append({"program": program, "period": None, "year": year, "last": last})
            continue
        for period in program.periods.all():
            if period.claiming_start <= today <= period.claiming_end:
                used = today > period.usage_end
                rows.append({"program": program, "period": period, "used": used, "last": period.claiming_end})
    return sorted(rows, key=lambda row: row["last"])


def _needs_tile(todo: Todo) -> dict[str, Any]:
    parts = [
        ngettext("%(num)s claim", "%(num)s claims", todo.claims) % {"num": todo.claims} if todo.claims else "",
        ngettext("%(num)s plan", "%(num)s plans", todo.plans) % {"num": todo.plans} if todo.plans else "",
        ngettext("%(num)s proof", "%(num)s proofs", todo.proofs) % {"num": todo.proofs} if todo.proofs else "",
    ]
    note = ", ".join(part for part in parts if part) or _("nothing to do")
    return _tile("alert-circle", "amber" if todo.tasks else "green", _("Needs you"), todo.count, note, "#tasks")


def _review_tile(held: list[dict[str, Any]]) -> dict[str, Any]:
    now = clock.now()
    late = sum(row["due_at"] is not None and row["due_at"] < now for row in held)
    if not held:
        return _tile("eye", "blue", _("In review"), 0, _("nothing is with the vendor"), "#held")
    age = (now - min(row["holder_since"] for row in held)).days
    oldest = ngettext("oldest %(num)s day", "oldest %(num)s days", age) % {"num": age}
    note = _("%(oldest)s, %(late)s late") % {"oldest": oldest, "late": late or _("none")}
    return _tile("eye", "blue", _("In review"), len(held), note, "#held")


def _closing_tile(claiming: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not claiming:
        return []
    first = claiming[0]
    day, zone = first["last"], first["program"].deadline_zone
    note = f"{distance(day, zone)}, {first['program'].name}"
    return [_tile("hourglass", "amber", _("Claiming closes"), date(day, year=False), note, "#claiming")]


def _expiring_tile(funds: list[FundView]) -> list[dict[str, Any]]:
    """Free money that nobody plans to use and that lapses first; one currency, told in words when there are more."""
    lapsing = [fund for fund in funds if fund.expires and fund.free > fund.planned]
    if not lapsing:
        return []
    first = min(lapsing, key=lambda fund: (fund.claiming_end, fund.label))
    same = [fund for fund in lapsing if (fund.claiming_end, fund.currency) == (first.claiming_end, first.currency)]
    left = sum(fund.free - fund.planned for fund in same)
    words = {"day": date(first.claiming_end, year=False), "distance": distance(first.claiming_end, first.zone)}
    note = _("not planned, claim by %(day)s, %(distance)s") % words
    href = first.href if len(same) == 1 else "/funds/"
    return [_tile("hourglass", "amber", _("Expiring"), money(left, first.currency), note, href)]


def _payment_tile(user: Any) -> dict[str, Any]:
    """What the bank is expected to send next: all of one day and currency (P-07). One query."""
    rows = (
        Payment.objects.visible_to(user)
        .filter(status__in=UNPAID, promised_by__isnull=False)
        .order_by("promised_by", "pk")
        .values_list("promised_by", "amount", "currency", "pay_amount", "pay_currency")
    )
    wanted = [(day, paid if paid is not None else amount, other or own) for day, amount, own, paid, other in rows]
    href = "/claims/payments/?state=pending"
    if not wanted:
        return _tile("calendar-event", "green", _("Next payment"), "–", _("none is expected"), href)
    day, _amount, currency = wanted[0]
    total = sum(amount for on, amount, own in wanted if (on, own) == (day, currency))
    note = _("expected by %(day)s") % {"day": date(day, year=False)}
    return _tile("calendar-event", "green", _("Next payment"), money(total, currency), note, href)


def _queue_tiles(counts: dict[str, int]) -> list[dict[str, Any]]:
    free = ngettext("%(num)s not taken yet", "%(num)s not taken yet", counts["free"]) % {"num": counts["free"]}
    return [
        _tile(
            "alert-triangle",
            "red" if counts["late"] else "",
            _("Late"),
            counts["late"],
            _("promise missed"),
            "/queue/?tab=urgent",
        ),
        _tile(
            "clock",
            "amber" if counts["today"] else "",
            _("Due today"),
            counts["today"],
            _("within 24 hours"),
            "/queue/?tab=urgent",
        ),
        _tile("circle-check", "green", _("On time"), counts["on_time"], _("answer not due yet"), "/queue/"),
        _tile("inbox", "blue", _("In the queue"), counts["total"], free, "/queue/"),
    ]


def _tile(icon: str, tone: str, label: str, value: Any, note: str, href: str) -> dict[str, Any]:
    return {"icon": icon, "tone": tone, "label": label, "value": value, "note": note, "href": href}
