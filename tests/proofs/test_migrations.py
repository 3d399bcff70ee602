"""Proofs that were sent before there were rule sets keep version 1, the usual levels; drafts none (R-PROG-07)."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from incentives.models import RuleSet
from proofs.models import Proof
from tests.factories.claims import make_claim, make_coop_proof
from tests.factories.plans import make_coop_cast

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("proofs", "0009_signed_report")]


@pytest.fixture
def all_migrations():
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_what_was_sent_gets_the_first_rule_set(all_migrations):
    cast = make_coop_cast()
    sent = make_claim(proof=make_coop_proof(cast, name="Sent")).proof
    draft = make_coop_proof(cast, name="Draft")
    other = make_claim(proof=make_coop_proof(make_coop_cast())).proof
    MigrationExecutor(connection).migrate(BEFORE)
    Proof.objects.update(rule_set=None)
    RuleSet.objects.filter(program=cast.program).delete()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    sent.refresh_from_db()
    draft.refresh_from_db()
    other.refresh_from_db()
    assert (sent.rule_set.version, sent.rule_set.levels, sent.rule_set.program) == (1, {}, cast.program)
    assert (draft.rule_set, other.rule_set.program) == (None, other.enrollment.program)
    assert RuleSet.objects.count() == 2
