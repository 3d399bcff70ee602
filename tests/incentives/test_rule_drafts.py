"""Rules in the vendor's hands: a draft that holds for nobody, published as new versions (R-PROG-07, R-ACT-06, D-18)."""

from dataclasses import replace

import pytest

from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry
from incentives import services
from incentives.catalogue import fingerprint
from incentives.catalogue.drafting import entry_of, spec_problems, words_of
from incentives.catalogue.places import GROUPS, KEPT, OPTIONAL, REQUIRED, has_kept, places_of, rule_of
from incentives.models import ActivityType, DraftType, RuleDraft, RuleSet
from incentives.rule_draft import changed_types, entries_of, open_draft, slug_for
from tests.factories.claims import make_proof
from tests.factories.incentives import activity_type, catalogue, make_program, make_year
from tests.factories.people import make_reviewer, make_vendor_admin
from tests.factories.plans import make_cast

pytestmark = pytest.mark.django_db
USUAL = {"total_differs": ("Does the total agree?", "warning"), "same_file": ("Was it used before?", "warning")}


@pytest.fixture
def year():
    return make_year()


@pytest.fixture
def admin(year):
    return make_vendor_admin(year.program)


def print_ads(year):
    return activity_type(year).parsed


def save(year, spec, actor, seen=None):
    entry = entries_of(open_draft(year.program), year).get(spec.slug)
    mark = seen if seen is not None else (entry.mark if entry else "")
    return services.save_draft_type(year.program_id, year.pk, spec, seen=mark, actor=actor)


def publish(year, draft, actor, note="Posters count from now on"):
    draft.refresh_from_db()
    return services.publish_draft(year.program_id, version=draft.version, note=note, usual=USUAL, actor=actor)


# The draft ------------------------------------------------------------------------------------------------------


def test_a_draft_changes_nothing_that_is_live(year, admin):
    before = list(ActivityType.objects.values_list("pk", "fingerprint", "superseded_at").order_by("pk"))
    draft = save(year, replace(print_ads(year), name="Posters"), admin)
    assert list(ActivityType.objects.values_list("pk", "fingerprint", "superseded_at").order_by("pk")) == before
    assert [str(one) for one in draft.types.all()] == ["Posters"]
    assert (draft.version, draft.changed_by) == (1, admin)


def test_several_people_write_the_same_draft(year, admin):
    first = save(year, replace(print_ads(year), name="Posters"), admin)
    calls = replace(activity_type(year, "telemarketing").parsed, name="Calls")
    second = save(year, calls, make_vendor_admin(year.program))
    assert (first.pk, second.version, RuleDraft.objects.count()) == (second.pk, 2, 1)


def test_who_looked_at_an_older_state_changes_nothing(year, admin):
    seen = fingerprint(print_ads(year))
    save(year, replace(print_ads(year), name="Posters"), admin)
    with pytest.raises(StateConflict):
        save(year, replace(print_ads(year), name="Leaflets"), admin, seen=seen)
    assert [str(one) for one in DraftType.objects.all()] == ["Posters"]


def test_a_type_that_is_as_live_again_leaves_the_draft(year, admin):
    spec = print_ads(year)
    save(year, replace(spec, name="Posters"), admin)
    draft = save(year, spec, admin)
    assert (draft.types.count(), draft.version) == (0, 2)


def test_changes_of_a_type_are_taken_back(year, admin):
    draft = save(year, replace(print_ads(year), name="Posters"), admin)
    row = draft.types.get()
    with pytest.raises(StateConflict):
        services.drop_draft_type(year.program_id, year.pk, row.slug, seen="older", actor=admin)
    services.drop_draft_type(year.program_id, year.pk, row.slug, seen=row.fingerprint, actor=admin)
    assert not draft.types.exists()


def test_what_a_type_is_part_of_takes_the_change_in(year, admin):
    draft = save(year, replace(activity_type(year, "telemarketing").parsed, name="Phone calls"), admin)
    assert {one.slug for one in draft.types.all()} == {"telemarketing", "digital_multi_touch_campaign"}
    whole = draft.types.get(slug="digital_multi_touch_campaign").parsed
    assert "Phone calls" in [part.name for part in whole.components]


def test_only_admins_of_the_program_write_it(year):
    spec = replace(print_ads(year), name="Posters")
    for person in (make_reviewer(year.program), make_vendor_admin(make_program())):
        with pytest.raises(Denied):
            save(year, spec, person)
    assert not RuleDraft.objects.exists()


def test_the_catalogues_validation_judges_a_type(year, admin):
    spec = print_ads(year)
    [document] = spec.proof_documents
    wrong = replace(spec, proof_documents=(replace(document, min_items=0),), eligible_expenses=())
    with pytest.raises(RuleViolation) as refused:
        save(year, wrong, admin)
    found = {(one.subject, one.rule) for one in refused.value.problems}
    assert found == {("", "D-18"), ("final_piece", "D-18")}
    assert not RuleDraft.objects.exists()


def test_levels_stand_in_the_draft(year, admin):
    draft = services.save_draft_levels(year.program_id, {"same_file": "stop"}, seen=0, actor=admin)
    assert (draft.levels, draft.version) == ({"same_file": "stop"}, 1)
    with pytest.raises(StateConflict):
        services.save_draft_levels(year.program_id, {}, seen=0, actor=admin)
    assert services.save_draft_levels(year.program_id, {}, seen=1, actor=admin).levels is None


def test_a_discarded_draft_is_gone_and_another_can_begin(year, admin):
    draft = save(year, replace(print_ads(year), name="Posters"), admin)
    with pytest.raises(StateConflict):
        services.discard_draft(year.program_id, version=7, actor=admin)
    services.discard_draft(year.program_id, version=1, actor=admin)
    assert open_draft(year.program) is None
    assert save(year, replace(print_ads(year), name="Leaflets"), admin).pk != draft.pk


# Publishing -----------------------------------------------------------------------------------------------------


def test_publishing_makes_versions_and_says_what_changed(year, admin):
    old = activity_type(year)
    save(year, replace(old.parsed, name="Posters"), admin)
    draft = services.save_draft_levels(year.program_id, {"same_file": "stop"}, seen=1, actor=admin)
    made = publish(year, draft, admin)
    new = activity_type(year)
    old.refresh_from_db()
    assert (old.name, old.superseded_at is None, new.name, new.version, new.edited) == (
        "Print advertising", False, "Posters", 2, True,
    )  # fmt: skip
    assert (made.version, made.levels, made.note, made.published_by) == (
        2, {"same_file": "stop"}, "Posters count from now on", admin,
    )  # fmt: skip
    entry = HistoryEntry.objects.get(action="incentives.publish_rules")
    assert entry.changes == {
        f"{year}, Posters: Name": ["Print advertising", "Posters"],
        "Was it used before?": ["warning", "stop"],
    }
    draft.refresh_from_db()
    assert (draft.state, open_draft(year.program)) == ("published", None)


def test_the_first_rule_set_has_the_usual_levels(year):
    assert (services.current_rule_set(year.program).version, RuleSet.objects.count()) == (1, 1)
    assert (services.current_rule_set(year.program).levels, RuleSet.objects.count()) == ({}, 1)


def test_what_was_begun_keeps_its_version(admin):
    proof = make_proof()
    year, old = proof.activity_type.program_year, proof.activity_type
    actor = proof.cast.vendor_admin
    draft = save(year, replace(old.parsed, name="Posters"), actor)
    publish(year, draft, actor)
    proof.refresh_from_db()
    assert (proof.activity_type, proof.spec.name, proof.rule_set) == (old, "Print advertising", None)


def test_nothing_is_published_without_a_note_or_a_change(year, admin):
    draft = save(year, replace(print_ads(year), name="Posters"), admin)
    with pytest.raises(RuleViolation) as refused:
        publish(year, draft, admin, note=" ")
    assert [one.code for one in refused.value.problems] == ["note_missing"]
    draft = save(year, print_ads(year), admin)
    with pytest.raises(RuleViolation) as refused:
        publish(year, draft, admin)
    assert [one.code for one in refused.value.problems] == ["nothing_changed"]


def test_a_draft_that_others_changed_is_not_published(year, admin):
    draft = save(year, replace(print_ads(year), name="Posters"), admin)
    save(year, replace(print_ads(year), name="Leaflets"), admin)
    with pytest.raises(StateConflict):
        services.publish_draft(year.program_id, version=draft.version, note="x", usual=USUAL, actor=admin)


def test_a_type_that_was_published_elsewhere_is_not_overwritten(year, admin):
    draft = save(year, replace(print_ads(year), name="Posters"), admin)
    services.publish_catalogue(year, changed_file("Print ads"))
    with pytest.raises(StateConflict):
        publish(year, draft, admin)
    assert (activity_type(year).name, activity_type(year).version) == ("Print ads", 2)


def changed_file(name):
    made = catalogue()
    first = replace(made.activity("print_advertising"), name=name)
    return replace(made, activities=[first])


def test_the_catalogue_file_does_not_undo_what_was_published(year, admin):
    publish(year, save(year, replace(print_ads(year), name="Posters"), admin), admin)
    assert services.publish_catalogue(year, catalogue()) == 0
    assert activity_type(year).name == "Posters"


def test_a_new_year_begins_with_what_was_edited_in_the_year_before(year, admin):
    publish(year, save(year, replace(print_ads(year), name="Posters"), admin), admin)
    first, last = year.ends_on.replace(month=10, day=1), year.ends_on.replace(year=year.ends_on.year + 1)
    fresh = services.add_program_year(year.program_id, actor=admin, name="Next", starts_on=first, ends_on=last)
    assert (activity_type(fresh).name, activity_type(fresh, "telemarketing").version) == ("Posters", 1)


def test_a_new_type_is_published_as_version_one(year, admin):
    spec = replace(print_ads(year), slug=slug_for("Print advertising", {"print_advertising"}), name="Leaflets")
    draft = save(year, spec, admin)
    [told] = changed_types(draft)
    assert (told.changes[0].what, told.changes[0].after) == ("New activity type", "Leaflets")
    publish(year, draft, admin)
    assert activity_type(year, "print_advertising_2").version == 1


# Specs in the form of the file ----------------------------------------------------------------------------------


def test_every_type_of_the_file_is_sound_when_it_is_edited():
    made = catalogue()
    words = words_of(made, [])
    assert [(one.slug, found) for one in made.activities if (found := spec_problems(one, made.activities, words))] == []
    assert entry_of(made.activity("customer_offers"))["eligible_expenses"] == [
        one.slug for one in made.activity("customer_offers").eligible_expenses
    ]


def test_every_tree_of_the_file_survives_its_list():
    for spec in catalogue().activities:
        assert rule_of(places_of(spec.proof_rule), spec.proof_rule) == spec.proof_rule
        assert set(places_of(spec.proof_rule)) >= {one.slug for one in spec.proof_documents}


def test_a_list_becomes_a_tree_and_a_list_again():
    places = {"photo": REQUIRED, "letter": OPTIONAL, "flyer": GROUPS[0], "poster": GROUPS[0]}
    rule = rule_of(places)
    assert rule == {
        "all_of": [
            {"doc": "photo"}, {"optional": {"doc": "letter"}}, {"any_of": [{"doc": "flyer"}, {"doc": "poster"}]},
        ]
    }  # fmt: skip
    assert (places_of(rule), has_kept(rule), rule_of({})) == (places, False, None)


def test_conditions_are_kept_when_the_list_is_changed():
    condition = {"when": {"field": "channel", "equals": "email"}, "then": {"doc": "report"}}
    before = {"all_of": [{"doc": "piece"}, condition]}
    places = places_of(before)
    assert (places, has_kept(before)) == ({"piece": REQUIRED, "report": KEPT}, True)
    assert rule_of({**places, "photo": REQUIRED}, before) == {"all_of": [{"doc": "piece"}, {"doc": "photo"}, condition]}


def test_a_slug_is_free_and_of_the_catalogues_form():
    assert slug_for("Größe & Ärger: 3 Fotos!", set()) == "gr_e_rger_3_fotos"
    assert slug_for("Photo", {"photo", "photo_2"}) == "photo_3"
    assert slug_for("写真", set()) == "item"


def test_an_optional_document_is_not_asked_for():
    cast = make_cast()
    spec = print_ads(cast.year)
    [piece] = spec.proof_documents
    photo = replace(piece, slug="photo", label="Photo")
    places = {"final_piece": REQUIRED, "photo": OPTIONAL}
    changed = replace(spec, proof_documents=(piece, photo), proof_rule=rule_of(places))
    draft = save(cast.year, changed, cast.vendor_admin)
    assert {one.what: one.after for one in changed_types(draft)[0].changes}["Proof"].count("Photo (optional)") == 1
