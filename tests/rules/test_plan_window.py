"""Vectors T-PLAN-1 and T-PLAN-2 through the service, at the last second of the day in the program's zone (D-04)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from core.errors import RuleViolation
from plans import services
from plans.models import Plan
from tests.factories.incentives import make_enrollment, make_program, make_year
from tests.factories.plans import cast_for, make_plan

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Los_Angeles")
FIRST_SECOND, LAST_SECOND = time(0, 0, 0), time(23, 59, 59)


def at(day, clock_time):
    """The moment as the clock in the program's zone shows it; tick off so that a slow test cannot cross midnight."""
    return time_machine.travel(datetime.combine(day, clock_time, ZONE), tick=False)


def draft(year_end, resubmitted):
    """A plan of a year that ends on the day; resubmitted = sent in time once and sent back."""
    with at(year_end - timedelta(days=40), time(12)):
        year = make_year(
            make_program(deadline_zone=ZONE.key), starts_on=year_end - timedelta(days=364), ends_on=year_end
        )
        cast = cast_for(make_enrollment(year.program), year)
        plan = make_plan(cast, "action_required" if resubmitted else "editing")
        if resubmitted:
            services.reopen_plan(plan.pk, actor=cast.user)
    return plan


def sent(plan):
    try:
        services.submit_plan(plan.pk, actor=plan.cast.admin)
    except RuleViolation as refused:
        assert [(problem.code, problem.rule) for problem in refused.problems] == [("window_closed", "R-PLAN-10")]
        assert Plan.objects.get(pk=plan.pk).status == "editing"
        return False
    return Plan.objects.get(pk=plan.pk).status == "submitted"


JUNE, SEPTEMBER, DECEMBER = date(2021, 6, 30), date(2021, 9, 30), date(2020, 12, 31)


@pytest.mark.parametrize(
    ("year_end", "resubmitted", "day", "clock_time", "accepted"),
    [
        pytest.param(JUNE, False, date(2021, 6, 30), LAST_SECOND, True, id="T-PLAN-1-first-on-the-last-day"),
        pytest.param(JUNE, False, date(2021, 7, 1), FIRST_SECOND, False, id="T-PLAN-1-first-too-late"),
        pytest.param(JUNE, True, date(2021, 9, 28), LAST_SECOND, True, id="T-PLAN-1-again-on-the-last-day"),
        pytest.param(JUNE, True, date(2021, 9, 29), FIRST_SECOND, False, id="T-PLAN-1-again-too-late"),
        pytest.param(SEPTEMBER, True, date(2021, 12, 29), LAST_SECOND, True, id="T-PLAN-2-september-last-day"),
        pytest.param(SEPTEMBER, True, date(2021, 12, 30), FIRST_SECOND, False, id="T-PLAN-2-september-too-late"),
        pytest.param(DECEMBER, True, date(2021, 3, 31), LAST_SECOND, True, id="T-PLAN-2-december-last-day"),
        pytest.param(DECEMBER, True, date(2021, 4, 1), FIRST_SECOND, False, id="T-PLAN-2-december-too-late"),
    ],
)
def test_submission_through_the_service(year_end, resubmitted, day, clock_time, accepted):
    plan = draft(year_end, resubmitted)
    with at(day, clock_time):
        assert sent(plan) is accepted


def test_a_plan_sent_back_cannot_be_reopened_after_the_window():
    with at(JUNE - timedelta(days=40), time(12)):
        year = make_year(make_program(), starts_on=JUNE - timedelta(days=364), ends_on=JUNE)
        plan = make_plan(cast_for(make_enrollment(year.program), year), "rejected")
    with at(date(2021, 9, 29), FIRST_SECOND), pytest.raises(RuleViolation) as refused:
        services.reopen_plan(plan.pk, actor=plan.cast.user)
    assert [problem.code for problem in refused.value.problems] == ["window_closed"]
