from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock

PACIFIC = "America/Los_Angeles"


def test_a_day_closes_at_its_last_microsecond_there():
    """D-04."""
    end = clock.end_of_day(date(2021, 2, 15), PACIFIC)
    assert end.astimezone(UTC) == datetime(2021, 2, 16, 7, 59, 59, 999999, tzinfo=UTC)
    assert clock.today(PACIFIC, end) == date(2021, 2, 15)
    assert clock.today(PACIFIC, end + timedelta(microseconds=1)) == date(2021, 2, 16)


def test_a_day_starts_at_midnight_there():
    assert clock.start_of_day(date(2021, 7, 1), PACIFIC) == datetime(2021, 7, 1, tzinfo=ZoneInfo(PACIFIC))


def test_a_moment_without_zone_has_no_day():
    with pytest.raises(ValueError, match="needs a time zone"):
        clock.date_in(datetime(2021, 1, 1), PACIFIC)


def test_now_is_aware_and_today_follows_it():
    now = clock.now()
    assert now.utcoffset() == timedelta(0)
    assert clock.today("UTC") in (now.date(), (now + timedelta(days=1)).date())


@pytest.mark.parametrize(
    ("start", "days", "calendar", "expected"),
    [
        (date(2021, 3, 5), 0, None, date(2021, 3, 5)),
        (date(2021, 3, 6), 1, None, date(2021, 3, 8)),
        (date(2021, 3, 5), 45, "", date(2021, 5, 7)),
        (date(2021, 12, 23), 45, None, date(2022, 2, 24)),
        (date(2021, 7, 2), 1, "US", date(2021, 7, 6)),
    ],
)
def test_business_days(start, days, calendar, expected):
    assert clock.add_business_days(start, days, calendar) == expected


def test_business_days_go_forward():
    with pytest.raises(ValueError, match="forward only"):
        clock.add_business_days(date(2021, 3, 5), -1, None)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)), st.integers(0, 60))
def test_a_deadline_is_a_business_day_after_the_start(start, days):
    found = clock.add_business_days(start, days, None)
    assert found >= start + timedelta(days=days)
    assert days == 0 or clock.is_business_day(found, None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 3, 10), date(2021, 4, 30)),
        (date(2021, 12, 1), date(2022, 1, 31)),
        (date(2024, 1, 31), date(2024, 2, 29)),
    ],
)
def test_last_day_of_next_month(day, expected):
    assert clock.last_day_of_next_month(day) == expected


def test_days_off_of_ones_own_count_beside_the_holidays():
    days = clock.WorkDays("US", frozenset({date(2026, 11, 27)}))
    assert clock.add_business_days(date(2026, 11, 25), 1, days) == date(2026, 11, 30)  # Thanksgiving, and the day after
    assert clock.next_days_off(days, date(2026, 11, 24), 3) == [
        date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 25),
    ]  # fmt: skip
    assert [days.why_off(day) for day in (date(2026, 11, 26), date(2026, 11, 27))] == ["Thanksgiving Day", ""]
    assert clock.next_days_off(clock.WorkDays(), date(2026, 11, 24), 3) == []
    assert {"DE", "US", "JP"} <= set(clock.holiday_countries())
