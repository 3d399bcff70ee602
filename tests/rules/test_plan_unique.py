"""Vector T-PLAN-3: one plan for a location, fund, program and program year (R-PLAN-04)."""

import pytest

from core.errors import RuleViolation
from core.models import HistoryEntry
from plans import services
from plans.models import Plan
from tests.factories.incentives import make_enrollment, make_year
from tests.factories.people import make_location
from tests.factories.plans import cast_for, make_cast, make_plan

pytestmark = pytest.mark.django_db


def second(cast, **fields):
    fields = {"fund_type": cast.program.fund_types.get(slug="co-op"), "program_year": cast.year, **fields}
    return services.create_plan(cast.enrollment, actor=cast.user, name="Second", reviewer=cast.reviewer, **fields)


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("editing", id="T-PLAN-3-same-refused"),
        pytest.param("rejected", id="T-PLAN-3-same-refused-after-rejection-R-PLAN-06"),
        pytest.param("approved", id="T-PLAN-3-same-refused-after-approval"),
    ],
)
def test_the_same_again_is_refused(status):
    plan = make_plan(status=status)
    before = HistoryEntry.objects.count()
    with pytest.raises(RuleViolation) as refused:
        second(plan.cast)
    assert [(problem.code, problem.rule) for problem in refused.value.problems] == [("plan_exists", "R-PLAN-04")]
    assert (Plan.objects.count(), HistoryEntry.objects.count()) == (1, before)


@pytest.mark.parametrize("other", [pytest.param("location", id="T-PLAN-3-another-location-accepted")])
def test_another_location_is_accepted(other):
    plan = make_plan()
    location = make_location(plan.enrollment.location.partner, name="Fabrikam Hamburg")
    second(cast_for(make_enrollment(plan.cast.program, location), plan.cast.year))
    assert Plan.objects.count() == 2


@pytest.mark.parametrize("other", [pytest.param("fund", id="T-PLAN-3-another-fund-accepted")])
def test_another_fund_is_accepted(other):
    cast = make_cast(fund_types=[("mdf", "Market development fund")])
    make_plan(cast)
    second(cast, fund_type=cast.program.fund_types.get(slug="mdf"))
    assert Plan.objects.count() == 2


@pytest.mark.parametrize("other", [pytest.param("year", id="T-PLAN-3-another-year-accepted")])
def test_another_year_is_accepted(other):
    plan = make_plan()
    year = plan.program_year
    next_year = make_year(
        plan.cast.program,
        starts_on=year.starts_on.replace(year=year.starts_on.year + 1),
        ends_on=year.ends_on.replace(year=year.ends_on.year + 1),
    )
    second(plan.cast, program_year=next_year)
    assert Plan.objects.count() == 2
