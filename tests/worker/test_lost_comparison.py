"""A comparison of rules with a real worker: SIGKILL in the middle, and another one finishes it (ADR 0003)."""

from datetime import timedelta

import pytest

from claims import services
from claims.models import RuleRun
from claims.services import rule_runs
from core import clock
from tests.factories.claims import make_claim, make_coop_proof
from tests.factories.incentives import make_rule_draft
from tests.factories.plans import make_coop_cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_run_that_lost_its_worker_is_finished_by_the_next_one(worker, wait_until):
    worker.kill()
    cast = make_coop_cast()
    claim = make_claim(proof=make_coop_proof(cast))
    draft = make_rule_draft(cast, enabled=False)
    run = services.start_run(cast.program.pk, version=draft.version, year=cast.year, actor=cast.vendor_admin)
    lost = clock.now() - timedelta(seconds=1)
    RuleRun.objects.filter(pk=run.pk).update(state="working", attempts=1, lease_until=lost)

    worker.start()
    rule_runs.requeue_runs()
    wait_until(lambda: RuleRun.objects.get(pk=run.pk).state == "done", 60.0, "the comparison")

    run.refresh_from_db()
    assert (run.attempts, run.changed, [one.claim for one in run.differences.all()]) == (2, 1, [claim])
