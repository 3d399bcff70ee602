"""Dates as they are printed. Numeric ones are read day first unless the country says otherwise."""

import re
from dataclasses import dataclass
from datetime import date

MONTHS = {
    1: "january januar janvier januari enero jan janv ene jän januari",
    2: "february februar février fevrier februari febrero feb fév févr fevr",
    3: "march märz maerz mars maart marzo mar mär mrt mrz",
    4: "april avril abril apr avr abr",
    5: "may mai mei mayo",
    6: "june juni juin junio jun",
    7: "july juli juillet julio jul juil",
    8: "august août aout augustus agosto aug ago aou",
    9: "september septembre septiembre setiembre sep sept set",
    10: "october oktober octobre octubre oct okt",
    11: "november novembre noviembre nov",
    12: "december dezember décembre decembre diciembre dec dez déc dic",
}
_MONTH = {name: number for number, names in MONTHS.items() for name in names.split()}
_NAMES = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
MONTH_FIRST = {"US", "PH", "FM", "MH", "PW"}
YEAR_FIRST = {"CN", "JP", "KR", "TW", "HU", "LT", "MN"}
OLDEST = 1990
_NUMERIC = re.compile(r"(?<![^\W_])(?<![/.,-])(\d{1,2})\s?([/.\-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d?[/.\-]\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})\s?([/.\-])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?![/.\-]\d)")
_CJK = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_DAY_NAME = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\s?(?:st|nd|rd|th|er|º|°)\b)?\.?[\s\-/.]*(?:de\s+)?({_NAMES})\b\.?[\s\-/.,']*(?:de\s+|del\s+)?"
    r"(\d{4}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_NAME_DAY = re.compile(
    rf"(?<![^\W\d_])({_NAMES})\b\.?\s*(\d{{1,2}})(?:\s?(?:st|nd|rd|th)\b)?\s?[,.]?\s*(\d{{4}}|'?\d{{2}}(?!\d|:))",
    re.IGNORECASE,
)
_TIME = re.compile(r"[\s,]*\d{1,2}[:.]\d{2}")


@dataclass(frozen=True)
class Printed:
    """A date and where it stands. ambiguous: day and month could be the other way round · timed: a time follows."""

    day: date
    start: int
    end: int
    ambiguous: bool = False
    timed: bool = False


def dates_in(text: str, country: str = "") -> list[Printed]:
    """All dates in a line, from left to right. country: ISO 3166 code, "" unknown."""
    found: list[Printed] = []
    for pattern, read in ((_CJK, _year_first), (_ISO, _iso), (_DAY_NAME, _day_name), (_NAME_DAY, _name_day)):
        found += [one for match in pattern.finditer(text) if (one := read(match)) is not None]
    found += [one for match in _NUMERIC.finditer(text) if (one := _numeric(match, country)) is not None]
    clear: list[Printed] = []
    for one in sorted(found, key=lambda printed: (printed.start, printed.start - printed.end)):
        if not clear or one.start >= clear[-1].end:
            clear.append(one)
    return clear


def _year_first(match: re.Match[str]) -> Printed | None:
    return _printed(match, match[1], match[2], match[3])


def _iso(match: re.Match[str]) -> Printed | None:
    return _printed(match, match[1], match[3], match[4])


def _day_name(match: re.Match[str]) -> Printed | None:
    return _printed(match, match[3], str(_MONTH[match[2].lower()]), match[1])


def _name_day(match: re.Match[str]) -> Printed | None:
    return _printed(match, match[3].lstrip("'"), str(_MONTH[match[1].lower()]), match[2])


def _numeric(match: re.Match[str], country: str) -> Printed | None:
    first, second, year = match[1], match[3], match[4]
    day, month = (second, first) if country in MONTH_FIRST else (first, second)
    if int(month) > 12 >= int(day):
        day, month = month, day
    ambiguous = not country and int(first) <= 12 and int(second) <= 12 and first.lstrip("0") != second.lstrip("0")
    return _printed(match, year, month, day, ambiguous)


def _printed(match: re.Match[str], year: str, month: str, day: str, ambiguous: bool = False) -> Printed | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    try:
        found = date(full, int(month), int(day))
    except ValueError:
        return None
    timed = bool(_TIME.match(match.string, match.end()))
    return Printed(found, match.start(), match.end(), ambiguous, timed) if full >= OLDEST else None
