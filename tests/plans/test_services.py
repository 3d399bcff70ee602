"""The moves of a plan: each with its effect, and each refused to the wrong person."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry, Notification
from plans import services
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db


def last_action(plan):
    return HistoryEntry.objects.filter(object_id=plan.pk).order_by("-id").values_list("action", "comment")[0]


def told(user):
    return list(Notification.objects.filter(user=user).order_by("id").values_list("kind", flat=True))


def test_a_plan_goes_to_its_reviewer_and_is_due():
    plan = make_plan()
    services.submit_plan(plan.pk, actor=plan.cast.admin)
    plan.refresh_from_db()
    assert (plan.status, plan.holder, plan.assigned_to) == ("submitted", "vendor", plan.cast.reviewer)
    assert plan.first_submitted_at == plan.submitted_at
    assert plan.due_at > clock.now()


def test_who_starts_the_review_holds_it():
    plan = make_plan(status="submitted")
    services.take_plan(plan.pk, actor=plan.cast.vendor_admin)
    plan.refresh_from_db()
    assert (plan.status, plan.assigned_to) == ("under_review", plan.cast.vendor_admin)


def test_a_plan_is_sent_back_with_a_reason_and_opened_again():
    plan = make_plan(status="under_review")
    cast = plan.cast
    services.request_plan_action(plan.pk, actor=cast.reviewer, comment="Split the budget.")
    plan.refresh_from_db()
    assert (plan.status, plan.holder, plan.due_at) == ("action_required", "partner", None)
    assert last_action(plan) == ("plans.request_action", "Split the budget.")
    assert (told(cast.admin), told(cast.user), told(cast.reviewer)) == (["N-03"], ["N-03"], ["plan-submitted"])
    with pytest.raises(Denied):
        services.edit_plan(plan.pk, actor=cast.user, name="Too early")
    services.reopen_plan(plan.pk, actor=cast.user)
    services.edit_plan(plan.pk, actor=cast.user, name="Split")
    plan.refresh_from_db()
    assert (plan.status, plan.name) == ("editing", "Split")


def test_an_approved_plan_has_its_limit():
    plan = make_plan(status="under_review")
    cast = plan.cast
    with pytest.raises(Denied):
        services.approve_plan(plan.pk, actor=cast.reviewer, limit=Decimal("100"))
    with pytest.raises(RuleViolation) as refused:
        services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=plan.limit_asked() + 1)
    assert [problem.code for problem in refused.value.problems] == ["limit_too_high"]
    services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal("4000"))
    plan.refresh_from_db()
    assert (plan.status, plan.newest_limit, plan.decided_by) == ("approved", Decimal("4000"), cast.vendor_admin)
    assert told(cast.admin) == ["N-03"]


def test_a_rejected_plan_may_be_revised_within_the_window():
    plan = make_plan(status="under_review")
    cast = plan.cast
    services.reject_plan(plan.pk, actor=cast.vendor_admin, comment="Not in line with the program.")
    plan.refresh_from_db()
    assert (plan.status, plan.newest_limit) == ("rejected", None)
    assert told(cast.admin) == ["N-04"]
    noon = clock.end_of_day(cast.year.ends_on, cast.program.deadline_zone) - timedelta(hours=12)
    with clock.at(noon + timedelta(days=91)), pytest.raises(RuleViolation):
        services.reopen_plan(plan.pk, actor=cast.user)
    with clock.at(noon + timedelta(days=90)):
        services.reopen_plan(plan.pk, actor=cast.user)
    plan.refresh_from_db()
    assert plan.status == "editing"


def test_a_second_click_meets_the_state():
    plan = make_plan(status="submitted")
    with pytest.raises(StateConflict) as refused:
        services.submit_plan(plan.pk, actor=plan.cast.admin)
    assert refused.value.current_status == "submitted"
