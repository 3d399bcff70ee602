"""The sheet of a document, its bytes, and the cost evidence."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proofs import forms, services
from proofs.models import Document
from tests.factories.claims import make_claim, make_proof, sign_report
from tests.factories.files import pdf, pdf_upload, picture, upload
from tests.factories.plans import make_cast
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db
PAGES = ("document", "download", "view", "document_edit", "document_remove", "document_retry")


@pytest.fixture
def proof():
    return make_proof(complete=False)


@pytest.fixture
def add(proof, django_capture_on_commit_callbacks):
    """add(upload): a document of the proof, checked."""

    def put(*files, card="final_piece", **fields):
        with django_capture_on_commit_callbacks(execute=True):
            received = services.add_files(proof.pk, card, list(files), actor=proof.cast.user, **fields)
        return Document.objects.get(pk=received[0].document.pk)

    return put


def url(name, thing):
    return reverse(f"proofs:{name}", args=[thing.pk])


# The sheet -----------------------------------------------------------------------------------------------


def test_the_sheet_shows_facts_checks_and_history(client, proof, add):
    document = add(upload(name="poster.png"), note="The poster on the wall")
    client.force_login(proof.cast.user)
    page = Seen(client.get(url("document", document)))
    assert page.texts("//*[@id='checks']//li/span") == [
        "Not empty, not too large", "The file name is plain", "It is the kind of file its name says",
        "The picture opens, nothing is cut off", "The picture can be compared with those of other claims",
        "Not scanned for malware: no scanner is set up.",
    ]  # fmt: skip
    assert page.text("//*[@id='note']//p[1]") == "The poster on the wall"
    assert page.texts("//*[@id='history']//li//p") == [
        "File check checked a file: poster.png", "Jonas Weidner added a file: poster.png",
    ]  # fmt: skip
    assert page.find("//*[@data-viewer]/@data-image-url") == [url("view", document)]


@pytest.mark.parametrize(("name", "media_type"), [("note.txt", "text/plain"), ("stands.csv", "text/csv")])
def test_text_is_shown_as_text(name, media_type, client, proof, add):
    document = add(upload(b"Stand: 4 <b>not bold</b>", name, media_type), card="extra", note="Ours")
    client.force_login(proof.cast.user)
    page = Seen(client.get(url("document", document)))
    assert (document.state, page.text("//pre")) == ("clean", "Stand: 4 <b>not bold</b>")
    assert client.get(url("view", document)).status_code == 404


def test_a_sheet_needs_as_many_queries_for_1_as_for_30_entries(client, proof, add):
    document = add(upload())
    client.force_login(proof.cast.user)
    counts = []
    for number in (1, 30):
        for note in range(number):
            services.edit_document(document.pk, actor=proof.cast.user, note=f"Note {number} {note}")
        with CaptureQueriesContext(connection) as captured:
            client.get(url("document", document))
        counts.append(len(captured))
    assert counts == [13, 13]


# Bytes ---------------------------------------------------------------------------------------------------


def test_a_clean_file_is_handed_out_sealed(client, proof, add):
    content = picture()
    document = add(upload(content, 'Prüfung "1".png'))
    client.force_login(proof.cast.user)
    download, view = client.get(url("download", document)), client.get(url("view", document))
    assert (b"".join(download.streaming_content), b"".join(view.streaming_content)) == (content, content)
    assert download["Content-Disposition"].partition(";")[0] == "attachment"
    assert view["Content-Disposition"].partition(";")[0] == "inline"
    for response in (download, view):
        assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_what_is_not_clean_is_not_handed_out(client, proof, add):
    client.force_login(proof.cast.user)
    states = ["pending", "checking", "refused", "failed"]
    document = add(upload())
    answers = []
    for state in states:
        Document.objects.filter(pk=document.pk).update(state=state)
        answers.append([client.get(url(name, document)).status_code for name in ("download", "view", "document")])
    assert answers == [[404, 404, 200]] * len(states)
    Document.objects.filter(pk=document.pk).update(state="clean")
    services.remove_document(document.pk, actor=proof.cast.user)
    assert [client.get(url(name, document)).status_code for name in ("download", "document", "document_edit")] == [
        404,
        200,
        404,
    ]


def test_nothing_of_a_foreign_document_is_there(client, proof, add):
    document = add(upload(name="secret.png"), note="secret note")
    others = make_cast()
    for user in (others.user, others.admin, others.reviewer, proof.cast.reviewer):
        client.force_login(user)
        assert {name: client.get(url(name, document)).status_code for name in PAGES} == dict.fromkeys(PAGES, 404)
        assert client.post(url("document_remove", document)).status_code == 404
    client.logout()
    assert {client.get(url(name, document)).status_code for name in PAGES} == {302}
    document.refresh_from_db()
    assert document.removed_at is None


def test_the_vendor_looks_at_documents_of_what_was_sent_and_changes_none(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = make_proof()
    make_claim(proof=sent)
    document = sent.documents.first()
    client.force_login(sent.cast.reviewer)
    answers = {name: client.get(url(name, document)).status_code for name in PAGES}
    assert answers == {
        "document": 200, "download": 200, "view": 200,
        "document_edit": 403, "document_remove": 403, "document_retry": 403,
    }  # fmt: skip


# What is done with it ------------------------------------------------------------------------------------


def test_a_note_is_written_on_the_card_and_a_file_moves(client, proof, add):
    document = add(upload())
    client.force_login(proof.cast.user)
    response = client.post(url("document_edit", document) + "?only=note", {"note": "The poster"})
    assert response["Location"] == f"{proof.get_absolute_url()}#card-final_piece"
    assert client.post(url("document_edit", document), {"note": "The poster", "card": "extra"}).status_code == 302
    assert client.post(url("document_edit", document), {"note": "", "card": "nowhere"}).status_code == 422
    document.refresh_from_db()
    assert (document.note, document.card) == ("The poster", "extra")


def test_a_file_is_removed_in_one_click(client, proof, add):
    document = add(upload(b"", "empty.pdf"))
    client.force_login(proof.cast.user)
    page = Seen(client.get(proof.get_absolute_url()))
    assert url("document_remove", document) in page.form_actions
    assert client.post(url("document_remove", document)).status_code == 302
    assert Seen(client.get(proof.get_absolute_url())).files == {}
    assert client.post(url("document_remove", document)).status_code == 404


def test_a_removed_file_is_put_back(client, proof, add):
    document = add(upload())
    cast = proof.cast
    client.force_login(cast.user)
    assert client.post(url("document_restore", document)).status_code == 404
    client.post(url("document_remove", document))
    page = Seen(client.get(proof.get_absolute_url()))
    assert page.find("//*[@data-flash]//a/@href") == [url("document_restore", document)]
    client.force_login(cast.reviewer)
    assert client.post(url("document_restore", document)).status_code == 404
    client.force_login(cast.user)
    assert client.get(url("document_restore", document)).status_code == 200
    assert client.post(url("document_restore", document)).status_code == 302
    document.refresh_from_db()
    assert (document.removed_at, document.state) == (None, "clean")


def test_a_file_that_was_added_again_is_not_put_back_beside_it(client, proof, add):
    content = picture()
    document = add(upload(content))
    client.force_login(proof.cast.user)
    client.post(url("document_remove", document))
    add(upload(content))
    assert client.post(url("document_restore", document)).status_code == 409
    assert proof.documents.current().count() == 1


def test_a_core_requirement_is_shown_by_files_that_passed(client, proof, add):
    good, bad = add(upload()), add(upload(b"", "empty.pdf"))

    def offered():
        form = forms.core_form(proof, "core-company_brand", proof.documents.current())
        return [value for value, _name in form.fields["document_id"].choices if value]

    assert offered() == [str(good.pk)]
    proof.core_requirements = {"company_brand": {"declared": True, "document_id": str(bad.pk)}}
    assert offered() == [str(good.pk), str(bad.pk)]


def test_a_file_that_could_not_be_checked_is_checked_again(client, proof, add, django_capture_on_commit_callbacks):
    document = add(upload())
    Document.objects.filter(pk=document.pk).update(state="failed")
    client.force_login(proof.cast.user)
    assert url("document_retry", document) in Seen(client.get(proof.get_absolute_url())).form_actions
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("document_retry", document))
    document.refresh_from_db()
    assert (document.state, document.attempts) == ("clean", 1)


# Invoices ------------------------------------------------------------------------------------------------


def invoice_body(**changes):
    body = {
        "supplier": "Lichtblick Medien", "number": "2026-1187", "date": "2026-10-16", "currency": "eur",
        "lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "0",
        "lines-0-description": "Printing", "lines-0-expense_type": "printed_material",
        "lines-0-net": "4.000,00", "lines-0-tax": "760", "lines-0-gross": "",
    }  # fmt: skip
    return {**body, **changes}


def test_an_invoice_comes_with_its_file_and_lines(client, proof, django_capture_on_commit_callbacks):
    client.force_login(proof.cast.user)
    scan = SimpleUploadedFile("scan.pdf", pdf(), "application/pdf")
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url("invoice_new", proof), invoice_body(file=scan))
    assert response["Location"] == f"{proof.get_absolute_url()}#card-invoices"
    invoice = proof.invoices.get()
    assert (invoice.supplier, invoice.number, invoice.currency) == ("Lichtblick Medien", "2026-1187", "EUR")
    line = invoice.lines.get()
    assert (line.net, line.tax, line.gross) == (Decimal("4000"), Decimal("760"), Decimal("4760"))
    assert list(invoice.documents.values_list("name", "section", "state")) == [("scan.pdf", "invoice", "clean")]
    page = Seen(client.get(proof.get_absolute_url()))
    assert (page.cards["invoices"], page.cards["coverage"]) == ("good", "attention")
    assert page.amounts()["Covered by evidence"] == "4,000.00 EUR"


def test_more_lines_are_given_without_saving_or_losing_anything(client, proof):
    client.force_login(proof.cast.user)
    page = Seen(client.post(url("invoice_new", proof), invoice_body(more_lines="1")))
    assert (page.status, len(page.find("//fieldset")), page.value("supplier")) == (200, 8, "Lichtblick Medien")
    assert page.value("lines-0-net") == "4.000,00"
    assert proof.invoices.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("date", "31.02.2026"), ("currency", "EURO"), ("lines-0-net", "a lot"), ("lines-0-net", "9" * 20),
     ("lines-0-expense_type", "yachts")],
)  # fmt: skip
def test_what_a_field_cannot_hold_is_refused_beside_it_and_nothing_is_saved(client, proof, field, value):
    client.force_login(proof.cast.user)
    page = Seen(client.post(url("invoice_new", proof), invoice_body(**{field: value})))
    assert (page.status, page.wrong_fields, page.value("number")) == (422, [field], "2026-1187")
    assert proof.invoices.count() == 0


def test_broken_line_counts_are_an_answer_not_a_crash(client, proof):
    client.force_login(proof.cast.user)
    for count in ("", "-1", "100000", "x"):
        response = client.post(url("invoice_new", proof), invoice_body(**{"lines-TOTAL_FORMS": count}))
        assert response.status_code == 422
        client.post(url("invoice_new", proof), invoice_body(**{"lines-TOTAL_FORMS": count, "more_lines": "1"}))
    assert proof.invoices.count() == 0


def test_a_dropped_invoice_file_gets_its_details(client, proof, add):
    document = add(pdf_upload(), card="invoices", section="invoice")
    client.force_login(proof.cast.user)
    address = url("invoice_new", proof) + f"?file={document.pk}"
    assert Seen(client.get(address)).value("document_id") == str(document.pk)
    assert client.post(address, invoice_body(document_id=str(document.pk))).status_code == 302
    document.refresh_from_db()
    assert document.invoice == proof.invoices.get()
    foreign = make_proof(complete=False)
    client.force_login(foreign.cast.user)
    client.post(url("invoice_new", foreign), invoice_body(document_id=str(document.pk)))
    document.refresh_from_db()
    assert document.invoice == proof.invoices.get()


def test_an_invoice_is_changed_and_removed_by_its_own_people_only(client, proof):
    invoice, _received = services.add_invoice(proof.pk, actor=proof.cast.user, supplier="Old", lines=[])
    client.force_login(make_cast().user)
    for name in ("invoice_edit", "invoice_remove"):
        assert [client.get(url(name, invoice)).status_code, client.post(url(name, invoice)).status_code] == [404, 404]
    client.force_login(proof.cast.user)
    assert client.post(url("invoice_edit", invoice), invoice_body(supplier="New")).status_code == 302
    invoice.refresh_from_db()
    assert (invoice.supplier, invoice.lines.count()) == ("New", 1)
    assert client.post(url("invoice_remove", invoice)).status_code == 302
    assert proof.invoices.count() == 0


# Certification report ------------------------------------------------------------------------------------


def test_a_report_is_computed_and_becomes_a_pdf_when_it_is_signed(client, proof):
    client.force_login(proof.cast.user)
    body = {
        "activity": "Design", "certifier_name": "Ana", "certifier_title": "Lead", "certified_on": "2026-11-01",
        "period_from": "2026-10-01", "period_to": "2026-10-05",
        "work-TOTAL_FORMS": "3", "work-INITIAL_FORMS": "0", "costs-TOTAL_FORMS": "3", "costs-INITIAL_FORMS": "0",
        "work-0-person": "Ben", "work-0-hours": "12.5", "work-0-rate": "80", "costs-0-description": "Paper",
        "costs-0-amount": "20",
    }  # fmt: skip
    assert client.post(url("certification", proof), body)["Location"] == f"{proof.get_absolute_url()}#card-csr"
    proof.refresh_from_db()
    assert (proof.certification.total(), proof.certification.currency) == (Decimal("1020"), "EUR")
    assert proof.certification.statement == proof.enrollment.program.certification_statement
    assert proof.documents.count() == 0
    sign_report(proof)
    document = proof.documents.get()
    assert b"".join(client.get(url("download", document)).streaming_content).startswith(b"%PDF-")
    page = Seen(client.get(url("certification", proof)))
    assert (page.value("work-0-hours"), page.value("costs-0-amount")) == ("12.50", "20.00")
    assert Seen(client.get(proof.get_absolute_url())).cards["csr"] == "good"
    assert client.post(url("certification_remove", proof)).status_code == 302
    assert proof.documents.current().count() == 0
