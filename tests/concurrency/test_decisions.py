"""Two people at the same claim in the same moment, with real connections: one wins, the other is told.

Each test is also run with the row lock taken away, to show that it is the lock that decides.
"""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from claims import services
from claims.models import Claim
from core.errors import StateConflict
from core.models import HistoryEntry
from incentives.services import AlreadyBooked
from tests.factories.claims import make_claim, make_proof
from tests.factories.plans import make_cast, make_plan

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 20.0


def at_once(*acts):
    """Run the acts in threads of their own that start together; returns what each raised, None for success."""
    start = threading.Barrier(len(acts), timeout=WAIT)
    outcome = [None] * len(acts)

    def run(place, act):
        try:
            start.wait()
            act()
        except Exception as error:
            outcome[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not any(thread.is_alive() for thread in threads)
    return outcome


@pytest.fixture
def without_lock(monkeypatch):
    """core.workflow.lock as a plain read, after which both wait for each other: the moment the lock exists for."""
    met = threading.Barrier(2, timeout=WAIT)

    def read(model, pk):
        found = model._default_manager.get(pk=pk)
        if model is Claim:
            met.wait()
        return found

    monkeypatch.setattr(services.claim, "lock", read)


def taken(claim):
    services.take_claim(claim.pk, actor=claim.cast.reviewer)
    return claim


@pytest.fixture
def claim():
    return taken(make_claim("submitted"))


def decisions(claim):
    rows = HistoryEntry.objects.filter(object_id=claim.pk, action__in=["claims.approve", "claims.reject"])
    return list(rows.values_list("action", flat=True))


def decide_both_ways(claim):
    admin = claim.cast.vendor_admin
    return at_once(
        lambda: services.approve_claim(claim.pk, actor=admin, amount=Decimal(100), comment="A part."),
        lambda: services.reject_claim(claim.pk, actor=admin, comment="Out of scope."),
    )


@pytest.mark.parametrize("round_", range(3))
def test_approving_and_rejecting_at_once_leaves_one_decision(claim, round_):
    outcome = decide_both_ways(claim)
    assert sorted(type(one).__name__ for one in outcome) == ["NoneType", "StateConflict"]
    claim.refresh_from_db()
    winner = "approve" if outcome[0] is None else "reject"
    assert decisions(claim) == [f"claims.{winner}"]
    expected = {"approve": ("approved", Decimal(100)), "reject": ("rejected", None)}[winner]
    assert (claim.status, claim.approved_amount) == expected


@pytest.fixture
def claim_without_fund():
    """Where the plan is paid, no ledger stands behind the lock."""
    plan = make_plan(make_cast(settlement="plan_payout"), status="approved")
    return taken(make_claim("submitted", proof=make_proof(plan)))


def test_without_the_lock_both_decisions_would_stand(claim_without_fund, without_lock):
    claim = claim_without_fund
    assert decide_both_ways(claim) == [None, None]
    assert sorted(decisions(claim)) == ["claims.approve", "claims.reject"]


def test_without_the_lock_the_ledger_still_books_one_of_them(claim, without_lock):
    outcome = decide_both_ways(claim)
    assert sum(one is None for one in outcome) == 1
    [refused] = [one for one in outcome if one is not None]
    assert isinstance(refused, AlreadyBooked | IntegrityError)  # by its cause, or by what the claim holds
    claim.fund.refresh_from_db()
    held = claim.fund.commitments.get(reference=claim.pk)
    assert (held.reserved, held.approved) == ((0, 100) if outcome[0] is None else (0, 0))
    assert len(decisions(claim)) == 1


@pytest.mark.parametrize("round_", range(3))
def test_a_proof_sent_twice_at_once_makes_one_claim(round_):
    proof = make_proof()
    admin = proof.cast.admin
    outcome = at_once(
        lambda: services.submit_proof(proof.pk, actor=admin), lambda: services.submit_proof(proof.pk, actor=admin)
    )
    assert sorted(type(one).__name__ for one in outcome) == ["NoneType", "StateConflict"]
    assert list(Claim.objects.filter(proof=proof).values_list("status", flat=True)) == ["submitted"]
    assert HistoryEntry.objects.filter(thread=proof.pk, action="claims.submit").count() == 1


def test_two_reviewers_who_take_it_at_once(claim):
    services.request_claim_action(claim.pk, actor=claim.cast.reviewer, comment="Again, please.")
    Claim.objects.filter(pk=claim.pk).update(status="submitted", assigned_to=None)
    outcome = at_once(
        lambda: services.take_claim(claim.pk, actor=claim.cast.reviewer),
        lambda: services.take_claim(claim.pk, actor=claim.cast.vendor_admin),
    )
    assert sorted(type(one).__name__ for one in outcome) == ["NoneType", "StateConflict"]
    claim.refresh_from_db()
    holder = claim.cast.reviewer if outcome[0] is None else claim.cast.vendor_admin
    assert claim.assigned_to == holder
    assert isinstance(next(one for one in outcome if one is not None), StateConflict)
