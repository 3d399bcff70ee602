"""The payment file of a run: ISO 20022 pain.001 and the same as CSV. Pure: same lines, same bytes (R-CLM-28).

Built by hand, since accounts without IBAN and every currency have to go; checked against the schema before anybody
gets it.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lxml import etree

from core.money import quantize
from incentives.choices import AccountKind, PainFormat

SCHEMA = PainFormat.V09.value
EURO = "EUR"
# Lands whose banks take SEPA credit transfers.
SEPA_LANDS = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI"
    " SK SM VA"
)
SEPA = frozenset(SEPA_LANDS.split())
NAME, REFERENCE, TEXT = 70, 35, 140  # characters that every bank takes
_SPELT = str.maketrans(
    {"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d"}
)  # letters that do not fall apart into a letter and a mark
_ALLOWED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ELEMENT = re.compile(r"Element '(?:\{[^}]*\})?(\w+)'")


@dataclass(frozen=True)
class Party:
    """One side of a payment. account: the full number, for as long as the file is being written."""

    name: str
    kind: str
    account: str
    bic: str = ""
    routing_code: str = ""
    bank_country: str = ""
    country: str = ""


@dataclass(frozen=True)
class Transfer:
    """reference: the payment's number, by which the bank's answer is matched · text: what the receiver reads."""

    reference: str
    amount: Decimal
    creditor: Party
    text: str


@dataclass(frozen=True)
class Order:
    """One run. number: message id · on: requested day · schema: version of the message that the bank takes."""

    number: str
    at: datetime
    on: date
    currency: str
    debtor: Party
    transfers: Sequence[Transfer]
    schema: str = SCHEMA

    @property
    def is_old(self) -> bool:
        """Version 03 names the BIC otherwise and writes the day without a wrapper."""
        return self.schema == PainFormat.V03


def plain(text: str, length: int) -> str:
    """In the characters that every bank takes: accents dropped, the rest a blank."""
    spelt = unicodedata.normalize("NFKD", text.translate(_SPELT))
    spelt = "".join(mark for mark in spelt if not unicodedata.combining(mark))
    return " ".join(_ALLOWED.sub(" ", spelt).split())[:length].strip() or "-"


def is_sepa(order: Order, transfer: Transfer) -> bool:
    parties = (order.debtor, transfer.creditor)
    return order.currency == EURO and all(
        one.kind == AccountKind.IBAN and one.account[:2] in SEPA for one in parties
    )  # fmt: skip


def render_xml(order: Order) -> bytes:
    """The whole message; one group for SEPA transfers and one for the others, each with its own sum."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{order.schema}"
    root = etree.Element("Document", nsmap={None: namespace})
    message = _add(root, "CstmrCdtTrfInitn")
    header = _add(message, "GrpHdr")
    _add(header, "MsgId", order.number)
    _add(header, "CreDtTm", order.at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _sums(header, order.transfers, order.currency)
    _add(_add(header, "InitgPty"), "Nm", plain(order.debtor.name, NAME))
    sepa = [one for one in order.transfers if is_sepa(order, one)]
    other = [one for one in order.transfers if not is_sepa(order, one)]
    for number, (group, within) in enumerate(((sepa, True), (other, False)), start=1):
        if group:
            _group(message, order, group, f"{order.number}-{number}", within)
    # Elements were made without a namespace; the serialised text puts them all into the default one.
    return etree.tostring(_in_namespace(root, namespace), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _in_namespace(root: Any, namespace: str) -> Any:
    for node in root.iter():
        node.tag = f"{{{namespace}}}{node.tag}"
    etree.cleanup_namespaces(root)
    return root


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    node = etree.SubElement(parent, name)
    node.text = text
    return node


def _sums(parent: Any, transfers: Sequence[Transfer], currency: str) -> None:
    _add(parent, "NbOfTxs", str(len(transfers)))
    _add(parent, "CtrlSum", _figure(sum((one.amount for one in transfers), Decimal(0)), currency))


def _figure(amount: Decimal, currency: str) -> str:
    return f"{quantize(amount, currency):f}"


def _group(message: Any, order: Order, transfers: Sequence[Transfer], number: str, sepa: bool) -> None:
    group = _add(message, "PmtInf")
    _add(group, "PmtInfId", number)
    _add(group, "PmtMtd", "TRF")
    _sums(group, transfers, order.currency)
    if sepa:
        _add(_add(_add(group, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    day = order.on.isoformat()
    requested = _add(group, "ReqdExctnDt", day if order.is_old else None)
    if not order.is_old:
        _add(requested, "Dt", day)
    _add(_add(group, "Dbtr"), "Nm", plain(order.debtor.name, NAME))
    account = _account(group, "DbtrAcct", order.debtor)
    _add(account, "Ccy", order.currency)
    _agent(group, "DbtrAgt", order.debtor, order.is_old)
    _add(group, "ChrgBr", "SLEV" if sepa else "SHAR")
    for one in transfers:
        _transfer(group, one, order)


def _transfer(group: Any, transfer: Transfer, order: Order) -> None:
    node = _add(group, "CdtTrfTxInf")
    ids = _add(node, "PmtId")
    _add(ids, "InstrId", transfer.reference)
    _add(ids, "EndToEndId", transfer.reference)
    amount = _add(_add(node, "Amt"), "InstdAmt", _figure(transfer.amount, order.currency))
    amount.set("Ccy", order.currency)
    _agent(node, "CdtrAgt", transfer.creditor, order.is_old)
    creditor = _add(node, "Cdtr")
    _add(creditor, "Nm", plain(transfer.creditor.name, NAME))
    _add(_add(creditor, "PstlAdr"), "Ctry", transfer.creditor.country)
    _account(node, "CdtrAcct", transfer.creditor)
    _add(_add(node, "RmtInf"), "Ustrd", plain(transfer.text, TEXT))


def _account(parent: Any, name: str, party: Party) -> Any:
    account = _add(parent, name)
    number = _add(account, "Id")
    if party.kind == AccountKind.IBAN:
        _add(number, "IBAN", party.account)
    else:
        _add(_add(number, "Othr"), "Id", party.account)
    return account


def _agent(parent: Any, name: str, party: Party, old: bool) -> None:
    bank = _add(_add(parent, name), "FinInstnId")
    if party.bic:
        _add(bank, "BIC" if old else "BICFI", party.bic)
    if party.routing_code:
        _add(_add(bank, "ClrSysMmbId"), "MmbId", party.routing_code)
    if not party.bic and not party.routing_code:
        _add(_add(bank, "Othr"), "Id", "NOTPROVIDED")


@lru_cache(maxsize=2)
def _schema(name: str) -> Any:
    return etree.XMLSchema(etree.fromstring(files("sepaxml").joinpath("schemas", f"{name}.xsd").read_bytes()))


def schema_errors(content: bytes, schema_name: str = SCHEMA) -> list[str]:
    """What the schema does not allow: element and kind of error, never the value (it may be an account number)."""
    schema = _schema(PainFormat(schema_name).value)
    if schema.validate(etree.fromstring(content)):
        return []
    named = ((_ELEMENT.match(error.message), error.type_name) for error in schema.error_log)
    return [f"{found[1] if found else '?'}: {kind}" for found, kind in named]


HEAD = (
    "payment", "amount", "currency", "account_holder", "account_kind", "account_number", "bic", "routing_code",
    "bank_country", "country", "text",
)  # fmt: skip


def render_csv(order: Order) -> bytes:
    """One line a transfer, for banks and systems that take no XML."""
    rows = [
        (
            one.reference, _figure(one.amount, order.currency), order.currency, one.creditor.name, one.creditor.kind,
            one.creditor.account, one.creditor.bic, one.creditor.routing_code, one.creditor.bank_country,
            one.creditor.country, one.text,
        )
        for one in order.transfers
    ]  # fmt: skip
    return csv_bytes(HEAD, rows)


def csv_bytes(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it; no cell starts a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([defused(value) for value in row] for row in rows)
    return "\ufeff".encode() + text.getvalue().encode()


def defused(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula; a negative amount keeps its minus."""
    text = str(value)
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
