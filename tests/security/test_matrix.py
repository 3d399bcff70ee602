"""Every address × every kind of person: expected status; a denied POST changes no row and no history."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.security.matrix import MATRIX, ROLES
from tests.security.world import build, snapshot

DENIED = (403, 404, 405)
SIGN_IN = "/accounts/login/"
CASES = [(name, number) for name, lines in MATRIX.items() for number in range(len(lines))]
pytestmark = pytest.mark.django_db


def _ask(world, role, method, address, data):
    """(status, where it leads), with everything that was written taken back; a denial must not have written."""
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(world.people[role])
    before = snapshot()
    with transaction.atomic():
        answer = getattr(client, method)(address, data)
        if answer.streaming:
            b"".join(answer.streaming_content)
        leads_to = answer.headers.get("Location", "")
        if answer.status_code in DENIED or leads_to.startswith(SIGN_IN):
            assert snapshot() == before, f"{role} was denied, yet something changed"
        transaction.set_rollback(True)
    return answer.status_code, leads_to


@pytest.mark.parametrize(("name", "number"), CASES, ids=[f"{name}-{number}" for name, number in CASES])
def test_address(name, number):
    line = MATRIX[name][number]
    world = build()
    address = reverse(name, kwargs=line.kwargs(world)) + line.query(world)
    seen_get, seen_post = {}, {}
    for role in ROLES:
        seen_get[role], leads_to = _ask(world, role, "get", address, None)
        if role == "anonymous" and seen_get[role] == 302 and name != "set_language":
            assert leads_to.startswith(SIGN_IN)
        seen_post[role], _ = _ask(world, role, "post", address, line.data(world))
    assert (seen_get, seen_post) == line.expected


def test_the_snapshot_notices_a_changed_row():
    world = build()
    before = snapshot()
    type(world.plan).objects.filter(pk=world.plan.pk).update(comments="changed")
    assert snapshot() != before
