"""What must hold for an enrolment and for the calendar: each question returns problems, empty means yes."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.errors import Problem
from core.money import format_amount
from incentives import calendar
from incentives.choices import PayoutState
from incentives.models import Enrollment, Fund, PayoutProfile, Period, Program, ProgramYear
from incentives.wording import period_text

CARD = "card-bank"


def newest_profile(enrollment: Enrollment | Any) -> PayoutProfile | None:
    """The bank and tax data that count (R-ENR-06), as a query."""
    return PayoutProfile.objects.filter(enrollment=enrollment).order_by("-version").first()


def payout_data_problems(enrollment: Enrollment) -> list[Problem]:
    """D-16, R-ENR-10: bank and tax data are there and were not rejected. Stops the submission of a claim; says nothing
    of what the data are, since incentives users read it too (R-ROLE-12)."""
    state = (
        PayoutProfile.objects.filter(enrollment=enrollment).order_by("-version").values_list("state", flat=True).first()
    )
    if state is None:
        text = _("Bank and tax data of this location are missing. An incentives admin of the location enters them.")
        return [Problem("payout_data_missing", text, "D-16", CARD)]
    if state == PayoutState.REJECTED:
        text = _("The vendor did not accept the bank and tax data. An incentives admin of the location corrects them.")
        return [Problem("payout_data_rejected", text, "D-16", CARD)]
    return []


def payout_data_warning(enrollment: Enrollment) -> str:
    """The same as one sentence for a page, empty when the data are complete (D-16)."""
    return " ".join(str(problem.message) for problem in payout_data_problems(enrollment))


# The calendar ---------------------------------------------------------------------------------------------------

MOST_YEARS = 10  # fiscal years added at once
FAR = 15  # fiscal years before and after today that a calendar may reach
MOST_DAYS_OFF = 200


def period_change_problems(period: Period, new: Mapping[str, Any]) -> list[Problem]:
    """What the period's own dates and its neighbours say to new ones (R-CAL-11). new: usage_end, claiming_start,
    claiming_end, correction_deadline (None = switched off)."""
    today = period.program.today()
    if period.claiming_end < today and new["claiming_end"] < today:
        text = _("This period is over since %(day)s. It can only be opened again, while nothing in it has lapsed.")
        facts = {"day": date_format(period.claiming_end)}
        return [Problem("period_over", text % facts, "R-CAL-07", "id_claiming_end")]
    return [
        *_dates_in_order(period, new),
        *_usage_is_free(period, new["usage_end"]),
        *_not_shortened(period, new, today),
        *_nothing_has_lapsed(period, new, today),
    ]


def _dates_in_order(period: Period, new: Mapping[str, Any]) -> list[Problem]:
    def problem(text: str, field: str) -> Problem:
        return Problem("dates_out_of_order", text, "R-CAL-02", f"id_{field}")

    problems = []
    if new["usage_end"] <= period.usage_start:
        text = _("The work begins on %(day)s, so its last day comes later.") % {"day": date_format(period.usage_start)}
        problems.append(problem(text, "usage_end"))
    if new["claiming_start"] < period.usage_start:
        text = _("Claims cannot open before the work begins on %(day)s.") % {"day": date_format(period.usage_start)}
        problems.append(problem(text, "claiming_start"))
    if new["claiming_end"] <= new["claiming_start"]:
        problems.append(problem(_("The last day to claim lies before the first one."), "claiming_end"))
    if new["claiming_end"] <= new["usage_end"]:
        text = _("The last day to claim comes after the last day of the work, %(day)s.")
        problems.append(problem(text % {"day": date_format(new["usage_end"])}, "claiming_end"))
    last = new["correction_deadline"]
    if last is not None and last < new["claiming_end"]:
        text = _("Corrections are possible at least until the last day to claim, %(day)s. Leave it empty for none.")
        problems.append(problem(text % {"day": date_format(new["claiming_end"])}, "correction_deadline"))
    return problems


def _usage_is_free(period: Period, usage_end: date) -> list[Problem]:
    others = period.program.periods.exclude(pk=period.pk)
    crossed = (
        others.filter(usage_start__lte=usage_end, usage_end__gte=period.usage_start).order_by("usage_start").first()
    )
    if crossed is None:
        return []
    text = _("The days of work would overlap with %(other)s: every day of work belongs to one period.")
    return [Problem("usage_overlaps", text % {"other": period_text(crossed)}, "R-CAL-05", "id_usage_end")]


def _not_shortened(period: Period, new: Mapping[str, Any], today: date) -> list[Problem]:
    """What partners were told stays true for the days that have come: nothing is cut to before today."""
    problems = []
    for field in ("usage_end", "claiming_end", "correction_deadline"):
        old, day = getattr(period, field), new[field]
        if day is not None and day < today and (old is None or day < old):
            text = _("%(day)s is over already. Shorten to today at the earliest.") % {"day": date_format(day)}
            problems.append(Problem("shortened_to_past", text, "R-CAL-11", f"id_{field}"))
    if period.claiming_start <= today < new["claiming_start"]:
        text = _("Claims are open since %(day)s; that cannot be taken back.")
        facts = {"day": date_format(period.claiming_start)}
        problems.append(Problem("claiming_is_open", text % facts, "R-CAL-11", "id_claiming_start"))
    return problems


def _nothing_has_lapsed(period: Period, new: Mapping[str, Any], today: date) -> list[Problem]:
    """R-CAL-07: what lapsed has no way back through the calendar."""
    if period.claiming_end >= today or new["claiming_end"] <= period.claiming_end:
        return []
    lapsed = list(period.funds.filter(expired__gt=0))
    if not lapsed:
        return []
    sums: dict[str, Decimal] = {}
    for fund in lapsed:
        sums[fund.currency] = sums.get(fund.currency, Decimal(0)) + fund.expired
    text = ngettext(
        "This period was closed and %(sums)s lapsed in %(count)s fund; that does not come back by another date. "
        "Book an adjustment in the fund of a period that is open; what is still free can be rolled over.",
        "This period was closed and %(sums)s lapsed in %(count)s funds; that does not come back by another date. "
        "Book adjustments in the funds of a period that is open; what is still free can be rolled over.",
        len(lapsed),
    )
    told = ", ".join(format_amount(amount, currency) for currency, amount in sorted(sums.items()))
    facts = {"sums": told, "count": len(lapsed)}
    return [Problem("money_has_lapsed", text % facts, "R-CAL-07", "id_claiming_end")]


def periods_can_be_added(program: Program, first_year: int, last_year: int) -> list[Problem]:
    """R-CAL-03: in order, near, and without overlap with a period whose days were changed."""
    near = calendar.half_of(program.today()).fiscal_year
    if first_year > last_year:
        return [Problem("years_reversed", _("The first year comes after the last one."), "R-CAL-01", "id_last_year")]
    if last_year - first_year >= MOST_YEARS or not near - FAR <= first_year <= last_year <= near + FAR:
        text = _("At most %(count)s fiscal years at once, between %(first)s and %(last)s.")
        span = {"count": MOST_YEARS, "first": near - FAR, "last": near + FAR}
        return [Problem("years_too_many", text % span, "R-CAL-01", "id_last_year")]
    there = list(program.periods.all())
    known = {one.label for one in there}
    problems = []
    for window in calendar.windows_of_years(first_year, last_year):
        crossed = [one for one in there if one.usage_start <= window.usage_end and one.usage_end >= window.usage_start]
        if window.label not in known and crossed:
            text = _("%(label)s would overlap with the days of work of %(other)s.")
            facts = {"label": window.label, "other": period_text(crossed[0])}
            problems.append(Problem("usage_overlaps", text % facts, "R-CAL-05", "id_first_year"))
    return problems


def year_fits(program: Program, year: ProgramYear | None, name: str, starts_on: date, ends_on: date) -> list[Problem]:
    """R-CAL-12: in order, named once, not overlapping with another year of the program, not cut to before today."""
    others = program.years.exclude(pk=year.pk) if year else program.years.all()
    problems = []
    if starts_on >= ends_on:
        problems.append(Problem("year_order", _("The last day lies before the first day."), "R-CAL-12", "id_ends_on"))
    if others.filter(name__iexact=name).exists():
        text = _("There is a program year with this name already.")
        problems.append(Problem("year_name", text, "R-CAL-12", "id_name"))
    crossed = others.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).order_by("starts_on").first()
    if crossed is not None:
        text = _("It would overlap with %(name)s, %(first)s to %(last)s. Change that year first.")
        facts = {"name": crossed.name, "first": date_format(crossed.starts_on), "last": date_format(crossed.ends_on)}
        problems.append(Problem("year_overlaps", text % facts, "R-CAL-12", "id_starts_on"))
    today = program.today()
    if year is not None and ends_on < year.ends_on and ends_on < today:
        text = _("%(day)s is over already. Shorten to today at the earliest.") % {"day": date_format(ends_on)}
        problems.append(Problem("shortened_to_past", text, "R-CAL-12", "id_ends_on"))
    return problems


def work_days_are_known(zone: str, country: str) -> list[Problem]:
    problems = []
    if zone not in clock.time_zones():
        problems.append(Problem("zone_unknown", _("Choose one of the zones."), "R-CAL-14", "id_deadline_zone"))
    if country and country not in clock.holiday_countries():
        text = _("The holidays of this country are not known.")
        problems.append(Problem("country_unknown", text, "R-CAL-13", "id_business_calendar"))
    return problems


def free_sums(funds: Iterable[Fund]) -> dict[str, Decimal]:
    """What is free in these funds, by currency."""
    sums: dict[str, Decimal] = {}
    for fund in funds:
        sums[fund.currency] = sums.get(fund.currency, Decimal(0)) + fund.free
    return dict(sorted(sums.items()))


def free_mark(funds: Iterable[Fund]) -> str:
    """Tells one state of the money from another: how many funds, and what is free in them."""
    rows = list(funds)
    return ";".join([str(len(rows)), *(f"{currency}:{amount:f}" for currency, amount in free_sums(rows).items())])


def rollover_is_possible(
    program: Program, source: Period, target: Period, reason: str, funds: Iterable[Fund]
) -> list[Problem]:
    """R-CAL-11: forward, into a period of the same program that can still be claimed, with a reason."""
    problems = []
    if target.program_id != program.pk or target.usage_start <= source.usage_start:
        text = _("Choose a later period of this program.")
        problems.append(Problem("rollover_backward", text, "R-CAL-11", "id_target"))
    elif program.today() > target.claiming_end:
        text = _("%(period)s is over: what is rolled into it would lapse at once.") % {"period": period_text(target)}
        problems.append(Problem("rollover_closed", text, "R-CAL-11", "id_target"))
    if not reason.strip():
        problems.append(Problem("reason_missing", _("Write why; both sides read it."), "R-FUND-05", "id_reason"))
    if not any(fund.free > 0 for fund in funds):
        text = _("Nothing is free in %(period)s. What has lapsed comes back by an adjustment only.")
        problems.append(Problem("nothing_free", text % {"period": period_text(source)}, "R-CAL-11", "id_source"))
    return problems
