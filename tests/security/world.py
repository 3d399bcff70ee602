"""One dossier in every state that matters, and one person of every kind, own and foreign."""

from types import SimpleNamespace

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from core import export_jobs
from core.models import Notification
from incentives.choices import PartnerRole, VendorRoleKind
from incentives.exports import LEDGER
from incentives.models import IncentiveRole
from proofs.checking import check_document, read_document
from proofs.choices import ReadBy
from proofs.signature import digest_of
from tests.factories.claims import make_claim, make_coop_proof, make_proof, sign_report, write_report
from tests.factories.earnings import csv_text, line, uploaded
from tests.factories.files import picture, upload
from tests.factories.funds import make_fund
from tests.factories.incentives import activity_type, make_enrollment, make_rule_draft, make_year
from tests.factories.payments import make_payment, make_profile, make_run
from tests.factories.people import make_location, make_member, make_partner, make_user, make_vendor_person
from tests.factories.plans import cast_for, make_cast, make_coop_cast, make_plan

OURS = ("core", "accounts", "incentives", "plans", "proofs", "claims")
NOT_COUNTED = ("core_keptinput",)  # typed text of ended sessions is kept on purpose


def build():
    """Everything under one program, and the same again under another partner and another program."""
    from claims import services as claims
    from proofs import services as proofs
    from proofs.evidence import checklist_of

    cast = make_cast()
    plan = make_plan(cast, status="approved")
    proof = make_proof(plan)
    second_type = cast.program.fund_types.create(slug="extra", name="Extra")
    editing = make_plan(cast, fund_type=second_type, name="Draft plan")
    third_type = cast.program.fund_types.create(slug="third", name="Third")
    sent = make_plan(cast, fund_type=third_type, name="Sent plan", status="under_review")
    claimed = make_proof(plan, name="Claimed")
    claim = make_claim(proof=claimed, status="under_review")
    claimed_document = claimed.documents.filter(card="final_piece").get()
    read_document(claimed_document.pk, ReadBy.TEXT)
    finding = proofs.add_finding(claimed.pk, actor=cast.reviewer, text="Too dark", card="final_piece")
    returned = make_proof(plan, name="Returned")
    returned_claim = make_claim(proof=returned, status="action_required")
    [document] = proof.documents.filter(card="final_piece")
    proofs.edit_proof(proof.pk, actor=cast.user, metrics={"estimated_reach": "0"})
    proof.refresh_from_db()
    campaign = editing.campaigns.get()
    ready = make_proof(plan, name="Ready to send")
    signed = make_proof(plan, name="Sent")
    write_report(signed)
    sign_report(signed)
    sent_claim = make_claim(proof=signed)
    report = write_report(proof)
    fund = cast.program.fund_types.create(slug="free", name="Free")
    coop = make_coop_cast(cast)
    coop_ready = make_coop_proof(coop, name="Without plan")
    coop_claim = make_claim(proof=make_coop_proof(coop, name="Sent without plan"))
    coop_returned = make_claim(proof=make_coop_proof(coop, name="Returned without plan"), status="action_required")
    [waiting] = proofs.add_files(proof.pk, "extra", [upload(name="second.png")], actor=cast.user, note="x")
    lying, wanted = _in_bin(cast), _in_bin(coop)
    money = _money(cast, plan)
    ledger_fund = make_fund(1000, enrollment=cast.enrollment)
    export = export_jobs.start_export(LEDGER, "csv", {}, actor=cast.user)
    export_jobs.write_export(export.pk)
    invited, token = _invite(cast.enrollment.location.partner)
    draft = make_rule_draft(cast)
    span = {"year": cast.year}
    rule_run = claims.start_run(cast.program.pk, version=draft.version, actor=cast.vendor_admin, **span)
    return SimpleNamespace(
        cast=cast,
        plan=plan,
        editing=editing,
        sent=sent,
        campaign=campaign,
        activity=campaign.activities.get(),
        ready=ready,
        sent_claim=sent_claim,
        signature_data={"name": report.certifier_name, "certify": "on", "seen": digest_of(report)},
        fund=fund,
        coop=coop,
        coop_ready=coop_ready,
        coop_claim=coop_claim,
        coop_returned=coop_returned,
        ledger_fund=ledger_fund,
        export=export,
        message=Notification.objects.filter(user=cast.admin).first(),
        file=lambda: SimpleUploadedFile("poster-2.png", picture(), "image/png"),
        approved_activity=proof.activity,
        proof=proof,
        document=document,
        waiting=waiting.document,
        warning=next(one.mark for one in checklist_of(proof).matches if one.code == "metric_implausible"),
        lying=lying,
        wanted=wanted,
        invoice=proof.invoices.get(),
        claimed=claimed,
        claim=claim,
        finding=finding,
        claimed_document=claimed_document,
        returned=returned,
        returned_claim=returned_claim,
        returned_finding=returned.findings.get(),
        enrollment=cast.enrollment,
        program=cast.program,
        later_period=cast.program.periods.filter(usage_start__gt=ledger_fund.period.usage_start).last(),
        earnings=uploaded([line(cast.enrollment)], cast.program, actor=cast.vendor_admin),
        wrong_earnings=uploaded([line(cast.enrollment, currency="x")], cast.program, actor=cast.vendor_admin),
        csv_file=lambda: SimpleUploadedFile("earnings.csv", csv_text([line(cast.enrollment)]).encode(), "text/csv"),
        invited=invited,
        token=token,
        draft=draft,
        rule_run=rule_run,
        colleague=cast.user,
        people=_people(cast),
        **money,
        **_forms(cast.year, campaign),
    )


def _in_bin(cast):
    """A checked file in the receipt bin of the cast."""
    from proofs import services as proofs

    [received] = proofs.drop_files(cast.enrollment.pk, [upload(name="receipt.png")], actor=cast.user)
    check_document(received.document.pk)
    return received.document


def _money(cast, plan):
    """A payment that waits, one that a run has sent, bank data to be judged."""
    sent = make_payment(claim=make_claim("under_review", proof=make_proof(plan, name="Paid")))
    closed = make_run(sent, status="closed")
    payment = make_payment(claim=make_claim("under_review", proof=make_proof(plan, name="Approved")))
    run = make_run(payment)
    other = make_enrollment(make_year().program, cast.enrollment.location)
    IncentiveRole.objects.create(user=cast.admin, enrollment=other, role=PartnerRole.ADMIN)
    elsewhere = cast_for(make_enrollment(cast.program, make_location(cast.enrollment.location.partner)), cast.year)
    return {
        "sent_payment": sent,
        "closed_run": closed,
        "payment": payment,
        "run": run,
        "waiting_bank": make_profile(elsewhere.enrollment, state="submitted"),
        "offered_bank": make_profile(other, state="validated"),
    }


def _people(cast):
    """One of every kind: of the partner, of another partner, of the program, of another program, of nobody."""
    company = cast.enrollment.location.partner
    other_company = make_partner("Northwind Traders Ltd", "GB")
    other = cast_for(make_enrollment(cast.program, make_location(other_company)), cast.year)
    return {
        "user": cast.user,
        "admin": cast.admin,
        "global_admin": make_member(company, "Greta Global", global_admin=True),
        "account_admin": make_member(company, "Adam Account", account_admin=True),
        "no_role": make_member(company, "Nora None"),
        "foreign": other.admin,
        "reviewer": cast.reviewer,
        "vendor_admin": cast.vendor_admin,
        "other_vendor": make_vendor_person(make_year().program, "Otto Other", VendorRoleKind.ADMIN),
        "lost": make_user("Lost Larry"),
    }


def _forms(year, campaign):
    """What the forms are sent with where they would be saved."""
    return {
        "campaign_data": {"name": "Third", "starts_on": year.starts_on, "ends_on": year.ends_on},
        "activity_data": {
            "activity_type": activity_type(year).pk,
            "name": "Third one",
            "countries": ["DE"],
            "starts_on": campaign.starts_on,
            "ends_on": campaign.starts_on,
            "budget": "10",
        },
        "invoice_data": {"supplier": "Lichtblick", "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"},
        "report_data": {f"{name}-{what}_FORMS": "0" for name in ("work", "other") for what in ("TOTAL", "INITIAL")},
    }


def _invite(company):
    from accounts.services import invite_colleague

    boss = make_member(company, "Boss", account_admin=True)
    return invite_colleague("invited@example.com", "Ina Invited", actor=boss)


def snapshot():
    """A fingerprint of every row of ours, history included."""
    prints = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if model._meta.app_label in OURS and table not in NOT_COUNTED:
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"  # noqa: S608
                )
                prints[table] = cursor.fetchone()[0]
    return prints
