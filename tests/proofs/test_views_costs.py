"""What people type about costs and results: read as it was meant, kept as draft, told when it does not add up."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories.claims import make_proof, sign_report
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db
REPORT = {
    "activity": "Design", "certifier_name": "Ana", "certifier_title": "Lead", "certified_on": "2026-11-01",
    "period_from": "2026-10-01", "period_to": "2026-10-05",
    "work-TOTAL_FORMS": "1", "work-INITIAL_FORMS": "0", "costs-TOTAL_FORMS": "0", "costs-INITIAL_FORMS": "0",
    "work-0-person": "Ben", "work-0-hours": "2,5", "work-0-rate": "80",
}  # fmt: skip


@pytest.fixture
def proof(client):
    made = make_proof(complete=False)
    client.force_login(made.cast.user)
    return made


def address(name, thing):
    return reverse(f"proofs:{name}", args=[thing.pk])


def page_of(client, proof):
    return Seen(client.get(proof.get_absolute_url()))


def reports(proof):
    return proof.documents.current().filter(generated=True).count()


def test_a_report_with_gaps_is_kept_without_a_pdf_until_it_is_whole_and_signed(client, proof):
    gaps = {**REPORT, "certifier_name": "", "work-0-rate": ""}
    assert client.post(address("certification", proof), gaps).status_code == 302
    assert (reports(proof), page_of(client, proof).cards["csr"]) == (0, "attention")
    client.post(address("certification", proof), REPORT)
    assert (reports(proof), page_of(client, proof).cards["csr"]) == (0, "attention")
    sign_report(proof)
    assert (reports(proof), page_of(client, proof).cards["csr"]) == (1, "good")
    client.post(address("certification", proof), gaps)
    assert (reports(proof), page_of(client, proof).cards["csr"]) == (0, "attention")


@pytest.mark.parametrize("typed", ["2,5", "2.5", " 2,50 "])
def test_hours_are_read_as_people_type_them(client, proof, typed):
    client.post(address("certification", proof), {**REPORT, "work-0-hours": typed})
    proof.refresh_from_db()
    assert proof.certification.lines.get().hours == Decimal("2.5")


def test_hours_that_are_no_number_are_refused_beside_the_field(client, proof):
    page = Seen(client.post(address("certification", proof), {**REPORT, "work-0-hours": "two"}))
    assert (page.status, page.wrong_fields) == (422, ["work-0-hours"])


def test_a_line_that_does_not_add_up_is_saved_and_told(client, proof):
    body = {
        "supplier": "Lichtblick", "number": "1", "date": "2026-11-01", "currency": "EUR",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-description": "Print",
        "lines-0-expense_type": "printed_material", "lines-0-net": "100", "lines-0-tax": "19", "lines-0-gross": "120",
    }  # fmt: skip
    assert client.post(address("invoice_new", proof), body).status_code == 302
    page = page_of(client, proof)
    assert page.flashes == ["Saved. Line 1: net and tax do not make gross."]
    assert page.cards["invoices"] == "attention"
    invoice = proof.invoices.get()
    client.post(address("invoice_edit", invoice), {**body, "lines-0-gross": "119"})
    assert page_of(client, proof).flashes == []


@pytest.mark.parametrize(
    ("typed", "kept", "state"),
    [
        ("12.000", "12000", "good"),
        ("12,000", "12000", "good"),
        ("1 200 000", "1200000", "good"),
        ("-3", "-3", "attention"),
        ("12.5", "12.5", "attention"),
        ("1.2,000", "1.2,000", "attention"),
    ],
)
def test_whole_numbers_are_read_as_people_type_them(client, proof, typed, kept, state):
    client.post(address("metrics", proof), {"estimated_reach": typed})
    client.post(address("facts", proof), {"name": "Posters", "estimated_impressions": typed})
    proof.refresh_from_db()
    assert (proof.metrics["estimated_reach"], proof.estimated_impressions) == (kept, kept)
    assert page_of(client, proof).cards["metric-estimated_reach"] == state
