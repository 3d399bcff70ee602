"""Two files with the same lines at once, and a worker that is lost in the middle: booked once, whole or not at all."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, connections

from core import clock
from incentives import services, verification
from incentives.models import Earning, EarningsImport, Fund, FundEntry
from incentives.services import earnings_booking, earnings_check
from tests.concurrency.test_decisions import WAIT, at_once
from tests.factories.earnings import csv_file, csv_text, line, uploaded
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_location, make_vendor_admin

pytestmark = pytest.mark.django_db(transaction=True)
LOCATIONS = 12


@pytest.fixture(autouse=True)
def no_jobs(monkeypatch):
    """Jobs are called by hand here."""
    monkeypatch.setattr("core.jobs._send", lambda name, ids: None)


@pytest.fixture
def places():
    program = make_enrollment().program
    return [make_enrollment(program, make_location(name=f"Place {number}")) for number in range(LOCATIONS)]


def ready(lines, program):
    found = uploaded(lines, program)
    services.ask_import(found.pk, actor=found.vendor_admin)
    return found


def state_of(found):
    return EarningsImport.objects.get(pk=found.pk).state


@pytest.mark.parametrize("round_", range(3))
def test_two_files_with_the_same_lines_book_once(places, round_):
    lines = [line(place) for place in places]
    program = places[0].program
    files = [ready(lines, program), ready(list(reversed(lines)), program)]
    assert at_once(*(lambda pk=one.pk: services.book_import(pk) for one in files)) == [None, None]
    assert sorted(state_of(one) for one in files) == ["booked", "uploaded"]
    assert (Earning.objects.count(), FundEntry.objects.count()) == (LOCATIONS, LOCATIONS * 2)
    assert [fund.free for fund in Fund.objects.all()] == [40] * LOCATIONS
    assert list(verification.differences()) == []


def test_one_booking_delivered_to_two_workers_books_once(places):
    found = ready([line(place) for place in places], places[0].program)
    assert at_once(*[lambda: services.book_import(found.pk)] * 4) == [None] * 4
    assert (state_of(found), Earning.objects.count()) == ("booked", LOCATIONS)


def test_asking_twice_at_once_asks_once(places):
    found = uploaded([line(places[0])], places[0].program)
    outcome = at_once(*[lambda: services.ask_import(found.pk, actor=found.vendor_admin)] * 2)
    assert sorted(type(one).__name__ for one in outcome) == ["NoneType", "StateConflict"]


class Paused:
    """Stops a worker inside its transaction until it is told to go on, or is killed."""

    def __init__(self):
        self.reached, self.go_on, self.backend = threading.Event(), threading.Event(), 0

    def __call__(self, *args):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [self.backend] = cursor.fetchone()
        self.reached.set()
        self.go_on.wait(WAIT)

    def kill(self):
        """As when the worker's machine is gone: the server ends its session."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [self.backend])
        self.go_on.set()


def in_thread(act):
    def run():
        try:
            with suppress(Exception):  # the killed session of a worker raises whatever the driver makes of it
                act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def age(found):
    """As if time had passed since it was queued and leased."""
    past = clock.now() - timedelta(hours=1)
    EarningsImport.objects.filter(pk=found.pk).update(queued_at=past, lease_until=past)


def test_a_booking_killed_before_its_commit_books_nothing_and_is_taken_again(places, monkeypatch):
    found, paused = ready([line(place) for place in places], places[0].program), Paused()
    age(found)
    with monkeypatch.context() as patch:
        patch.setattr(earnings_booking, "_test_thresholds", paused)
        thread = in_thread(lambda: services.book_import(found.pk))
        assert paused.reached.wait(WAIT)
        assert services.requeue_imports() == 0  # somebody holds it
        assert services.book_import(found.pk) is False
        assert Earning.objects.count() == 0
        paused.kill()
        thread.join(WAIT)
    assert (state_of(found), Earning.objects.count(), Fund.objects.count(), FundEntry.objects.count()) == (
        "booking", 0, 0, 0,
    )  # fmt: skip
    age(found)
    assert services.requeue_imports() == 1
    assert services.book_import(found.pk) is True
    assert (Earning.objects.count(), list(verification.differences())) == (LOCATIONS, [])


def test_a_check_killed_in_the_middle_is_taken_again(places, monkeypatch):
    admin = make_vendor_admin(places[0].program)
    found = services.upload_import(csv_file(csv_text([line(place) for place in places])), actor=admin)
    paused = Paused()
    with monkeypatch.context() as patch:
        patch.setattr(earnings_check, "_look_up", paused)
        thread = in_thread(lambda: services.check_import(found.pk))
        assert paused.reached.wait(WAIT)
        assert (state_of(found), services.requeue_imports()) == ("checking", 0)
        paused.kill()
        thread.join(WAIT)
    age(found)
    assert (services.requeue_imports(), state_of(found)) == (1, "uploaded")
    services.check_import(found.pk)
    assert state_of(found) == "ready"
