"""Monthly payouts through the service: which plans, which months, which money; each month once (R-PLIM, D-08, D-14)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core.errors import RuleViolation
from core.models import HistoryEntry, Notification
from incentives.choices import Settlement
from incentives.models import Commitment, Fund, FundEntry
from incentives.verification import differences
from plans import services
from plans.models import Plan, PlanPayout
from tests.factories.incentives import make_enrollment, make_program, make_year
from tests.factories.plans import approve_change, cast_for, make_cast, make_plan
from tests.rules.test_payouts import ZONE, at, earn, plan_of_april

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY, JUNE = (date(2021, month, 1) for month in (3, 4, 5, 6))
PAID_APRIL, PAID_MAY, PAID_JUNE = date(2021, 5, 17), date(2021, 6, 15), date(2021, 7, 15)
COLUMNS = ("month", "earned", "carry_before", "limit", "paid", "carry_after", "pay_on")


def made(plan, *columns):
    found = PlanPayout.objects.filter(plan=plan).values_list(*(columns or COLUMNS))
    return [row[0] if len(row) == 1 else row for row in found]


def run(day):
    with at(day):
        return services.make_payouts()


def test_each_month_is_made_once_and_in_order():
    plan = plan_of_april()
    earn(plan, date(2021, 3, 10), 2000)
    earn(plan, date(2021, 5, 10), 3000)
    assert [run(PAID_JUNE), run(PAID_JUNE), run(PAID_JUNE + timedelta(days=20))] == [4, 0, 0]
    assert made(plan) == [
        (MARCH, 2000, 0, 10000, 2000, 0, date(2021, 4, 15)),
        (APRIL, 0, 0, 10000, 0, 0, PAID_APRIL),
        (MAY, 3000, 0, 10000, 3000, 0, PAID_MAY),
        (JUNE, 0, 0, 10000, 0, 0, PAID_JUNE),
    ]
    entries = HistoryEntry.objects.filter(object_id=plan.pk, action="plans.pay_plan").order_by("id")
    assert [(entry.actor_name, entry.changes["paid"]) for entry in entries] == [
        ("payouts", ["", "2000.00 EUR"]),
        ("payouts", ["", "3000.00 EUR"]),
    ]


def test_a_month_that_is_not_closed_yet_waits():
    plan = plan_of_april()
    earn(plan, date(2021, 3, 10), 2000)
    assert run(date(2021, 4, 9)) == 0
    assert run(date(2021, 4, 10)) == 1


def test_what_was_earned_before_the_approval_is_carried_and_paid_from_its_month_on():
    """R-PLIM-06: only an approved plan pays; the program year's earlier earnings are not lost."""
    with at(MARCH):
        program = make_program(deadline_zone=ZONE.key, settlement=Settlement.PLAN_PAYOUT)
        year = make_year(program, starts_on=MARCH, ends_on=date(2022, 2, 28))
        cast = cast_for(make_enrollment(program), year)
        plan = make_plan(cast, requested_limit=Decimal(5000))
    earn(plan, date(2021, 3, 10), 2000)
    assert run(PAID_APRIL) == 0
    with at(date(2021, 5, 20)):
        services.submit_plan(plan.pk, actor=cast.admin)
        services.take_plan(plan.pk, actor=cast.reviewer)
        services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=Decimal(5000))
    assert run(PAID_MAY) == 3
    assert made(plan, "month", "limit", "paid", "carry_after") == [
        (MARCH, 0, 0, 2000), (APRIL, 0, 0, 2000), (MAY, 5000, 2000, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("step", ["amended", "sent", "rejected"])
def test_an_approval_pays_while_the_plan_is_changed(step):
    plan = plan_of_april()
    cast = plan.cast
    earn(plan, date(2021, 3, 10), 2000)
    with at(date(2021, 3, 20)):
        services.amend_plan(plan.pk, actor=cast.admin)
        if step != "amended":
            services.submit_plan(plan.pk, actor=cast.admin)
        if step == "rejected":
            services.take_plan(plan.pk, actor=cast.reviewer)
            services.reject_plan(plan.pk, actor=cast.vendor_admin, comment="No.")
    assert run(date(2021, 4, 15)) == 1
    assert made(plan, "paid") == [Decimal(2000)]


def test_plans_whose_claims_are_paid_make_no_payouts():
    make_plan(make_cast(settlement=Settlement.CLAIM), status="approved")
    assert (services.make_payouts(), PlanPayout.objects.count()) == (0, 0)


def test_what_is_reported_late_counts_in_the_next_month_that_is_made():
    plan = plan_of_april()
    earn(plan, date(2021, 3, 10), 2000)
    run(PAID_APRIL)
    earn(plan, date(2021, 3, 11), 500, reported=date(2021, 5, 20))
    earn(plan, date(2021, 3, 12), -100, reported=date(2021, 5, 21))
    run(PAID_MAY)
    assert made(plan, "month", "earned", "paid") == [(MARCH, 2000, 2000), (APRIL, 0, 0), (MAY, 400, 400)]


def test_the_oldest_money_goes_first_and_the_books_agree():
    plan = plan_of_april()
    earn(plan, date(2021, 6, 10), 3000)  # earned in H2, used from July on
    earn(plan, date(2021, 7, 10), 4000)  # the half after
    with at(date(2021, 5, 2)):
        approve_change(plan, Decimal(5000))
    run(date(2021, 8, 16))
    old, new = Fund.objects.order_by("period__usage_start")
    assert (old.paid, old.free, new.paid, new.free) == (3000, 0, 2000, 2000)
    first, second = PlanPayout.objects.filter(plan=plan).paying()
    entries = FundEntry.objects.filter(kind="paid").order_by("id")
    assert list(entries.values_list("fund", "source", "amount", "reference", "reference_label")) == [
        (old.pk, "free", 3000, first.pk, f"{plan.number}, 2021-06"),
        (new.pk, "free", 2000, second.pk, f"{plan.number}, 2021-07"),
    ]
    assert list(Commitment.objects.order_by("paid").values_list("reference", "paid")) == [
        (second.pk, 2000), (first.pk, 3000),
    ]  # fmt: skip
    assert list(differences()) == []


def test_one_payout_may_draw_on_several_funds():
    plan = plan_of_april()
    earn(plan, date(2021, 7, 10), 1000)
    run(date(2021, 7, 15))
    earn(plan, date(2021, 6, 10), 9000, reported=date(2021, 8, 1))
    run(date(2021, 8, 16))
    [payout] = PlanPayout.objects.filter(plan=plan).paying()
    assert (payout.month, payout.paid) == (date(2021, 7, 1), 10000)
    assert list(FundEntry.objects.filter(reference=payout.pk).order_by("id").values_list("amount", flat=True)) == [
        9000, 1000,
    ]  # fmt: skip


def test_after_the_program_year_only_what_changes_something_is_made():
    plan = plan_of_april()
    earn(plan, date(2022, 2, 10), 12000)
    run(date(2022, 3, 15))
    assert [run(date(2022, 4, 15)), run(date(2022, 5, 16))] == [0, 0]
    with at(date(2022, 5, 20)):
        approve_change(plan, Decimal(11000))
    assert run(date(2022, 6, 15)) == 0  # the limit counts from June on
    assert [run(date(2022, 7, 15)), run(date(2022, 8, 15))] == [1, 0]
    assert made(plan, "month", "paid", "carry_after")[-2:] == [
        (date(2022, 2, 1), 10000, 2000), (date(2022, 6, 1), 1000, 1000),
    ]  # fmt: skip


def test_earnings_outside_the_program_year_are_not_the_plans():
    plan = plan_of_april()
    earn(plan, date(2021, 2, 20), 700, reported=date(2021, 3, 5))
    earn(plan, date(2022, 3, 2), 800, reported=date(2022, 3, 3))
    run(date(2022, 4, 15))
    assert sum(made(plan, "earned")) == 0


def test_people_are_told_once_that_a_limit_is_reached():
    plan = plan_of_april()
    cast = plan.cast
    earn(plan, date(2021, 3, 10), 9000)
    run(date(2021, 4, 15))
    assert Notification.objects.filter(kind="N-15").count() == 0
    earn(plan, date(2021, 4, 10), 4000)
    run(PAID_APRIL)
    earn(plan, date(2021, 5, 10), 4000)
    run(PAID_MAY)
    told = Notification.objects.filter(kind="N-15").order_by("user__name")
    assert [(row.user, row.body) for row in told] == [
        (person, "All of the limit of 10,000.00 EUR is paid, 3,000.00 EUR is carried on. Ask for a higher limit to be "
         "paid it.")
        for person in (cast.user, cast.admin)
    ]  # fmt: skip
    assert told[0].title == f"{plan.number} “Autumn push”: the limit is reached"


def test_a_payout_is_never_changed():
    plan = plan_of_april()
    run(date(2021, 4, 15))
    for act in (PlanPayout.objects.all().delete, lambda: PlanPayout.objects.update(pay_on=MARCH)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert len(made(plan)) == 1


def test_the_limit_cannot_go_below_what_is_paid():
    """D-10."""
    plan = plan_of_april()
    earn(plan, date(2021, 3, 10), 4000)
    run(date(2021, 4, 15))
    with at(date(2021, 4, 20)):
        services.amend_plan(plan.pk, actor=plan.cast.admin)
        services.edit_plan(plan.pk, actor=plan.cast.user, requested_limit=Decimal("3999.99"))
        with pytest.raises(RuleViolation) as refused:
            services.submit_plan(plan.pk, actor=plan.cast.admin)
    assert [(one.code, one.rule) for one in refused.value.problems] == [("limit_too_low", "D-10")]
    assert Plan.objects.get(pk=plan.pk).status == "editing"
