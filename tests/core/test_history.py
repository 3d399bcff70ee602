import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import InternalError, connection, transaction

from core import history, history_words
from core.context import request_id
from core.history import SystemJob
from core.models import HistoryEntry
from tests.factories.people import make_location, make_partner, make_user

pytestmark = pytest.mark.django_db
ACTION = "accounts.create_partner"


@pytest.fixture
def partner():
    return make_partner()


@pytest.fixture
def entry(partner):
    return history.record(partner, ACTION, actor=make_user("Katharina Brandl"))


def refused_by_the_database(write):
    with pytest.raises(InternalError, match="pgtrigger: Cannot"):
        with transaction.atomic():
            write()


def test_an_entry_cannot_be_changed(entry):
    entry.comment = "It never happened."
    refused_by_the_database(entry.save)
    refused_by_the_database(lambda: HistoryEntry.objects.update(comment="x"))
    assert HistoryEntry.objects.get().comment == ""


def test_an_entry_cannot_be_deleted(entry):
    refused_by_the_database(entry.delete)
    refused_by_the_database(HistoryEntry.objects.all().delete)
    assert HistoryEntry.objects.count() == 1


def test_raw_sql_is_refused_as_well(entry):
    with connection.cursor() as cursor:
        refused_by_the_database(lambda: cursor.execute("UPDATE core_historyentry SET comment = 'x'"))
        refused_by_the_database(lambda: cursor.execute("DELETE FROM core_historyentry"))


def test_nothing_anonymous_is_written(partner):
    for nobody in (None, AnonymousUser()):
        with pytest.raises(ValueError, match="history needs an actor"):
            history.record(partner, ACTION, actor=nobody)
    assert HistoryEntry.objects.count() == 0


def test_an_action_without_a_sentence_is_refused(partner):
    with pytest.raises(ValueError, match=r"accounts\.explode has no sentence"):
        history.record(partner, "accounts.explode", actor=make_user())
    assert HistoryEntry.objects.count() == 0


def test_the_name_stays_as_it_was(partner):
    user = make_user("Katharina Brandl")
    history.record(partner, ACTION, actor=user)
    user.name = "Katharina Huber"
    user.save()
    entry = HistoryEntry.objects.get()
    assert (entry.actor_name, entry.actor, entry.actor_side) == ("Katharina Brandl", user, "partner")
    assert history.sentence(entry) == "added the company"


def test_a_job_writes_under_its_own_name(partner):
    history.record(partner, ACTION, actor=SystemJob("calendar"))
    entry = HistoryEntry.objects.get()
    assert (entry.actor, entry.actor_name, entry.actor_side) == (None, "calendar", "system")


def test_entries_of_one_click_share_the_request_id(partner):
    mark = request_id.set("abc-12345678")
    try:
        history.record(partner, ACTION, actor=SystemJob("x"))
    finally:
        request_id.reset(mark)
    history.record(partner, ACTION, actor=SystemJob("x"))
    assert list(HistoryEntry.objects.order_by("id").values_list("request_id", flat=True)) == ["abc-12345678", ""]


def test_what_is_for_the_vendor_stays_with_the_vendor(partner):
    for audience in ("all", "vendor"):
        history.record(partner, ACTION, actor=SystemJob("x"), comment=audience, audience=audience)
    thread = partner.history_thread

    def comments(side):
        return [entry.comment for entry in history.for_page(thread, side=side)]

    assert comments("vendor") == ["vendor", "all"]
    assert comments("partner") == ["all"]


def test_the_page_shows_one_thread_and_one_kind(partner):
    actor = SystemJob("x")
    history.record(partner, ACTION, actor=actor)
    history.record(partner, ACTION, actor=actor, old="editing", new="submitted")
    history.record(partner, ACTION, actor=actor, comment="Why?")
    history.record(make_location().partner, ACTION, actor=actor, comment="Elsewhere")

    def shown(only):
        return [
            (entry.new_status, entry.comment)
            for entry in history.for_page(partner.history_thread, side="vendor", only=only)
        ]

    assert shown("all") == [("", "Why?"), ("submitted", ""), ("", "")]
    assert shown("decisions") == [("submitted", "")]
    assert shown("comments") == [("", "Why?")]
    assert shown("files") == []


def test_changes_name_only_what_differs():
    before = {"name": "Autumn", "limit": None, "year": 2026}
    after = {"name": "Winter", "limit": 5, "year": 2026}
    assert history.changed(before, after, ["name", "limit", "year"]) == {
        "name": ["Autumn", "Winter"],
        "limit": ["", "5"],
    }


def test_what_history_keeps_is_said_in_peoples_words():
    kept = {
        "requested_limit": "50.00000 EUR",
        "City-light_posters: starts_on": "2026-10-01",
        "Poster: budget": "4120.50 EUR",
        "comments": "1.2 km",
    }
    assert {history_words.label(name): history_words.value(name, one) for name, one in kept.items()} == {
        "Limit asked for": "50.00 EUR",
        "City-light_posters: First day": "1 Oct 2026",
        "Poster: Budget": "4,120.50 EUR",
        "Comments": "1.2 km",
    }
