"""Findings of the matching in the product: shown with their place, answered, read by the reviewer, told to no other."""

from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry
from incentives.models import RuleSet
from plans.models import PlanApproval
from proofs import services
from proofs.choices import Section, TwinKind
from proofs.evidence import approved_on, checklist_of, dossier_of
from proofs.models import Document, Twin
from proofs.requirements.costs import INVOICES_SLUG
from tests.factories.claims import check_files, complete_print_proof, make_claim, make_proof
from tests.factories.files import pdf_upload, upload
from tests.factories.incentives import make_enrollment
from tests.factories.invoices import PAPERS
from tests.factories.plans import cast_for, make_plan
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db
PAPER = PAPERS["german, block at the right"]


def bill(proof, **changes):
    """The German invoice dropped and typed in, changed as given."""
    file = upload(PAPER.pdf(), "rechnung.pdf", "application/pdf")
    line = {
        "description": "Print", "expense_type": "printed_material", "net": Decimal("1250.00"),
        "tax": Decimal("237.50"), "gross": Decimal("1487.50"), **changes.pop("line", {}),
    }  # fmt: skip
    fields = {
        "supplier": "Druckhaus Sommer", "number": "RE-2026-00417", "date": proof.executed_to, "currency": "EUR",
        **changes,
    }  # fmt: skip
    invoice, _received = services.add_invoice(
        proof.pk, actor=proof.cast.user, lines=[line], files=[file], **fields
    )  # fmt: skip
    check_files(proof, read=True)
    return invoice


def warnings(proof, user=None):
    return {one.code: one for one in checklist_of(proof, dossier_of(proof, user)).matches if one.level == "warning"}


@pytest.fixture
def proof():
    return make_proof(complete=False)


def test_a_mismatch_stands_on_the_card_with_a_link_to_its_place(client, proof):
    bill(proof, line={"gross": Decimal("1497.50"), "tax": Decimal("247.50")})
    client.force_login(proof.cast.user)
    page = Seen(client.get(proof.get_absolute_url()))
    lines = page.texts("//*[@id='card-invoices']//*[@data-match='total_differs']")
    assert len(lines) == 1
    assert "the file says 1,487.50 EUR, you typed 1,497.50 EUR" in lines[0].replace("\N{NO-BREAK SPACE}", " ")
    document = proof.documents.get()
    sheet = Seen(client.get(document.get_absolute_url()))
    [place] = sheet.find("//*[@data-match='total_differs']//a[text()[contains(.,'Show it')]]/@href")
    [link] = page.find("//*[@id='card-invoices']//*[@data-match='total_differs']//a/@href")[:1]
    assert link == document.get_absolute_url() + place
    [box] = sheet.find(f"//*[local-name()='g'][@id='{place[1:]}']/*[local-name()='rect']")
    assert 0 < int(box.get("x")) < 1000
    assert 0 < int(box.get("height")) < 100


def test_a_warning_is_answered_and_the_reviewer_reads_the_answer(client):
    proof = make_proof()
    services.edit_proof(proof.pk, actor=proof.cast.user, metrics={"estimated_reach": "0"})
    proof.refresh_from_db()
    warning = warnings(proof)["metric_implausible"]
    client.force_login(proof.cast.user)
    address = reverse("proofs:warning", args=[proof.pk, warning.mark])
    assert client.get(address).status_code == 200
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address + "?card=metric-estimated_reach", {"text": "Rain all day."}).status_code == 302
    assert warnings(proof)["metric_implausible"].answer.text == "Rain all day."
    [entry] = HistoryEntry.objects.filter(action="proofs.answer_warning")
    assert entry.changes == {"warning": ["", warning.found.reason], "answer": ["", "Rain all day."]}

    claim = make_claim("under_review", proof=proof)
    client.force_login(proof.cast.reviewer)
    page = Seen(client.get(reverse("portal:desk", args=[claim.pk]) + "?tab=checks"))
    assert "Rain all day." in page.text("//main")


def test_the_reviewer_sees_what_nobody_answered(client):
    proof = make_proof()
    services.edit_proof(proof.pk, actor=proof.cast.user, metrics={"estimated_reach": "0"})
    proof.refresh_from_db()
    claim = make_claim("under_review", proof=proof)
    client.force_login(proof.cast.reviewer)
    page = Seen(client.get(reverse("portal:desk", args=[claim.pk]) + "?tab=checks"))
    [line] = page.texts("//*[@data-match='metric_implausible']")
    assert line.endswith("The partner has not answered this.")


def test_an_answer_can_be_changed_and_taken_back():
    proof = make_proof()
    actor = proof.cast.user
    services.edit_proof(proof.pk, actor=actor, metrics={"estimated_reach": "0"})
    proof.refresh_from_db()
    mark = warnings(proof)["metric_implausible"].mark
    for text in ("Rain.", "Rain.", "Snow."):
        services.answer_warning(proof.pk, mark, actor=actor, text=text)
    assert HistoryEntry.objects.filter(action="proofs.answer_warning").count() == 2
    services.drop_answer(proof.pk, mark, actor=actor)
    services.drop_answer(proof.pk, mark, actor=actor)
    assert warnings(proof)["metric_implausible"].answer is None
    assert HistoryEntry.objects.filter(action="proofs.drop_answer").count() == 1


def test_what_is_no_warning_is_not_answered(proof):
    with pytest.raises(StateConflict):
        services.answer_warning(proof.pk, "0" * 64, actor=proof.cast.user, text="x")
    with pytest.raises(RuleViolation):
        services.answer_warning(proof.pk, "0" * 64, actor=proof.cast.user, text=" ")
    with pytest.raises(Denied):
        services.answer_warning(proof.pk, "0" * 64, actor=proof.cast.reviewer, text="x")


def test_the_newest_rule_set_holds_for_drafts_and_the_frozen_one_for_what_was_sent(proof):
    bill(proof, line={"gross": Decimal("1497.50"), "tax": Decimal("247.50")})
    program = proof.enrollment.program
    first = RuleSet.objects.create(program=program, version=101, levels={"total_differs": "note"})
    assert "total_differs" not in warnings(proof)
    RuleSet.objects.create(program=program, version=102, levels={"total_differs": "stop"})
    assert "total_differs" in [one.code for one in checklist_of(proof).problems]
    proof.rule_set = first
    proof.save()
    assert "total_differs" not in [one.code for one in checklist_of(proof).problems]


def test_the_day_of_approval_is_that_of_the_first_version_with_the_activity(proof):
    spec = {**proof.activity_type.spec, "preapproval": {"required": True, "note": ""}}
    type(proof.activity_type).objects.filter(pk=proof.activity_type_id).update(spec=spec, fingerprint="other")
    proof.activity_type.refresh_from_db()
    approval = PlanApproval.objects.get(plan=proof.activity.campaign.plan)
    assert approved_on(proof) == proof.enrollment.program.today(approval.approved_at)


# The same elsewhere --------------------------------------------------------------------------------------


def other_company(mine):
    """A proof of another partner in the same program."""
    cast = cast_for(make_enrollment(mine.cast.program), mine.cast.year)
    partner = cast.enrollment.location.partner
    partner.name = "Wingtip Stores"
    partner.save()
    return make_proof(make_plan(cast, status="approved"), complete=False, name="Secret launch")


def twins(here, there, how=TwinKind.ALIKE):
    mine, other = here.documents.first(), there.documents.first()
    Twin.objects.create(document=mine, other=other, how=how, distance=3)


def photo(proof):
    [one] = services.add_files(proof.pk, "final_piece", [upload()], actor=proof.cast.user, note="x")
    check_files(proof)
    return one.document


def test_across_partners_only_the_vendor_learns_with_whom_it_collides(client):
    """Negative test with data that could leak: name, number and company of the other side."""
    mine = make_proof()
    theirs = other_company(mine)
    complete_print_proof(theirs, theirs.cast)
    theirs.refresh_from_db()
    theirs_claim = make_claim(proof=theirs)
    twins(mine, theirs)
    client.force_login(mine.cast.user)
    for address in (mine.get_absolute_url(), mine.documents.first().get_absolute_url()):
        text = client.get(address).content.decode()
        assert "The same picture is already used in another claim." in text
        for secret in ("Secret launch", theirs.number, theirs_claim.number, "Wingtip"):
            assert secret not in text, secret
    claim = make_claim("under_review", proof=mine)
    client.force_login(claim.cast.vendor_admin)
    seen = warnings(mine, claim.cast.reviewer)["same_picture"].found.reason
    assert seen == f"The same picture is already used in another claim: Wingtip Stores, {theirs.number}."


def test_a_draft_of_another_company_is_not_told_at_all():
    mine = make_proof(complete=False)
    theirs = other_company(mine)
    photo(theirs)
    photo(mine)
    twins(mine, theirs)
    assert "same_picture" not in warnings(mine)
    assert "same_picture" not in warnings(theirs)


def test_within_the_company_the_other_proof_is_named_and_both_learn_of_it():
    mine = make_proof(complete=False)
    other = second_of(mine)
    photo(mine)
    photo(other)
    twins(mine, other, TwinKind.SAME)
    user = mine.cast.user
    assert warnings(mine, user)["same_file"].found.reason == (
        f"This file is already used in another claim: Bus stops ({other.number})."
    )
    assert mine.number in warnings(other, user)["same_file"].found.reason


def second_of(proof):
    """Another proof of the same activity."""
    plan = proof.activity.campaign.plan
    plan.cast = proof.cast
    return make_proof(plan, complete=False, name="Bus stops")


def test_the_same_invoice_of_one_company_is_shared_by_declared_parts():
    mine = make_proof(complete=False)
    other = second_of(mine)
    first, second = bill(mine), bill(other)
    assert warnings(mine)["same_invoice"].found.todo == "Remove it, or declare which share of it is used here."
    lines = [
        {"description": "Print", "expense_type": "printed_material", "net": Decimal("1250.00"),
         "tax": Decimal("237.50"), "gross": Decimal("1487.50")}
    ]  # fmt: skip
    for invoice, share in ((first, Decimal(60)), (second, Decimal("40.01"))):
        services.edit_invoice(invoice.pk, actor=mine.cast.user, lines=lines, used_share=share)
    assert "same_invoice" not in warnings(mine)
    assert [one.code for one in checklist_of(other).problems if one.code == "invoice_overused"] == []
    type(mine).objects.filter(pk=mine.pk).update(status="submitted")
    assert [one.code for one in checklist_of(other).problems if one.code == "invoice_overused"] == ["invoice_overused"]


def test_a_share_is_typed_in_the_form_and_counts_its_part(client, proof):
    invoice = bill(proof)
    client.force_login(proof.cast.user)
    address = reverse("proofs:invoice_edit", args=[invoice.pk])
    body = {
        "supplier": invoice.supplier, "number": invoice.number, "date": invoice.date.isoformat(), "currency": "EUR",
        "used_share": "33.33", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1", "lines-0-description": "Print",
        "lines-0-expense_type": "printed_material", "lines-0-net": "1250", "lines-0-tax": "237.50",
        "lines-0-gross": "1487.50",
    }  # fmt: skip
    assert client.post(address, body).status_code == 302
    invoice.refresh_from_db()
    assert (invoice.used_share, invoice.mark) == (Decimal("33.33"), "RE202600417|1487.5|EUR")
    card = checklist_of(proof).card("coverage")
    assert "416.62" in card.help
    assert client.post(address, {**body, "used_share": "0"}).status_code == 422
    assert client.post(address, {**body, "used_share": "100.01"}).status_code == 422


def test_a_picture_of_a_page_is_handed_out_with_its_document_only(client, proof):
    [one] = services.add_files(
        proof.pk, INVOICES_SLUG, [pdf_upload()], actor=proof.cast.user, section=Section.INVOICE
    )  # fmt: skip
    check_files(proof, read=True)
    address = reverse("proofs:picture", args=[one.document.pk, 1])
    client.force_login(proof.cast.user)
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert client.get(reverse("proofs:picture", args=[one.document.pk, 9])).status_code == 404
    Document.objects.filter(pk=one.document.pk).update(state="refused")
    assert client.get(address).status_code == 404
