"""A payment run from the preview to the bank's answer (D-01, D-12, D-15, D-16, R-CUR-07)."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from lxml import etree

from claims import paying, services
from claims.models import BankResult, Claim, Payment, PaymentRun, RunLine
from core import clock, storage
from core.cipher import seal, unseal
from core.errors import Denied, RuleViolation, StateConflict
from incentives.models import ExchangeRate, FundEntry, PayoutProfile
from tests.factories.claims import make_claim, make_proof
from tests.factories.payments import (
    AMOUNT,
    IBAN,
    OTHER_IBAN,
    PAYING_IBAN,
    answer,
    make_payment,
    make_profile,
    make_rate,
    make_run,
    result_csv,
)
from tests.factories.people import make_vendor_admin
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db


def why_not(payment, currency="EUR"):
    [found] = [one for one in paying.candidates(payment.cast.program, currency) if one.payment.pk == payment.pk]
    return [problem.code for problem in found.problems]


def two_payments(**second):
    """Two payments of one enrolment."""
    plan = make_plan(status="approved")
    first = make_payment(claim=make_claim("under_review", proof=make_proof(plan, name="One")))
    again = make_payment(claim=make_claim("under_review", proof=make_proof(plan, name="Two")), **second)
    return first, again


# The preview ------------------------------------------------------------------------------------------------


@pytest.fixture
def rate(db):
    make_rate("EUR", "0.92")


def test_what_may_be_paid_is_in(rate):
    assert why_not(make_payment()) == []


def test_the_undo_window_is_awaited(rate):
    assert why_not(make_payment(ago=timedelta(minutes=14))) == ["undo_window"]
    assert why_not(make_payment(ago=timedelta(minutes=15))) == []


@pytest.mark.parametrize(
    ("state", "expected"), [("submitted", "bank_not_validated"), ("rejected", "bank_rejected"), ("validated", None)]
)
def test_bank_data_are_validated_first(rate, state, expected):
    claim = make_claim("under_review")
    make_profile(claim.cast.enrollment, state=state, bank_name="Another")
    assert why_not(make_payment(claim=claim)) == ([expected] if expected else [])


def test_changed_bank_data_need_two_different_persons(rate):
    """D-16: who validated cannot confirm; another incentives admin can; a reviewer cannot."""
    from incentives import services as incentives

    payment = make_payment()
    first, second = payment.cast.vendor_admin, make_vendor_admin(payment.cast.program)
    changed = make_profile(payment.cast.enrollment, state="submitted", number=OTHER_IBAN, after_approval=True)
    incentives.validate_payout_profile(changed.pk, actor=first)
    assert why_not(payment) == ["bank_second"]
    with pytest.raises(RuleViolation) as refused:
        incentives.confirm_payout_profile(changed.pk, actor=first)
    assert [problem.code for problem in refused.value.problems] == ["same_person"]
    with pytest.raises(Denied):
        incentives.confirm_payout_profile(changed.pk, actor=payment.cast.reviewer)
    incentives.confirm_payout_profile(changed.pk, actor=second)
    assert why_not(payment) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        type(changed).objects.filter(pk=changed.pk).update(second_by=first)


def test_below_200_usd_together_waits_for_more(rate):
    """R-CUR-07, D-12 d: 200 USD are 184 EUR at 0.92."""
    plan = make_plan(status="approved")
    first = make_proof(plan, name="One", amount=Decimal("183.99"))
    small = make_payment(Decimal("183.99"), claim=make_claim("under_review", proof=first))
    assert why_not(small) == ["below_minimum"]
    second = make_proof(plan, name="Two", amount=Decimal("0.01"))
    more = make_payment(Decimal("0.01"), claim=make_claim("under_review", proof=second))
    assert (why_not(small), why_not(more)) == ([], [])


def test_held_and_disputed_payments_stay_out(rate):
    payment = make_payment()
    services.hold_payment(payment.pk, actor=payment.cast.vendor_admin, reason="An audit is running.")
    assert why_not(payment) == ["held"]
    services.hold_payment(payment.pk, actor=payment.cast.vendor_admin, reason="")
    Claim.objects.filter(pk=payment.claim_id).update(status="disputed")
    assert why_not(payment) == ["claim_open"]


def test_a_missing_rate_names_currency_and_month(rate):
    claim = make_claim("under_review")
    make_profile(claim.cast.enrollment, currency="CHF")
    payment = make_payment(claim=claim)
    [found] = paying.candidates(payment.cast.program, "CHF")
    month = f"{clock.now():%B %Y}"
    assert [f"CHF for {month}" in str(one.message) for one in found.problems] == [True]
    with pgtrigger.ignore("incentives.ExchangeRate:append_only"):  # as if the vendor had not given one
        ExchangeRate.objects.all().delete()
    run = services.open_run(payment.cast.program, "EUR", actor=payment.cast.vendor_admin)
    with pytest.raises(RuleViolation) as refused:
        services.confirm_run(run.pk, actor=payment.cast.vendor_admin)
    assert [one.code for one in refused.value.problems] == ["run_empty", "rate_missing", "paying_account"]
    assert f"EUR for {month}" in str(refused.value.problems[1].message)


# Confirm and file -------------------------------------------------------------------------------------------


def test_confirming_freezes_lines_and_sum_and_takes_the_payments():
    run = make_run(status="confirmed")
    [line] = run.lines.all()
    payment = Payment.objects.get(pk=run.payment.pk)
    assert (run.status, run.total, line.amount, line.profile.masked) == ("confirmed", AMOUNT, AMOUNT, "•••• 3000")
    assert (payment.status, payment.pay_amount, payment.pay_currency) == ("in_progress", AMOUNT, "EUR")
    with pytest.raises(StateConflict):
        services.confirm_run(run.pk, actor=run.cast.vendor_admin)


def test_a_preview_that_changed_since_it_was_seen_is_not_confirmed():
    run = make_run()
    with pytest.raises(StateConflict):
        services.confirm_run(run.pk, actor=run.cast.vendor_admin, seen="0" * 64)
    assert PaymentRun.objects.get(pk=run.pk).status == "preview"


def test_only_the_vendors_incentives_admin_runs_payments():
    run = make_run()
    for person in (run.cast.reviewer, run.cast.admin, run.cast.user):
        for act in (services.confirm_run, services.make_run_file, services.cancel_run):
            with pytest.raises((Denied, StateConflict)):
                act(run.pk, actor=person)
        with pytest.raises(Denied):
            services.open_run(run.program, "USD", actor=person)
        with pytest.raises(Denied):
            answer(run, type(run.cast)(vendor_admin=person), b"x")
    assert PaymentRun.objects.get(pk=run.pk).status == "preview"


def test_a_payment_is_in_one_run_only():
    run = make_run(status="confirmed")
    line = run.lines.get()
    other = PaymentRun.objects.create(
        number="RUN-2026-999999",
        status="preview",
        program=run.program,
        currency="EUR",
        created_by=run.cast.vendor_admin,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        RunLine.objects.create(
            run=other, payment=line.payment, position=1, amount=1, currency="EUR", profile=line.profile
        )


def test_cancelling_gives_the_payments_back():
    run = make_run(status="confirmed")
    services.cancel_run(run.pk, actor=run.cast.vendor_admin, comment="Wrong day.")
    assert Payment.objects.get(pk=run.payment.pk).status == "upcoming"
    again = services.open_run(run.program, "EUR", actor=run.cast.vendor_admin)
    assert services.confirm_run(again.pk, actor=run.cast.vendor_admin).status == "confirmed"


def test_the_file_holds_what_was_confirmed_and_lies_encrypted():
    run = make_run(status="file_made")
    with storage.documents().open(run.xml_key, "rb") as stored:
        kept = stored.read()
    content = unseal(kept)
    assert [number for number in (IBAN, PAYING_IBAN) if number.encode() in kept] == []
    assert hashlib.sha256(content).hexdigest() == run.xml_sha256
    root = etree.fromstring(content)
    assert [node.text for node in root.iter("{*}IBAN")] == [PAYING_IBAN, IBAN]
    assert [node.text for node in root.iter("{*}EndToEndId")] == [run.payment.number]
    assert [node.text for node in root.iter("{*}CtrlSum")] == ["4120.00", "4120.00"]
    with pytest.raises(StateConflict):
        services.cancel_run(run.pk, actor=run.cast.vendor_admin)


def test_a_file_that_the_schema_refuses_is_not_stored():
    run = make_run(status="confirmed")
    PayoutProfile.objects.filter(pk=run.lines.get().profile_id).update(account_sealed=seal(b"NO-IBAN").decode())
    with pytest.raises(RuleViolation) as refused:
        services.make_run_file(run.pk, actor=run.cast.vendor_admin)
    assert [problem.code for problem in refused.value.problems] == ["schema"]
    assert "NO-IBAN" not in str(refused.value)
    run = PaymentRun.objects.get(pk=run.pk)
    assert (run.status, run.xml_key) == ("confirmed", "")


def test_a_number_that_no_key_opens_names_the_holder_and_not_the_number(settings):
    run = make_run(status="confirmed")
    settings.SECRET_KEY = "another-key-that-was-never-used-here-before"
    with pytest.raises(RuleViolation) as refused:
        services.make_run_file(run.pk, actor=run.cast.vendor_admin)
    assert [problem.code for problem in refused.value.problems] == ["cipher"]


# The bank's answer ------------------------------------------------------------------------------------------


def codes_of(run, content):
    with pytest.raises(RuleViolation) as refused:
        answer(run, run.cast, content)
    assert Payment.objects.get(pk=run.payment.pk).status == "in_progress"
    assert not BankResult.objects.filter(run=run).exists()
    return [problem.code for problem in refused.value.problems]


def pain002(run, *, number=None, total="4120.00", count=1, payment=None, status="ACSC"):
    return f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-03-31T08:00:00Z</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{number or run.number}</OrgnlMsgId><OrgnlNbOfTxs>{count}</OrgnlNbOfTxs>
<OrgnlCtrlSum>{total}</OrgnlCtrlSum></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>{payment or run.payment.number}</OrgnlEndToEndId><TxSts>{status}</TxSts></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>""".encode()


def test_a_wrong_file_changes_nothing_and_says_why():
    run = make_run(status="file_made")
    number = run.payment.number
    head = "payment,status,date,reason,amount,currency"
    assert codes_of(run, pain002(run, number="RUN-2026-123456")) == ["other_run"]
    assert codes_of(run, pain002(run, total="4120.01", count=2)) == ["count", "total"]
    assert codes_of(run, result_csv(("PAY-2020-000001", "sent", "2026-03-31", ""))) == ["unknown"]
    assert codes_of(run, result_csv((number, "sent", "2026-03-31", ""), (number, "failed", "2026-03-31", ""))) == [
        "twice"
    ]
    assert codes_of(run, result_csv((number, "sent", "2026-03-31", "", "4120.01", "USD"), head=head)) == [
        "amount",
        "currency",
    ]
    assert codes_of(run, result_csv((number, "reversed", "2026-03-31", ""))) == ["order"]
    assert codes_of(run, result_csv((number, "sent", "31.3.2026", ""), ("x", "sent", "2026-03-31", ""))) == [
        "date",
        "payment",
    ]


def test_the_xml_answer_is_booked():
    run = make_run(status="file_made")
    answer(run, run.cast, pain002(run))
    assert Payment.objects.get(pk=run.payment.pk).status == "sent"
    assert PaymentRun.objects.get(pk=run.pk).status == "closed"


def test_the_same_answer_twice_books_once():
    run = make_run(status="file_made")
    content = result_csv((run.payment.number, "sent", "2026-03-31", ""))
    first = answer(run, run.cast, content)
    entries = FundEntry.objects.count()
    assert answer(run, run.cast, content).pk == first.pk
    again = answer(run, run.cast, content + b"\n")  # another file that says the same
    assert (again.changed, FundEntry.objects.count()) == (0, entries)


def test_no_answer_before_there_is_a_file():
    run = make_run(status="confirmed")
    with pytest.raises(StateConflict):
        answer(run, run.cast, result_csv((run.payment.number, "sent", "2026-03-31", "")))


def test_a_run_closes_when_the_last_payment_is_answered():
    first, second = two_payments()
    run = make_run(first, status="file_made")
    answer(run, run.cast, result_csv((first.number, "sent", "2026-03-31", "")))
    assert PaymentRun.objects.get(pk=run.pk).status == "file_made"
    answer(run, run.cast, result_csv((second.number, "failed", "2026-03-31", "AM04")))
    assert PaymentRun.objects.get(pk=run.pk).status == "closed"
    from claims.services.runs import close_run

    close_run(PaymentRun.objects.get(pk=run.pk), actor=run.cast.vendor_admin)  # again: nothing to do
