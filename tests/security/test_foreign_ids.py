"""Ids of other people's things in bodies and addresses: none is taken, and nothing changes."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from claims import services as claims
from claims.models import Claim
from core.models import HistoryEntry, Notification
from incentives.choices import VendorRoleKind
from plans.models import Activity, Plan
from proofs import services as proofs
from proofs.checking import check_document, compare_document
from proofs.evidence import checklist_of, dossier_of
from proofs.models import Document, Finding, Invoice
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import picture, upload
from tests.factories.incentives import activity_type, make_enrollment, make_program, make_year
from tests.factories.people import make_location, make_partner, make_vendor_person
from tests.factories.plans import cast_for, make_cast, make_plan

pytestmark = pytest.mark.django_db
NO_LINES = {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}


@pytest.fixture
def mine():
    return make_proof(make_plan(make_cast(), status="approved"))


@pytest.fixture
def other_program():
    return make_year(make_program(slug="elsewhere", name="Elsewhere"))


@pytest.fixture
def theirs(mine):
    """The same program, another company."""
    location = make_location(make_partner("Northwind Traders Ltd", "GB"), name="Northwind Leeds", country="GB")
    cast = cast_for(make_enrollment(mine.cast.program, location), mine.cast.year)
    return make_proof(make_plan(cast, status="approved", name="Their plan"), name="Their proof")


def test_a_plan_takes_no_enrolment_fund_year_or_reviewer_of_elsewhere(client, mine, theirs, other_program):
    cast = mine.cast
    stranger = make_vendor_person(other_program.program, "Otto Other", VendorRoleKind.ADMIN)
    fund = cast.program.fund_types.create(slug="free", name="Free")
    good = {"fund_type": fund.pk, "program_year": cast.year.pk, "name": "New"}
    client.force_login(cast.admin)
    before = Plan.objects.count()
    address = reverse("plans:new")
    assert client.post(f"{address}?enrollment={theirs.enrollment_id}", good).status_code == 404
    assert client.get(f"{address}?enrollment={theirs.enrollment_id}").status_code == 404
    here = f"{address}?enrollment={cast.enrollment.pk}"
    bad = {
        "fund_type": other_program.program.fund_types.first().pk,
        "program_year": other_program.pk,
        "reviewer": str(stranger.pk),
    }
    for name, value in bad.items():
        assert client.post(here, {**good, name: value}).status_code == 422
    for person in (cast.user, theirs.cast.admin):
        assert client.post(here, {**good, "reviewer": str(person.pk)}).status_code == 422
    assert Plan.objects.count() == before
    client.post(here, {**good, "enrollment": str(theirs.enrollment_id), "status": "approved", "currency": "JPY"})
    made = Plan.objects.get(name="New")
    assert (made.enrollment_id, made.status, made.currency) == (
        cast.enrollment.pk, "editing", cast.enrollment.currency,
    )  # fmt: skip


def test_an_activity_takes_no_type_country_or_campaign_of_elsewhere(client, mine, other_program):
    cast = mine.cast
    fund = cast.program.fund_types.create(slug="free", name="Free")
    plan = make_plan(cast, fund_type=fund, name="Draft")
    campaign = plan.campaigns.get()
    good = {
        "activity_type": activity_type(cast.year).pk, "name": "New", "countries": ["DE"], "budget": "10",
        "starts_on": campaign.starts_on, "ends_on": campaign.starts_on,
    }  # fmt: skip
    client.force_login(cast.user)
    before = Activity.objects.count()
    address = reverse("plans:activity_new", args=[campaign.pk])
    for name, value in {"activity_type": activity_type(other_program).pk, "countries": ["KP"]}.items():
        assert client.post(address, {**good, name: value}).status_code == 422
    sent = mine.activity.campaign
    assert client.post(reverse("plans:activity_new", args=[sent.pk]), good).status_code == 403
    assert Activity.objects.count() == before


def test_evidence_takes_no_document_of_another_proof(client, mine, theirs):
    foreign = [one.documents.get(card="final_piece") for one in (theirs, _sister(mine))]
    [spec] = mine.spec.core_requirements[:1]
    client.force_login(mine.cast.user)
    address = f"{reverse('proofs:core', args=[mine.pk])}?card=core-{spec.slug}"
    before = (dict(mine.core_requirements), HistoryEntry.objects.count())
    for document in [*foreign, uuid.uuid4()]:
        pk = getattr(document, "pk", document)
        assert client.post(address, {"declared": "on", "document_id": str(pk)}).status_code == 422
    mine.refresh_from_db()
    assert (mine.core_requirements, HistoryEntry.objects.count()) == before


def _sister(proof):
    plan = proof.activity.campaign.plan
    plan.cast = proof.cast
    return make_proof(plan, name="Sister")


def test_an_invoice_takes_no_file_of_another_proof(client, mine, theirs):
    client.force_login(theirs.cast.user)
    loose = _loose(theirs, client)
    taken = theirs.invoices.get().documents.get()
    client.force_login(mine.cast.user)
    address = reverse("proofs:invoice_new", args=[mine.pk])
    for document in (loose, taken):
        assert client.get(f"{address}?file={document.pk}").content.decode().count(document.name) == 0
        assert client.post(address, {**NO_LINES, "document_id": str(document.pk)}).status_code == 302
        before = (document.proof_id, document.invoice_id)
        document.refresh_from_db()
        assert (document.proof_id, document.invoice_id) == before
    own_piece = mine.documents.get(card="final_piece")
    client.post(address, {**NO_LINES, "document_id": str(own_piece.pk)})
    own_piece.refresh_from_db()
    assert (own_piece.invoice_id, own_piece.card) == (None, "final_piece")
    for name in ("invoice_edit", "invoice_remove"):
        assert client.post(reverse(f"proofs:{name}", args=[theirs.invoices.get().pk]), NO_LINES).status_code == 404


def _loose(proof, client):
    file = SimpleUploadedFile("loose-invoice.png", picture(), "image/png")
    client.post(reverse("proofs:upload", args=[proof.pk]), {"card": "invoices", "files": file})
    return Document.objects.get(proof=proof, name="loose-invoice.png")


@pytest.mark.parametrize("card", ["no-such-card", "invoices' OR 1=1", "../../etc", "csr", "comments", "core-x", ""])
def test_a_card_that_takes_no_files_gets_none(client, mine, card):
    client.force_login(mine.cast.user)
    before = mine.documents.count()
    file = SimpleUploadedFile("a.png", picture(), "image/png")
    assert client.post(reverse("proofs:upload", args=[mine.pk]), {"card": card, "files": file}).status_code == 404
    typed = {"card": card, "kind": "url", "value": "https://example.com"}
    assert client.post(reverse("proofs:typed", args=[mine.pk]), typed).status_code == 404
    assert mine.documents.count() == before


def test_a_document_moves_only_to_cards_of_its_proof(client, mine):
    client.force_login(mine.cast.user)
    piece = mine.documents.get(card="final_piece")
    address = reverse("proofs:document_edit", args=[piece.pk])
    for card in ("invoices", "csr", "no-such-card", "core-company_brand"):
        assert client.post(address, {"note": "x", "card": card}).status_code == 422
    piece.refresh_from_db()
    assert (piece.card, piece.note) == ("final_piece", "The printed poster")


def test_the_desk_shows_no_document_of_another_claim(client, mine, theirs):
    claim, other = make_claim(proof=mine), make_claim(proof=theirs)
    client.force_login(mine.cast.reviewer)
    foreign = other.proof.documents.first()
    address = reverse("portal:desk", args=[claim.pk])
    assert client.get(f"{address}?doc={foreign.pk}").status_code == 404
    assert client.get(f"{address}?doc=x'--").status_code == 404


def test_a_claim_is_handed_only_to_people_of_its_program(client, mine, other_program):
    claim = make_claim(proof=mine)
    stranger = make_vendor_person(other_program.program, "Otto Other")
    gone = make_vendor_person(mine.cast.program, "Gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    client.force_login(mine.cast.reviewer)
    for person in (stranger, gone, mine.cast.admin):
        answer = client.post(reverse("claims:assign", args=[claim.pk]), {"person": str(person.pk)})
        assert answer.status_code == 422
    claim.refresh_from_db()
    assert claim.assigned_to_id is None


def test_findings_of_others_and_those_not_sent_are_not_there(client, mine, theirs):
    claim = make_claim("under_review", proof=mine)
    note = proofs.add_finding(mine.pk, actor=mine.cast.reviewer, text="Too dark", card="final_piece")
    make_claim("action_required", proof=theirs)
    foreign = Finding.objects.get(proof=theirs)
    client.force_login(mine.cast.admin)
    for finding in (note, foreign):
        for name in ("finding_fixed", "finding_undo"):
            assert client.post(reverse(f"proofs:{name}", args=[finding.pk]), {"reply": "x"}).status_code == 404
        assert client.post(reverse("proofs:finding_drop", args=[finding.pk]), {}).status_code in (403, 404)
    for page in (claim.get_absolute_url(), mine.get_absolute_url()):
        assert client.get(page).content.decode().count("Too dark") == 0
    assert {one.state for one in Finding.objects.all()} == {"open"}


@pytest.mark.parametrize(("status", "told"), [("under_review", False), ("action_required", True)])
def test_a_verdict_is_read_by_the_partner_when_it_was_sent_and_not_before(client, mine, status, told):
    claim = make_claim("under_review", proof=mine)
    piece = mine.documents.get(card="final_piece")
    proofs.give_verdict(piece.pk, "accepted", actor=mine.cast.reviewer)
    if status == "action_required":
        claims.request_claim_action(claim.pk, actor=mine.cast.reviewer, comment="Please.")
    client.force_login(mine.cast.admin)
    for page in (piece.get_absolute_url(), mine.get_absolute_url(), claim.get_absolute_url()):
        assert (">Accepted<" in client.get(page).content.decode()) == told, page
    client.force_login(mine.cast.reviewer)
    assert (">Accepted<" in client.get(piece.get_absolute_url()).content.decode()) is True


def test_the_same_file_at_another_place_of_the_company_is_not_named(mine):
    """Roles are given per location and program: the message is read by people who see only one of them."""
    cast = mine.cast
    location = make_location(cast.enrollment.location.partner, name="Fabrikam Cologne", city="Cologne")
    there = cast_for(make_enrollment(cast.program, location), cast.year)
    secret = make_proof(make_plan(there, status="approved", name="Cologne plan"), name="Cologne proof")
    sister = _sister(mine)
    content = picture((1, 2, 3), size=(91, 17))
    for proof, name in ((secret, "cologne-secret.png"), (sister, "sister.png"), (mine, "mine.png")):
        [one] = proofs.add_files(proof.pk, "extra", [upload(content, name)], actor=proof.cast.user, note="x")
        check_document(one.document.pk)
        compare_document(one.document.pk)
    found = checklist_of(mine, dossier_of(mine, cast.user)).matches
    [said] = [one.found.reason for one in found if one.code == "same_file" and one.level == "warning"]
    assert said == f"This file is already used in another claim: {sister.name} ({sister.number})."
    assert secret.number not in said


def test_search_and_lists_know_nothing_of_others(client, mine, theirs):
    other = make_claim(proof=theirs)
    client.force_login(mine.cast.admin)
    for words in (theirs.number, other.number, "Their", "Northwind", theirs.activity.campaign.plan.number):
        page = client.get(reverse("portal:search"), {"q": words})
        assert page.status_code == 200
        assert page.content.decode().count(str(theirs.pk)) == 0
        assert page.content.decode().count("Their p") == 0
    for name in ("plans:list", "proofs:list", "claims:list"):
        page = client.get(reverse(name), {"q": "Their"}).content.decode()
        assert page.count("Their p") == 0


def test_a_partners_note_is_never_internal(client, mine):
    claim = make_claim("under_review", proof=mine)
    client.force_login(mine.cast.admin)
    for name, pk in (("claims:comment", claim.pk), ("proofs:comment", mine.pk)):
        client.post(reverse(name, args=[pk]), {"comment": f"pretended {name}", "internal": "on", "audience": "vendor"})
    assert (
        list(HistoryEntry.objects.filter(comment__startswith="pretended").values_list("audience", flat=True))
        == ["all"] * 2
    )


def test_the_inbox_is_ones_own(client, mine):
    make_claim(proof=mine)
    message = Notification.objects.filter(user__side="vendor").first()
    client.force_login(mine.cast.admin)
    assert client.get(reverse("portal:message", args=[message.pk])).status_code == 404
    client.post(reverse("portal:inbox_read"))
    message.refresh_from_db()
    assert message.read_at is None


def test_what_a_form_does_not_ask_for_is_not_taken(client, mine, theirs):
    client.force_login(mine.cast.user)
    extra = {
        "status": "approved", "proof": str(theirs.pk), "enrollment": str(theirs.enrollment_id), "currency": "JPY",
        "verdict": "accepted", "state": "clean", "generated": "1", "created_by": str(theirs.cast.user.pk),
    }  # fmt: skip
    client.post(reverse("proofs:facts", args=[mine.pk]), {"name": "Renamed", "amount": "4120", **extra})
    piece = mine.documents.get(card="final_piece")
    client.post(reverse("proofs:document_edit", args=[piece.pk]), {"note": "n", "card": "final_piece", **extra})
    mine.refresh_from_db()
    piece.refresh_from_db()
    assert (mine.name, mine.status, mine.enrollment_id, mine.currency) == (
        "Renamed", "editing", mine.cast.enrollment.pk, mine.cast.enrollment.currency,
    )  # fmt: skip
    assert (piece.proof_id, piece.verdict, piece.generated) == (mine.pk, "", False)
    assert Claim.objects.count() == 0
    assert Invoice.objects.filter(proof=theirs).count() == 1
