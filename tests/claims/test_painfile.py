"""The payment file: groups, sums, schema; and the CSV twin with its cells defused."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from lxml import etree

from claims.painfile import Order, Party, Transfer, defused, plain, render_csv, render_xml, schema_errors

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
DEBTOR = Party("Contoso Ltd", "iban", "DE89370400440532013000", "COBADEFFXXX", "", "DE", "DE")
GERMAN = Party("Fabrikam Größe & Söhne", "iban", "DE02120300000000202051", "", "", "DE", "DE")
AMERICAN = Party("Northwind Inc.", "other", "000123456789", "CHASUS33", "021000021", "US", "US")


def order(*transfers, currency="EUR", **fields):
    values = {
        "number": "RUN-2026-000001", "at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "on": date(2026, 3, 3),
        "currency": currency, "debtor": DEBTOR, "transfers": transfers, **fields,
    }  # fmt: skip
    return Order(**values)


def transfer(number, amount, creditor=GERMAN):
    return Transfer(f"PAY-2026-{number:06d}", Decimal(amount), creditor, f"PAY-2026-{number:06d} CLM-2026-000009")


def texts(root, path):
    return [node.text for node in root.iterfind(path, NS)]


def test_sepa_and_other_transfers_stand_in_groups_with_their_own_sums():
    content = render_xml(order(transfer(1, "1000.10"), transfer(2, "20.05"), transfer(3, "7", AMERICAN)))
    assert schema_errors(content) == []
    root = etree.fromstring(content)
    assert texts(root, ".//p:GrpHdr/p:NbOfTxs") == ["3"]
    assert texts(root, ".//p:GrpHdr/p:CtrlSum") == ["1027.15"]
    assert texts(root, ".//p:PmtInf/p:NbOfTxs") == ["2", "1"]
    assert texts(root, ".//p:PmtInf/p:CtrlSum") == ["1020.15", "7.00"]
    assert texts(root, ".//p:PmtInf/p:ChrgBr") == ["SLEV", "SHAR"]
    assert texts(root, ".//p:SvcLvl/p:Cd") == ["SEPA"]
    assert texts(root, ".//p:EndToEndId") == ["PAY-2026-000001", "PAY-2026-000002", "PAY-2026-000003"]
    assert texts(root, ".//p:CdtrAcct/p:Id/p:IBAN") == ["DE02120300000000202051"] * 2
    assert texts(root, ".//p:CdtrAcct/p:Id/p:Othr/p:Id") == ["000123456789"]
    assert texts(root, ".//p:Cdtr/p:Nm") == ["Fabrikam Grosse Sohne"] * 2 + ["Northwind Inc."]


@pytest.mark.parametrize(("currency", "figure"), [("JPY", "4120"), ("KWD", "4120.000"), ("USD", "4120.00")])
def test_every_currency_goes_with_its_own_digits_and_none_but_euro_is_sepa(currency, figure):
    content = render_xml(order(transfer(1, "4120"), currency=currency))
    root = etree.fromstring(content)
    assert schema_errors(content) == []
    [amount] = root.iterfind(".//p:InstdAmt", NS)
    assert (amount.text, amount.get("Ccy")) == (figure, currency)
    assert texts(root, ".//p:SvcLvl/p:Cd") == []


def test_a_bank_that_takes_only_the_older_version_gets_that():
    old = "pain.001.001.03"
    content = render_xml(order(transfer(1, "5"), transfer(2, "7", AMERICAN), schema=old))
    assert schema_errors(content, old) == []
    assert schema_errors(render_xml(order(transfer(1, "5"))), old) == ["Document: SCHEMAV_CVC_ELT_1"]
    root = etree.fromstring(content)
    assert [node.text for node in root.iter("{*}BIC")] == ["COBADEFFXXX", "COBADEFFXXX", "CHASUS33"]
    assert [node.text for node in root.iter("{*}ReqdExctnDt")] == ["2026-03-03"] * 2


def test_the_same_run_gives_the_same_bytes():
    assert render_xml(order(transfer(1, "5"))) == render_xml(order(transfer(1, "5")))


def test_what_does_not_fit_the_schema_is_found_and_no_value_is_repeated():
    bad = Party("X", "iban", "NOT-AN-IBAN", "", "", "DE", "DE")
    errors = schema_errors(render_xml(order(transfer(1, "5", bad))))
    assert errors == ["IBAN: SCHEMAV_CVC_PATTERN_VALID"]
    assert "NOT-AN-IBAN" not in " ".join(errors)
    assert schema_errors(render_xml(order(transfer(1, "5"), number="R" * 36)))[0].startswith("MsgId: ")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 89", "'+49 89"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("-12.50", "-12.50"),
        ("-12", "-12"),
        ("Fabrikam", "Fabrikam"),
        (Decimal("-3.5"), "-3.5"),
    ],
)
def test_formulas_are_defused_and_a_negative_amount_keeps_its_minus(text, cell):
    assert defused(text) == cell


def test_the_csv_twin_holds_the_same_transfers():
    evil = Party('=HYPERLINK("http://x")', "other", "000123456789", "CHASUS33", "", "US", "US")
    lines = render_csv(order(transfer(1, "5", evil))).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("payment,amount,currency,account_holder")
    assert lines[1].startswith("PAY-2026-000001,5.00,EUR,\"'=HYPERLINK(")


def test_texts_come_in_the_characters_that_banks_take():
    assert plain("Łódź “Zürich” 株式会社", 70) == "Lodz Zurich"
    assert plain("株式会社", 70) == "-"
    assert plain("a" * 90, 70) == "a" * 70
