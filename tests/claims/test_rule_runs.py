"""What a draft of the rules would have changed for the claims of a period: exact differences, leases (R-PROG-07)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from claims import services
from claims.models import RuleDifference, RuleRun
from claims.services import rule_runs
from core import clock
from core.errors import Denied, RuleViolation, StateConflict
from incentives import services as incentives
from incentives.catalogue.places import REQUIRED, rule_of
from incentives.models import RuleSet
from proofs.models import Proof
from tests.factories.claims import make_claim, make_coop_proof
from tests.factories.incentives import activity_type, make_rule_draft
from tests.factories.plans import make_coop_cast

pytestmark = pytest.mark.django_db
QUERIES = 20
CAP = {
    "slug": "print_cap", "kind": "absolute", "amount": "5000", "currency": "EUR", "per": "usage_period",
    "applies_to_programs": ["all"], "applies_to_expenses": "all",
}  # fmt: skip


@pytest.fixture
def cast():
    return make_coop_cast()


@pytest.fixture
def claim(cast):
    return make_claim(proof=make_coop_proof(cast))


def with_photo(spec):
    photo = replace(spec.proof_documents[0], slug="photo", label="Photo")
    return {
        "proof_documents": (*spec.proof_documents, photo),
        "proof_rule": rule_of({"final_piece": REQUIRED, "photo": REQUIRED}),
    }


def compared(cast, draft, **span):
    span = span or {"year": cast.year}
    run = services.start_run(cast.program.pk, version=draft.version, actor=cast.vendor_admin, **span)
    services.compare_rules(run.pk)
    run.refresh_from_db()
    return run


def effects(run):
    """With plain spaces in the amounts."""
    return [
        (one.claim.number, [text.replace("\xa0", " ") for text in one.effects], one.before, one.after)
        for one in run.differences.order_by("position")
    ]


# Differences ----------------------------------------------------------------------------------------------------


def test_a_further_document_is_named(cast, claim):
    run = compared(cast, make_rule_draft(cast, **with_photo(claim.proof.spec)), period=claim.period)
    paid = Decimal("4120.000")
    assert effects(run) == [(claim.number, ["Would be asked: Add the document: Photo."], paid, paid)]
    assert (run.state, run.done, run.total, run.changed) == ("done", 1, 1, 1)
    assert run.totals == [{"currency": "EUR", "claims": 0, "before": "4120.00", "after": "4120.00"}]


def test_what_is_no_longer_asked_is_named(cast, claim):
    claim.proof.documents.update(note="")
    draft = make_rule_draft(cast, metrics=(), core_requirements=())
    assert effects(compared(cast, draft))[0][1] == []  # what was given is not missed
    claim.proof.metrics = {}
    claim.proof.save()
    draft = make_rule_draft(cast, name="Posters")
    assert effects(compared(cast, draft))[0][1] == [
        "Would no longer be asked: Enter: Estimated customer (or partner) reach."
    ]


def test_a_cap_is_used_up_by_the_first_claims(cast):
    numbers = [make_claim(proof=make_coop_proof(cast, name=f"Ad {number}")).number for number in range(3)]
    run = compared(cast, make_rule_draft(cast, caps=(CAP,)))
    cap = "at most 5,000.00 EUR in the period"
    assert effects(run) == [
        (numbers[0], [], Decimal(4120), Decimal(4120)),
        (
            numbers[1],
            [f"Could be paid with 880.00 EUR instead of 4,120.00 EUR: {cap}; other claims take 4,120.00 EUR of it"],
            Decimal(4120), Decimal(880),
        ),
        (
            numbers[2],
            [f"Could be paid with 0.00 EUR instead of 4,120.00 EUR: {cap}; other claims take 5,000.00 EUR of it"],
            Decimal(4120), Decimal(0),
        ),
    ]  # fmt: skip
    assert run.totals == [{"currency": "EUR", "claims": 2, "before": "12360.00", "after": "5000.00"}]


def test_a_rejected_claim_takes_nothing_of_a_cap(cast):
    rejected = make_claim("rejected", proof=make_coop_proof(cast, name="First"))
    other = make_claim(proof=make_coop_proof(cast, name="Second"))
    run = compared(cast, make_rule_draft(cast, caps=(CAP,)))
    assert [(row[0], row[1]) for row in effects(run)] == [(rejected.number, []), (other.number, [])]


def test_a_type_that_is_switched_off_pays_nothing(cast, claim):
    [(_number, sentences, before, after)] = effects(compared(cast, make_rule_draft(cast, enabled=False)))
    assert sentences[0] == "Could not have been claimed: the activity type is switched off"
    assert (before, after) == (Decimal(4120), Decimal(0))


def test_a_warning_that_becomes_a_stop_is_named(cast, claim):
    Proof.objects.filter(pk=claim.proof_id).update(metrics={"estimated_reach": "0"})
    stops = {"metric_implausible": "stop"}
    draft = incentives.save_draft_levels(cast.program.pk, stops, seen=0, actor=cast.vendor_admin)
    [said] = effects(compared(cast, draft))[0][1]
    assert said == (
        "Estimated customer (or partner) reach: Estimated customer (or partner) reach is 0. – warning becomes stop"
    )


def test_each_claim_is_compared_with_the_version_it_was_checked_under(cast, claim):
    draft = make_rule_draft(cast, **with_photo(claim.proof.spec))
    services.publish_rules(
        cast.program.pk, version=draft.version, note="Photos", without_run=True, actor=cast.vendor_admin
    )
    draft = make_rule_draft(cast, name="Posters")
    [(_number, sentences, _before, _after)] = effects(compared(cast, draft))
    assert sentences == ["Would be asked: Add the document: Photo."]


def test_claims_of_other_types_and_programs_do_not_change(cast, claim):
    make_claim(proof=make_coop_proof(make_coop_cast()))
    run = compared(cast, make_rule_draft(cast, "telemarketing", name="Phone calls"))
    assert [(row[0], row[1]) for row in effects(run)] == [(claim.number, [])]
    assert run.changed == 0


def test_withdrawn_claims_are_left_out(cast):
    make_claim("withdrawn", proof=make_coop_proof(cast))
    assert compared(cast, make_rule_draft(cast, name="Posters")).total == 0


def test_batches_are_read_with_a_fixed_number_of_queries(cast, claim, django_assert_num_queries, monkeypatch):
    draft = make_rule_draft(cast, caps=(CAP,))
    run = RuleRun.objects.create(
        draft=draft, draft_version=draft.version, program_year=cast.year, created_by=cast.vendor_admin
    )
    with django_assert_num_queries(QUERIES):
        services.compare_rules(run.pk)
    for number in range(4):
        make_claim(proof=make_coop_proof(cast, name=f"Ad {number}"))
    RuleRun.objects.update(state="waiting", lease_until=None, attempts=0)
    with django_assert_num_queries(QUERIES):
        services.compare_rules(run.pk)
    assert run.differences.count() == 5
    monkeypatch.setattr(rule_runs, "BATCH", 2)
    whole = effects(run)
    RuleRun.objects.update(state="waiting", lease_until=None, attempts=0)
    services.compare_rules(run.pk)
    assert effects(run) == whole


# The job --------------------------------------------------------------------------------------------------------


def waiting(cast, **fields):
    draft = make_rule_draft(cast, name="Posters")
    return RuleRun.objects.create(
        draft=draft, draft_version=draft.version, program_year=cast.year, created_by=cast.vendor_admin, **fields
    )


def test_a_second_delivery_does_nothing(cast, claim):
    run = waiting(cast)
    assert (services.compare_rules(run.pk), services.compare_rules(run.pk)) == (True, False)
    assert RuleDifference.objects.count() == 1


def test_the_sweep_takes_up_what_a_killed_worker_left(cast, claim):
    run = waiting(cast, state="working", attempts=1, lease_until=clock.now() + timedelta(seconds=60))
    assert (services.compare_rules(run.pk), services.requeue_runs()) == (False, 0)
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert services.requeue_runs() == 1
        services.compare_rules(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts, run.differences.count()) == ("done", 2, 1)


def test_who_lost_the_lease_writes_nothing_more(cast, claim, monkeypatch):
    run = waiting(cast)
    real = rule_runs._read

    def overtaken(ids):
        RuleRun.objects.filter(pk=run.pk).update(attempts=2)
        return real(ids)

    monkeypatch.setattr(rule_runs, "_read", overtaken)
    assert not services.compare_rules(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.differences.count()) == ("working", 0, 0)


def test_what_always_fails_is_given_up(cast, claim, monkeypatch):
    run = waiting(cast)
    monkeypatch.setattr(rule_runs, "_read", lambda ids: 1 / 0)
    for attempt in range(rule_runs.MOST_ATTEMPTS):
        with clock.at(clock.now() + timedelta(minutes=attempt)):
            assert not services.compare_rules(run.pk)
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert services.requeue_runs() == 0
    run.refresh_from_db()
    assert run.state == "failed"


def test_a_draft_that_was_edited_before_the_job_came_is_not_compared(cast, claim):
    run = waiting(cast)
    make_rule_draft(cast, name="Leaflets")
    services.compare_rules(run.pk)
    run.refresh_from_db()
    assert (run.state, run.differences.count()) == ("failed", 0)


# Asking and publishing ------------------------------------------------------------------------------------------


def test_the_same_run_is_not_made_twice(cast, claim):
    draft = make_rule_draft(cast, name="Posters")
    ask = {"version": draft.version, "actor": cast.vendor_admin}
    first = services.start_run(cast.program.pk, year=cast.year, **ask)
    assert services.start_run(cast.program.pk, year=cast.year, **ask) == first
    assert services.start_run(cast.program.pk, period=claim.period, **ask) != first
    with pytest.raises(StateConflict):
        services.start_run(cast.program.pk, year=cast.year, version=7, actor=cast.vendor_admin)
    with pytest.raises(Denied):
        services.start_run(cast.program.pk, year=cast.year, version=draft.version, actor=cast.reviewer)


def test_only_what_was_compared_is_published_unless_one_says_so(cast, claim):
    draft = make_rule_draft(cast, name="Posters")
    publish = {"note": "x", "actor": cast.vendor_admin}
    with pytest.raises(RuleViolation) as refused:
        services.publish_rules(cast.program.pk, version=1, without_run=False, **publish)
    assert [one.code for one in refused.value.problems] == ["not_compared"]
    compared(cast, draft)
    draft = make_rule_draft(cast, name="Leaflets")
    with pytest.raises(RuleViolation):
        services.publish_rules(cast.program.pk, version=2, without_run=False, **publish)
    compared(cast, draft)
    services.publish_rules(cast.program.pk, version=2, without_run=False, **publish)
    assert activity_type(cast.year).name == "Leaflets"


def test_a_proof_keeps_the_rule_set_it_was_first_sent_under(cast, claim):
    assert (claim.proof.rule_set.version, claim.proof.rule_set.levels) == (1, {})
    draft = incentives.save_draft_levels(cast.program.pk, {"same_file": "stop"}, seen=0, actor=cast.vendor_admin)
    services.publish_rules(cast.program.pk, version=draft.version, note="x", without_run=True, actor=cast.vendor_admin)
    services.withdraw_claim(claim.pk, actor=cast.user)
    services.submit_proof(claim.proof_id, actor=cast.user)
    claim.proof.refresh_from_db()
    assert claim.proof.rule_set.version == 1
    assert make_claim(proof=make_coop_proof(cast, name="Second")).proof.rule_set == RuleSet.objects.get(version=2)
