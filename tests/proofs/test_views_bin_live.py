"""The receipt bin in a browser: drop, put on a card, lost connections, sorting of dropped files, the phone."""

import pytest
from playwright.sync_api import expect

from proofs import services
from tests.factories.claims import make_proof
from tests.factories.files import pdf, picture, upload
from tests.factories.people import PASSWORD
from tests.flows.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECONDS = 40_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def draft(transactional_db):
    return make_proof(complete=False)


@pytest.fixture
def person(live_app, new_context, draft):
    """The draft's incentives user, signed in; complaints of the browser fail the test."""
    complaints = []
    someone = Person(draft.cast.user.name, draft.cast.user.email, new_context, live_app, PASSWORD).sign_in()
    someone.page.on("pageerror", lambda error: complaints.append(str(error)))
    yield someone
    assert complaints == []


def drop(page, target, *names):
    """Drop files with a little text of their own, as a hand does it: over the target, then let go."""
    transfer = page.evaluate_handle(
        """names => { const data = new DataTransfer();
        names.forEach(name => data.items.add(new File([`text of ${name}`], name))); return data; }""",
        list(names),
    )
    page.dispatch_event(target, "dragover", {"dataTransfer": transfer})
    yield
    page.dispatch_event(target, "drop", {"dataTransfer": transfer})
    yield


def test_dropped_into_the_bin_then_put_on_their_cards(person, draft, worker, tmp_path):
    (tmp_path / "booth.png").write_bytes(picture(size=(800, 600)))
    (tmp_path / "invoice.pdf").write_bytes(pdf("Invoice number RE-17"))
    page = person.open("/")
    person.follow("Receipt bin")
    page.set_input_files("#up-bin", [str(tmp_path / "booth.png"), str(tmp_path / "invoice.pdf")])
    expect(page.locator("#bin-rows [data-state=clean]")).to_have_count(2, timeout=SECONDS)
    expect(page.locator("[data-upload-summary]")).to_contain_text("2 of 2 uploaded")
    page.get_by_label("Choose booth.png").check()
    expect(page.locator("[data-picked]")).to_have_text("1 chosen")
    person.press("Put on a card")
    page.get_by_label("Final printed piece").or_(page.locator("input[value=final_piece]")).first.check()
    person.press("Put on this card")
    expect(page.locator("[data-flash]")).to_contain_text("“booth.png” was put on")
    expect(page.locator("#bin-rows [data-document]")).to_have_count(1)
    person.open(draft.get_absolute_url())
    page.locator("#card-invoices .pl-from-bin").click()
    page.get_by_label("Choose invoice.pdf").check()
    person.press("Put on a card")
    expect(page.locator("input[type=radio][value=invoices]")).to_be_checked()
    person.press("Put on this card")
    expect(page.locator("#card-invoices [data-document]")).to_have_count(1)
    expect(page.locator("#card-final_piece [data-document]")).to_have_count(1)
    person.follow("Enter the details of this invoice")
    expect(page.get_by_label("Supplier")).to_be_visible()


def test_a_lost_connection_and_a_server_error_are_tried_again(person, draft):
    page = person.open(f"/proofs/bin/{draft.enrollment_id}/")
    page.route("**/drop/", lambda route: route.abort())
    steps = drop(page, "h1", "a.txt", "b.txt")
    next(steps)
    expect(page.locator("[data-drop-text]")).to_have_text("Drop anywhere: the files go into the receipt bin")
    expect(page.locator("[data-drop-page]")).to_be_visible()
    next(steps)
    expect(page.locator("[data-drop-page]")).to_be_hidden()
    expect(page.locator("[data-upload-tray] li.is-wrong")).to_have_count(2)
    expect(page.locator("[data-upload-tray] li >> nth=0")).to_contain_text("Did not arrive. Try again.")
    page.unroute("**/drop/")
    page.route("**/drop/", lambda route: route.fulfill(status=503, body=""))
    page.locator("[data-upload-tray] li >> nth=0").get_by_role("button", name="Try again").click()
    expect(page.locator("[data-upload-tray] li.is-wrong")).to_have_count(2)
    page.unroute("**/drop/")
    page.get_by_role("button", name="Try all again").click()
    expect(page.locator("#bin-rows [data-document]")).to_have_count(2, timeout=SECONDS)
    expect(page.locator("[data-upload-summary]")).to_contain_text("2 of 2 uploaded")
    expect(page.get_by_role("button", name="Try all again")).to_be_hidden()


def test_files_dropped_beside_the_cards_are_sorted_by_what_they_are_called(person, draft):
    page = person.open(draft.get_absolute_url())
    steps = drop(page, "h1", "Rechnung 17.pdf", "scan.pdf", "talk.wav")
    next(steps)
    expect(page.locator("[data-drop-text]")).to_have_text("Drop on a card, or anywhere to choose the cards next")
    next(steps)
    dialog = page.locator("#sort-files")
    expect(dialog.get_by_label("Rechnung 17.pdf").locator("option:checked")).to_have_text("Invoices")
    expect(dialog.get_by_label("scan.pdf").locator("option:checked")).to_have_text("Receipt bin, for later")
    expect(dialog.locator("li >> nth=2")).to_contain_text("This kind of file is not taken here.")
    expect(dialog.get_by_label("Rechnung 17.pdf")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-upload-tray] select")).to_have_count(2)
    page.locator("[data-upload-tray] select >> nth=0").select_option(label="Receipt bin, for later")
    expect(page.locator("#from-bin")).to_have_text("From the receipt bin (1)")
    expect(page.locator("[data-upload-tray] li >> nth=0")).to_contain_text("In the receipt bin")


def test_files_dropped_on_a_card_go_there(person, draft):
    page = person.open(draft.get_absolute_url())
    steps = drop(page, "#up-extra-form", "notes.txt")
    next(steps)
    expect(page.locator("[data-drop-text]")).to_have_text("Drop here: Further documents")
    next(steps)
    expect(page.locator("#card-extra [data-document]")).to_have_count(1)


def test_everything_is_reached_by_the_keyboard(person, draft):
    services.drop_files(draft.enrollment_id, [upload(name="a.png")], actor=draft.cast.user)
    page = person.open(f"/proofs/bin/{draft.enrollment_id}/")
    page.get_by_label("Choose a.png").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-picked]")).to_have_text("1 chosen")
    page.locator("#put-proof").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("input[value=final_piece]")).to_be_checked()
    page.locator("input[value=final_piece]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card-final_piece [data-document]")).to_have_count(1)


def test_on_a_phone_the_camera_is_offered_and_nothing_is_wider_than_the_screen(live_app, new_context, draft):
    name = "a very long name of a receipt " * 8 + ".png"
    services.drop_files(draft.enrollment_id, [upload(name=name)], actor=draft.cast.user)
    context = new_context(**PHONE)
    page = context.new_page()
    bin_page = f"/proofs/bin/{draft.enrollment_id}/"
    page.goto(f"{live_app.url}/accounts/login/?next={bin_page}")
    page.fill("input[name=login]", draft.cast.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{live_app.url}{bin_page}")
    for address in (bin_page, draft.get_absolute_url()):
        page.goto(live_app.url + address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.goto(live_app.url + bin_page)
    expect(page.locator(".pl-camera")).to_be_visible()
    camera = page.locator(".pl-camera input")
    assert (camera.get_attribute("capture"), camera.get_attribute("accept")) == ("environment", "image/*")
    camera.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture(kind="JPEG")})
    expect(page.locator("#bin-rows [data-document]")).to_have_count(2)
