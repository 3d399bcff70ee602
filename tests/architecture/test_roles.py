"""docs/roles.json says who may do what (D-01); the predicates say the same, in the state in which each act is open."""

import json
from types import SimpleNamespace

import pytest

from claims.models import Claim, Payment, PaymentRun
from core.permissions import can, registered
from proofs.models import Proof
from tests.architecture.source import ROOT
from tests.factories.claims import make_claim
from tests.factories.people import make_member
from tests.factories.plans import make_plan

TABLE = json.loads((ROOT / "docs/roles.json").read_text())


def subjects(plan, claim):
    """Permission -> what it is asked about, in the state where the act is open; None where it is about nothing."""
    enrollment, activity = plan.enrollment, plan.campaigns.get().activities.first()
    returned = Proof(enrollment=enrollment, activity=activity, status="editing")
    colleague = make_member(enrollment.location.partner, "Colleague")
    asked = {
        "accounts.manage_people": colleague,
        "claims.": claim,
        "incentives.give_vendor_roles": enrollment.program,
        "incentives.set_calendar": enrollment.program,
        "incentives.set_rules": enrollment.program,
        "incentives.set_enrollment": enrollment,
        "incentives.bank_data": enrollment,
        "incentives.check_bank_data": enrollment,
        "incentives.paying_account": enrollment.program,
        "payments.": Payment(enrollment=enrollment),
        "runs.": PaymentRun(program=enrollment.program),
        "plans.create": enrollment,
        "proofs.create_without_plan": enrollment,
        "plans.edit_part": activity,
        "plans.": plan,
        "proofs.create": activity,
        "proofs.review": claim.proof,
        "proofs.": returned,
    }
    nothing = {
        "claims.list", "claims.queue", "incentives.bank_list", "payments.list", "payments.runs", "plans.list",
        "proofs.list",
    }  # fmt: skip

    def subject(name):
        if name in nothing:
            return None
        return asked.get(name, asked.get(name.split(".")[0] + "."))

    return subject


@pytest.fixture
def world(db):
    claim = make_claim("under_review")
    plan = make_plan(cast := claim.cast, fund_type=second_fund(claim.cast))
    partner = cast.enrollment.location.partner
    people = SimpleNamespace(
        user=cast.user,
        admin=cast.admin,
        global_admin=make_member(partner, global_admin=True),
        billing_admin=make_member(partner, billing_admin=True),
        account_admin=make_member(partner, account_admin=True),
        reviewer=cast.reviewer,
        vendor_admin=cast.vendor_admin,
    )
    claim.proof.refresh_from_db()
    return people, subjects(plan, claim)


def second_fund(cast):
    return cast.program.fund_types.create(slug="market", name="Market development")


def test_the_table_of_roles_is_what_the_predicates_answer(world):
    people, subject = world
    answers = {
        name: [role for role in TABLE["roles"] if can(getattr(people, role), name, subject(name))]
        for name in sorted(registered())
    }
    assert answers == TABLE["may"]


def test_claims_without_plan_are_for_more_people(world):
    people, _subject = world
    enrollment = people.admin.incentive_roles.get().enrollment
    draft = Proof(enrollment=enrollment, status="editing")
    asked = {"claims.": Claim(enrollment=enrollment, proof=draft), "proofs.": draft}
    answers = {
        name: [role for role in TABLE["roles"] if can(getattr(people, role), name, asked[name.split(".")[0] + "."])]
        for name in TABLE["otherwise"]
    }
    assert answers == TABLE["otherwise"]


def test_a_wrong_line_would_be_found(world):
    people, subject = world
    assert not can(people.user, "plans.submit", subject("plans.submit"))
    assert TABLE["may"]["plans.submit"] == ["admin", "global_admin", "billing_admin"]
