"""Claims through the service: T-CLM-3, and the claiming windows T-CAL-2 and T-CAL-3 on the day itself."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from claims import services
from core.errors import Denied, RuleViolation
from core.models import HistoryEntry
from proofs import services as proofs
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import upload
from tests.factories.incentives import make_enrollment, make_program, make_year
from tests.factories.plans import cast_for, make_plan

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Los_Angeles")


def on(day, at=time(12)):
    return time_machine.travel(datetime.combine(day, at, ZONE), tick=False)


def history_of(proof):
    return list(HistoryEntry.objects.filter(thread=proof.pk).order_by("id").values_list("action", flat=True))


@pytest.mark.parametrize("vector", [pytest.param(None, id="T-CLM-3")])
def test_a_sent_claim_is_locked_until_action_is_required(vector, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        proof = make_proof()
    cast = proof.cast
    claim = make_claim("submitted", proof=proof)
    piece = proof.documents.get(section="proof")
    edits = (
        lambda: proofs.edit_proof(proof.pk, actor=cast.user, amount=100),
        lambda: proofs.edit_document(piece.pk, actor=cast.user, note="Another note"),
        lambda: proofs.remove_document(piece.pk, actor=cast.user),
        lambda: proofs.add_files(proof.pk, "final_piece", [upload()], actor=cast.admin),
    )
    before = history_of(proof)
    for edit in edits:
        with pytest.raises(Denied):
            edit()
    services.take_claim(claim.pk, actor=cast.reviewer)
    for edit in edits:
        with pytest.raises(Denied):
            edit()
    assert history_of(proof) == [*before, "claims.take", "proofs.follow"]
    services.request_claim_action(claim.pk, actor=cast.reviewer, comment="Please a larger picture.")
    before = history_of(proof)
    proofs.edit_document(piece.pk, actor=cast.user, note="The poster at night")
    with django_capture_on_commit_callbacks(execute=True):
        proofs.add_files(proof.pk, "final_piece", [upload(name="larger.png")], actor=cast.user, note="Larger")
    proofs.mark_fixed(proof.findings.get().pk, actor=cast.user, reply="Added.")
    services.submit_claim(claim.pk, actor=cast.admin)
    assert history_of(proof)[len(before) :] == [
        "proofs.edit_document",
        "proofs.add_document",
        "proofs.document_checked",
        "proofs.mark_fixed",
        "claims.resubmit",
        "proofs.follow",
    ]


def sent_proof(executed, django_capture_on_commit_callbacks):
    """A complete proof of work on that day, in a program whose periods begin on 1 January and 1 July."""
    with on(executed):
        year = make_year(make_program(), starts_on=date(2020, 7, 1), ends_on=date(2021, 6, 30))
        plan = make_plan(cast_for(make_enrollment(year.program), year), "approved")
        with django_capture_on_commit_callbacks(execute=True):
            return make_proof(plan, executed_from=executed, executed_to=executed)


@pytest.mark.parametrize(
    ("executed", "sent", "accepted"),
    [
        pytest.param(date(2021, 1, 20), date(2021, 2, 10), False, id="T-CAL-2-not-open"),
        pytest.param(date(2021, 1, 20), date(2021, 2, 16), True, id="T-CAL-2-first-day"),
        pytest.param(date(2021, 1, 20), date(2021, 8, 15), True, id="T-CAL-2-last-day"),
        pytest.param(date(2021, 1, 20), date(2021, 8, 16), False, id="T-CAL-2-over"),
        pytest.param(date(2020, 12, 31), date(2021, 2, 15), True, id="T-CAL-3-last-day"),
        pytest.param(date(2020, 12, 31), date(2021, 2, 16), False, id="T-CAL-3-over"),
    ],
)
def test_a_claim_is_accepted_in_its_window_only(executed, sent, accepted, django_capture_on_commit_callbacks):
    """Both ends of the day in the program's zone (D-04)."""
    proof = sent_proof(executed, django_capture_on_commit_callbacks)
    at = time(23, 59, 59) if accepted else time(0, 0, 1)
    with on(sent, at):
        if accepted:
            assert services.submit_proof(proof.pk, actor=proof.cast.admin).status == "submitted"
        else:
            with pytest.raises(RuleViolation) as refused:
                services.submit_proof(proof.pk, actor=proof.cast.admin)
            assert [(one.code, one.rule) for one in refused.value.problems] == [("claiming_closed", "R-CAL-08")]
