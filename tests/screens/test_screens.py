"""Every important page with the demo company set, at two widths: looked at by machine here, by people in docs/screens.

`make screens` writes the pictures.
"""

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from claims.models import Claim, Payment, PaymentRun
from demo.seed.cast import PASSWORD
from incentives.models import EarningsImport
from plans.models import Plan
from proofs.models import Document, Proof
from tests.screens.watch import Watch

SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
WIDTHS = (1440, 390)
HEIGHT = 1000
USER, ADMIN = "jonas.weidner@fabrikam.example", "katharina.brandl@fabrikam.example"
GLOBAL, NOBODY = "sabine.hofer@fabrikam.example", "tobias.engel@fabrikam.example"
REVIEWER, VENDOR_ADMIN = "ana.ribeiro@contoso.example", "olivia.chen@contoso.example"
FABRIKAM = "Fabrikam Retail GmbH"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _ours(rows, status):
    return rows.filter(status=status, enrollment__location__partner__name=FABRIKAM).order_by("number").first()


def _pages():
    """(name, person, address); the first of each name is the picture for people."""
    plan = _ours(Plan.objects.all(), "approved")
    draft = _ours(Proof.objects.filter(first_submitted_at__isnull=True), "editing")
    returned = _ours(Claim.objects.all(), "action_required")
    review = Claim.objects.filter(status="under_review").order_by("number").first()
    approved = _ours(Claim.objects.all(), "approved")
    fund = approved.fund
    year = approved.proof.activity_type.program_year_id
    document = Document.objects.filter(proof=approved.proof, state="clean", kind="pdf", generated=False).first()
    return [
        ("home-partner", USER, "/"),
        ("home-partner-admin", ADMIN, "/"),
        ("home-vendor", REVIEWER, "/"),
        ("home-vendor-admin", VENDOR_ADMIN, "/"),
        ("home-without-role", NOBODY, "/"),
        ("home-global-admin", GLOBAL, "/"),
        ("plans", USER, "/plans/"),
        ("plan", ADMIN, plan.get_absolute_url()),
        ("plan-new", USER, "/plans/new/"),
        ("plan-review", VENDOR_ADMIN, Plan.objects.filter(status="under_review").first().get_absolute_url()),
        ("proofs", USER, "/proofs/"),
        ("proof", USER, draft.get_absolute_url()),
        ("proof-submit", ADMIN, f"/claims/submit/{draft.pk}/"),
        ("document", USER, document.get_absolute_url()),
        ("invoice-new", USER, f"/proofs/{draft.pk}/invoices/new/"),
        ("certification", USER, f"/proofs/{draft.pk}/certification/"),
        ("returned-claim", ADMIN, returned.proof.get_absolute_url()),
        ("claims", ADMIN, "/claims/"),
        ("claims-vendor", REVIEWER, "/claims/"),
        ("claim", ADMIN, approved.get_absolute_url()),
        ("claim-vendor", VENDOR_ADMIN, approved.get_absolute_url()),
        ("queue", REVIEWER, "/queue/"),
        ("review", VENDOR_ADMIN, f"/claims/{review.pk}/desk/"),
        ("funds", ADMIN, "/funds/"),
        ("fund", ADMIN, fund.get_absolute_url()),
        ("fund-figure", ADMIN, f"{fund.get_absolute_url()}?about=claimed"),
        ("funds-vendor", VENDOR_ADMIN, "/funds/"),
        ("reports", VENDOR_ADMIN, "/reports/"),
        ("exports", ADMIN, "/exports/"),
        ("claim-above-cap", ADMIN, f"/claims/submit/{Proof.objects.get(name='Vouchers for renewals').pk}/"),
        ("claim-new", USER, "/claims/new/"),
        ("imports", VENDOR_ADMIN, "/programs/earnings/"),
        ("import-ready", VENDOR_ADMIN, EarningsImport.objects.filter(state="ready").first().get_absolute_url()),
        ("import-refused", VENDOR_ADMIN, EarningsImport.objects.filter(state="refused").first().get_absolute_url()),
        ("rates", VENDOR_ADMIN, "/programs/rates/"),
        ("calendar", VENDOR_ADMIN, f"/programs/{approved.enrollment.program_id}/calendar/"),
        ("rules", VENDOR_ADMIN, f"/programs/{approved.enrollment.program_id}/rules/"),
        ("rule-levels", VENDOR_ADMIN, f"/programs/{approved.enrollment.program_id}/rules/levels/"),
        ("rule-type", VENDOR_ADMIN, f"/programs/{approved.enrollment.program_id}/rules/{year}/print_advertising/"),
        ("program-facts", VENDOR_ADMIN, f"/programs/{approved.enrollment.program_id}/facts/"),
        ("payments", ADMIN, "/claims/payments/"),
        ("payments-vendor", VENDOR_ADMIN, "/claims/payments/"),
        ("payment", ADMIN, Payment.objects.filter(status="sent").order_by("number").first().get_absolute_url()),
        ("bank", ADMIN, f"/claims/bank/{approved.enrollment_id}/"),
        ("runs", VENDOR_ADMIN, "/claims/runs/"),
        ("run", VENDOR_ADMIN, PaymentRun.objects.filter(status="preview").first().get_absolute_url()),
        ("run-paid", VENDOR_ADMIN, PaymentRun.objects.filter(status="closed").first().get_absolute_url()),
        ("claim-disputed", VENDOR_ADMIN, Claim.objects.get(status="disputed").get_absolute_url()),
        ("approve", VENDOR_ADMIN, f"/claims/{review.pk}/approve/"),
        ("inbox", ADMIN, "/inbox/"),
        ("search", VENDOR_ADMIN, "/search/?q=Munich"),
        ("team", GLOBAL, "/team/"),
        ("team-vendor", VENDOR_ADMIN, "/team/"),
        ("programs", VENDOR_ADMIN, "/programs/"),
        ("partners", VENDOR_ADMIN, "/programs/partners/"),
        ("gallery", USER, "/ui/"),
    ]


def sign_in(context, app, email):
    page = context.new_page()
    page.goto(f"{app.url}/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{app.url}/")
    page.close()


def test_pages_are_sound_at_both_widths(live_app, new_context):
    call_command("seed_demo", verbosity=0)
    write = os.environ.get("WRITE_SCREENS") == "1"
    SCREENS.mkdir(parents=True, exist_ok=True)
    people, faults = {}, []
    for name, email, address in [("sign-in", "", "/accounts/login/"), *_pages()]:
        if email not in people:
            people[email] = new_context(viewport={"width": WIDTHS[0], "height": HEIGHT}, reduced_motion="reduce")
            if email:
                sign_in(people[email], live_app, email)
        page = people[email].new_page()
        watch = Watch(page, live_app.url)
        answer = page.goto(live_app.url + address, wait_until="networkidle")
        if answer is None or answer.status != 200:
            watch.faults.append(f"{name}: answered {answer and answer.status}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.wait_for_timeout(150)
            watch.look(f"{name} {width}")
            watch.axe(f"{name} {width}")
            if write:
                page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
        faults += watch.faults
        page.close()
    assert faults == []
