"""Cookies, forged requests, redirects, and what the next person at the machine finds."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import KeptInput
from tests.factories.claims import make_claim, make_proof
from tests.factories.people import PASSWORD, make_user
from tests.factories.plans import make_cast, make_plan
from tests.security.matrix import MATRIX
from tests.security.world import build, snapshot

pytestmark = pytest.mark.django_db
EVIL = ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:x=1")


def sign_in(client, user, **extra):
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, **extra})


def test_signing_in_changes_the_key_of_the_session(client):
    user = make_user()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client, user)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != planted


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client):
    sign_in(client, make_user())
    client.get("/")
    flags = {name: (bool(one["httponly"]), one["samesite"]) for name, one in client.cookies.items() if one.value}
    assert flags == dict.fromkeys(("csrftoken", "known_as", "sessionid"), (True, "Lax"))


def test_every_post_needs_the_token():
    world = build()
    client = Client(enforce_csrf_checks=True)
    lines = {name: lines[-1] for name, lines in MATRIX.items() if name != "health"}
    addresses = {name: reverse(name, kwargs=line.kwargs(world)) + line.query(world) for name, line in lines.items()}
    taken = []
    for role in ("admin", "global_admin", "vendor_admin"):
        client.force_login(world.people[role])
        before = snapshot()
        for name, address in addresses.items():
            for origin in ({}, {"HTTP_ORIGIN": "https://evil.example"}):
                if client.post(address, lines[name].data(world), **origin).status_code != 403:
                    taken.append((role, name))
        assert snapshot() == before
    assert taken == []


@pytest.mark.parametrize("evil", EVIL)
def test_no_redirect_leaves_the_house(client, evil):
    user = make_user()
    assert sign_in(client, user, next=evil)["Location"] in ("/", "/%0d%0aSet-Cookie:x=1")
    answer = client.post("/i18n/setlang/", {"language": "de", "next": evil})
    assert answer["Location"] in ("/", "/%0d%0aSet-Cookie:x=1")
    assert [name for name in answer.headers if name == "Set-Cookie"] == []


@pytest.mark.parametrize("evil", EVIL[:4])
def test_the_review_desk_comes_back_to_our_own_pages(client, evil):
    claim = make_claim("under_review")
    client.force_login(claim.cast.reviewer)
    piece = claim.proof.documents.get(card="final_piece")
    address = f"{reverse('proofs:verdict', args=[piece.pk])}?next={evil}"
    answer = client.post(address, {"verdict": "accepted"})
    assert answer["Location"].partition("?")[0] == claim.proof.get_absolute_url()
    page = client.get(address).content.decode()
    assert page.count(f'href="{evil}') == 0
    refused = client.post(reverse("claims:move", args=[claim.pk, "approve"]), {"amount": "1"}, HTTP_REFERER=evil)
    assert (refused.status_code, refused.content.decode().count(evil)) == (403, 0)


def test_what_a_page_says_does_not_greet_the_next_person(client):
    proof = make_proof(make_plan(make_cast(), status="approved"))
    client.force_login(proof.cast.user)
    typed = {"card": "extra", "kind": "text", "value": "Something", "note": "secret-note"}
    client.post(reverse("proofs:typed", args=[proof.pk]), typed)
    client.post(reverse("plans:comment", args=[proof.activity.campaign.plan_id]), {"comment": "x"})
    client.post(reverse("portal:inbox_read"))
    client.post("/accounts/logout/")
    page = client.get("/accounts/login/").content.decode()
    assert page.count("All messages are marked as read.") == 0
    client.force_login(make_user("Next"))
    assert client.get("/").content.decode().count("All messages are marked as read.") == 0


def test_typed_text_comes_back_to_its_writer_only(client):
    cast = make_cast()
    proof = make_proof(make_plan(cast, status="approved"))
    address = reverse("proofs:comments", args=[proof.pk])
    sign_in(client, cast.user)
    client.get("/")
    client.post("/accounts/logout/")
    client.post(address, {"final_comments": "typed by Jonas", "password": "hidden", "csrfmiddlewaretoken": "t"})
    assert list(KeptInput.objects.values_list("user_id", "data")) == [(cast.user.pk, "final_comments=typed+by+Jonas")]
    sign_in(client, cast.admin)
    assert client.get(address).content.decode().count("typed by Jonas") == 0
    client.post("/accounts/logout/")
    sign_in(client, cast.user)
    assert client.get(address).content.decode().count("typed by Jonas") == 1
    assert client.get(address).content.decode().count("typed by Jonas") == 0


def test_a_stranger_keeps_nothing_and_a_forged_cookie_neither(client):
    cast = make_cast()
    proof = make_proof(make_plan(cast, status="approved"))
    address = reverse("proofs:comments", args=[proof.pk])
    client.post(address, {"final_comments": "planted"})
    client.cookies["known_as"] = str(cast.user.pk)
    client.post(address, {"final_comments": "planted"})
    assert KeptInput.objects.count() == 0


def test_kept_text_is_bounded(client):
    cast = make_cast()
    sign_in(client, cast.user)
    client.get("/")
    client.post("/accounts/logout/")
    client.post("/plans/new/", {"comments": "x" * 200_001})
    assert KeptInput.objects.count() == 0
    for number in range(25):
        client.post(f"/plans/{'0' * 7}{number % 10}-0000-4000-8000-{number:012d}/edit/", {"comments": "some text"})
    assert KeptInput.objects.count() == 20
