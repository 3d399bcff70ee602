"""Programs, years, periods, activity types, enrolments."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import count

from core import clock
from incentives import services
from incentives.catalogue import load_catalogue
from incentives.choices import Settlement
from incentives.models import ActivityType, Enrollment
from incentives.rule_draft import entries_of, open_draft
from tests.factories.people import make_location

_number = count(1)


@lru_cache
def catalogue():
    return load_catalogue()


def make_program(name="", **fields):
    number = next(_number)
    defaults = {
        "slug": f"program-{number}",
        "name": name or f"Cloud Solution Provider {number}",
        "countries": ["DE", "AT", "CH", "FR"],
        "currency": "EUR",
        "settlement": Settlement.CLAIM,
        "certification_statement": "I certify that the work described was done as stated.",
    }
    return services.create_program(**{**defaults, **fields})


def program_year_around(day):
    """1 October to 30 September: on any day of the year some usage period of it can be claimed."""
    first = day.year if day.month >= 10 else day.year - 1
    return date(first, 10, 1), date(first + 1, 9, 30)


def make_year(program=None, *, starts_on=None, ends_on=None, types=True):
    """A program year (the running one unless told) with the activity catalogue and the calendar."""
    program = program or make_program()
    first, last = program_year_around(clock.now().date())
    first, last = starts_on or first, ends_on or last
    year = services.create_program_year(program, f"FY{last:%y}", first, last)
    services.generate_periods(program, first.year - 1, last.year + 2)
    if types:
        services.publish_catalogue(year, catalogue())
    return year


def make_enrollment(program=None, location=None, **fields):
    program = program or make_year().program
    fields.setdefault("currency", program.currency)
    return Enrollment.objects.create(program=program, location=location or make_location(), **fields)


def make_rule_draft(cast, slug="print_advertising", **changes):
    """The open draft of the cast's program, with these changes of one activity type (a new name unless told)."""
    entry = entries_of(open_draft(cast.program), cast.year)[slug]
    spec = replace(entry.spec, **(changes or {"name": "Posters"}))
    return services.save_draft_type(
        cast.program.pk, cast.year.pk, spec, seen=entry.mark, actor=cast.vendor_admin
    )  # fmt: skip


def activity_type(year, slug="print_advertising"):
    return ActivityType.objects.get(program_year=year, slug=slug, superseded_at__isnull=True)
