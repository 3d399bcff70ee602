"""What the bank made of a run: ISO 20022 pain.002, or a CSV of payment, status, date and reason. Pure.

It may be hostile or wrong: what is wrong is said line by line, and no text is repeated that could be an account number.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from claims.choices import LineState
from core.errors import Problem

MAX_BYTES = 5 * 1024 * 1024  # a hundred thousand answers
MAX_PROBLEMS = 50  # shown; a file with more is the wrong file
REASON = 200  # characters kept of the bank's words
NUMBER = re.compile(r"PAY-\d{4}-\d{6,12}")
_LONG_NUMBER = re.compile(r"[A-Z]{2}\d{2}[ ]?[A-Z0-9 ]{8,}|\d[\d -]{6,}\d")
# ISO 20022 ExternalPaymentTransactionStatus1Code; what is not here says only that the bank is still at it.
XML_STATES = {"ACSC": LineState.SENT, "ACCC": LineState.SENT, "RJCT": LineState.BANK_REJECTED, "CANC": LineState.FAILED}
UNDER_WAY = frozenset(("RCVD", "ACTC", "ACCP", "ACSP", "ACWC", "PDNG", "PATC", "ACFC", "PART"))
CSV_STATES = {
    "sent": LineState.SENT,
    "failed": LineState.FAILED,
    "rejected": LineState.BANK_REJECTED,
    "reversed": LineState.REVERSED,
}
COLUMNS = ("payment", "status", "date", "reason")


@dataclass(frozen=True)
class Answer:
    """place: line of the file, or the transaction's number in it · amount, currency: where the bank repeats them."""

    place: int
    payment: str
    state: LineState
    day: date | None
    reason: str
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True)
class Result:
    """run: the number the file says it answers, empty when it does not say · count, total: of the original message."""

    answers: tuple[Answer, ...] = ()
    problems: tuple[Problem, ...] = ()
    run: str = ""
    count: int | None = None
    total: Decimal | None = None


def read(content: bytes) -> Result:
    """Everything that the file says, or everything that is wrong with it."""
    if len(content) > MAX_BYTES:
        text = _("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1024**2}
        return Result(problems=(Problem("too_large", text),))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _read_xml(content)
    return _read_csv(content)


def without_numbers(text: str) -> str:
    """The bank's words without anything that looks like an account number."""
    return _LONG_NUMBER.sub("…", " ".join(text.split()))[:REASON]


def _trouble(place: int, code: str, text: str) -> Problem:
    return Problem(code, _("Line %(line)s: %(text)s") % {"line": place, "text": text}, subject=str(place))


def _read_xml(content: bytes) -> Result:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        text = _("This is not readable XML (line %(line)s).") % {"line": error.lineno or 1}
        return Result(problems=(Problem("xml", text),))
    if root.getroottree().docinfo.doctype:
        text = _("A bank's answer has no document type declaration. The file was not read.")
        return Result(problems=(Problem("doctype", text),))
    if not str(etree.QName(root).namespace or "").startswith("urn:iso:std:iso:20022:tech:xsd:pain.002."):
        text = _("This is not a payment status report (pain.002).")
        return Result(problems=(Problem("not_pain002", text),))
    return _from_report(root)


def _text(node: Any, *path: str) -> str:
    """Text at a path of local names, empty when there is none: the version of the message does not matter."""
    for name in path:
        node = next(
            (child for child in node if isinstance(child.tag, str) and etree.QName(child).localname == name), None
        )
        if node is None:
            return ""
    return (node.text or "").strip()


def _all(root: Any, name: str) -> list[Any]:
    return [node for node in root.iter() if isinstance(node.tag, str) and etree.QName(node).localname == name]


def _from_report(root: Any) -> Result:
    group = next(iter(_all(root, "OrgnlGrpInfAndSts")), None)
    if group is None:
        return Result(problems=(Problem("no_group", _("The report does not say which message it answers.")),))
    answers, problems = [], []
    for place, node in enumerate(_all(root, "TxInfAndSts"), start=1):
        found = _transaction(place, node, root)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            answers.append(found)
    if not _all(root, "TxInfAndSts"):
        if any(_text(node, "PmtInfSts") in XML_STATES for node in _all(root, "OrgnlPmtInfAndSts")):
            text = _("The report answers for parts of the message at once. Ask the bank for one with every payment.")
            return Result(problems=(Problem("by_group", text),))
        if _text(group, "GrpSts"):
            return _whole_group(group, root)
    return Result(
        answers=tuple(answers),
        problems=tuple(problems[:MAX_PROBLEMS]),
        run=_text(group, "OrgnlMsgId"),
        count=_whole(_text(group, "OrgnlNbOfTxs")),
        total=_decimal(_text(group, "OrgnlCtrlSum")),
    )


EVERY = "*"  # the report speaks of the message as a whole


def _whole_group(group: Any, root: Any) -> Result:
    status, run = _text(group, "GrpSts"), _text(group, "OrgnlMsgId")
    if status in UNDER_WAY:
        return Result(run=run)
    if status not in XML_STATES:
        return Result(problems=(Problem("status", _("The report has a status that is not known.")),), run=run)
    answer = Answer(0, EVERY, XML_STATES[status], _day_of(root), _reason(group))
    return Result((answer,), (), run, _whole(_text(group, "OrgnlNbOfTxs")), _decimal(_text(group, "OrgnlCtrlSum")))


def _transaction(place: int, node: Any, root: Any) -> Answer | Problem | None:
    payment = _text(node, "OrgnlEndToEndId")
    if not NUMBER.fullmatch(payment):
        return _trouble(place, "payment", _("there is no payment number of ours."))
    status = _text(node, "TxSts")
    if status in UNDER_WAY:
        return None
    if status not in XML_STATES:
        return _trouble(place, "status", _("the status is not known."))
    amounts = _all(node, "InstdAmt")
    amount = _decimal((amounts[0].text or "").strip()) if amounts else None
    currency = amounts[0].get("Ccy", "") if amounts else ""
    day = _iso_day(_text(node, "AccptncDtTm")[:10]) or _day_of(root)
    return Answer(place, payment, XML_STATES[status], day, _reason(node), amount, currency)


def _reason(node: Any) -> str:
    parts = []
    for info in node:
        if isinstance(info.tag, str) and etree.QName(info).localname == "StsRsnInf":
            parts += [_text(info, "Rsn", "Cd") or _text(info, "Rsn", "Prtry"), _text(info, "AddtlInf")]
    return without_numbers(" ".join(part for part in parts if part))


def _day_of(root: Any) -> date | None:
    header = next(iter(_all(root, "GrpHdr")), None)
    return _iso_day(_text(header, "CreDtTm")[:10]) if header is not None else None


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if re.fullmatch(r"\d{1,15}(\.\d{1,5})?", text) else None
    except InvalidOperation:
        return None


def _read_csv(content: bytes) -> Result:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Result(problems=(Problem("encoding", _("The file is not UTF-8 text. Save it as CSV UTF-8.")),))
    if "\0" in text:
        return Result(problems=(Problem("encoding", _("The file is not text.")),))
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        head = [str(name or "").strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in COLUMNS if name not in head]
        if missing:
            told = _("The first line must name the columns %(all)s; missing: %(missing)s.")
            facts = {"all": ", ".join(COLUMNS), "missing": ", ".join(missing)}
            return Result(problems=(Problem("columns", told % facts),))
        reader.fieldnames = head
        return _collect(reader)
    except csv.Error:
        text = _("Line %(line)s cannot be read as CSV.") % {"line": reader.line_num}
        return Result(problems=(Problem("csv", text),))


def _collect(reader: Any) -> Result:
    answers: list[Answer] = []
    problems: list[Problem] = []
    for row in reader:
        found = _line(reader.line_num, row)
        if isinstance(found, Answer):
            answers.append(found)
        else:
            problems += found
    if not answers and not problems:
        problems.append(Problem("empty", _("The file has no answers.")))
    return Result(tuple(answers), tuple(problems[:MAX_PROBLEMS]))


def _line(place: int, row: Mapping[Any, Any]) -> Answer | list[Problem]:
    values = {name: str(row.get(name) or "").strip() for name in (*COLUMNS, "amount", "currency")}
    problems = []
    if None in row:
        problems.append(_trouble(place, "cells", _("there are more cells than columns.")))
    if not NUMBER.fullmatch(values["payment"]):
        problems.append(_trouble(place, "payment", _("there is no payment number of ours.")))
    state = CSV_STATES.get(values["status"].lower())
    if state is None:
        known = ", ".join(CSV_STATES)
        problems.append(_trouble(place, "status", _("the status must be one of %(known)s.") % {"known": known}))
    day = _iso_day(values["date"])
    if day is None:
        problems.append(_trouble(place, "date", _("write the date as 2026-03-31.")))
    amount = _decimal(values["amount"])
    if values["amount"] and amount is None:
        problems.append(_trouble(place, "amount", _("write the amount as 1234.56.")))
    if problems or state is None:
        return problems
    reason = without_numbers(values["reason"])
    return Answer(place, values["payment"], state, day, reason, amount, values["currency"].upper())


def rows_of(answers: tuple[Answer, ...], each: Callable[[], Iterator[str]]) -> tuple[Answer, ...]:
    """Answers for single payments; where the report speaks of the whole, one for each number that `each` gives."""
    if len(answers) != 1 or answers[0].payment != EVERY:
        return answers
    whole = answers[0]
    return tuple(Answer(whole.place, number, whole.state, whole.day, whole.reason) for number in each())
