"""The pages of the receipt bin: what is seen, by whom, and the way onto a card without script."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.clock import now
from proofs import services
from proofs.checking import check_document
from proofs.models import Document, DocumentReading
from tests.factories.claims import make_claim, make_coop_proof, make_proof
from tests.factories.files import pdf_upload, picture, upload
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_location, make_member
from tests.factories.plans import cast_for, make_plan
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof():
    return make_proof(complete=False)


def drop(proof, *files):
    received = services.drop_files(proof.enrollment_id, list(files) or [upload()], actor=proof.cast.user)
    for one in received:
        check_document(one.document.pk)
    return [Document.objects.get(pk=one.document.pk) for one in received]


def page_of(of, **query):
    return reverse("portal:bin", args=[of.enrollment_id], query=query)


def put_page(of, *documents, proof=None):
    query = {"document": [one.pk for one in documents], **({"proof": proof.pk} if proof else {})}
    return reverse("proofs:bin_put", args=[of.enrollment_id], query=query)


def queries(client, address, **headers):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address, headers=headers).status_code == 200
    return len(seen)


def value(text, sure=True):
    return {"value": text, "page": 1, "box": [0, 0, 1, 1], "confidence": 0.95, "sure": sure}


def read(document, **values):
    DocumentReading.objects.update_or_create(
        document=document, defaults={"by": "eyes", "state": "done", "done_at": now(), "values": values}
    )


# The page ------------------------------------------------------------------------------------------------


def test_the_page_shows_each_file_newest_first_with_what_was_read(client, proof):
    old, new = drop(proof, upload(name="booth.png"), upload(name="receipt.png"))
    read(new, supplier=value("Lichtblick Medien"), date=value("2026-11-03"), total=value("119.00", sure=False),
         currency=value("EUR"))  # fmt: skip
    read(old, captured_at=value("2026-10-02T11:30:00+02:00"))
    client.force_login(proof.cast.user)
    page = Seen(client.get(page_of(proof)))
    assert list(page.files.items()) == [("receipt.png", "clean"), ("booth.png", "clean")]
    assert page.texts("//*[@class='pl-bin-read']") == [
        "Lichtblick Medien 3 Nov 2026 119.00 EUR not sure",
        "taken 2 Oct 2026",
    ]
    assert page.find("//input[@name='document']/@value") == [str(new.pk), str(old.pk)]
    assert "from you" in page.texts("//*[@class='pl-file']//*[@class='pl-caption']")[0]


def test_a_file_that_is_being_read_is_followed_until_it_is(client, proof):
    [document] = drop(proof)
    reading, _new = DocumentReading.objects.update_or_create(
        document=document, defaults={"by": "eyes", "state": "waiting"}
    )
    client.force_login(proof.cast.user)
    page = Seen(client.get(page_of(proof)))
    assert page.find("//*[@id='live-bin']/@data-live-every") == ["1500"]
    assert page.files == {"photo.png": "checking"}
    DocumentReading.objects.filter(pk=reading.pk).update(state="failed")
    page = Seen(client.get(page_of(proof), headers={"HX-Request": "true"}))
    assert page.find("//*[@id='live-bin']/@data-live-every") == []
    assert page.files == {"photo.png": "clean"}


def test_an_empty_bin_says_what_it_is_for_and_is_not_made_by_looking(client, proof):
    client.force_login(proof.cast.user)
    page = Seen(client.get(page_of(proof)))
    assert page.texts("//*[@id='bin-empty']//h3") == ["The bin is empty"]
    assert not proof.enrollment.location.enrollments.filter(receipt_bin__isnull=False).exists()


def test_a_refused_file_says_why_and_cannot_be_chosen(client, proof):
    drop(proof, upload(b"<html><body>Hello</body></html>", name="report.pdf", content_type="application/pdf"))
    client.force_login(proof.cast.user)
    page = Seen(client.get(page_of(proof)))
    assert page.files == {"report.pdf": "refused"}
    assert page.find("//input[@name='document']/@disabled") == ["disabled"]
    assert "a web page" in page.text("//*[contains(@class, 'pl-file-message')]")


def test_long_lists_come_in_pages_at_a_fixed_number_of_queries(client, proof):
    client.force_login(proof.cast.user)
    client.get(page_of(proof))
    counts = []
    for wanted in (1, 30, 51):
        there = Document.objects.in_bin().count()
        drop(proof, *(upload(name=f"{number}.png") for number in range(there, wanted)))
        for document in Document.objects.in_bin().filter(reading__isnull=True):
            read(document, supplier=value("Lichtblick"))
        counts.append((queries(client, page_of(proof)), queries(client, page_of(proof), **{"HX-Request": "true"})))
    assert counts == [(9, 7), (9, 7), (9, 7)]
    page = Seen(client.get(page_of(proof)))
    assert len(page.files) == 50
    [older] = page.find("//a[@rel='next']/@href")
    assert list(Seen(client.get(page_of(proof) + older)).files) == ["0.png"]


def test_only_proofs_that_take_files_are_offered_and_the_one_asked_for_comes_first(client):
    plan = make_plan(status="approved")
    proof = make_proof(plan, complete=False)
    first = make_proof(plan, complete=False, name="Asked for")
    make_proof(plan, complete=False, name="Newest")
    make_claim(proof=make_proof(plan, name="Sent"))
    make_coop_proof(complete=False, name="Elsewhere")
    drop(proof)
    client.force_login(proof.cast.user)
    page = Seen(client.get(page_of(proof, proof=first.pk, card="extra")))
    names = [text.split(" (")[0] for text in page.texts("//select[@name='proof']/option")]
    assert names == ["Asked for", "Newest", proof.name]
    assert page.value("card") == "extra"


# Who -----------------------------------------------------------------------------------------------------


def test_whoever_has_one_bin_is_sent_to_it_and_who_has_several_chooses(client, proof):
    cast = proof.cast
    client.force_login(cast.user)
    assert client.get(reverse("portal:bins")).headers["Location"] == page_of(proof)
    company = cast.enrollment.location.partner
    second = cast_for(make_enrollment(cast.program, make_location(company)), cast.year)
    second.enrollment.roles.create(user=cast.user, role="user")
    drop(proof)
    page = Seen(client.get(reverse("portal:bins")))
    rows = page.texts("//tbody/tr/td[last()]")
    assert sorted(rows) == ["0", "1"]


def test_the_list_of_bins_asks_a_fixed_number_of_queries(client):
    coop = make_coop_proof(complete=False)
    company = coop.enrollment.location.partner
    boss = make_member(company, "Greta Global", global_admin=True)
    client.force_login(boss)
    for _number in range(2):
        make_enrollment(coop.enrollment.program, make_location(company))
    few = queries(client, reverse("portal:bins"))
    for _number in range(28):
        make_enrollment(coop.enrollment.program, make_location(company))
    assert (few, queries(client, reverse("portal:bins"))) == (5, 5)


def test_nobody_else_learns_what_lies_in_a_bin(client, proof):
    """Another partner, another location of the same partner, the vendor: 404 at every address."""
    [document] = drop(proof)
    cast = proof.cast
    company = cast.enrollment.location.partner
    other_location = cast_for(make_enrollment(cast.program, make_location(company)), cast.year)
    other_partner = cast_for(make_enrollment(cast.program), cast.year)
    pages = ("document", "download", "view", "document_remove", "document_restore", "document_retry", "document_edit")
    addresses = [reverse(f"proofs:{name}", args=[document.pk]) for name in pages]
    addresses += [page_of(proof), put_page(proof, document, proof=proof)]
    for person in (other_location.user, other_partner.admin, cast.reviewer, cast.vendor_admin):
        client.force_login(person)
        assert {client.get(address).status_code for address in addresses} == {404}
        assert {client.post(address).status_code for address in addresses} <= {404, 405}
    assert Document.objects.in_bin().get() == document


def test_a_document_of_another_bin_is_not_put_on_by_its_id(client, proof):
    [foreign] = drop(make_proof(complete=False))
    [own] = drop(proof)
    client.force_login(proof.cast.user)
    page = Seen(client.get(put_page(proof, foreign, own, proof=proof)))
    assert page.find("//form[@method='post']//input[@name='document']/@value") == [str(own.pk)]
    client.post(put_page(proof), {"document": [foreign.pk], "proof": proof.pk, "card": "extra"})
    foreign.refresh_from_db()
    assert foreign.proof is None


# Onto a card, as plain forms -----------------------------------------------------------------------------


def test_without_script_a_file_goes_in_and_onto_a_card(client, proof, django_capture_on_commit_callbacks):
    client.force_login(proof.cast.user)
    file = SimpleUploadedFile("poster.png", picture(), "image/png")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("proofs:bin_drop", args=[proof.enrollment_id]), {"files": file}, follow=True)
    assert Seen(answer).flashes == ["“poster.png” was added and is being checked."]
    document = Document.objects.in_bin().get()
    first = Seen(client.get(put_page(proof, document)))
    assert first.find("//input[@name='card']") == []
    second = Seen(client.get(put_page(proof, document, proof=proof)))
    offered = second.find("//input[@name='card']/@value")
    assert offered[0] == "final_piece"
    assert offered[-1] == "extra"
    answer = client.post(
        put_page(proof), {"document": document.pk, "proof": proof.pk, "card": "final_piece"}, follow=True
    )
    assert answer.redirect_chain == [(f"{proof.get_absolute_url()}#card-final_piece", 302)]
    assert Seen(answer).files == {"poster.png": "clean"}


def test_a_file_with_a_total_is_offered_to_the_invoices_first(client, proof):
    [document] = drop(proof, pdf_upload())
    read(document, total=value("119.00"), supplier=value("Lichtblick Medien"))
    client.force_login(proof.cast.user)
    page = Seen(client.get(put_page(proof, document, proof=proof)))
    assert page.find("//input[@name='card'][@checked]/@value") == ["invoices"]
    client.post(put_page(proof), {"document": document.pk, "proof": proof.pk, "card": "invoices"})
    form = Seen(client.get(f"{reverse('proofs:invoice_new', args=[proof.pk])}?file={document.pk}"))
    assert form.value("supplier") == "Lichtblick Medien"


@pytest.mark.parametrize("name", ["Rechnung 17.pdf", "scan-INVOICE.pdf", "Beleg.pdf"])
def test_a_file_called_invoice_is_offered_to_the_invoices_first(client, proof, name):
    [document] = drop(proof, pdf_upload(name))
    client.force_login(proof.cast.user)
    page = Seen(client.get(put_page(proof, document, proof=proof)))
    assert page.find("//input[@name='card'][@checked]/@value") == ["invoices"]


def test_back_to_the_bin_while_it_holds_more_unless_one_came_from_the_proof(client, proof):
    first, second, _third = drop(proof, upload(), upload(), upload())
    client.force_login(proof.cast.user)
    data = {"proof": proof.pk, "card": "extra"}
    answer = client.post(put_page(proof), {"document": first.pk, **data})
    assert answer.headers["Location"] == page_of(proof)
    answer = client.post(put_page(proof), {"document": second.pk, "from": "proof", **data})
    assert answer.headers["Location"] == f"{proof.get_absolute_url()}#card-extra"


def test_what_stays_in_the_bin_is_told(client, proof):
    text, photo = drop(
        proof, upload(b"Plain words of a report.", name="notes.txt", content_type="text/plain"), upload()
    )
    client.force_login(proof.cast.user)
    answer = client.post(
        put_page(proof), {"document": [text.pk, photo.pk], "proof": proof.pk, "card": "invoices"}, follow=True
    )
    assert Seen(answer).flashes == [
        "“photo.png” was put on “Invoices”. Open the card",
        "“Invoices” does not take files like “notes.txt”. It stays in the receipt bin: choose another card.",
    ]


def test_a_proof_that_takes_no_files_is_asked_for_anew(client, proof):
    claim = make_claim()
    [received] = services.drop_files(claim.enrollment_id, [upload()], actor=claim.cast.user)
    client.force_login(claim.cast.user)
    address = reverse("proofs:bin_put", args=[claim.enrollment_id])
    data = {"document": received.document.pk, "proof": claim.proof_id, "card": "extra"}
    assert client.post(address, data).status_code == 422
    assert client.post(address, {**data, "proof": "nonsense"}).status_code == 422
    assert Document.objects.in_bin().count() == 1


def test_nothing_chosen_leads_back_to_the_bin(client, proof):
    drop(proof)
    client.force_login(proof.cast.user)
    answer = client.get(put_page(proof) + "?document=nonsense", follow=True)
    assert answer.redirect_chain == [(page_of(proof), 302)]
    assert Seen(answer).flashes == ["Choose files in the bin first."]


def test_a_script_gets_the_answer_for_each_file(client, proof):
    client.force_login(proof.cast.user)
    address, content = reverse("proofs:bin_drop", args=[proof.enrollment_id]), picture()

    def send(name):
        return client.post(
            address, {"files": SimpleUploadedFile(name, content)}, headers={"Accept": "application/json"}
        )

    [file] = send("a.png").json()["files"]
    assert (file["state"], file["again"]) == ("pending", "")
    [file] = send("b.png").json()["files"]
    assert file["again"] == "“b.png” is already here as “a.png”. It was kept once."
    assert client.post(address, headers={"Accept": "application/json"}).status_code == 422


# The sheet, the home page, the evidence page -------------------------------------------------------------


def test_the_sheet_of_a_file_in_the_bin_and_its_way_back(client, proof):
    [document] = drop(proof)
    client.force_login(proof.cast.user)
    sheet = Seen(client.get(document.get_absolute_url()))
    assert page_of(proof) in sheet.find(
        "//nav[contains(@class, 'pl-trail')]//a/@href | //*[contains(@class, 'pl-trail')]//a/@href"
    )
    assert (
        sheet.texts("//*[@id='history']//li//p")[-1] == "Jonas Weidner dropped a file into the receipt bin: photo.png"
    )
    services.assign([document.pk], proof.pk, "extra", actor=proof.cast.user)
    sheet = Seen(client.get(document.get_absolute_url()))
    back = reverse("proofs:document_to_bin", args=[document.pk])
    assert back in sheet.form_actions
    assert len(sheet.texts("//*[@id='history']//li//p")) == 4
    answer = client.post(back, follow=True)
    assert Seen(answer).flashes == ["The file is in the receipt bin."]
    assert Document.objects.in_bin().get() == document


def test_a_file_is_removed_and_put_back(client, proof):
    [document] = drop(proof)
    client.force_login(proof.cast.user)
    answer = client.post(reverse("proofs:document_remove", args=[document.pk]), follow=True)
    assert answer.redirect_chain == [(page_of(proof), 302)]
    [undo] = Seen(answer).find("//*[@data-flash]//a/@href")
    assert Seen(client.get(undo)).status == 200
    client.post(undo)
    assert Document.objects.in_bin().get() == document


def test_the_vendor_reads_no_history_of_the_bin(client):
    draft = make_proof(complete=False)
    [received] = services.drop_files(draft.enrollment_id, [upload()], actor=draft.cast.user)
    services.assign([received.document.pk], draft.pk, "extra", actor=draft.cast.user)
    type(draft).objects.filter(pk=draft.pk).update(first_submitted_at=now())
    client.force_login(draft.cast.reviewer)
    sheet = Seen(client.get(received.document.get_absolute_url()))
    assert sheet.texts("//*[@id='history']//li//p") == ["Jonas Weidner took a file from the receipt bin: photo.png"]


def test_home_and_evidence_page_tell_of_the_bin_that_holds_files(client, proof):
    client.force_login(proof.cast.user)
    assert Seen(client.get("/")).find(f"//main//a[@href='{page_of(proof)}']") == []
    drop(proof)
    assert len(Seen(client.get("/")).find(f"//main//a[@href='{page_of(proof)}']")) == 1
    page = Seen(client.get(proof.get_absolute_url()))
    assert page.text("//*[@id='from-bin']") == "From the receipt bin (1)"
    links = page.find("//a[@class='pl-from-bin']/@href")
    assert f"{page_of(proof)}?proof={proof.pk}&card=invoices" in links
