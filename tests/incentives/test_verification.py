"""`manage.py verify_ledger` finds what was changed past the trigger, and nothing in a sound ledger."""

import uuid
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection

from core.history import SystemJob
from incentives import services, verification
from incentives.services import Purpose
from tests.factories.earnings import booked, line
from tests.factories.funds import make_fund

pytestmark = pytest.mark.django_db
JOB = SystemJob("test")


@pytest.fixture
def fund():
    fund = make_fund(1000)
    booked([line(fund.enrollment, earningAmount="10")], fund.enrollment.program)
    claim = uuid.uuid4()
    services.reserve_funds(fund, Decimal(400), Purpose("a", claim, "CLM-1"), actor=JOB)
    services.approve_funds(fund, Decimal(300), Purpose("b", claim), actor=JOB)
    return fund


def forge(statement):
    """As somebody who can switch triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def differences():
    return [(one.what, one.kept, one.counted) for one in verification.differences()]


def test_a_sound_ledger_has_no_difference(fund, capsys):
    assert differences() == []
    call_command("verify_ledger")
    assert capsys.readouterr().out == "Every balance is the sum of its entries.\n"
    assert services.report_differences() == 0


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE incentives_fund SET free = free + 1 WHERE free = 600", [("free", Decimal(601), Decimal(600))]),
        ("UPDATE incentives_fund SET entry_count = 9 WHERE free = 600", [("entry_count", Decimal(9), Decimal(3))]),
        ("UPDATE incentives_commitment SET reserved = 0", [("reserved", Decimal(0), Decimal(100))]),
        (
            "DELETE FROM incentives_commitment",
            [("approved", Decimal(0), Decimal(300)), ("reserved", Decimal(0), Decimal(100))],
        ),
        (
            "UPDATE incentives_fundentry SET free_after = 1 WHERE cause = 'a'",
            [("free_after", Decimal(1), Decimal(600))],
        ),
        (
            "UPDATE incentives_fundentry SET amount = 500 WHERE cause = 'a'",
            [
                ("free", Decimal(600), Decimal(500)), ("reserved", Decimal(100), Decimal(200)),
                ("reserved", Decimal(100), Decimal(200)),
                ("free_after", Decimal(600), Decimal(500)), ("free_after", Decimal(600), Decimal(500)),
            ],
        ),
        ("UPDATE incentives_earning SET coop_amount = 5, rebate_amount = 5",
         [("amount", Decimal(4), Decimal(5)), ("amount", Decimal(6), Decimal(5))]),
        ("UPDATE incentives_earning SET currency = 'USD'", [("fund", 1, 0)]),
        ("DELETE FROM incentives_earning", [("amount", Decimal(4), Decimal(0)), ("amount", Decimal(6), Decimal(0))]),
    ],
)  # fmt: skip
def test_a_forged_row_is_found(fund, statement, found, capsys):
    forge(statement)
    assert differences() == found
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger")
    assert ended.value.code == 1
    assert len(capsys.readouterr().out.splitlines()) == len(found)


def test_the_nightly_run_logs_each_difference(fund, caplog):
    forge("UPDATE incentives_fund SET paid = 7 WHERE free = 600")
    assert services.report_differences() == 1
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("ERROR", f"the ledger differs from its entries: fund {fund.pk}: paid is 7.000, its entries say 0"),
    ]
