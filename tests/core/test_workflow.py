"""The engine, seen through the table of plans: order of the questions, and nothing written when one says no."""

import pytest
from django.db import transaction

from core.errors import Denied, RuleViolation, StateConflict
from core.history import SystemJob
from core.models import HistoryEntry
from core.workflow import allows, apply, available, follow, lock
from plans.models import Plan
from plans.workflow import PLAN
from tests.factories.people import make_user
from tests.factories.plans import make_cast, make_plan

pytestmark = pytest.mark.django_db


def snapshot(plan):
    """All that a move may change: the row and the history."""
    row = Plan.objects.filter(pk=plan.pk).values().get()
    return row, list(HistoryEntry.objects.order_by("id").values_list("id", "action"))


def refused(plan, name, **kwargs):
    """What the engine answers; fails when anything was written."""
    before = snapshot(plan)
    with pytest.raises((StateConflict, Denied, RuleViolation)) as answer:
        with transaction.atomic():
            apply(PLAN, lock(Plan, plan.pk), name, **kwargs)
    assert snapshot(plan) == before
    return answer.value


def test_a_move_writes_status_holder_and_history_together():
    plan = make_plan()
    before = plan.holder_since
    with transaction.atomic():
        moved = apply(PLAN, lock(Plan, plan.pk), "submit", actor=plan.cast.admin, comment="  Please look.  ")
    moved.refresh_from_db()
    entry = HistoryEntry.objects.latest("id")
    assert (moved.status, moved.holder) == ("submitted", "vendor")
    assert moved.holder_since > before
    assert (entry.action, entry.old_status, entry.new_status) == ("plans.submit", "editing", "submitted")
    assert (entry.comment, entry.actor_name, entry.actor_side) == ("Please look.", "Katharina Brandl", "partner")


def test_the_state_is_asked_before_the_person():
    plan = make_plan(status="approved")
    stranger = make_user()
    answer = refused(plan, "approve", actor=stranger)
    assert isinstance(answer, StateConflict)
    assert answer.current_status == "approved"


def test_the_person_is_asked_before_the_rules():
    plan = make_plan(with_activity=False)
    answer = refused(plan, "submit", actor=plan.cast.user)
    assert isinstance(answer, Denied)
    assert answer.reason == "Only an incentives admin of this location may do this."


def test_all_problems_are_told_at_once():
    plan = make_plan(with_activity=False)
    Plan.objects.filter(pk=plan.pk).update(reviewer=None)
    answer = refused(plan, "submit", actor=plan.cast.admin)
    assert isinstance(answer, RuleViolation)
    assert [problem.code for problem in answer.problems] == ["reviewer_missing", "no_activity"]


def test_a_required_comment_counts_as_a_problem():
    plan = make_plan(status="under_review")
    answer = refused(plan, "request_action", actor=plan.cast.reviewer, comment="  \n ")
    assert [(problem.code, problem.anchor) for problem in answer.problems] == [("comment_missing", "id_comment")]


def test_the_missing_comment_stands_beside_the_problems_of_the_rules():
    plan = make_plan(status="under_review")
    answer = refused(plan, "reject", actor=plan.cast.vendor_admin)
    assert [problem.code for problem in answer.problems] == ["comment_missing"]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_engine_refuses():
    plan = make_plan()
    with pytest.raises(RuntimeError, match="a move needs a transaction"):
        apply(PLAN, plan, "submit", actor=plan.cast.admin)
    with pytest.raises(RuntimeError, match="a move needs a transaction"):
        follow(PLAN, plan, "submitted", actor=plan.cast.admin)
    assert Plan.objects.get(pk=plan.pk).status == "editing"


def test_a_job_makes_only_moves_of_the_system():
    plan = make_plan()
    answer = refused(plan, "submit", actor=SystemJob("sweep"))
    assert isinstance(answer, Denied)


def test_following_to_the_same_state_writes_nothing():
    plan = make_plan()
    before = snapshot(plan)
    follow(PLAN, plan, "editing", actor=plan.cast.admin)
    assert snapshot(plan) == before


def test_each_person_is_shown_the_moves_of_their_side():
    plan = make_plan(status="under_review")
    cast = plan.cast

    def shown(user):
        return [(move.name, move.allowed) for move in available(PLAN, plan, user)]

    assert shown(cast.vendor_admin) == [("request_action", True), ("approve", True), ("reject", True)]
    assert shown(cast.reviewer) == [("request_action", True), ("approve", False), ("reject", False)]
    assert shown(cast.admin) == []
    assert [str(move.reason) for move in available(PLAN, plan, cast.reviewer)][1:] == [
        "Only an incentives admin of this program decides. You can recommend."
    ] * 2


def test_a_move_is_allowed_by_state_and_person_together():
    cast = make_cast()
    plan = make_plan(cast)
    assert allows(PLAN, plan, cast.admin, "submit")
    assert not allows(PLAN, plan, cast.user, "submit")
    assert not allows(PLAN, plan, cast.vendor_admin, "approve")
