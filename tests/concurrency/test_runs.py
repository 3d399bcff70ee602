"""Two people at the same run, or at a run and its approval, in the same moment, with real connections."""

import pytest
from django.db import transaction

from claims import services
from claims.models import Claim, Payment, RunLine
from core.workflow import lock
from incentives.models import FundEntry
from tests.concurrency.test_decisions import at_once
from tests.factories.payments import answer, make_payment, make_run, result_csv
from tests.factories.people import make_vendor_admin

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def names(outcome):
    return sorted(type(one).__name__ for one in outcome)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_confirmations_at_once_leave_one_run(round_):
    run = make_run()
    first, second = run.cast.vendor_admin, make_vendor_admin(run.program)
    outcome = at_once(
        lambda: services.confirm_run(run.pk, actor=first), lambda: services.confirm_run(run.pk, actor=second)
    )
    assert names(outcome) == ["NoneType", "StateConflict"]
    assert RunLine.objects.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_run_and_the_undo_of_the_approval_never_both_succeed(round_):
    payment = make_payment()
    run = make_run(payment)
    actor = run.cast.vendor_admin

    def undo():
        with transaction.atomic():
            services.cancel_payment(lock(Claim, payment.claim_id), actor=actor)

    outcome = at_once(lambda: services.confirm_run(run.pk, actor=actor), undo)
    status = Payment.objects.get(pk=payment.pk).status
    expected = {"in_progress": ["NoneType", "StateConflict"], "cancelled": ["NoneType", "RuleViolation"]}
    assert names(outcome) == expected[status]
    assert RunLine.objects.count() == (1 if status == "in_progress" else 0)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_same_answer_at_once_books_once(round_):
    run = make_run(status="file_made")
    content = result_csv((run.payment.number, "sent", "2026-03-31", ""))
    outcome = at_once(
        lambda: answer(run, run.cast, content, "a.csv"), lambda: answer(run, run.cast, content + b"\n", "b.csv")
    )
    assert names(outcome) == ["NoneType", "NoneType"]
    assert FundEntry.objects.filter(kind="paid").count() == 1
