"""Pages that refuse: they say why and give back what was typed."""

import pytest
from django.test import RequestFactory

from core.errors import StateConflict
from core.middleware import ErrorMiddleware
from plans import services as plans
from portal.views import server_error
from tests.factories.plans import make_plan


@pytest.mark.django_db
def test_a_stale_form_is_told_and_keeps_its_text(client):
    plan = make_plan(status="under_review")
    client.force_login(plan.cast.vendor_admin)
    plans.reject_plan(plan.pk, actor=plan.cast.vendor_admin, comment="No.")
    text = "I would like to know more about Zürich."
    answer = client.post(f"/plans/{plan.pk}/request_action/", {"comment": text})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "This is meanwhile “Rejected”." in page
    assert text in page


@pytest.mark.django_db
def test_a_form_that_is_no_longer_allowed_keeps_its_text(client):
    plan = make_plan(status="editing")
    client.force_login(plan.cast.user)
    plans.submit_plan(plan.pk, actor=plan.cast.admin)
    answer = client.post(f"/plans/{plan.pk}/edit/", {"name": "A much better name"})
    assert answer.status_code == 403
    assert "A much better name" in answer.content.decode()
    plan.refresh_from_db()
    assert plan.name == "Autumn push"


def test_passwords_and_ids_are_not_given_back(rf):
    request = rf.post(
        "/", {"password": "secret phrase", "card": "8b0ac3d0-7f3e-4a4a-9a63-5b1f6f2d3c11", "note": "Shown"}
    )
    answer = ErrorMiddleware(lambda r: None).process_exception(request, StateConflict("Meanwhile."))
    page = answer.content.decode()
    assert ("secret phrase" in page, "8b0ac3d0" in page, "Shown" in page) == (False, False, True)


@pytest.mark.django_db
def test_a_broken_page_asks_nothing_of_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = server_error(RequestFactory().get("/"))
    assert (answer.status_code, "Something broke" in answer.content.decode()) == (500, True)


@pytest.mark.django_db
def test_a_missing_page_is_ours(client):
    answer = client.get("/plans/8b0ac3d0-7f3e-4a4a-9a63-5b1f6f2d3c11/nowhere/at/all/")
    assert (answer.status_code, "There is nothing here" in answer.content.decode()) == (404, True)
