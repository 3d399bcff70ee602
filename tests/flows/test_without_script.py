"""The life of a claim with scripts switched off: plain links, plain forms, plain file inputs."""

import hashlib
import re
import time

import pytest
from playwright.sync_api import expect

from tests.factories.claims import claimable_day, ensure_bank, ensure_fund
from tests.factories.files import pdf, picture
from tests.factories.people import PASSWORD
from tests.factories.plans import make_plan
from tests.flows.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(live_app, worker, new_context):
    plan = make_plan(with_activity=False)
    options = {"password": PASSWORD, "java_script_enabled": False}
    partner = Person("Katharina", plan.cast.admin.email, new_context, live_app, **options).sign_in()
    vendor = Person("Olivia", plan.cast.vendor_admin.email, new_context, live_app, **options).sign_in()
    return plan, partner, vendor


def reload_until(person, condition, seconds=30):
    """Reloads, as somebody without script does, until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, person.page.inner_text("main")
        time.sleep(0.5)
        person.page.reload()


def plan_is_made_and_approved(plan, partner, vendor):
    year, day = plan.program_year, claimable_day(plan.cast.program)
    address = partner.app.url + plan.get_absolute_url()
    page = partner.open(address)
    partner.follow("Add campaign")
    partner.fill(Name="Back to business", First_day=year.starts_on.isoformat(), Last_day=year.ends_on.isoformat())
    partner.press("Add campaign")
    partner.follow("Add activity")
    page.get_by_label("Activity type").select_option(label="Print advertising")
    partner.fill(Name="City-light posters", First_day=year.starts_on.isoformat(), Last_day=day.isoformat())
    partner.fill(Budget="5.000,00")
    page.get_by_label("Germany").check()
    partner.press("Add activity")
    partner.reads("City-light posters")
    partner.follow("Send for approval")
    partner.press("Send for approval")
    partner.reads("Submitted")
    vendor.open(address)
    for move in ("Start the review", "Approve"):
        vendor.follow(move)
        vendor.press(move)
    vendor.reads("Approved")
    return address


def put_file(partner, card, path):
    page = partner.page
    page.locator(f"#up-{card}").set_input_files(path)
    page.locator(f"#up-{card}-form").get_by_role("button", name=re.compile("^Upload")).click()


def proof_is_collected(partner, plan_address, day, files):
    page = partner.open(plan_address)
    partner.follow("Add proof")
    partner.fill(Name="Posters Munich", First_day_of_the_work=day.isoformat(), Last_day_of_the_work=day.isoformat())
    partner.fill(Amount_you_ask_for="4120.00")
    partner.press("Create the proof")
    partner.reads("What the evidence must show")
    address = page.url.partition("#")[0]
    put_file(partner, "final_piece", files["cut-off.pdf"])
    piece = page.locator("#card-final_piece")
    reload_until(partner, lambda: piece.locator("[data-state=refused]").count() == 1)
    expect(piece).to_contain_text("incomplete")
    piece.get_by_role("button", name="Remove cut-off.pdf").click()
    if page.get_by_role("heading", name="Remove this file?").count():
        partner.press("Remove")
    put_file(partner, "final_piece", files["poster.png"])
    reload_until(
        partner, lambda: piece.locator("[data-document]:not([data-state=pending], [data-state=checking])").count()
    )
    piece.get_by_label("What does it show? poster.png").fill("The poster as it hung at Marienplatz")
    piece.get_by_role("button", name="Save note for poster.png").click()
    expect(page.locator("#card-final_piece")).to_contain_text("Looks good")
    return address


def costs_and_results_are_typed(partner, address, day, files):
    page = partner.open(address)
    partner.follow("Add an invoice")
    page.locator("#id_file").set_input_files(files["invoice.pdf"])
    partner.fill(Supplier="Lichtblick Medien", Invoice_number="2026-1187", Invoice_date=day.isoformat())
    line = page.locator("fieldset", has_text="Line 1").first
    line.get_by_label("Description").fill("Printing and hanging")
    line.get_by_label("Expense type").select_option(index=2)
    for label, value in (("Net", "4,120.00"), ("Tax", "782.80"), ("Gross", "4,902.80")):
        line.get_by_label(label).fill(value)
    partner.press("Save the invoice")
    invoices = page.locator("#card-invoices")
    reload_until(partner, lambda: "Looks good" in invoices.inner_text())
    reach = page.locator("#card-metric-estimated_reach")
    reach.get_by_role("textbox").fill("180000")
    reach.get_by_role("button", name="Save").click()
    for slug in ("company_brand", "contact_information", "vendor_content"):
        card = page.locator(f"#card-core-{slug}")
        card.get_by_role("checkbox").check()
        card.get_by_label("Shown by").select_option(label="poster.png")
        card.get_by_role("button", name="Save").click()
        expect(page.locator(f"#card-core-{slug}")).to_contain_text("Looks good")


def claim_goes_back_and_forth(partner, vendor, address):
    page = partner.open(address)
    partner.follow("Send to Contoso")
    partner.press("Send the claim")
    partner.reads("Submitted")
    claim = page.url
    desk = vendor.open(claim)
    vendor.press("Start the review")
    vendor.reads("Under review")
    desk.goto(f"{claim}desk/")
    desk.get_by_role("link", name="invoice.pdf").first.click()
    vendor.follow("Redo, with a reason")
    desk.get_by_label(re.compile("^What must be done again")).fill("The invoice does not name the place.")
    desk.locator("main form[method=post]").last.get_by_role("button").last.click()
    vendor.reads("The invoice does not name the place.")
    vendor.follow("Request action")
    desk.get_by_label("What must the partner do?").fill("Please add a better invoice.")
    vendor.press("Request action")
    vendor.open(claim)
    vendor.reads("Action required")
    return claim


def test_the_life_of_a_claim_without_script(cast, tmp_path):
    plan, partner, vendor = cast
    ensure_fund(plan.cast.enrollment, plan.fund_type)
    ensure_bank(plan.cast)
    day = claimable_day(plan.cast.program)
    content = {"poster.png": picture(size=(800, 600)), "cut-off.pdf": pdf("Cut")[:600], "invoice.pdf": pdf("Invoice")}
    content["better.pdf"] = pdf("Invoice, Munich")
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    files = {name: tmp_path / name for name in content}

    plan_address = plan_is_made_and_approved(plan, partner, vendor)
    proof = proof_is_collected(partner, plan_address, day, files)
    costs_and_results_are_typed(partner, proof, day, files)
    claim = claim_goes_back_and_forth(partner, vendor, proof)

    page = partner.open(proof)
    partner.reads("The invoice does not name the place.")
    page.locator("#card-invoices").get_by_role("link", name=re.compile("^Change")).first.click()
    page.locator("#id_file").set_input_files(files["better.pdf"])
    partner.press("Save the invoice")
    reload_until(partner, lambda: "better.pdf" in page.locator("#card-invoices").inner_text())
    reload_until(partner, lambda: page.locator("#card-invoices [data-state=pending]").count() == 0)
    partner.press("Mark as fixed")
    page.goto(proof)
    partner.follow("Send back for review (1 of 1 fixed)")
    partner.press("Send back for review")

    desk = vendor.open(claim)
    vendor.press("Start the review")
    desk.goto(f"{claim}desk/")
    desk.get_by_role("link", name="Approve").last.click()
    vendor.fill(Amount_you_approve="4,000.00")
    desk.locator("textarea[name=comment]").fill("120.00 of it are hanging fees.")
    vendor.press("Approve")
    vendor.reads("Approved")
    desk.goto(claim)
    desk.get_by_role("link", name="poster.png").first.click()
    with desk.expect_download() as download:
        desk.get_by_role("link", name=re.compile("^Download")).first.click()
    got = hashlib.sha256(download.value.path().read_bytes()).hexdigest()
    assert got == hashlib.sha256(content["poster.png"]).hexdigest()
