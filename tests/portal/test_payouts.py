"""Monthly payouts on the plan's page and the home page: months, what is proven, a word before the limit is reached."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incentives.choices import Settlement
from plans import services
from plans.models import Plan, PlanPayout
from portal.limits import limit_tasks
from tests.factories.claims import make_claim
from tests.factories.people import make_member
from tests.factories.plans import approve_change, make_cast
from tests.factories.plans import make_small_plan as make_plan
from tests.rules.test_payouts import at, earn, plan_of_april

pytestmark = pytest.mark.django_db


def opened(client, user, plan):
    client.force_login(user)
    return client.get(f"/plans/{plan.pk}/").content.decode()


def text(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def card(html):
    found = re.search(r'id="payouts".*?</section>', html, re.S)
    return found[0] if found else ""


def months(html):
    return [
        [text(cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>.*?</tr>", card(html), re.S)[1:]
    ]


def facts(html):
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", card(html), re.S)
    return {text(name): text(value) for name, value in found}


def notices(html):
    return [text(one) for one in re.findall(r'<div class="pl-notice pl-tone-(?:blue|amber)">(.*?)</div>', html, re.S)]


def paid_plan(earned):
    """March earned 9,000 and April so much, both paid."""
    plan = plan_of_april()
    earn(plan, date(2021, 3, 10), 9000)
    earn(plan, date(2021, 4, 10), earned)
    with at(date(2021, 5, 17)):
        services.make_payouts()
    return plan


def test_both_sides_see_every_month_newest_first(client):
    plan = paid_plan(4000)
    with at(date(2021, 5, 18)):
        pages = [opened(client, person, plan) for person in (plan.cast.user, plan.cast.reviewer)]
    for html in pages:
        assert months(html) == [
            ["April 2021", "4,000.00 EUR", "1,000.00 EUR", "3,000.00 EUR", "0.00 EUR", "17 May 2021"],
            ["March 2021", "9,000.00 EUR", "9,000.00 EUR", "0.00 EUR", "1,000.00 EUR", "15 Apr 2021"],
        ]
        assert facts(html) == {
            "Paid so far": "10,000.00 EUR",
            "Proven by approved claims": "0.00 EUR",
            "Proven of what is paid": "0 %",
            "Next payout": "May 2021, on Tue 15 Jun 2021",
        }
        assert re.search(r'<a href="#payouts">.*?10,000\.00', html)


def test_before_the_first_payout_the_page_says_when_it_comes(client):
    plan = plan_of_april()
    with at(date(2021, 3, 20)):
        html = opened(client, plan.cast.user, plan)
    assert (months(html), card(html).count("No payout yet")) == ([], 1)
    assert facts(html)["Next payout"] == "March 2021, on Thu 15 Apr 2021"
    assert facts(html)["Proven of what is paid"] == "–"


def test_approved_claims_prove_what_was_paid(client):
    """R-POE-00: the payout does not wait for the proof; how much is proven stands beside it."""
    plan = make_plan_paid_now()
    claim = make_claim("approved", plan=plan)
    today = plan.cast.program.today()
    PlanPayout.objects.create(
        plan=plan, month=today.replace(day=1), currency="EUR", earned=5000, carry_before=0, carry_after=0, limit=5000,
        paid=5000, paid_to_date=5000, pay_on=today,
    )  # fmt: skip
    found = facts(opened(client, plan.cast.user, plan))
    assert claim.approved_amount == Decimal(4120)
    assert (found["Proven by approved claims"], found["Proven of what is paid"]) == ("4,120.00 EUR", "82 %")


def make_plan_paid_now():
    return make_plan(make_cast(settlement=Settlement.PLAN_PAYOUT), status="approved")


def test_plans_whose_claims_are_paid_have_no_payouts(client):
    plan = make_plan(status="approved")
    assert card(opened(client, plan.cast.user, plan)) == ""


@pytest.mark.parametrize(
    ("used", "said"),
    [
        ("3999.99", []),
        ("4000", ["1,000.00 EUR is left of the limit of 5,000.00 EUR. A change of the plan can ask for a higher one."]),
        ("5000", ["The limit of 5,000.00 EUR is reached. A change of the plan can ask for a higher one."]),
    ],
)
def test_from_four_fifths_of_the_limit_on_people_are_warned(client, used, said):
    plan = make_plan(status="approved")
    Plan.objects.filter(pk=plan.pk).update(committed=Decimal(used))
    assert notices(opened(client, plan.cast.user, plan)) == said
    tasks = limit_tasks(plan.cast.admin, 50)
    assert [(task["title"], task["href"]) for task in tasks] == (
        [("Autumn push", f"/plans/{plan.pk}/")] if said else []
    )


def test_paid_money_counts_as_claims_do_and_a_higher_limit_ends_the_warning(client):
    plan = paid_plan(0)
    said = ["1,000.00 EUR is left of the limit of 10,000.00 EUR. A change of the plan can ask for a higher one."]
    with at(date(2021, 5, 18)):
        assert notices(opened(client, plan.cast.user, plan)) == said
        [task] = limit_tasks(plan.cast.admin, 50)
        assert (task["text"], task["due"]) == (
            "1,000.00 EUR is left of the limit of 10,000.00 EUR", plan.program_year.ends_on + timedelta(days=90),
        )  # fmt: skip
        approve_change(plan, Decimal(12000))
        assert notices(opened(client, plan.cast.user, plan)) == []
        assert limit_tasks(plan.cast.admin, 50) == []


def test_only_who_may_change_the_plan_has_the_task(client):
    plan, foreign = make_plan(status="approved"), make_plan(status="approved")
    Plan.objects.update(committed=Decimal(5000))
    cast, company = plan.cast, plan.enrollment.location.partner
    people = {
        "admin": cast.admin,
        "user": cast.user,
        "global": make_member(company, global_admin=True),
        "billing": make_member(company, billing_admin=True),
        "account": make_member(company, account_admin=True),
        "vendor": cast.vendor_admin,
        "foreign": foreign.cast.admin,
    }
    found = {name: [task["number"] for task in limit_tasks(one, 50)] for name, one in people.items()}
    assert found == {
        "admin": [plan.number], "user": [], "global": [plan.number], "billing": [plan.number], "account": [],
        "vendor": [], "foreign": [foreign.number],
    }  # fmt: skip
    client.force_login(cast.admin)
    assert client.get("/").content.decode().count("The limit of 5,000.00 EUR is reached: ask for a higher one") == 1


PAID_PAGE = 13


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_a_constant_number_of_queries(client, count):
    plan = make_plan_paid_now()
    for number in range(count):
        PlanPayout.objects.create(
            plan=plan, month=date(2000 + number, 1, 1), currency="EUR", earned=1, carry_before=0, carry_after=0,
            limit=100, paid=1, paid_to_date=number + 1, pay_on=date(2000 + number, 2, 15),
        )  # fmt: skip
    client.force_login(plan.cast.admin)
    with CaptureQueriesContext(connection) as captured:
        html = client.get(f"/plans/{plan.pk}/").content.decode()
    assert (len(months(html)), len(captured)) == (count, PAID_PAGE), [query["sql"][:90] for query in captured]
