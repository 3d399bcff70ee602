"""Approvals: from when a limit counts, which one is in force, what differs (D-10, R-PLIM-04)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import clock
from plans import approvals, services
from plans.approvals import Change
from plans.models import Plan, PlanApproval
from tests.factories.incentives import activity_type, make_enrollment, make_program, make_year
from tests.factories.plans import approve_change, cast_for, make_activity, make_campaign
from tests.factories.plans import make_small_plan as make_plan

ZONE = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("approved_on", "number", "begins"),
    [
        pytest.param(date(2026, 3, 17), 1, date(2026, 3, 17), id="R-PLIM-04-the-first-from-its-day"),
        pytest.param(date(2026, 3, 17), 2, date(2026, 4, 1), id="R-PLIM-04-a-later-one-from-next-month"),
        pytest.param(date(2026, 3, 1), 2, date(2026, 4, 1), id="R-PLIM-04-also-on-the-first"),
        pytest.param(date(2026, 12, 31), 3, date(2027, 1, 1), id="R-PLIM-04-over-the-year"),
    ],
)
def test_from_when_a_limit_counts(approved_on, number, begins):
    assert approvals.limit_starts_on(approved_on, number) == begins


def approved(number, limit, limit_from):
    return PlanApproval(number=number, limit=Decimal(limit), limit_from=limit_from)


def test_the_newest_limit_that_has_begun_counts():
    """Two changes in one month: the later one takes the place of the earlier before that ever counted."""
    rows = [
        approved(1, 10000, date(2026, 3, 5)),
        approved(2, 20000, date(2026, 4, 1)),
        approved(3, 15000, date(2026, 4, 1)),
    ]
    days = [date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 1)]
    assert [approvals.limit_among(rows, day) for day in days] == [0, 10000, 10000, 15000]


in_database = pytest.mark.django_db


def at(day, hour=12):
    return clock.at(datetime.combine(day, time(hour), ZONE))


def plan_of_2026():
    """Approved on 5 March 2026 with 10,000, in a program whose days are those of Los Angeles."""
    with at(date(2026, 3, 2)):
        year = make_year(make_program(deadline_zone=ZONE.key), starts_on=date(2025, 10, 1), ends_on=date(2026, 9, 30))
        plan = make_plan(cast_for(make_enrollment(year.program), year), requested_limit=Decimal(10000))
    cast = plan.cast
    with at(date(2026, 3, 5), 23):  # the sixth already in UTC
        services.submit_plan(plan.pk, actor=cast.admin)
        services.take_plan(plan.pk, actor=cast.reviewer)
        services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal(10000))
    plan = Plan.objects.get(pk=plan.pk)
    plan.cast = cast
    return plan


@in_database
def test_the_first_approval_counts_from_its_day_in_the_programs_zone():
    plan = plan_of_2026()
    approval = approvals.in_force(plan)
    assert (approval.number, approval.limit, approval.currency, approval.approved_by) == (
        1, Decimal(10000), "EUR", plan.cast.vendor_admin,
    )  # fmt: skip
    assert approval.limit_from == date(2026, 3, 5)
    assert approvals.in_force(plan, on=date(2026, 3, 4)) is None
    assert [approvals.limit_on(plan, date(2026, 3, day)) for day in (4, 5)] == [0, Decimal(10000)]
    campaign = plan.campaigns.get()
    activity = campaign.activities.get()
    assert approval.snapshot == {
        "campaigns": [
            {
                "id": str(campaign.pk), "name": "Back to business", "objective": "",
                "starts_on": "2025-10-01", "ends_on": "2026-09-30",
                "activities": [
                    {
                        "id": str(activity.pk), "name": "City-light posters",
                        "activity_type_id": activity.activity_type_id, "type_name": "Print advertising",
                        "countries": ["AT", "DE"], "starts_on": "2025-10-01", "ends_on": "2025-10-28",
                        "budget": "5000",
                    }
                ],
            }
        ]
    }  # fmt: skip


@in_database
def test_a_raised_limit_counts_from_the_month_after_and_a_lowered_one_binds_at_once():
    plan = plan_of_2026()
    with at(date(2026, 4, 20)):
        approve_change(plan, Decimal(20000))
    assert approvals.in_force(plan).number == 2
    assert approvals.in_force(plan, on=date(2026, 4, 19)).number == 1
    assert [approvals.limit_on(plan, day) for day in (date(2026, 4, 30), date(2026, 5, 1))] == [10000, 20000]
    assert approvals.binding_limit(plan, date(2026, 4, 30)) == 10000
    with at(date(2026, 5, 8)):
        approve_change(plan, Decimal(8000))
    assert approvals.limit_on(plan, date(2026, 5, 31)) == 20000
    assert approvals.binding_limit(plan, date(2026, 5, 31)) == 8000
    assert approvals.left_on(plan, date(2026, 5, 31)) == 8000


@in_database
def test_an_approval_is_never_changed_and_never_twice():
    plan = make_plan(status="approved")
    approval = plan.approvals.get()
    for act in (lambda: PlanApproval.objects.update(limit=1), lambda: approval.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    approval.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        approval.save(force_insert=True)
    assert list(PlanApproval.objects.values_list("number", "limit")) == [(1, Decimal(5000))]


@in_database
def test_an_approved_plan_without_approval_cannot_be_stored():
    plan = make_plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(status="approved")


@in_database
def test_what_differs_is_told_part_by_part():
    plan = make_plan(with_activity=False)
    cast, year = plan.cast, plan.program_year
    first = make_campaign(plan, cast, "First")
    posters = make_activity(plan, cast, campaign=first, name="Posters")
    letters = make_activity(plan, cast, campaign=first, name="Letters")
    kept = make_activity(plan, cast, campaign=first, name="Kept")
    services.submit_plan(plan.pk, actor=cast.admin)
    services.take_plan(plan.pk, actor=cast.reviewer)
    services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal(1000))
    services.amend_plan(plan.pk, actor=cast.admin)
    days = {"starts_on": year.starts_on, "ends_on": year.ends_on - timedelta(days=1)}
    services.edit_campaign(first.pk, actor=cast.user, name="First of all", objective="", **days)
    services.edit_activity(posters.pk, actor=cast.user, budget=Decimal("7000.5"), countries=["CH", "AT"])
    services.edit_activity(kept.pk, actor=cast.user, activity_type=activity_type(year, "digital_advertising"))
    services.delete_activity(letters.pk, actor=cast.user)
    second = make_campaign(plan, cast, "Second")
    plan.refresh_from_db()
    assert approvals.changes_since(approvals.in_force(plan), plan) == [
        Change("changed", "campaign", str(first.pk), "First", {
            "name": ("First", "First of all"),
            "ends_on": (year.ends_on.isoformat(), days["ends_on"].isoformat()),
        }),
        Change("changed", "activity", str(kept.pk), "Kept", {
            "type_name": ("Print advertising", "Digital advertising"),
        }),
        Change("removed", "activity", str(letters.pk), "Letters", {
            "name": ("Letters", None), "type_name": ("Print advertising", None), "countries": (["AT", "DE"], None),
            "starts_on": (letters.starts_on.isoformat(), None), "ends_on": (letters.ends_on.isoformat(), None),
            "budget": ("5000", None),
        }),
        Change("changed", "activity", str(posters.pk), "Posters", {
            "countries": (["AT", "DE"], ["AT", "CH"]), "budget": ("5000", "7000.5"),
        }),
        Change("added", "campaign", str(second.pk), "Second", {
            "name": (None, "Second"), "objective": (None, ""),
            "starts_on": (None, year.starts_on.isoformat()), "ends_on": (None, year.ends_on.isoformat()),
        }),
    ]  # fmt: skip
