"""The claim and its history as pages tell them: steps that took place, who reads what, found by an invoice."""

import pytest

from claims import bundle
from claims import services as claims
from portal.timeline import timeline_of
from portal.views.claim import steps_of
from proofs import services as proofs
from tests.factories.claims import make_claim, make_proof
from tests.factories.plans import make_cast
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db


def steps(claim):
    return [(one["label"], one["state"]) for one in steps_of(claim)]


def test_a_claim_taken_back_before_its_review_shows_no_review():
    assert steps(make_claim("withdrawn")) == [("Submitted", "done"), ("Withdrawn", "done")]


def test_a_claim_taken_back_after_a_correction_was_under_review():
    claim = make_claim("action_required")
    finding = claim.proof.findings.get()
    proofs.mark_fixed(finding.pk, actor=claim.cast.user, reply="Done.")
    claims.submit_claim(claim.pk, actor=claim.cast.admin)
    claims.withdraw_claim(claim.pk, actor=claim.cast.admin)
    claim.refresh_from_db()
    assert [label for label, _state in steps(claim)] == ["Submitted", "Under review", "Withdrawn"]


def test_a_draft_that_expired_was_never_sent():
    proof = make_proof()
    claim = claims.create_claim(proof.pk, actor=proof.cast.admin)
    claims.expire_claim(claim.pk)
    claim.refresh_from_db()
    assert steps(claim) == [("Expired", "done")]


def marks(claim, only="all"):
    entries, _older = timeline_of(claim.history_thread, claim.cast.reviewer, only)
    return [(one["quote"] or one["text"], one["mark"]) for one in entries if one["mark"]]


def test_the_vendors_own_entries_say_whether_the_partner_knows():
    claim = make_claim("under_review")
    reviewer, proof = claim.cast.reviewer, claim.proof
    poster, paper = proof.documents.get(section="proof"), proof.documents.get(section="invoice")
    proofs.give_verdict(poster.pk, "redo", actor=reviewer, reason="Too dark.")
    proofs.give_verdict(paper.pk, "accepted", actor=reviewer)
    dropped = proofs.add_finding(proof.pk, actor=reviewer, text="Not needed.")
    proofs.drop_finding(dropped.pk, actor=reviewer)
    proofs.add_finding(proof.pk, actor=reviewer, text="Wrong month.", card="date")
    proofs.comment_proof(proof.pk, actor=reviewer, comment="Known supplier.", audience="vendor")
    before = [
        ("Known supplier.", "Internal note"),
        ("Wrong month.", "Not sent yet"),
        ("Not needed.", "Not shown to the partner"),
        ("Not needed.", "Not shown to the partner"),
        ("judged a document “invoice.pdf”", "Not shown to the partner"),
        ("Too dark.", "Not sent yet"),
    ]
    assert marks(claim) == before
    claims.request_claim_action(claim.pk, actor=reviewer, comment="Two things.")
    after = [
        ("Known supplier.", "Internal note"),
        ("Wrong month.", "Sent"),
        ("Not needed.", "Not shown to the partner"),
        ("Not needed.", "Not shown to the partner"),
        ("Too dark.", "Sent"),
    ]
    assert marks(claim) == after
    assert marks(claim, "files") == [("Too dark.", "Sent")]


def test_the_history_of_the_bundle_is_in_words():
    claim = make_claim("approved")
    text = next(part for part in bundle.plan(claim).archive.entries if part.path == "history.txt").content.decode()
    assert "    Approved: – → 4,120.00 EUR\n" in text
    assert "submitted → under review" in text


@pytest.mark.parametrize("words", ["lichtblick", "2026-"])
def test_an_invoice_leads_to_its_proof_and_claim(client, words):
    claim = make_claim("submitted")
    for user in (claim.cast.user, claim.cast.reviewer):
        client.force_login(user)
        page = client.get("/search/", {"q": words if words != "2026-" else claim.proof.invoices.get().number})
        found = page.content.decode()
        assert (f'href="/proofs/{claim.proof_id}/"' in found, f'href="/claims/{claim.pk}/"' in found) == (True, True)
    client.force_login(make_cast().user)
    assert "Nothing found" in client.get("/search/", {"q": "lichtblick"}).content.decode()


def test_what_is_not_complete_offers_no_sending(client):
    proof = make_proof(complete=False)
    client.force_login(proof.cast.admin)
    page = Seen(client.get(f"/claims/submit/{proof.pk}/"))
    [send] = page.find("//*[@id='send']")
    assert ("btn-primary" in send.get("class"), send.get("aria-disabled")) == (False, "true")
    assert page.text("//*[@id='send-reason']") == "Nothing is sent before these are done."
