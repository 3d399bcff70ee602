"""Bad input: a clear message next to the cause, what was typed stays, and nothing else changes."""

import pytest
from django.test import Client

from claims import services as claims
from core.models import HistoryEntry
from plans import services as plans
from proofs import services as proofs
from tests.factories.claims import make_claim, make_proof
from tests.factories.people import make_vendor_admin
from tests.factories.plans import make_plan
from tests.proofs.pages import Seen
from tests.security.world import snapshot

pytestmark = pytest.mark.django_db
IN_FIGURES = "Type an amount in figures, for example 1,234.56."
TOO_LARGE = "This amount is too large: at most 12 digits before the decimal mark."
ONCE = "Your first click did this already. Nothing was done twice."


def typed(page, name):
    """What stands in a field of the page."""
    [field] = page.find(f"//main//form[@method='post']//*[@name='{name}' and not(@type='checkbox')]")
    if field.tag == "textarea":
        return field.text_content().strip("\n")
    if field.tag == "select":
        return "".join(field.xpath("option[@selected]/@value | optgroup/option[@selected]/@value"))
    return field.get("value", "")


def beside(page, name):
    """The messages that the field itself names as its description."""
    [field] = page.find(f"//main//form[@method='post']//*[@name='{name}' and not(@type='checkbox')]")
    words = [text for key in field.get("aria-describedby", "").split() for text in page.texts(f"//*[@id='{key}']")]
    return " ".join(words)


def refused(client, path, data, field, message, keeps=()):
    """Sends it; asserts the answer: 422, the message at that field only, all that was typed, no row changed."""
    before = snapshot()
    page = Seen(client.post(path, data))
    assert (page.status, page.wrong_fields) == (422, [field])
    assert message in beside(page, field)
    assert {name: typed(page, name) for name in keeps} == {name: str(data[name]) for name in keeps}
    assert snapshot() == before


# Plans ---------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(client):
    plan = make_plan()
    client.force_login(plan.cast.user)
    return plan


CAMPAIGNS = {
    "no name": ({"name": ""}, "name", "This field is required."),
    "no day": ({"starts_on": ""}, "starts_on", "This field is required."),
    "no date at all": ({"starts_on": "soon"}, "starts_on", "Enter a valid date."),
    "the 31st of February": ({"ends_on": "2027-02-31"}, "ends_on", "Enter a valid date."),
    "before the program year": ({"starts_on": "1999-01-01"}, "starts_on", "A campaign lies within the program year"),
    "after the program year": ({"ends_on": "2999-01-01"}, "ends_on", "A campaign lies within the program year"),
    "a name that is taken": ({"name": "Back to business"}, "name", "This plan already has a campaign with this name."),
    "a name of 300": ({"name": "x" * 300}, "name", "Ensure this value has at most 120 characters (it has 300)."),
    "a NUL": ({"objective": "a\0b"}, "objective", "Null characters are not allowed."),
    "a megabyte": ({"objective": "y" * 1_000_000}, "objective", "at most 5000 characters (it has 1000000)."),
}


@pytest.mark.parametrize("case", CAMPAIGNS)
def test_a_campaign_says_what_is_wrong_and_keeps_what_was_typed(client, plan, case):
    change, field, message = CAMPAIGNS[case]
    year = plan.program_year
    data = {"name": "Spring", "starts_on": year.starts_on, "ends_on": year.ends_on, "objective": "More people"} | change
    keeps = [name for name in data if "\0" not in str(data[name])]
    refused(client, f"/plans/{plan.pk}/campaigns/new/", data, field, message, keeps)


ACTIVITIES = {
    "negative": ({"budget": "-1"}, "budget", "The amount must be at least 0.01."),
    "nothing": ({"budget": "0"}, "budget", "The amount must be at least 0.01."),
    "a power": ({"budget": "1e30"}, "budget", IN_FIGURES),
    "not a number": ({"budget": "NaN"}, "budget", IN_FIGURES),
    "without end": ({"budget": "Infinity"}, "budget", IN_FIGURES),
    "a square": ({"budget": "²"}, "budget", IN_FIGURES),
    "thirteen digits": ({"budget": "1234567890123"}, "budget", TOO_LARGE),
    "parts of a cent": ({"budget": "1.2345"}, "budget", "EUR has at most 2 digits after the decimal mark."),
    "words": ({"budget": "ten"}, "budget", IN_FIGURES),
    "before its campaign": ({"starts_on": "1999-01-01"}, "starts_on", "An activity lies within its campaign"),
    "ends before it starts": ({"ends_on": "1999-01-01"}, "ends_on", "The last day lies before the first day."),
    "an unknown type": ({"activity_type": "garbage"}, "activity_type", "Select a valid choice."),
}


@pytest.mark.parametrize("case", ACTIVITIES)
def test_an_activity_says_what_is_wrong_and_keeps_what_was_typed(client, plan, case):
    change, field, message = ACTIVITIES[case]
    campaign = plan.campaigns.get()
    data = {
        "activity_type": str(campaign.activities.get().activity_type_id),
        "name": "Leaflets",
        "countries": ["DE", "AT"],
        "starts_on": campaign.starts_on,
        "ends_on": campaign.ends_on,
        "budget": "10.00",
    } | change
    keeps = [name for name in data if name != "countries" and data[name] != "garbage"]
    refused(client, f"/plans/campaigns/{campaign.pk}/activities/new/", data, field, message, keeps)


def test_ticks_stay_when_another_field_is_wrong(client, plan):
    campaign = plan.campaigns.get()
    data = {"name": "", "countries": ["DE", "CH"], "budget": "ten"}
    page = Seen(client.post(f"/plans/campaigns/{campaign.pk}/activities/new/", data))
    assert page.find("//input[@name='countries'][@checked]/@value") == ["DE", "CH"]


# Decisions -----------------------------------------------------------------------------------------------

DECISIONS = {
    "": "This field is required.",
    "0": "Enter the amount you approve, more than zero. To approve nothing, reject the claim.",
    "-1": "The amount cannot be negative.",
    "1e30": IN_FIGURES,
    "NaN": IN_FIGURES,
    "4120.01": "The partner asks for 4,120.00 EUR; you cannot approve more.",
    "9999999999999": TOO_LARGE,
}


def test_an_approval_that_cannot_be_is_told_at_its_amount(client):
    claim = make_claim("under_review")
    client.force_login(claim.cast.vendor_admin)
    for amount, message in DECISIONS.items():
        data = {"amount": amount, "comment": "Well documented."}
        refused(client, f"/claims/{claim.pk}/approve/", data, "amount", message, data)


@pytest.mark.parametrize("move", ["request_action", "reject"])
def test_a_decision_without_its_reason_asks_for_it(client, move):
    claim = make_claim("under_review")
    client.force_login(claim.cast.vendor_admin)
    refused(client, f"/claims/{claim.pk}/{move}/", {"comment": " \n "}, "comment", "This field is required.")


# Evidence ------------------------------------------------------------------------------------------------


def test_an_invoice_tells_each_field_and_keeps_all(client):
    proof = make_proof(complete=False)
    client.force_login(proof.cast.user)
    wrong = {"date": "2026-13-45", "currency": "EURO", "lines-0-net": "NaN", "lines-0-gross": "1e30"}
    right = {"supplier": "Lichtblick", "number": "7", "lines-0-description": "Printing", "lines-0-tax": "-3"}
    counters = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0"}
    before = snapshot()
    page = Seen(client.post(f"/proofs/{proof.pk}/invoices/new/", {**wrong, **right, **counters}))
    assert (page.status, page.wrong_fields) == (422, sorted(wrong))
    assert {name: typed(page, name) for name in wrong | right} == wrong | right
    assert "Enter a valid date." in beside(page, "date")
    assert IN_FIGURES in beside(page, "lines-0-gross")
    assert snapshot() == before


@pytest.mark.parametrize(
    ("counters", "message"),
    [
        ({}, "The lines did not arrive whole. Open the form again and type them there."),
        ({"lines-TOTAL_FORMS": "99999", "lines-INITIAL_FORMS": "0"}, "At most 100 lines."),
    ],
)
def test_lines_that_did_not_arrive_whole(client, counters, message):
    proof = make_proof(complete=False)
    client.force_login(proof.cast.user)
    before = snapshot()
    page = Seen(client.post(f"/proofs/{proof.pk}/invoices/new/", {"supplier": "Lichtblick", **counters}))
    assert (page.status, message in " ".join(page.problems)) == (422, True)
    assert (typed(page, "supplier"), snapshot()) == ("Lichtblick", before)


def test_facts_that_no_field_can_hold(client):
    proof = make_proof(complete=False)
    client.force_login(proof.cast.user)
    data = {"name": "N" * 121, "executed_from": "soon", "amount": "1e30", "estimated_impressions": "many " * 9}
    before = snapshot()
    page = Seen(client.post(f"/proofs/{proof.pk}/facts/", data))
    assert (page.status, page.wrong_fields) == (422, sorted(data))
    assert {name: typed(page, name) for name in data} == data
    assert snapshot() == before


def test_a_draft_takes_wrong_dates_and_the_submission_names_them(client):
    proof = make_proof()
    client.force_login(proof.cast.admin)
    data = {"name": "Posters", "executed_from": "1999-02-02", "executed_to": "1999-01-01", "amount": "-5"}
    assert client.post(f"/proofs/{proof.pk}/facts/", data).status_code == 302
    before = snapshot()
    page = Seen(client.post(f"/claims/submit/{proof.pk}/", {"comment": "Here it is."}))
    assert (page.status, typed(page, "comment"), snapshot()) == (422, "Here it is.", before)
    anchors = {address.rpartition("#")[2] for address in page.find("//section[@id='problems']//a/@href")}
    assert {"card-amount", "card-date"} <= anchors


def test_an_address_that_is_none(client):
    proof = make_proof(complete=False)
    client.force_login(proof.cast.user)
    data = {"card": "extra", "kind": "url", "value": "javascript:alert(1)", "note": "Our shop"}
    message = "This is no web address. Copy it from your browser."
    refused(client, f"/proofs/{proof.pk}/typed/", data, "value", message, ["value", "note", "card", "kind"])


def test_letters_of_all_the_world_are_kept(client, plan):
    campaign = plan.campaigns.get()
    for name in ("🦊 Fuchs 👩‍👩‍👧", "عرض الخريف", "‮edocinU", "Zoë & <b>Söhne</b> \"'", "ﬁ Ω Ⅷ"):
        data = {"name": name, "starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
        assert client.post(f"/plans/{plan.pk}/campaigns/new/", data).status_code == 302
        assert name in Seen(client.get(plan.get_absolute_url())).tree.text_content()
    raw = "name=%ED%A0%80%ff&starts_on=x"
    page = Seen(client.post(f"/plans/{plan.pk}/campaigns/new/", raw, content_type="application/x-www-form-urlencoded"))
    assert (page.status, typed(page, "name").strip("\ufffd")) == (422, "")


# Stale forms ---------------------------------------------------------------------------------------------


def told(answer, status, heading, text):
    page = Seen(answer)
    assert (page.status, page.text("//h1"), text in page.text("//main")) == (status, heading, True)
    return page


def test_a_form_of_a_plan_that_was_sent_meanwhile(client, plan):
    path = f"/plans/{plan.pk}/edit/"
    assert client.get(path).status_code == 200
    plans.submit_plan(plan.pk, actor=plan.cast.admin)
    before = snapshot()
    page = Seen(client.post(path, {"name": "A much better name"}))
    assert (page.status, snapshot()) == (403, before)
    assert "The plan has been sent. It can be edited again when the vendor sends it back." in page.text("//main")
    assert "A much better name" in page.text("//main")


def test_a_decision_on_a_claim_that_was_decided_meanwhile(client):
    claim = make_claim("under_review")
    other = make_vendor_admin(claim.cast.program, "Otto")
    client.force_login(other)
    assert client.get(f"/claims/{claim.pk}/approve/").status_code == 200
    claims.reject_claim(claim.pk, actor=claim.cast.vendor_admin, comment="Out of scope.")
    before = snapshot()
    answer = client.post(f"/claims/{claim.pk}/approve/", {"amount": "4000", "comment": "Good work, all of it."})
    page = told(answer, 409, "Someone was faster", "This is meanwhile “Rejected”.")
    assert "Good work, all of it." in page.text("//main")
    assert snapshot() == before


def test_a_card_that_is_no_longer_open(client):
    claim = make_claim("under_review")
    proofs.add_finding(claim.proof_id, actor=claim.cast.reviewer, text="Too dark", card="final_piece")
    claims.request_claim_action(claim.pk, actor=claim.cast.reviewer, comment="Please look at the poster.")
    client.force_login(claim.cast.user)
    before = snapshot()
    data = {"supplier": "Quite another supplier", "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}
    page = Seen(client.post(f"/proofs/{claim.proof_id}/invoices/new/", data))
    assert page.status == 403
    assert "Only what the reviewer sent back can be changed now." in page.text("//main")
    assert "Quite another supplier" in page.text("//main")
    assert snapshot() == before


# The same twice ------------------------------------------------------------------------------------------


def twice(client, path, data):
    """The second of two equal posts leads to the same place and says so; nothing was written for it."""
    first = client.post(path, data)
    assert first.status_code == 302
    before = snapshot()
    second = client.post(path, data, follow=True)
    assert snapshot() == before
    assert second.redirect_chain == [(first["Location"], 302)]
    return second.content.decode()


def test_what_is_added_twice_is_there_once(client, plan):
    cast, campaign = plan.cast, plan.campaigns.get()
    days = {"starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
    assert ONCE in twice(client, f"/plans/{plan.pk}/campaigns/new/", {"name": "Spring", **days})
    kind = str(campaign.activities.get().activity_type_id)
    activity = {"activity_type": kind, "name": "Leaflets", "countries": ["DE"], "budget": "10", **days}
    assert ONCE in twice(client, f"/plans/campaigns/{campaign.pk}/activities/new/", activity)
    fund = cast.program.fund_types.create(slug="launch", name="Launch fund")
    new = {"name": "Winter", "fund_type": fund.pk, "program_year": cast.year.pk, "reviewer": cast.reviewer.pk}
    assert ONCE in twice(client, f"/plans/new/?enrollment={cast.enrollment.pk}", new)
    twice(client, f"/plans/{plan.pk}/comment/", {"comment": "Hello"})


def test_another_campaign_of_that_name_is_still_refused(client, plan):
    campaign = plan.campaigns.get()
    data = {"name": "Spring", "starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
    path = f"/plans/{plan.pk}/campaigns/new/"
    client.post(path, data)
    message = "This plan already has a campaign with this name."
    refused(client, path, {**data, "objective": "Another one"}, "name", message)
    client.force_login(plan.cast.admin)
    refused(client, path, data, "name", message)


def test_evidence_added_twice_is_there_once(client):
    proof = make_proof(complete=False)
    client.force_login(proof.cast.user)
    path = f"/proofs/new/{proof.activity_id}/"
    assert ONCE in twice(client, path, {"name": "Second one", "amount": "12"})
    twice(client, path, {"name": "", "amount": "13"})
    lines = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-net": "5", "lines-0-tax": "1"}
    twice(client, f"/proofs/{proof.pk}/invoices/new/", {"supplier": "Lichtblick", "number": "7", **lines})
    assert proof.invoices.count() == 1
    twice(client, f"/proofs/{proof.pk}/comment/", {"comment": "Hello"})
    shop = {"card": "extra", "kind": "url", "value": "https://example.com/shop", "note": "Our shop"}
    twice(client, f"/proofs/{proof.pk}/typed/", shop)
    assert proof.documents.filter(value=shop["value"]).count() == 1


def test_a_finding_noted_twice_is_there_once(client):
    claim = make_claim("under_review")
    client.force_login(claim.cast.reviewer)
    twice(client, f"/proofs/{claim.proof_id}/findings/new/", {"text": "Too dark"})
    assert claim.proof.findings.count() == 1


# Requests no form of ours sends --------------------------------------------------------------------------


def test_a_form_without_its_token_says_so_and_keeps_the_text(plan):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(plan.cast.user)
    path = f"/plans/{plan.pk}/comment/"
    browser.get(path)
    before = HistoryEntry.objects.count()
    answer = browser.post(path, {"comment": "Written at length."})
    told(answer, 403, "This page was open too long", "Written at length.")
    foreign = Client(enforce_csrf_checks=True)  # brings no cookie of ours: another site's form
    assert "Planted" not in foreign.post(path, {"comment": "Planted text"}).content.decode()
    assert HistoryEntry.objects.count() == before


@pytest.mark.parametrize("data", [{"comment": "x" * 3_000_000}, {f"f{number}": "x" for number in range(1100)}])
def test_a_body_no_form_sends_has_its_page(client, plan, data):
    before = snapshot()
    answer = client.post(f"/plans/{plan.pk}/comment/", data)
    told(answer, 400, "This could not be read", "Nothing was changed.")
    assert snapshot() == before


def test_methods_pages_do_not_know(client, plan):
    path = plan.get_absolute_url()
    answers = {name: getattr(client, name)(path).status_code for name in ("head", "options", "put", "patch", "delete")}
    assert answers == {"head": 200, "options": 200, "put": 405, "patch": 405, "delete": 405}


@pytest.mark.parametrize(
    "path", ["/plans/garbage/", "/proofs/1/", "/claims/%00/", "/plans/..%2f..%2fetc/", "/proofs/documents/x/download/"]
)
def test_addresses_of_nothing(client, plan, path):
    told(client.get(path), 404, "There is nothing here", "Search")


@pytest.mark.parametrize(
    "query", ["status=nonsense", "after=garbage", "before=%00", "page=…", "program=²", "q=%00%ff", "year=" + "9" * 400]
)
@pytest.mark.parametrize("path", ["/plans/", "/proofs/", "/claims/"])
def test_filters_that_mean_nothing_show_the_list(client, plan, path, query):
    page = Seen(client.get(f"{path}?{query}"))
    assert (page.status, len(page.texts("//h1"))) == (200, 1)
