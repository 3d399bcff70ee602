"""An account number is nowhere but in its seal: not on pages, in mails, logs, history, or any column."""

import logging

import pytest
from django.apps import apps
from django.contrib import admin
from django.core import mail
from django.db import connection
from django.test import Client

from claims import services
from claims.models import Payment
from incentives.models import PayingAccount, PayoutProfile
from tests.factories.payments import (
    BANK,
    IBAN,
    OTHER_IBAN,
    PAYING_IBAN,
    answer,
    make_payment,
    make_profile,
    make_run,
    result_csv,
)
from tests.factories.people import make_member, make_vendor_admin

pytestmark = pytest.mark.django_db
NUMBERS = (IBAN, OTHER_IBAN, PAYING_IBAN, IBAN[4:], "3704 0044")


def leaks(text):
    return [number for number in NUMBERS if number in text]


def every_row():
    """All that the database holds of ours, as text."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')  # noqa: S608
            for (row,) in cursor.fetchall():
                yield model._meta.db_table, row


@pytest.fixture
def played(caplog):
    """Everything that happens to an account number, with every log line kept."""
    caplog.set_level(logging.DEBUG)
    run = make_run(status="closed")
    cast = run.cast
    answer(run, cast, result_csv((run.payment.number, "reversed", "2026-04-02", f"Account {IBAN} closed")))
    services.submit_bank_data(cast.enrollment.pk, actor=cast.admin, account_number=OTHER_IBAN, **BANK)
    newest = PayoutProfile.objects.order_by("-version").first()
    services.reject_bank_data(newest.pk, actor=cast.vendor_admin, reason="Another holder.")
    return run


def addresses(run):
    payment, enrollment = run.payment, run.cast.enrollment
    profile = enrollment.payout_profiles.first()
    return [
        "/", "/inbox/", "/claims/payments/", f"/claims/payments/{payment.pk}/", f"/claims/{payment.claim_id}/",
        "/claims/runs/", f"/claims/runs/{run.pk}/", f"/claims/runs/{run.pk}/account/", f"/claims/runs/{run.pk}/result/",
        "/claims/bank/", f"/claims/bank/{enrollment.pk}/", f"/claims/bank/check/{profile.pk}/",
        f"/programs/partners/{enrollment.location.partner_id}/",
    ]  # fmt: skip


def test_no_column_no_mail_and_no_log_line_holds_a_number(played, caplog):
    assert [table for table, row in every_row() if leaks(row)] == []
    assert [message.subject for message in mail.outbox if leaks(message.subject + message.body)] == []
    assert leaks(caplog.text) == []
    assert PayoutProfile.objects.count() == 2 and PayingAccount.objects.count() == 1


def bodies_of(person, run):
    client = Client()
    client.force_login(person)
    return {address: client.get(address).content.decode() for address in addresses(run)}


def test_no_page_of_anybody_shows_a_number(played):
    cast = played.cast
    people = (cast.user, cast.admin, cast.reviewer, cast.vendor_admin, make_vendor_admin(cast.program))
    shown = {(one.name, address): body for one in people for address, body in bodies_of(one, played).items()}
    assert [key for key, body in shown.items() if leaks(body)] == []
    assert "•••• 3000" in shown[cast.vendor_admin.name, f"/claims/runs/{played.pk}/"]
    assert "•••• 2051" in shown[cast.admin.name, "/claims/bank/"]


def test_who_may_not_see_bank_data_does_not_even_see_the_last_digits(played):
    cast = played.cast
    partner = cast.enrollment.location.partner
    seen = {}
    for name, person in {
        "user": cast.user,
        "reviewer": cast.reviewer,
        "global_admin": make_member(partner, global_admin=True),
        "billing_admin": make_member(partner, billing_admin=True),
    }.items():
        bodies = list(bodies_of(person, played).values())
        seen[name] = [mark for mark in ("••••", "COBADEFF", "DE136695976") if any(mark in body for body in bodies)]
    assert seen == {"user": [], "reviewer": [], "global_admin": [], "billing_admin": []}


def test_a_form_with_errors_does_not_send_the_number_back(client):
    payment = make_payment()
    client.force_login(payment.cast.admin)
    typed = {**BANK, "account_number": IBAN, "bic": "WRONG"}
    page = client.post(f"/claims/bank/{payment.cast.enrollment.pk}/", typed)
    body = page.content.decode()
    assert (page.status_code, leaks(body), "This is not a valid BIC" in body) == (422, [], True)
    assert "Commerzbank" in body and "Type the account number again" in body


def test_a_number_typed_into_an_ended_session_is_not_kept(client):
    payment = make_payment()
    client.force_login(payment.cast.admin)
    client.get("/")
    client.cookies.pop("sessionid")
    client.post(f"/claims/bank/{payment.cast.enrollment.pk}/", {**BANK, "account_number": IBAN})
    assert [table for table, row in every_row() if leaks(row)] == []


def test_the_admin_does_not_know_bank_data():
    assert [model for model in (PayoutProfile, PayingAccount) if model in admin.site._registry] == []


def test_a_report_of_an_error_leaves_the_number_out(rf):
    from django.views.debug import SafeExceptionReporterFilter

    from claims.views import EditBank

    request = rf.post("/claims/bank/x/", {"account_number": IBAN})

    request.user = make_payment().cast.admin
    EditBank.as_view()(request, pk=Payment.objects.get().enrollment_id)
    shown = SafeExceptionReporterFilter().get_post_parameters(request)
    assert shown["account_number"] == SafeExceptionReporterFilter.cleansed_substitute


def test_the_download_is_for_the_vendors_incentives_admin_and_is_never_cached(client):
    run = make_run(status="file_made")
    client.force_login(run.cast.vendor_admin)
    answer_ = client.get(f"/claims/runs/{run.pk}/file/xml/")
    content = b"".join(answer_.streaming_content)
    assert (answer_["Cache-Control"], IBAN.encode() in content) == ("private, no-store", True)
    assert b"".join(client.get(f"/claims/runs/{run.pk}/file/csv/").streaming_content).count(b"\r\n") == 2


def test_a_second_enrolment_is_not_shown_anothers_data(client):
    payment = make_payment()
    make_profile(payment.cast.enrollment, number=OTHER_IBAN)
    from tests.factories.incentives import make_enrollment
    from tests.factories.people import make_incentive_admin

    other = make_enrollment(payment.cast.program)
    client.force_login(make_incentive_admin(other))
    body = client.get(f"/claims/bank/{other.pk}/").content.decode()
    assert ("2051" in body, "Take over" in body) == (False, False)
