"""The whole life of a claim, played by five people in browsers against real servers (no step behind the pages)."""

import hashlib
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.factories.files import pdf, picture
from tests.factories.incentives import program_year_around
from tests.flows.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(live_app, worker, new_context):
    """The people of the demo company set, signed in."""
    call_command("seed_demo", verbosity=0)
    emails = {
        "jonas": "jonas.weidner@fabrikam.example",
        "katharina": "katharina.brandl@fabrikam.example",
        "ana": "ana.ribeiro@contoso.example",
        "daniel": "daniel.osei@contoso.example",
        "olivia": "olivia.chen@contoso.example",
        "oliver": "oliver.grant@northwind.example",
    }
    return {name: Person(name, email, new_context, live_app).sign_in() for name, email in emails.items()}


def plan_is_written_and_approved(cast, day):
    """Jonas writes it, Katharina sends it, Ana reviews it, Olivia approves it. Returns its address."""
    jonas, katharina, ana, olivia = (cast[name] for name in ("jonas", "katharina", "ana", "olivia"))
    jonas.open("/plans/new/")
    jonas.page.get_by_label("Location and program").select_option(
        label="Fabrikam Munich, Munich · Cloud Solution Provider"
    )
    jonas.press("Continue")
    jonas.page.get_by_label("Fund").select_option(label="Launch fund")
    jonas.fill(Name="Winter launch")
    jonas.page.get_by_label("Reviewer at the vendor").select_option(label="Ana Ribeiro")
    jonas.press("Create plan")
    jonas.reads("Winter launch")
    address = jonas.page.url

    first = day - timedelta(days=5)
    jonas.follow("Add campaign")
    jonas.fill(Name="Back to business", First_day=first.isoformat(), Last_day=day.isoformat())
    jonas.press("Add campaign")
    jonas.reads("Back to business")
    jonas.follow("Add activity")
    jonas.page.get_by_label("Activity type").select_option(label="Print advertising")
    jonas.fill(Name="City-light posters", First_day=first.isoformat(), Last_day=day.isoformat(), Budget="5.000,00")
    jonas.page.get_by_label("Germany").check()
    jonas.page.get_by_label("Austria").check()
    jonas.press("Add activity")
    jonas.reads("City-light posters")

    katharina.open(address)
    katharina.follow("Send for approval")
    katharina.press("Send for approval")
    katharina.reads("Submitted")

    ana.open(address)
    ana.follow("Start the review")
    ana.press("Start the review")
    ana.reads("Under review")

    olivia.open(address)
    olivia.follow("Approve")
    olivia.press("Approve")
    olivia.reads("Approved")
    return address


def evidence_is_collected(cast, plan, day, files):
    """Jonas starts the proof, drops files (one is refused), types the rest. Returns its address."""
    jonas = cast["jonas"]
    page = jonas.open(plan)
    jonas.follow("Add proof")
    jonas.fill(Name="City-light posters Munich", First_day_of_the_work=day.isoformat())
    jonas.fill(Last_day_of_the_work=day.isoformat(), Amount_you_ask_for="4120.00")
    jonas.press("Create the proof")
    jonas.reads("What the evidence must show")
    address = page.url

    page.locator("#up-final_piece").set_input_files([files["poster.png"], files["cut-off.pdf"]])
    piece = page.locator("#card-final_piece")
    expect(piece.locator("[data-document]")).to_have_count(2)
    refused = piece.locator("[data-state=refused]")
    expect(refused).to_contain_text("cut-off.pdf")
    expect(refused).to_contain_text("incomplete")
    piece.get_by_role("button", name="Remove cut-off.pdf").click()
    expect(piece.locator("[data-document]")).to_have_count(1)
    piece.get_by_label("What does it show? poster.png").fill("The poster as it hung at Marienplatz")
    piece.get_by_role("button", name="Save note for poster.png").click()
    expect(piece).to_contain_text("The poster as it hung at Marienplatz")
    expect(piece).to_contain_text("Looks good")

    jonas.follow("Add an invoice")
    page.locator("#id_file").set_input_files(files["invoice.pdf"])
    jonas.fill(Supplier="Lichtblick Medien", Invoice_number="2026-1187", Invoice_date=day.isoformat())
    line = page.locator("fieldset", has_text="Line 1").first
    line.get_by_label("Description").fill("Printing and hanging")
    line.get_by_label("Expense type").select_option(index=2)
    for label, value in (("Net", "4,120.00"), ("Tax", "782.80"), ("Gross", "4,902.80")):
        line.get_by_label(label).fill(value)
    jonas.press("Save the invoice")
    expect(page.locator("#card-invoices")).to_contain_text("Looks good")

    reach = page.locator("#card-metric-estimated_reach")
    reach.get_by_role("textbox").fill("180000")
    reach.get_by_role("button", name="Save").click()
    expect(page.locator("#card-metric-estimated_reach")).to_contain_text("Looks good")
    for slug in ("company_brand", "contact_information", "vendor_content"):
        card = page.locator(f"#card-core-{slug}")
        card.get_by_role("checkbox").check()
        card.get_by_label("Shown by").select_option(label="poster.png")
        card.get_by_role("button", name="Save").click()
        expect(page.locator(f"#card-core-{slug}")).to_contain_text("Looks good")
    return address


def claim_is_sent(cast, proof):
    """Jonas may not, Katharina may. Returns the claim's address on the partner's side."""
    jonas, katharina = cast["jonas"], cast["katharina"]
    jonas.open(proof)
    jonas.reads("Only an incentives admin of this location may do this.")
    katharina.open(proof)
    katharina.follow("Send to Contoso")
    katharina.reads("You cannot change it after this until it is sent back")
    katharina.press("Send the claim")
    katharina.page.wait_for_url("**/claims/**")
    expect(katharina.page.locator("h1")).to_contain_text("City-light posters Munich")
    katharina.reads("Submitted")
    return katharina.page.url


def claim_is_returned(cast, claim):
    """Ana takes it, has the invoice redone, requests action; an internal note stays on her side."""
    ana = cast["ana"]
    page = ana.open(claim)
    ana.press("Start the review")
    ana.reads("Under review")
    page.goto(claim + "desk/")
    page.get_by_role("link", name="invoice.pdf").first.click()
    ana.follow("Redo, with a reason")
    page.get_by_label(re.compile("^What must be done again")).fill("The invoice does not name the place.")
    page.get_by_role("dialog").get_by_role("button").last.click()
    ana.reads("The invoice does not name the place.")
    ana.follow("Request action")
    page.get_by_label("What must the partner do?").fill("Please add a better invoice.")
    page.get_by_role("dialog").get_by_role("button", name="Request action").click()
    ana.reads("Action required")


def claim_is_corrected(cast, proof, files):
    """Only the invoice is open; Jonas replaces its file, marks it fixed; Katharina sends it back."""
    jonas, katharina = cast["jonas"], cast["katharina"]
    page = jonas.open(proof)
    jonas.reads("The invoice does not name the place.")
    expect(page.locator("#card-invoices").get_by_role("link", name="Add an invoice")).to_be_visible()
    expect(page.locator("#card-final_piece").locator("input[type=file]")).to_have_count(0)
    page.locator("#card-invoices").get_by_role("link", name="Change").first.click()
    page.locator("#id_file").set_input_files(files["invoice-better.pdf"])
    jonas.press("Save the invoice")
    expect(page.locator("#card-invoices")).to_contain_text("invoice-better.pdf")
    page.get_by_label("Answer to the reviewer").fill("The new one names Munich.")
    jonas.press("Mark as fixed")
    jonas.reads("The new one names Munich.")
    katharina.open(proof)
    katharina.follow("Send back for review (1 of 1 fixed)")
    katharina.press("Send back for review")
    katharina.page.wait_for_url("**/claims/**")
    katharina.reads("Submitted")


def claim_is_approved(cast, claim):
    """Daniel recommends, Olivia approves less than asked."""
    daniel, olivia = cast["daniel"], cast["olivia"]
    daniel.open(claim)
    daniel.press("Start the review")
    daniel.reads("Under review")
    daniel.open(claim + "recommend/")
    daniel.page.get_by_label("Amount").fill("4,000.00")
    daniel.page.get_by_label(re.compile("reason|why|comment", re.I)).first.fill("120 of it are hanging fees.")
    daniel.page.locator("main").get_by_role("button").last.click()
    olivia.open(claim + "desk/")
    olivia.page.get_by_role("link", name="Approve").last.click()
    expect(olivia.page.get_by_label("Amount")).to_have_value("4000.00")
    olivia.page.get_by_role("dialog").get_by_role("textbox").last.fill("120.00 of it are hanging fees.")
    olivia.page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(olivia.page.get_by_role("dialog")).to_have_count(0)
    olivia.page.wait_for_load_state("networkidle")
    olivia.open(claim)
    olivia.reads("approved the claim")


def figures_agree(cast, claim):
    """What the partner's page says of the money is what the vendor's says."""
    said = {}
    for name in ("katharina", "olivia"):
        page = cast[name].open(claim)
        text = page.locator("aside#aside").inner_text()
        said[name] = {figure for figure in ("4,120.00", "4,000.00") if figure in text}
    assert said == {"katharina": {"4,120.00", "4,000.00"}, "olivia": {"4,120.00", "4,000.00"}}


def bundle_holds_the_uploaded_bytes(cast, claim, files, folder):
    """Every file of the ZIP is one that was uploaded, to the byte; the manifest names the same digests."""
    page = cast["olivia"].open(claim)
    with page.expect_download() as download:
        page.get_by_role("link", name="Bundle").click()
    path = folder / "bundle.zip"
    download.value.save_as(path)
    sent = {digest(file.read_bytes()) for name, file in files.items() if name in ("poster.png", "invoice-better.pdf")}
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        manifest = json.loads(bundle.read(next(n for n in bundle.namelist() if n.endswith("manifest.json"))))
        listed = {one["sha256"] for one in manifest["files"]}
        packed = {digest(bundle.read(one["path"])) for one in manifest["files"]}
    assert packed == listed == sent


def digest(content):
    return hashlib.sha256(content).hexdigest()


def nobody_else_sees_it(cast, *addresses):
    """Another partner's admin finds nothing at these addresses."""
    oliver = cast["oliver"]
    for address in addresses:
        answer = oliver.page.goto(address)
        assert answer is not None and answer.status == 404
        oliver.reads("There is nothing here")


@pytest.fixture
def files(tmp_path):
    """Real files on the partner's disk."""
    content = {
        "poster.png": picture(size=(800, 600)),
        "cut-off.pdf": pdf("Cut off")[:600],
        "invoice.pdf": pdf("Invoice 2026-1187"),
        "invoice-better.pdf": pdf("Invoice 2026-1187, Munich"),
    }
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in content}


def test_the_whole_life_of_a_claim(cast, files, tmp_path):
    from incentives.models import Program  # the day of the work has to be claimable on the day of the test

    program = Program.objects.get(slug="cloud-solution-provider")
    today = program.today()
    day = min(today, program.periods.claimable_on(today).get().usage_end)
    assert program_year_around(day)[0] <= day - timedelta(days=5)

    plan = plan_is_written_and_approved(cast, day)
    proof = evidence_is_collected(cast, plan, day, files)
    claim = claim_is_sent(cast, proof)
    claim_is_returned(cast, claim)
    claim_is_corrected(cast, proof, files)
    claim_is_approved(cast, claim)
    figures_agree(cast, claim)
    bundle_holds_the_uploaded_bytes(cast, claim, files, tmp_path)
    nobody_else_sees_it(cast, plan, proof, claim)
