"""What guards money and history cannot be skipped by a setting of the session."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from core.models import HistoryEntry
from incentives.models import FundEntry
from tests.factories.claims import make_claim

pytestmark = pytest.mark.django_db


def run(statement):
    """As a session that asks for no trigger at all."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger")
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incentives_fundentry SET amount = amount + 1",
        "DELETE FROM incentives_fundentry",
        "UPDATE core_historyentry SET comment = 'x'",
        "DELETE FROM incentives_fund",
    ],
)
def test_what_is_written_stays(statement):
    make_claim()
    before = (FundEntry.objects.count(), HistoryEntry.objects.count())
    assert min(before) > 0
    with pytest.raises(InternalError, match="Cannot"):
        run(statement)
    assert (FundEntry.objects.count(), HistoryEntry.objects.count()) == before


@pytest.mark.parametrize(
    "statement",
    ["UPDATE incentives_fund SET free = free + 1", "UPDATE incentives_commitment SET reserved = 0"],
)
def test_balances_change_with_entries_only(statement):
    make_claim()
    with pytest.raises(IntegrityError, match="balances change with entries only"):
        run(statement)


def test_an_entry_moves_its_balance_all_the_same():
    claim = make_claim()
    free = claim.fund.free
    run(
        "INSERT INTO incentives_fundentry (fund_id, number, kind, source, target, amount, free_after, reference_label,"
        " cause, reason_code, reason, actor_name, booked_at) SELECT id, 0, 'earned', 'outside', 'free', 5, 0, '',"
        " 'test', '', '', 'test', now() FROM incentives_fund"
    )
    claim.fund.refresh_from_db()
    assert claim.fund.free == free + Decimal(5)
