"""Two people at the same plan in the same moment, with real connections (D-10, D-14)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from core.errors import RuleViolation, StateConflict
from plans import services
from plans.models import Activity, Execution, Plan, PlanApproval, PlanPayout
from proofs import services as proofs
from proofs.models import Proof
from tests.concurrency.test_decisions import at_once
from tests.factories.plans import make_activity
from tests.factories.plans import make_small_plan as make_plan
from tests.rules.test_payouts import at, earn, plan_of_april

pytestmark = pytest.mark.django_db(transaction=True)


def names(outcome):
    return sorted(type(one).__name__ for one in outcome)


def approve(plan, limit):
    return lambda: services.approve_plan(plan.pk, actor=plan.cast.vendor_admin, limit=Decimal(limit))


@pytest.mark.parametrize("round_", range(3))
def test_two_approvals_at_once_leave_one(round_):
    plan = make_plan(status="under_review")
    outcome = at_once(approve(plan, 4000), approve(plan, 4500))
    assert names(outcome) == ["NoneType", "StateConflict"]
    limit = Decimal(4000) if outcome[0] is None else Decimal(4500)
    assert list(PlanApproval.objects.values_list("plan", "number", "limit")) == [(plan.pk, 1, limit)]
    assert Plan.objects.get(pk=plan.pk).version == 1


@pytest.mark.parametrize("round_", range(3))
def test_two_claims_at_once_cannot_hold_more_than_the_limit(round_):
    plan = make_plan(status="approved")

    def hold():
        with transaction.atomic():
            services.commit_amount(plan.pk, Decimal(3000))

    outcome = at_once(hold, hold)
    assert names(outcome) == ["NoneType", "RuleViolation"]
    assert Plan.objects.get(pk=plan.pk).committed == Decimal(3000)


@pytest.mark.parametrize("round_", range(3))
def test_removing_an_activity_while_its_first_proof_is_made(round_):
    """Either the proof comes first and the removal is refused, or it comes after and the activity is still in force."""
    plan = make_plan(status="approved")
    cast = plan.cast
    activity = plan.campaigns.get().activities.get()
    services.amend_plan(plan.pk, actor=cast.admin)
    removal, creation = at_once(
        lambda: services.delete_activity(activity.pk, actor=cast.user),
        lambda: proofs.create_proof(activity, actor=cast.user, name="First"),
    )
    assert creation is None
    assert removal is None or isinstance(removal, RuleViolation)
    assert Activity.with_removed.get(pk=activity.pk).removed is (removal is None)
    assert list(Execution.objects.values_list("reference", flat=True)) == [Proof.objects.get().number]


@pytest.mark.parametrize("round_", range(3))
def test_approving_a_removal_while_a_proof_is_made(round_):
    plan = make_plan(status="approved")
    cast = plan.cast
    activity = plan.campaigns.get().activities.get()
    services.amend_plan(plan.pk, actor=cast.admin)
    make_activity(plan, cast, name="Second")
    services.delete_activity(activity.pk, actor=cast.user)
    services.submit_plan(plan.pk, actor=cast.admin)
    services.take_plan(plan.pk, actor=cast.reviewer)
    approval, creation = at_once(
        approve(plan, 5000), lambda: proofs.create_proof(activity, actor=cast.user, name="First")
    )
    if approval is None:
        assert isinstance(creation, StateConflict)
        assert (Proof.objects.count(), Activity.with_removed.filter(pk=activity.pk).count()) == (0, 0)
    else:
        assert [one.code for one in approval.problems] == ["proof_left_out"]
        assert (creation, Proof.objects.get().activity_id) == (None, activity.pk)


@pytest.mark.parametrize("round_", range(3))
def test_two_sweeps_at_once_pay_each_month_once(round_):
    plan = plan_of_april()
    earn(plan, date(2021, 3, 10), 4000)

    def sweep():
        with at(date(2021, 6, 15)):
            services.make_payouts()

    assert at_once(sweep, sweep) == [None, None]
    months = list(PlanPayout.objects.values_list("month__month", "paid"))
    assert months == [(3, Decimal(4000)), (4, Decimal(0)), (5, Decimal(0))]
