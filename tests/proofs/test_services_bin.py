"""The receipt bin: dropped first, put on cards of proofs later, nothing lost on the way."""

from datetime import timedelta

import pytest

from claims import services as claims
from core import storage
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry
from core.permissions import can
from incentives.models import Enrollment
from proofs import services
from proofs.checking import check_document, read_document
from proofs.checks.runner import Report
from proofs.choices import DocumentState, ReadBy, Section
from proofs.models import Document, DocumentReading, ReceiptBin
from proofs.services.documents import PURGE_AFTER
from tests.factories.claims import make_claim, make_coop_proof, make_proof
from tests.factories.files import pdf_upload, picture, upload
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_location, make_member
from tests.factories.plans import cast_for, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof():
    return make_proof(complete=False)


@pytest.fixture
def drop(proof):
    """drop(upload): a checked document in the bin of the proof's enrolment."""

    def put(file=None, checked=True):
        [received] = services.drop_files(proof.enrollment_id, [file or upload()], actor=proof.cast.user)
        if checked:
            check_document(received.document.pk)
        return Document.objects.get(pk=received.document.pk)

    return put


def assign(proof, *documents, card="final_piece", actor=None):
    pks = [one.pk for one in documents]
    return services.assign(pks, proof.pk, card, actor=actor or proof.cast.user)


def codes(received):
    return [one.problem.code if one.problem else "again" if one.again else "put" for one in received]


def told(thing):
    return list(HistoryEntry.objects.filter(thread=thing.pk).order_by("id").values_list("action", flat=True))


# Into the bin --------------------------------------------------------------------------------------------


def test_a_dropped_file_lies_in_the_one_bin_of_its_enrolment_and_is_checked(proof, drop):
    first, second = drop(), drop()
    bin_ = ReceiptBin.objects.get()
    assert (bin_.enrollment_id, first.bin, second.bin, first.proof) == (proof.enrollment_id, bin_, bin_, None)
    assert first.state == DocumentState.CLEAN
    assert told(bin_) == ["proofs.drop_file", "proofs.document_checked"] * 2


def test_the_same_bytes_are_kept_once(proof, drop):
    content = picture()
    first = drop(upload(content, name="a.png"))
    [again] = services.drop_files(proof.enrollment_id, [upload(content, name="b.png")], actor=proof.cast.user)
    assert (again.again, again.document.pk, Document.objects.in_bin().count()) == (True, first.pk, 1)


def test_an_invoice_is_read_while_it_lies_in_the_bin(drop):
    document = drop(pdf_upload(text="Invoice number RE-2026-17"))
    read_document(document.pk, ReadBy.TEXT)
    assert DocumentReading.objects.get(document=document).values["invoice_number"]["value"].startswith("RE-2026-17")


def test_a_full_bin_takes_no_more_and_says_so(proof, drop, monkeypatch):
    monkeypatch.setattr("proofs.services.bin.MAX_FILES_PER_BIN", 2)
    drop()
    received = services.drop_files(proof.enrollment_id, [upload(), upload(), upload()], actor=proof.cast.user)
    assert codes(received) == ["put", "bin_full", "bin_full"]
    assert Document.objects.in_bin().count() == 2


def test_only_who_drafts_there_drops(proof):
    cast = proof.cast
    company = cast.enrollment.location.partner
    elsewhere = cast_for(make_enrollment(cast.program, make_location(company)), cast.year)
    for person in (elsewhere.user, cast.reviewer, make_member(company, "Bill", billing_admin=True)):
        with pytest.raises(Denied):
            services.drop_files(proof.enrollment_id, [upload()], actor=person)
    assert (ReceiptBin.objects.count(), Document.objects.in_bin().count()) == (0, 0)


def test_where_one_writes_evidence_is_where_the_permission_allows_it(proof):
    """The list of bins and the permission of each say the same (D-01)."""
    coop = make_coop_proof(complete=False)
    company = coop.enrollment.location.partner
    people = [proof.cast.user, proof.cast.reviewer, coop.cast.admin, make_member(company, "G", global_admin=True)]
    people.append(make_member(proof.enrollment.location.partner, "G", global_admin=True))
    for person in people:
        listed = set(Enrollment.objects.evidence_of(person))
        allowed = {one for one in Enrollment.objects.all() if can(person, "proofs.draft", ReceiptBin(enrollment=one))}
        assert listed == allowed


# On a card -----------------------------------------------------------------------------------------------


def test_files_go_onto_a_card_with_what_their_check_said(proof, drop):
    first, second = drop(), drop()
    checked = first.checked_at
    assert codes(assign(proof, first, second)) == ["put", "put"]
    first.refresh_from_db()
    assert (first.proof, first.card, first.section, first.state) == (proof, "final_piece", Section.PROOF, "clean")
    assert (first.checked_at, first.bin) == (checked, ReceiptBin.objects.get())
    assert told(proof)[-2:] == ["proofs.take_from_bin"] * 2
    assert told(first.bin)[-2:] == ["proofs.leave_bin"] * 2


def test_a_file_is_put_on_while_it_is_being_checked(proof, drop):
    """The check goes on and tells its verdict in the history of the proof."""
    document = drop(checked=False)
    ticket = services.start_check(document.pk)
    assign(proof, document)
    assert services.finish_check(ticket, Report("png", "clean", [], {}), media_type="image/png")
    assert told(proof)[-1] == "proofs.document_checked"


def test_on_the_card_of_invoices_it_waits_for_its_details(proof, drop):
    document = drop(pdf_upload())
    assign(proof, document, card="invoices")
    document.refresh_from_db()
    assert (document.section, document.invoice) == (Section.INVOICE, None)
    invoice, _received = services.add_invoice(proof.pk, actor=proof.cast.user, document_id=document.pk, lines=[])
    assert list(invoice.documents.all()) == [document]


def test_bytes_the_proof_has_already_are_kept_once(proof, drop):
    content = picture()
    [there] = services.add_files(proof.pk, "extra", [upload(content)], actor=proof.cast.user)
    document = drop(upload(content))
    [result] = assign(proof, document)
    assert (result.again, result.document.pk) == (True, there.document.pk)
    document.refresh_from_db()
    assert (document.proof, document.removed_at is not None) == (None, True)
    assert told(document.bin)[-1] == "proofs.kept_once"


def test_a_second_click_finds_it_done(proof, drop):
    document = drop()
    assert codes(assign(proof, document)) == ["put"]
    assert codes(assign(proof, document)) == ["again"]
    assert told(proof).count("proofs.take_from_bin") == 1


def test_what_does_not_fit_stays_and_hinders_nobody(proof, drop):
    web_page = drop(upload(b"<html><body>Hello</body></html>", name="report.pdf", content_type="application/pdf"))
    text = drop(upload(b"Plain words of a report.", name="notes.txt", content_type="text/plain"))
    fine = drop()
    gone = drop()
    services.remove_from_bin(gone.pk, actor=proof.cast.user)
    assert codes(assign(proof, web_page, text, fine, gone, card="invoices")) == ["refused", "kind", "put", "not_in_bin"]
    assert set(Document.objects.in_bin()) == {web_page, text}


def test_a_proof_that_is_full_takes_no_more(proof, drop, monkeypatch):
    monkeypatch.setattr("proofs.services.bin.MAX_FILES_PER_PROOF", 1)
    assert codes(assign(proof, drop(), drop())) == ["put", "too_many"]


def test_a_card_without_files_takes_none(proof, drop):
    with pytest.raises(RuleViolation):
        assign(proof, drop(), card="amount")


def test_a_closed_card_takes_nothing():
    """R-CLM-21: what was not sent back stays closed."""
    claim = make_claim("under_review")
    user, reviewer = claim.cast.user, claim.cast.reviewer
    [received] = services.drop_files(claim.enrollment_id, [pdf_upload()], actor=user)
    with pytest.raises(Denied):
        services.assign([received.document.pk], claim.proof_id, "invoices", actor=user)
    services.add_finding(claim.proof_id, actor=reviewer, text="Look again.", card="invoices")
    claims.request_claim_action(claim.pk, actor=reviewer, comment="Please.")
    with pytest.raises(Denied):
        services.assign([received.document.pk], claim.proof_id, "final_piece", actor=user)
    assert set(Document.objects.in_bin()) == {received.document}
    assert codes(services.assign([received.document.pk], claim.proof_id, "invoices", actor=user)) == ["put"]


def test_a_foreign_proof_and_a_foreign_bin_stay_foreign(proof, drop):
    """R-ROLE-22: neither side is reached by its id, not by who works for both pairs either."""
    document = drop()
    foreign = make_proof(complete=False)
    with pytest.raises(Denied):
        assign(foreign, document, actor=proof.cast.user)
    elsewhere = cast_for(make_enrollment(make_cast().program, proof.enrollment.location), proof.cast.year)
    assert elsewhere.enrollment.location_id == proof.enrollment.location_id
    assert codes(assign(foreign, document)) == ["not_in_bin"]
    assert set(Document.objects.in_bin()) == {document}


# Back, out and again -------------------------------------------------------------------------------------


def test_a_file_goes_back_into_the_bin(proof, drop):
    document = drop(pdf_upload())
    assign(proof, document, card="invoices")
    services.add_invoice(proof.pk, actor=proof.cast.user, document_id=document.pk, lines=[])
    services.send_back_to_bin(document.pk, actor=proof.cast.user)
    document.refresh_from_db()
    assert (document.proof, document.invoice, document.card, document.section) == (None, None, "", Section.PROOF)
    assert (proof.invoices.count(), proof.documents.count()) == (1, 0)
    assert told(proof)[-1] == told(document.bin)[-1] == "proofs.send_back_to_bin"


def test_a_file_dropped_on_a_card_can_go_into_the_bin_too(proof):
    [there] = services.add_files(proof.pk, "extra", [upload()], actor=proof.cast.user)
    services.send_back_to_bin(there.document.pk, actor=proof.cast.user)
    assert ReceiptBin.objects.get().documents.in_bin().get() == there.document


def test_back_to_a_bin_that_has_the_same_bytes_keeps_them_once(proof, drop):
    content = picture()
    [there] = services.add_files(proof.pk, "extra", [upload(content)], actor=proof.cast.user)
    document = drop(upload(content))
    services.send_back_to_bin(there.document.pk, actor=proof.cast.user)
    assert (set(Document.objects.in_bin()), proof.documents.current().count()) == ({document}, 0)


def test_what_was_sent_once_never_goes_back():
    """R-CLM-21: the vendor has seen it, also when everything is open again."""
    claim = make_claim("action_required")
    document = claim.proof.documents.get(card="final_piece")
    with pytest.raises(Denied):
        services.send_back_to_bin(document.pk, actor=claim.cast.user)


def test_typed_texts_do_not_go_into_the_bin(proof):
    typed = services.add_typed(proof.pk, "extra", "text", "Hello", actor=proof.cast.user, note="x")
    with pytest.raises(Denied):
        services.send_back_to_bin(typed.pk, actor=proof.cast.user)


def test_a_removed_file_comes_back_unless_it_was_dropped_again(proof, drop):
    content = picture()
    document, user = drop(upload(content)), proof.cast.user
    services.remove_from_bin(document.pk, actor=user)
    with pytest.raises(StateConflict):
        services.remove_from_bin(document.pk, actor=user)
    services.restore_to_bin(document.pk, actor=user)
    assert set(Document.objects.in_bin()) == {document}
    services.remove_from_bin(document.pk, actor=user)
    drop(upload(content))
    with pytest.raises(StateConflict):
        services.restore_to_bin(document.pk, actor=user)


def test_the_bytes_of_what_was_removed_are_deleted_in_the_end(proof, drop):
    kept, gone = drop(), drop()
    services.remove_from_bin(gone.pk, actor=proof.cast.user)
    assert services.purge_removed() == 0
    gone.refresh_from_db()
    Document.objects.filter(pk=gone.pk).update(removed_at=gone.removed_at - PURGE_AFTER - timedelta(minutes=1))
    key = gone.key
    assert services.purge_removed() == 1
    assert not storage.documents().exists(key)
    assert storage.documents().exists(kept.key)
    with pytest.raises(StateConflict):
        services.restore_to_bin(gone.pk, actor=proof.cast.user)
