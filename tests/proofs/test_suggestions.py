"""An invoice's file fills the empty fields of its form; the person confirms by saving, and what was typed stays."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from proofs import services
from proofs.choices import Section
from proofs.models import Document, DocumentReading
from proofs.requirements.costs import INVOICES_SLUG
from proofs.suggestions import Suggestion, suggestion_of
from tests.factories.claims import check_files, make_proof
from tests.factories.files import upload
from tests.factories.invoices import PAPERS
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db
GERMAN = PAPERS["german, block at the right"]


@pytest.fixture
def proof(client):
    made = make_proof(complete=False)
    client.force_login(made.cast.user)
    return made


def drop(proof, content=None, name="rechnung.pdf", kind="application/pdf"):
    """A file dropped on the invoices card, checked by what the worker runs."""
    file = upload(GERMAN.pdf() if content is None else content, name, kind)
    [received] = services.add_files(
        proof.pk, INVOICES_SLUG, [file], actor=proof.cast.user, section=Section.INVOICE
    )  # fmt: skip
    check_files(proof, read=True)
    return Document.objects.get(pk=received.document.pk)


def read_as(kept):
    """A document of which that is kept."""
    document = Document()
    document.reading = DocumentReading(document=document, values=kept)
    return document


def form_of(client, proof, document):
    return Seen(client.get(reverse("proofs:invoice_new", args=[proof.pk]) + f"?file={document.pk}"))


def typed(page):
    names = ("supplier", "number", "date", "currency", "lines-0-net", "lines-0-tax", "lines-0-gross")
    return {name: page.find(f"//input[@name='{name}']/@value") for name in names}


def test_the_form_of_a_dropped_invoice_is_filled_in(client, proof):
    document = drop(proof)
    page = form_of(client, proof, document)
    assert typed(page) == {
        "supplier": ["Druckhaus Sommer GmbH"], "number": ["RE-2026-00417"], "date": ["2026-10-14"],
        "currency": ["EUR"], "lines-0-net": ["1250.00"], "lines-0-tax": ["237.50"], "lines-0-gross": ["1487.50"],
    }  # fmt: skip
    assert page.texts("//main//*[@role='status']") == [
        "Filled in from the file: Supplier, Invoice number, Invoice date, Currency, Net, Tax, Gross."
        " Not sure: Supplier. Check it before you save."
    ]
    assert proof.invoices.count() == 0


def test_what_was_not_read_surely_is_named(client, proof):
    document = drop(proof)
    document.reading.values["date"]["sure"] = False
    document.reading.save()
    page = form_of(client, proof, document)
    assert "Not sure: Supplier, Invoice date." in page.text("//main//*[@role='status']")


def test_what_the_person_sends_is_saved_and_not_what_was_read(client, proof):
    document = drop(proof)
    body = {
        "document_id": str(document.pk), "supplier": "Somebody else", "number": "", "date": "", "currency": "EUR",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1", "lines-0-description": "Print",
        "lines-0-expense_type": "printed_material", "lines-0-net": "5", "lines-0-tax": "0", "lines-0-gross": "5",
    }  # fmt: skip
    assert client.post(reverse("proofs:invoice_new", args=[proof.pk]), body).status_code == 302
    invoice = proof.invoices.get()
    assert (invoice.supplier, invoice.number, invoice.date) == ("Somebody else", "", None)
    assert list(invoice.lines.values_list("net", "gross")) == [(Decimal(5), Decimal(5))]
    page = Seen(client.get(reverse("proofs:invoice_edit", args=[invoice.pk])))
    filled = typed(page)
    assert (filled["supplier"], filled["number"], filled["date"]) == (
        ["Somebody else"], ["RE-2026-00417"], ["2026-10-14"],
    )  # fmt: skip
    assert filled["lines-0-gross"] == ["5.00"]
    assert page.text("//main//*[@role='status']").startswith("Filled in from the file: Invoice number, Invoice date.")


@pytest.mark.parametrize(
    ("content", "name", "kind"), [(None, "photo.png", "image/png"), (b"%PDF-1.4 broken", "a.pdf", "application/pdf")]
)
def test_files_without_words_suggest_nothing(client, proof, content, name, kind):
    file = upload(content, name, kind)
    [received] = services.add_files(proof.pk, INVOICES_SLUG, [file], actor=proof.cast.user, section=Section.INVOICE)
    check_files(proof, read=True)
    document = Document.objects.get(pk=received.document.pk)
    assert suggestion_of(document) == Suggestion()
    page = form_of(client, proof, document)
    assert (typed(page)["supplier"], page.find("//main//*[@role='status']")) == ([], [])


def test_other_evidence_is_not_read(proof):
    file = upload(GERMAN.pdf(), "poster.pdf", "application/pdf")
    services.add_files(proof.pk, "final_piece", [file], actor=proof.cast.user)
    check_files(proof, read=True)
    assert Document.objects.get(proof=proof).reading.values == {}


@pytest.mark.parametrize(
    "kept",
    [None, [], "x", {"date": {"value": "31-31-31"}}, {"total": {"value": "much"}}, {"net": {}}],
)
def test_what_is_kept_is_looked_at_again(kept):
    assert not suggestion_of(read_as(kept))


def test_values_become_those_of_the_form():
    kept = {"date": {"value": "2026-10-14", "sure": True}, "total": {"value": "12.50", "sure": False}}
    assert suggestion_of(read_as(kept)) == Suggestion(
        {"date": date(2026, 10, 14)}, {"gross": Decimal("12.50")}, ("gross",)
    )
