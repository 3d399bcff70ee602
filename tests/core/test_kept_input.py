from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core import clock, kept_input
from core.models import KeptInput
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
PATH = "/plans/new/"


def browser_of(user):
    """The cookie that this person's browser carries after a visit."""
    request = RequestFactory().get("/")
    request._cached_user = user
    response = HttpResponse()
    kept_input.remember_person(request, response)
    return response.cookies[kept_input.COOKIE].value


def post(data, *, cookie="", path=PATH):
    request = RequestFactory().post(path, data)
    if cookie:
        request.COOKIES[kept_input.COOKIE] = cookie
    return request


def visit(user, path=PATH):
    request = RequestFactory().get(path)
    request.user = user
    return request


@pytest.fixture
def user():
    return make_user()


def test_typed_text_comes_back_to_the_same_person_once(user):
    assert kept_input.keep(post({"name": "Autumn", "countries": ["DE", "AT"]}, cookie=browser_of(user))) is True
    kept = kept_input.take(visit(user))
    assert (kept["name"], kept.getlist("countries")) == ("Autumn", ["DE", "AT"])
    assert kept_input.take(visit(user)) is None


def test_nobody_else_gets_it_and_no_other_page(user):
    kept_input.keep(post({"name": "Autumn"}, cookie=browser_of(user)))
    assert kept_input.take(visit(make_user())) is None
    assert kept_input.take(visit(user, "/plans/")) is None
    assert kept_input.take(visit(user))["name"] == "Autumn"


def test_a_browser_that_is_not_known_keeps_nothing(user):
    assert kept_input.keep(post({"name": "Autumn"})) is False
    assert kept_input.keep(post({"name": "Autumn"}, cookie=f"{user.pk}")) is False
    assert KeptInput.objects.count() == 0


def test_secrets_are_never_kept(user):
    fields = {"name": "Autumn", "password": "a", "old_password": "b", "csrfmiddlewaretoken": "c", "otp_token": "d"}
    kept_input.keep(post(fields, cookie=browser_of(user)))
    assert KeptInput.objects.get().data == "name=Autumn"


def test_a_second_try_replaces_the_first(user):
    cookie = browser_of(user)
    for name in ("Autumn", "Winter"):
        kept_input.keep(post({"name": name}, cookie=cookie))
    assert list(KeptInput.objects.values_list("data", flat=True)) == ["name=Winter"]


def test_there_is_a_limit_of_text_and_of_forms(user):
    cookie = browser_of(user)
    assert kept_input.keep(post({"name": "x" * kept_input.MAX_CHARACTERS}, cookie=cookie)) is False
    kept = [kept_input.keep(post({"name": "x"}, cookie=cookie, path=f"/p/{n}/")) for n in range(22)]
    assert kept == [True] * kept_input.MAX_FORMS + [False] * 2


def test_after_an_hour_it_is_gone(user):
    kept_input.keep(post({"name": "Autumn"}, cookie=browser_of(user)))
    KeptInput.objects.update(created_at=clock.now() - timedelta(minutes=59))
    assert kept_input.purge() == 0
    KeptInput.objects.update(created_at=clock.now() - timedelta(minutes=61))
    assert kept_input.take(visit(user)) is None
    assert kept_input.purge() == 1
