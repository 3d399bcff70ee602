"""Fiscal calendar: vectors T-CAL-1…4 and the table of R-CAL-04."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentives.calendar import (
    HalfYear,
    label_of,
    open_claiming_windows,
    windows_for_earning_half,
    windows_for_usage_date,
    windows_of_years,
)

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "label", "usage_start", "usage_end"),
    [
        pytest.param(date(2021, 2, 15), "FY20 H2", date(2020, 7, 1), date(2020, 12, 31), id="T-CAL-1-last-day"),
        pytest.param(date(2021, 2, 16), "FY21 H1", date(2021, 1, 1), date(2021, 6, 30), id="T-CAL-1-first-day"),
    ],
)
def test_open_claiming_period(day, label, usage_start, usage_end):
    found = [(one.label, one.usage_start, one.usage_end) for one in open_claiming_windows(day)]
    assert found == [(label, usage_start, usage_end)]


@pytest.mark.parametrize(
    ("activity", "label", "claim_on", "accepted"),
    [
        pytest.param(date(2021, 1, 20), "FY21 H1", date(2021, 2, 10), False, id="T-CAL-2-not-open"),
        pytest.param(date(2021, 1, 20), "FY21 H1", date(2021, 2, 16), True, id="T-CAL-2-first-day"),
        pytest.param(date(2021, 1, 20), "FY21 H1", date(2021, 8, 15), True, id="T-CAL-2-last-day"),
        pytest.param(date(2021, 1, 20), "FY21 H1", date(2021, 8, 16), False, id="T-CAL-2-closed"),
        pytest.param(date(2020, 12, 31), "FY20 H2", date(2021, 2, 15), True, id="T-CAL-3-last-day"),
        pytest.param(date(2020, 12, 31), "FY20 H2", date(2021, 2, 16), False, id="T-CAL-3-closed"),
    ],
)
def test_claim_for_an_activity(activity, label, claim_on, accepted):
    windows = windows_for_usage_date(activity)
    assert (windows.label, windows.allows_execution_on(activity)) == (label, True)
    assert windows.allows_submission_on(claim_on) is accepted


@pytest.mark.parametrize(
    ("day", "label"),
    [
        pytest.param(date(2020, 7, 1), "FY21 H1", id="T-CAL-4-first-day"),
        pytest.param(date(2020, 6, 30), "FY20 H2", id="T-CAL-4-last-day"),
    ],
)
def test_fiscal_label(day, label):
    assert label_of(day) == label


TABLE = [
    (2020, 2, "FY20 H2", "2020-01-01", "2020-06-30", "2020-07-01", "2020-12-31", "2020-08-16", "2021-02-15"),
    (2021, 1, "FY21 H1", "2020-07-01", "2020-12-31", "2021-01-01", "2021-06-30", "2021-02-16", "2021-08-15"),
    (2021, 2, "FY21 H2", "2021-01-01", "2021-06-30", "2021-07-01", "2021-12-31", "2021-08-16", "2022-02-15"),
    (2022, 1, "FY22 H1", "2021-07-01", "2021-12-31", "2022-01-01", "2022-06-30", "2022-02-16", "2022-08-15"),
    (2022, 2, "FY22 H2", "2022-01-01", "2022-06-30", "2022-07-01", "2022-12-31", "2022-08-16", "2023-02-15"),
    (2024, 2, "FY24 H2", "2024-01-01", "2024-06-30", "2024-07-01", "2024-12-31", "2024-08-16", "2025-02-15"),
]


@pytest.mark.parametrize(("year", "half", "label", "dates"), [(*row[:3], row[3:]) for row in TABLE])
def test_table_of_windows(year, half, label, dates):
    """R-CAL-04."""
    one = windows_for_earning_half(year, half)
    assert one.label == label
    found = (
        one.earning_start,
        one.earning_end,
        one.usage_start,
        one.usage_end,
        one.claiming_start,
        one.claiming_end,
    )
    assert found == tuple(date.fromisoformat(text) for text in dates)


def test_correction_deadline_preset():
    """R-CAL-10."""
    assert windows_for_earning_half(2025, 2).correction_deadline == date(2026, 3, 31)
    assert windows_for_earning_half(2025, 1).correction_deadline == date(2025, 9, 30)


def test_a_half_is_first_or_second():
    with pytest.raises(ValueError, match="halves 1 and 2, not 3"):
        HalfYear(2021, 3)


def test_windows_of_a_span_of_fiscal_years():
    assert [one.label for one in windows_of_years(2021, 2022)] == ["FY21 H1", "FY21 H2", "FY22 H1", "FY22 H2"]
    assert list(windows_of_years(2022, 2021)) == []


@given(DAYS)
def test_exactly_one_claiming_period_is_open(day):
    """R-CAL-05."""
    assert len(open_claiming_windows(day)) == 1


@given(DAYS)
def test_claiming_closes_46_days_after_the_usage_period(day):
    """R-CAL-06, R-CAL-08."""
    windows = windows_for_usage_date(day)
    assert windows.allows_execution_on(day)
    assert windows.claiming_end - windows.usage_end == timedelta(days=46)
    assert windows.usage_start == windows.earning_end + timedelta(days=1)
