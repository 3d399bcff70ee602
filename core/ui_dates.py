"""Days and moments in the words of the reader: part of what core/ui.py offers to pages.

Formatters accept ``None``, never raise, and follow the language and the zone that are active for the request.
"""

from datetime import date as Date
from datetime import datetime as DateTime
from datetime import time as Time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from markupsafe import Markup

from core import clock

NOTHING = "–"


def written_locale() -> str:
    """Babel's name of the active language; plain English is written the international way (15 Feb)."""
    language = (get_language() or settings.LANGUAGE_CODE).replace("-", "_")
    return "en_GB" if language in ("en", "en_US") else language


@lru_cache(maxsize=64)
def parsed_locale(name: str) -> Locale:
    return Locale.parse(name)


def _zone(name: str) -> Any:
    return ZoneInfo(name) if name else timezone.get_current_timezone()


def _day(value: Date | DateTime, zone: str) -> Date:
    return value.astimezone(_zone(zone)).date() if isinstance(value, DateTime) else value


@lru_cache(maxsize=4096)
def _written(day: Date, weekday: bool, year: bool, locale: str) -> str:
    if locale == "en_GB":
        pattern = ("EEE " if weekday else "") + "d MMM" + (" y" if year else "")
        return format_date(day, pattern, locale=parsed_locale(locale)).replace("Sept", "Sep")
    skeleton = ("y" if year else "") + "MMM" + ("E" if weekday else "") + "d"
    return format_skeleton(skeleton, DateTime(day.year, day.month, day.day), locale=parsed_locale(locale))


def date(value: Date | DateTime | None, zone: str = "", weekday: bool = False, year: bool = True) -> str:
    """``15 Feb 2027``; a moment as its day in ``zone`` (else the active one). Only this year is ever left out."""
    if value is None:
        return NOTHING
    day = _day(value, zone)
    return _written(day, weekday, year or day.year != _day(clock.now(), zone).year, written_locale())


def date_range(first: Date | None, last: Date | None) -> str:
    """``14 Sep – 11 Oct 2026``: the year once where both days share it; one day stays one day."""
    if first is None or last is None:
        return date(first or last)
    if first == last:
        return date(first)
    return f"{_written(first, False, first.year != last.year, written_locale())} – {date(last)}"


def datetime(value: DateTime | None, zone: str = "", show_zone: bool = False) -> str:
    """``3 Nov 2026, 16:12``, and with ``show_zone`` the zone's short name behind it."""
    if value is None:
        return NOTHING
    time = time_of_day(value, zone) if show_zone else clock_time(value.astimezone(_zone(zone)))
    return f"{date(value, zone)}, {time}"


def time_of_day(value: Date | DateTime | None, zone: str = "") -> str:
    """``23:59 CET``: the time of a deadline in its zone; nothing for a plain day."""
    local = value.astimezone(_zone(zone)) if isinstance(value, DateTime) else None
    return f"{clock_time(local)} {local.tzname()}" if local else ""


def clock_time(value: DateTime) -> str:
    """``16:12`` as the active language writes it; ``value`` is already in its zone."""
    return _time_of_day(value.hour, value.minute, written_locale())


@lru_cache(maxsize=2048)
def _time_of_day(hour: int, minute: int, locale: str) -> str:
    return format_time(Time(hour, minute), "short", locale=parsed_locale(locale))


def distance(value: Date | DateTime | None, zone: str = "") -> str:
    """How far a day is from today (both in ``zone``): ``in 23 days``, ``tomorrow``, ``5 days ago``."""
    if value is None:
        return ""
    days = (_day(value, zone) - _day(clock.now(), zone)).days
    near = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if days in near:
        return near[days]
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}


def deadline(value: Date | DateTime | None, zone: str = "", weekday: bool = False, place: bool = False) -> Markup:
    """Markup: the day with its distance, ``15 Feb 2027, in 23 days``; the zone is told on hover, with ``place`` in the
    text. Where the reader's clock shows another time then, that time stands beside it."""
    if value is None:
        return Markup("–")
    day = _day(value, zone)
    title = Markup(' title="{}"').format(datetime(value, zone, True)) if isinstance(value, DateTime) else ""
    when = _with_place(date(day, weekday=weekday), value, zone) if place else date(day, weekday=weekday)
    return Markup('<time datetime="{}"{}>{}, {}</time>{}').format(
        day.isoformat(), title, when, distance(value, zone), _beside(value, zone)
    )


def due(value: Date | DateTime | None, zone: str = "") -> Markup:
    """Markup: a deadline to the minute, ``15 Feb 2027, 23:59 in Los Angeles (16 Feb, 08:59 your time)``. A plain day
    ends at the end of that day in ``zone``; the reader's own time stands there where it differs."""
    if value is None:
        return Markup("–")
    day = _day(value, zone)
    text = _with_place(date(day), value, zone)
    return Markup('<time datetime="{}">{}</time>{}').format(day.isoformat(), text, _beside(value, zone))


def _with_place(day: str, value: Date | DateTime, zone: str) -> str:
    local = _end(value, zone).astimezone(_zone(zone))
    facts = {"day": day, "time": clock_time(local), "place": place_of(zone)}
    return gettext("%(day)s, %(time)s in %(place)s") % facts


def own_time(value: Date | DateTime | None, zone: str) -> str:
    """``16 Feb, 08:59 your time`` where the reader's clock shows another time at that deadline, else nothing."""
    if value is None or not zone:
        return ""
    at = _end(value, zone)
    there, here = at.astimezone(_zone(zone)), at.astimezone(_zone(""))
    if there.utcoffset() == here.utcoffset():
        return ""
    same_year = here.year == there.year
    return gettext("%(day)s, %(time)s your time") % {
        "day": _written(here.date(), False, not same_year, written_locale()), "time": clock_time(here),
    }  # fmt: skip


def place_of(zone: str = "") -> str:
    """``America/Los_Angeles`` → ``Los Angeles``: the place that gives a zone its name."""
    return clock.zone_name(zone).rpartition("/")[2]


def _end(value: Date | DateTime, zone: str) -> DateTime:
    if isinstance(value, DateTime):
        return value
    return clock.end_of_day(value, zone or timezone.get_current_timezone_name())


def _beside(value: Date | DateTime, zone: str) -> Markup:
    mine = own_time(value, zone)
    return Markup(' <span class="pl-note pl-own-time">({})</span>').format(mine) if mine else Markup("")


def moment(value: DateTime | None, zone: str = "") -> Markup:
    """Markup: a point in time for lists, short when it is near: ``Today, 16:12`` or ``3 Nov 2026, 16:12``."""
    if value is None:
        return Markup("–")
    local = value.astimezone(_zone(zone))
    full = text = datetime(value, zone)
    if local.date() == clock.now().astimezone(local.tzinfo).date():
        text = gettext("Today, %(time)s") % {"time": clock_time(local)}
    return Markup('<time datetime="%s" title="%s %s">%s</time>') % (
        local.isoformat(timespec="seconds"), full, local.tzname(), text,
    )  # fmt: skip
