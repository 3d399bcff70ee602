"""Evidence that checks itself, in browsers against real servers: from the receipt bin to the claim, and used twice."""

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from proofs import services
from tests.factories.claims import complete_print_proof, make_proof
from tests.factories.incentives import make_enrollment
from tests.factories.invoices import PAPERS
from tests.factories.people import PASSWORD
from tests.factories.pictures import encoded, resized, scene
from tests.factories.plans import cast_for, make_plan
from tests.flows.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECONDS = 40_000
AMOUNT = Decimal("1400.00")
# Where the box stands on the picture of its page; both at once, since the page is still scrolling to it.
PLACE = """() => {
  const box = document.querySelector("g.pl-box:target rect").getBoundingClientRect();
  const page = document.querySelector(".pl-paper-page img").getBoundingClientRect();
  return [(box.x - page.x) / page.width, (box.y - page.y) / page.height];
}"""


def invoice_of(day):
    """The invoice of a German printer, dated on that day."""
    paper = PAPERS["german, block at the right"]
    lines = tuple((x, y, f"{day:%d.%m.%Y}" if text == "14.10.2026" else text) for x, y, text in paper.lines)
    return replace(paper, lines=lines).pdf()


def jpeg(picture, quality=92):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


@pytest.fixture
def draft(transactional_db):
    return make_proof(complete=False, name="Booth in Munich", amount=AMOUNT)


@pytest.fixture
def sign_in(live_app, new_context):
    return lambda user: Person(user.name, user.email, new_context, live_app, PASSWORD).sign_in()


def put_on(person, file, card):
    """From the bin onto a card of the only draft."""
    page = person.page
    page.get_by_label(f"Choose {file}").check()
    person.press("Put on a card")
    page.locator(f"input[value={card}]").check()
    person.press("Put on this card")
    expect(page.locator("[data-flash]")).to_contain_text(f"“{file}” was put on")


def drop_and_sort(person, folder):
    """Photo and invoice into the bin; what was read of the invoice stands beside it; each onto its card."""
    page = person.open("/")
    person.follow("Receipt bin")
    page.set_input_files("#up-bin", [str(folder / "booth.jpg"), str(folder / "rechnung.pdf")])
    expect(page.locator("#bin-rows [data-state=clean]")).to_have_count(2, timeout=SECONDS)
    expect(page.locator("#bin-rows .pl-bin-read", has_text="Druckhaus Sommer")).to_contain_text(
        "1,487.50", timeout=SECONDS
    )
    put_on(person, "booth.jpg", "final_piece")
    put_on(person, "rechnung.pdf", "invoices")


def type_invoice(person, draft):
    """The values read are there to confirm. One is typed wrong: it is told at once, with its place on the file."""
    page = person.open(draft.get_absolute_url())
    person.follow("Enter the details of this invoice")
    expect(page.get_by_label("Supplier")).to_have_value("Druckhaus Sommer GmbH")
    expect(page.get_by_label("Invoice number")).to_have_value("RE-2026-00417")
    expect(page.get_by_label("Net").first).to_have_value("1250.00")
    page.get_by_label("Expense type").first.select_option(label="Printed material")
    page.get_by_label("Tax").first.fill("337.50")
    page.get_by_label("Gross").first.fill("1587.50")
    person.press("Save the invoice")
    card = page.locator("#card-invoices")
    warning = card.locator("[data-match=total_differs]")
    expect(warning).to_contain_text("the file says 1,487.50")
    expect(card).to_have_attribute("data-state", "attention")

    warning.get_by_role("link", name="Show it").click()
    box = page.locator("g.pl-box.is-warning:target rect")
    expect(box).to_have_count(1)
    across, down = page.evaluate(PLACE)
    # The total is printed at the right, a little above the middle of the page.
    assert 0.8 < across < 0.95
    assert 0.40 < down < 0.48

    page.go_back()
    card.get_by_role("link", name="Change Druckhaus Sommer GmbH RE-2026-00417").click()
    page.get_by_label("Tax").first.fill("237.50")
    page.get_by_label("Gross").first.fill("1487.50")
    person.press("Save the invoice")
    expect(page.locator("#card-invoices")).to_have_attribute("data-state", "good")


def write_and_sign_report(person, draft):
    page = person.page
    day = draft.executed_to.isoformat()
    person.follow("Write the report")
    person.fill(Work_done="Stand duty", From=day, To=day, Name_of_the_person_who_certifies="Jonas Weidner")
    page.get_by_label("Title").fill("Marketing")
    page.get_by_label("Date", exact=True).fill(day)
    page.get_by_label("Person").first.fill("Jonas Weidner")
    page.get_by_label("Role").first.fill("Host")
    page.get_by_label("Hours").first.fill("8")
    page.get_by_label("Hourly rate").first.fill("25.00")
    person.press("Save and go on to sign")
    expect(page.locator("main")).to_contain_text("200.00")
    page.locator("[name=name]").fill("Jonas Weidner")
    page.locator("[name=certify]").check()
    person.press("Sign the report")
    expect(page.locator("#card-csr")).to_have_attribute("data-state", "good")


def answer_the_rest(person):
    page = person.page
    page.get_by_label("What does it show? booth.jpg").fill("Our booth on the first day")
    page.get_by_role("button", name="Save note for booth.jpg").click()
    expect(page.locator("#card-final_piece")).to_have_attribute("data-state", "good")
    reach = page.locator("#card-metric-estimated_reach")
    reach.get_by_role("textbox").fill("1200")
    reach.get_by_role("button", name="Save").click()
    expect(reach).to_have_attribute("data-state", "good")
    for name in ("company_brand", "contact_information", "vendor_content"):
        card = page.locator(f"#card-core-{name}")
        card.get_by_role("checkbox").check()
        card.locator("select").select_option(label="booth.jpg")
        card.get_by_role("button", name="Save").click()
        expect(card).to_have_attribute("data-state", "good")


def test_from_the_bin_to_the_claim_and_the_same_photo_again(draft, worker, sign_in, tmp_path):
    cast = draft.cast
    photo = scene(7, (1600, 1200))
    (tmp_path / "booth.jpg").write_bytes(jpeg(photo))
    (tmp_path / "rechnung.pdf").write_bytes(invoice_of(draft.executed_to))

    jonas = sign_in(cast.user)
    drop_and_sort(jonas, tmp_path)
    type_invoice(jonas, draft)
    write_and_sign_report(jonas, draft)
    answer_the_rest(jonas)
    expect(jonas.page.locator(".pl-progress-line b")).to_have_text("11 of 11 checks pass")
    expect(jonas.page.locator(".pl-need[data-state=attention]")).to_have_count(0)

    katharina = sign_in(cast.admin)
    katharina.open(draft.get_absolute_url())
    katharina.page.locator("#send").click()
    katharina.press("Send the claim")
    katharina.reads("Sent. You will be told as soon as there is an answer.")

    used_again_by_another_partner(draft, photo, sign_in)


def used_again_by_another_partner(draft, photo, sign_in):
    """Smaller and encoded anew: they are told that it is used, not by whom; the vendor is told by whom."""
    theirs = cast_for(make_enrollment(draft.cast.program), draft.cast.year)
    partner = theirs.enrollment.location.partner
    partner.name = "Wingtip Stores"
    partner.save()
    copy = make_proof(make_plan(theirs, status="approved"), complete=False, name="Their booth")
    other = sign_in(theirs.user)
    page = other.open(copy.get_absolute_url())
    again = jpeg(encoded(resized(photo, 0.5)), 60)
    page.locator("#up-final_piece").set_input_files({"name": "stand.jpg", "mimeType": "image/jpeg", "buffer": again})
    warning = page.locator("#card-final_piece [data-match=same_picture]")
    expect(warning).to_contain_text("already used in another claim.", timeout=SECONDS)
    whole = page.content()
    for secret in (draft.number, draft.name, draft.enrollment.location.partner.name):
        assert secret not in whole

    complete_print_proof(copy, theirs)
    services.edit_document(copy.documents.get(name="stand.jpg").pk, actor=theirs.user, note="Our booth")
    boss = sign_in(theirs.admin)
    boss.open(copy.get_absolute_url())
    boss.page.locator("#send").click()
    boss.press("Send the claim")
    boss.reads("Sent. You will be told as soon as there is an answer.")

    claim = copy.claims.get()
    ana = sign_in(draft.cast.reviewer)
    document = copy.documents.get(name="stand.jpg")
    desk = ana.open(f"/claims/{claim.pk}/desk/?doc={document.pk}&tab=checks")
    expect(desk.locator("[data-match=same_picture]").first).to_contain_text(
        f"{draft.enrollment.location.partner.name}, {draft.number}"
    )
