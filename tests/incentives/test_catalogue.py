"""The catalogue loads strictly, keeps its wording, and names every problem at once (D-18, R-ACT-06)."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentives.catalogue import (
    DEFAULT_PATH,
    ActivitySpec,
    CatalogueError,
    applies_to_program,
    catalogue_from,
    fingerprint,
    load_catalogue,
    with_vendor,
)

CATALOGUE = load_catalogue()
NAME_ONLY = [
    "social_media_marketing",
    "best_practice_development",
    "solution_building_third_parties",
    "migration_services",
    "on_demand_training",
]


@pytest.fixture
def data():
    return json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))


def activity(data, slug):
    return next(item for item in data["activities"] if item["slug"] == slug)


def problems(data):
    with pytest.raises(CatalogueError) as caught:
        catalogue_from(data)
    return caught.value.problems


def test_twenty_types_are_offered_and_five_wait():
    assert len(CATALOGUE.activities) == 25
    assert [spec.slug for spec in CATALOGUE.activities if not spec.enabled] == NAME_ONLY


def test_the_vendor_is_a_placeholder_everywhere():
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    assert "Microsoft" not in text
    assert with_vendor("{vendor} content, {other}", "Contoso") == "Contoso content, {other}"


@pytest.mark.parametrize("spec", CATALOGUE.activities, ids=lambda spec: spec.slug)
def test_a_stored_spec_comes_back_equal(spec):
    stored = json.loads(json.dumps(spec.to_dict()))
    again = ActivitySpec.from_dict(stored)
    assert again == spec
    assert fingerprint(again) == fingerprint(spec)


def test_a_stored_spec_is_self_contained():
    spec = CATALOGUE.activity("vendor_hosted_conferences")
    stored = spec.to_dict()
    assert stored["category_name"] == "Partner readiness"
    assert stored["eligible_expenses"][1]["label"] == "Air or train fare"
    assert [one.slug for one in spec.eligible_expenses if one.tax_eligible] == [
        "travel_air_train",
        "travel_hotel",
    ]
    parts = CATALOGUE.activity("digital_multi_touch_campaign").to_dict()["components"]
    assert parts[3]["proof_documents"][0]["slug"] == "call_script"


def test_a_stored_spec_that_does_not_fit_is_refused():
    stored = CATALOGUE.activities[0].to_dict()
    del stored["metrics"]
    with pytest.raises(CatalogueError, match="print_advertising: stored spec does not fit"):
        ActivitySpec.from_dict(stored)


def test_a_changed_word_changes_the_fingerprint_of_that_type_only(data):
    activity(data, "print_advertising")["proof_documents"][0]["label"] = "Printed piece"
    pairs = zip(CATALOGUE.activities, catalogue_from(data).activities, strict=True)
    assert [new.slug for old, new in pairs if fingerprint(old) != fingerprint(new)] == ["print_advertising"]


@pytest.mark.parametrize(
    ("slug", "families", "offered"),
    [
        ("print_advertising", [], True),
        ("tv_radio", [], False),
        ("tv_radio", ["surface"], True),
        ("employee_purchase_website", ["surface", "surface_pc_hub"], True),
        ("employee_purchase_website", ["surface", "surface_add"], False),
    ],
)
def test_program_families(slug, families, offered):
    assert applies_to_program(CATALOGUE.activity(slug), families) is offered


def test_a_type_may_be_for_programs_outside_surface(data):
    activity(data, "print_advertising")["only_programs"] = ["non_surface"]
    spec = catalogue_from(data).activity("print_advertising")
    assert applies_to_program(spec, ["hosting"]) is True
    assert applies_to_program(spec, ["surface"]) is False


def test_an_unknown_slug_has_no_activity():
    with pytest.raises(KeyError):
        CATALOGUE.activity("skywriting")


# Each entry breaks one thing: type changed, path of keys, new value, the one problem expected.
BROKEN = [
    ("direct_mail_email_sms", ["proof_rule", "all_of", 1, "when", "field"], "colour",
     "direct_mail_email_sms: condition on unknown field 'colour'"),
    ("direct_mail_email_sms", ["proof_rule", "all_of", 1, "when", "equals"], "fax",
     "direct_mail_email_sms: condition on 'fax', which is no choice of channel"),
    ("direct_mail_email_sms", ["proof_rule", "all_of", 1, "when"], "channel = email",
     "direct_mail_email_sms: unknown condition 'channel = email'"),
    ("direct_mail_email_sms", ["proof_rule", "all_of", 0], {"none_of": []},
     "direct_mail_email_sms: unknown rule {'none_of': []}"),
    ("direct_mail_email_sms", ["fields", 0, "min_choices"], 4,
     "direct_mail_email_sms.channel: min_choices is not between 0 and 3"),
    ("direct_mail_email_sms", ["fields", 0, "choices"], [],
     "direct_mail_email_sms.channel: has no choices"),
    ("partner_website_seo", ["proof_rule", "all_of", 1, "when", "expense_includes"], "postage",
     "partner_website_seo: condition on expense type 'postage', which is not eligible"),
    ("partner_website_seo", ["proof_rule", "all_of", 0, "any_of"], [],
     "partner_website_seo: any_of has no branches"),
    ("customer_seminars_bootcamps",
     ["proof_rule", "all_of", 3, "when", "core_requirements_not_shown_by", 0], "flyer",
     "customer_seminars_bootcamps: condition on unknown document 'flyer'"),
    ("customer_seminars_bootcamps", ["core_requirements"], [],
     "customer_seminars_bootcamps: core_requirements_not_shown_by needs core requirements"),
    ("digital_multi_touch_campaign", ["proof_rule", "union_of_component_rules", 0], "skywriting",
     "digital_multi_touch_campaign: 'skywriting' cannot be a component"),
    ("digital_multi_touch_campaign", ["proof_rule", "union_of_component_rules", 0], "on_demand_training",
     "digital_multi_touch_campaign: 'on_demand_training' cannot be a component"),
    ("digital_multi_touch_campaign", ["proof_rule", "min_components"], 5,
     "digital_multi_touch_campaign: min_components is not a whole number from 1 to 4"),
    ("digital_multi_touch_campaign", ["proof_rule", "min_components"], 3,
     "digital_multi_touch_campaign: min_choices of 'components' is not min_components"),
    ("telemarketing", ["proof_documents", 0, "slug"], "ad_screenshot",
     "digital_multi_touch_campaign: "
     "proof_documents 'ad_screenshot' of component telemarketing is already used"),
    ("print_advertising", ["proof_rule", "all_of", 0, "doc"], "poster",
     "print_advertising: unknown document 'poster' in the rule"),
    ("print_advertising", ["proof_rule"], None,
     "print_advertising: is enabled but has no proof_rule"),
    ("print_advertising", ["proof_documents", 0, "kinds", 0], "parchment",
     "print_advertising.final_piece: unknown kind 'parchment'"),
    ("print_advertising", ["proof_documents", 0, "kinds"], [],
     "print_advertising.final_piece: accepts no kind"),
    ("print_advertising", ["proof_documents", 0, "min_items"], 0,
     "print_advertising.final_piece: min_items is less than 1"),
    ("print_advertising", ["eligible_expenses", 0], "champagne",
     "print_advertising: unknown expense type 'champagne'"),
    ("print_advertising", ["eligible_expenses"], [],
     "print_advertising: is enabled but allows no expense type"),
    ("print_advertising", ["metrics", 0, "unit"], "smiles",
     "print_advertising.estimated_reach: unknown unit 'smiles'"),
    ("print_advertising", ["category"], "fun",
     "print_advertising: unknown category 'fun'"),
    ("print_advertising", ["cost_evidence"], "trust",
     "print_advertising: unknown cost evidence 'trust'"),
    ("print_advertising", ["only_programs"], ["moon"],
     "print_advertising: unknown program family 'moon'"),
    ("print_advertising", ["enabled"], "yes",
     "print_advertising.enabled: is not true or false"),
    ("print_advertising", ["notes"], "none",
     "print_advertising.notes: is not a list"),
    ("print_advertising", ["colour"], "red",
     "print_advertising: unknown key 'colour'"),
    ("print_advertising", ["slug"], "Print ads",
     "Print ads.slug: 'Print ads' does not match [a-z0-9]+(_[a-z0-9]+)*"),
    ("print_advertising", ["slug"], "tv_radio",
     "tv_radio: appears more than once"),
    ("exams_tuition", ["metrics_waived_for_expenses"], ["postage"],
     "exams_tuition: unknown waiving expense type 'postage'"),
    ("customer_offers", ["caps", 0, "kind"], "about",
     "customer_offers.customer_offers_25pct: unknown cap kind 'about'"),
    ("customer_offers", ["caps", 0, "percent"], "101",
     "customer_offers.customer_offers_25pct: percent is more than 100"),
    ("customer_offers", ["caps", 0, "applies_to_expenses"], "some",
     "customer_offers.customer_offers_25pct: applies_to_expenses is neither 'all' nor a list"),
    ("print_advertising", ["metrics", 0, "name"], 7,
     "print_advertising.metrics.estimated_reach.name: is not text"),
    ("customer_offers", ["caps", 0, "of"], "hopes",
     "customer_offers.customer_offers_25pct: unknown cap base 'hopes'"),
    ("customer_offers", ["caps", 0, "per"], "week",
     "customer_offers.customer_offers_25pct: unknown cap period 'week'"),
    ("vendor_syndicated_content", ["caps", 0, "amount"], 18750,
     "vendor_syndicated_content.caps.syndication_usd_18750_usage_period.amount: "
     "18750 does not match [0-9]{1,12}(\\.[0-9]{1,4})?"),
    ("vendor_hosted_conferences", ["caps", 0, "count"], 0,
     "vendor_hosted_conferences.conference_3_attendees: count is less than 1"),
    ("product_seeding_demo_units", ["caps", 0, "options"], [],
     "product_seeding_demo_units.seeding_greater_of_10pct_or_usd_3000: "
     "greater_of needs at least two options"),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "path", "value", "expected"), BROKEN, ids=[entry[3][:60] for entry in BROKEN])
def test_anything_unknown_stops_the_loading(data, slug, path, value, expected):
    *way, last = path
    target = activity(data, slug)
    for step in way:
        target = target[step]
    target[last] = value
    assert [text for text in problems(data) if text == expected] == [expected]


def test_an_unused_document_stops_the_loading(data):
    print_advertising = activity(data, "print_advertising")
    print_advertising["proof_documents"].append(
        {"slug": "spare", "label": "Spare", "description": "Unused.", "kinds": ["pdf"]}
    )
    assert problems(data) == ["print_advertising: document 'spare' is in no rule"]


def test_a_missing_key_stops_the_loading(data):
    del activity(data, "print_advertising")["metrics"]
    assert problems(data) == ["print_advertising: 'metrics' is missing"]


def test_all_problems_are_listed_at_once(data):
    activity(data, "print_advertising")["category"] = "fun"
    activity(data, "tv_radio")["cost_evidence"] = "trust"
    data["units"]["people"]["input"] = "guess"
    assert problems(data) == [
        "units.people: unknown input 'guess'",
        "print_advertising: unknown category 'fun'",
        "tv_radio: unknown cost evidence 'trust'",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda data: [], ["catalogue: is not a JSON object"]),
        (lambda data: {**data, "schema_version": 2}, ["schema_version is 2, expected 1"]),
        (lambda data: {**data, "activities": {}}, ["catalogue.activities: is not a list"]),
        (lambda data: {**data, "extra": 1}, ["catalogue: unknown key 'extra'"]),
        (
            lambda data: {**data, "activities": [*data["activities"], 7]},
            ["26: is not a JSON object"],
        ),
    ],
)
def test_a_file_of_another_shape_is_refused(data, change, expected):
    assert problems(change(copy.deepcopy(data))) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "doc", "email"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["doc", "when"]), inner, max_size=2),
    max_leaves=4,
)


@given(JSON, st.data())
def test_no_wrong_value_goes_unnamed_or_breaks_the_reading(value, draw):
    """Whatever is put anywhere into an activity, the catalogue loads whole or says why it does not."""
    data = json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))
    target = draw.draw(st.sampled_from(data["activities"]))
    key = draw.draw(st.sampled_from(sorted(target)))
    while isinstance(target[key], dict | list) and target[key] and draw.draw(st.booleans()):
        target = target[key]
        key = draw.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
    target[key] = value
    try:
        catalogue = catalogue_from(data)
    except CatalogueError as error:
        assert error.problems != []
    else:
        assert [ActivitySpec.from_dict(spec.to_dict()) for spec in catalogue.activities] == catalogue.activities


def test_a_file_that_is_not_json_is_refused(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text("{")
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_catalogue(path)
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_catalogue(tmp_path / "absent.json")
