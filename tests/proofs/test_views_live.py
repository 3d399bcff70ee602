"""The evidence page in a browser: files on their way, live states, nothing typed is lost."""

import pytest

from tests.factories.claims import make_proof
from tests.factories.files import pdf, picture
from tests.factories.people import PASSWORD

SECONDS = 40_000


@pytest.fixture
def draft(transactional_db):
    return make_proof(complete=False)


@pytest.fixture
def open_page(live_app, page, draft):
    """The page of the draft, opened by its incentives admin; complaints of the browser fail the test."""
    complaints = []
    page.goto(f"{live_app.url}/accounts/login/")
    page.fill("input[name=login]", draft.cast.admin.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    refusals = ("status of 422", "status of 503", "Response Status Error")  # the browser and htmx report them
    page.goto(f"{live_app.url}{draft.get_absolute_url()}")
    yield page
    assert [line for line in complaints if not any(one in line for one in refusals)] == []


def files(folder):
    (folder / "poster.png").write_bytes(picture(size=(800, 600)))
    (folder / "report.pdf").write_bytes(b"<html><body>Hello</body></html>")
    (folder / "invoice.pdf").write_bytes(pdf())
    return [str(folder / name) for name in ("poster.png", "report.pdf", "invoice.pdf")]


def test_files_arrive_are_checked_and_nothing_typed_is_lost(open_page, worker, tmp_path):
    page = open_page
    poster, report, invoice = files(tmp_path)
    page.fill("#comments_final_comments", "Half a sentence")
    page.set_input_files("#up-final_piece", [poster, report])
    page.set_input_files("#up-invoices", [invoice])
    page.wait_for_selector("#card-final_piece [data-state=clean]", timeout=SECONDS)
    page.wait_for_selector("#card-final_piece [data-state=refused]", timeout=SECONDS)
    page.wait_for_selector("#card-invoices [data-state=clean]", timeout=SECONDS)
    assert page.input_value("#comments_final_comments") == "Half a sentence"
    page.wait_for_selector("[data-upload-tray] li.is-good >> nth=1")
    assert page.locator("[data-upload-tray] li.is-wrong").count() == 1
    page.wait_for_selector("#live-evidence:not([data-live-every])", state="attached", timeout=SECONDS)


def test_one_card_is_saved_while_another_is_being_written(open_page):
    page = open_page
    page.fill("#comments_final_comments", "Half a sentence")
    reach = "#card-metric-estimated_reach"
    page.fill(f"{reach} input[name=estimated_reach]", "180000")
    page.click(f"{reach} button[type=submit]")
    page.wait_for_selector(f"{reach}[data-state=good]")
    assert page.input_value("#comments_final_comments") == "Half a sentence"
    page.click("#card-comments button[type=submit]")
    page.wait_for_selector("#card-comments[data-state=good]")
    page.reload()
    assert page.input_value("#comments_final_comments") == "Half a sentence"


def test_what_cannot_be_saved_is_said_in_the_card_and_kept(open_page):
    page = open_page
    page.fill("#facts_amount", "a lot")
    page.click("#card-facts button[type=submit]")
    page.wait_for_selector("#card-facts [data-form-problem]")
    said = page.inner_text("#card-facts [data-form-problem]")
    assert said == "Amount you ask for: Type an amount in figures, for example 1,234.56."
    assert page.input_value("#facts_amount") == "a lot"


def test_a_file_dropped_beside_the_cards_asks_where_it_belongs(open_page, tmp_path):
    page = open_page
    drop = page.evaluate_handle(
        """() => { const data = new DataTransfer();
        data.items.add(new File(['x'], 'notes.txt', {type: 'text/plain'})); return data; }"""
    )
    page.dispatch_event("h1", "dragover", {"dataTransfer": drop})
    page.dispatch_event("h1", "drop", {"dataTransfer": drop})
    assert page.inner_text("#sort-files .pl-file-name") == "notes.txt"
    page.select_option("#sort-files select", label="Further documents")
    page.click("#sort-files button[value=add]")
    page.wait_for_selector("#card-extra [data-document]")


def test_without_script_a_file_goes_in_as_a_plain_form(browser, live_app, draft, tmp_path):
    poster, _report, _invoice = files(tmp_path)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_app.url}/accounts/login/?next={draft.get_absolute_url()}")
    page.fill("input[name=login]", draft.cast.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.fill("#up-final_piece-note", "The poster on the wall")
    page.set_input_files("#up-final_piece", [poster])
    page.click("#up-final_piece-form button[type=submit]")
    assert page.url == f"{live_app.url}{draft.get_absolute_url()}#card-final_piece"
    assert page.inner_text("[data-flash] >> nth=-1") == "“poster.png” was added and is being checked."
    assert page.locator("#card-final_piece [data-state=pending]").count() == 1
    page.context.close()


def test_when_the_server_does_not_answer_the_text_stays(open_page):
    page = open_page
    page.route("**/comments/", lambda route: route.fulfill(status=503, body=""))
    page.fill("#comments_final_comments", "Half a sentence")
    page.click("#card-comments button[type=submit]")
    page.wait_for_selector("#card-comments [data-form-problem]")
    assert page.inner_text("#card-comments [data-form-problem]") == (
        "This was not saved. Your text is still here: try again."
    )
    assert page.input_value("#comments_final_comments") == "Half a sentence"
    page.unroute("**/comments/")
    page.click("#card-comments button[type=submit]")
    page.wait_for_selector("#card-comments[data-state=good]")
