"""The desk and the queue: what the vendor's people see and do."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import services
from claims.models import Claim
from core import clock
from core.models import HistoryEntry
from portal.queue import clock_of
from proofs import services as proofs
from proofs.models import Document, Finding
from tests.factories.claims import make_claim, make_proof
from tests.factories.files import upload
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def under_review(claim_in):
    def make(**fields):
        claim = claim_in("submitted", **fields)
        services.take_claim(claim.pk, actor=claim.cast.reviewer)
        claim.refresh_from_db()
        return claim

    return make


def page(client, user, address, **headers):
    client.force_login(user)
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def judged(claim):
    return list(claim.proof.documents.order_by("created_at", "id").values_list("name", "verdict"))


def test_the_desk_opens_on_the_first_document_without_a_verdict(client, under_review):
    claim = under_review()
    invoice = claim.proof.documents.get(section="invoice")
    poster = claim.proof.documents.get(section="proof")
    address = f"/claims/{claim.pk}/desk/"
    first = page(client, claim.cast.reviewer, address)
    assert f'data-pdf-url="/proofs/documents/{invoice.pk}/view/"' in first
    assert "0 of 2 done" in first
    answer = client.post(f"/proofs/documents/{invoice.pk}/verdict/?next={address}", {"verdict": "accepted"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    second = page(client, claim.cast.reviewer, address)
    assert f'data-image-url="/proofs/documents/{poster.pk}/view/"' in second
    assert "1 of 2 done" in second
    redo = f"/proofs/documents/{poster.pk}/verdict/?verdict=redo&amp;next=%2Fclaims%2F{claim.pk}%2Fdesk%2F"
    assert f'href="{redo}"' in second
    last = client.post(
        f"/proofs/documents/{poster.pk}/verdict/?next={address}", {"verdict": "redo", "reason": "Too dark."}
    )
    assert last["Location"] == f"{address}?doc={poster.pk}"
    assert judged(claim) == [("poster.png", "redo"), ("invoice.pdf", "accepted")]
    assert list(Finding.objects.values_list("document__name", "text", "sent")) == [("poster.png", "Too dark.", False)]
    assert "All documents are judged" in page(client, claim.cast.reviewer, address)


def test_every_tab_of_every_document_opens_by_plain_links(client, under_review):
    claim = under_review()
    html = page(client, claim.cast.reviewer, f"/claims/{claim.pk}/desk/")
    links = set(re.findall(rf'href="(/claims/{claim.pk}/desk/\?[^"]*)"', html))
    assert len(links) == 4 + 1
    invoice = claim.proof.documents.get(section="invoice")
    shown = {
        tab: page(client, claim.cast.reviewer, f"/claims/{claim.pk}/desk/?doc={invoice.pk}&tab={tab}")
        for tab in ("facts", "checks", "card", "history")
    }
    assert "Lichtblick Medien" in shown["facts"]
    assert "Checks of this file" in shown["checks"]
    assert "Everything that is asked for" in shown["card"]
    assert "started the review" in shown["history"]
    assert client.get(f"/claims/{claim.pk}/desk/?doc={claim.pk}").status_code == 404


def test_htmx_gets_the_desk_alone(client, under_review):
    claim = under_review()
    address = f"/claims/{claim.pk}/desk/"
    whole = page(client, claim.cast.reviewer, address)
    part = page(client, claim.cast.reviewer, address, hx_target="desk", hx_request="true")
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert part.strip().startswith('<div class="pl-desk-frame" id="desk">')


def test_a_redo_needs_its_reason(client, under_review):
    claim = under_review()
    document = claim.proof.documents.first()
    client.force_login(claim.cast.reviewer)
    before = HistoryEntry.objects.count()
    answer = client.post(f"/proofs/documents/{document.pk}/verdict/", {"verdict": "redo", "reason": " "})
    assert answer.status_code == 422
    assert "Write what must be done again" in answer.content.decode()
    assert client.post(f"/proofs/documents/{document.pk}/verdict/", {"verdict": "maybe"}).status_code == 422
    assert (HistoryEntry.objects.count(), Finding.objects.count()) == (before, 0)


def test_notes_are_made_and_taken_back_until_they_are_sent(client, under_review):
    claim = under_review()
    client.force_login(claim.cast.reviewer)
    proof = claim.proof_id
    assert 'value="invoices"' in client.get(f"/proofs/{proof}/findings/new/?card=invoices").content.decode()
    for text in ("Wrong month", "Also the reach"):
        answer = client.post(
            f"/proofs/{proof}/findings/new/?next=/claims/{claim.pk}/desk/", {"card": "invoices", "text": text}
        )
        assert answer["Location"] == f"/claims/{claim.pk}/desk/"
    first, second = Finding.objects.order_by("created_at")
    assert client.get(f"/proofs/findings/{first.pk}/drop/").status_code == 200
    assert client.post(f"/proofs/findings/{first.pk}/drop/").status_code == 302
    client.post(f"/claims/{claim.pk}/request_action/", {"comment": "See the note."})
    assert list(Finding.objects.values_list("text", "sent", "card")) == [("Also the reach", True, "invoices")]
    html = page(client, claim.cast.reviewer, f"/claims/{claim.pk}/desk/")
    assert f"/proofs/findings/{second.pk}/drop/" not in html


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_to_a_foreign_page(client, under_review, following):
    claim = under_review()
    client.force_login(claim.cast.reviewer)
    address = f"/proofs/{claim.proof_id}/findings/new/?next={following}"
    assert "evil" not in client.get(address).content.decode().partition("data-dialog-close")[0].rpartition("href=")[2]
    assert client.post(address, {"text": "x"})["Location"] == f"/proofs/{claim.proof_id}/"


def test_nobody_else_judges(client, under_review):
    claim = under_review()
    document = claim.proof.documents.first()
    services_finding = proofs.add_finding(claim.proof_id, actor=claim.cast.reviewer, text="Note")
    posts = [
        (f"/proofs/documents/{document.pk}/verdict/", {"verdict": "accepted"}),
        (f"/proofs/{claim.proof_id}/findings/new/", {"text": "x"}),
        (f"/proofs/findings/{services_finding.pk}/drop/", {}),
    ]
    stranger = make_plan().cast
    before = HistoryEntry.objects.count()
    for user, status in ((claim.cast.admin, 403), (stranger.reviewer, 404), (stranger.admin, 404)):
        client.force_login(user)
        for address, data in posts:
            assert client.get(address).status_code == status
            answer = client.post(address, data)
            assert answer.status_code == status
            assert "Note" not in answer.content.decode()
    assert (HistoryEntry.objects.count(), Document.objects.exclude(verdict="").count()) == (before, 0)
    assert client.get(f"/claims/{claim.pk}/desk/").status_code == 404
    client.force_login(claim.cast.admin)
    assert client.get(f"/claims/{claim.pk}/desk/").status_code == 403
    assert client.get("/queue/").status_code == 403


def test_before_the_review_nothing_can_be_judged(client, claim_in):
    claim = claim_in("submitted")
    document = claim.proof.documents.first()
    html = page(client, claim.cast.reviewer, f"/claims/{claim.pk}/desk/")
    assert "Start the review first." in html
    assert f'action="/claims/{claim.pk}/take/"' in html
    assert client.post(f"/proofs/documents/{document.pk}/verdict/", {"verdict": "accepted"}).status_code == 403


def test_the_bar_greys_the_decision_for_a_reviewer(client, under_review):
    claim = under_review()
    reviewer = page(client, claim.cast.reviewer, f"/claims/{claim.pk}/desk/")
    admin = page(client, claim.cast.vendor_admin, f"/claims/{claim.pk}/desk/")
    href = f'href="/claims/{claim.pk}/approve/"'
    assert (href in reviewer, href in admin) == (False, True)
    assert "Only an incentives admin of this program decides. You can recommend." in reviewer
    assert "Approve 4,120.00 EUR" in admin


def test_the_desk_of_a_refused_file_never_shows_it(client, under_review):
    claim = under_review()
    document = claim.proof.documents.get(section="proof")
    Document.objects.filter(pk=document.pk).update(state="refused")
    html = page(client, claim.cast.reviewer, f"/claims/{claim.pk}/desk/?doc={document.pk}")
    assert f"/proofs/documents/{document.pk}/view/" not in html
    assert f"/proofs/documents/{document.pk}/download/" not in html


# Queries ---------------------------------------------------------------------------------------------------


def queries(client, user, address):
    client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("tab", ["facts", "checks", "card", "history"])
def test_the_desk_asks_the_database_no_more_for_thirty_documents(
    client, claim_in, checked_proof, django_capture_on_commit_callbacks, tab
):
    counts = []
    for documents in (12, 30):
        proof = checked_proof()
        with django_capture_on_commit_callbacks(execute=True):
            files = [upload(name=f"{number}.png") for number in range(documents - 2)]
            proofs.add_files(proof.pk, "extra", files, actor=proof.cast.user, note="One more")
        claim = claim_in("submitted", proof=proof)
        assert claim.proof.documents.count() == documents
        address = f"/claims/{claim.pk}/desk/?tab={tab}"
        counts.append(queries(client, claim.cast.reviewer, address))
        counts.append(queries(client, claim.cast.admin, f"/claims/{claim.pk}/"))
    assert counts[:2] == counts[2:]
    assert max(counts) <= (15 if tab == "checks" else 14)


def many_claims(checked_proof, count, cast=None):
    first = checked_proof()
    plan = first.activity.campaign.plan
    plan.cast = first.cast
    claims = [make_claim("submitted", proof=first)]
    template = claims[0]
    for number in range(1, count):
        proof = make_proof(plan, complete=False, name=f"Poster {number}")
        claims.append(
            Claim.objects.create(
                number=f"CLM-T-{number:06}",
                status="submitted",
                holder="vendor",
                enrollment=template.enrollment,
                proof=proof,
                period=template.period,
                amount=Decimal(100 + number),
                currency="EUR",
                submitted_at=template.submitted_at,
                first_submitted_at=template.submitted_at,
                due_at=template.due_at + timedelta(hours=number),
                created_by=first.cast.admin,
            )
        )
    return claims, first.cast


@pytest.mark.parametrize("address", ["/claims/", "/queue/", "/queue/?tab=mine", "/queue/?tab=plans"])
def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_thirty(client, checked_proof, address):
    counts = []
    for rows in (1, 30):
        _claims, cast = many_claims(checked_proof, rows)
        counts.append(queries(client, cast.reviewer, address))
        if address == "/claims/":
            counts.append(queries(client, cast.user, address))
    half = len(counts) // 2
    assert counts[:half] == counts[half:]
    assert max(counts) <= 8


# Queue and list --------------------------------------------------------------------------------------------


def test_the_queue_groups_by_time_left(client, checked_proof):
    claims, cast = many_claims(checked_proof, 5)
    now = clock.now()
    due = [now - timedelta(hours=5), now + timedelta(hours=3), now + timedelta(days=2), now + timedelta(days=9)]
    for claim, moment in zip(claims, due, strict=False):
        Claim.objects.filter(pk=claim.pk).update(due_at=moment)
    Claim.objects.filter(pk=claims[4].pk).update(status="action_required", due_at=now - timedelta(days=1))
    html = page(client, cast.reviewer, "/queue/")
    assert re.findall(r'scope="rowgroup">([^<]*)<', html) == [
        "Late, 1",
        "Due today, 1",
        "On time, 2",
        "Clock paused, waiting for the partner, 1",
    ]
    assert "late by 5 h" in html
    assert f'href="/claims/{claims[0].pk}/desk/" data-key="n"' in html
    Claim.objects.filter(pk=claims[0].pk).update(assigned_to=cast.vendor_admin)
    html = page(client, cast.reviewer, "/queue/")
    assert f'href="/claims/{claims[1].pk}/desk/" data-key="n"' in html
    assert '<span class="pl-assigned" title="Olivia Chen">' in html
    waiting = page(client, cast.reviewer, "/queue/?tab=waiting")
    assert re.findall(r'scope="rowgroup">([^<]*)<', waiting) == ["Clock paused, waiting for the partner, 1"]
    mine = page(client, cast.reviewer, "/queue/?tab=mine")
    assert "No claim waits in this view." in mine
    found = page(client, cast.reviewer, "/queue/?q=CLM-T-000002&program=x")
    assert re.findall(r">(CLM-T-\d+)<", found) == ["CLM-T-000002"]


def test_the_next_claim_is_the_most_urgent_one_that_is_mine_or_nobodys(client, checked_proof):
    claims, cast = many_claims(checked_proof, 3)
    Claim.objects.filter(pk=claims[1].pk).update(assigned_to=cast.vendor_admin)
    client.force_login(cast.reviewer)

    def following(after):
        return client.get(f"/queue/?next={after}")["Location"]

    assert following(claims[0].pk) == f"/claims/{claims[2].pk}/desk/"
    assert following(claims[2].pk) == f"/claims/{claims[0].pk}/desk/"
    assert following("nonsense") == f"/claims/{claims[0].pk}/desk/"
    Claim.objects.exclude(pk=claims[0].pk).update(status="withdrawn")
    assert following(claims[0].pk) == "/queue/"


def test_plans_that_wait_stand_in_their_own_tab(client):
    plan = make_plan(status="submitted")
    html = page(client, plan.cast.reviewer, "/queue/?tab=plans")
    assert f'href="/plans/{plan.pk}/"' in html
    assert plan.number in html


def test_pages_of_the_queue_and_of_the_list_neither_lose_nor_repeat(client, checked_proof):
    claims, cast = many_claims(checked_proof, 60)
    numbers = sorted(claim.number for claim in claims)
    client.force_login(cast.reviewer)
    for address in ("/queue/", "/claims/"):
        seen, href = [], ""
        while href is not None:
            html = client.get(f"{address}{href}").content.decode()
            seen += re.findall(r">(CLM-[^<]+)<", html.partition("<tbody>")[2])
            following = re.search(r'href="([^"]*)" rel="next"', html)
            href = following[1].replace("&amp;", "&") if following else None
        assert sorted(seen) == numbers


def test_the_list_filters_and_ignores_nonsense(client, checked_proof):
    claims, cast = many_claims(checked_proof, 4)
    Claim.objects.filter(pk=claims[3].pk).update(status="withdrawn")

    def numbers(address):
        return re.findall(r">(CLM-[^<]+)<", page(client, cast.admin, address).partition("<tbody>")[2])

    everything = [claim.number for claim in sorted(claims, key=lambda one: one.created_at, reverse=True)]
    assert numbers("/claims/") == everything
    assert numbers("/claims/?status=withdrawn") == [claims[3].number]
    assert numbers(f"/claims/?program={cast.program.pk}&period={claims[0].period.label}") == everything
    assert numbers("/claims/?q=Poster 2") == [claims[2].number]
    assert numbers("/claims/?program=99999999999999999999999") == []
    assert numbers("/claims/?status=nonsense&program=%00&after=zzz&before=%00&q=%00") == everything


def test_the_clock_of_a_row():
    now = clock.now()
    start = now - timedelta(days=1)

    def seen(due, status="submitted"):
        found = clock_of(due, start, status, now)
        return found and (found.state, found.text, round(found.share, 2))

    assert seen(now + timedelta(days=1, hours=2)) == ("on_time", "1 d 2 h left", 0.48)
    assert seen(now + timedelta(hours=2, minutes=5)) == ("today", "2 h 5 min left", 0.92)
    assert seen(now + timedelta(days=12)) == ("on_time", "12 days left", 0.08)
    assert seen(now - timedelta(hours=5)) == ("late", "late by 5 h", 1)
    assert seen(now + timedelta(days=1), "action_required") == ("paused", "paused", 0)
    assert seen(None) is None


def test_the_redo_button_asks_for_the_reason_alone(client, under_review):
    claim = under_review()
    document = claim.proof.documents.first()
    html = page(client, claim.cast.reviewer, f"/proofs/documents/{document.pk}/verdict/?verdict=redo")
    assert '<input type="hidden" name="verdict" value="redo"' in html
    assert 'type="radio"' not in html
    answer = client.post(f"/proofs/documents/{document.pk}/verdict/?verdict=redo", {"verdict": "redo", "reason": ""})
    assert answer.status_code == 422
    assert 'type="radio"' in page(client, claim.cast.reviewer, f"/proofs/documents/{document.pk}/verdict/")
