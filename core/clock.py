"""Dates, zones and working days (D-04, R-CAL-13, R-CAL-14). Only now() and today() read the clock."""

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils import timezone
from holidays import country_holidays, list_supported_countries
from holidays.holiday_base import HolidayBase

SATURDAY = 5  # date.weekday() of the first day of the weekend


_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """This moment, aware, in UTC; inside `at` the moment told there."""
    return _told.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let everything inside happen at `moment` (aware). For loading data that has a past; never for requests."""
    if timezone.is_naive(moment):
        raise ValueError("a moment needs a time zone")
    mark = _told.set(moment)
    try:
        yield moment
    finally:
        _told.reset(mark)


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """Zones a person can choose: those named after a place, and UTC."""
    odd = ("Etc/", "US/", "SystemV/", "Brazil/", "Canada/", "Chile/", "Mexico/")
    return ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(odd)))


def person_zone(user: Any) -> str:
    """The zone in which a person reads times of pages about many things at once."""
    chosen = getattr(user, "time_zone", "")
    return chosen if chosen in time_zones() else settings.TIME_ZONE


def zone_name(zone: str = "") -> str:
    """``Europe/Berlin``: the zone as people read it; without one that of the person (person_zone)."""
    return (zone or timezone.get_current_timezone_name()).replace("_", " ")


def date_in(moment: datetime, zone: str) -> date:
    """Calendar day of an aware moment in a zone."""
    if timezone.is_naive(moment):
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZoneInfo(zone)).date()


def today(zone: str, at: datetime | None = None) -> date:
    """Calendar day in a zone, now or at the moment given."""
    return date_in(at or now(), zone)


def start_of_day(day: date, zone: str) -> datetime:
    """First moment of a day in a zone (00:00 there), aware."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def end_of_day(day: date, zone: str) -> datetime:
    """Last moment at which something due that day is in time: 23:59:59.999999 there (D-04)."""
    return datetime.combine(day, time.max, tzinfo=ZoneInfo(zone))


@dataclass(frozen=True)
class WorkDays:
    """Which days are business days: Monday to Friday, without the public holidays of `country` (ISO code; empty = none
    are left out) and without the days in `off` (R-CAL-13, D-04)."""

    country: str = ""
    off: frozenset[date] = frozenset()

    def why_off(self, day: date) -> str:
        """Name of the holiday that this weekday is; empty for business days, weekends and unnamed days off."""
        return str(_holidays_of(self.country).get(day, "")) if self.country else ""


@lru_cache(maxsize=1)
def holiday_countries() -> tuple[str, ...]:
    """ISO codes of the countries whose public holidays are known."""
    return tuple(sorted(list_supported_countries()))


@lru_cache(maxsize=64)
def _holidays_of(country: str) -> HolidayBase:
    return country_holidays(country)


def is_business_day(day: date, calendar: WorkDays | str | None) -> bool:
    """Monday to Friday, minus the public holidays of the ISO country when one is given and other days off (R-CAL-13).

    An unknown country raises NotImplementedError, as the holidays package does.
    """
    if day.weekday() >= SATURDAY:
        return False
    days = calendar if isinstance(calendar, WorkDays) else WorkDays(calendar or "")
    return day not in days.off and not (days.country and day in _holidays_of(days.country))


def next_days_off(calendar: WorkDays, start: date, count: int, within: int = 366) -> list[date]:
    """The next weekdays after `start` that are no business days, at most so many, at most so many days ahead."""
    ahead = (start + timedelta(days=n) for n in range(1, within + 1))
    found = (day for day in ahead if day.weekday() < SATURDAY and not is_business_day(day, calendar))
    return list(islice(found, count))


def add_business_days(start: date, n: int, calendar: WorkDays | str | None) -> date:
    """The n-th business day after start; start itself is day 0, business day or not (R-CAL-13)."""
    if n < 0:
        raise ValueError("business days are counted forward only")
    day = start
    while n:
        day += timedelta(days=1)
        if is_business_day(day, calendar):
            n -= 1
    return day


def add_months(day: date, months: int) -> date:
    """Same day of a later month, or that month's last day when it is shorter (29 Feb + 12 → 28 Feb)."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def last_day_of_next_month(day: date) -> date:
    """Last calendar day of the month after the one day lies in (10 Mar → 30 Apr)."""
    following = add_months(day.replace(day=1), 1)
    return following.replace(day=monthrange(following.year, following.month)[1])
