"""Figures of the claim page and the desk: the same as on the evidence page."""

from decimal import Decimal

import pytest

from portal import dossier
from proofs import services
from proofs.evidence import evidence_of
from proofs.requirements import eligible_total
from tests.factories.claims import make_proof, sign_report
from tests.proofs.evidence import report_fields

pytestmark = pytest.mark.django_db


def line(expense, net, tax="0.00"):
    amounts = {"net": Decimal(net), "tax": Decimal(tax), "gross": Decimal(net) + Decimal(tax)}
    return {"description": "x", "expense_type": expense, **amounts}


def test_covered_by_evidence_is_one_sum_on_every_page():
    """R-POE-12: what the type does not pay for, tax and other currencies are not covered."""
    proof = make_proof(complete=False)
    user, other = proof.cast.user, "USD" if proof.currency != "USD" else "EUR"
    good, bad = line("printed_material", "100.00", "19.00"), line("hotel_rooms", "70.00")
    services.add_invoice(proof.pk, actor=user, number="1", currency=proof.currency, lines=[good, bad])
    services.add_invoice(proof.pk, actor=user, number="2", currency=other, lines=[good])
    services.add_invoice(proof.pk, actor=user, number="3", currency=proof.currency, lines=[])
    cost = {"is_work": False, "description": "Stand", "amount": Decimal("30.00")}
    services.save_certification(proof.pk, actor=user, lines=[cost], currency=proof.currency, **report_fields())
    sign_report(proof)
    proof.refresh_from_db()
    invoices = dossier.invoices_of(proof.pk)
    report = dossier.certification_of(proof.pk, dossier.documents_of(proof.pk, verdicts=False))
    assert [(one["number"], one["net"], one["gross"]) for one in invoices] == [
        ("1", Decimal("170.00"), Decimal("189.00")), ("2", Decimal("100.00"), Decimal("119.00")), ("3", None, None),
    ]  # fmt: skip
    assert dossier.proven_total(proof, invoices, report) == eligible_total(evidence_of(proof)) == Decimal("130.00")
