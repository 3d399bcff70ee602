"""The life of one check: lease, sweep, lost attempts, one verdict (D-20)."""

import pytest
from django.utils import timezone

from core.errors import StateConflict
from core.models import HistoryEntry
from proofs import services
from proofs.checking import check_document
from proofs.checks.base import Level
from proofs.checks.runner import Report
from proofs.models import Document
from tests.factories.claims import make_proof
from tests.factories.files import upload

pytestmark = pytest.mark.django_db
SECONDS_OF_A_LEASE = 23
SECONDS_TO_THE_NEXT_CALL = 15


@pytest.fixture
def clock(time_machine):
    """clock(seconds): so much later."""
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    passed = 0

    def forward(seconds):
        nonlocal passed
        passed += seconds
        time_machine.move_to(start + timezone.timedelta(seconds=passed), tick=False)

    return forward


@pytest.fixture
def document(clock):
    """One uploaded file whose job never came."""
    proof = make_proof(complete=False)
    services.add_files(proof.pk, "final_piece", [upload()], actor=proof.cast.user)
    return proof.documents.get()


def verdict(state="clean"):
    return Report(verdict=state, kind="png", results=(), facts={})


def verdicts_in_history(document):
    return HistoryEntry.objects.filter(action="proofs.document_checked", document_id=document.pk).count()


def again(document):
    document.refresh_from_db()
    return document


def test_a_check_is_claimed_once_and_counted_before_it_starts(document):
    ticket = services.start_check(document.pk)
    assert (again(document).state, document.attempts, ticket.attempt) == ("checking", 1, 1)
    assert services.start_check(document.pk) is None
    assert again(document).attempts == 1


def test_a_verdict_is_written_once(document):
    ticket = services.start_check(document.pk)
    assert services.finish_check(ticket, verdict(), media_type="image/png") is True
    assert services.finish_check(ticket, verdict("refused")) is False
    assert check_document(document.pk) is False
    assert (again(document).state, document.media_type, verdicts_in_history(document)) == ("clean", "image/png", 1)


def test_a_waiting_file_is_announced_again_after_15_seconds(document, clock, django_capture_on_commit_callbacks):
    assert services.requeue_checks() == 0
    clock(SECONDS_TO_THE_NEXT_CALL + 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.requeue_checks() == 1
    assert (again(document).state, document.attempts) == ("clean", 1)
    assert services.requeue_checks() == 0


def test_a_file_whose_worker_was_lost_waits_again(document, clock):
    services.start_check(document.pk)
    clock(SECONDS_OF_A_LEASE - 1)
    assert (services.requeue_checks(), again(document).state) == (0, "checking")
    clock(2)
    assert (services.requeue_checks(), again(document).state) == (1, "pending")
    assert document.attempts == 1


def test_a_late_worker_decides_nothing_any_more(document, clock):
    late = services.start_check(document.pk)
    clock(SECONDS_OF_A_LEASE + 1)
    services.requeue_checks()
    assert services.finish_check(late, verdict()) is False
    second = services.start_check(document.pk)
    assert services.finish_check(late, verdict()) is False
    assert services.finish_check(second, verdict("refused")) is True
    assert (again(document).state, verdicts_in_history(document)) == ("refused", 1)


def test_after_two_lost_attempts_the_file_is_refused(document, clock):
    for _attempt in range(2):
        services.start_check(document.pk)
        clock(SECONDS_OF_A_LEASE + 1)
        services.requeue_checks()
    assert (again(document).state, document.attempts, document.lease_until) == ("refused", 2, None)
    said = document.checks.get()
    words = "The file could not be read safely. Export it again from its program or print it to PDF, and upload that."
    assert (said.level, said.message) == (Level.STOP, words)
    assert (services.requeue_checks(), verdicts_in_history(document)) == (0, 1)


def test_every_file_has_its_verdict_within_60_seconds_of_the_workers_return(clock, django_capture_on_commit_callbacks):
    proof = make_proof(complete=False)
    services.add_files(proof.pk, "final_piece", [upload(name=f"{n}.png") for n in range(6)], actor=proof.cast.user)
    taken = [services.start_check(pk) for pk in proof.documents.values_list("pk", flat=True)[:3]]
    assert [ticket.attempt for ticket in taken] == [1, 1, 1]  # and the worker dies with them
    clock(3600)
    for _sweep in range(4):
        with django_capture_on_commit_callbacks(execute=True):
            services.requeue_checks()
        clock(15)
    assert list(proof.documents.values_list("state", flat=True)) == ["clean"] * 6
    assert HistoryEntry.objects.filter(thread=proof.pk, action="proofs.document_checked").count() == 6


def test_a_removed_file_is_not_checked(document, clock):
    services.remove_document(document.pk, actor=document.uploaded_by)
    clock(60)
    assert (services.start_check(document.pk), services.requeue_checks()) == (None, 0)
    assert again(document).state == "pending"


def test_a_worker_of_before_the_second_check_decides_nothing(document, clock):
    late = services.start_check(document.pk)
    clock(SECONDS_OF_A_LEASE + 1)
    services.requeue_checks()
    services.finish_check(services.start_check(document.pk), verdict("failed"))
    services.retry_check(document.pk, actor=document.uploaded_by)
    again_taken = services.start_check(document.pk)
    assert again_taken.attempt == late.attempt
    assert services.finish_check(late, verdict("refused")) is False
    assert services.finish_check(again_taken, verdict()) is True
    assert again(document).state == "clean"


def test_two_lost_attempts_and_their_sweeps_fit_into_a_minute(settings):
    sweep = settings.CELERY_BEAT_SCHEDULE["requeue-checks"]["schedule"]
    assert 2 * (SECONDS_OF_A_LEASE + sweep) <= 60


def test_a_file_that_is_gone_is_not_checked_again(document):
    user = document.uploaded_by
    Document.objects.filter(pk=document.pk).delete()
    with pytest.raises(StateConflict):
        services.retry_check(document.pk, actor=user)


def test_only_a_failed_file_is_checked_again(document, django_capture_on_commit_callbacks):
    user = document.uploaded_by
    services.finish_check(services.start_check(document.pk), verdict("refused"))
    services.retry_check(document.pk, actor=user)
    assert again(document).state == "refused"
    Document.objects.filter(pk=document.pk).update(state="failed")
    with django_capture_on_commit_callbacks(execute=True):
        services.retry_check(document.pk, actor=user)
    assert (again(document).state, document.attempts) == ("clean", 1)
