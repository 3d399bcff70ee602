"""Proofs of execution: vectors T-POE-1…3, judged at submission (D-17). T-POE-4 is in test_claims.py."""

from dataclasses import replace
from datetime import date

import pytest

from proofs.requirements import evaluate
from tests.proofs.evidence import certification, complete, document, with_documents

ADVERT = complete("print_advertising")


def codes(evidence):
    return [problem.code for problem in evaluate(evidence).problems]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2021, 3, 1), [], id="T-POE-1-first-day"),
        pytest.param(date(2021, 3, 31), [], id="T-POE-1-last-day"),
        pytest.param(date(2021, 2, 28), ["outside_campaign"], id="T-POE-1-before"),
        pytest.param(date(2021, 4, 1), ["outside_campaign"], id="T-POE-1-after"),
    ],
)
def test_execution_lies_inside_the_campaign(day, expected):
    assert codes(replace(ADVERT, executed_from=day, executed_to=day)) == expected


WITHOUT = replace(ADVERT, invoices=(), documents=tuple(one for one in ADVERT.documents if one.section != "invoice"))


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(WITHOUT, ["cost_evidence_missing"], id="T-POE-2-neither"),
        pytest.param(ADVERT, [], id="T-POE-2-invoice"),
        pytest.param(replace(WITHOUT, certification=certification()), [], id="T-POE-2-certification"),
    ],
)
def test_an_invoice_or_a_certification_report_is_needed(evidence, expected):
    assert codes(evidence) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        pytest.param("", ["note_missing"], id="T-POE-3-no-note"),
        pytest.param("  ", ["note_missing"], id="T-POE-3-blank-note"),
        pytest.param("Front page of the March issue.", [], id="T-POE-3-note"),
    ],
)
def test_a_proof_document_needs_a_note(note, expected):
    evidence = with_documents(ADVERT, document("final_piece", id="doc-final_piece", note=note))
    assert codes(evidence) == expected
