"""Funds: for a partner what can be used until when and why, for the vendor all of them; and one with its ledger."""

from typing import Any

from django.http import Http404
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.paging import keyset_page
from core.permissions import can
from core.ui import date, distance, money
from core.views import Page
from incentives.access import access_of
from incentives.filters import EXPIRING_WITHIN, FUND_FILTERS, key, matching_funds, whole_number
from incentives.models import Fund, Period, Program
from portal.claimed import claims_of, months_of
from portal.entries import kinds, ledger_of
from portal.money import CLOSED, COLUMNS, FundView, add_drafts, add_rates, by_state, default_of, funds_of, view_of

NEWEST = 10  # entries under the periods; the rest is one click away
WIDEST_TABS = 120  # characters in one row of tabs; more pairs of program and location are chosen from a menu


class Funds(Page):
    permission = "incentives.see_funds"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {**(self._vendor() if self.request.user.is_vendor else self._partner()), **extra}

    def render(self, template: str = "", status: int | None = None, **extra: Any) -> Any:
        own = "portal/funds_vendor.html" if self.request.user.is_vendor else "portal/funds.html"
        return super().render(template or own, status, **extra)

    # The partner: one pair of program and location at a time ---------------------------------------------------

    def _partner(self) -> dict[str, Any]:
        user, params = self.request.user, self.request.GET
        views = funds_of(Fund.objects.visible_to(user))
        chosen = self._chosen(views)
        if chosen is None:
            return {"fund": None, "why": self._why_none()}
        pair = _pair(chosen)
        here = by_state([one for one in views if _pair(one) == pair])
        places = _places(views, chosen)
        add_drafts(here, user)
        add_rates(here)
        claims = claims_of(chosen, user)
        return {
            "fund": chosen,
            "periods": [one for one in here if one.state != CLOSED],
            "closed": [one for one in here if one.state == CLOSED],
            "lead": _lead(here),
            "places": places,
            "as_tabs": sum(len(one["label"]) for one in places) <= WIDEST_TABS,
            "claims": claims,
            "months": months_of(chosen, user, claims),
            "ledger": ledger_of(chosen.pk, chosen.currency, {"kind": params.get("kind", "")}, size=NEWEST),
            "kinds": kinds(),
            "may_plan": chosen.has_plans and bool(can(user, "plans.create", None)),
        }

    def _chosen(self, views: list[FundView]) -> FundView | None:
        """The fund of the address; else the one that needs looking at first, of the pair in the address."""
        params = self.request.GET
        fund, place, program = key(params.get("fund")), key(params.get("location")), whole_number(params.get("program"))
        for one in views:
            if one.pk == fund:
                return one
        here = [one for one in views if (one.program, one.location) == (program, place)]
        return default_of(here or views)

    def _why_none(self) -> str:
        programs = Program.objects.filter(pk__in=Program.objects.visible_to(self.request.user).values("pk"))
        if not programs.filter(has_coop=True).exists():
            return _("Your programs pay no co-op, so that there is no fund.")
        return _(
            "Nothing has been earned yet. Earnings are booked by the vendor; they show up here as soon as they are, "
            "with the day from which they can be used."
        )

    # The vendor: all of them, by keyset -------------------------------------------------------------------------

    def _vendor(self) -> dict[str, Any]:
        user, params = self.request.user, self.request.GET
        funds = matching_funds(Fund.objects.visible_to(user), params)
        page = keyset_page(funds.values("id", "created_at", *COLUMNS.values()), params)
        programs, periods = choices_of(user)
        return {
            "page": page,
            "views": [view_of(tuple(row[name] for name in COLUMNS.values())) for row in page.rows],
            "programs": programs,
            "periods": periods,
            "expiring": [
                ("", _("any day")),
                *((days, _("within %(days)s days") % {"days": days}) for days in EXPIRING_WITHIN),
            ],
            "holds": _holds(),
            "narrowed": any(params.get(name) for name in FUND_FILTERS),
        }


def _pair(view: FundView) -> tuple[Any, Any]:
    return view.program, view.location


def _places(views: list[FundView], chosen: FundView) -> list[dict[str, Any]]:
    """One tab a pair of program and location; the location is named where there are several."""
    pairs = {_pair(one): one for one in views}
    several, current = len({one.location for one in views}) > 1, _pair(chosen)
    return [
        {
            "label": one.place if several else one.program_name,
            "href": f"?program={one.program}&location={one.location}",
            "current": pair == current,
        }
        for pair, one in pairs.items()
    ]


def _lead(views: list[FundView]) -> str:
    """The sentence under the title: what is free, until when (screens: what needs me, first)."""
    lapsing = [one for one in views if one.expires]
    if not lapsing:
        return ""
    first = min(lapsing, key=lambda one: one.days_left)
    day, far = date(first.claiming_end), distance(first.claiming_end, first.zone)
    text = _("{sum} of {label} is free: claim it by {day}, {distance}.")
    day = format_html("<b>{}</b>", day)
    return format_html(text, sum=money(first.free, first.currency), label=first.label, day=day, distance=far)


def choices_of(user: Any) -> tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]]:
    """Programs and periods one can filter by, in one query."""
    rows = (
        Period.objects.filter(program__in=Program.objects.visible_to(user))
        .order_by("-usage_start", "program__name")
        .values_list("label", "program_id", "program__name")
    )
    programs = {pk: name for _label, pk, name in rows}
    labels = dict.fromkeys(label for label, _pk, _name in rows)
    by_name = sorted(programs.items(), key=lambda pair: pair[1])
    return [("", _("all")), *by_name], [("", _("all")), *((label, label) for label in labels)]


def _holds() -> list[tuple[str, Any]]:
    return [
        ("", _("anything")),
        ("free", _("free money")),
        ("reserved", _("money in review")),
        ("approved", _("approved, not paid")),
        ("expired", _("expired money")),
    ]


class FundPage(Page):
    """One fund with all its entries; every figure leads to those behind it (?about=)."""

    permission = "incentives.see_funds"
    model = Fund
    template = "portal/fund.html"

    def get_object(self) -> FundView:
        found = funds_of(Fund.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"]))
        if not found:
            raise Http404
        if not self.request.user.is_vendor:
            add_drafts(found, self.request.user)
        add_rates(found)
        return found[0]

    def get_context(self, **extra: Any) -> dict[str, Any]:
        fund, params = self.object, self.request.GET
        return super().get_context(
            fund=fund,
            ledger=ledger_of(fund.pk, fund.currency, params),
            kinds=kinds(),
            kind=params.get("kind", ""),
            may_book=access_of(self.request.user).may_administer(fund.program),  # D-01, as incentives.book
            **extra,
        )
