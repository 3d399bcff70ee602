"""Plan deadlines: vectors T-PLAN-1 and T-PLAN-2."""

from datetime import date

import pytest

from incentives.models.program import PLAN_REVIEW_DAYS
from plans.deadlines import first_submission_last_day, may_submit, resubmission_last_day, review_due

YEAR_END = date(2021, 6, 30)


@pytest.mark.parametrize(
    ("today", "first_submitted", "accepted"),
    [
        pytest.param(date(2021, 6, 30), False, True, id="T-PLAN-1-first-on-the-last-day"),
        pytest.param(date(2021, 7, 1), False, False, id="T-PLAN-1-first-too-late"),
        pytest.param(date(2021, 9, 28), True, True, id="T-PLAN-1-again-on-the-last-day"),
        pytest.param(date(2021, 9, 29), True, False, id="T-PLAN-1-again-too-late"),
    ],
)
def test_submission_window(today, first_submitted, accepted):
    assert may_submit(today, YEAR_END, first_submitted) is accepted


@pytest.mark.parametrize(
    ("year_end", "last_day"),
    [
        pytest.param(date(2021, 9, 30), date(2021, 12, 29), id="T-PLAN-2-september"),
        pytest.param(date(2020, 12, 31), date(2021, 3, 31), id="T-PLAN-2-december"),
    ],
)
def test_last_day_of_resubmission(year_end, last_day):
    assert resubmission_last_day(year_end) == last_day


def test_first_submission_ends_with_the_program_year():
    assert first_submission_last_day(YEAR_END) == YEAR_END


def test_review_takes_ten_business_days():
    """R-PLAN-12."""
    assert review_due(date(2021, 3, 5), PLAN_REVIEW_DAYS, None) == date(2021, 3, 19)
