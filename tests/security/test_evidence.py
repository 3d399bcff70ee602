"""What was sent stays as it was sent; what the reviewer did not open stays closed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims import services as claims
from core.errors import Denied, RuleViolation
from proofs import services as proofs
from proofs.checking import check_document
from proofs.models import CertificationReport, Document
from tests.factories.claims import make_claim, make_proof, sign_report, write_report
from tests.factories.files import picture, upload
from tests.factories.plans import make_plan
from tests.security.world import snapshot

pytestmark = pytest.mark.django_db
NO_LINES = {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}


@pytest.fixture
def returned():
    """Sent back for the reach and for the invoices; the poster is fine."""
    claim = make_claim("under_review")
    reviewer = claim.cast.reviewer
    for card in ("metric-estimated_reach", "invoices"):
        proofs.add_finding(claim.proof_id, actor=reviewer, text="Look again.", card=card)
    claims.request_claim_action(claim.pk, actor=reviewer, comment="Please.")
    claim.proof.refresh_from_db()
    claim.proof.cast = claim.cast
    return claim.proof


def every_change(proof):
    """(address, body) of everything a partner can do to the evidence."""
    piece, invoice = proof.documents.get(card="final_piece"), proof.invoices.get()
    [spec] = proof.spec.core_requirements[:1]
    here, on_piece = [proof.pk], [piece.pk]
    return [
        (reverse("proofs:facts", args=here), {"name": "Changed", "amount": "1"}),
        (reverse("proofs:metrics", args=here), {"estimated_reach": "1"}),
        (f"{reverse('proofs:core', args=here)}?card=core-{spec.slug}", {"document_id": ""}),
        (reverse("proofs:comments", args=here), {"final_comments": "Changed"}),
        (
            reverse("proofs:upload", args=here),
            {"card": "extra", "files": SimpleUploadedFile("late.png", picture(), "image/png")},
        ),
        (reverse("proofs:typed", args=here), {"card": "extra", "kind": "text", "value": "late"}),
        (reverse("proofs:invoice_new", args=here), NO_LINES),
        (reverse("proofs:invoice_edit", args=[invoice.pk]), {**NO_LINES, "supplier": "Changed"}),
        (reverse("proofs:invoice_remove", args=[invoice.pk]), {}),
        (
            reverse("proofs:certification", args=here),
            {f"{name}-{what}_FORMS": "0" for name in ("work", "costs") for what in ("TOTAL", "INITIAL")},
        ),
        (reverse("proofs:certification_sign", args=here), {"name": "Ana Ruiz", "certify": "on", "seen": "0" * 64}),
        (reverse("proofs:certification_remove", args=here), {}),
        (reverse("proofs:document_edit", args=on_piece), {"note": "Changed", "card": "final_piece"}),
        (reverse("proofs:document_remove", args=on_piece), {}),
        (reverse("claims:submit_proof", args=here), {}),
    ]


def test_after_a_rejection_only_further_documents_can_be_added(client):
    """R-CLM-25: evidence for a dispute, as long as there may be one."""
    claim = make_claim("rejected")
    claim.proof.cast = claim.cast
    changes = every_change(claim.proof)[:-1]
    client.force_login(claim.cast.admin)
    answers = {address: client.post(address, data).status_code for address, data in changes}
    added = {address for address, status in answers.items() if status != 403}
    assert added == {reverse("proofs:upload", args=[claim.proof_id])}


@pytest.mark.parametrize("status", ["submitted", "under_review", "approved"])
def test_nothing_of_a_sent_proof_can_be_changed(client, status):
    claim = make_claim(status)
    claim.proof.cast = claim.cast
    changes = every_change(claim.proof)
    client.force_login(claim.cast.admin)
    before = snapshot()
    answers = {address: client.post(address, data).status_code for address, data in changes}
    again = answers.pop(reverse("claims:submit_proof", args=[claim.proof_id]))
    assert again in (302, 409, 422)  # a second click of who has just sent it leads to the claim
    assert set(answers.values()) == {403}
    assert snapshot() == before


@pytest.mark.parametrize("status", ["submitted", "action_required", "approved", "rejected", "withdrawn"])
def test_the_vendor_decides_nothing_out_of_order(client, status):
    claim = make_claim(status)
    piece = claim.proof.documents.get(card="final_piece")
    client.force_login(claim.cast.vendor_admin)
    before = snapshot()
    tries = [
        (reverse("claims:move", args=[claim.pk, "approve"]), {"amount": "1"}),
        (reverse("claims:move", args=[claim.pk, "reject"]), {"comment": "No."}),
        (reverse("claims:move", args=[claim.pk, "request_action"]), {"comment": "More."}),
        (reverse("claims:recommend", args=[claim.pk]), {"recommendation": "approve", "amount": "1"}),
        (reverse("proofs:verdict", args=[piece.pk]), {"verdict": "redo", "reason": "x"}),
        (reverse("proofs:finding_new", args=[claim.proof_id]), {"text": "x"}),
    ]
    assert {client.post(*one).status_code for one in tries} <= {403, 409}
    assert snapshot() == before


@pytest.mark.parametrize("amount", ["0", "-1", "4120.01", "NaN", "Infinity", "1e9", "999999999999999999"])
def test_no_amount_above_what_was_asked_is_approved(client, amount):
    claim = make_claim("under_review")
    client.force_login(claim.cast.vendor_admin)
    answer = client.post(reverse("claims:move", args=[claim.pk, "approve"]), {"amount": amount})
    claim.refresh_from_db()
    assert (answer.status_code, claim.status) == (422, "under_review")


def test_a_closed_card_loses_no_file_to_an_invoice(client, returned):
    """The same bytes sent for an invoice would have moved the poster off its closed card."""
    piece = returned.documents.get(card="final_piece")
    content = upload(b"same bytes")
    content.sha256 = piece.sha256
    invoice = returned.invoices.get()
    _invoice, [received] = proofs.edit_invoice(invoice.pk, actor=returned.cast.user, lines=[], files=[content])
    assert (received.again, received.document.pk) == (True, piece.pk)
    piece.refresh_from_db()
    assert (piece.card, piece.section, piece.invoice_id) == ("final_piece", "proof", None)


def test_closed_cards_stay_closed_whatever_the_form_sends(client, returned):
    client.force_login(returned.cast.admin)
    before = snapshot()
    piece = returned.documents.get(card="final_piece")
    tries = [
        (reverse("proofs:document_edit", args=[piece.pk]), {"note": "Changed", "card": "final_piece"}),
        (reverse("proofs:document_remove", args=[piece.pk]), {}),
        (reverse("proofs:facts", args=[returned.pk]), {"name": "Changed", "amount": "4120"}),
        (reverse("proofs:typed", args=[returned.pk]), {"card": "extra", "kind": "text", "value": "late"}),
    ]
    assert [client.post(*one).status_code for one in tries] == [403] * 4
    assert snapshot() == before


def test_the_pdf_of_the_report_goes_with_the_report_only(client):
    """Without it the report would still count as proof of the amount, and no reviewer would see it."""
    proof = make_proof(make_plan(status="approved"))
    write_report(proof)
    sign_report(proof)
    made = proof.documents.get(generated=True, removed_at=None)
    client.force_login(proof.cast.user)
    assert client.post(reverse("proofs:document_remove", args=[made.pk])).status_code == 403
    address = reverse("proofs:document_edit", args=[made.pk])
    assert client.post(address, {"note": "x", "card": "final_piece"}).status_code == 403
    made.refresh_from_db()
    assert (made.removed_at, made.card) == (None, "csr")
    with pytest.raises(Denied):
        proofs.edit_document(made.pk, actor=proof.cast.user, card="extra")
    proofs.remove_certification(proof.pk, actor=proof.cast.user)
    made.refresh_from_db()
    assert (made.removed_at is None, CertificationReport.objects.count()) == (False, 0)


def test_the_pdf_of_the_report_becomes_no_invoice():
    proof = make_proof(make_plan(status="approved"))
    write_report(proof)
    sign_report(proof)
    made = proof.documents.get(generated=True, removed_at=None)
    again = upload(b"the report, downloaded and sent again")
    again.sha256 = made.sha256
    proofs.edit_invoice(proof.invoices.get().pk, actor=proof.cast.user, lines=[], files=[again])
    made.refresh_from_db()
    assert (made.section, made.card, made.invoice_id) == ("csr", "csr", None)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(document.cookie)", "JaVaScRiPt://example.com/%0aalert(1)", "data:text/html,<script>",
        "vbscript:x", " javascript:alert(1)", "\tjavascript:alert(1)", "ftp://example.com/x", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_a_typed_address_is_a_web_address(client, address):
    proof = make_proof(make_plan(status="approved"))
    client.force_login(proof.cast.user)
    typed = {"card": "extra", "kind": "url", "value": address, "note": "x"}
    assert client.post(reverse("proofs:typed", args=[proof.pk]), typed).status_code == 422
    with pytest.raises(RuleViolation):
        proofs.add_typed(proof.pk, "extra", "url", address, actor=proof.cast.user)
    assert Document.objects.filter(proof=proof, kind="url").count() == 0


def test_typed_proofs_count_towards_the_limit(monkeypatch):
    from proofs.services import documents

    proof = make_proof(make_plan(status="approved"))
    monkeypatch.setattr(documents, "MAX_FILES_PER_PROOF", 3)
    proofs.add_typed(proof.pk, "extra", "text", "one", actor=proof.cast.user)
    with pytest.raises(RuleViolation):
        proofs.add_typed(proof.pk, "extra", "text", "two", actor=proof.cast.user)


def test_a_refused_or_waiting_file_leaves_by_no_door(client):
    proof = make_proof(make_plan(status="approved"))
    client.force_login(proof.cast.user)
    bad = upload(b"<html><script>alert(1)</script></html>", "invoice.pdf", "application/pdf")
    [received] = proofs.add_files(proof.pk, "extra", [bad], actor=proof.cast.user)
    for state in ("pending", "refused"):
        received.document.refresh_from_db()
        assert received.document.state == state
        for name in ("download", "view"):
            assert client.get(reverse(f"proofs:{name}", args=[received.document.pk])).status_code == 404
        check_document(received.document.pk)


def test_a_removed_file_leaves_by_no_door(client):
    proof = make_proof(make_plan(status="approved"))
    client.force_login(proof.cast.user)
    piece = proof.documents.get(card="final_piece")
    assert client.get(reverse("proofs:download", args=[piece.pk])).status_code == 200
    proofs.remove_document(piece.pk, actor=proof.cast.user)
    for name in ("download", "view", "document_edit", "document_remove"):
        assert client.get(reverse(f"proofs:{name}", args=[piece.pk])).status_code == 404
