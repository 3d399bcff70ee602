"""A form sent after the session ended: nothing is lost for the same person, nothing is shown to another."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.models import KeptInput
from tests.factories.claims import make_proof
from tests.factories.files import pdf
from tests.factories.people import PASSWORD
from tests.factories.plans import make_plan
from tests.proofs.pages import Seen
from tests.security.world import snapshot

pytestmark = pytest.mark.django_db
ENDED = "Your session had ended. Sign in again: what you typed is kept, files must be chosen again."
REFILLED = "Here is what you had typed. Files must be chosen again."


def by_signing_out_in_another_tab(client):
    client.post("/accounts/logout/")


def by_deleting_it(client):
    Session.objects.all().delete()


@pytest.fixture(params=[by_signing_out_in_another_tab, by_deleting_it])
def end(request):
    return request.param


def sign_in(client, user, address):
    """Through the sign-in page, as people do; where it leads."""
    answer = client.post(address, {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return answer["Location"]


def send_after_the_end(client, user, end, path, data):
    """Opens the page, loses the session, sends the form. Returns the address of the sign-in page."""
    client.force_login(user)
    assert client.get(path).status_code == 200
    end(client)
    before = snapshot()
    answer = client.post(path, data, follow=True)
    assert snapshot() == before
    [(address, status)] = answer.redirect_chain
    assert (address.partition("?")[0], status, answer.status_code) == ("/accounts/login/", 302, 200)
    assert ENDED in answer.content.decode()
    return address


def test_an_invoice_comes_back_with_its_lines(client, end):
    proof = make_proof(complete=False)
    path = f"/proofs/{proof.pk}/invoices/new/"
    typed = {
        "supplier": "Lichtblick Medien",
        "number": "2026-1187",
        "date": "2026-11-20",
        "currency": "EUR",
        "lines-0-description": "Printing",
        "lines-0-net": "4.120,00",
        "lines-1-description": "Hanging in Zürich",
        "lines-1-gross": "twelve",
    }
    counters = {"lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0"}
    file = SimpleUploadedFile("invoice.pdf", pdf(), "application/pdf")
    address = send_after_the_end(client, proof.cast.user, end, path, {**typed, **counters, "file": file})
    assert sign_in(client, proof.cast.user, address) == path
    page = Seen(client.get(path))
    assert {name: page.value(name) for name in typed} == typed
    assert page.flashes[-1] == REFILLED
    assert page.find("//input[@type='file']/@value") == []
    assert (proof.invoices.count(), proof.documents.count()) == (0, 0)


def test_a_plan_comes_back_with_its_choices(client, end):
    plan = make_plan()
    cast = plan.cast
    path = f"/plans/new/?enrollment={cast.enrollment.pk}"
    fund = cast.program.fund_types.create(slug="launch", name="Launch fund")
    typed = {"name": "Winter launch", "requested_limit": "12,50", "comments": "First\nsecond"}
    chosen = {"fund_type": str(fund.pk), "program_year": str(cast.year.pk), "reviewer": str(cast.reviewer.pk)}
    address = send_after_the_end(client, cast.user, end, path, {**typed, **chosen})
    assert sign_in(client, cast.user, address) == path
    page = Seen(client.get(path))
    assert (page.value("name"), page.value("requested_limit")) == ("Winter launch", "12,50")
    assert page.find("//textarea[@name='comments']")[0].text_content().split() == ["First", "second"]
    assert {name: page.find(f"//select[@name='{name}']/option[@selected]/@value") for name in chosen} == {
        name: [value] for name, value in chosen.items()
    }
    assert page.flashes[-1] == REFILLED


@pytest.mark.parametrize("where", ["plans", "proofs"])
def test_a_comment_comes_back_only_to_its_author(client, end, where):
    thing = make_plan(status="approved") if where == "plans" else make_proof(complete=False)
    path, text = f"/{where}/{thing.pk}/comment/", "The posters hang since Monday."
    address = send_after_the_end(client, thing.cast.user, end, path, {"comment": text})

    assert sign_in(client, thing.cast.admin, address) == path
    other = client.get(path)
    assert (other.status_code, text in other.content.decode()) == (200, False)
    client.post("/accounts/logout/")

    sign_in(client, thing.cast.user, address)
    mine = Seen(client.get(path))
    assert mine.find("//textarea[@name='comment']")[0].text_content().strip() == text
    again = client.get(path).content.decode()
    assert text not in again  # it is given back once


def test_after_an_hour_it_is_gone(client, end):
    plan = make_plan()
    path = f"/plans/{plan.pk}/comment/"
    address = send_after_the_end(client, plan.cast.user, end, path, {"comment": "Too late, alas."})
    KeptInput.objects.update(created_at=clock.now() - timedelta(minutes=61))
    sign_in(client, plan.cast.user, address)
    page = client.get(path).content.decode()
    assert ("Too late, alas." in page, REFILLED in page) == (False, False)


def test_a_move_keeps_its_words_and_its_amount(client, end):
    plan = make_plan(status="under_review")
    path = f"/plans/{plan.pk}/approve/"
    data = {"limit": "4.500,00", "comment": "Well prepared."}
    address = send_after_the_end(client, plan.cast.vendor_admin, end, path, data)
    assert sign_in(client, plan.cast.vendor_admin, address) == path
    page = Seen(client.get(path))
    assert page.value("limit") == "4.500,00"
    assert page.find("//textarea[@name='comment']")[0].text_content().strip() == "Well prepared."
    plan.refresh_from_db()
    assert plan.status == "under_review"


def test_a_browser_nobody_has_signed_in_with_is_promised_nothing(client):
    plan = make_plan()
    answer = client.post(f"/plans/{plan.pk}/comment/", {"comment": "From a stranger"}, follow=True)
    assert (ENDED in answer.content.decode(), KeptInput.objects.count()) == (False, 0)
