"""Proofs with complete evidence and their claims, played through the services up to the state wanted."""

from datetime import timedelta
from decimal import Decimal

from claims import services as claims
from incentives import services as incentives
from incentives.models import Fund
from plans.models import Activity
from proofs import services as proofs
from proofs.checking import check_document, read_document
from proofs.choices import ReadBy
from proofs.models import CertificationReport
from proofs.signature import digest_of
from tests.factories.files import pdf_upload, upload
from tests.factories.funds import claimable_period, earn
from tests.factories.plans import make_coop_cast, make_plan

AMOUNT = Decimal("4120.00")
EARNED = Decimal(100000)


def claimable_day(proof_or_program):
    """A day up to today whose usage period can be claimed today."""
    program = getattr(proof_or_program, "program", proof_or_program)
    today = program.today()
    period = program.periods.claimable_on(today).get()
    return min(today, period.usage_end)


def ensure_fund(enrollment, fund_type, amount=EARNED):
    """Money for claims of today's period and of the running one, unless there is some already."""
    program = enrollment.program
    for period in {claimable_period(program), program.periods.used_on(program.today()).get()}:
        if not Fund.objects.filter(enrollment=enrollment, fund_type=fund_type, period=period).exists():
            earn(incentives.open_fund(enrollment, fund_type, period), amount)


BANK = {
    "holder": "Fabrikam Retail GmbH", "country": "DE", "bank_country": "DE", "kind": "iban", "bic": "COBADEFFXXX",
    "routing_code": "", "bank_name": "Commerzbank", "currency": "EUR", "tax_country": "DE", "tax_number": "DE136695976",
}  # fmt: skip
IBAN = "DE89370400440532013000"


def ensure_bank(cast):
    """Bank and tax data as the partner sent them, not looked at by the vendor yet; unless there are some."""
    if not cast.enrollment.payout_profiles.exists():
        incentives.submit_payout_profile(
            cast.enrollment.pk, actor=cast.admin, after_approval=False, account_number=IBAN, **BANK
        )


def make_proof(plan=None, *, complete=True, name="City-light posters Munich", amount=AMOUNT, **fields):
    """A draft proof of the plan's first activity; complete = everything that submission asks for."""
    plan = plan or make_plan(status="approved")
    cast = plan.cast
    activity = fields.pop("activity", None) or Activity.objects.filter(campaign__plan=plan).first()
    ensure_fund(cast.enrollment, plan.fund_type)
    ensure_bank(cast)
    day = max(claimable_day(cast.program) - timedelta(days=1), activity.campaign.starts_on)
    fields = {"executed_from": day, "executed_to": day, **fields}
    proof = proofs.create_proof(activity, actor=cast.user, name=name, amount=amount, **fields)
    if complete:
        complete_print_proof(proof, cast)
    proof.refresh_from_db()
    proof.cast = cast
    return proof


def make_coop_proof(cast=None, *, complete=True, name="Trade paper ads", amount=AMOUNT, **fields):
    """A draft of a claim without plan, for work in the usage period that can be claimed today."""
    cast = cast or make_coop_cast()
    period = fields.pop("period", None) or claimable_period(cast.program)
    ensure_fund(cast.enrollment, cast.program.fund_types.get(slug="co-op"))
    ensure_bank(cast)
    day = min(cast.program.today() - timedelta(days=1), period.usage_end)
    day = max(day, period.usage_start, cast.year.starts_on)
    fields = {"executed_from": day, "executed_to": day, "country": "DE", **fields}
    proof = proofs.create_proof_without_plan(
        cast.enrollment, actor=cast.user, period=period, activity_type=fields.pop("activity_type", "print_advertising"),
        name=name, amount=amount, **fields,
    )  # fmt: skip
    if complete:
        complete_print_proof(proof, cast)
    proof.refresh_from_db()
    proof.cast = cast
    return proof


def complete_print_proof(proof, cast):
    """Evidence of a print advertisement: final piece, invoice, reach, core requirements."""
    [piece] = proofs.add_files(
        proof.pk, "final_piece", [upload(name="poster.png")], actor=cast.user, note="The printed poster"
    )
    proofs.add_invoice(
        proof.pk,
        actor=cast.user,
        supplier="Lichtblick Medien",
        number=f"2026-{proof.number[-4:]}",
        date=proof.executed_to,
        currency=proof.currency,
        lines=[
            {
                "description": "Printing",
                "expense_type": "printed_material",
                "net": proof.amount,
                "tax": Decimal("0.00"),
                "gross": proof.amount,
            }
        ],
        files=[pdf_upload()],
    )
    core = {one.slug: {"declared": True, "document_id": str(piece.document.pk)} for one in proof.spec.core_requirements}
    proofs.edit_proof(proof.pk, actor=cast.user, metrics={"estimated_reach": "180000"}, core_requirements=core)
    check_files(proof)


WORK = {"is_work": True, "person": "Ada", "role": "Host", "period": "May", "hours": Decimal("2.5"), "rate": Decimal(80)}
COST = {"is_work": False, "description": "Paper", "amount": Decimal("20.00")}


def write_report(proof, *lines, **changed):
    """A complete certification report of 220.00, not signed; lines, changed: what is written instead."""
    day = proof.executed_to
    fields = {
        "activity": "Stand duty", "period_from": day, "period_to": day, "currency": proof.currency,
        "certifier_name": "Ana Ruiz", "certifier_title": "Head of events", "certified_on": day,
    }  # fmt: skip
    return proofs.save_certification(
        proof.pk, actor=proof.cast.user, lines=list(lines) or [WORK, COST], **{**fields, **changed}
    )


def sign_report(proof, actor=None):
    """The complete certification report signed as it stands, by the user who drafts."""
    report = CertificationReport.objects.get(proof=proof)
    return proofs.sign_certification(
        proof.pk, actor=actor or proof.cast.user, name=report.certifier_name, seen=digest_of(report)
    )


def check_files(proof, *, read=False):
    """What the worker does: every waiting file of the proof gets its verdict now. read: and its text is read, and its
    pages are copied, which takes a tenth of a second a file."""
    for pk in proof.documents.current().undecided().values_list("pk", flat=True):
        check_document(pk)
        if read:
            read_document(pk, ReadBy.TEXT)


def make_claim(status="submitted", *, proof=None, **proof_fields):
    """A claim in the state named, with its proof and cast on it."""
    proof = proof or make_proof(**proof_fields)
    cast = proof.cast
    claim = claims.submit_proof(proof.pk, actor=cast.admin)
    if status == "withdrawn":
        claims.withdraw_claim(claim.pk, actor=cast.admin)
    elif status != "submitted":
        claims.take_claim(claim.pk, actor=cast.reviewer)
        if status == "action_required":
            claims.request_claim_action(claim.pk, actor=cast.reviewer, comment="The poster cannot be read.")
        elif status == "approved":
            claims.approve_claim(claim.pk, actor=cast.vendor_admin, amount=claim.amount)
        elif status == "rejected":
            claims.reject_claim(claim.pk, actor=cast.vendor_admin, comment="Out of scope.")
    claim.refresh_from_db()
    claim.cast = cast
    return claim
