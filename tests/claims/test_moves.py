"""Moves of a claim beside the main road: taken back by the partner, closed by the calendar."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.models import User
from claims import rules, services
from claims.models import Claim
from claims.services import claim as claim_service
from core import clock
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry, Notification
from proofs import services as proofs
from tests.factories.claims import make_claim, make_proof

pytestmark = pytest.mark.django_db


def last_entry(row):
    return HistoryEntry.objects.filter(object_id=row.pk).order_by("-id").values_list("action", "actor_name")[0]


def noon_after(day, program):
    """Noon of the day after, where the deadlines of the program are counted."""
    return clock.end_of_day(day, program.deadline_zone) + timedelta(hours=12)


def test_a_claim_is_withdrawn_until_its_review_begins():
    claim = make_claim("submitted")
    cast = claim.cast
    with pytest.raises(Denied):
        services.withdraw_claim(claim.pk, actor=cast.user)
    services.withdraw_claim(claim.pk, actor=cast.admin, comment="Wrong invoice.")
    claim.refresh_from_db()
    assert (claim.status, claim.proof.status, claim.due_at) == ("withdrawn", "editing", None)
    second = services.submit_proof(claim.proof_id, actor=cast.admin)
    assert second.pk != claim.pk
    services.take_claim(second.pk, actor=cast.reviewer)
    with pytest.raises(StateConflict):
        services.withdraw_claim(second.pk, actor=cast.admin)


def test_a_draft_expires_when_its_claiming_period_is_over():
    proof = make_proof()
    claim = services.create_claim(proof.pk, actor=proof.cast.admin)
    last = rules.period_of(proof).claiming_end
    with clock.at(noon_after(last - timedelta(days=1), proof.cast.program)):
        assert services.expire_drafts() == 0
    with clock.at(noon_after(last, proof.cast.program)):
        assert services.expire_drafts() == 1
        assert services.expire_drafts() == 0
    claim.refresh_from_db()
    assert claim.status == "expired"
    assert last_entry(claim) == ("claims.expire", "calendar")


def test_expiry_is_for_the_calendar_alone():
    proof = make_proof()
    claim = services.create_claim(proof.pk, actor=proof.cast.admin)
    for person in (proof.cast.admin, proof.cast.vendor_admin):
        with pytest.raises(Denied):
            services.expire_claim(claim.pk, actor=person)
    assert Claim.objects.get(pk=claim.pk).status == "editing"


def test_a_claim_that_is_not_answered_is_closed_after_the_correction_deadline():
    claim = make_claim("action_required")
    last = claim.period.correction_deadline
    with clock.at(noon_after(last - timedelta(days=1), claim.cast.program)):
        assert services.close_overdue() == 0
    with clock.at(noon_after(last, claim.cast.program)):
        assert services.close_overdue() == 1
        with pytest.raises(StateConflict):
            services.close_unanswered_claim(claim.pk)
    claim.refresh_from_db()
    claim.proof.refresh_from_db()
    assert (claim.status, claim.proof.status) == ("rejected", "rejected")
    assert claim.decision_comment == "No answer in time."
    assert last_entry(claim) == ("claims.close_unanswered", "calendar")
    kinds = Notification.objects.filter(user=claim.cast.admin).order_by("id").values_list("kind", flat=True)
    assert list(kinds)[-1] == "N-09"


def test_a_sweep_goes_on_when_somebody_was_faster():
    """A person who answers between the sweep's reading and its writing does not stop it for the others."""
    late, answered = make_claim("action_required"), make_claim("action_required")
    found = Claim.objects.in_bulk([late.pk, answered.pk])
    rows = [found[answered.pk], found[late.pk]]
    Claim.objects.filter(pk=answered.pk).update(status="submitted")
    moved = [claim_service.swept(services.close_unanswered_claim, row.pk) for row in rows]
    assert moved == [0, 1]
    assert Claim.objects.get(pk=late.pk).status == "rejected"


def test_dates_moved_into_a_period_that_is_not_open_are_not_sent_back():
    """R-CAL-08: a correction does not carry the claim into a usage period that cannot be claimed yet."""
    claim = make_claim("action_required")
    cast, period = claim.cast, claim.period
    following = cast.program.periods.filter(usage_start__gt=period.usage_end).order_by("usage_start").first()
    day = following.usage_start
    proofs.edit_proof(claim.proof_id, actor=cast.user, executed_from=day, executed_to=day)
    claim.refresh_from_db()
    with clock.at(noon_after(day, cast.program)):
        problems = rules.correction_is_open(claim, {})
        assert [(problem.code, problem.rule) for problem in problems] == [("claiming_closed", "R-CAL-08")]
        with pytest.raises(RuleViolation) as refused:
            services.submit_claim(claim.pk, actor=cast.admin)
        assert services.close_overdue() == 0  # wrong dates are no missed answer
    assert "claiming_closed" in [problem.code for problem in refused.value.problems]
    claim.refresh_from_db()
    assert (claim.status, claim.period) == ("action_required", period)


def test_action_is_not_requested_when_no_time_is_left_to_answer():
    claim = make_claim("submitted")
    services.take_claim(claim.pk, actor=claim.cast.reviewer)
    last = claim.period.correction_deadline
    with clock.at(noon_after(last, claim.cast.program)):
        with pytest.raises(RuleViolation) as refused:
            services.request_claim_action(claim.pk, actor=claim.cast.reviewer, comment="A better scan, please.")
    assert [problem.rule for problem in refused.value.problems] == ["R-CAL-10"]
    with clock.at(noon_after(last - timedelta(days=1), claim.cast.program)):
        services.request_claim_action(claim.pk, actor=claim.cast.reviewer, comment="A better scan, please.")
    claim.refresh_from_db()
    assert claim.status == "action_required"


def test_an_answer_reaches_somebody_when_its_reviewer_has_left():
    claim = make_claim("action_required")
    cast = claim.cast
    proofs.mark_fixed(claim.proof.findings.get().pk, actor=cast.user, reply="A better scan.")
    User.objects.filter(pk=cast.reviewer.pk).update(is_active=False)
    services.submit_claim(claim.pk, actor=cast.admin)
    told = Notification.objects.filter(kind="claim-submitted", object_id=claim.pk).order_by("-id")
    assert told[0].user == cast.vendor_admin  # no other reviewer is there


def test_who_has_no_role_any_more_is_told_nothing():
    claim = make_claim("submitted")
    cast = claim.cast
    cast.user.incentive_roles.all().delete()
    services.take_claim(claim.pk, actor=cast.reviewer)
    services.reject_claim(claim.pk, actor=cast.vendor_admin, comment="Out of scope.")
    told = Notification.objects.filter(kind="N-09", object_id=claim.pk).values_list("user__email", flat=True)
    assert list(told) == [cast.admin.email]


def test_a_changed_recommendation_keeps_the_old_one_in_history():
    claim = make_claim("submitted")
    reviewer = claim.cast.reviewer
    services.take_claim(claim.pk, actor=reviewer)
    services.recommend_claim(claim.pk, actor=reviewer, recommendation="approve", amount=Decimal("4000"))
    services.recommend_claim(claim.pk, actor=reviewer, recommendation="reject", comment="Not printed.")
    entries = HistoryEntry.objects.filter(action="claims.recommend").order_by("id")
    approve = f"Approve 4000.00 {claim.currency}"
    assert [entry.changes["advice"] for entry in entries] == [["", approve], [approve, "Reject"]]


def test_a_claim_that_is_gone_is_a_conflict():
    with pytest.raises(StateConflict):
        services.take_claim(uuid4(), actor=make_claim().cast.reviewer)
