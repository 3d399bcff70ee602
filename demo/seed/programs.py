"""The vendor's programs with years, calendar and catalogue."""

from datetime import date
from decimal import Decimal

from core import clock
from demo.seed.cast import CSP, HOSTING, RETAIL
from incentives import services
from incentives.catalogue import load_catalogue
from incentives.choices import Settlement
from incentives.models import Program, ProgramYear

LAUNCH_FUND = ("launch", "Launch fund")
YEAR_FIRST_MONTH = 10  # 1 Oct – 30 Sep: on any day of the year some work of it can be claimed

STATEMENT = (
    "I certify that the hours and costs listed were spent on the activity named, that they are not part of any other "
    "claim, and that time sheets and receipts are kept for at least 24 months."
)
PROGRAMS = (
    {
        "slug": CSP,
        "name": "Cloud Solution Provider",
        "aliases": ["Cloud Growth", "CSP"],
        "families": ["csp"],
        "settlement": Settlement.CLAIM,
        "deadline_zone": "America/Los_Angeles",
        "countries": ["DE", "AT", "CH", "FR", "GB", "NL", "BE", "ES"],
        "currency": "EUR",
        "certification_statement": STATEMENT,
    },
    {
        "slug": RETAIL,
        "name": "Device Retail",
        "aliases": ["Surface Retail"],
        "families": ["surface"],
        "settlement": Settlement.PLAN_PAYOUT,
        "deadline_zone": "Europe/Berlin",
        "business_calendar": "DE",
        "countries": ["DE", "AT", "FR", "GB", "NL"],
        "currency": "EUR",
        "certification_statement": STATEMENT,
    },
    {
        "slug": HOSTING,
        "name": "Hosting",
        "aliases": ["Service Provider Hosting"],
        "families": ["hosting"],
        "has_plans": False,
        "settlement": Settlement.CLAIM,
        "deadline_zone": "America/Los_Angeles",
        "business_calendar": "US",
        "countries": ["DE", "AT", "FR", "GB"],
        "currency": "EUR",
        "threshold_usd": Decimal(1500),
        "certification_statement": STATEMENT,
    },
)


def year_span(day: date) -> tuple[date, date]:
    """First and last day of the program year a day lies in."""
    first = day.year if day.month >= YEAR_FIRST_MONTH else day.year - 1
    return date(first, YEAR_FIRST_MONTH, 1), date(first + 1, YEAR_FIRST_MONTH - 1, 30)


def make_programs() -> dict[str, Program]:
    """All programs, each with the last, the running and the coming year; by slug."""
    catalogue = load_catalogue()
    today = clock.now().date()
    first, _last = year_span(today)
    made = {}
    for fields in PROGRAMS:
        program = made[fields["slug"]] = services.create_program(fund_types=[LAUNCH_FUND], **fields)
        services.generate_periods(program, today.year - 2, today.year + 2)
        for offset in (-1, 0, 1):
            starts_on, ends_on = first.replace(year=first.year + offset), date(first.year + offset + 1, 9, 30)
            year = services.create_program_year(program, f"FY{ends_on:%y}", starts_on, ends_on)
            services.publish_catalogue(year, catalogue)
    return made


def year_of(program: Program, day: date) -> ProgramYear:
    return program.years.get(starts_on__lte=day, ends_on__gte=day)
