"""Writing a proof: who may, what is kept, what history says."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from claims.services import take_claim
from core import clock, storage
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry
from proofs import services
from proofs.models import Proof
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import picture, upload
from tests.factories.people import make_incentive_user
from tests.factories.plans import make_cast, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof():
    return make_proof(complete=False)


def test_only_people_of_the_enrolment_start_a_proof():
    plan = make_plan(status="approved")
    activity = plan.campaigns.get().activities.get()
    for stranger in (make_cast().user, plan.cast.reviewer, plan.cast.vendor_admin):
        with pytest.raises(Denied):
            services.create_proof(activity, actor=stranger, name="Posters")
    assert Proof.objects.count() == 0
    assert services.create_proof(activity, actor=plan.cast.admin, name="Posters").number.startswith("POE-")


def test_values_of_the_type_are_changed_one_by_one(proof):
    user = proof.cast.user
    services.edit_proof(proof.pk, actor=user, metrics={"estimated_reach": "10"})
    services.edit_proof(proof.pk, actor=user, metrics={"other": "x"})
    services.edit_proof(proof.pk, actor=user, core_requirements={"company_brand": {"declared": True}})
    proof.refresh_from_db()
    assert proof.metrics == {"estimated_reach": "10", "other": "x"}
    changes = list(HistoryEntry.objects.filter(action="proofs.edit").order_by("id").values_list("changes", flat=True))
    assert changes == [
        {"Estimated customer (or partner) reach": ["", "10"]},
        {"other": ["", "x"]},
        {"Company brand": ["", "confirmed"]},
    ]


def test_saving_what_is_there_already_writes_no_history(proof):
    before = HistoryEntry.objects.count()
    services.edit_proof(proof.pk, actor=proof.cast.user, name=proof.name, amount=Decimal("4120.00"))
    assert HistoryEntry.objects.count() == before


def test_two_proofs_of_an_activity_have_two_names(proof):
    plan = proof.activity.campaign.plan
    plan.cast = proof.cast
    second = make_proof(plan, complete=False, name="Banner")
    with pytest.raises(RuleViolation) as refused:
        services.edit_proof(second.pk, actor=proof.cast.user, name="CITY-LIGHT posters Munich")
    assert [problem.anchor for problem in refused.value.problems] == ["id_name"]
    second.refresh_from_db()
    assert second.name == "Banner"


def test_after_it_was_sent_nothing_is_changed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = make_proof()
    make_claim(proof=sent)
    document, invoice = sent.documents.first(), sent.invoices.get()
    user, before = sent.cast.user, HistoryEntry.objects.count()
    writes = [
        lambda: services.edit_proof(sent.pk, actor=user, name="Other"),
        lambda: services.add_files(sent.pk, "final_piece", [upload()], actor=user),
        lambda: services.add_typed(sent.pk, "extra", "url", "https://example.com", actor=user),
        lambda: services.edit_document(document.pk, actor=user, note="Other"),
        lambda: services.remove_document(document.pk, actor=user),
        lambda: services.add_invoice(sent.pk, actor=user, lines=[]),
        lambda: services.edit_invoice(invoice.pk, actor=user, lines=[]),
        lambda: services.remove_invoice(invoice.pk, actor=user),
        lambda: services.save_certification(sent.pk, actor=user, lines=[]),
        lambda: services.remove_certification(sent.pk, actor=user),
    ]
    for write in writes:
        with pytest.raises(Denied):
            write()
    assert HistoryEntry.objects.count() == before


def test_a_colleague_without_a_role_here_changes_nothing(proof):
    other = make_cast()
    colleague = make_incentive_user(other.enrollment)
    colleague.membership.partner = proof.enrollment.location.partner
    colleague.membership.save()
    with pytest.raises(Denied) as refused:
        services.edit_proof(proof.pk, actor=colleague, name="Other")
    assert str(refused.value.reason).startswith("You have no incentives role for this location and program.")


def test_a_new_file_of_an_invoice_replaces_the_old_one(proof):
    user = proof.cast.user
    invoice, first = services.add_invoice(proof.pk, actor=user, supplier="A", lines=[], files=[upload(name="1.png")])
    services.edit_invoice(invoice.pk, actor=user, lines=[], files=[upload(name="2.png")])
    assert [one.document.name for one in first] == ["1.png"]
    assert list(invoice.documents.current().values_list("name", flat=True)) == ["2.png"]


def invoice_of(proof, number, content):
    invoice, _received = services.add_invoice(
        proof.pk, actor=proof.cast.user, number=number, lines=[], files=[upload(content, f"{number}.png")]
    )
    return invoice


def test_the_file_of_another_invoice_replaces_nothing(proof):
    first, second = picture(), picture()
    one, other = invoice_of(proof, "A-1", first), invoice_of(proof, "B-2", second)
    _invoice, [received] = services.edit_invoice(one.pk, actor=proof.cast.user, lines=[], files=[upload(second)])
    assert received.again
    assert [document.name for document in one.documents.current()] == ["A-1.png"]
    assert [document.name for document in other.documents.current()] == ["B-2.png"]


def test_a_file_that_moves_to_an_invoice_stands_in_history(proof):
    content = picture()
    services.add_files(proof.pk, "final_piece", [upload(content)], actor=proof.cast.user)
    invoice_of(proof, "A-1", content)
    entry = HistoryEntry.objects.get(action="proofs.edit_document")
    assert entry.changes == {"card": ["Final printed piece", "Invoices"], "invoice": ["", "A-1"]}


def test_history_tells_what_changed_on_the_report(proof):
    line = {"is_work": False, "description": "Stand", "amount": Decimal("80.00")}
    day = proof.executed_to
    fields = {
        "activity": "Stand duty", "certifier_name": "Ada", "certifier_title": "Lead", "certified_on": day,
        "period_from": day, "period_to": day, "currency": proof.currency,
    }  # fmt: skip

    def save(**changed):
        services.save_certification(proof.pk, actor=proof.cast.user, lines=[line], **{**fields, **changed})

    save()
    save()
    save(certifier_name="Ben")
    entries = HistoryEntry.objects.filter(action="proofs.save_certification").order_by("id")
    assert entries[0].changes["total"] == ["", f"80.00 {proof.currency}"]
    assert [entry.changes for entry in entries[1:]] == [{"certifier_name": ["Ada", "Ben"]}]


def test_a_changed_verdict_keeps_the_old_one_in_history():
    claim = make_claim("submitted")
    take_claim(claim.pk, actor=claim.cast.reviewer)
    document = claim.proof.documents.first()
    services.give_verdict(document.pk, "accepted", actor=claim.cast.reviewer)
    services.give_verdict(document.pk, "redo", actor=claim.cast.reviewer, reason="Too dark.")
    entries = HistoryEntry.objects.filter(action="proofs.verdict").order_by("id")
    assert [entry.changes["verdict"] for entry in entries] == [["", "Accepted"], ["Accepted", "Redo"]]


def test_the_same_verdict_again_is_nothing_new():
    claim = make_claim("under_review")
    reviewer, document = claim.cast.reviewer, claim.proof.documents.first()
    for verdict, reason in (("accepted", ""), ("accepted", ""), ("redo", "Dark."), ("redo", "Dark."), ("redo", "Old.")):
        services.give_verdict(document.pk, verdict, actor=reviewer, reason=reason)
    entries = HistoryEntry.objects.filter(action="proofs.verdict").order_by("id")
    assert list(entries.values_list("comment", flat=True)) == ["", "Dark.", "Old."]
    assert [finding.text for finding in document.findings.all()] == ["Old."]


def test_history_tells_values_in_words(proof):
    user = proof.cast.user
    [piece] = services.add_files(proof.pk, "final_piece", [upload(name="poster.png")], actor=user)
    core = {"company_brand": {"declared": True, "document_id": str(piece.document.pk)}}
    services.edit_proof(proof.pk, actor=user, amount=Decimal("5400"), core_requirements=core)
    services.edit_proof(proof.pk, actor=user, metrics={"estimated_reach": ""})
    [changes] = HistoryEntry.objects.filter(action="proofs.edit").values_list("changes", flat=True)
    assert changes == {"amount": ["4120.00 EUR", "5400.00 EUR"], "Company brand": ["", "confirmed: poster.png"]}
    line = {"description": "Print", "expense_type": "printed_material", "net": Decimal("1000"), "tax": Decimal("190")}
    invoice, _files = services.add_invoice(proof.pk, actor=user, number="1", currency="EUR", lines=[])
    services.edit_invoice(invoice.pk, actor=user, lines=[line])
    entry = HistoryEntry.objects.get(action="proofs.edit_invoice")
    label = next(one.label for one in proof.spec.eligible_expenses if one.slug == "printed_material")
    assert entry.changes == {"line 1": ["", f"Print, {label}, net 1000.00 EUR, tax 190.00 EUR"]}


def test_what_was_removed_meanwhile_is_a_conflict(proof):
    user = proof.cast.user
    for write in (
        lambda: services.edit_document(uuid4(), actor=user, note="x"),
        lambda: services.give_verdict(uuid4(), "accepted", actor=user),
        lambda: services.drop_finding(uuid4(), actor=user),
        lambda: services.mark_fixed(uuid4(), actor=user),
        lambda: services.edit_proof(uuid4(), actor=user, name="x"),
    ):
        with pytest.raises(StateConflict):
            write()


def test_bytes_of_what_was_removed_from_a_draft_are_purged_after_a_day(proof):
    services.add_files(proof.pk, "final_piece", [upload()], actor=proof.cast.user)
    document = proof.documents.get()
    services.remove_document(document.pk, actor=proof.cast.user)
    assert (services.purge_removed(), storage.quarantine().exists(document.key)) == (0, True)
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert services.purge_removed() == 1
        assert services.purge_removed() == 0
    assert storage.quarantine().exists(document.key) is False
    assert proof.documents.get().key == ""


def test_lines_of_the_report_add_up_to_its_total_as_printed(proof):
    """D-11: rounded half up to the minor unit line by line, 1.33 h at 10.01 are 13.31."""
    line = {"is_work": True, "person": "Ada", "hours": Decimal("1.33"), "rate": Decimal("10.01")}
    report = services.save_certification(
        proof.pk, actor=proof.cast.user, lines=[line, {**line, "person": "Ben"}], currency="EUR"
    )
    assert [one.cost() for one in report.lines.all()] == [Decimal("13.31"), Decimal("13.31")]
    assert report.total() == Decimal("26.62")
