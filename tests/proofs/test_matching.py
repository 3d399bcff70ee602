"""The matching: every check finds what it should, and nothing where nothing is wrong (issue's list, R-CLM-11…16)."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from proofs.assessment import assess
from proofs.choices import Level
from proofs.matching.codes import BY_CODE, CODES, level_of
from proofs.matching.order import MATCHES, matches_of
from proofs.matching.same import bare_number, mark_of, same_name
from proofs.matching.words import ineligible_in
from proofs.requirements import ATTENTION, GOOD
from proofs.requirements.evidence import (
    Answered,
    EvidenceCertification,
    InvoiceUse,
    OwnWork,
    PrintedLine,
    ReadValue,
    Use,
)
from tests.proofs.evidence import complete

BOX = (0.1, 0.2, 0.3, 0.25)


def read(value, sure=True, page=1):
    return ReadValue(str(value), page, BOX, sure)


def evidence(read_values=None, *, invoice=None, file=None, **changes):
    """Complete evidence of one invoice, whose file was read as given and agrees with what was typed."""
    base = complete("print_advertising")
    [bill] = base.invoices
    bill = replace(bill, **(invoice or {}))
    gross = sum((line.gross for line in bill.lines), Decimal(0))
    net = sum((line.net for line in bill.lines), Decimal(0))
    tax = sum((line.tax for line in bill.lines), Decimal(0))
    values = {
        "supplier": read(bill.supplier), "invoice_number": read(bill.number), "date": read(bill.date),
        "currency": read(bill.currency), "net": read(net), "tax": read(tax), "total": read(gross),
    }  # fmt: skip
    values |= read_values or {}
    values = {name: value for name, value in values.items() if value is not None}
    documents = []
    for document in base.documents:
        if document.section == "invoice":
            document = replace(document, **{"read": values, "was_read": True, **(file or {})})
        documents.append(document)
    return replace(base, invoices=(bill,), documents=tuple(documents), **changes)


def found(given):
    """{code: level} of everything that is no pass."""
    return {one.code: one.level for one in matches_of(given) if one.level != Level.PASS}


def the(given, code):
    [match] = [one for one in matches_of(given) if one.code == code and one.level != Level.PASS]
    return match


def test_every_check_has_a_code_and_every_code_a_check():
    assert [check.code for check in MATCHES] == [one.code for one in CODES]
    assert all(check.rule for check in MATCHES)


def test_evidence_that_agrees_with_its_files_passes_everything():
    given = evidence(file={"printed": (PrintedLine(1, BOX, "200 posters A2"),)})
    assert found(given) == {}
    passed = {one.code for one in matches_of(given)}
    assert {"total_differs", "net_differs", "tax_differs", "sums_disagree", "supplier_differs"} <= passed
    assert assess(given).problems == ()


def test_a_total_that_differs_names_both_and_its_place():
    match = the(evidence({"total": read("1190.01"), "net": None}), "total_differs")
    assert (match.level, match.rule, match.found.place.box, match.found.place.page) == (
        Level.WARNING, "R-CLM-12", BOX, 1,
    )  # fmt: skip
    assert "1,190.01" in match.found.reason
    assert match.found.todo == "Correct the lines, or say why they differ."


def test_what_was_not_read_surely_is_never_more_than_a_note():
    assert found(evidence({"total": read("9.99", sure=False), "net": None})) == {"total_differs": Level.NOTE}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"net": read("1.00"), "total": None}, "net_differs"),
        ({"tax": read("1.00"), "total": None}, "tax_differs"),
        ({"currency": read("CHF")}, "currency_differs"),
        ({"supplier": read("Quite Another Printer Ltd")}, "supplier_differs"),
        ({"invoice_number": read("X-999")}, "number_differs"),
        ({"date": read("2026-01-02")}, "invoice_date_differs"),
        ({"supplier": None}, "nothing_printed"),
        ({"invoice_number": None}, "nothing_printed"),
    ],
)
def test_what_the_file_says_otherwise(values, code):
    assert found(evidence(values)) == {code: BY_CODE[code].usual}


def test_sums_of_the_file_that_do_not_add_up():
    assert found(evidence({"tax": read("77.77")})) == {"tax_differs": Level.WARNING, "sums_disagree": Level.NOTE}


def test_what_was_never_read_or_typed_is_no_finding():
    nothing = dict.fromkeys(("supplier", "invoice_number", "date", "currency", "net", "tax", "total"))
    given = evidence(nothing, file={"was_read": False})
    assert {one.code for one in matches_of(given)} & {"total_differs", "currency_differs", "nothing_printed"} == set()
    assert found(evidence(invoice={"supplier": "", "number": "", "date": None})) == {}


def test_an_invoice_dated_outside_the_campaign():
    early = evidence(invoice={"date": datetime.date(2020, 1, 1)})
    assert found(early) == {"invoice_date_outside": Level.WARNING}
    start, end = early.window
    for day in (start, end):
        assert found(evidence(invoice={"date": day})) == {}
    assert found(evidence(invoice={"date": end + datetime.timedelta(days=1)})) == {
        "invoice_date_outside": Level.WARNING
    }


def test_without_a_typed_date_the_printed_one_counts_and_a_weak_one_only_notes():
    sure = evidence({"date": read("2020-01-01")}, invoice={"date": None})
    assert found(sure) == {"invoice_date_outside": Level.WARNING}
    weak = evidence({"date": read("2020-01-01", sure=False)}, invoice={"date": None})
    assert found(weak) == {"invoice_date_outside": Level.NOTE}


def with_photo(taken):
    base = evidence()
    photo = next(one for one in base.documents if one.section == "proof")
    shot = replace(photo, read={"captured_at": ReadValue(taken, 1, (0.0, 0.0, 1.0, 1.0), True)})
    return replace(base, documents=tuple(shot if one is photo else one for one in base.documents))


def test_a_picture_taken_outside_the_campaign():
    start, _end = evidence().window
    assert found(with_photo(f"{start.isoformat()}T00:00:01+09:00")) == {}
    before = start - datetime.timedelta(days=1)
    match = the(with_photo(f"{before.isoformat()}T23:59:59"), "captured_outside")
    assert (match.level, match.rule) == (Level.WARNING, "R-POE-04")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("4 x Bier 0,5 l 18,00", "Bier"),
        ("2 bottles of red wine", "wine"),
        ("3 cervezas", "cervezas"),
        ("アサヒビール 2 1,200", "ビール"),
        ("Trinkgeld 5,00", "Trinkgeld"),
        ("alkoholfreies Bier", "Bier"),
        ("Bierdeckel bedruckt, 500 Stück", ""),
        ("Alcohol-free punch", ""),
        ("Wineberg Design Studio", ""),
        ("200 posters A2", ""),
    ],
)
def test_words_that_are_never_paid_for(line, word):
    assert ineligible_in(line) == word


def test_an_ineligible_word_is_a_note_with_its_line():
    line = PrintedLine(2, BOX, "6 x Sekt 0,75 l   54,00")
    match = the(evidence(file={"printed": (PrintedLine(1, BOX, "Catering"), line)}), "ineligible_words")
    assert (match.level, match.found.place.page, match.found.reason) == (
        Level.NOTE, 2, "“Sekt” is never paid for: “6 x Sekt 0,75 l   54,00”.",
    )  # fmt: skip


def test_results_that_cannot_be():
    slug = next(iter(evidence().metrics))
    assert found(evidence(metrics={slug: "0"})) == {"metric_implausible": Level.WARNING}
    assert found(evidence(metrics={slug: "1000000001"})) == {"metric_implausible": Level.WARNING}
    assert found(evidence(metrics={slug: "1000000000"})) == {}


def report(**changes):
    start, _end = evidence().window
    made = EvidenceCertification(
        activity="Design", period_from=start, period_to=start + datetime.timedelta(days=1), total=Decimal(100),
        currency="EUR", certifier_name="A", certifier_title="B", certified_on=start, line_count=1,
        work=(OwnWork("Ann", Decimal(8), Decimal(50)),),
    )  # fmt: skip
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"work": (OwnWork("Ann", Decimal(20), Decimal(50)), OwnWork("Ann ", Decimal(13), Decimal(50)))},
         "Ann cannot have worked 33 hours in 2 days."),
        ({"work": (OwnWork("Ann", Decimal(8), None),)}, "Ann worked 8 hours at no rate."),
        ({"period_from": datetime.date(2020, 1, 1)}, "Its period lies outside"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be(changes, reason):
    matches = [one for one in matches_of(evidence(certification=report(**changes))) if one.code == "report_arithmetic"]
    assert [one.level for one in matches] == [Level.WARNING]
    assert matches[0].found.reason.startswith(reason)


def test_a_sound_report_passes():
    assert found(evidence(certification=report())) == {}


def test_an_approval_after_the_work_began():
    base = evidence()
    demanded = replace(base.spec, preapproval=replace(base.spec.preapproval, required=True))
    late = evidence(spec=demanded, approved_on=base.executed_from + datetime.timedelta(days=1), preapproval_id="A-1")
    assert found(late) == {"preapproval_late": Level.WARNING}
    assert found(evidence(spec=demanded, approved_on=base.executed_from, preapproval_id="A-1")) == {}
    assert found(evidence(approved_on=base.executed_from + datetime.timedelta(days=1))) == {}


def used(*uses):
    base = evidence()
    photo = next(one for one in base.documents if one.section == "proof")
    shot = replace(photo, uses=uses)
    return replace(base, documents=tuple(shot if one is photo else one for one in base.documents))


def test_a_file_or_picture_used_elsewhere_names_only_what_may_be_known():
    assert the(used(Use("")), "same_file").found.reason == "This file is already used in another claim."
    named = the(used(Use("Poster (PRF-1)"), Use("")), "same_file")
    assert named.found.reason == "This file is already used in another claim: Poster (PRF-1)."
    alike = used(Use("", alike=True))
    assert found(alike) == {"same_picture": Level.WARNING}
    [card] = {one.found.card for one in matches_of(alike) if one.code == "same_picture"}
    assert [one.code for one in matches_of(alike) if one.found.card == card and one.code == "same_file"] == []


@pytest.mark.parametrize(
    ("own", "uses", "expected"),
    [
        (None, [("60", True, True)], {"invoice_overused": Level.STOP}),
        ("40", [("60", True, True)], {}),
        ("40.01", [("60", True, True)], {"invoice_overused": Level.STOP}),
        ("40", [("60", False, True), ("60", True, True)], {}),
        ("50", [(None, True, True)], {"invoice_overused": Level.STOP}),
        (None, [(None, True, True)], {"same_invoice": Level.WARNING}),
        (None, [(None, False, False)], {"same_invoice": Level.WARNING}),
        ("50", [("50", True, False)], {"same_invoice": Level.WARNING}),
        ("50", [], {}),
    ],
)
def test_shares_of_an_invoice(own, uses, expected):
    invoice = {
        "used_share": Decimal(own) if own else None,
        "uses": tuple(InvoiceUse("", Decimal(share) if share else None, counts, mine) for share, counts, mine in uses),
    }
    given = evidence(invoice=invoice, amount=Decimal(1))
    assert found(given) == expected


def test_an_overused_invoice_stops_and_says_what_is_left():
    invoice = {"used_share": Decimal(50), "uses": (InvoiceUse("", Decimal("62.5"), True, True),)}
    problems = assess(evidence(invoice=invoice, amount=Decimal(1))).problems
    assert [one.code for one in problems] == ["invoice_overused"]
    assert problems[0].message.endswith("Use at most 37.5 % here.")


def test_a_share_counts_its_part_of_the_cost_rounded_down():
    given = evidence(invoice={"used_share": Decimal("33.33")})
    [bill] = given.invoices
    whole = sum((line.net for line in bill.lines), Decimal(0))
    short = [one for one in assess(replace(given, amount=whole)).problems if one.code == "evidence_short"]
    assert len(short) == 1


def test_a_warning_wants_a_word_and_stops_nothing():
    given = evidence({"total": read("1.00"), "net": None})
    checklist = assess(given)
    assert (checklist.card("invoices").state, checklist.problems) == (ATTENTION, ())
    mark = the(given, "total_differs").mark
    word = Answered("The rest is private.", "Ann", datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC))
    answered = replace(given, answered={mark: word})
    assert assess(answered).card("invoices").state == GOOD
    assert the(answered, "total_differs").answer == word


def test_an_answer_belongs_to_what_it_was_given_to():
    given = evidence({"total": read("1.00"), "net": None})
    word = Answered("Private.", "Ann", datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC))
    answered = {the(given, "total_differs").mark: word}
    other = evidence({"total": read("2.00"), "net": None}, answered=answered)
    assert the(other, "total_differs").answer is None


def test_the_program_sets_the_levels():
    stops = evidence({"total": read("1.00"), "net": None}, levels={"total_differs": "stop"})
    assert [one.code for one in assess(stops).problems] == ["total_differs"]
    passes = evidence({"total": read("1.00"), "net": None}, levels={"total_differs": "pass"})
    assert found(passes) == {}


@pytest.mark.parametrize(
    ("levels", "level"),
    [({}, Level.WARNING), ({"total_differs": "note"}, Level.NOTE), ({"total_differs": "loud"}, Level.WARNING)],
)
def test_levels_that_are_none_are_the_usual_ones(levels, level):
    assert level_of("total_differs", levels) == level


def test_nothing_is_set_below_its_least():
    assert level_of("invoice_overused", {"invoice_overused": "note"}) == Level.STOP


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Druckhaus Sommer GmbH", "DRUCKHAUS SOMMER", True),
        ("Société Générale d'Affichage S.A.", "Societe Generale d Affichage", True),
        ("Coolblue B.V.", "Coolblue", True),
        ("Meier Druck", "Müller Druck", False),
        ("AB", "ABC Print", False),
        ("", "Any", False),
    ],
)
def test_names_of_one_company(one, other, same):
    assert same_name(one, other) == same


def test_numbers_of_one_invoice():
    assert bare_number(" re-2026/00417 ") == bare_number("RE 2026 00417") == "RE202600417"
    assert mark_of("RE-1", [Decimal("10.00"), Decimal("1.90")], "EUR") == "RE1|11.9|EUR"
    assert mark_of("", [Decimal(1)], "EUR") == mark_of("1", [], "EUR") == mark_of("1", [None], "EUR") == ""
