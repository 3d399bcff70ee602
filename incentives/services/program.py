"""Programs, calendars and catalogue versions."""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Problem, RuleViolation, StateConflict
from core.permissions import require
from core.workflow import lock
from incentives import calendar
from incentives.catalogue import ActivitySpec, Catalogue, applies_to_program, fingerprint
from incentives.choices import Settlement
from incentives.models import ActivityType, FundType, Period, Program, ProgramYear
from incentives.models.program import COOP_FUND

FACTS = (
    "name", "aliases", "countries", "currency", "has_coop", "has_plans", "settlement", "families", "rebate_share",
    "threshold_usd", "plan_review_days", "users_may_dispute", "tax_invoice_countries", "certification_statement",
)  # fmt: skip

history.describe(
    {
        "incentives.add_program": _("added the program"),
        "incentives.change_program": _("changed the facts of the program"),
    }
)


def facts_mark(program: Program) -> str:
    """Tells one state of a program's facts from another."""
    return hashlib.sha256("\0".join(_plain(getattr(program, name)) for name in FACTS).encode()).hexdigest()


def add_program(*, actor: Any, slug: str, **facts: Any) -> Program:
    """A further program; its periods, years and activity types are added to it. Raises Denied, RuleViolation."""
    require(actor, "incentives.set_rules")
    _payout_has_plans(facts)
    with transaction.atomic():
        program = create_program(slug=slug, **facts)
        changes = history.changed({}, {name: _plain(facts[name]) for name in FACTS}, FACTS)
        history.record(program, "incentives.add_program", actor=actor, changes=changes)
    return program


def change_program(program: Program, facts: dict[str, Any], *, seen: str, actor: Any) -> Program:
    """Write the facts of a locked program; they hold from now on. seen: `facts_mark` of what the person was shown.

    Raises Denied, RuleViolation; StateConflict when somebody changed them meanwhile.
    """
    require(actor, "incentives.set_rules", program)
    if facts_mark(program) != seen:
        raise StateConflict(_g("Somebody changed this program meanwhile. Look at its facts again."))
    _payout_has_plans(facts)
    before = {name: _plain(getattr(program, name)) for name in FACTS}
    changes = history.changed(before, {name: _plain(facts[name]) for name in FACTS}, FACTS)
    if changes:
        for name in FACTS:
            setattr(program, name, facts[name])
        program.save(update_fields=FACTS)
        history.record(program, "incentives.change_program", actor=actor, changes=changes)
    return program


def _payout_has_plans(facts: dict[str, Any]) -> None:
    if facts["settlement"] == Settlement.PLAN_PAYOUT and not facts["has_plans"]:
        text = _g("A plan is paid only where there are plans. Tick that a plan is asked for, or let claims be paid.")
        raise RuleViolation([Problem("payout_needs_plans", text, "D-08", "id_settlement")])


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def create_program(*, fund_types: Iterable[tuple[str, str]] = (), **fields: Any) -> Program:
    """Add a program with its fund types; every program has "co-op" (D-09)."""
    with transaction.atomic():
        program = Program.objects.create(**fields)
        for slug, name in (COOP_FUND, *fund_types):
            FundType.objects.create(program=program, slug=slug, name=str(name))
    return program


def create_program_year(program: Program, name: str, starts_on: date, ends_on: date) -> ProgramYear:
    return ProgramYear.objects.create(program=program, name=name, starts_on=starts_on, ends_on=ends_on)


def generate_periods(program: Program, first_year: int, last_year: int) -> int:
    """Make the periods of these fiscal years by the formula (R-CAL-03) where they are missing; returns how many.

    Rows that exist are left alone: the vendor may have changed them (R-CAL-11).
    """
    known = set(program.periods.values_list("label", flat=True))
    fresh = [
        Period(
            program=program,
            label=window.label,
            earning_start=window.earning_start,
            earning_end=window.earning_end,
            usage_start=window.usage_start,
            usage_end=window.usage_end,
            claiming_start=window.claiming_start,
            claiming_end=window.claiming_end,
            correction_deadline=window.correction_deadline,
        )
        for window in calendar.windows_of_years(first_year, last_year)
        if window.label not in known
    ]
    Period.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def publish_catalogue(year: ProgramYear, catalogue: Catalogue) -> int:
    """Bring the catalogue into a program year; a changed entry becomes a new version (R-ACT-06). Idempotent.

    Entries that are not for this program's families are left out, and types that were published from a draft of the
    rules are the vendor's own since. Returns the number of new versions.
    """
    wanted = [s for s in catalogue.activities if applies_to_program(s, year.program.families)]
    with transaction.atomic():
        lock(ProgramYear, year.pk)
        current = {row.slug: row for row in year.activity_types.current()}
        own = {slug for slug, row in current.items() if row.edited}
        return sum(publish_type(year, spec, current.get(spec.slug)) for spec in wanted if spec.slug not in own)


def carry_over(year: ProgramYear) -> int:
    """Bring the types that were edited in the year before into a new year, which has those of the catalogue. Returns
    how many."""
    before = year.program.years.filter(starts_on__lt=year.starts_on).order_by("-starts_on").first()
    if before is None:
        return 0
    current = {row.slug: row for row in year.activity_types.current()}
    edited = before.activity_types.current().filter(edited=True)
    return sum(publish_type(year, row.parsed, current.get(row.slug), edited=True) for row in edited)


def publish_type(year: ProgramYear, spec: ActivitySpec, current: ActivityType | None, *, edited: bool = False) -> int:
    """Add a version of one type, its year or program locked; 0 when it is the current one already. What is published
    never changes."""
    mark = fingerprint(spec)
    if current is not None and current.fingerprint == mark:
        return 0
    if current is not None:
        current.superseded_at = clock.now()
        current.save(update_fields=["superseded_at"])
    ActivityType.objects.create(
        program_year=year,
        slug=spec.slug,
        version=current.version + 1 if current else 1,
        name=spec.name,
        category=spec.category,
        enabled=spec.enabled,
        spec=spec.to_dict(),
        fingerprint=mark,
        edited=edited,
    )
    return 1
