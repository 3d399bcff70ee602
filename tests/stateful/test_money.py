"""The machine of tests/stateful/money.py: 200 runs of 40 steps here, more with MONEY_RUNS; seeded faults are found."""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from claims.services import money
from incentives import services as incentives
from incentives.services import funds
from tests.stateful.money import MoneyMachine, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(7200)]
RUNS, STEPS, MUTANT_RUNS = int(os.environ.get("MONEY_RUNS", "200")), 40, 60
PARTS = (os.cpu_count() or 1) if "MONEY_RUNS" in os.environ else 1  # many runs are shared out among the workers
QUIET = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "database": None,
    "derandomize": "MONEY_RUNS" not in os.environ,
}  # a fixed sample, unless told how many
ACTS = {
    "earn", "submit", "ask_for", "withdraw", "approve", "reject", "ask_for_action", "dispute", "uphold", "undo",
    "amend", "adjust", "days_pass", "close_funds", "pay", "come_back",
}  # fmt: skip


@pytest.fixture
def machine():
    class Machine(MoneyMachine):
        world = World()
        done, refused = Counter(), Counter()

    return Machine


def play(machine, runs):
    """Every run has all its steps: without _min_steps Hypothesis ends most of them early."""
    wanted = settings(max_examples=runs, stateful_step_count=STEPS, phases=[Phase.generate], **QUIET)
    run_state_machine_as_test(machine, settings=wanted, _min_steps=STEPS)


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_the_ledger_adds_up(machine, part):
    play(machine, -(-RUNS // PARTS))
    print(f"{machine.done['runs']} runs of {STEPS} steps: {dict(machine.done)}; refused: {dict(machine.refused)}")
    assert {act for act in ACTS if not machine.done[act]} == set()


def release_twice(fund, amount, purpose, *, actor):
    funds.release_funds(fund, amount, purpose, actor=actor)
    again = incentives.Purpose(f"{purpose.cause}:again", purpose.reference, purpose.label)
    return funds.release_funds(fund, amount, again, actor=actor)


def approve_above_reserve(fund, amount, purpose, *, actor):
    return funds.approve_funds(fund, amount + 1, purpose, actor=actor)


def close_without_expiry(fund_id, *, actor=None):
    funds.Fund.objects.filter(pk=fund_id, closed_at__isnull=True).update(closed_at=funds.clock.now())
    return 1


@pytest.mark.parametrize(
    ("where", "name", "mutant"),
    [
        (money.incentives, "release_funds", release_twice),
        (money.incentives, "approve_funds", approve_above_reserve),
        (funds, "close_fund", close_without_expiry),
    ],
    ids=["double release", "approve above reserve", "lost expiry"],
)
def test_a_seeded_fault_is_found(machine, monkeypatch, where, name, mutant):
    monkeypatch.setattr(where, name, mutant)
    with pytest.raises(Exception) as found:
        play(machine, MUTANT_RUNS)
    assert not isinstance(found.value, pytest.fail.Exception)
