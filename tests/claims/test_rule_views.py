"""Pages of the rules: the editor changes what was typed and nothing else, without script too (R-PROG-07, D-18)."""

from dataclasses import replace

import pytest
from django.urls import reverse
from lxml import html

from claims import services
from claims.models import RuleDifference, RuleRun
from core.models import HistoryEntry
from incentives.models import DraftType, Program, RuleDraft, RuleSet
from tests.factories.claims import make_claim, make_coop_proof
from tests.factories.incentives import activity_type, make_program, make_rule_draft
from tests.factories.people import make_vendor_admin
from tests.factories.plans import make_coop_cast

pytestmark = pytest.mark.django_db
PAGE_OF_RUN, PAGE_OF_RULES = 8, 16


@pytest.fixture
def cast():
    return make_coop_cast(families=["surface"])


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.vendor_admin)
    return client


def url(name, cast, **more):
    return reverse(f"portal:{name}", kwargs={"pk": cast.program.pk, **more})


def type_url(cast, slug="print_advertising"):
    return url("rule_type", cast, year=cast.year.pk, slug=slug)


def filled(page):
    """What a browser would send for the form on the page as it stands."""
    form = next(one for one in html.fromstring(page.text).forms if one.get("action", "").startswith("/programs/"))
    return _values(form)


def _values(form):
    values = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    values.pop("csrfmiddlewaretoken", None)
    return values


# The editor of a type -------------------------------------------------------------------------------------------


def test_saving_what_is_shown_changes_nothing_of_any_type(admin, cast):
    for one in cast.year.activity_types.current():
        address = type_url(cast, one.slug)
        answer = admin.post(address, filled(admin.get(address)))
        assert (one.slug, answer.status_code) == (one.slug, 302)
        assert [str(row) for row in DraftType.objects.all()] == []


def test_what_is_typed_stands_in_the_draft_and_is_told_on_the_page(admin, cast):
    address = type_url(cast)
    typed = filled(admin.get(address)) | {"name": "Posters", "vendor_share": "50", "notes": "First\n\nSecond "}
    answer = admin.post(address, typed)
    assert answer["Location"] == f"{url('rules', cast)}?year={cast.year.pk}"
    spec = DraftType.objects.get().parsed
    assert (spec.name, spec.vendor_share, spec.notes) == ("Posters", 50, ("First", "Second"))
    page = html.fromstring(admin.get(url("rules", cast)).text)
    rows = page.xpath("//*[@id='draft']//tbody/tr[not(@class)]")
    cells = [[cell.text_content().strip() for cell in row] for row in rows]
    assert cells == [
        ["Name", "Print advertising", "Posters"], ["Vendor's share", "–", "50 %"], ["Notes", "–", "First Second"],
    ]  # fmt: skip
    assert activity_type(cast.year).name == "Print advertising"


def test_rows_are_added_and_removed(admin, cast):
    address = type_url(cast)
    typed = filled(admin.get(address))
    typed |= {
        "documents-1-label": "Photo of the street", "documents-1-place": "group_1", "documents-1-min_items": "2",
        "core-0-DELETE": "on",
    }  # fmt: skip
    more = admin.post(address, {**typed, "more": "documents"})
    typed = filled(more)
    assert (typed["documents-1-label"], typed["documents-TOTAL_FORMS"]) == (["Photo of the street"], ["7"])
    typed |= {"documents-2-label": "Letter", "documents-2-place": "group_1", "documents-2-kinds": ["pdf"]}
    assert admin.post(address, typed).status_code == 302
    spec = DraftType.objects.get().parsed
    assert [(one.slug, one.min_items, one.kinds) for one in spec.proof_documents] == [
        ("final_piece", 1, ("pdf", "image")), ("photo_of_the_street", 2, ("pdf", "image")), ("letter", 1, ("pdf",)),
    ]  # fmt: skip
    assert spec.proof_rule == {
        "all_of": [{"doc": "final_piece"}, {"any_of": [{"doc": "photo_of_the_street"}, {"doc": "letter"}]}]
    }
    assert [one.slug for one in spec.core_requirements] == ["contact_information", "vendor_content"]


def test_every_kind_of_row_is_read(admin, cast):
    address = type_url(cast)
    typed = filled(admin.get(address)) | {
        "questions-0-label": "Where did it hang?", "questions-0-choices": "Inside\nOutside",
        "questions-0-min_choices": "1",
        "metrics-1-name": "Clicks", "metrics-1-unit": "clicks", "metrics-1-required": "on",
        "caps-0-kind": "absolute", "caps-0-amount": "18750.50", "caps-0-currency": "usd",
        "caps-0-per": "usage_period", "caps-0-programs": ["all"], "caps-0-expenses": ["printed_material"],
    }  # fmt: skip
    answer = admin.post(address, typed)
    assert answer.status_code == 302
    spec = DraftType.objects.get().parsed
    assert [(choice.value, choice.label) for choice in spec.fields[0].choices] == [
        ("inside", "Inside"), ("outside", "Outside"),
    ]  # fmt: skip
    assert (spec.metrics[1].slug, spec.metrics[1].unit_label, spec.metrics[1].required) == ("clicks", "clicks", True)
    assert spec.caps == (
        {
            "slug": "absolute", "kind": "absolute", "amount": "18750.5", "currency": "USD", "per": "usage_period",
            "applies_to_programs": ["all"], "applies_to_expenses": ["printed_material"],
        },
    )  # fmt: skip


def test_an_answer_that_is_reworded_keeps_its_value(admin, cast):
    address = type_url(cast, "direct_mail_email_sms")
    page = admin.get(address)
    typed = filled(page)
    [labels] = typed["questions-0-choices"]
    first, *others = labels.strip().splitlines()
    assert admin.post(address, typed | {"questions-0-choices": "\n".join(["By post", *others])}).status_code == 302
    old = activity_type(cast.year, "direct_mail_email_sms").parsed
    new = DraftType.objects.get(slug=old.slug).parsed
    assert [one.value for one in new.fields[0].choices] == [one.value for one in old.fields[0].choices]
    assert (first != "By post", new.fields[0].choices[0].label) == (True, "By post")


def test_what_cannot_be_is_said_beside_its_cause_and_what_was_typed_stays(admin, cast):
    address = type_url(cast)
    typed = filled(admin.get(address)) | {"documents-0-kinds": [], "name": "Posters", "expenses": []}
    answer = admin.post(address, typed)
    assert (answer.status_code, RuleDraft.objects.count()) == (422, 0)
    page = html.fromstring(answer.text)
    assert page.get_element_by_id("id_name").get("value") == "Posters"
    [wrong] = page.xpath("//*[@id='rows-documents']//*[@class='pl-error']")
    assert wrong.text_content().strip() == "accepts no kind"
    assert "is enabled but allows no expense type" in page.xpath("//*[@class='pl-problems']")[0].text_content()


def test_conditions_are_kept_and_the_page_says_so(admin, cast):
    address = type_url(cast, "direct_mail_email_sms")
    page = admin.get(address)
    assert page.text.count("A part of what proves this type has conditions. It is kept as it is") == 1
    typed = filled(page)
    empty = typed["documents-INITIAL_FORMS"][0]
    assert admin.post(address, typed | {f"documents-{empty}-label": "Photo"}).status_code == 302
    old = activity_type(cast.year, "direct_mail_email_sms").parsed.proof_rule
    new = DraftType.objects.get(slug="direct_mail_email_sms").parsed.proof_rule
    conditions = [node for node in old["all_of"] if "when" in node]
    assert [node for node in new["all_of"] if "when" in node] == conditions
    assert {"doc": "photo"} in new["all_of"]


def test_a_stale_page_is_refused_and_shows_what_was_typed(admin, cast):
    address = type_url(cast)
    typed = filled(admin.get(address)) | {"notes": "A long note that nobody wants to type twice"}
    make_rule_draft(cast, name="Leaflets")
    answer = admin.post(address, typed)
    assert answer.status_code == 409
    assert answer.text.count("A long note that nobody wants to type twice") >= 1
    assert [str(row) for row in DraftType.objects.all()] == ["Leaflets"]


def test_a_type_is_added_and_copied(admin, cast):
    address = url("rule_type_new", cast, year=cast.year.pk)
    typed = filled(admin.get(f"{address}?copy=print_advertising"))
    assert typed["name"] == ["Copy of Print advertising"]
    assert admin.post(f"{address}?copy=print_advertising", typed).status_code == 302
    copied = DraftType.objects.get()
    assert (copied.slug, copied.based_on, len(copied.parsed.proof_documents)) == ("copy_of_print_advertising", None, 1)
    typed = filled(admin.get(address)) | {
        "name": "Cinema", "documents-0-label": "Film", "documents-0-kinds": ["video"], "expenses": ["printed_material"],
    }  # fmt: skip
    answer = admin.post(address, typed)
    assert answer.status_code == 302
    assert DraftType.objects.get(slug="cinema").parsed.proof_rule == {"all_of": [{"doc": "film"}]}


def test_a_second_click_does_nothing_twice(admin, cast):
    address = type_url(cast)
    typed = filled(admin.get(address)) | {"name": "Posters"}
    first, second = admin.post(address, typed), admin.post(address, typed)
    assert (first.status_code, second["Location"], RuleDraft.objects.get().version) == (302, first["Location"], 1)
    address = url("rule_type_new", cast, year=cast.year.pk) + "?copy=telemarketing"
    typed = filled(admin.get(address))
    assert (admin.post(address, typed).status_code, admin.post(address, typed).status_code) == (302, 422)
    assert DraftType.objects.count() == 2


def test_changes_of_a_type_are_taken_back_on_a_page(admin, cast):
    make_rule_draft(cast, name="Posters")
    address = url("rule_type_undo", cast, year=cast.year.pk, slug="print_advertising")
    assert admin.post(address, filled(admin.get(address))).status_code == 302
    assert (DraftType.objects.count(), admin.get(address).status_code) == (0, 404)


# Levels, publishing, discarding ---------------------------------------------------------------------------------


def test_levels_are_chosen_check_by_check(admin, cast):
    address = url("rule_levels", cast)
    page = admin.get(address)
    assert page.text.count("(usual)") == len(html.fromstring(page.text).xpath("//table//select"))
    stop_only = html.fromstring(page.text).xpath("//*[@id='id_invoice_overused']/option")
    assert [one.get("value") for one in stop_only] == ["stop"]
    assert admin.post(address, filled(page) | {"same_file": "stop"}).status_code == 302
    assert RuleDraft.objects.get().levels == {"same_file": "stop"}
    assert admin.post(address, filled(page) | {"same_file": "pass"}).status_code == 409


def test_publishing_asks_for_a_comparison_or_for_a_word(admin, cast):
    make_rule_draft(cast, name="Posters")
    address = url("rules_publish", cast)
    typed = filled(admin.get(address)) | {"note": "Posters count"}
    refused = admin.post(address, typed)
    assert (refused.status_code, refused.text.count("Compare this draft with the claims of a period first")) == (422, 2)
    assert admin.post(address, typed | {"without_run": "on"}).status_code == 302
    assert (RuleSet.objects.first().note, activity_type(cast.year).name) == ("Posters count", "Posters")
    page = admin.get(url("rules", cast)).text
    assert page.count("published the rules") == 1
    assert HistoryEntry.objects.filter(action="incentives.publish_rules").count() == 1


def test_after_a_comparison_nothing_has_to_be_ticked(admin, cast):
    make_claim(proof=make_coop_proof(cast))
    draft = make_rule_draft(cast, name="Posters")
    run = services.start_run(cast.program.pk, version=draft.version, year=cast.year, actor=cast.vendor_admin)
    services.compare_rules(run.pk)
    address = url("rules_publish", cast)
    typed = filled(admin.get(address))
    assert "without_run" not in typed
    assert admin.post(address, typed | {"note": "x"}).status_code == 302


def test_a_draft_is_discarded(admin, cast):
    make_rule_draft(cast, name="Posters")
    address = url("rules_discard", cast)
    assert admin.post(address, filled(admin.get(address))).status_code == 302
    assert RuleDraft.objects.get().state == "discarded"


# Comparing ------------------------------------------------------------------------------------------------------


def test_a_comparison_is_asked_for_and_its_page_shows_the_differences(admin, cast, django_capture_on_commit_callbacks):
    claim = make_claim(proof=make_coop_proof(cast))
    make_rule_draft(cast, enabled=False)
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(url("rules_compare", cast), {"seen": "1", "span": f"year-{cast.year.pk}"})
    run = RuleRun.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    page = html.fromstring(admin.get(run.get_absolute_url()).text)
    assert "1 of 1 claim would be different" in page.get_element_by_id("totals").text_content()
    row = page.xpath("//*[@id='differences']//tbody/tr")[0].text_content().replace("\xa0", " ")
    assert claim.number in row
    assert "Could not have been claimed: the activity type is switched off" in row
    assert page.xpath(f"//*[@id='differences']//a[@href='{claim.get_absolute_url()}']") != []


def test_the_pages_need_as_many_queries_for_1_as_for_30_rows(admin, cast, django_assert_num_queries):
    claim = make_claim(proof=make_coop_proof(cast))
    draft = make_rule_draft(cast, name="Posters")
    run = RuleRun.objects.create(
        draft=draft, draft_version=draft.version, program_year=cast.year, created_by=cast.vendor_admin, state="done",
        total=30,
    )  # fmt: skip
    rows = [
        RuleDifference(run=run, position=number, claim=claim, changed=True, effects=["x"], before=1, after=2)
        for number in range(1, 31)
    ]
    RuleDifference.objects.bulk_create(rows[:1])
    for _again in range(2):
        with django_assert_num_queries(PAGE_OF_RUN):
            assert admin.get(run.get_absolute_url()).status_code == 200
        with django_assert_num_queries(PAGE_OF_RULES):
            assert admin.get(url("rules", cast)).status_code == 200
        RuleDifference.objects.bulk_create(rows[1:], ignore_conflicts=True)
        for number in range(30 - draft.types.count()):
            spec = replace(activity_type(cast.year).parsed, slug=f"extra_{number}", name=f"Extra {number}")
            DraftType.objects.create(
                draft=draft, program_year=cast.year, slug=spec.slug, spec=spec.to_dict(), fingerprint=str(number)
            )


def test_long_tables_have_pages(admin, cast):
    claim = make_claim(proof=make_coop_proof(cast))
    draft = make_rule_draft(cast, name="Posters")
    run = RuleRun.objects.create(
        draft=draft, draft_version=1, program_year=cast.year, created_by=cast.vendor_admin, state="done", total=60
    )
    RuleDifference.objects.bulk_create(
        RuleDifference(run=run, position=number, claim=claim, changed=number % 2 == 0, effects=[f"row {number}"])
        for number in range(1, 61)
    )
    assert admin.get(run.get_absolute_url()).text.count("<p>row ") == 30
    first = html.fromstring(admin.get(run.get_absolute_url() + "?all=1").text)
    [following] = first.xpath("//a[@rel='next']")
    rest = admin.get(run.get_absolute_url() + following.get("href")).text
    assert (len(first.xpath("//*[@id='differences']//tbody/tr")), rest.count("<p>row ")) == (50, 10)


# Facts of a program ---------------------------------------------------------------------------------------------


def test_facts_are_changed_and_told(admin, cast):
    address = url("program_facts", cast)
    typed = filled(admin.get(address)) | {"name": "Cloud partners", "countries": "de, fr", "users_may_dispute": "on"}
    assert admin.post(address, typed).status_code == 302
    cast.program.refresh_from_db()
    assert (cast.program.name, cast.program.countries, cast.program.users_may_dispute) == (
        "Cloud partners", ["DE", "FR"], True,
    )  # fmt: skip
    told = HistoryEntry.objects.get(action="incentives.change_program").changes
    assert told["countries"] == ["DE, AT, CH, FR", "DE, FR"]
    assert admin.post(address, typed | {"name": "Others"}).status_code == 409


def test_how_it_pays_stays_once_something_was_claimed(admin, cast):
    make_claim(proof=make_coop_proof(cast))
    address = url("program_facts", cast)
    page = admin.get(address)
    assert page.text.count("Stays as it is: something was claimed already.") == len(services.programs.SETTLED_BY)
    admin.post(address, filled(page) | {"name": "New name", "currency": "USD", "families": ["hosting"]})
    cast.program.refresh_from_db()
    assert (cast.program.name, cast.program.currency, cast.program.families) == ("New name", "EUR", ["surface"])


def test_wrong_facts_are_said(admin, cast):
    address = url("program_facts", cast)
    typed = filled(admin.get(address)) | {"countries": "DE, XX", "currency": "ABC", "settlement": "plan_payout"}
    answer = admin.post(address, typed)
    assert (answer.status_code, answer.text.count("Not a country code: XX.") > 0) == (422, True)
    answer = admin.post(address, typed | {"countries": "DE", "currency": "EUR"})
    assert (answer.status_code, answer.text.count("A plan is paid only where there are plans.") > 0) == (422, True)


def test_who_administers_every_program_adds_one(client):
    client.force_login(make_vendor_admin())
    address = reverse("portal:program_new")
    typed = filled(client.get(address)) | {
        "name": "Devices", "slug": "devices", "countries": "DE", "currency": "EUR",
        "certification_statement": "I certify.",
    }  # fmt: skip
    answer = client.post(address, typed)
    assert answer.status_code == 302
    program = Program.objects.get(slug="devices")
    assert (program.has_coop, [one.slug for one in program.fund_types.all()]) == (True, ["co-op"])
    assert client.post(address, typed).status_code == 422
    client.force_login(make_vendor_admin(make_program()))
    assert client.get(address).status_code == 403
