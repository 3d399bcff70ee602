"""What the partner sees and may change while correcting (R-CLM-19, R-CLM-21)."""

import pytest
from django.urls import reverse

from claims import services as claims
from proofs import services
from proofs.choices import FindingState
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import upload
from tests.factories.plans import make_cast
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof(django_capture_on_commit_callbacks):
    """Sent back: the poster must be done again, the reach is wrong."""
    with django_capture_on_commit_callbacks(execute=True):
        made = make_proof()
    claim = make_claim("under_review", proof=made)
    made.claim = claim
    piece = made.documents.get(card="final_piece")
    reviewer = made.cast.reviewer
    services.give_verdict(piece.pk, "redo", actor=reviewer, reason="The poster cannot be read.")
    services.add_finding(made.pk, actor=reviewer, text="Is the reach right?", card="metric-estimated_reach")
    claims.request_claim_action(claim.pk, actor=reviewer, comment="Two things, please.")
    made.refresh_from_db()
    return made


def page_of(client, proof, user=None):
    client.force_login(user or proof.cast.admin)
    return Seen(client.get(proof.get_absolute_url()))


def finding_on(proof, card):
    return proof.findings.get(card=card)


def test_only_what_was_sent_back_is_open(client, proof):
    page = page_of(client, proof)
    assert page.cards == {
        "facts": "good", "final_piece": "open", "metric-estimated_reach": "open", "comments": "missing",
        "invoices": "locked", "csr": "locked", "coverage": "locked", "extra": "locked",
        "core-company_brand": "locked", "core-contact_information": "locked", "core-vendor_content": "locked",
    }  # fmt: skip
    own = {f"/proofs/{proof.pk}/{name}/" for name in ("facts", "core", "invoices/new", "certification")}
    assert own & {action.partition("?")[0] for action in page.form_actions} == set()


def test_each_reason_is_pinned_beside_its_cause_with_name_and_date(client, proof):
    page = page_of(client, proof)
    for card, text in [
        ("final_piece", "The poster cannot be read."),
        ("metric-estimated_reach", "Is the reach right?"),
    ]:
        assert page.texts(f"//*[@id='card-{card}']//blockquote") == [text]
        [who] = page.texts(f"//*[@id='card-{card}']//*[@class='pl-finding-who']/span[last()]")
        assert who.startswith("Ana Ribeiro, Contoso, ")
    assert page.text("//*[@id='send']") == "Send back for review (0 of 2 fixed)"


def test_locked_cards_refuse_a_stale_form(client, proof):
    client.force_login(proof.cast.admin)
    before = (proof.amount, proof.documents.count(), proof.invoices.count())
    reason = "Only what the reviewer sent back can be changed now."
    invoice = proof.invoices.get()
    tries = [
        (reverse("proofs:facts", args=[proof.pk]), {"amount": "1"}, 403),
        (reverse("proofs:core", args=[proof.pk]) + "?card=core-company_brand", {"document_id": ""}, 403),
        (
            reverse("proofs:invoice_edit", args=[invoice.pk]),
            {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"},
            403,
        ),
        (reverse("proofs:invoice_remove", args=[invoice.pk]), {}, 403),
        (reverse("proofs:upload", args=[proof.pk]), {"card": "extra", "files": upload()}, 403),
    ]
    for url, body, expected in tries:
        response = client.post(url, body)
        assert (url, response.status_code) == (url, expected)
        assert (reason in response.content.decode()) is (expected == 403)
    proof.refresh_from_db()
    assert (proof.amount, proof.documents.count(), proof.invoices.count()) == before


def test_marking_as_fixed_counts_and_can_be_undone(client, proof):
    finding = finding_on(proof, "final_piece")
    client.force_login(proof.cast.admin)
    response = client.post(reverse("proofs:finding_fixed", args=[finding.pk]), {"reply": "A sharper picture."})
    assert response["Location"] == f"{proof.get_absolute_url()}#finding-{finding.pk}"
    page = page_of(client, proof)
    assert (page.cards["final_piece"], page.text("//*[@id='send']")) == ("fixed", "Send back for review (1 of 2 fixed)")
    assert "A sharper picture." in page.text(f"//*[@id='finding-{finding.pk}']")
    client.post(reverse("proofs:finding_undo", args=[finding.pk]))
    finding.refresh_from_db()
    assert (finding.state, finding.reply) == (FindingState.OPEN, "")


def test_replacing_a_file_opens_what_it_showed(client, proof, django_capture_on_commit_callbacks):
    client.force_login(proof.cast.admin)
    old = proof.documents.get(card="final_piece")
    client.post(reverse("proofs:document_remove", args=[old.pk]))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("proofs:upload", args=[proof.pk]), {"card": "final_piece", "files": upload(), "note": "Sharper"}
        )
    new = proof.documents.current().get(card="final_piece")
    assert page_of(client, proof).cards["core-company_brand"] == "attention"
    for one in proof.spec.core_requirements:
        url = reverse("proofs:core", args=[proof.pk]) + f"?card=core-{one.slug}"
        assert client.post(url, {"declared": "on", "document_id": str(new.pk)}).status_code == 302
    for finding in proof.findings.all():
        reply = "" if finding.document else "It is right."
        client.post(reverse("proofs:finding_fixed", args=[finding.pk]), {"reply": reply})
    assert page_of(client, proof).left == []
    assert claims.submit_claim(proof.claim.pk, actor=proof.cast.admin).status == "submitted"


def test_without_change_and_without_answer_nothing_is_fixed(client, proof):
    finding = finding_on(proof, "metric-estimated_reach")
    client.force_login(proof.cast.user)
    address = reverse("proofs:finding_fixed", args=[finding.pk])
    refused = client.post(address, {"reply": " "})
    assert (refused.status_code, "Change it, or write an answer." in refused.content.decode()) == (422, True)
    client.post(reverse("proofs:metrics", args=[proof.pk]) + "?card=metric-estimated_reach", {"estimated_reach": "9"})
    assert client.post(address, {"reply": ""}).status_code == 302
    other = finding_on(proof, "final_piece")  # the change was elsewhere
    assert client.post(reverse("proofs:finding_fixed", args=[other.pk]), {"reply": ""}).status_code == 422


def test_findings_not_sent_yet_are_not_there_for_the_partner(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = make_proof()
    make_claim("under_review", proof=made)
    finding = services.add_finding(made.pk, actor=made.cast.reviewer, text="Between us", card="extra")
    assert "Between us" not in client.get(made.get_absolute_url()).content.decode()
    client.force_login(made.cast.admin)
    assert "Between us" not in client.get(made.get_absolute_url()).content.decode()
    assert client.post(reverse("proofs:finding_fixed", args=[finding.pk])).status_code == 404


def test_strangers_fix_nothing(client, proof):
    finding = finding_on(proof, "final_piece")
    url = reverse("proofs:finding_fixed", args=[finding.pk])
    client.force_login(make_cast().admin)
    assert client.post(url).status_code == 404
    client.force_login(proof.cast.reviewer)
    assert client.post(url).status_code == 403
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_while_the_vendor_reviews_the_partner_reads(client, proof):
    for finding in proof.findings.all():
        services.mark_fixed(finding.pk, actor=proof.cast.user, reply="Done.")
    claims.submit_claim(proof.claim.pk, actor=proof.cast.admin)
    page = page_of(client, proof)
    assert page.form_actions == [reverse("proofs:comment", args=[proof.pk])]
    assert page.find("//*[@id='send']") == []
