"""Pages of claims as the people of both sides meet them."""

from decimal import Decimal

import pytest

from claims.models import Claim
from core.models import HistoryEntry
from core.workflow import workflows
from proofs import services as proofs
from proofs.models import Proof
from tests.factories.claims import make_proof
from tests.factories.people import make_incentive_admin
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db


def snapshot(claim):
    """What must not change when someone is refused."""
    row = Claim.objects.filter(pk=claim.pk).values().get()
    proof = Proof.objects.filter(pk=claim.proof_id).values("status", "holder").get()
    return row, proof, HistoryEntry.objects.count()


def text_of(response):
    return response.content.decode()


def login(client, user):
    client.force_login(user)
    return client


# Sending ---------------------------------------------------------------------------------------------------


def test_the_summary_says_what_is_sent_and_sending_makes_the_claim(client, checked_proof):
    proof = checked_proof()
    login(client, proof.cast.admin)
    page = client.get(f"/claims/submit/{proof.pk}/")
    assert page.status_code == 200
    assert "You cannot change it after this until it is sent back" in text_of(page)
    assert "data-problem" not in text_of(page)
    answer = client.post(f"/claims/submit/{proof.pk}/", {"comment": "All there."})
    claim = Claim.objects.get(proof=proof)
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{claim.pk}/")
    assert (claim.status, claim.amount) == ("submitted", Decimal("4120.000"))
    assert HistoryEntry.objects.get(action="claims.submit").comment == "All there."


def test_sending_too_early_lists_every_gap_with_its_place(client):
    proof = make_proof(complete=False, amount=None, name="")
    login(client, proof.cast.admin)
    answer = client.post(f"/claims/submit/{proof.pk}/", {"comment": "Kept text"})
    assert answer.status_code == 422
    from claims.rules import submission_problems

    expected = submission_problems(Proof.objects.get(pk=proof.pk))
    assert len(expected) > 5
    assert text_of(answer).count("data-problem") == len(expected)
    for problem in expected:
        assert f'href="/proofs/{proof.pk}/#{problem.anchor}"' in text_of(answer)
    assert "Kept text" in text_of(answer)
    assert Claim.objects.count() == 0


def test_an_incentives_user_prepares_but_does_not_send(client, checked_proof):
    proof = checked_proof()
    login(client, proof.cast.user)
    before = HistoryEntry.objects.count()
    for answer in (client.get(f"/claims/submit/{proof.pk}/"), client.post(f"/claims/submit/{proof.pk}/")):
        assert answer.status_code == 403
        assert "Only an incentives admin of this location may do this." in text_of(answer)
    assert (Claim.objects.count(), HistoryEntry.objects.count()) == (0, before)


def test_a_second_sending_of_the_same_proof_is_a_conflict(client, claim_in):
    claim = claim_in("submitted")
    login(client, claim.cast.admin)
    before = snapshot(claim)
    assert client.get(f"/claims/submit/{claim.proof_id}/").status_code == 409
    assert client.post(f"/claims/submit/{claim.proof_id}/", {"comment": "Once more"}).status_code == 409
    login(client, make_incentive_admin(claim.enrollment))
    assert client.post(f"/claims/submit/{claim.proof_id}/").status_code == 409
    assert snapshot(claim) == before


def test_the_second_click_of_the_same_person_leads_to_the_claim(client, claim_in):
    claim = claim_in("submitted")
    login(client, claim.cast.admin)
    before = snapshot(claim)
    answer = client.post(f"/claims/submit/{claim.proof_id}/", follow=True)
    assert answer.redirect_chain == [(claim.get_absolute_url(), 302)]
    assert "Your first click did this already. Nothing was done twice." in text_of(answer)
    assert snapshot(claim) == before


def test_a_rejected_proof_is_not_sent_again_as_it_is(client, claim_in):
    claim = claim_in("rejected")
    login(client, claim.cast.admin)
    before = snapshot(claim)
    assert client.post(f"/claims/submit/{claim.proof_id}/").status_code == 409
    assert snapshot(claim) == before


# Moves -----------------------------------------------------------------------------------------------------


def test_the_vendor_takes_recommends_and_approves(client, claim_in):
    claim = claim_in("submitted")
    cast = claim.cast
    login(client, cast.reviewer)
    taken = client.post(f"/claims/{claim.pk}/take/")
    assert (taken.status_code, taken["Location"]) == (302, f"/claims/{claim.pk}/desk/")
    advised = client.post(
        f"/claims/{claim.pk}/recommend/", {"recommendation": "approve", "amount": "4,000.50", "comment": "Fine"}
    )
    assert advised.status_code == 302
    login(client, cast.vendor_admin)
    page = client.get(f"/claims/{claim.pk}/approve/")
    assert 'value="4000.50"' in text_of(page)
    answer = client.post(f"/claims/{claim.pk}/approve/", {"amount": "4000.50", "comment": "Well done"})
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{claim.pk}/")
    claim.refresh_from_db()
    assert (claim.status, claim.approved_amount, claim.decided_by) == ("approved", Decimal("4000.5"), cast.vendor_admin)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("4120.01", "you cannot approve more"),
        ("0", "more than zero"),
        ("-5", "cannot be negative"),
        ("many", "Type an amount in figures"),
        ("", "required"),
    ],
)
def test_an_amount_that_cannot_be_approved_stays_typed_and_changes_nothing(client, claim_in, amount, text):
    claim = claim_in("submitted")
    login(client, claim.cast.vendor_admin)
    client.post(f"/claims/{claim.pk}/take/")
    before = snapshot(claim)
    answer = client.post(f"/claims/{claim.pk}/approve/", {"amount": amount, "comment": "Typed words"})
    assert answer.status_code == 422
    assert text in text_of(answer)
    assert "Typed words" in text_of(answer)
    assert snapshot(claim) == before


def test_request_action_and_reject_need_words(client, claim_in):
    claim = claim_in("submitted")
    login(client, claim.cast.vendor_admin)
    client.post(f"/claims/{claim.pk}/take/")
    before = snapshot(claim)
    for move in ("request_action", "reject"):
        assert client.get(f"/claims/{claim.pk}/{move}/").status_code == 200
        assert client.post(f"/claims/{claim.pk}/{move}/", {"comment": "  "}).status_code == 422
    assert snapshot(claim) == before
    answer = client.post(f"/claims/{claim.pk}/request_action/", {"comment": "The poster cannot be read."})
    assert answer.status_code == 302
    claim.refresh_from_db()
    assert claim.status == "action_required"


@pytest.mark.parametrize("move", ["approve", "reject"])
def test_a_reviewer_does_not_decide(client, claim_in, move):
    claim = claim_in("submitted")
    login(client, claim.cast.reviewer)
    client.post(f"/claims/{claim.pk}/take/")
    before = snapshot(claim)
    for answer in (
        client.get(f"/claims/{claim.pk}/{move}/"),
        client.post(f"/claims/{claim.pk}/{move}/", {"amount": "10", "comment": "No"}),
    ):
        assert answer.status_code == 403
        assert "Only an incentives admin of this program decides. You can recommend." in text_of(answer)
    assert snapshot(claim) == before


@pytest.mark.parametrize("move", ["take", "request_action", "approve", "reject"])
def test_the_partner_makes_no_move_of_the_vendor(client, claim_in, move):
    claim = claim_in("submitted")
    if move != "take":
        from claims import services

        services.take_claim(claim.pk, actor=claim.cast.reviewer)
    login(client, claim.cast.admin)
    before = snapshot(claim)
    answer = client.post(f"/claims/{claim.pk}/{move}/", {"amount": "10", "comment": "Mine"})
    assert answer.status_code == 403
    assert snapshot(claim) == before


def test_the_partner_withdraws_before_the_review_and_not_after(client, claim_in):
    claim = claim_in("submitted")
    login(client, claim.cast.admin)
    assert client.get(f"/claims/{claim.pk}/withdraw/").status_code == 200
    assert client.post(f"/claims/{claim.pk}/withdraw/").status_code == 302
    claim.refresh_from_db()
    assert (claim.status, claim.proof.status) == ("withdrawn", "editing")
    before = snapshot(claim)
    assert client.post(f"/claims/{claim.pk}/withdraw/", {"comment": "Again"}).status_code == 409
    assert client.post(f"/claims/{claim.pk}/withdraw/")["Location"] == claim.get_absolute_url()
    assert snapshot(claim) == before


def test_a_stale_form_gets_a_conflict(client, claim_in):
    claim = claim_in("approved")
    login(client, claim.cast.vendor_admin)
    before = snapshot(claim)
    assert client.get(f"/claims/{claim.pk}/reject/").status_code == 409
    assert client.post(f"/claims/{claim.pk}/reject/", {"comment": "Too late"}).status_code == 409
    assert snapshot(claim) == before


def test_only_moves_of_the_table_have_an_address():
    from claims.views.moves import MOVES

    by_people = {one.name for one in workflows()["claims"].transitions if one.people}
    assert by_people == {*MOVES, "submit", "resubmit"}


def test_handing_over_a_claim(client, claim_in):
    claim = claim_in("submitted")
    cast = claim.cast
    login(client, cast.reviewer)
    page = client.get(f"/claims/{claim.pk}/assign/")
    assert (f'value="{cast.vendor_admin.pk}"' in text_of(page), f'value="{cast.admin.pk}"' in text_of(page)) == (
        True, False,
    )  # fmt: skip
    assert client.post(f"/claims/{claim.pk}/assign/", {"person": str(cast.vendor_admin.pk)}).status_code == 302
    claim.refresh_from_db()
    assert claim.assigned_to == cast.vendor_admin
    before = snapshot(claim)
    assert client.post(f"/claims/{claim.pk}/assign/", {"person": str(cast.admin.pk)}).status_code == 422
    login(client, cast.admin)
    assert client.post(f"/claims/{claim.pk}/assign/", {"person": str(cast.reviewer.pk)}).status_code == 403
    assert snapshot(claim) == before


# Pages -----------------------------------------------------------------------------------------------------


def test_both_sides_read_the_same_figures(client, claim_in):
    claim = claim_in("approved")
    pages = []
    for user in (claim.cast.admin, claim.cast.vendor_admin):
        pages.append(text_of(login(client, user).get(f"/claims/{claim.pk}/")))
    figure = '<span class="pl-amount">4,120.00 <small>EUR</small></span>'
    assert [page.count(figure) for page in pages] == [pages[0].count(figure)] * 2
    assert figure in pages[0]
    assert ("/bundle/" in pages[0], "/bundle/" in pages[1]) == (False, True)


def test_another_company_and_another_program_see_nothing(client, claim_in):
    claim = claim_in("submitted")
    stranger = make_plan().cast
    before = snapshot(claim)
    addresses = ["", "desk/", "bundle/", "take/", "approve/", "recommend/", "assign/", "comment/", "withdraw/"]
    for user in (stranger.admin, stranger.vendor_admin):
        login(client, user)
        for address in addresses:
            assert client.get(f"/claims/{claim.pk}/{address}").status_code == 404, address
        for address in addresses[3:]:
            assert client.post(f"/claims/{claim.pk}/{address}", {"comment": "x"}).status_code == 404, address
        assert client.post(f"/claims/submit/{claim.proof_id}/").status_code == 404
        assert claim.number not in text_of(client.get("/claims/"))
    assert claim.number not in text_of(client.get("/queue/"))
    assert snapshot(claim) == before


def test_what_the_vendor_notes_for_itself_stays_there(client, claim_in):
    """The partner's page is the same, byte for byte, whatever the vendor's people wrote for themselves."""
    claim = claim_in("submitted")
    cast = claim.cast
    from claims import services

    services.take_claim(claim.pk, actor=cast.reviewer)
    address = f"/claims/{claim.pk}/"
    before = text_of(login(client, cast.admin).get(address))
    document = claim.proof.documents.first()
    login(client, cast.reviewer)
    client.post(f"{address}comment/", {"comment": "Looks strange, ask Olivia.", "internal": "1"})
    client.post(f"{address}recommend/", {"recommendation": "approve", "amount": "777", "comment": "Only a part"})
    client.post(f"/proofs/documents/{document.pk}/verdict/", {"verdict": "redo", "reason": "Secret reason"})
    client.post(f"/proofs/{claim.proof_id}/findings/new/", {"text": "Secret finding", "card": ""})
    own = text_of(client.get(address))
    for words in ("Looks strange, ask Olivia.", "777.00", "Secret reason", "Secret finding"):
        assert words in own
    after = text_of(login(client, cast.admin).get(address))
    assert without_tokens(after) == without_tokens(before)


def without_tokens(page):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_a_comment_of_each_side_reaches_the_other(client, claim_in):
    claim = claim_in("submitted")
    login(client, claim.cast.reviewer)
    answer = client.post(f"/claims/{claim.pk}/comment/", {"comment": "Which street?"})
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{claim.pk}/#history")
    login(client, claim.cast.user)
    client.post(f"/claims/{claim.pk}/comment/", {"comment": "Leopoldstrasse", "internal": "1"})
    assert "Which street?" in text_of(client.get(f"/claims/{claim.pk}/"))
    login(client, claim.cast.reviewer)
    assert "Leopoldstrasse" in text_of(client.get(f"/claims/{claim.pk}/"))
    assert list(HistoryEntry.objects.filter(action="proofs.comment").values_list("audience", flat=True)) == [
        "all",
        "all",
    ]
    assert client.post(f"/claims/{claim.pk}/comment/", {"comment": " "}).status_code == 422


def test_the_returned_claim_names_what_is_to_fix(client, claim_in):
    claim = claim_in("action_required")
    page = text_of(login(client, claim.cast.admin).get(f"/claims/{claim.pk}/"))
    finding = claim.proof.findings.get()
    assert "1 thing to fix" in page
    assert f'href="/proofs/{claim.proof_id}/#finding-{finding.pk}"' in page
    assert f'href="/claims/submit/{claim.proof_id}/"' in page
    proofs.mark_fixed(finding.pk, actor=claim.cast.user, reply="A better scan.")
    assert "A better scan." in text_of(client.get(f"/claims/{claim.pk}/"))
    assert client.post(f"/claims/submit/{claim.proof_id}/").status_code == 302


def test_the_history_can_be_filtered(client, claim_in):
    claim = claim_in("approved")
    login(client, claim.cast.admin)
    everything, decisions, nonsense = (
        text_of(client.get(f"/claims/{claim.pk}/?history={only}")).count('class="pl-entry"')
        for only in ("", "decisions", "nonsense")
    )
    rows = HistoryEntry.objects.filter(thread=claim.proof_id).exclude(action="proofs.follow")
    assert (everything, nonsense) == (rows.count(),) * 2
    assert decisions == rows.exclude(new_status="").count()


def test_a_long_history_shows_the_newest_and_the_rest_on_request(client, claim_in):
    claim = claim_in("submitted")
    for number in range(25):
        proofs.comment_proof(claim.proof_id, actor=claim.cast.user, comment=f"Word {number}")
    login(client, claim.cast.admin)
    short = text_of(client.get(f"/claims/{claim.pk}/"))
    assert short.count('class="pl-entry"') == 20
    assert f'href="/claims/{claim.pk}/?all=1#history"' in short
    whole = text_of(client.get(f"/claims/{claim.pk}/?all=1"))
    rows = HistoryEntry.objects.filter(thread=claim.proof_id).exclude(action="proofs.follow")
    assert whole.count('class="pl-entry"') == rows.count()
    assert "#history" not in whole.partition("pl-timeline")[2].partition("</section>")[0]
