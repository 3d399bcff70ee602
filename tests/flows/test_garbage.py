"""Garbage in addresses, query strings, fields and bodies: every address answers, none with 5xx."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.security.matrix import MATRIX, ROLES
from tests.security.world import build

pytestmark = pytest.mark.django_db

QUERIES = (
    "page=…&after=garbage&before=x_y&status=nonsense&doc=garbage&card=%00&kind=%00&q=%00%EF%BF%BF&program=9e99",
    "after=2026-01-01T00:00:00%2B00:00_%00&program=99999999999999999999&year=%00&period=%00&enrollment=%00&part=%00",
    "after=9999-12-31T23:59:59-23:59_8b0ac3d0-7f3e-4a4a-9a63-5b1f6f2d3c11&doc=%ff%fe&q=%ff&status=%ed%a0%80&card=%ff",
    "before=0001-01-01T00:00:00%2B23:59_8b0ac3d0-7f3e-4a4a-9a63-5b1f6f2d3c11&q=" + "%25_" * 300 + "&page=-1&tab=%00",
    "status=&status=a&status[]=b&q=" + "🦊%E2%80%AE" * 40 + "&file=garbage&next=//evil.example/&only=note&view=%00",
    "program=²&year=FY²&doc=²&card=field-²&page=1e5&program=-1&after=_&before=_&file=%00&sort=%00&closed=%00",
)
VALUES = (
    ["a\0b"],
    ["x" * 100_000],
    ["🦊\u202e\u0000\ud800 \ufffe".encode("utf-16", "surrogatepass").decode("utf-16", "replace")],
    ["one", "two", ""],
    ["NaN"],
    ["1e30", "-1"],
    ["-99999999999999999999"],
    ["0001-01-01"],
    ["99999-99-99"],
    ["²"],
)
NUMBERS = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")


def allowed(line):
    """Somebody who may open the address, else whoever is let furthest."""
    for method in ("get", "post"):
        for role in ROLES:
            if role != "anonymous" and line.expected[method == "post"][role] in (200, 302, 422):
                return role
    return "user"


def names(line, world, page):
    """Names of fields: those of the matrix, and those of the form that the page shows."""
    from lxml import html

    found = set(line.data(world))
    if page:
        found |= {str(name) for name in html.fromstring(page).xpath("//form[@method='post']//@name")}
    return sorted(found - {"csrfmiddlewaretoken"})


def lines():
    for name, entries in MATRIX.items():
        for entry in entries:
            yield name, entry


def ask(call):
    with transaction.atomic():
        answer = call()
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


@pytest.fixture
def addresses():
    """(name, line, address, client of somebody allowed) for every line of the matrix, one world for all."""
    world = build()
    clients = {}
    for role, person in world.people.items():
        clients[role] = Client(raise_request_exception=False)
        clients[role].force_login(person)
    return world, [
        (name, line, reverse(name, kwargs=line.kwargs(world)), clients[allowed(line)])
        for name, line in lines()
        if name != "health"  # answers 503 where no worker runs, and asks it for a second
    ]


def test_no_query_string_breaks_a_page(addresses):
    _world, entries = addresses
    broken = []
    for name, _line, address, client in entries:
        for query in QUERIES:
            answer = ask(lambda c=client, a=address, q=query: c.get(f"{a}?{q}"))
            if answer.status_code >= 500:
                broken.append((name, query[:40]))
    assert broken == []


def test_no_value_of_a_field_breaks_a_form(addresses):
    world, entries = addresses
    broken = []
    for name, line, address, client in entries:
        whole = address + line.query(world)
        page = ask(lambda c=client, a=whole: c.get(a))
        text = page.content.decode() if not page.streaming and page["Content-Type"].startswith("text/html") else ""
        fields = names(line, world, text if page.status_code == 200 else "")
        for value in VALUES:
            data = dict.fromkeys(fields, value)
            for field in fields:
                if field.endswith(NUMBERS) and value != ["NaN"]:
                    data[field] = ["1"]
            answer = ask(lambda c=client, a=whole, d=data: c.post(a, d))
            if answer.status_code >= 500:
                broken.append((name, str(value)[:30]))
    assert broken == []


BODIES = (
    ("application/json", json.dumps({"name": ["x"]}).encode()),
    ("text/plain", b"\xff\x00"),
    ("multipart/form-data; boundary=x", b"--y\r\ngarbage"),
    ("multipart/form-data", b"no boundary"),
    ("application/x-www-form-urlencoded; charset=utf-99", b"name=%ff%fe&comment=%ed%a0%80"),
    ("application/x-www-form-urlencoded", b"name=%ff%fe&comment=%ed%a0%80&reviewer=%00&\xff=\xfe"),
)


def test_no_body_and_no_method_breaks_a_page(addresses):
    _world, entries = addresses
    broken = []
    for name, _line, address, client in entries:
        for kind, body in BODIES:
            answer = ask(lambda c=client, a=address, k=kind, b=body: c.generic("POST", a, b, content_type=k))
            if answer.status_code >= 500:
                broken.append((name, kind))
        for method in ("head", "options", "put", "patch", "delete"):
            answer = ask(lambda c=client, a=address, m=method: getattr(c, m)(a))
            if answer.status_code >= 500:
                broken.append((name, method))
    assert broken == []
