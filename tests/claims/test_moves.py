"""Moves of a claim beside the main road: taken back by the partner, closed by the calendar."""

from datetime import timedelta

import pytest

from claims import rules, services
from claims.models import Claim
from core import clock
from core.errors import Denied, StateConflict
from core.models import HistoryEntry, Notification
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
