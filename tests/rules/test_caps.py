"""T-CAP-1…5 on the ladder of D-11, and the rungs one by one (R-CAP, R-CLM-35)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.amounts import CapLeft, CostLine, ladder

TRAVEL = frozenset({"travel_air_train", "travel_hotel"})


def pay(*lines, **facts):
    costs = [line if isinstance(line, CostLine) else CostLine(str(n), Decimal(line)) for n, line in enumerate(lines)]
    facts.setdefault("asked", sum((line.amount for line in costs), Decimal(0)))
    return ladder(costs, currency=facts.pop("currency", "USD"), **facts)


def cap(left, **facts):
    return CapLeft(facts.pop("slug", "cap"), Decimal(left), **facts)


def trip(person, amount):
    return CostLine(person, Decimal(amount), "travel_air_train", person)


@pytest.mark.parametrize(("left", "payable"), [(5000, 5000), (20000, 6000)], ids=["25 %", "Surface 100 %"])
def test_t_cap_1(left, payable):
    assert pay(6000, caps=[cap(left)]).payable == payable


@pytest.mark.parametrize(("left", "payable"), [(10000, 10000), (20000, 12000)], ids=["50 %", "Surface 100 %"])
def test_t_cap_2(left, payable):
    assert pay(12000, caps=[cap(left)]).payable == payable


def test_t_cap_3():
    first = pay(10000, caps=[cap(18750)])
    second = pay(10000, caps=[cap(18750 - first.uses["cap", ""])])
    assert (first.payable, second.payable) == (10000, 8750)


def test_t_cap_4():
    person = [cap(5000, slug="person", scope=name, expenses=TRAVEL, attendee=name) for name in "abc"]
    assert pay(trip("a", 6200), caps=person[:1]).payable == 5000
    left, paid = Decimal(45000), []
    for _conference in range(4):
        done = pay(*(trip(name, 5000) for name in "abc"), caps=[*person, cap(left, slug="period", expenses=TRAVEL)])
        left -= done.uses["period", ""]
        paid.append(done.payable)
    assert (paid, sum(paid)) == ([15000, 15000, 15000, 0], 45000)


@pytest.mark.parametrize(("left", "payable"), [(3000, 3000), (5000, 5000)], ids=["3,000", "10 %"])
def test_t_cap_5(left, payable):
    assert pay(8000, caps=[cap(left)]).payable == payable
    assert pay(8000).payable == 8000  # Surface PC


def test_a_cap_on_some_expenses_leaves_the_others():
    fee = CostLine("fee", Decimal(900), "conference_registration")
    done = pay(fee, trip("a", 6200), caps=[cap(5000, expenses=TRAVEL)])
    assert (done.payable, done.uses["cap", ""]) == (5900, 5000)


def test_asking_for_less_is_taken_from_capped_costs_first():
    fee = CostLine("fee", Decimal(900), "conference_registration")
    done = pay(fee, trip("a", 4000), asked=Decimal(1000), caps=[cap(5000, expenses=TRAVEL)])
    assert (done.payable, done.uses["cap", ""]) == (1000, 100)


def test_every_rung_is_told():
    done = pay("1000.00", share=Decimal(75), asked=Decimal(700), caps=[cap(600)], limit_left=Decimal(500))
    assert [(rung.code, rung.amount, rung.cut) for rung in done.rungs] == [
        ("eligible", 1000, 0), ("share", 750, 250), ("asked", 700, 50), ("cap", 600, 100), ("limit", 500, 100),
    ]  # fmt: skip


def test_half_up_to_the_minor_unit_after_each_step():
    assert pay("0.03", share=Decimal(50)).payable == Decimal("0.02")
    assert pay("101", share=Decimal(50), currency="JPY").payable == 51
    assert pay("1000", limit_left=Decimal("336.67"), currency="JPY").payable == 337  # a limit in another currency
    assert pay("0.333", "0.333", "0.333", share=Decimal("33.33"), currency="KWD").payable == Decimal("0.333")


@pytest.mark.parametrize("limit", [Decimal(0), Decimal(-5)])
def test_a_limit_that_is_used_up_leaves_nothing(limit):
    assert pay(100, limit_left=limit).payable == 0


amounts = st.decimals(min_value=0, max_value=10**6, places=2)


@given(st.lists(amounts, max_size=6), st.integers(1, 100), amounts, st.lists(amounts, max_size=3), amounts)
def test_never_more_than_any_rule_allows(costs, share, asked, lefts, limit):
    caps = [cap(left, slug=str(n)) for n, left in enumerate(lefts)]
    done = pay(*costs, share=Decimal(share), asked=asked, caps=caps, limit_left=limit)
    steps = [rung.amount for rung in done.rungs]
    assert steps == sorted(steps, reverse=True)
    assert 0 <= done.payable <= min([asked, limit, *lefts])
    assert sum(rung.cut for rung in done.rungs) == done.eligible - done.payable
    assert all(used == done.payable for used in done.uses.values())
