"""Cost evidence, metrics, core requirements and the summary of the checklist."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from proofs.requirements import ATTENTION, CHECKING, GOOD, MISSING, eligible_total, evaluate, summary
from tests.proofs.evidence import (
    certification,
    complete,
    document,
    invoice,
    invoice_file,
    line,
    with_documents,
    without_document,
)

ADVERT = complete("print_advertising")
EXPENSE = "printed_material"


def codes(evidence):
    return [problem.code for problem in evaluate(evidence).problems]


def state(evidence, slug):
    return evaluate(evidence).card(slug).state


# ---- cost evidence


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"supplier": "", "date": None}, ["invoice_incomplete"]),
        ({"number": " "}, ["invoice_incomplete"]),
        ({"currency": ""}, ["invoice_incomplete", "evidence_short"]),
        ({"currency": "USD"}, ["invoice_currency", "evidence_short"]),
        ({"lines": ()}, ["invoice_lines_missing", "evidence_short"]),
        ({"lines": (line(""),)}, ["expense_type_missing", "evidence_short"]),
        ({"lines": (line("travel_hotel"),)}, ["expense_not_eligible", "evidence_short"]),
        ({"lines": (line(EXPENSE, gross=Decimal(1)),)}, ["line_sum"]),
        ({"lines": (line(EXPENSE, tax="0", gross=None),)}, ["line_incomplete"]),
    ],
)
def test_an_invoice_is_complete(changes, expected):
    """R-CLM-12."""
    assert codes(replace(ADVERT, invoices=(invoice(EXPENSE, **changes),))) == expected


def test_an_ineligible_expense_is_named():
    used = line("travel_hotel", expense_label="Hotel")
    problems = evaluate(replace(ADVERT, invoices=(invoice(EXPENSE, lines=(line(EXPENSE), used)),))).problems
    assert [problem.message for problem in problems] == [
        "Invoice 4711, line 2: this activity does not pay for “Hotel”. Remove the line."
    ]


def test_an_invoice_is_not_from_the_future():
    today = replace(ADVERT, invoices=(invoice(EXPENSE, date=ADVERT.today),))
    tomorrow = replace(ADVERT, invoices=(invoice(EXPENSE, date=ADVERT.today + timedelta(days=1)),))
    assert (codes(today), codes(tomorrow)) == ([], ["invoice_date_future"])


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ({"state": "pending"}, ["file_not_checked"]),
        ({"state": "refused"}, ["file_refused"]),
        ({"kind": "text"}, ["kind_not_accepted"]),
        ({}, []),
    ],
)
def test_the_file_of_an_invoice_is_clean(file, expected):
    assert codes(with_documents(ADVERT, invoice_file(**file))) == expected


def test_an_invoice_and_its_file_belong_together():
    alone = without_document(ADVERT, "invoice")
    assert codes(alone) == ["invoice_file_missing"]
    assert codes(replace(ADVERT, invoices=(invoice(EXPENSE, document_id=None),))) == [
        "invoice_file_missing",
        "invoice_file_unused",
    ]
    second = document("page-2", section="invoice", note="", invoice_id="invoice-1")
    assert codes(with_documents(ADVERT, second)) == []
    assert codes(with_documents(ADVERT, replace(second, state="checking"))) == ["file_not_checked"]
    owned = with_documents(ADVERT, invoice_file(invoice_id="invoice-1"))
    assert codes(replace(owned, invoices=(invoice(EXPENSE, document_id=None),))) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"certifier_name": "", "certified_on": None}, ["certification_incomplete"]),
        ({"activity": " "}, ["certification_incomplete"]),
        ({"period_from": date(2021, 3, 6)}, ["certification_period"]),
        ({"line_count": 0, "total": None}, ["certification_lines_missing", "evidence_short"]),
        ({"total": Decimal(0)}, ["certification_total", "evidence_short"]),
        ({"currency": "USD"}, ["certification_currency", "evidence_short"]),
        ({}, []),
    ],
)
def test_a_certification_report_is_complete(changes, expected):
    """D-19."""
    bare = replace(without_document(ADVERT, "invoice"), invoices=())
    assert codes(replace(bare, certification=certification(**changes))) == expected


def test_invoice_only_types_refuse_a_certification_report():
    """D-23."""
    evidence = complete("exams_tuition")
    assert codes(replace(evidence, certification=certification())) == ["certification_refused"]
    bare = replace(without_document(evidence, "invoice"), invoices=(), certification=certification())
    assert codes(bare)[:2] == ["document_missing", "cost_evidence_missing"]


def test_only_the_vendors_own_invoice_counts_where_the_type_says_so():
    evidence = complete("mpn_participation")
    other = invoice("mpn_annual_fee", supplier="Fabrikam Ltd")
    assert codes(replace(evidence, invoices=(other,))) == ["invoice_not_of_vendor"]


def test_an_invoice_file_is_not_asked_for_twice():
    evidence = complete("mpn_participation")
    assert evaluate(evidence).card("vendor_invoice").items == ("doc-invoice",)
    waiting = with_documents(evidence, invoice_file(state="checking"))
    assert state(waiting, "vendor_invoice") == CHECKING


def test_the_evidence_covers_the_amount_and_the_message_names_both_sums():
    """R-POE-12, D-23."""
    assert codes(replace(ADVERT, amount=Decimal("1000.01"))) == ["evidence_short"]
    problem = evaluate(replace(ADVERT, amount=Decimal("1200"))).problems[0]
    assert problem.message == (
        "The evidence proves 1,000.00\xa0EUR, but you ask for 1,200.00\xa0EUR. Add evidence or ask for less."
    )
    both = replace(ADVERT, amount=Decimal("1200"), certification=certification(total=Decimal(200)))
    assert codes(both) == []


def test_tax_counts_only_on_fares_and_rooms():
    """D-11, first rung."""
    evidence = complete("vendor_hosted_conferences")
    lines = (line("conference_registration", "300", "57"), line("travel_hotel", "200", "38"))
    evidence = replace(evidence, invoices=(invoice("travel_hotel", lines=lines),))
    assert eligible_total(evidence) == Decimal(538)
    assert eligible_total(replace(evidence, spec=ADVERT.spec)) == Decimal(0)


# ---- results


@pytest.mark.parametrize(
    ("slug", "metric", "value", "expected"),
    [
        ("print_advertising", "estimated_reach", "", ["metric_missing"]),
        ("print_advertising", "estimated_reach", "0", []),
        ("print_advertising", "estimated_reach", "-1", ["metric_invalid"]),
        ("print_advertising", "estimated_reach", "1.5", ["metric_invalid"]),
        ("print_advertising", "estimated_reach", "²", ["metric_invalid"]),
        ("exams_tuition", "cost_per_person", "80.5", []),
        ("exams_tuition", "cost_per_person", "-1", ["metric_invalid"]),
        ("exams_tuition", "cost_per_person", "NaN", ["metric_invalid"]),
        ("digital_advertising", "results_summary", " ", ["metric_missing"]),
        ("telemarketing", "results_summary", "", []),
    ],
)
def test_metrics(slug, metric, value, expected):
    evidence = complete(slug)
    assert codes(replace(evidence, metrics={**evidence.metrics, metric: value})) == expected


@pytest.mark.parametrize(("value", "expected"), [("100", []), ("0", []), ("100.1", ["metric_invalid"])])
def test_a_percentage_lies_between_0_and_100(value, expected):
    spec = ADVERT.spec
    metric = replace(spec.metrics[0], unit="percent", unit_label="%", input="percent")
    evidence = replace(ADVERT, spec=replace(spec, metrics=(metric,)), metrics={"estimated_reach": value})
    assert codes(evidence) == expected


def test_a_summary_may_be_a_file():
    evidence = replace(complete("digital_advertising"), metrics={})
    report = document("metric-results_summary")
    assert codes(with_documents(evidence, report)) == []
    assert codes(with_documents(evidence, replace(report, state="refused"))) == ["file_refused"]


def test_an_attendee_list_is_a_file():
    evidence = complete("exams_tuition")
    assert codes(without_document(evidence, "metric-attendee_list")) == ["metric_missing"]


def test_metrics_are_waived_for_the_trainer_renewal_fee():
    evidence = replace(without_document(complete("exams_tuition"), "metric-attendee_list"), metrics={})
    assert codes(evidence) == ["metric_missing", "metric_missing"]
    assert codes(replace(evidence, invoices=(invoice("mct_renewal_fee"),))) == []
    lines = (line("mct_renewal_fee"), line("exam_fee"))
    assert codes(replace(evidence, invoices=(invoice("exam_fee", lines=lines),)))[0] == "metric_missing"


@pytest.mark.parametrize(
    ("answer", "expected", "shown"),
    [
        ({}, ["core_not_declared"], MISSING),
        ({"declared": False, "document_id": "doc-final_piece"}, ["core_not_declared"], MISSING),
        ({"declared": True, "document_id": None}, ["core_document_missing"], ATTENTION),
        ({"declared": True, "document_id": "doc-gone"}, ["core_document_missing"], ATTENTION),
        ({"declared": True, "document_id": "doc-final_piece"}, [], GOOD),
    ],
)
def test_core_requirements_are_declared_with_a_document(answer, expected, shown):
    """D-18."""
    core = {**ADVERT.core_requirements, "company_brand": answer}
    evidence = replace(ADVERT, core_requirements=core)
    assert codes(evidence) == expected
    assert state(evidence, "core-company_brand") == shown


def test_a_core_requirement_waits_for_its_document():
    waiting = with_documents(ADVERT, document("final_piece", state="checking"))
    assert (codes(waiting), state(waiting, "core-company_brand")) == (["file_not_checked"], CHECKING)
    refused = with_documents(ADVERT, document("final_piece", state="refused"))
    assert codes(refused) == ["file_refused", *["core_document_blocked"] * 3]


# ---- summary


def test_the_summary_counts_what_passes_and_what_needs_the_partner():
    passed, total, needs_you = summary(evaluate(ADVERT))
    assert (passed, total, needs_you) == (12, 12, 0)
    assert summary(evaluate(replace(ADVERT, metrics={}))) == (11, 12, 1)
    waiting = with_documents(ADVERT, document("final_piece", state="checking"))
    assert summary(evaluate(waiting)) == (8, 12, 0)


def test_an_unknown_card_is_an_error():
    with pytest.raises(KeyError):
        evaluate(ADVERT).card("poster")
