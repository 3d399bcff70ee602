"""Secrets and typed words stay out of logs, health and error pages."""

import json
import logging

import pytest
from django.conf import settings

from config.logs import mask_secrets, masked
from tests.factories.people import make_member, make_partner

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /invitation/q8-Zk_3/", "GET /invitation/…/"),
        ("GET /accounts/password/reset/key/3f-c0ffee/", "GET /accounts/password/reset/key/…/"),
        ("GET /accounts/confirm-email/MQ:abc:def/", "GET /accounts/confirm-email/…/"),
        ("GET /search/?q=Erika+Muster&tab=1", "GET /search/?q=…&tab=1"),
        ("GET /plans/?status=editing", "GET /plans/?status=editing"),
    ],
)
def test_secret_addresses_are_masked(text, shown):
    assert masked(text) == shown
    assert mask_secrets(None, "", {"request": text, "code": 200}) == {"request": shown, "code": 200}


def written(message):
    """The line as our handler writes it."""
    options = dict(settings.LOGGING["formatters"]["line"])
    formatter = options.pop("()")(**options)
    return formatter.format(logging.LogRecord("django.security", logging.WARNING, "", 1, message, (), None))


def test_no_line_of_the_log_holds_a_secret_whoever_wrote_it():
    line = written("Forbidden (CSRF token missing): /invitation/q8-Zk_3/")
    assert json.loads(line)["event"] == "Forbidden (CSRF token missing): /invitation/…/"


def test_the_health_page_says_states_and_nothing_else(client):
    answer = client.get("/health/").json()
    assert sorted(answer) == ["parts", "status"]
    assert {tuple(sorted(part)) for part in answer["parts"].values()} == {("milliseconds", "state")}


def test_an_error_page_tells_nothing_of_the_inside(client, monkeypatch):
    from portal.views import home

    def broken(self, **extra):
        raise ValueError("secret-of-the-inside")

    monkeypatch.setattr(home.Home, "get_context", broken)
    client.force_login(make_member(make_partner(), "Boss", account_admin=True))
    client.raise_request_exception = False
    page = client.get("/")
    assert (page.status_code, "secret-of-the-inside" in page.content.decode()) == (500, False)


@pytest.mark.parametrize("address", ["/plans/%00/", "/nowhere/<script>alert(1)</script>/", "/proofs/../../etc/passwd"])
def test_an_address_that_leads_nowhere_is_not_echoed_as_markup(client, address):
    page = client.get(address)
    assert page.status_code == 404
    assert page.content.decode().count("<script>alert") == 0


def test_a_foreign_host_name_gets_no_page(client, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    assert client.get("/accounts/login/", HTTP_HOST="evil.example").status_code == 400
    assert (
        client.post("/accounts/password/reset/", {"email": "a@b.example"}, HTTP_HOST="evil.example").status_code == 400
    )


def test_json_answers_of_refusals_hold_messages_only(client):
    page = client.get("/queue/", HTTP_ACCEPT="application/json")
    assert page.status_code == 302
    client.force_login(make_member(make_partner(), "Boss", account_admin=True))
    page = client.get("/queue/", HTTP_ACCEPT="application/json")
    assert (page.status_code, sorted(json.loads(page.content))) == (403, ["errors", "ok"])
