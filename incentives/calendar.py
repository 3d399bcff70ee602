"""Fiscal halves and the windows that hang on them (R-CAL-01…08, -10). Pure; every window is inclusive.

Funds earned in one half are used in the next one and claimed in a window that starts in the middle of
the usage period and ends after it. The formula fills Period rows; the rows, not the formula, bind
afterwards, because the vendor may move dates (R-CAL-11).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FISCAL_YEAR_FIRST_MONTH = 7  # R-CAL-01: fiscal year N starts on 1 July of year N-1
SECOND_HALF_FIRST_MONTH = 1  # R-CAL-01: its second half starts on 1 January of year N
CLAIMING_OPENS_DAY = 16  # R-CAL-02: 16th of the usage period's second month
CLAIMING_CLOSES_DAY = 15  # R-CAL-02: 15th of the second month after the usage period (R-CAL-06)
CORRECTION_AFTER_FEBRUARY = (3, 31)  # R-CAL-10: preset 31 March
CORRECTION_AFTER_AUGUST = (9, 30)  # R-CAL-10: preset 30 September


@dataclass(frozen=True, order=True)
class HalfYear:
    """One half of a fiscal year; orders by time."""

    fiscal_year: int
    half: int

    def __post_init__(self) -> None:
        if self.half not in (1, 2):
            raise ValueError(f"a fiscal year has halves 1 and 2, not {self.half}")

    @property
    def label(self) -> str:
        """FY21 H1"""
        return f"FY{self.fiscal_year % 100:02d} H{self.half}"

    @property
    def start(self) -> date:
        if self.half == 1:
            return date(self.fiscal_year - 1, FISCAL_YEAR_FIRST_MONTH, 1)
        return date(self.fiscal_year, SECOND_HALF_FIRST_MONTH, 1)

    @property
    def end(self) -> date:
        return self.next().start - timedelta(days=1)

    def next(self) -> "HalfYear":
        return HalfYear(self.fiscal_year, 2) if self.half == 1 else HalfYear(self.fiscal_year + 1, 1)

    def previous(self) -> "HalfYear":
        return HalfYear(self.fiscal_year, 1) if self.half == 2 else HalfYear(self.fiscal_year - 1, 2)


@dataclass(frozen=True)
class Windows:
    """The three periods of one earning half; label names the earning half (R-CAL-04)."""

    label: str
    earning_start: date
    earning_end: date
    usage_start: date
    usage_end: date
    claiming_start: date
    claiming_end: date
    correction_deadline: date

    def allows_execution_on(self, day: date) -> bool:
        """R-CAL-08: work counts only inside the usage period."""
        return self.usage_start <= day <= self.usage_end

    def allows_submission_on(self, day: date) -> bool:
        """R-CAL-08: a submission counts only inside the claiming period."""
        return self.claiming_start <= day <= self.claiming_end


def half_of(day: date) -> HalfYear:
    """The fiscal half a day lies in (R-CAL-01)."""
    if day.month >= FISCAL_YEAR_FIRST_MONTH:
        return HalfYear(day.year + 1, 1)
    return HalfYear(day.year, 2)


def label_of(day: date) -> str:
    """Fiscal label of a day (T-CAL-4): 2020-07-01 → FY21 H1."""
    return half_of(day).label


def windows_for_earning_half(fiscal_year: int, half: int) -> Windows:
    """Windows of the funds earned in one half (R-CAL-02, -03)."""
    earning = HalfYear(fiscal_year, half)
    usage = earning.next()
    opens = date(usage.start.year, usage.start.month + 1, CLAIMING_OPENS_DAY)
    after = usage.next().start
    closes = date(after.year, after.month + 1, CLAIMING_CLOSES_DAY)
    month, day = CORRECTION_AFTER_FEBRUARY if closes.month == 2 else CORRECTION_AFTER_AUGUST
    return Windows(
        label=earning.label,
        earning_start=earning.start,
        earning_end=earning.end,
        usage_start=usage.start,
        usage_end=usage.end,
        claiming_start=opens,
        claiming_end=closes,
        correction_deadline=date(closes.year, month, day),
    )


def windows_for_usage_date(day: date) -> Windows:
    """Windows of the period in whose usage period a day lies (T-CAL-2, T-CAL-3)."""
    earning = half_of(day).previous()
    return windows_for_earning_half(earning.fiscal_year, earning.half)


def open_claiming_windows(day: date) -> list[Windows]:
    """Windows whose claiming period is open on a day; by the formula exactly one (R-CAL-05)."""
    usage = half_of(day)
    candidates = (windows_for_usage_date(half.start) for half in (usage.previous(), usage))
    return [windows for windows in candidates if windows.allows_submission_on(day)]


def windows_of_years(first_fiscal_year: int, last_fiscal_year: int) -> Iterator[Windows]:
    """Windows of every earning half of these fiscal years, both included, in order."""
    for fiscal_year in range(first_fiscal_year, last_fiscal_year + 1):
        for half in (1, 2):
            yield windows_for_earning_half(fiscal_year, half)
