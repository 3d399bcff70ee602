"""Django's admin: for technicians, and nothing in it can be changed."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from core.models import HistoryEntry
from tests.factories.people import PASSWORD, make_user
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db
OURS = ("core", "accounts", "incentives", "plans", "proofs", "claims")


@pytest.fixture
def technician():
    return User.objects.create_superuser("tech@contoso.example", PASSWORD, name="Ravi Menon")


def test_a_technician_looks_and_changes_nothing(client, technician):
    plan = make_plan(status="submitted")
    client.force_login(technician)
    page = reverse("admin:plans_plan_change", args=[plan.pk])
    assert client.get(page).status_code == 200
    before = HistoryEntry.objects.count()
    assert client.post(page, {"status": "approved", "version": "1"}).status_code == 403
    assert client.post(reverse("admin:plans_plan_delete", args=[plan.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:plans_plan_add"), {}).status_code == 403
    plan.refresh_from_db()
    assert (plan.status, plan.version, HistoryEntry.objects.count()) == ("submitted", 0, before)


def test_every_list_of_ours_opens_and_offers_nothing_to_change(client, technician, rf):
    client.force_login(technician)
    request = rf.get("/admin/")
    request.user = technician
    ours = {model: site for model, site in admin.site._registry.items() if model._meta.app_label in OURS}
    for model, site in ours.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert client.get(reverse(name)).status_code == 200
        offered = (
            site.has_add_permission(request),
            site.has_change_permission(request),
            site.has_delete_permission(request),
        )
        assert offered == (False, False, False)
    assert len(ours) == 29


def test_nobody_else_gets_in(client):
    plain = make_user(side="vendor")
    staff = make_user(side="vendor", is_staff=True)
    client.force_login(plain)
    assert client.get("/admin/plans/plan/").status_code == 302
    client.force_login(staff)
    assert client.get("/admin/plans/plan/").status_code == 403
