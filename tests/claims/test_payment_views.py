"""Pages of payments, runs, tax invoices and bank data, as the people of both sides meet them."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import services
from claims.models import Claim, Payment, PaymentRun, TaxInvoice
from core import clock
from core.models import Notification
from proofs.checking import check_document
from proofs.models import Proof
from tests.factories.files import pdf, pdf_upload
from tests.factories.incentives import make_enrollment
from tests.factories.payments import (
    BANK,
    IBAN,
    make_payment,
    make_profile,
    make_rate,
    make_run,
    result_csv,
)
from tests.factories.people import make_vendor_admin

pytestmark = pytest.mark.django_db
PARTNER_LIST_QUERIES = 6
VENDOR_LIST_QUERIES = 6
RUN_LIST_QUERIES = 5
BANK_LIST_QUERIES = 7
PREVIEW_QUERIES = 14


def text_of(answer):
    return answer.content.decode()


def copies(payment, count):
    """More payments like this one, each of a claim of its own, as plain rows: the list does not care how they came to
    be."""
    proofs, claims, payments = [], [], []
    for number in range(count):
        proof = twin(payment.claim.proof, number, name=f"Twin {number}")
        claim = twin(payment.claim, number, proof=proof)
        proofs.append(proof)
        claims.append(claim)
        payments.append(twin(payment, number, claim=claim, created_at=clock.now() - timedelta(days=number)))
    for model, rows in ((Proof, proofs), (Claim, claims), (Payment, payments)):
        model.objects.bulk_create(rows)


def twin(row, number, **changes):
    copy = type(row).objects.get(pk=row.pk)
    copy.pk, copy.number = uuid.uuid4(), f"{row.number[:3]}-2000-{number:06d}"
    copy._state.adding = True
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_list_costs_the_same_for_one_and_for_thirty(client):
    payment = make_payment()
    counts = {}
    for rows in (1, 30):
        if rows > 1:
            copies(payment, rows - 1)
        for name, person in (("partner", payment.cast.user), ("vendor", payment.cast.vendor_admin)):
            client.force_login(person)
            client.get("/claims/payments/")
            counts[name, rows] = queries(client, "/claims/payments/")
    assert counts == {
        ("partner", 1): PARTNER_LIST_QUERIES,
        ("vendor", 1): VENDOR_LIST_QUERIES,
        ("partner", 30): PARTNER_LIST_QUERIES,
        ("vendor", 30): VENDOR_LIST_QUERIES,
    }


def test_lists_of_runs_and_bank_data_cost_the_same_for_one_and_for_thirty(client):
    run = make_run()
    client.force_login(run.cast.vendor_admin)
    counts = {}
    for rows in (1, 30):
        for number in range(rows - PaymentRun.objects.count()):
            PaymentRun.objects.create(
                number=f"RUN-2000-{number:06d}",
                status="closed",
                program=run.program,
                currency="EUR",
                created_by=run.cast.vendor_admin,
            )
            make_profile(make_enrollment(run.program), state="submitted")
        for name in ("runs", "bank"):
            client.get(f"/claims/{name}/")
            counts[name, rows] = queries(client, f"/claims/{name}/")
    assert counts == {
        ("runs", 1): RUN_LIST_QUERIES,
        ("bank", 1): BANK_LIST_QUERIES,
        ("runs", 30): RUN_LIST_QUERIES,
        ("bank", 30): BANK_LIST_QUERIES,
    }


def test_the_preview_costs_the_same_for_one_and_for_thirty(client):
    run = make_run()
    client.force_login(run.cast.vendor_admin)
    counts = []
    for rows in (0, 29):
        copies(run.payment, rows)
        client.get(run.get_absolute_url())
        counts.append(queries(client, run.get_absolute_url()))
    assert counts == [PREVIEW_QUERIES, PREVIEW_QUERIES]


def test_the_partner_reads_when_the_money_comes_and_filters_by_year(client):
    payment = make_payment()
    client.force_login(payment.cast.user)
    page = text_of(client.get("/claims/payments/"))
    assert payment.number in page
    assert payment.number in text_of(client.get(f"/claims/payments/?year={clock.now().year}&state=pending"))
    assert payment.number not in text_of(client.get("/claims/payments/?state=paid"))
    assert payment.number not in text_of(client.get("/claims/payments/?year=2001"))
    assert client.get("/claims/payments/?year=x&program=x&q=%00&state=nothing").status_code == 200
    detail = text_of(client.get(payment.get_absolute_url()))
    assert "Expected by" in detail and "4,120.00" in detail


def test_who_sees_no_bank_data_is_told_only_that_they_are_missing(client):
    payment = make_payment(profile=False)
    client.force_login(payment.cast.user)
    page = text_of(client.get(payment.get_absolute_url()))
    assert "The vendor did not accept the bank and tax data" in page
    assert "Enter bank and tax data" not in page
    client.force_login(payment.cast.admin)
    assert "Enter bank and tax data" in text_of(client.get(payment.get_absolute_url()))


# A run through its pages ------------------------------------------------------------------------------------


def test_a_run_from_new_to_remittance(client):
    payment = make_payment()
    cast = payment.cast
    make_rate("EUR", "0.92")
    client.force_login(cast.vendor_admin)
    form = text_of(client.get("/claims/runs/new/"))
    assert f"{cast.program.name}, EUR: 1 payment" in form
    answer = client.post("/claims/runs/new/", {"what": f"{cast.program.pk}:EUR"})
    run = PaymentRun.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    assert "Enter first from which account" in text_of(client.get(run.get_absolute_url()))
    account = {
        "holder": "Contoso Ltd",
        "kind": "iban",
        "account_number": IBAN,
        "bank_country": "DE",
        "bic": "",
        "file_format": "pain.001.001.03",
    }
    assert client.post(f"/claims/runs/{run.pk}/account/", account).status_code == 302
    confirm = text_of(client.get(f"/claims/runs/{run.pk}/confirm/"))
    assert "1 payment, 4,120.00" in confirm
    seen = confirm.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"/claims/runs/{run.pk}/confirm/", {"seen": seen}).status_code == 302
    assert client.post(f"/claims/runs/{run.pk}/make_file/", {}).status_code == 302
    assert PaymentRun.objects.get().schema == "pain.001.001.03"
    wrong = SimpleUploadedFile("r.csv", result_csv(("PAY-2020-000001", "sent", "2026-03-31", "")))
    refused = client.post(f"/claims/runs/{run.pk}/result/", {"file": wrong})
    assert refused.status_code == 422
    assert "Line 2: PAY-2020-000001 is not in this run" in text_of(refused)
    right = SimpleUploadedFile("r.csv", result_csv((payment.number, "sent", "2026-03-31", "")))
    assert client.post(f"/claims/runs/{run.pk}/result/", {"file": right}).status_code == 302
    assert "Closed" in text_of(client.get(run.get_absolute_url()))
    for person in (cast.admin, cast.vendor_admin):
        client.force_login(person)
        advice = client.get(f"/claims/payments/{payment.pk}/remittance/")
        assert b"".join(advice.streaming_content)[:5] == b"%PDF-"
        assert advice["Content-Disposition"].startswith(f'attachment; filename="{payment.number}.pdf"')
    assert Notification.objects.filter(kind="payment-sent", user=cast.user).count() == 1


def test_a_second_click_confirms_once(client):
    run = make_run()
    client.force_login(run.cast.vendor_admin)
    seen = text_of(client.get(f"/claims/runs/{run.pk}/confirm/")).split('name="seen" value="')[1].split('"')[0]
    answers = [client.post(f"/claims/runs/{run.pk}/confirm/", {"seen": seen}).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert PaymentRun.objects.get().lines.count() == 1


def test_a_preview_that_changed_is_shown_again(client):
    run = make_run()
    client.force_login(run.cast.vendor_admin)
    answer = client.post(f"/claims/runs/{run.pk}/confirm/", {"seen": "0" * 64})
    assert answer.status_code == 409
    assert "Look at the preview again" in text_of(answer)


def test_the_advice_names_parties_rungs_rates_and_the_masked_account(django_capture_on_commit_callbacks):
    from claims.remittance import render_pdf
    from claims.views.payments import paid_line

    run = make_run(status="closed")
    content = render_pdf(paid_line(run.payment), "Contoso")
    text = _pdf_text(content)
    for part in (run.payment.number, "Contoso", "Fabrikam", "•••• 3000", run.payment.claim.number, "4,120.00", "Asked"):
        assert part in text
    assert IBAN not in text
    assert render_pdf(paid_line(run.payment), "Contoso") == content


def _pdf_text(content):
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_there_is_no_advice_before_the_bank_has_sent(client):
    payment = make_payment()
    client.force_login(payment.cast.admin)
    assert client.get(f"/claims/payments/{payment.pk}/remittance/").status_code == 409


# Tax invoices -----------------------------------------------------------------------------------------------


@pytest.fixture
def waiting():
    payment = make_payment(claim=_claim_in_a_land_with_tax_invoices())
    assert (payment.status, payment.promised_by) == ("pending_tax_invoice", None)
    return payment


def _claim_in_a_land_with_tax_invoices():
    from tests.factories.claims import make_claim, make_proof
    from tests.factories.plans import make_cast, make_plan

    cast = make_cast(tax_invoice_countries=["DE"])
    return make_claim("under_review", proof=make_proof(make_plan(cast, status="approved")))


def invoice(file=None, **fields):
    return {
        "invoice_number": "TI-7",
        "date": clock.now().date().isoformat(),
        "amount": "4902.80",
        "currency": "EUR",
        "file": file or SimpleUploadedFile("tax.pdf", pdf("Tax invoice"), "application/pdf"),
        **fields,
    }


def test_a_tax_invoice_is_sent_checked_and_accepted(client, waiting, django_capture_on_commit_callbacks):
    cast = waiting.cast
    evidence = waiting.claim.proof.documents.current().count()
    client.force_login(cast.admin)
    assert "Send the tax invoice" in text_of(client.get(waiting.get_absolute_url()))
    assert client.post(f"/claims/payments/{waiting.pk}/tax-invoice/", invoice()).status_code == 302
    kept = TaxInvoice.objects.get()
    waiting.refresh_from_db()
    assert (waiting.status, kept.document.state, kept.document.section) == ("tax_invoice_review", "pending", "tax")
    assert waiting.claim.proof.documents.current().count() == evidence  # it is no evidence
    client.force_login(cast.vendor_admin)
    accept = f"/claims/payments/{waiting.pk}/accept_tax_invoice/"
    refused = client.post(accept, {})
    assert (refused.status_code, "has not passed its checks" in text_of(refused)) == (422, True)
    address = f"/claims/payments/{waiting.pk}/tax-invoice/{kept.pk}/"
    assert client.get(address).status_code == 404
    check_document(kept.document_id)
    assert b"".join(client.get(address).streaming_content)[:5] == b"%PDF-"
    assert client.post(accept, {}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == "upcoming"
    assert waiting.promised_by == cast.program.today() + timedelta(days=30)


def test_a_wrong_tax_invoice_is_refused_with_all_reasons(client, waiting):
    client.force_login(waiting.cast.admin)
    later = (clock.now() + timedelta(days=3)).date().isoformat()
    page = client.post(f"/claims/payments/{waiting.pk}/tax-invoice/", invoice(amount="10", date=later))
    assert page.status_code == 422
    assert "at least 4,120.00" in text_of(page) and "lies in the future" in text_of(page)
    assert not TaxInvoice.objects.exists()


def test_a_rejected_tax_invoice_is_told_and_another_one_can_be_sent(client, waiting):
    cast = waiting.cast
    sent = {"invoice_number": "1", "date": clock.now().date(), "amount": Decimal("5000"), "currency": "EUR"}
    services.send_payment_tax_invoice(waiting.pk, actor=cast.admin, file=pdf_upload("a.pdf"), **sent)
    services.reject_payment_tax_invoice(waiting.pk, actor=cast.vendor_admin, comment="Your address is missing.")
    told = Notification.objects.filter(kind="N-13", user=cast.admin, body="Your address is missing.")
    assert told.count() == 1
    services.send_payment_tax_invoice(waiting.pk, actor=cast.admin, file=pdf_upload("b.pdf"), **sent)
    waiting.refresh_from_db()
    assert waiting.status == "tax_invoice_review"
    check_document(waiting.tax_invoices.get(state="submitted").document_id)
    assert services.accept_payment_tax_invoice(waiting.pk, actor=cast.vendor_admin).status == "upcoming"


def test_a_payment_that_grows_asks_for_a_new_tax_invoice(waiting):
    cast = waiting.cast
    sent = {"invoice_number": "1", "date": clock.now().date(), "amount": Decimal("5000"), "currency": "EUR"}
    services.send_payment_tax_invoice(waiting.pk, actor=cast.admin, file=pdf_upload("a.pdf"), **sent)
    grown = services.increase_payment(waiting.claim, Decimal("100"), actor=cast.vendor_admin)
    assert (grown.status, grown.tax_invoices.get().state) == ("pending_tax_invoice", "rejected")
    from claims.services.payments import ask_payment_tax_invoice

    ask_payment_tax_invoice(grown)  # waits already
    assert grown.status == "pending_tax_invoice"


# Bank data --------------------------------------------------------------------------------------------------


def test_bank_data_are_entered_validated_and_changed(client):
    enrollment = make_payment(profile=False).cast.enrollment
    admin = enrollment.roles.filter(role="admin").first().user
    client.force_login(admin)
    address = f"/claims/bank/{enrollment.pk}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {**BANK, "account_number": IBAN}).status_code == 302
    profile = enrollment.payout_profiles.get(version=2)
    assert profile.needs_second is True  # approved money waits
    first, second = make_vendor_admin(enrollment.program), make_vendor_admin(enrollment.program)
    check = f"/claims/bank/check/{profile.pk}/"
    for person, word in ((first, "validate"), (second, "confirm")):
        client.force_login(person)
        assert profile.masked in text_of(client.get("/claims/bank/"))
        assert client.get(f"{check}{word}/").status_code == 200
        assert client.post(f"{check}{word}/", {}).status_code == 302
    profile.refresh_from_db()
    assert (profile.state, profile.is_ready) == ("validated", True)
    client.force_login(first)
    assert client.get(f"{check}reject/").status_code == 409
    client.force_login(admin)
    assert client.post(address, {**BANK, "account_number": "", "bank_name": "New name"}).status_code == 302
    assert enrollment.payout_profiles.count() == 3


def test_the_same_person_cannot_confirm_twice(client):
    payment = make_payment()
    profile = make_profile(payment.cast.enrollment, after_approval=True)
    client.force_login(profile.validated_by)
    answer = client.post(f"/claims/bank/check/{profile.pk}/confirm/", {})
    assert (answer.status_code, "You validated these data yourself" in text_of(answer)) == (422, True)


def test_data_of_the_same_location_are_offered_and_taken_over(client):
    source = make_profile(make_enrollment())
    enrollment = make_enrollment(location=source.enrollment.location)
    admin = source.submitted_by
    enrollment.roles.create(user=admin, role="admin")
    client.force_login(type(admin).objects.get(pk=admin.pk))
    assert source.masked in text_of(client.get(f"/claims/bank/{enrollment.pk}/"))
    assert client.post(f"/claims/bank/{enrollment.pk}/take-over/{source.pk}/", {}).status_code == 302
    assert enrollment.payout_profiles.get().masked == source.masked
