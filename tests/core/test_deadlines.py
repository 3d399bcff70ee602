"""Deadlines in the program's zone with the reader's own time beside them (R-CAL-14)."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from core import clock, ui

LAST = date(2027, 2, 15)
PACIFIC = "America/Los_Angeles"


def seen_from(zone, write):
    with clock.at(datetime(2026, 11, 24, 12, tzinfo=UTC)), timezone.override(zone):
        return str(write(LAST, PACIFIC))


def test_a_reader_elsewhere_sees_both_times():
    assert seen_from("Europe/Berlin", ui.due) == (
        '<time datetime="2027-02-15">15 Feb 2027, 23:59 in Los Angeles</time>'
        ' <span class="pl-note pl-own-time">(16 Feb, 08:59 your time)</span>'
    )
    assert seen_from("Asia/Tokyo", ui.own_time) == "16 Feb, 16:59 your time"


@pytest.mark.parametrize("zone", [PACIFIC, "America/Vancouver"])
def test_a_reader_whose_clock_shows_the_same_sees_one(zone):
    assert seen_from(zone, ui.due) == '<time datetime="2027-02-15">15 Feb 2027, 23:59 in Los Angeles</time>'
    assert seen_from(zone, ui.own_time) == ""


def test_lists_show_the_distance_and_the_readers_time():
    assert seen_from("Asia/Tokyo", ui.deadline) == (
        '<time datetime="2027-02-15">15 Feb 2027, in 83 days</time>'
        ' <span class="pl-note pl-own-time">(16 Feb, 16:59 your time)</span>'
    )


def test_another_year_is_named():
    with timezone.override("Asia/Tokyo"):
        assert ui.own_time(date(2026, 12, 31), PACIFIC) == "1 Jan 2027, 16:59 your time"


def test_a_moment_and_nothing_and_no_zone():
    with timezone.override("Europe/Berlin"):
        assert ui.own_time(datetime(2027, 2, 15, 12, tzinfo=UTC), "UTC") == "15 Feb, 13:00 your time"
        assert (ui.own_time(None, PACIFIC), ui.own_time(LAST, ""), str(ui.due(None, PACIFIC))) == ("", "", "–")
        assert str(ui.due(LAST)).count("23:59 in Berlin") == 1
