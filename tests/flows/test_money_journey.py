"""The money of a claim, played in browsers against real servers: earnings, a cap, a decision in part, a dispute, a
payment run; in the end both sides read the same numbers."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from claims.models import Payment
from core import clock
from core.money import format_amount
from incentives.models import Fund
from proofs.models import Proof
from tests.flows.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED, MORE = Decimal(14000), Decimal(20000)


@pytest.fixture
def cast(live_app, worker, new_context):
    call_command("seed_demo", verbosity=0)
    emails = {
        "katharina": "katharina.brandl@fabrikam.example",
        "ana": "ana.ribeiro@contoso.example",
        "olivia": "olivia.chen@contoso.example",
        "peter": "peter.lindqvist@contoso.example",
    }
    return {name: Person(name, email, new_context, live_app).sign_in() for name, email in emails.items()}


def money(amount):
    return format_amount(amount, "EUR")


def fund_of(proof):
    return Fund.objects.get(
        enrollment=proof.enrollment, fund_type=proof.activity.campaign.plan.fund_type,
        period__usage_start__lte=proof.executed_to, period__usage_end__gte=proof.executed_to,
    )  # fmt: skip


def earnings_are_imported(olivia, fund, tmp_path):
    """A file with one wrong line is refused as a whole; without it, it is booked once."""
    day = fund.period.earning_end
    columns = (
        "earningId", "participantId", "programCode", "earningType", "transactionDate", "earningDate", "earningAmount",
        "currency", "reasonCode", "customerName",
    )  # fmt: skip
    head = ",".join(columns)
    good = f"E-1,{fund.enrollment.location.code},cloud-solution-provider,coop,{day},{day},{MORE},EUR,,Customer"
    for name, lines in (("wrong.csv", [head, good, good.replace("E-1", "E-2").replace(str(MORE), '"1.234,56"')]),
                        ("earnings.csv", [head, good])):  # fmt: skip
        file = tmp_path / name
        file.write_text("\n".join(lines), encoding="utf-8")
        olivia.open("/programs/earnings/new/")
        olivia.page.get_by_label("CSV file").set_input_files(file)
        olivia.press("Upload and check")
        if name == "wrong.csv":
            olivia.reads("1.234,56")
            expect(olivia.page.get_by_role("link", name="Book all lines", exact=True)).to_have_count(0)
    olivia.reads(money(MORE))
    olivia.follow("Book all lines")
    olivia.press("Book all lines")
    expect(olivia.page.locator(".pl-title .pl-badge").get_by_text("Booked", exact=True)).to_be_visible()
    before = fund.earned
    fund.refresh_from_db()
    assert fund.earned == before + MORE


def claim_is_sent(katharina, proof, payable):
    katharina.open(proof.get_absolute_url())
    katharina.follow("Send to Contoso")
    katharina.reads(f"Of {money(ASKED)} at most {money(payable)} can be paid, because at most 25 % of the")
    katharina.press("Send the claim")
    katharina.page.wait_for_url("**/claims/**")
    katharina.reads("Submitted")
    return katharina.page.url


def claim_is_approved(person, claim, amount, comment):
    person.open(claim)
    person.page.goto(claim + "approve/")
    person.page.get_by_label("Amount you approve").fill(str(amount))
    person.fill(Comment=comment)
    person.press("Approve")
    person.reads("Approved. The partner is told by mail in 15 minutes")


def claim_is_disputed(katharina, claim):
    katharina.open(claim)
    katharina.follow("Dispute")
    katharina.page.get_by_label("Why should it be decided otherwise?").fill(
        "All vouchers were handed out, see the list."
    )
    katharina.press("Dispute")
    katharina.reads("Disputed")


def payment_is_run(olivia, payment, tmp_path):
    """Preview, confirmation, file, the bank's answer."""
    payment.approved_at -= timedelta(hours=1)  # the time for undoing is over
    payment.save()
    olivia.open("/claims/runs/new/")
    olivia.page.get_by_label(re.compile("Cloud Solution Provider.*EUR")).check()
    olivia.press("Show the preview")
    olivia.reads(payment.number)
    for label in ("Confirm the run", "Make the payment file"):
        olivia.follow(label)
        olivia.press(label)
        olivia.page.wait_for_load_state()
    with olivia.page.expect_download() as download:
        olivia.follow("Payment file (XML)")
    file = tmp_path / "run.xml"
    download.value.save_as(file)
    assert payment.number in file.read_text() and "pain.001" in file.read_text()
    answers = tmp_path / "result.csv"
    numbers = Payment.objects.filter(status="in_progress").values_list("number", flat=True)
    rows = [f"{number},sent,{clock.now():%Y-%m-%d}," for number in numbers]
    answers.write_text("\n".join(["payment,status,date,reason", *rows]))
    olivia.follow("Take in the bank's result")
    olivia.page.locator("#id_file").set_input_files(answers)
    olivia.press("Take it in")
    olivia.reads("Results of the bank")


def test_from_earnings_to_the_remittance(cast, tmp_path):
    proof = Proof.objects.get(name="Vouchers for renewals")
    fund = fund_of(proof)
    earnings_are_imported(cast["olivia"], fund, tmp_path)
    payable = (fund.earned / 4).quantize(Decimal("0.01"))
    assert payable < ASKED
    claim = claim_is_sent(cast["katharina"], proof, payable)

    cast["ana"].open(claim)
    cast["ana"].press("Start the review")
    cast["ana"].reads("Under review")
    claim_is_approved(cast["olivia"], claim, 9000, "A third of the vouchers has no receipt.")
    claim_is_disputed(cast["katharina"], claim)
    cast["olivia"].open(claim + "approve/")
    cast["olivia"].page.get_by_label("Amount you approve").fill(str(payable))
    cast["olivia"].press("Approve")
    cast["olivia"].reads("Somebody else decides now")
    claim_is_approved(cast["peter"], claim, payable, "The list shows it.")

    payment = Payment.objects.get(claim__proof=proof)
    assert payment.amount == payable
    payment_is_run(cast["olivia"], payment, tmp_path)
    payment.refresh_from_db()
    assert payment.status == "sent"

    for person in ("katharina", "olivia"):
        page = cast[person].open(payment.get_absolute_url())
        cast[person].reads("Sent")
        with page.expect_download() as download:
            page.get_by_role("link", name="Remittance advice").first.click()
        assert download.value.path().read_bytes()[:5] == b"%PDF-"
        cast[person].open(f"/funds/{fund.pk}/")
        fund.refresh_from_db()
        for amount in (fund.earned, fund.paid, fund.free):
            cast[person].reads(f"{amount:,.2f}")
