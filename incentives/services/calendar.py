"""The calendar of a program: periods, program years, zone and holidays. Every change is told in the program's history.

What hangs on the dates lives in later apps: `claims.services` asks whether it still fits, then writes through here.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import history
from core.errors import RuleViolation, StateConflict
from core.permissions import require
from core.workflow import lock
from incentives import calendar, rules
from incentives.catalogue import load_catalogue
from incentives.models import Fund, Period, Program, ProgramYear
from incentives.services.funds import roll_over_fund
from incentives.services.program import carry_over, generate_periods, publish_catalogue
from incentives.wording import period_text

PERIOD_FIELDS = ("usage_end", "claiming_start", "claiming_end", "correction_deadline")
YEAR_FIELDS = ("name", "starts_on", "ends_on")

history.describe(
    {
        "incentives.move_period": _("changed the dates of the period"),
        "incentives.add_periods": _("added periods"),
        "incentives.add_year": _("added the program year"),
        "incentives.move_year": _("changed the program year"),
        "incentives.set_work_days": _("changed zone and holidays of the program"),
        "incentives.roll_over": _("rolled free funds over"),
    }
)


def lock_period(pk: Any) -> Period:
    """The period alone: whoever reads it to decide (`hold_period`), or writes rows that point at it, has finished or
    waits. Its funds are locked before it, so that a sweep never waits for us while we wait for it."""
    list(Fund.objects.select_for_update(of=("self",), no_key=True).filter(period=pk).order_by("pk").values_list("pk"))
    return Period.objects.select_for_update(of=("self",)).select_related("program").get(pk=pk)


def move_period(period: Period, dates: Mapping[str, date | None], *, actor: Any) -> Period:
    """Write the dates of a locked period that were judged before. Where it opens again its funds are no longer closed,
    so that the next close takes them in."""
    require(actor, "incentives.set_calendar", period.program)
    before = {name: getattr(period, name) for name in PERIOD_FIELDS}
    changes = history.changed(before, dict(dates), PERIOD_FIELDS)
    if not changes:
        return period
    for name, day in dates.items():
        setattr(period, name, day)
    period.save(update_fields=PERIOD_FIELDS)
    if period.program.today() <= period.claiming_end:
        Fund.objects.filter(period=period, closed_at__isnull=False).update(closed_at=None)
    told = {f"{period.label}: {name}": pair for name, pair in changes.items()}
    history.record(period, "incentives.move_period", actor=actor, changes=told)
    return period


def add_periods(program_id: Any, first_year: int, last_year: int, *, actor: Any) -> int:
    """Periods of further fiscal years by the formula; those that are there stay as they are (R-CAL-03, R-CAL-11).

    Returns how many were made. Raises Denied; RuleViolation where a usage period would overlap with one there is.
    """
    with transaction.atomic():
        program = lock(Program, program_id)
        require(actor, "incentives.set_calendar", program)
        problems = rules.periods_can_be_added(program, first_year, last_year)
        if problems:
            raise RuleViolation(problems)
        known = set(program.periods.values_list("label", flat=True))
        made = generate_periods(program, first_year, last_year)
        if made:
            fresh = [one.label for one in calendar.windows_of_years(first_year, last_year) if one.label not in known]
            history.record(program, "incentives.add_periods", actor=actor, changes={"periods": ["", ", ".join(fresh)]})
    return made


def add_program_year(program_id: Any, *, actor: Any, **fields: Any) -> ProgramYear:
    """A further program year with the activity types of the catalogue, and those that were edited in the year before
    (R-CAL-12, R-ACT-06). fields: YEAR_FIELDS.

    Raises Denied, RuleViolation.
    """
    with transaction.atomic():
        program = lock(Program, program_id)
        require(actor, "incentives.set_calendar", program)
        problems = rules.year_fits(program, None, **fields)
        if problems:
            raise RuleViolation(problems)
        year = ProgramYear.objects.create(program=program, **fields)
        publish_catalogue(year, load_catalogue())
        carry_over(year)
        changes = {name: ["", str(value)] for name, value in fields.items()}
        history.record(year, "incentives.add_year", actor=actor, changes=changes)
    return year


def move_year(year: ProgramYear, fields: Mapping[str, Any], *, actor: Any) -> ProgramYear:
    """Write name and days of a year, its program locked and both judged before."""
    require(actor, "incentives.set_calendar", year.program)
    before = {name: getattr(year, name) for name in YEAR_FIELDS}
    changes = history.changed(before, dict(fields), YEAR_FIELDS)
    if changes:
        for name, value in fields.items():
            setattr(year, name, value)
        year.save(update_fields=YEAR_FIELDS)
        told = {f"{before['name']}: {name}": pair for name, pair in changes.items()}
        history.record(year, "incentives.move_year", actor=actor, changes=told)
    return year


def set_work_days(
    program_id: Any, *, actor: Any, deadline_zone: str, business_calendar: str, extra_holidays: Iterable[date]
) -> Program:
    """Zone of the deadlines, whose holidays are left out, and the program's own days off (D-04, R-CAL-13, R-CAL-14).

    What was promised before stays promised: due dates are kept as moments. Raises Denied, RuleViolation.
    """
    fields = {
        "deadline_zone": deadline_zone,
        "business_calendar": business_calendar,
        "extra_holidays": sorted(set(extra_holidays)),
    }
    with transaction.atomic():
        program = lock(Program, program_id)
        require(actor, "incentives.set_calendar", program)
        problems = rules.work_days_are_known(deadline_zone, business_calendar)
        if problems:
            raise RuleViolation(problems)
        before = {name: _plain(getattr(program, name)) for name in fields}
        changes = history.changed(before, {name: _plain(value) for name, value in fields.items()}, fields)
        if changes:
            for name, value in fields.items():
                setattr(program, name, value)
            program.save(update_fields=[*fields])
            history.record(program, "incentives.set_work_days", actor=actor, changes=changes)
    return program


def _plain(value: Any) -> str:
    return ", ".join(day.isoformat() for day in value) if isinstance(value, list) else str(value)


def roll_over_period(source_id: Any, target: Period, *, reason: str, seen: str, actor: Any) -> int:
    """Move what is free in every fund of one period into the same fund of another, all or nothing (R-CAL-11).

    seen: `rules.free_mark` of what the person was shown. Returns how many funds. Raises Denied; RuleViolation when
    there is nothing or the other period is over; StateConflict when the money moved meanwhile.
    """
    with transaction.atomic():
        source = Period.objects.select_related("program").get(pk=source_id)
        require(actor, "incentives.set_calendar", source.program)
        program = lock(Program, source.program_id)
        rows = Fund.objects.select_for_update(of=("self",), no_key=True).filter(period__in=(source, target))
        funds = [fund for fund in rows.order_by("pk") if fund.period_id == source.pk and fund.free > 0]
        problems = rules.rollover_is_possible(program, source, target, reason, funds)
        if problems:
            raise RuleViolation(problems)
        if rules.free_mark(funds) != seen:
            raise StateConflict(_g("Money moved in these funds meanwhile. Look at the new sums first."))
        for fund in funds:
            roll_over_fund(fund.pk, target, reason=reason.strip(), actor=actor)
        sums = ", ".join(f"{amount} {currency}" for currency, amount in rules.free_sums(funds).items())
        told = {
            _g("funds"): ["", str(len(funds))],
            _g("from"): ["", period_text(source)],
            _g("into"): ["", period_text(target)],
            _g("sum"): ["", sums],
        }
        history.record(program, "incentives.roll_over", actor=actor, comment=reason.strip(), changes=told)
    return len(funds)
