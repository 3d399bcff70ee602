"""Bodies made to hurt: files of strangers, too many fields, too many files, names as paths."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.uploads import HashingUploadHandler
from proofs.models import Document
from tests.factories.claims import make_proof
from tests.factories.files import picture
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db


def png(name="a.png"):
    return SimpleUploadedFile(name, picture(), "image/png")


@pytest.fixture
def received(monkeypatch):
    """How many files the handler has opened on disk."""
    opened = []
    original = HashingUploadHandler.receive_data_chunk

    def spy(self, raw_data, start):
        opened.append(len(raw_data))
        return original(self, raw_data, start)

    monkeypatch.setattr(HashingUploadHandler, "receive_data_chunk", spy)
    return opened


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/plans/new/"])
def test_files_of_a_stranger_never_reach_the_disk(client, received, address):
    before = sorted(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    client.post(address, {"login": "x@example.com", "password": "x", "comments": "kept", "file": png()})
    assert received == []
    assert sorted(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == before


def test_text_fields_beside_such_a_file_still_arrive(client):
    page = client.post("/accounts/login/", {"login": "typed@example.com", "file": png(), "password": "x"})
    assert page.content.decode().count("typed@example.com") == 1


def test_nothing_of_a_refused_upload_stays_on_disk(client, received):
    proof = make_proof(make_plan(status="approved"))
    client.force_login(proof.cast.user)
    before = sorted(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    address = reverse("proofs:upload", args=[proof.pk])
    assert client.post(address, {"card": "no-such-card", "files": png()}).status_code == 404
    assert len(received) == 1
    assert sorted(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == before


@pytest.mark.parametrize(("count", "status"), [(900, 302), (1500, 400), (100_000, 400)])
def test_a_form_has_an_end(client, count, status):
    proof = make_proof(make_plan(status="approved"))
    client.force_login(proof.cast.user)
    data = {f"field{number}": "x" for number in range(count)} | {"final_comments": "hello"}
    body = "&".join(f"{name}={value}" for name, value in data.items())
    kind = "application/x-www-form-urlencoded"
    assert client.post(reverse("proofs:comments", args=[proof.pk]), body, content_type=kind).status_code == status


def test_a_text_of_many_megabytes_is_refused(client):
    proof = make_proof(make_plan(status="approved"))
    client.force_login(proof.cast.user)
    address = reverse("proofs:comments", args=[proof.pk])
    assert client.post(address, {"final_comments": "x" * 3_000_000}).status_code == 400


@pytest.mark.parametrize("lines", ["100000", "-1", "9" * 30, "x"])
def test_an_invoice_has_no_endless_lines(client, lines):
    proof = make_proof(make_plan(status="approved"))
    client.force_login(proof.cast.user)
    before = proof.invoices.count()
    data = {"supplier": "X", "lines-TOTAL_FORMS": lines, "lines-INITIAL_FORMS": "0"}
    assert client.post(reverse("proofs:invoice_new", args=[proof.pk]), data).status_code in (302, 422)
    assert proof.invoices.count() - before in (0, 1)
    assert sum(invoice.lines.count() for invoice in proof.invoices.all()) == 1


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\boot.ini", "/etc/cron.d/x", "%2e%2e%2fx.png", ".htaccess"]
)
def test_a_name_never_becomes_a_path(client, name):
    proof = make_proof(make_plan(status="approved"))
    client.force_login(proof.cast.user)
    before = set(proof.documents.values_list("pk", flat=True))
    client.post(reverse("proofs:upload", args=[proof.pk]), {"card": "extra", "files": png(name), "note": "x"})
    [document] = Document.objects.filter(proof=proof).exclude(pk__in=before)
    assert [mark for mark in ("/", "\\") if mark in document.name] == []
    assert document.key.replace("/", "").isalnum()
