"""Files nobody can use, and fingers that are too fast: in browsers, against real servers."""

import re

import pytest
from playwright.sync_api import expect

from claims import services as claim_services
from core.models import HistoryEntry
from tests.factories.claims import make_proof
from tests.factories.files import pdf, picture
from tests.factories.people import PASSWORD
from tests.factories.plans import make_plan
from tests.files.make_files import BAD, one_bit
from tests.flows.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MEGABYTE = 1024 * 1024

REFUSED = {
    "empty.pdf": "This file is empty (0 bytes). Open it on your computer, save it again and upload it again.",
    "png-named.jpg": "The file is named .jpg but is a PNG picture. Rename it to end in .png, check that it opens, "
    "and upload it again.",
    "html-named.pdf": "The file is named .pdf but is a web page. Open it in its own program, export it as PDF file "
    "and upload that.",
    "zip-named.pdf": "The file is named .pdf but is a ZIP archive or Office document. Open it in its own program, "
    "export it as PDF file and upload that.",
    "cut-off.pdf": "The PDF is incomplete: the file is cut off (truncated). Export or download it again and upload it.",
    "needs-password.pdf": "The PDF is encrypted: it needs a password. Export the PDF again without a password and "
    "upload it again.",
    "400-megapixels.png": "The picture has more than 50 megapixels. Save it smaller and upload it again.",
}


def as_file(name, content, kind="application/octet-stream"):
    return {"name": name, "mimeType": kind, "buffer": content}


def written(folder):
    """The files of REFUSED on the person's disk, and one of 60 MB."""
    for name in REFUSED:
        content = one_bit(20_000, 20_000) if name == "400-megapixels.png" else BAD[name]()
        (folder / name).write_bytes(content)
    with (folder / "film.pdf").open("wb") as film:
        film.write(pdf("Film"))
        film.truncate(60 * MEGABYTE)
    return [folder / name for name in REFUSED]


def names_of(proof):
    return sorted(proof.documents.current().values_list("name", flat=True))


def bad_files_are_dropped(person, proof, folder):
    """Each is named with what to do, beside the card it was dropped on."""
    page = person.open(proof.get_absolute_url())
    note = page.locator("#part-comments textarea, #comments textarea, textarea[name=final_comments]").first
    note.fill("Typed before the files were dropped")
    page.locator("#up-final_piece").set_input_files(written(folder))
    card = page.locator("#card-final_piece")
    expect(card.locator("[data-state=refused]")).to_have_count(len(REFUSED), timeout=45_000)
    said = {
        row.locator(".pl-file-name").inner_text(): row.locator(".pl-file-message").inner_text()
        for row in card.locator("[data-document]").all()
    }
    assert said == REFUSED
    expect(note).to_have_value("Typed before the files were dropped")
    assert names_of(proof) == sorted(REFUSED)


def what_is_not_taken_is_named_in_the_tray(person, proof, folder):
    page = person.page
    tray = page.locator("[data-upload-tray]")
    page.locator("#up-final_piece").set_input_files(folder / "film.pdf")
    expect(tray).to_contain_text(re.compile(r"film\.pdf.*Larger than 50 MB\. Make it smaller, or split it\.", re.S))
    long = as_file("x" * 296 + ".png", picture(), "image/png")
    page.locator("#up-final_piece").set_input_files([long])
    expect(tray).to_contain_text("is longer than 255 characters. Rename the file and add it again.")
    content = picture(size=(300, 200))
    for name in ("poster.png", "poster.png", "the-same.png"):
        page.locator("#up-final_piece").set_input_files([as_file(name, content, "image/png")])
        expect(page.locator("#card-final_piece [title='poster.png']")).to_have_count(1)
    expect(tray).to_contain_text("“poster.png” is already here. It was kept once.")
    expect(tray).to_contain_text("“the-same.png” is already here as “poster.png”. It was kept once.")
    assert names_of(proof) == sorted([*REFUSED, "poster.png"])


def too_large_in_a_plain_form(person, proof, folder):
    """60 MB through the real server, without script to stop it: the message stands in the form, the note stays."""
    page = person.open(f"/proofs/{proof.pk}/upload/?card=final_piece")
    page.get_by_label("What it shows").fill("The film of the evening")
    before = (names_of(proof), HistoryEntry.objects.count())
    page.locator("input[type=file][name=files]").set_input_files(folder / "film.pdf")
    page.get_by_role("button", name=re.compile("^Upload")).click()
    told = page.locator("[data-problem]")
    expect(told).to_have_text("“film.pdf” is larger than 50 MB. Make it smaller, or split it, and add it again.")
    expect(page.get_by_label("What it shows")).to_have_value("The film of the evening")
    assert (names_of(proof), HistoryEntry.objects.count()) == before


@pytest.fixture
def people(live_app, new_context):
    """people(cast, **options): the partner's and the vendor's admin of a cast, signed in."""

    def enter(cast, **options):
        options = {"password": PASSWORD, **options}
        return [
            Person(user.name, user.email, new_context, live_app, **options).sign_in()
            for user in (cast.admin, cast.vendor_admin)
        ]

    return enter


def test_files_nobody_can_use(worker, people, tmp_path):
    proof = make_proof(complete=False)
    partner, _vendor = people(proof.cast)
    bad_files_are_dropped(partner, proof, tmp_path)
    what_is_not_taken_is_named_in_the_tray(partner, proof, tmp_path)
    plain, _vendor = people(proof.cast, java_script_enabled=False)
    too_large_in_a_plain_form(plain, proof, tmp_path)


# Double clicks -------------------------------------------------------------------------------------------


def on_a_slow_line(person, sent, times):
    """Answers come late, so that both clicks meet the same page; what reaches the server is noted in `sent`.
    times: 2 sends each form twice, as browsers may that do not hold back the second click themselves; it is then
    pressed once, for whether a browser without script sends a real second click is a matter of luck."""
    person.presses = 2 if times == 1 else 1

    def pass_on(route):
        if route.request.method != "POST":
            return route.continue_()
        for _click in range(times):
            sent.append(route.request.url)
            answer = route.fetch(max_redirects=0)
        return route.fulfill(response=answer)

    person.page.route("**/*", pass_on)


def double_click(person, name, heading):
    """Presses twice; the last thing the person sees is the page with that heading, no error."""
    person.page.get_by_role("button", name=name, exact=True).last.click(click_count=person.presses)
    expect(person.page.locator("h1")).to_contain_text(heading)


def done(action, thread):
    return HistoryEntry.objects.filter(action=action, thread=thread).count()


def plan_is_double_clicked(partner, vendor, plan):
    year = plan.program_year
    partner.open(f"/plans/{plan.pk}/campaigns/new/")
    partner.fill(Name="Spring", First_day=year.starts_on.isoformat(), Last_day=year.ends_on.isoformat())
    double_click(partner, "Add campaign", plan.name)
    partner.open(f"/plans/{plan.pk}/comment/")
    partner.page.locator("main textarea").fill("Spring comes before summer.")
    partner.page.locator("main form[method=post] [type=submit]").last.click(click_count=partner.presses)
    expect(partner.page.locator("h1")).to_contain_text(plan.name)
    [spring] = plan.campaigns.filter(name="Spring")
    spring.delete()  # a campaign without activities cannot be sent
    partner.open(f"/plans/{plan.pk}/submit/")
    double_click(partner, "Send for approval", plan.name)
    vendor.open(f"/plans/{plan.pk}/take/")
    double_click(vendor, "Start the review", plan.name)
    vendor.open(f"/plans/{plan.pk}/approve/")
    double_click(vendor, "Approve", plan.name)
    actions = ("add_campaign", "comment", "submit", "take", "approve")
    assert {name: done(f"plans.{name}", plan.pk) for name in actions} == {
        "add_campaign": 2,  # the first one is of the factory
        "comment": 1,
        "submit": 1,
        "take": 1,
        "approve": 1,
    }


def claim_is_double_clicked(partner, vendor, proof):
    partner.open(f"/claims/submit/{proof.pk}/")
    double_click(partner, "Send the claim", proof.name)
    [claim] = proof.claims.all()
    claim_services.take_claim(claim.pk, actor=proof.cast.vendor_admin)
    vendor.open(f"/claims/{claim.pk}/approve/")
    double_click(vendor, "Approve", proof.name)
    claim.refresh_from_db()
    assert claim.status == "approved"
    actions = ("claims.submit", "claims.approve", "claims.create")
    assert [done(action, claim.history_thread) for action in actions] == [1, 1, 1]


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_double_clicks_do_everything_once(people, script):
    plan, proof = make_plan(), make_proof()
    options = {} if script else {"java_script_enabled": False}
    sent = []
    of_plan, of_claim = people(plan.cast, **options), people(proof.cast, **options)
    for person in (*of_plan, *of_claim):
        on_a_slow_line(person, sent, 1 if script else 2)
    plan_is_double_clicked(*of_plan, plan)
    claim_is_double_clicked(*of_claim, proof)
    assert [sent.count(address) for address in dict.fromkeys(sent)] == [1 if script else 2] * 7
