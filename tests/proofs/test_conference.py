"""Conference, attendees and the vendor's share: what is asked, of whom, and that nothing typed is lost (D-11)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from proofs import services
from proofs.models import Proof
from proofs.requirements import evaluate
from tests.factories.claims import make_coop_proof
from tests.factories.plans import make_coop_cast
from tests.proofs.evidence import complete, invoice, line, spec_of

HOSTED = "vendor_hosted_conferences"
TRAVEL = ("travel_air_train", "travel_hotel")


def codes(evidence):
    return [problem.code for problem in evaluate(evidence).problems]


def test_only_types_with_caps_by_conference_ask_for_it():
    assert spec_of(HOSTED).asks_for_conference is True
    assert spec_of(HOSTED).travel_expenses == frozenset(TRAVEL)
    assert spec_of("print_advertising").asks_for_conference is False
    slugs = [card.slug for card in evaluate(complete("print_advertising")).cards]
    assert "conference" not in slugs


def test_conference_day_and_people_are_asked_for_at_once():
    empty = replace(complete(HOSTED), conference_name=" ", conference_on=None, attendees=())
    wanted = ["conference_name_missing", "conference_day_missing", "attendees_missing"]
    assert codes(empty) == wanted
    assert {problem.anchor for problem in evaluate(empty).problems} == {"card-conference"}
    assert codes(complete(HOSTED)) == []


@pytest.mark.parametrize("expense", TRAVEL)
def test_a_travel_line_names_one_of_the_attendees(expense):
    def asked(attendee):
        paid = replace(invoice(expense), lines=(replace(line(expense, "1000.00"), attendee=attendee),))
        return codes(replace(complete(HOSTED), invoices=(paid,), attendees=("Priya Nair", "Oliver Grant")))

    assert (asked("Oliver Grant"), asked(""), asked("Emma Whitfield")) == (
        [], ["traveller_missing"], ["traveller_unknown"],
    )  # fmt: skip


def test_the_registration_needs_no_traveller():
    assert codes(complete(HOSTED)) == []


@pytest.mark.parametrize(("share", "wrong"), [
    (None, False), ("1", False), ("60.5", False), ("100", False), ("0.99", True), ("0", True), ("100.01", True),
    ("-5", True),
])  # fmt: skip
def test_the_share_goes_from_1_to_100(share, wrong):
    evidence = replace(complete("print_advertising"), vendor_share=None if share is None else Decimal(share))
    assert codes(evidence) == (["vendor_share_outside"] if wrong else [])


@pytest.fixture
def proof(db):
    cast = make_coop_cast()
    return make_coop_proof(cast, complete=False, activity_type=HOSTED)


def facts(proof, **typed):
    return {"name": "Partner Days", "executed_from": proof.executed_from, "executed_to": proof.executed_to,
            "country": "DE", "amount": "900", "period": proof.period_id, **typed}  # fmt: skip


def test_the_conference_is_typed_on_the_evidence_page(client, proof):
    client.force_login(proof.cast.user)
    page = client.get(proof.get_absolute_url()).text
    assert [page.count(f'id="facts_{name}"') for name in ("conference_name", "conference_on", "attendees")] == [1] * 3
    assert page.count("Enter the name of the conference.") == 2  # on the card and before you send
    typed = facts(proof, conference_name="Partner Days", conference_on="2026-11-02", vendor_share="60,5",
                  attendees=" Priya  Nair\n\nOliver Grant\npriya nair ")  # fmt: skip
    assert client.post(reverse("proofs:facts", args=[proof.pk]), typed).status_code == 302
    proof.refresh_from_db()
    kept = (proof.conference_name, proof.conference_on, proof.attendees, proof.vendor_share)
    assert kept == ("Partner Days", date(2026, 11, 2), ["Priya Nair", "Oliver Grant"], Decimal("60.5"))
    again = client.get(proof.get_absolute_url()).text
    assert again.count("Priya Nair\nOliver Grant</textarea>") == 1
    line = client.get(reverse("proofs:invoice_new", args=[proof.pk])).text
    assert line.count('<option value="Oliver Grant">') == 3  # one in each empty line


@pytest.mark.parametrize("typed", [{"attendees": "x" * 151}, {"attendees": "\n".join(map(str, range(51)))},
                                   {"vendor_share": "much"}, {"vendor_share": "1000"}])  # fmt: skip
def test_what_no_field_can_hold_is_refused_and_kept(client, proof, typed):
    client.force_login(proof.cast.user)
    answer = client.post(reverse("proofs:facts", args=[proof.pk]), facts(proof, name="Typed again", **typed))
    assert (answer.status_code, answer.text.count('value="Typed again"')) == (422, 1)
    assert Proof.objects.get(pk=proof.pk).name == proof.name


def test_who_left_the_list_stays_readable_on_the_line(client, proof):
    services.edit_proof(proof.pk, actor=proof.cast.user, attendees=["Priya Nair"])
    row = {"description": "Flight", "expense_type": TRAVEL[0], "net": Decimal("400"), "tax": Decimal("0"),
           "gross": Decimal("400"), "attendee": "Priya Nair"}  # fmt: skip
    made, _received = services.add_invoice(proof.pk, actor=proof.cast.user, lines=[row], supplier="Air", number="1",
                                           currency="EUR")  # fmt: skip
    services.edit_proof(proof.pk, actor=proof.cast.user, attendees=["Oliver Grant"])
    client.force_login(proof.cast.user)
    page = client.get(reverse("proofs:invoice_edit", args=[made.pk])).text
    assert page.count('<option value="Priya Nair" selected>') == 1
    assert client.get(proof.get_absolute_url()).text.count("Priya Nair is not among the attendees") == 2
