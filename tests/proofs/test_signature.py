"""The electronic signature of the certification report (D-19): what it covers, what voids it, what breaks it."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from claims import services as claims
from core import clock, storage
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry
from proofs import services
from proofs.certification import render_pdf
from proofs.evidence import checklist_of
from proofs.models import CertificationLine, CertificationReport, Document, Proof
from proofs.signature import digest_of, signature_is_sound, signature_of
from tests.factories.claims import COST, WORK, make_claim, make_proof, sign_report, write_report
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 11, 24, 15, 4, 5, tzinfo=UTC)


def fresh(proof):
    return CertificationReport.objects.prefetch_related("lines").get(proof=proof)


def problems_of(proof):
    card = checklist_of(Proof.objects.get(pk=proof.pk)).card("csr")
    return [one.code for one in card.problems]


def papers(proof):
    return proof.documents.current().filter(generated=True)


def text_of(content):
    with pypdfium2.PdfDocument(io.BytesIO(content)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.fixture
def proof():
    made = make_proof()
    write_report(made)
    return made


@pytest.fixture
def signed(proof):
    with clock.at(MOMENT):
        sign_report(proof)
    return proof


# What it covers ------------------------------------------------------------------------------------------


def test_a_signature_keeps_account_name_time_and_digest(signed):
    report = fresh(signed)
    assert (report.signed_by, report.signed_name, report.signed_at) == (signed.cast.user, "Ana Ruiz", MOMENT)
    assert signature_is_sound(report)
    assert problems_of(signed) == []
    entry = HistoryEntry.objects.get(action="proofs.sign_certification")
    assert entry.changes == {"signature": ["", f"Ana Ruiz, SHA-256 {report.signed_digest}"]}
    assert entry.document_id == papers(signed).get().pk


def test_the_pdf_says_who_signed_when_and_what(signed):
    """The account and the time with its zone stand in the paper, which is a document of the proof."""
    document, report = papers(signed).get(), fresh(signed)
    with storage.documents().open(document.key) as stored:
        text = text_of(stored.read())
    zone = signed.enrollment.program.deadline_zone.replace("_", " ")
    for part in ("Signed electronically by", "Ana Ruiz", signed.cast.user.email, "UTC", zone, digest_of(report)):
        assert part in text
    assert report.signed_digest in text
    assert "Signed electronically by" not in text_of(render_pdf(CertificationReport(proof=signed, currency="EUR")))


def test_numbers_typed_and_numbers_stored_have_the_same_digest(proof):
    before = digest_of(fresh(proof))
    write_report(proof, {**WORK, "hours": Decimal("2.50"), "rate": Decimal("80.000")}, {**COST, "amount": 20})
    assert digest_of(fresh(proof)) == before


def test_what_only_looks_the_same_is_told_apart(proof):
    write_report(proof, {**WORK, "person": "Ada, Host", "role": ""})
    joined = digest_of(fresh(proof))
    write_report(proof, {**WORK, "person": "Ada", "role": "Host"})
    assert digest_of(fresh(proof)) != joined


CHANGES = {
    "activity": {"activity": "Design"},
    "period": {"period_from": None},
    "certifier": {"certifier_name": "Ben Roe"},
    "title": {"certifier_title": "Lead"},
    "day": {"certified_on": datetime(2021, 1, 1).date()},
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_any_changed_field_voids_it(signed, changed):
    old = papers(signed).get()
    write_report(signed, **changed)
    report = fresh(signed)
    assert (report.signed_digest, signature_of(report), report.signed_name) == ("", "void", "Ana Ruiz")
    assert papers(signed).count() == 0
    old.refresh_from_db()
    assert old.removed_at is not None
    entry = HistoryEntry.objects.get(action="proofs.void_signature")
    assert entry.changes == {"signature": ["Ana Ruiz", ""]}


@pytest.mark.parametrize(
    "lines",
    [
        [WORK],
        [WORK, COST, COST],
        [COST, WORK],
        [{**WORK, "hours": Decimal("2.51")}, COST],
        [WORK, {**COST, "amount": 21}],
    ],
    ids=["removed", "added", "swapped", "hours", "amount"],
)
def test_any_changed_line_voids_it(signed, lines):
    write_report(signed, *lines)
    assert signature_of(fresh(signed)) == "void"


def test_the_program_s_new_statement_voids_it_when_it_is_taken_over(signed):
    program = signed.enrollment.program
    program.certification_statement = "Other words."
    program.save()
    assert signature_is_sound(fresh(signed))
    write_report(signed)
    assert (signature_of(fresh(signed)), fresh(signed).statement) == ("void", "Other words.")


def test_saving_it_unchanged_keeps_it(signed):
    entries, paper = HistoryEntry.objects.count(), papers(signed).get()
    write_report(signed)
    assert signature_is_sound(fresh(signed))
    assert (papers(signed).get(), HistoryEntry.objects.count()) == (paper, entries)


def test_removing_the_report_withdraws_the_paper_and_history_names_the_signature(signed):
    services.remove_certification(signed.pk, actor=signed.cast.user)
    assert papers(signed).count() == 0
    entry = HistoryEntry.objects.get(action="proofs.remove_certification")
    assert entry.changes == {"signature": ["Ana Ruiz", ""]}


# Changed past the services -------------------------------------------------------------------------------

TAMPERED = {
    "rate": lambda proof: CertificationLine.objects.filter(report__proof=proof, is_work=True).update(rate=90),
    "line removed": lambda proof: CertificationLine.objects.filter(report__proof=proof, is_work=False).delete(),
    "statement": lambda proof: CertificationReport.objects.filter(proof=proof).update(statement="x"),
    "name of the signer": lambda proof: CertificationReport.objects.filter(proof=proof).update(signed_name="Eve"),
    "account": lambda proof: CertificationReport.objects.filter(proof=proof).update(signed_by=proof.cast.admin),
    "time": lambda proof: CertificationReport.objects.filter(proof=proof).update(signed_at=clock.now()),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_a_change_past_the_application_breaks_it_and_stops_the_submission(signed, tamper):
    tamper(signed)
    assert (signature_of(fresh(signed)), problems_of(signed)) == ("broken", ["certification_tampered"])
    with pytest.raises(RuleViolation) as refused:
        claims.submit_proof(signed.pk, actor=signed.cast.admin)
    assert [one.code for one in refused.value.problems] == ["certification_tampered"]
    sign_report(signed)
    assert problems_of(signed) == []
    assert papers(signed).count() == 1


def test_pages_say_that_it_broke(client, signed):
    CertificationLine.objects.filter(report__proof=signed, is_work=True).update(rate=90)
    client.force_login(signed.cast.user)
    page = Seen(client.get(reverse("proofs:certification_sign", args=[signed.pk])))
    assert "This report no longer says what Ana Ruiz signed" in page.text("//main")
    assert page.form_actions == [reverse("proofs:certification_sign", args=[signed.pk])]


def test_the_desk_says_who_signed_and_that_it_broke(client, signed):
    claim = claims.submit_proof(signed.pk, actor=signed.cast.admin)
    claims.take_claim(claim.pk, actor=signed.cast.reviewer)
    client.force_login(signed.cast.reviewer)
    desk = f"/claims/{claim.pk}/desk/?doc={papers(signed).get().pk}"
    page = Seen(client.get(desk))
    assert f"Ana Ruiz, {signed.cast.user.email}" in page.text("//body")
    CertificationLine.objects.filter(report__proof=signed, is_work=True).update(rate=90)
    for address in (desk, claim.get_absolute_url()):
        assert "The report no longer says what Ana Ruiz signed." in Seen(client.get(address)).text("//body")


def test_the_database_takes_no_half_signature(proof):
    with pytest.raises(IntegrityError, match="report_signature_whole"), transaction.atomic():
        CertificationReport.objects.filter(proof=proof).update(signed_digest="f" * 64)


# Who, when, twice ----------------------------------------------------------------------------------------


def test_an_unsigned_report_is_not_sent(proof):
    """D-19: the signature is asked for at submission, and there is no paper before it."""
    assert (problems_of(proof), papers(proof).count()) == (["certification_unsigned"], 0)
    with pytest.raises(RuleViolation) as refused:
        claims.submit_proof(proof.pk, actor=proof.cast.admin)
    assert [one.code for one in refused.value.problems] == ["certification_unsigned"]
    sign_report(proof)
    assert claims.submit_proof(proof.pk, actor=proof.cast.admin).status == "submitted"


def test_what_was_seen_is_what_is_signed(proof):
    seen = digest_of(fresh(proof))
    write_report(proof, WORK)
    with pytest.raises(StateConflict, match="has been changed meanwhile"):
        services.sign_certification(proof.pk, actor=proof.cast.user, name="Ana Ruiz", seen=seen)
    services.remove_certification(proof.pk, actor=proof.cast.user)
    with pytest.raises(StateConflict, match="has been removed meanwhile"):
        services.sign_certification(proof.pk, actor=proof.cast.user, name="Ana Ruiz", seen=seen)


def test_a_report_with_gaps_is_not_signed(proof):
    write_report(proof, certifier_title="")
    with pytest.raises(RuleViolation) as refused:
        sign_report(proof)
    assert [one.code for one in refused.value.problems] == ["certification_incomplete"]
    assert not signature_is_sound(fresh(proof))


@pytest.mark.parametrize(
    ("typed", "taken"), [("ana  ruiz ", True), ("Ana Ruiz", True), ("A. Ruiz", False), ("", False)]
)
def test_the_name_is_the_certifier_s(proof, typed, taken):
    seen = digest_of(fresh(proof))
    try:
        services.sign_certification(proof.pk, actor=proof.cast.user, name=typed, seen=seen)
    except RuleViolation as refused:
        assert [one.code for one in refused.problems] == ["signature_name"]
    assert signature_is_sound(fresh(proof)) is taken


def test_the_second_click_changes_nothing_and_another_person_is_told(signed):
    first, entries = fresh(signed), HistoryEntry.objects.count()
    sign_report(signed)
    assert (fresh(signed).signed_at, HistoryEntry.objects.count()) == (first.signed_at, entries)
    assert papers(signed).count() == 1
    with pytest.raises(StateConflict, match="just been signed by Ana Ruiz"):
        sign_report(signed, signed.cast.admin)


def test_only_who_may_edit_signs(proof):
    """D-01."""
    for stranger in (proof.cast.reviewer, make_proof(complete=False).cast.admin):
        with pytest.raises(Denied):
            sign_report(proof, stranger)
    assert sign_report(proof, proof.cast.admin).signed_by == proof.cast.admin


def test_after_the_submission_nobody_signs(signed):
    claims.submit_proof(signed.pk, actor=signed.cast.admin)
    with pytest.raises(Denied):
        sign_report(signed)


def sent_before_signatures():
    """A claim whose report was sent when none was asked for, sent back for its reach only."""
    proof = make_proof()
    write_report(proof)
    sign_report(proof)
    claim = make_claim("under_review", proof=proof)
    CertificationReport.objects.update(signed_by=None, signed_name="", signed_at=None, signed_digest="")
    services.add_finding(proof.pk, actor=proof.cast.reviewer, text="Check it.", card="metric-estimated_reach")
    claims.request_claim_action(claim.pk, actor=proof.cast.reviewer, comment="Please.")
    proof.refresh_from_db()
    return proof


def test_an_old_report_is_signed_in_a_correction_without_opening_it(client):
    """What was sent stays closed (R-CLM-21): the signature is added, no figure can be changed."""
    proof = sent_before_signatures()
    client.force_login(proof.cast.user)
    page = Seen(client.get(proof.get_absolute_url()))
    assert page.find("//a[@id='sign-report']")
    assert not page.find("//a[@id='write-report']")
    with pytest.raises(Denied):
        write_report(proof, WORK)
    old = papers(proof).get()
    sign_report(proof)
    assert (problems_of(proof), papers(proof).count()) == ([], 1)
    assert papers(proof).get() != old


def test_an_old_claim_under_review_goes_on(client):
    proof = make_proof()
    write_report(proof)
    sign_report(proof)
    claim = make_claim("under_review", proof=proof)
    CertificationReport.objects.update(signed_by=None, signed_name="", signed_at=None, signed_digest="")
    client.force_login(proof.cast.reviewer)
    assert "Signature: not signed" in Seen(client.get(claim.get_absolute_url())).text("//section[@id='costs']")
    done = claims.approve_claim(claim.pk, actor=proof.cast.vendor_admin, amount=claim.amount)
    assert done.status == "approved"


# The page ------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_signed_and_signs_it(client, proof):
    client.force_login(proof.cast.user)
    address = reverse("proofs:certification_sign", args=[proof.pk])
    page = Seen(client.get(address))
    shown = page.text("//main")
    for part in ("Stand duty", "Ada", "Paper", "220.00", fresh(proof).statement, digest_of(fresh(proof))):
        assert part in shown
    assert f"You are signed in as {proof.cast.user.display_name}; the report is certified by Ana Ruiz." in shown
    seen = page.value("seen")
    refused = Seen(client.post(address, {"name": "", "seen": seen}))
    assert (refused.status, refused.wrong_fields) == (422, ["certify", "name"])
    wrong = Seen(client.post(address, {"name": "Somebody", "certify": "on", "seen": seen}))
    assert (wrong.status, wrong.wrong_fields) == (422, ["name"])
    body = {"name": "Ana Ruiz", "certify": "on", "seen": seen}
    assert client.post(address, body)["Location"] == f"{proof.get_absolute_url()}#card-csr"
    assert client.post(address, body).status_code == 302
    assert Document.objects.filter(proof=proof, generated=True).count() == 1
    assert "Signed electronically byAna Ruiz" in Seen(client.get(address)).text("//main")
    assert Seen(client.get(address)).form_actions == []


def test_a_page_left_open_does_not_sign_what_was_changed(client, proof):
    client.force_login(proof.cast.user)
    address = reverse("proofs:certification_sign", args=[proof.pk])
    seen = Seen(client.get(address)).value("seen")
    write_report(proof, WORK)
    assert client.post(address, {"name": "Ana Ruiz", "certify": "on", "seen": seen}).status_code == 409


def test_the_card_asks_for_the_signature_and_again_after_a_change(client, proof):
    client.force_login(proof.cast.user)

    def card():
        return Seen(client.get(proof.get_absolute_url())).text("//section[@id='card-csr']")

    assert "Needs your signature" in card()
    assert "The certification report needs your signature." in card()
    sign_report(proof)
    assert "Looks good" in card()
    write_report(proof, WORK)
    assert "It needs your signature again." in card()


def test_a_report_with_gaps_offers_no_signature(client, proof):
    write_report(proof, certifier_title="")
    client.force_login(proof.cast.user)
    page = Seen(client.get(reverse("proofs:certification_sign", args=[proof.pk])))
    assert page.form_actions == []
    assert "Certification report: enter title of the certifier." in page.text("//main")


def test_the_template_is_a_form_to_fill_in(client, proof):
    """D-19: the program's statement and a blank for everything the report holds."""
    client.force_login(proof.cast.user)
    answer = client.get(reverse("proofs:certification_template", args=[proof.pk]))
    content = b"".join(answer.streaming_content)
    text = text_of(content)
    statement = proof.enrollment.program.certification_statement
    assert " ".join(statement.split()) in " ".join(text.split())
    assert proof.number in text
    with pypdfium2.PdfDocument(io.BytesIO(content)) as pdf:
        pdf.init_forms()
        assert (pdf.get_formtype(), len(pdf)) == (pypdfium2.raw.FORMTYPE_ACRO_FORM, 1)
    assert content.count(b"/FT /Tx") == 3 + 8 * 6 + 8 * 2 + 3  # of the work, people, other costs, certifier
