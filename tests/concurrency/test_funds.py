"""Sixteen people at one fund: what is booked is covered, once, and adds up; nobody meets a deadlock."""

import random
import threading
import uuid
from collections import Counter
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from claims import services as claims
from claims.models import Claim
from core.errors import RuleViolation
from core.history import SystemJob
from incentives import ledger, services
from incentives.choices import BALANCES, Bucket, EntryKind
from incentives.models import Commitment, Fund, FundEntry
from incentives.services import Booked, Purpose, ShortOfFunds
from incentives.services import funds as funds_services
from tests.concurrency.test_decisions import at_once
from tests.factories.claims import make_proof
from tests.factories.funds import make_fund
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16
JOB = SystemJob("test")
EACH = Decimal(1000)


def assert_sound(fund):
    """Balances, commitments and running balances are what the entries say; nothing is below zero or booked twice."""
    fund.refresh_from_db()
    entries = list(FundEntry.objects.filter(fund=fund).order_by("number"))
    shown = {bucket.value: getattr(fund, bucket) for bucket in BALANCES}
    assert ledger.differences(shown, ledger.balances(entries)) == {}
    assert min(shown.values()) >= 0
    assert [entry.number for entry in entries] == list(range(1, fund.entry_count + 1))
    free = Decimal(0)
    for entry in entries:
        free += entry.amount * ((entry.target == Bucket.FREE) - (entry.source == Bucket.FREE))
        assert entry.free_after == free >= 0
    held = Commitment.objects.filter(fund=fund)
    for bucket in ("bound", "reserved", "approved", "paid"):
        assert (held.aggregate(sum=Sum(bucket))["sum"] or 0) == shown[bucket]


def reserve(fund, cause, amount=EACH):
    with transaction.atomic():
        services.reserve_funds(fund, amount, Purpose(cause, uuid.uuid4(), cause), actor=JOB)


def rush(fund):
    """Everybody wants a thousand of ten thousand, at once."""
    outcome = at_once(*(lambda turn=turn: reserve(fund, f"rush:{turn}") for turn in range(THREADS)))
    told = Counter(type(one).__name__ for one in outcome)
    assert told == {"NoneType": 10, "ShortOfFunds": THREADS - 10}
    assert {one.left for one in outcome if isinstance(one, ShortOfFunds)} == {Decimal(0)}
    assert_sound(fund)


def test_ten_of_sixteen_get_the_last_ten_thousand():
    rush(make_fund(10 * EACH))


def test_a_service_that_sums_and_then_inserts_fails_the_same_test(monkeypatch):
    fund = make_fund(10 * EACH)
    together = threading.Barrier(THREADS, timeout=20)

    def sum_then_insert(fund, kind, source, target, amount, purpose, *, actor):
        entries = FundEntry.objects.filter(fund=fund)
        free = ledger.balances(entries)["free"]
        together.wait()
        if free < amount:
            raise ShortOfFunds(amount, free, fund.currency)
        row = FundEntry.objects.create(
            fund=fund, kind=kind, source=source, target=target, amount=amount, cause=purpose.cause,
            reference=purpose.reference, reference_label=purpose.label, actor_name=actor.name,
            number=uuid.uuid4().int % 10**9, free_after=free - amount,
        )  # fmt: skip
        return Booked(row.pk, row.number, free - amount)

    monkeypatch.setattr(funds_services, "book", sum_then_insert)
    with without_trigger(), pytest.raises(AssertionError):
        rush(fund)


@contextmanager
def without_trigger():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE incentives_fundentry DISABLE TRIGGER USER")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE incentives_fundentry ENABLE TRIGGER USER")


def test_sixteen_people_reserve_release_approve_and_pay_at_once():
    fund = make_fund(5 * EACH)
    booked = Counter()

    def work(turn):
        lots = random.Random(turn)
        for step in range(12):
            claim = uuid.uuid4()
            try:
                with transaction.atomic():
                    services.reserve_funds(fund, EACH, Purpose(f"{turn}:{step}:r", claim, "x"), actor=JOB)
                    if lots.random() < 0.5:
                        services.release_funds(fund, EACH, Purpose(f"{turn}:{step}:b", claim, "x"), actor=JOB)
                    elif lots.random() < 0.2:
                        services.approve_funds(fund, EACH, Purpose(f"{turn}:{step}:a", claim, "x"), actor=JOB)
                        services.pay_funds(fund, EACH, Purpose(f"{turn}:{step}:p", claim, "x"), actor=JOB)
                        booked["paid"] += 1
                    else:
                        raise RuleViolation([])
            except RuleViolation:
                booked["taken back"] += 1

    assert at_once(*(lambda turn=turn: work(turn) for turn in range(THREADS))) == [None] * THREADS
    assert_sound(fund)
    assert booked["taken back"] > 0
    assert fund.reserved == 0 and fund.paid == EACH * booked["paid"] <= 5 * EACH


def test_two_people_who_submit_against_the_last_thousand():
    """The service of the claims: one succeeds, the other is told what is left and keeps the draft (R-FUND-15)."""
    plan = make_plan(status="approved")
    proofs = [make_proof(plan, name=f"proof {turn}", amount=EACH) for turn in range(4)]
    fund = Fund.objects.get(enrollment=plan.cast.enrollment, period__claiming_start__lte=plan.cast.program.today())
    services.adjust_fund(
        fund.pk, EACH - fund.free, reason_code="ops_adjustment", reason="Test", after=1, actor=plan.cast.vendor_admin
    )
    admin = plan.cast.admin
    outcome = at_once(*(lambda pk=proof.pk: claims.submit_proof(pk, actor=admin) for proof in proofs))
    assert sorted(type(one).__name__ for one in outcome) == ["NoneType", *["RuleViolation"] * 3]
    for one in outcome:
        if one is not None:
            [problem] = one.problems
            assert (problem.code, "0.00" in str(problem.message)) == ("short_of_funds", True)
    assert Claim.objects.count() == 1
    assert_sound(fund)
    assert (fund.free, fund.reserved) == (0, EACH)


def test_opposite_rollovers_meet_no_deadlock():
    one = make_fund(5 * EACH)
    program = one.enrollment.program
    later = program.periods.filter(usage_start__gt=one.period.usage_start).order_by("usage_start").first()
    two = services.open_fund(one.enrollment, one.fund_type, later)
    services.book(two, EntryKind.EARNED, Bucket.OUTSIDE, Bucket.FREE, 5 * EACH, Purpose("two"), actor=JOB)

    def forward():
        services.roll_over_fund(one.pk, two.period, reason="forward", actor=JOB)

    def back():
        services.roll_over_fund(two.pk, one.period, reason="back", actor=JOB)

    for turn in range(5):
        outcome = at_once(forward, back)
        assert not [error for error in outcome if isinstance(error, Exception)], turn
        one.refresh_from_db()
        two.refresh_from_db()
        assert one.free + two.free == 10 * EACH
    assert_sound(one)
    assert_sound(two)
