"""The bank's answer: what is read, and what a wrong or hostile file is told."""

from datetime import date
from decimal import Decimal

import pytest

from claims.bankresult import EVERY, MAX_BYTES, Answer, read, without_numbers
from claims.choices import LineState

NUMBER = "PAY-2026-000007"


def report(transactions="", group="<OrgnlMsgId>RUN-2026-000001</OrgnlMsgId>", version="09", head=""):
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-03-31T08:00:00Z</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts>{group}<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>RUN-2026-000001-1</OrgnlPmtInfId>{transactions}</OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>""".encode()


def transaction(number=NUMBER, status="ACSC", more=""):
    return f"<TxInfAndSts><OrgnlEndToEndId>{number}</OrgnlEndToEndId><TxSts>{status}</TxSts>{more}</TxInfAndSts>"


def codes(content):
    return [problem.code for problem in read(content).problems]


@pytest.mark.parametrize("version", ["03", "09", "10"])
def test_a_report_is_read_whatever_its_version(version):
    reason = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed</AddtlInf></StsRsnInf>"
    amount = '<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">5.00</InstdAmt></Amt></OrgnlTxRef>'
    result = read(report(transaction() + transaction("PAY-2026-000008", "RJCT", reason + amount), version=version))
    day = date(2026, 3, 31)
    assert result.run == "RUN-2026-000001"
    assert result.answers == (
        Answer(1, NUMBER, LineState.SENT, day, ""),
        Answer(2, "PAY-2026-000008", LineState.BANK_REJECTED, day, "AC04 Account closed", Decimal("5.00"), "EUR"),
    )


def test_what_is_still_under_way_is_no_answer():
    assert read(report(transaction(status="PDNG"))).answers == ()


def test_a_report_for_the_message_as_a_whole_answers_for_everything():
    result = read(report(group="<OrgnlMsgId>RUN-2026-000001</OrgnlMsgId><GrpSts>ACSC</GrpSts>"))
    assert [one.payment for one in result.answers] == [EVERY]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<Document>", ["xml"]),
        (b"<Document/>", ["not_pain002"]),
        (report(head='<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), ["doctype"]),
        (report(transaction("<b/>")), ["payment"]),
        (report(transaction(status="WHAT")), ["status"]),
        (report("<PmtInfSts>RJCT</PmtInfSts>"), ["by_group"]),
        (b"\xff\xfe\x00a", ["encoding"]),
        (b"a\x00b", ["encoding"]),
        (b"number,state\n1,2", ["columns"]),
        (b"payment,status,date,reason\n", ["empty"]),
        (b'payment,status,date,reason\n"open', ["csv"]),
        (b"payment,status,date,reason\nPAY-1,paid,31.03.2026,x", ["payment", "status", "date"]),
        (b"payment,status,date,reason,amount\nPAY-2026-000007,sent,2026-03-31,,1.234,56", ["cells"]),
        (b"x" * (MAX_BYTES + 1), ["too_large"]),
        (b"", ["columns"]),
    ],
)
def test_what_is_wrong_is_said(content, expected):
    assert codes(content) == expected


def test_a_billion_laughs_are_not_expanded():
    bomb = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    )
    assert codes(report(transaction(more="<X>&j;</X>"), head=bomb + "]>")) == ["xml"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_is_read_with_each_separator(mark):
    row = mark.join([NUMBER, "Rejected", "2026-03-31", "AC01"])
    content = f"\ufeffPayment{mark}Status{mark}Date{mark}Reason\r\n{row}\r\n".encode()
    assert read(content).answers == (Answer(2, NUMBER, LineState.BANK_REJECTED, date(2026, 3, 31), "AC01"),)


@pytest.mark.parametrize(
    "text", ["Account DE89370400440532013000 closed", "Account DE89 3704 0044 0532 0130 00 closed", "no 000123456789."]
)
def test_the_banks_words_are_kept_without_account_numbers(text):
    kept = without_numbers(text)
    assert [number for number in ("37040044", "3704 0044", "0001234567") if number in kept] == []


def test_an_answer_that_is_an_account_number_is_not_repeated():
    result = read(b"payment,status,date,reason\nDE89370400440532013000,sent,2026-03-31,")
    assert "DE8937" not in str(result.problems)
