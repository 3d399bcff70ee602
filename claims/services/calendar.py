"""Changes of the calendar on which proofs, claims and plans hang: asked here, written by incentives (R-CAL-11, -12)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g

from claims import calendar_change
from core.errors import RuleViolation, StateConflict
from core.permissions import require
from core.workflow import existing, lock
from incentives import rules
from incentives import services as incentives
from incentives.models import Period, Program, ProgramYear
from incentives.services.calendar import PERIOD_FIELDS


def dates_mark(period: Period) -> str:
    """Tells one state of a period's dates from another."""
    return "|".join(str(getattr(period, name) or "") for name in PERIOD_FIELDS)


def change_period(
    pk: Any,
    *,
    actor: Any,
    seen: str,
    usage_end: date,
    claiming_start: date,
    claiming_end: date,
    correction_deadline: date | None,
) -> Period:
    """Move the dates of a period; an extension works at once for drafts and funds.

    seen: `dates_mark` of what the person was shown. Raises Denied; RuleViolation with everything that would be wrong or
    left outside; StateConflict when somebody moved the dates meanwhile.
    """
    new = {
        "usage_end": usage_end,
        "claiming_start": claiming_start,
        "claiming_end": claiming_end,
        "correction_deadline": correction_deadline,
    }
    with transaction.atomic():
        existing(Period.objects.all(), pk)
        period = incentives.lock_period(pk)
        require(actor, "incentives.set_calendar", period.program)
        if dates_mark(period) != seen:
            raise StateConflict(_g("Somebody changed this period meanwhile. Look at its dates again."))
        problems = period_problems(period, new)
        if problems:
            raise RuleViolation(problems)
        return incentives.move_period(period, new, actor=actor)


def period_problems(period: Period, new: dict[str, Any]) -> list[Any]:
    """For the page and for the change: what speaks against new dates."""
    return [*rules.period_change_problems(period, new), *calendar_change.left_outside(period, new)]


def change_year(pk: Any, *, actor: Any, name: str, starts_on: date, ends_on: date) -> ProgramYear:
    """Rename, extend or shorten a program year. Raises Denied; RuleViolation with everything left outside."""
    with transaction.atomic():
        year = existing(ProgramYear.objects.all(), pk)
        program = lock(Program, year.program_id)
        year = existing(ProgramYear.objects.select_related("program"), pk)
        require(actor, "incentives.set_calendar", program)
        problems = year_problems(year, name, starts_on, ends_on)
        if problems:
            raise RuleViolation(problems)
        fields = {"name": name, "starts_on": starts_on, "ends_on": ends_on}
        return incentives.move_year(year, fields, actor=actor)


def year_problems(year: ProgramYear, name: str, starts_on: date, ends_on: date) -> list[Any]:
    problems = rules.year_fits(year.program, year, name, starts_on, ends_on)
    return [*problems, *calendar_change.left_outside_year(year, starts_on, ends_on)]
