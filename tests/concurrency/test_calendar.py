"""An extension at the very moment of the close: either money lapses and the date stays, or the date moves."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from claims import services
from core.errors import RuleViolation
from incentives import services as incentives
from incentives.models import Fund, Period
from tests.factories.funds import close, make_fund

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 20.0


@pytest.fixture
def fund():
    """Money in a period whose claiming ended yesterday and that was not swept yet."""
    fund = make_fund(7000)
    close(fund.period)
    return fund


def extend(fund, told):
    period = Period.objects.get(pk=fund.period_id)
    new = {
        "usage_end": period.usage_end,
        "claiming_start": period.claiming_start,
        "claiming_end": period.program.today() + timedelta(days=30),
        "correction_deadline": None,
    }
    try:
        services.change_period(period.pk, actor=fund.vendor_admin, seen=services.dates_mark(period), **new)
        told.append("extended")
    except RuleViolation as refused:
        told.append(refused.problems[0].code)
    finally:
        connection.close()


def race(fund, monkeypatch):
    """The sweep has decided that the period is over and is held there; the extension comes; the sweep goes on."""
    decided, go_on, told = threading.Event(), threading.Event(), []
    judge = incentives.funds.claiming_is_over

    def slowly(one):
        answer = judge(one)
        decided.set()
        go_on.wait(WAIT)
        return answer

    monkeypatch.setattr(incentives.funds, "claiming_is_over", slowly)

    def sweep():
        incentives.close_fund(fund.pk)
        connection.close()

    sweeping = threading.Thread(target=sweep)
    sweeping.start()
    assert decided.wait(WAIT)
    extending = threading.Thread(target=extend, args=(fund, told))
    extending.start()
    extending.join(1.0)
    go_on.set()
    for thread in (sweeping, extending):
        thread.join(WAIT)
        assert not thread.is_alive()
    after = Fund.objects.get(pk=fund.pk)
    return told, after.free, after.expired


def test_the_extension_waits_for_the_sweep_and_is_told_what_lapsed(fund, monkeypatch):
    assert race(fund, monkeypatch) == (["money_has_lapsed"], 0, 7000)


def test_without_the_locks_the_date_moves_and_the_money_is_gone_all_the_same(fund, monkeypatch):
    monkeypatch.setattr(incentives, "lock_period", lambda pk: Period.objects.select_related("program").get(pk=pk))
    monkeypatch.setattr(incentives.funds, "hold_period", lambda pk: Period.objects.get(pk=pk))
    assert race(fund, monkeypatch) == (["extended"], 0, 7000)


def test_a_sweep_that_comes_later_finds_the_new_date(fund):
    told = []
    thread = threading.Thread(target=extend, args=(fund, told))
    thread.start()
    thread.join(WAIT)
    assert incentives.close_fund(fund.pk) == 0
    assert (told, Fund.objects.get(pk=fund.pk).free) == (["extended"], 7000)
