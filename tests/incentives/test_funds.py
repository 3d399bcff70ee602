"""The ledger: what the database itself refuses, and the bookings of the services (D-13, D-14)."""

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from core.errors import StateConflict
from core.history import SystemJob
from incentives import ledger, services
from incentives.choices import BALANCES, Bucket, EntryKind
from incentives.models import Commitment, Fund, FundEntry
from incentives.services import AlreadyBooked, Purpose, ShortOfFunds
from tests.factories.funds import earn, make_fund

pytestmark = pytest.mark.django_db
JOB = SystemJob("test")
THOUSAND = Decimal(1000)


def shown(fund):
    fund.refresh_from_db()
    return {bucket.value: getattr(fund, bucket) for bucket in BALANCES if getattr(fund, bucket)}


def reserve(fund, amount, cause="claim:1", reference=None):
    purpose = Purpose(cause, reference or uuid.uuid4(), "CLM-2026-000001")
    services.reserve_funds(fund, Decimal(amount), purpose, actor=JOB)
    return purpose.reference


def test_a_booking_moves_balance_and_entry_together():
    fund = make_fund(THOUSAND)
    booked = services.reserve_funds(fund, Decimal("400.50"), Purpose("c", uuid.uuid4(), "CLM-1"), actor=JOB)
    entry = FundEntry.objects.get(pk=booked.id)
    assert shown(fund) == {"free": Decimal("599.500"), "reserved": Decimal("400.500")}
    assert (booked.number, booked.free) == (2, Decimal("599.500"))
    assert (entry.number, entry.free_after, entry.source, entry.target) == (2, Decimal("599.500"), "free", "reserved")
    assert ledger.balances(fund.entries.all()) == {bucket.value: getattr(fund, bucket) for bucket in BALANCES}


def test_more_than_is_left_is_refused_and_told():
    fund = make_fund(THOUSAND)
    with pytest.raises(ShortOfFunds) as refused, transaction.atomic():
        reserve(fund, "1000.01")
    assert refused.value.left == THOUSAND
    assert str(refused.value.problems[0].message) == (
        "This needs 1,000.01\N{NO-BREAK SPACE}EUR, and 1,000.00\N{NO-BREAK SPACE}EUR is left in the fund."
    )
    assert shown(fund) == {"free": THOUSAND}
    assert fund.entries.count() == 1


def test_the_same_cause_books_once():
    fund = make_fund(THOUSAND)
    reserve(fund, 100, "claim:7:submit:1")
    with pytest.raises(AlreadyBooked), transaction.atomic():
        reserve(fund, 100, "claim:7:submit:1")
    assert shown(fund) == {"free": Decimal(900), "reserved": Decimal(100)}


def test_one_claim_cannot_give_back_what_another_holds():
    fund = make_fund(THOUSAND)
    first, _second = reserve(fund, 300, "a"), reserve(fund, 300, "b")
    services.release_funds(fund, Decimal(300), Purpose("a2", first), actor=JOB)
    with pytest.raises(IntegrityError, match="commitment_covered"), transaction.atomic():
        services.release_funds(fund, Decimal(300), Purpose("a3", first), actor=JOB)
    with pytest.raises(IntegrityError, match="commitment_covered"), transaction.atomic():
        services.approve_funds(fund, Decimal(1), Purpose("a4", first), actor=JOB)
    assert shown(fund) == {"free": Decimal(700), "reserved": Decimal(300)}


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE incentives_fundentry SET amount = 1", InternalError),
        ("DELETE FROM incentives_fundentry", InternalError),
        ("UPDATE incentives_fund SET free = free + 1", IntegrityError),
        ("UPDATE incentives_fund SET entry_count = 0", IntegrityError),
        ("UPDATE incentives_commitment SET reserved = 0", IntegrityError),
        ("INSERT INTO incentives_commitment (fund_id, reference, bound, reserved, approved, paid)"
         " SELECT id, id, 5, 0, 0, 0 FROM incentives_fund", IntegrityError),
    ],
)  # fmt: skip
def test_the_database_refuses_every_other_way(statement, error):
    fund = make_fund(THOUSAND)
    reserve(fund, 100)
    with pytest.raises(error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert shown(fund) == {"free": Decimal(900), "reserved": Decimal(100)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal(0)},
        {"amount": Decimal(-5)},
        {"cause": ""},
        {"kind": EntryKind.PAID, "source": Bucket.RESERVED, "target": Bucket.PAID, "reference": uuid.uuid4()},
        {"kind": EntryKind.RESERVED, "source": Bucket.FREE, "target": Bucket.RESERVED},  # without whom it is for
        {"reference": uuid.uuid4()},
    ],
)
def test_an_entry_that_means_nothing_is_refused(wrong):
    fund = make_fund(THOUSAND)
    fields = {
        "kind": EntryKind.ADJUSTED, "source": Bucket.OUTSIDE, "target": Bucket.FREE, "amount": Decimal(5),
        "cause": "x", "actor_name": "test",
    } | wrong  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        FundEntry.objects.create(fund=fund, **fields)
    assert shown(fund) == {"free": THOUSAND}


def test_a_fund_opens_empty():
    fund = make_fund()
    with pytest.raises(IntegrityError), transaction.atomic():
        Fund.objects.create(
            enrollment=fund.enrollment, fund_type=fund.fund_type, period=fund.period, currency="USD", free=5
        )
    assert services.open_fund(fund.enrollment, fund.fund_type, fund.period) == fund
    assert Fund.objects.count() == 1


def test_an_amount_finer_than_the_currency_is_refused():
    with pytest.raises(ValueError, match="finer"):
        reserve(make_fund(THOUSAND), "1.001")


def test_the_commitment_follows_every_step():
    fund = make_fund(THOUSAND)
    claim = reserve(fund, 500)
    services.approve_funds(fund, Decimal(450), Purpose("ok", claim), actor=JOB)
    services.release_funds(fund, Decimal(50), Purpose("rest", claim), actor=JOB)
    services.pay_funds(fund, Decimal(450), Purpose("paid", claim), actor=JOB)
    services.reverse_payment(fund, Decimal(450), Purpose("back", claim), actor=JOB)
    held = Commitment.objects.get(reference=claim)
    assert (held.bound, held.reserved, held.approved, held.paid) == (0, 0, 450, 0)
    assert shown(fund) == {"free": Decimal(550), "approved": Decimal(450)}
    assert (fund.earned, fund.claimed) == (THOUSAND, Decimal(450))


def test_an_adjustment_needs_the_balance_that_was_seen():
    fund = make_fund(THOUSAND)
    cast_admin = fund.vendor_admin
    facts = {"reason_code": "policy_exception", "reason": "Agreed in May", "actor": cast_admin}
    services.adjust_fund(fund.pk, Decimal("-250"), after=1, **facts)
    with pytest.raises(StateConflict):
        services.adjust_fund(fund.pk, Decimal("-250"), after=1, **facts)
    assert shown(fund) == {"free": Decimal(750)}
    with pytest.raises(ShortOfFunds):
        services.adjust_fund(fund.pk, Decimal("-750.01"), after=2, **facts)
    earn(fund, 1)
    assert shown(fund) == {"free": Decimal(751)}
