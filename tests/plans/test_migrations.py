"""Plans approved before approvals were rows of their own keep their limit, their parts and their proofs."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from plans import approvals
from plans.models import Activity, Campaign, Execution, Plan
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("plans", "0002_numbers"), ("proofs", "0003_money")]
LATE_EVENING = datetime(2026, 3, 5, 23, 30, tzinfo=ZoneInfo("America/Los_Angeles"))


@pytest.fixture
def all_migrations():
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_approvals_are_moved_into_rows(all_migrations):
    plan, open_plan = make_plan(status="under_review"), make_plan(status="submitted")
    activity = plan.campaigns.get().activities.get()
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    old.get_model("plans", "Plan").objects.filter(pk=plan.pk).update(
        status="approved", approved_limit=4500, decided_at=LATE_EVENING, decided_by=plan.cast.vendor_admin.pk
    )
    old.get_model("proofs", "Proof").objects.create(
        number="POE-2026-000001", status="editing", enrollment_id=plan.enrollment_id, activity_id=activity.pk,
        activity_type_id=activity.activity_type_id, currency="EUR", created_by_id=plan.cast.user.pk,
        executed_from=date(2026, 3, 6), executed_to=date(2026, 3, 7),
    )  # fmt: skip
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    plan = Plan.objects.get(pk=plan.pk)
    approval = approvals.in_force(plan)
    assert (plan.version, plan.status, Plan.objects.get(pk=open_plan.pk).version) == (1, "approved", 0)
    assert (approval.number, approval.limit, approval.limit_from) == (1, Decimal(4500), date(2026, 3, 5))
    assert approval.snapshot == approvals.snapshot_of(plan)
    assert Campaign.objects.get(plan=plan).days_in_force == (plan.program_year.starts_on, plan.program_year.ends_on)
    assert [one.in_force for one in Activity.objects.order_by("campaign__plan__version")] == [False, True]
    assert list(Execution.objects.values_list("activity", "reference", "executed_from", "executed_to")) == [
        (activity.pk, "POE-2026-000001", date(2026, 3, 6), date(2026, 3, 7))
    ]
