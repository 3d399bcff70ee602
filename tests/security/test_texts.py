"""Hostile texts in names, notes and comments: on pages, in mails, in the bundle's files, in headers."""

import csv
import io
import zipfile

import pytest
from django.urls import reverse

from claims import services as claims
from core.downloads import serve
from proofs import services as proofs
from proofs.models import Document
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import pdf, upload
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{7*7}}"
FORGED = "ok\n2026-11-24T10:00:00+00:00  Olivia Chen  CLM-2026-000001: approved the claim"


def bundle(client, claim):
    client.force_login(claim.cast.reviewer)
    answer = client.get(reverse("claims:bundle", args=[claim.pk]))
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


@pytest.fixture
def hostile():
    cast_plan = make_plan(status="approved", name=HOSTILE)
    type(cast_plan).objects.filter(pk=cast_plan.pk).update(comments=HOSTILE)
    proof = make_proof(cast_plan, name=HOSTILE)
    user = proof.cast.user
    type(user).objects.filter(pk=user.pk).update(name=HOSTILE)
    partner = proof.enrollment.location.partner
    type(partner).objects.filter(pk=partner.pk).update(name=HOSTILE)
    proofs.edit_proof(proof.pk, actor=user, final_comments=HOSTILE)
    piece = proof.documents.get(card="final_piece")
    proofs.edit_document(piece.pk, actor=user, note=HOSTILE)
    Document.objects.filter(pk=piece.pk).update(name=HOSTILE + ".png")
    proofs.add_typed(proof.pk, "extra", "text", HOSTILE, actor=user, note=HOSTILE)
    proofs.add_typed(proof.pk, "extra", "url", f"https://example.com/{HOSTILE}", actor=user, note=HOSTILE)
    invoice = proof.invoices.get()
    type(invoice).objects.filter(pk=invoice.pk).update(supplier=HOSTILE, number=HOSTILE[:80])
    proofs.comment_proof(proof.pk, actor=proof.cast.admin, comment=HOSTILE)
    claim = make_claim("under_review", proof=proof)
    proofs.add_finding(proof.pk, actor=claim.cast.reviewer, text=HOSTILE, card="final_piece")
    claims.recommend_claim(claim.pk, actor=claim.cast.reviewer, recommendation="reject", comment=HOSTILE)
    return claim


def test_pages_show_hostile_texts_as_texts(client, hostile):
    claim, proof = hostile, hostile.proof
    plan = proof.activity.campaign.plan
    shared = [claim.get_absolute_url(), proof.get_absolute_url(), plan.get_absolute_url(), "/", "/plans/", "/claims/"]
    shared += ["/proofs/", "/team/", "/inbox/", "/search/?q=" + HOSTILE.replace("&", "%26")]
    shared += [one.get_absolute_url() for one in proof.documents.all()]
    desk = reverse("portal:desk", args=[claim.pk])
    tabs = [f"{desk}?tab={tab}&doc={one.pk}" for tab in ("facts", "checks", "card", "history")
            for one in proof.documents.all()]  # fmt: skip
    claims.request_claim_action(claim.pk, actor=claim.cast.reviewer, comment=HOSTILE)
    for person, addresses in [(claim.cast.admin, shared), (claim.cast.reviewer, [*shared, *tabs, "/queue/"])]:
        client.force_login(person)
        for address in addresses:
            page = client.get(address)
            assert page.status_code == 200, address
            text = page.content.decode()
            assert (text.count("<img src=x"), text.count("<script>alert"), text.count("javascript:")) == (0, 0, 0)


def test_mails_show_hostile_texts_as_texts(hostile, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        claims.request_claim_action(hostile.pk, actor=hostile.cast.reviewer, comment=f"{HOSTILE}\nBcc: x@evil.example")
    assert len(mailoutbox) > 0
    for mail in mailoutbox:
        [(html, _kind)] = [tuple(one) for one in mail.alternatives]
        assert (html.count("<img src=x"), html.count("<script>alert")) == (0, 0)
        assert "\n" not in mail.subject
        message = mail.message()
        assert (message["Bcc"], message.get_all("To")) == (None, [mail.to[0]])


def test_no_typed_line_passes_for_an_entry_of_the_history(client):
    proof = make_proof(make_plan(status="approved"))
    user = proof.cast.user
    proofs.edit_proof(proof.pk, actor=user, final_comments=FORGED)
    proofs.edit_document(proof.documents.get(card="final_piece").pk, actor=user, note=FORGED)
    proofs.comment_proof(proof.pk, actor=user, comment=FORGED)
    type(user).objects.filter(pk=user.pk).update(name=FORGED)
    user.refresh_from_db()
    proofs.comment_proof(proof.pk, actor=user, comment="hello")
    claim = make_claim("under_review", proof=proof)
    lines = bundle(client, claim).read("history.txt").decode().splitlines()
    entries = [line for line in lines if line.startswith("20")]
    assert len([line for line in entries if "approved the claim" in line and "wrote" not in line]) == 0
    assert len(entries) == _rows(claim)


def _rows(claim):
    from core.models import HistoryEntry

    return HistoryEntry.objects.filter(thread=claim.proof_id).count()


def test_the_index_holds_no_formula_and_the_archive_no_path(client, hostile):
    Document.objects.filter(proof=hostile.proof, card="final_piece").update(
        name="../../=cmd|' /C calc'!A0.png", note="=HYPERLINK(1)\r\n@x"
    )
    archive = bundle(client, hostile)
    cells = [cell for row in csv.reader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell[:1] in "=+-@\t\r\n" and cell] == []
    for name in archive.namelist():
        parts = name.split("/")
        assert (".." in parts, name.startswith("/"), "\\" in name, "\0" in name) == (False, False, False, False)
        assert len(parts) <= 2


@pytest.mark.parametrize(
    "name",
    ['a"\r\nSet-Cookie: x=1.pdf', "\u202egnp.exe", "../../etc/passwd", "x;filename=y.html", "\\..\\x", "%0d%0a.pdf"]
)  # fmt: skip
def test_a_name_adds_no_header(name):
    from types import SimpleNamespace

    from core import storage

    class Store:
        def exists(self, key):
            return True

        def open(self, key, mode):
            return io.BytesIO(b"%PDF")

    item = SimpleNamespace(name=name, media_type="application/pdf", key="k", is_servable=True)
    answer = serve(item, Store())
    value = answer["Content-Disposition"]
    assert storage.new_key() != storage.new_key()
    assert [mark for mark in "\r\n\\" if mark in value] == []
    assert value.count('"') == 2
    assert value.startswith('attachment; filename="')
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("asked", ["bytes=" + "9" * 5000 + "-", "bytes=0-" + "9" * 5000, "bytes=-" + "9" * 5000,
                                   "bytes=٣-٤", "bytes=5-1", "bytes=a-b", "bytes=0-1,2-3"])  # fmt: skip
def test_a_strange_range_breaks_nothing(client, asked):
    claim = make_claim("under_review")
    client.force_login(claim.cast.reviewer)
    client.raise_request_exception = False
    answer = client.get(reverse("claims:bundle", args=[claim.pk]), HTTP_RANGE=asked)
    assert answer.status_code in (200, 416)


def test_a_pdf_named_like_a_page_is_served_as_what_it_is(client):
    proof = make_proof(make_plan(status="approved"))
    file = upload(pdf(), "evil.pdf", "text/html")
    [received] = proofs.add_files(proof.pk, "extra", [file], actor=proof.cast.user, note="x")
    from proofs.checking import check_document

    check_document(received.document.pk)
    client.force_login(proof.cast.user)
    for name, kind in (("download", "attachment"), ("view", "inline")):
        answer = client.get(reverse(f"proofs:{name}", args=[received.document.pk]))
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
        assert answer["Content-Disposition"].partition(";")[0] == kind
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
