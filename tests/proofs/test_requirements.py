"""The checklist: one evaluation for page and submission; every gap has its card, code and anchor."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.requirements import ATTENTION, CHECKING, GOOD, MISSING, evaluate, summary
from tests.proofs.evidence import (
    FULL,
    complete,
    document,
    empty,
    invoice,
    with_documents,
    without_document,
)

ADVERT = complete("print_advertising")
EXPENSE = "printed_material"


def codes(evidence):
    return [problem.code for problem in evaluate(evidence).problems]


def state(evidence, slug):
    return evaluate(evidence).card(slug).state


def slugs(evidence, section="proof"):
    return [card.slug for card in evaluate(evidence).cards if card.section == section]


@pytest.mark.parametrize("spec", FULL, ids=lambda spec: spec.slug)
def test_complete_evidence_of_every_type_is_good(spec):
    checklist = evaluate(complete(spec.slug))
    assert checklist.problems == ()
    passed, total, needs_you = summary(checklist)
    assert (passed, needs_you) == (total, 0)


@pytest.mark.parametrize("spec", FULL, ids=lambda spec: spec.slug)
def test_an_empty_draft_of_every_type_names_what_is_missing(spec):
    checklist = evaluate(empty(spec.slug))
    assert summary(checklist)[0] == 0
    assert [problem.code for problem in checklist.problems][:3] == [
        "name_missing",
        "date_missing",
        "amount_missing",
    ]
    assert len([one for one in checklist.problems if one.code == "cost_evidence_missing"]) == 1
    assert {card.state for card in checklist.cards} == {MISSING}


@pytest.mark.parametrize("spec", FULL, ids=lambda spec: spec.slug)
def test_every_problem_stands_on_a_card_of_the_page(spec):
    checklist = evaluate(empty(spec.slug, executed_from=date(2021, 1, 1), executed_to=date(2021, 5, 1)))
    cards = [*checklist.cards, *(one for card in checklist.cards for one in card.alternatives)]
    anchors = [card.anchor for card in cards]
    assert len(anchors) == len(set(anchors))
    assert sorted({one.anchor for one in checklist.problems} - set(anchors)) == []
    assert [one for one in checklist.problems if not (one.message and one.rule)] == []


@pytest.mark.parametrize("spec", FULL, ids=lambda spec: spec.slug)
def test_without_its_documents_no_type_can_be_submitted(spec):
    evidence = complete(spec.slug)
    bare = replace(evidence, documents=tuple(one for one in evidence.documents if one.section == "invoice"))
    problems = evaluate(replace(bare, core_requirements={}, invoices=())).problems
    wanted = [problem for problem in problems if problem.code in ("document_missing", "choice_missing")]
    assert wanted != []


@given(st.sampled_from(FULL), st.data())
def test_a_good_document_never_adds_a_problem(spec, data):
    full = complete(spec.slug)
    kept = data.draw(st.lists(st.sampled_from(full.documents), unique=True))
    part = replace(full, documents=tuple(kept))
    more = data.draw(st.sampled_from(full.documents))
    before = len(evaluate(part).problems)
    if more.section == "proof" and more not in kept:
        assert len(evaluate(replace(part, documents=(*kept, more))).problems) <= before


@given(st.sampled_from(FULL), st.sampled_from(["pending", "checking", "refused", "failed"]), st.data())
def test_no_file_escapes(spec, state, data):
    """Wherever a file was put, the submission waits for it or refuses it, naming it (D-20)."""
    section = data.draw(st.sampled_from(["proof", "invoice", "extra"]))
    slugs = ["final_piece", "sms_photo", "csr", "invoices", "name", "core-company_brand", "unknown", ""]
    stray = document(data.draw(st.sampled_from(slugs)), id="stray", section=section, state=state, name="stray.pdf")
    full = complete(spec.slug)
    problems = evaluate(replace(full, documents=(*full.documents, stray))).problems
    found = [problem.code for problem in problems if problem.subject == "stray.pdf"]
    wanted = {"refused": "file_refused", "failed": "file_failed"}.get(state, "file_not_checked")
    assert found == (["invoice_file_unused", wanted] if section == "invoice" else [wanted])


# ---- facts


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " "}, ["name_missing"]),
        ({"executed_to": None}, ["date_missing"]),
        ({"executed_from": date(2021, 3, 13)}, ["dates_reversed"]),
        ({"executed_from": date(2021, 2, 27)}, ["outside_campaign"]),
        ({"today": date(2021, 3, 11)}, ["executed_in_future"]),
        ({"today": date(2021, 3, 12)}, []),
        ({"amount": None}, ["amount_missing"]),
        ({"amount": Decimal(0)}, ["amount_not_positive"]),
        ({"amount": Decimal("-5")}, ["amount_not_positive"]),
        ({"amount": Decimal("NaN")}, ["amount_not_positive"]),
        ({"amount": Decimal("9.999")}, ["amount_too_fine"]),
        ({"estimated_impressions": None}, []),
        ({"estimated_impressions": 0}, []),
        ({"estimated_impressions": -1}, ["impressions_not_whole"]),
        ({"estimated_impressions": "1.5"}, ["impressions_not_whole"]),
        ({"estimated_impressions": "many"}, ["impressions_not_whole"]),
        ({"preapproval_id": ""}, []),
    ],
)
def test_facts(changes, expected):
    assert codes(replace(ADVERT, **changes)) == expected


def test_without_campaign_the_usage_period_binds():
    """D-05."""
    window = {"usage_start": date(2021, 1, 1), "usage_end": date(2021, 3, 11)}
    evidence = replace(ADVERT, campaign_start=None, campaign_end=None, **window)
    assert codes(evidence) == ["outside_usage_period"]
    assert codes(replace(evidence, usage_end=date(2021, 3, 12))) == []


def test_preapproval_is_demanded_where_the_type_demands_it():
    """R-POE-06."""
    assert codes(replace(complete("tv_radio"), preapproval_id=" ")) == ["preapproval_missing"]


# ---- conditions and alternatives


def test_each_channel_asks_for_its_proof():
    evidence = complete("direct_mail_email_sms")
    assert slugs(evidence) == ["final_piece", "proof_of_mailing", "proof_of_emailing", "sms_photo"]
    bare = without_document(evidence, "sms_photo")
    assert codes(bare) == ["document_missing"]
    assert codes(replace(bare, fields={"channel": ["direct_mail", "email"]})) == []
    assert codes(replace(bare, fields={"channel": "direct_mail"})) == []


def test_fields_are_answered_with_what_is_offered():
    evidence = complete("direct_mail_email_sms")
    assert codes(replace(evidence, fields={})) == ["choice_missing"]
    assert codes(replace(evidence, fields={"channel": ["fax"]})) == ["choice_unknown"]
    checklist = evaluate(replace(evidence, fields={"channel": ["fax"]}))
    assert checklist.card("field-channel").state == ATTENTION


def test_documents_not_needed_now_stay_on_the_page():
    evidence = replace(complete("direct_mail_email_sms"), fields={"channel": ["email"]})
    card = evaluate(evidence).card("sms_photo")
    assert (card.required, card.state, card.items) == (False, GOOD, ("doc-sms_photo",))
    refused = with_documents(evidence, document("sms_photo", "image", state="refused"))
    assert codes(refused) == ["file_refused"]


def test_an_expense_asks_for_its_document():
    plain = complete("partner_website_seo")
    bare = without_document(plain, "seo_sow")
    assert codes(bare) == []
    assert codes(replace(bare, invoices=(invoice("seo_optimization_maintenance"),))) == ["document_missing"]
    assert codes(replace(plain, invoices=(invoice("seo_optimization_maintenance"),))) == []


def test_the_presentation_is_needed_unless_invitation_and_agenda_show_everything():
    evidence = complete("customer_seminars_bootcamps")
    bare = without_document(evidence, "presentation_materials")
    assert codes(bare) == []
    shown = {
        **evidence.core_requirements,
        "company_brand": {"declared": True, "document_id": "doc-event_photos"},
    }
    assert codes(replace(bare, core_requirements=shown)) == ["document_missing"]
    assert codes(replace(evidence, core_requirements=shown)) == []


def test_unit_origin_asks_for_specifications_or_delivery():
    evidence = replace(complete("product_seeding_demo_units"), fields={"unit_origin": ["third_party"]})
    bare = without_document(without_document(evidence, "delivery_proof"), "system_specifications")
    checklist = evaluate(bare)
    assert [problem.anchor for problem in checklist.problems] == ["card-delivery_proof"]


def test_one_of_the_alternatives_is_enough():
    evidence = complete("vendor_syndicated_content")
    group = "site_url-or-site_screenshot"
    core = {slug: {"declared": True, "document_id": "doc-invoice"} for slug in evidence.core_requirements}
    evidence = replace(evidence, core_requirements=core)
    one = without_document(evidence, "site_url")
    none = without_document(one, "site_screenshot")
    assert codes(one) == []
    assert codes(none) == ["document_missing"]
    assert (state(one, group), state(none, group)) == (GOOD, MISSING)
    assert state(one, "site_url") == MISSING
    waiting = with_documents(none, document("site_screenshot", "image", state="checking"))
    assert (codes(waiting), state(waiting, group)) == (["file_not_checked"], CHECKING)
    broken = with_documents(evidence, document("site_screenshot", "image", state="failed"))
    assert (codes(broken), state(broken, group)) == (["file_failed"], ATTENTION)


def test_alternatives_count_as_one_check():
    evidence = complete("employee_purchase_website")
    fewer = without_document(evidence, "landing_url")
    assert summary(evaluate(evidence)) == summary(evaluate(fewer))


def test_a_campaign_of_components_asks_for_all_of_theirs():
    evidence = complete("digital_multi_touch_campaign")
    two = replace(evidence, fields={"components": ["digital_advertising", "telemarketing"]})
    required = [card.slug for card in evaluate(two).cards if card.section == "proof" and card.required]
    assert required == ["ad_screenshot", "landing_page_url", "call_script"]
    assert codes(without_document(two, "call_script")) == ["document_missing"]
    one = replace(evidence, fields={"components": ["telemarketing"]})
    assert codes(one) == ["choice_missing"]
    mail = replace(two, fields={"components": ["digital_advertising", "direct_mail_email_sms"]})
    assert [problem.anchor for problem in evaluate(mail).problems] == ["card-field-channel"]


def test_metrics_of_components_are_not_demanded():
    evidence = complete("digital_multi_touch_campaign")
    assert codes(replace(evidence, metrics={})) == []
    assert codes(replace(evidence, metrics={"number_of_calls": "many"})) == ["metric_invalid"]


# ---- files


@pytest.mark.parametrize(
    ("changes", "expected", "shown"),
    [
        ({"state": "pending"}, ["file_not_checked"], CHECKING),
        ({"state": "checking", "note": ""}, ["file_not_checked"], CHECKING),
        ({"state": "refused"}, ["file_refused"], ATTENTION),
        ({"state": "failed"}, ["file_failed"], ATTENTION),
        ({"kind": "office", "name": "offer_with_terms.pdf"}, ["kind_not_accepted"], ATTENTION),
        ({"note": ""}, ["note_missing"], ATTENTION),
        ({}, [], GOOD),
    ],
)
def test_every_file_must_be_clean_fitting_and_noted(changes, expected, shown):
    evidence = complete("customer_offers")
    piece = document("offer_with_terms", **changes)
    core = {"vendor_content": {"declared": True, "document_id": "doc-invoice"}}
    evidence = with_documents(replace(evidence, core_requirements=core), piece)
    checklist = evaluate(evidence)
    assert [problem.code for problem in checklist.problems] == expected
    assert checklist.card("offer_with_terms").state == shown
    assert [one.subject for one in checklist.problems] == ["offer_with_terms.pdf"] * len(expected)


def test_further_documents_are_optional_but_noted():
    note = document("extra", section="extra", note="")
    assert codes(with_documents(ADVERT, note)) == ["note_missing"]
    assert state(with_documents(ADVERT, replace(note, note="A reader's letter.")), "extra") == GOOD
    assert evaluate(ADVERT).card("extra").counts is False


def test_a_document_of_no_known_card_is_a_further_document():
    stray = document("poster")
    assert evaluate(with_documents(ADVERT, stray)).card("extra").items == ("doc-poster",)
