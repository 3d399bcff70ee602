"""What is in a clean e-mail becomes documents of its own, which go where the e-mail goes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import storage
from core.errors import StateConflict
from proofs import services
from proofs.checking import check_document
from proofs.checks.runner import Attachment, Report
from proofs.models import Document, DocumentCheck
from tests.factories.claims import make_proof
from tests.factories.files import pdf, picture, upload
from tests.factories.plans import make_cast
from tests.files import mails
from tests.files.mails import mail
from tests.files.office import word
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db
INVOICE, PHOTO = pdf(), picture()


@pytest.fixture
def proof():
    return make_proof(complete=False)


@pytest.fixture
def add(proof, django_capture_on_commit_callbacks):
    """add(bytes): an e-mail of the proof, checked."""

    def put(content=None, name="flyers.eml", card="extra"):
        content = mail({"invoice.pdf": INVOICE, "wall.png": PHOTO}) if content is None else content
        files = [upload(content, name, "message/rfc822")]
        with django_capture_on_commit_callbacks(execute=True):
            [received] = services.add_files(proof.pk, card, files, actor=proof.cast.user)
        return Document.objects.get(pk=received.document.pk)

    return put


def inside(document):
    return list(document.attachments.order_by("created_at"))


def content_of(document):
    with storage.documents().open(document.key) as file:
        return file.read()


def test_pdf_and_photo_of_an_email_become_documents(proof, add):
    parent = add()
    invoice, photo = inside(parent)
    assert (parent.state, parent.kind, parent.media_type) == ("clean", "eml", "message/rfc822")
    assert [(one.name, one.kind, one.media_type, content_of(one)) for one in (invoice, photo)] == [
        ("invoice.pdf", "pdf", "application/pdf", INVOICE),
        ("wall.png", "png", "image/png", PHOTO),
    ]
    for one in (invoice, photo):
        assert (one.proof, one.bin, one.section, one.card, one.state) == (proof, None, "proof", "extra", "clean")
        assert (one.uploaded_by, one.size, one.checked_at is not None) == (proof.cast.user, len(content_of(one)), True)
        assert one.checks.filter(check_name="kind", level="pass").exists()
    assert list(proof.documents.current()) == [parent]


def test_a_refused_email_leaves_nothing_behind(proof, add):
    parent = add(mail({"invoice.pdf": INVOICE, "setup.exe": b"MZ\x90\0"}))
    assert (parent.state, parent.attachments.count(), proof.documents.count()) == ("refused", 0, 1)


def test_an_email_in_an_email_keeps_its_own(add):
    inner = mails.message(Subject="Original")
    inner.add_attachment(INVOICE, "application", "pdf", filename="invoice.pdf")
    [forwarded] = inside(add(mails.forwarded(1, inner)))
    [invoice] = inside(forwarded)
    assert (forwarded.name, invoice.name, invoice.parent) == ("Original.eml", "invoice.pdf", forwarded)


def test_a_second_attempt_makes_nothing_twice(add):
    parent = add()
    first = inside(parent)
    Document.objects.filter(pk=parent.pk).update(state="pending")
    assert check_document(parent.pk) is True
    assert inside(parent) == first
    assert DocumentCheck.objects.filter(document__in=first, check_name="size").count() == 2


def test_bytes_of_attachments_go_when_the_rows_are_not_written(proof, add):
    """The second attachment cannot be written, so the first one's bytes are named by no row."""
    services.add_files(proof.pk, "extra", [upload(mail(), "a.eml")], actor=proof.cast.user)
    ticket = services.start_check(proof.documents.get().pk)
    kind = {"kind": "png"}
    good = Attachment("a.png", PHOTO, "1" * 64, Report("png", "clean", facts=kind))
    bad = Attachment("b.png", PHOTO, "2" * 64, Report("no kind of ours", "clean", facts=kind))
    before = files_in_store()
    with pytest.raises(KeyError):
        services.finish_check(ticket, Report("eml", "clean", attachments=[good, bad]))
    assert (files_in_store() - before, proof.documents.count()) == ({ticket.document.key}, 1)


def files_in_store():
    store, found, folders = storage.documents(), set(), [""]
    while folders:
        folder = folders.pop()
        if not store.exists(folder):
            continue
        inner, files = store.listdir(folder)
        folders += [f"{folder}/{name}".lstrip("/") for name in inner]
        found |= {f"{folder}/{name}" for name in files}
    return found


def test_attachments_go_where_their_email_goes(proof, add):
    inner = mails.message(Subject="Original")
    inner.add_attachment(INVOICE, "application", "pdf", filename="invoice.pdf")
    parent = add(mails.forwarded(1, inner))
    everything = proof.documents.order_by("created_at")
    services.edit_document(parent.pk, actor=proof.cast.user, card="final_piece")
    assert [one.card for one in everything.all()] == ["final_piece"] * 3
    services.remove_document(parent.pk, actor=proof.cast.user)
    assert [one.removed_at is not None for one in everything.all()] == [True] * 3
    services.restore_document(parent.pk, actor=proof.cast.user)
    assert [one.removed_at for one in everything.all()] == [None] * 3


def test_an_attachment_is_not_moved_without_its_email(proof, add):
    [invoice, _photo] = inside(add())
    for change in (services.remove_document, services.restore_document, services.edit_document):
        with pytest.raises(StateConflict):
            change(invoice.pk, actor=proof.cast.user)
    assert inside(invoice.parent)[0].removed_at is None


def test_bytes_of_attachments_are_purged_with_their_email(proof, add, time_machine):
    parent = add()
    keys = [one.key for one in (parent, *inside(parent))]
    services.remove_document(parent.pk, actor=proof.cast.user)
    time_machine.move_to(timezone.now() + timezone.timedelta(days=2))
    assert services.purge_removed() == 3
    assert [storage.documents().exists(key) for key in keys] == [False] * 3


# Pages --------------------------------------------------------------------------------------------------


def url(name, document):
    return reverse(f"proofs:{name}", args=[document.pk])


def test_the_sheet_of_an_email_shows_what_it_says_and_holds(client, proof, add):
    parent = add()
    client.force_login(proof.cast.user)
    page = Seen(client.get(url("document", parent)))
    assert page.texts("//*[@id='mail']//dd") == [
        "Nora Print <nora@print.example>",
        "Jonas Weidner <jonas@fabrikam.example>, marketing@fabrikam.example",
        "12 Mar 2026, 01:00 PDT",
        "Flyers, spring campaign",
    ]
    assert page.find("//*[@id='attachments']//a/@href") == [url("document", one) for one in inside(parent)]
    assert page.texts("//*[@id='attachments']//a") == ["invoice.pdf", "wall.png"]
    assert page.find("//*[@id='text']//pre/text()") == [mails.TEXT]


def test_the_sheet_of_an_attachment_leads_back_and_shows_the_file(client, proof, add):
    parent = add()
    invoice, photo = inside(parent)
    client.force_login(proof.cast.user)
    page = Seen(client.get(url("document", photo)))
    assert url("document", parent) in page.find("//main//a/@href")
    assert page.find("//*[@data-viewer]/@data-image-url") == [url("view", photo)]
    assert page.form_actions == []
    assert b"".join(client.get(url("download", invoice)).streaming_content) == INVOICE
    assert [
        client.get(url(name, photo)).status_code for name in ("document_edit", "document_remove", "document_restore")
    ] == [404] * 3


def test_nobody_else_sees_an_attachment(client, proof, add):
    [invoice, _photo] = inside(add())
    client.force_login(make_cast().user)
    assert [client.get(url(name, invoice)).status_code for name in ("document", "download", "view")] == [404] * 3


def test_attachments_go_away_for_readers_when_their_email_is_removed(client, proof, add):
    parent = add()
    services.remove_document(parent.pk, actor=proof.cast.user)
    client.force_login(proof.cast.user)
    assert [client.get(url("download", one)).status_code for one in (parent, *inside(parent))] == [404] * 3


def test_text_of_an_office_file_is_shown_as_text(client, proof, add):
    document = add(word(body="<w:p><w:r><w:t>4 &lt;b&gt;stands</w:t></w:r></w:p>"), "offer.docx")
    client.force_login(proof.cast.user)
    page = Seen(client.get(url("document", document)))
    assert (document.state, page.text("//*[@id='text']//pre")) == ("clean", "4 <b>stands")


def test_the_sheet_needs_as_many_queries_for_1_as_for_30_attachments(client, proof, add):
    client.force_login(proof.cast.user)
    counts = []
    for number in (1, 30):
        document = add(mail({f"{at}.txt": b"Note %d %d" % (number, at) for at in range(number)}), f"{number}.eml")
        with CaptureQueriesContext(connection) as captured:
            client.get(url("document", document))
        counts.append(len(captured))
    assert counts == [14, 14]
