"""Uploads: what arrives is hashed on its way, kept once, checked, and never handed out before it is clean."""

import hashlib
import io
import tracemalloc
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import storage
from core.uploads import MAX_FILE_BYTES, HashingUploadHandler
from proofs import services
from proofs.checks.limits import MAX_FILES_PER_PROOF
from proofs.models import Document
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import pdf, picture, upload
from tests.factories.plans import make_cast
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json, text/html;q=0.5"}


@pytest.fixture
def proof():
    return make_proof(complete=False)


@pytest.fixture
def send(client, proof, django_capture_on_commit_callbacks):
    """send(files, **fields): posts to the proof's card as its user; jobs run when the request is over."""
    client.force_login(proof.cast.user)
    client.get(reverse("proofs:list"))

    def post(*files, headers=None, card="final_piece", **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(
                reverse("proofs:upload", args=[proof.pk]),
                {"card": card, "files": list(files), **fields},
                headers=headers,
            )

    return post


def file(content=None, name="poster.png", kind="image/png"):
    return SimpleUploadedFile(name, picture() if content is None else content, kind)


# One good and one bad file -------------------------------------------------------------------------------


def test_a_good_and_a_bad_file_get_their_verdict_and_their_words(client, proof, send):
    content = picture(size=(300, 200))
    response = send(
        file(content), file(b"<html><body>Hi</body></html>", "report.pdf", "application/pdf"), note="The poster"
    )
    assert response["Location"] == f"{proof.get_absolute_url()}#card-final_piece"
    page = Seen(client.get(proof.get_absolute_url()))
    assert page.files == {"poster.png": "clean", "report.pdf": "refused"}
    assert page.flashes == ["2 files were added and are being checked."]
    assert page.cards["final_piece"] == "attention"
    message = page.text("//*[@id='card-final_piece']//*[contains(@class, 'pl-file-message')]")
    assert (
        message == "The file is named .pdf but is a web page. Open it in its own program, export it as PDF file "
        "and upload that."
    )
    good = proof.documents.get(name="poster.png")
    assert (good.sha256, good.crc32, good.size) == (
        hashlib.sha256(content).hexdigest(),
        zlib.crc32(content),
        len(content),
    )
    assert (good.note, good.kind, good.media_type, good.uploaded_by) == (
        "The poster",
        "png",
        "image/png",
        proof.cast.user,
    )
    assert storage.documents().open(good.key).read() == content
    assert storage.quarantine().exists(good.key) is False


def test_while_a_file_waits_the_page_polls_and_stops_when_all_is_decided(client, proof):
    client.force_login(proof.cast.user)
    services.add_files(proof.pk, "final_piece", [upload()], actor=proof.cast.user)
    waiting = Seen(client.get(proof.get_absolute_url(), headers={"HX-Request": "true"}))
    assert (waiting.cards["final_piece"], waiting.find("//@data-live-every")) == ("checking", ["1500"])
    from proofs.checking import check_document

    check_document(proof.documents.get().pk)
    decided = Seen(client.get(proof.get_absolute_url(), headers={"HX-Request": "true"}))
    assert (decided.cards["final_piece"], decided.find("//@data-live-every")) == ("attention", [])
    assert decided.texts("//*[@id='card-final_piece']/p") == ["Add a note to “photo.png” that says what it shows."]


def test_the_script_gets_json(proof, send):
    content = picture()
    answer = send(file(content, "a.png"), headers=JSON)
    document = proof.documents.get()
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ok": True,
            "files": [{"name": "a.png", "id": str(document.pk), "state": "pending", "again": "", "error": ""}],
        },
    )
    again = send(file(content, "b.png"), headers=JSON).json()
    assert again["files"][0] == {
        "name": "b.png", "id": str(document.pk), "state": "clean", "error": "",
        "again": "“b.png” is already here as “a.png”. It was kept once.",
    }  # fmt: skip
    empty = send(headers=JSON)
    assert (empty.status_code, empty.json()) == (
        422,
        {"ok": False, "files": [{"name": "", "error": "Choose a file first."}]},
    )


def test_the_same_file_twice_is_kept_once_and_the_page_says_so(client, proof, send):
    content = picture()
    send(file(content), file(content))
    page = Seen(client.get(proof.get_absolute_url()))
    assert page.flashes == [
        "“poster.png” was added and is being checked.", "“poster.png” is already here. It was kept once.",
    ]  # fmt: skip
    assert page.files == {"poster.png": "clean"}


# Bad input -----------------------------------------------------------------------------------------------


def test_an_empty_file_is_refused_with_what_to_do(client, proof, send):
    send(file(b"", "nothing.pdf", "application/pdf"))
    document = proof.documents.get()
    said = document.checks.get(check_name="size")
    assert (document.state, said.level) == ("refused", "stop")
    assert said.message in client.get(proof.get_absolute_url()).content.decode()


def test_a_name_of_300_characters_is_refused_next_to_the_input_and_the_note_is_kept(proof, send):
    long = io.BytesIO(picture())
    long.name = "x" * 296 + ".png"
    page = Seen(send(long, file(name="short.png"), note="What was typed"))
    assert (page.status, list(proof.documents.values_list("name", flat=True))) == (422, ["short.png"])
    assert page.problems == [f"The name “{'x' * 60}…” is longer than 255 characters. Rename the file and add it again."]
    assert page.value("note") == "What was typed"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../etc/passwd.png", "passwd.png"), ("C:\\Temp\\poster.png", "poster.png"), ("a/b.png", "b.png")],
)
def test_path_characters_never_reach_the_disk(proof, send, sent, kept):
    send(file(name=sent))
    document = proof.documents.get()
    assert document.name == kept
    assert document.key == "/".join([document.key[:2], document.key[3:5], document.key[6:]])
    assert document.key.replace("/", "").isalnum()


def test_a_file_above_50_megabytes_is_named_and_the_others_are_taken(proof, send):
    too_large = file(b"0" * (MAX_FILE_BYTES + 1), "film.png")
    page = Seen(send(too_large, file(name="small.png"), note="Both"))
    assert page.problems == ["“film.png” is larger than 50 MB. Make it smaller, or split it, and add it again."]
    assert (list(proof.documents.values_list("name", flat=True)), page.value("note")) == (["small.png"], "Both")


def test_file_101_is_not_taken(proof, send):
    Document.objects.bulk_create(
        Document(proof=proof, section="proof", card="final_piece", name=f"{number}.png", sha256=f"{number:064}",
                 state="clean", uploaded_by=proof.cast.user)
        for number in range(MAX_FILES_PER_PROOF - 1)
    )  # fmt: skip
    page = Seen(send(*(file(f"Line {number}".encode(), f"{number}.txt") for number in range(101)), card="extra"))
    assert page.problems == [
        f"“{number}.txt” was not added: a proof holds at most 100 files." for number in range(1, 101)
    ]
    assert (proof.documents.count(), proof.documents.get(card="extra").name) == (100, "0.txt")


@pytest.mark.parametrize("card", ["nothing", "amount", "core-company_brand", ""])
def test_a_card_that_takes_no_files_answers_404(proof, send, card):
    assert send(file(), card=card).status_code == 404
    assert proof.documents.count() == 0


def test_without_a_file_the_form_asks_for_one(proof, send):
    page = Seen(send(note="Typed already"))
    assert (page.status, page.problems, page.value("note")) == (422, ["Choose a file first."], "Typed already")


# Who may -------------------------------------------------------------------------------------------------


def test_only_the_people_of_the_enrolment_add_files(client, proof, django_capture_on_commit_callbacks):
    url = reverse("proofs:upload", args=[proof.pk])
    foreign = make_cast()
    expected = {foreign.user: 404, foreign.reviewer: 404, proof.cast.reviewer: 404, proof.cast.admin: 302}
    answers = {}
    for user in expected:
        client.force_login(user)
        answers[user] = client.post(url, {"card": "final_piece", "files": file()}).status_code
    assert answers == expected
    client.logout()
    assert client.post(url, {"card": "final_piece", "files": file()})["Location"].startswith("/accounts/login/")
    assert proof.documents.count() == 1


def test_a_proof_that_was_sent_takes_no_more_files(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = make_proof()
    make_claim(proof=sent)
    before = sent.documents.count()
    client.force_login(sent.cast.user)
    plain = client.post(reverse("proofs:upload", args=[sent.pk]), {"card": "final_piece", "files": file()})
    script = client.post(
        reverse("proofs:upload", args=[sent.pk]), {"card": "final_piece", "files": file()}, headers=JSON
    )
    reason = "This has been sent. It opens again when the vendor asks for something."
    assert (plain.status_code, script.status_code, script.json()) == (403, 403, {"ok": False, "errors": [reason]})
    assert sent.documents.count() == before


def test_an_ended_session_gives_back_the_note_and_asks_for_the_file_again(client, proof, send):
    client.cookies.pop("sessionid")
    response = client.post(
        reverse("proofs:upload", args=[proof.pk]), {"card": "final_piece", "files": file(), "note": "Typed already"}
    )
    assert response["Location"].startswith("/accounts/login/?next=")
    client.force_login(proof.cast.user)
    page = Seen(client.get(reverse("proofs:upload", args=[proof.pk]) + "?card=final_piece"))
    assert page.value("note") == "Typed already"
    assert page.flashes[-1] == "Here is what you had typed. Files must be chosen again."
    assert proof.documents.count() == 0


# Typed proofs --------------------------------------------------------------------------------------------


def test_an_address_counts_as_a_document(client, proof):
    client.force_login(proof.cast.user)
    url = reverse("proofs:typed", args=[proof.pk])
    wrong = Seen(client.post(url, {"card": "extra", "kind": "url", "value": "not an address", "note": "Ours"}))
    assert (wrong.status, wrong.wrong_fields, wrong.value("value"), wrong.value("note")) == (
        422, ["value"], "not an address", "Ours",
    )  # fmt: skip
    assert (
        client.post(url, {"card": "extra", "kind": "url", "value": "example.com/x", "note": "Ours"}).status_code == 302
    )
    document = proof.documents.get()
    assert (document.value, document.kind, document.state) == ("https://example.com/x", "url", "clean")
    assert client.post(url, {"card": "final_piece", "value": "https://example.com"}).status_code == 404


# The handler ---------------------------------------------------------------------------------------------


def handled(content, chunk):
    handler = HashingUploadHandler()
    handler.new_file("files", "a.bin", "application/octet-stream", None, None)
    for start in range(0, len(content), chunk):
        handler.receive_data_chunk(content[start : start + chunk], start)
    return handler.file_complete(len(content))


@pytest.mark.parametrize("chunk", [1, 7, 65536])
def test_hash_checksum_and_size_are_those_of_the_bytes(chunk):
    content = pdf()
    uploaded = handled(content, chunk)
    assert (uploaded.sha256, uploaded.crc32, uploaded.byte_count, uploaded.too_large) == (
        hashlib.sha256(content).hexdigest(), zlib.crc32(content), len(content), False,
    )  # fmt: skip
    assert uploaded.read() == content


def test_60_megabytes_pass_through_without_staying_in_memory():
    piece = b"x" * 65536
    handler = HashingUploadHandler()
    handler.new_file("files", "film.bin", "application/octet-stream", None, None)
    tracemalloc.start()
    for number in range(60 * 16):
        handler.receive_data_chunk(piece, number * len(piece))
    uploaded = handler.file_complete(60 * 1024**2)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (uploaded.too_large, uploaded.byte_count, peak < 1024**2) == (True, 60 * 1024**2, True)
    assert uploaded.file.seek(0, 2) <= MAX_FILE_BYTES


class Torn(SimpleUploadedFile):
    """A file whose bytes cannot be stored: the disk is full."""

    def chunks(self, chunk_size=None):
        raise OSError("No space left on device")


def test_a_disk_that_fills_up_leaves_no_bytes_without_a_row(proof):
    first = upload(picture())
    torn = Torn("b.png", b"x", "image/png")
    torn.sent_name, torn.sha256, torn.crc32, torn.byte_count, torn.too_large = "b.png", "0" * 64, 0, 1, False
    seen, before = [], _stored(storage.quarantine())
    first.chunks = lambda *args, chunks=first.chunks: seen.append(first.name) or chunks(*args)
    with pytest.raises(OSError, match="No space left"):
        services.add_files(proof.pk, "final_piece", [first, torn], actor=proof.cast.user)
    assert (seen, Document.objects.filter(proof=proof).count()) == (["photo.png"], 0)
    assert _stored(storage.quarantine()) - before == set()


def _stored(store, folder=""):
    folders, files = store.listdir(folder)
    return set(files).union(*(_stored(store, f"{folder}/{one}".strip("/")) for one in folders))
