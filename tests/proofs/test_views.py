"""The list, a new proof, the evidence page and the forms of what is typed."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import kept_input
from core.models import HistoryEntry
from core.ui import date_range, money
from proofs import services
from proofs.models import Proof
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import upload
from tests.factories.incentives import make_enrollment
from tests.factories.people import make_incentive_admin, make_incentive_user, make_reviewer
from tests.factories.plans import make_activity, make_cast, make_plan
from tests.proofs.pages import Seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof():
    return make_proof(complete=False)


@pytest.fixture
def jobs(django_capture_on_commit_callbacks):
    """Runs what a request has enqueued, as soon as the block ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def signed_in(client, user):
    client.force_login(user)
    return client


def queries(client, url, **headers):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, headers=headers).status_code == 200
    return len(captured)


def seen(client, url, *args, **kwargs):
    return Seen(client.get(url, *args, **kwargs))


def numbers(page):
    return page.texts("//tbody//th/span")


# List ----------------------------------------------------------------------------------------------------


def test_the_list_shows_own_proofs_and_nobody_elses(client, proof):
    other = make_proof(complete=False, name="Secret of another company")
    response = signed_in(client, proof.cast.user).get(reverse("proofs:list"))
    assert numbers(Seen(response)) == [proof.number]
    assert other.number not in response.content.decode()


def test_the_vendor_sees_a_proof_from_its_first_submission_on(client, jobs):
    plan = make_plan(status="approved")
    make_proof(plan, complete=False, name="Still a draft")
    with jobs():
        sent = make_proof(plan, name="Sent")
    make_claim(proof=sent)
    page = seen(signed_in(client, plan.cast.reviewer), reverse("proofs:list"))
    assert page.texts("//tbody//th/a") == ["Sent"]


def test_the_list_is_filtered_by_status_and_words(client, proof):
    signed_in(client, proof.cast.user)
    url = reverse("proofs:list")
    found = {
        words: len(numbers(seen(client, url, query)))
        for words, query in {
            "city": {"q": "city-LIGHT"}, "nothing": {"q": "zeppelin"}, "editing": {"status": "editing"},
            "approved": {"status": "approved"}, "nonsense": {"status": "nonsense"},
        }.items()
    }  # fmt: skip
    assert found == {"city": 1, "nothing": 0, "editing": 1, "approved": 0, "nonsense": 1}


def test_a_page_holds_50_rows_and_leads_to_the_next(client):
    plan = make_plan(status="approved")
    for number in range(52):
        make_proof(plan, complete=False, name=f"Proof {number}")
    signed_in(client, plan.cast.user)
    first = seen(client, reverse("proofs:list"))
    [after] = first.find("//nav[contains(@class, 'pl-pager')]//a[@rel='next']/@href")
    second = seen(client, reverse("proofs:list") + after)
    assert (len(numbers(first)), second.texts("//tbody//th/a")) == (50, ["Proof 1", "Proof 0"])


def test_the_list_needs_as_many_queries_for_1_as_for_30_rows(client):
    plan = make_plan(status="approved")
    make_proof(plan, complete=False, name="First")
    signed_in(client, plan.cast.user)
    client.get(reverse("proofs:list"))
    one = queries(client, reverse("proofs:list"))
    for number in range(29):
        make_proof(plan, complete=False, name=f"Proof {number}")
    assert (one, queries(client, reverse("proofs:list"))) == (5, 5)


# A new proof ---------------------------------------------------------------------------------------------


def test_a_new_proof_is_asked_once_and_opens_its_page(client):
    plan = make_plan(status="approved")
    activity = plan.campaigns.get().activities.get()
    signed_in(client, plan.cast.user)
    day = activity.campaign.starts_on.isoformat()
    response = client.post(
        reverse("proofs:new", args=[activity.pk]),
        {
            "name": "Posters",
            "executed_from": day,
            "executed_to": day,
            "amount": "4.120,50",
            "estimated_impressions": "9",
        },
    )
    proof = Proof.objects.get()
    assert response["Location"] == proof.get_absolute_url()
    assert (proof.name, proof.amount, proof.currency) == ("Posters", Decimal("4120.50"), "EUR")


def test_a_draft_may_be_empty_but_not_unreadable(client):
    plan = make_plan(status="approved")
    url = reverse("proofs:new", args=[plan.campaigns.get().activities.get().pk])
    signed_in(client, plan.cast.user)
    wrong = client.post(url, {"name": "x" * 121, "executed_from": "31.02.", "amount": "9" * 30})
    assert wrong.status_code == 422
    assert Seen(wrong).wrong_fields == ["amount", "executed_from", "name"]
    assert "9" * 30 in wrong.content.decode()
    assert Proof.objects.count() == 0
    assert client.post(url, {}).status_code == 302
    assert Proof.objects.get().name == ""


def test_a_name_that_is_taken_is_refused_next_to_the_name(client, proof):
    signed_in(client, proof.cast.user)
    response = client.post(reverse("proofs:new", args=[proof.activity_id]), {"name": proof.name.upper()})
    assert (response.status_code, Seen(response).wrong_fields) == (422, ["name"])


def test_a_plan_that_is_not_approved_takes_no_proofs(client):
    plan = make_plan()
    url = reverse("proofs:new", args=[plan.campaigns.get().activities.get().pk])
    signed_in(client, plan.cast.user)
    assert [client.get(url).status_code, client.post(url, {"name": "Posters"}).status_code] == [422, 422]
    assert Proof.objects.count() == 0


def test_strangers_and_other_roles_start_no_proof(client, proof):
    url = reverse("proofs:new", args=[proof.activity_id])
    stranger = make_incentive_user(make_enrollment(), "Stranger")
    assert signed_in(client, stranger).get(url).status_code == 404
    assert signed_in(client, proof.cast.reviewer).get(url).status_code == 403
    client.logout()
    assert client.get(url)["Location"].startswith("/accounts/login/")


# The page ------------------------------------------------------------------------------------------------


def test_the_page_has_an_anchor_for_every_gap(client, proof):
    page = seen(signed_in(client, proof.cast.user), proof.get_absolute_url())
    assert len(page.left) == 6
    assert {href.removeprefix("#") for href in page.left} - set(page.ids) == set()
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("slug", ["direct_mail_email_sms", "digital_advertising", "digital_multi_touch_campaign"])
def test_every_kind_of_card_has_its_anchor(client, slug):
    plan = make_plan(status="editing", with_activity=False)
    make_activity(plan, plan.cast, slug)
    from plans import services as plans

    plans.submit_plan(plan.pk, actor=plan.cast.admin)
    plans.take_plan(plan.pk, actor=plan.cast.reviewer)
    plans.approve_plan(plan.pk, actor=plan.cast.vendor_admin, limit=plan.limit_asked())
    proof = make_proof(plan, complete=False)
    page = seen(signed_in(client, plan.cast.user), proof.get_absolute_url())
    assert {href.removeprefix("#") for href in page.left} - set(page.ids) == set()
    assert len(page.ids) == len(set(page.ids))


def test_a_draft_is_with_its_people_until_the_claiming_period_ends(client, proof):
    page = seen(signed_in(client, proof.cast.admin), proof.get_absolute_url())
    period = proof.enrollment.program.periods.used_on(proof.executed_to).get()
    assert page.find("//p[@class='pl-holder']//time/@datetime") == [period.claiming_end.isoformat()]
    assert page.texts("//a[@id='send']") == ["Send to Contoso"]
    assert page.find("//a[@id='send']/@href") == [reverse("claims:submit_proof", args=[proof.pk])]


def test_where_plans_are_paid_monthly_a_proof_can_be_sent_90_days_after_the_year(client):
    proof = make_proof(make_plan(make_cast(settlement="plan_payout"), status="approved"), complete=False)
    page = seen(signed_in(client, proof.cast.admin), proof.get_absolute_url())
    last = proof.cast.year.ends_on + timedelta(days=90)
    assert page.find("//p[@class='pl-holder']//time/@datetime") == [last.isoformat()]


def test_who_may_not_send_sees_why(client, proof):
    page = seen(signed_in(client, proof.cast.user), proof.get_absolute_url())
    assert page.text("//*[@id='send-reason']") == "Only an incentives admin of this location may do this."


def test_the_vendor_reads_and_has_no_form(client, jobs):
    with jobs():
        sent = make_proof()
    make_claim(proof=sent)
    page = seen(signed_in(client, sent.cast.reviewer), sent.get_absolute_url())
    assert page.form_actions == [reverse("proofs:comment", args=[sent.pk])]
    assert (page.find("//*[@id='send']"), page.left) == ([], [])


def test_sums_above_the_budget_are_a_warning(client, proof):
    signed_in(client, proof.cast.user)
    assert (
        seen(client, proof.get_absolute_url()).texts("//*[@id='part-amount']//*[contains(@class, 'pl-notice')]") == []
    )
    plan = proof.activity.campaign.plan
    plan.cast = proof.cast
    make_proof(plan, complete=False, name="Second", amount=Decimal("900"))
    page = seen(client, proof.get_absolute_url())
    assert page.texts("//*[@id='part-amount']//*[contains(@class, 'pl-notice')]") == [
        "The proofs of this activity ask for 5,020.00 EUR together, more than its budget. You can still send this one."
    ]
    assert page.amounts() == {
        "You ask for": "4,120.00 EUR", "Covered by evidence": "0.00 EUR", "Budget of the activity": "5,000.00 EUR",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path", ["", "facts/", "core/?card=core-company_brand", "upload/?card=final_piece", "comment/"]
)
def test_a_foreign_proof_is_not_there(client, proof, path):
    others = make_cast()
    reviewer = make_reviewer(others.program)
    for user in (others.user, reviewer, others.admin):
        signed_in(client, user)
        url = f"/proofs/{proof.pk}/{path}"
        assert [client.get(url).status_code, client.post(url, {"name": "mine"}).status_code] in ([404, 404], [404, 405])
        assert client.get(url, headers={"HX-Request": "true"}).status_code == 404
    proof.refresh_from_db()
    assert proof.name == "City-light posters Munich"


def test_the_page_needs_as_many_queries_for_1_as_for_30_documents(client, proof):
    signed_in(client, proof.cast.user)
    client.get(proof.get_absolute_url())
    counts = []
    for wanted in (1, 12, 30):
        there = proof.documents.count()
        services.add_files(
            proof.pk, "final_piece", [upload(name=f"{number}.png") for number in range(there, wanted)],
            actor=proof.cast.user,
        )  # fmt: skip
        counts.append(
            (
                queries(client, proof.get_absolute_url()),
                queries(client, proof.get_absolute_url(), **{"HX-Request": "true"}),
            )
        )
    assert counts == [(12, 10), (12, 10), (12, 10)]


# What is typed -------------------------------------------------------------------------------------------


def test_typed_facts_are_saved_and_written_to_history(client, proof):
    signed_in(client, proof.cast.user)
    response = client.post(
        reverse("proofs:facts", args=[proof.pk]),
        {
            "name": "Posters",
            "executed_from": "2026-10-02",
            "executed_to": "",
            "amount": "-5",
            "estimated_impressions": "lots",
        },
    )
    proof.refresh_from_db()
    assert response["Location"] == f"{proof.get_absolute_url()}#card-facts"
    assert (proof.name, proof.executed_to, proof.amount) == ("Posters", None, Decimal("-5"))
    entry = HistoryEntry.objects.filter(thread=proof.pk, action="proofs.edit").get()
    assert entry.changes["name"] == ["City-light posters Munich", "Posters"]
    page = seen(client, proof.get_absolute_url())
    assert page.cards["facts"] == "attention"
    assert page.texts("//*[@id='card-amount']/p") == ["Enter an amount greater than zero."]
    assert page.texts("//*[@id='card-impressions']/p") == ["Enter the number of people as a whole number, 0 or more."]
    assert page.texts("//*[@id='card-date']/p") == ["Enter the first and the last day of the work."]


def test_results_and_answers_come_back_to_their_card(client, proof):
    signed_in(client, proof.cast.user)
    url = reverse("proofs:metrics", args=[proof.pk]) + "?card=metric-estimated_reach"
    response = client.post(url, {"estimated_reach": "many"})
    proof.refresh_from_db()
    assert response["Location"] == f"{proof.get_absolute_url()}#card-metric-estimated_reach"
    assert proof.metrics == {"estimated_reach": "many"}
    assert client.get(reverse("proofs:metrics", args=[proof.pk]) + "?card=metric-nothing").status_code == 404
    assert client.get(reverse("proofs:answers", args=[proof.pk])).status_code == 404


def test_a_core_requirement_names_a_document_of_this_proof(client, proof):
    services.add_files(proof.pk, "final_piece", [upload(name="piece.png")], actor=proof.cast.user)
    document = proof.documents.get()
    proof.documents.update(state="clean")
    signed_in(client, proof.cast.user)
    url = reverse("proofs:core", args=[proof.pk]) + "?card=core-company_brand"
    foreign = make_proof(complete=False)
    services.add_files(foreign.pk, "final_piece", [upload()], actor=foreign.cast.user)
    refused = client.post(url, {"declared": "on", "document_id": str(foreign.documents.get().pk)})
    assert (refused.status_code, Seen(refused).wrong_fields) == (422, ["document_id"])
    assert client.post(url, {"declared": "on", "document_id": str(document.pk)}).status_code == 302
    proof.refresh_from_db()
    assert proof.core_requirements == {"company_brand": {"declared": True, "document_id": str(document.pk)}}


def test_after_a_form_a_script_gets_only_the_parts(client, proof):
    signed_in(client, proof.cast.user)
    response = client.post(
        reverse("proofs:comments", args=[proof.pk]), {"final_comments": "All done"}, headers={"HX-Request": "true"}
    )
    parts = client.get(response["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "All done" in parts
    assert ("<html" in parts, "data-live-parts" in parts) == (False, True)


def test_a_proof_that_was_sent_meanwhile_is_not_changed(client, jobs):
    with jobs():
        sent = make_proof()
    make_claim(proof=sent)
    signed_in(client, sent.cast.user)
    response = client.post(reverse("proofs:facts", args=[sent.pk]), {"name": "Changed"})
    assert response.status_code == 403
    assert "This has been sent." in response.content.decode()
    sent.refresh_from_db()
    assert sent.name == "City-light posters Munich"


def test_a_comment_of_the_vendor_may_stay_inside(client, jobs):
    with jobs():
        sent = make_proof()
    make_claim(proof=sent)
    url = reverse("proofs:comment", args=[sent.pk])
    assert signed_in(client, sent.cast.reviewer).post(url, {"comment": "For us", "internal": "1"}).status_code == 302
    assert client.post(url, {"comment": " "}).status_code == 422
    assert signed_in(client, sent.cast.user).post(url, {"comment": "Hello", "internal": "1"}).status_code == 302
    written = HistoryEntry.objects.filter(action="proofs.comment").values_list("comment", "audience")
    assert sorted(written) == [("For us", "vendor"), ("Hello", "all")]
    assert "For us" not in client.get(sent.get_absolute_url()).content.decode()


def test_an_ended_session_gives_back_the_invoice(client, proof):
    admin = make_incentive_admin(proof.enrollment)
    signed_in(client, admin).get("/proofs/")
    client.cookies.pop("sessionid")
    url = reverse("proofs:invoice_new", args=[proof.pk])
    body = {
        "supplier": "Lichtblick Medien", "lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "0",
        "lines-0-description": "Printing of posters",
    }  # fmt: skip
    assert client.post(url, body)["Location"] == f"/accounts/login/?next={url}"
    assert kept_input.KeptInput.objects.filter(user=admin).count() == 1
    page = signed_in(client, admin).get(url).content.decode()
    assert ("Lichtblick Medien" in page, "Printing of posters" in page) == (True, True)
    assert proof.invoices.count() == 0


def test_a_new_proof_shows_what_other_proofs_leave_of_the_budget(client, proof):
    activity = proof.activity
    signed_in(client, proof.cast.user)
    html = client.get(reverse("proofs:new", args=[activity.pk])).content.decode()
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", html))
    assert facts["Planned dates"] == date_range(activity.starts_on, activity.ends_on)
    assert facts["In other proofs"] == money(proof.amount, "EUR")
    assert facts["Left of the budget"] == money(activity.budget - proof.amount, "EUR")
