"""The plan page: what each side reads, in every state, at a constant number of queries."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import services
from tests.factories.plans import make_activity, make_campaign, make_plan

pytestmark = pytest.mark.django_db


def page(client, user, plan, **params):
    client.force_login(user)
    return client.get(f"/plans/{plan.pk}/", params)


@pytest.mark.parametrize(
    "status", ["editing", "submitted", "under_review", "action_required", "approved", "rejected"]
)
def test_the_page_opens_in_every_state_for_both_sides(client, status):
    plan = make_plan(status=status)
    for user in (plan.cast.user, plan.cast.admin, plan.cast.reviewer, plan.cast.vendor_admin):
        expected = 404 if status == "editing" and user.is_vendor else 200
        assert page(client, user, plan).status_code == expected
