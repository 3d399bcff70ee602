"""The currency of a document: the sign beside its amounts, or what else it says."""

import re
from collections import Counter
from collections.abc import Iterator

from proofs.reading.amounts import SHARED_SIGNS, currency_of
from proofs.reading.base import Box, Page, Row, Value, around
from proofs.reading.sums import Sums

SPOKEN, POSSIBLE = 0.95, 0.7
_NAMED = re.compile(
    r"(?<![A-Za-z])(?:in|currency|währung|devise|valuta|moneda)\W{0,3}([A-Z]{3})(?![A-Za-z])", re.IGNORECASE
)
_BRACKETS = re.compile(r"[(\[](RM|[A-Z]{3}|€|\$|£)[)\]]")
# A sign that several currencies share, the currency it stands for and the words that say so.
_HINTS = [
    ("JPY", "CNY", re.compile(r"发票|价税|人民币|税额|纳税人")),
    ("JPY", "JPY", re.compile(r"請求|消費税|株式会社|円")),
    ("USD", "CAD", re.compile(r"\b(?:HST|GST/HST|Canada|Ontario|Québec|Toronto|Vancouver)\b")),
    ("USD", "AUD", re.compile(r"\b(?:ABN|Australia|Sydney|Melbourne)\b")),
    ("USD", "SGD", re.compile(r"\b(?:Singapore|Pte\.?)(?!\w)", re.IGNORECASE)),
    ("USD", "MYR", re.compile(r"\b(?:Malaysia|Sdn\.?\s?Bhd|Kuala Lumpur|Johor|Selangor)\b", re.IGNORECASE)),
    ("USD", "USD", re.compile(r"\b(?:USA|United States|[A-Z]{2} \d{5}(?:-\d{4})?)\b")),
]
_FAMILIES = {
    "USD": ("CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "BRL", "CLP", "COP", "ARS"), "JPY": ("CNY", "RMB"),
}  # fmt: skip
_NAMES = {
    "us dollars": "USD", "euro": "EUR", "euros": "EUR", "pounds sterling": "GBP", "ringgit": "MYR",
    "singapore dollars": "SGD", "swiss francs": "CHF",
}  # fmt: skip


def read_currency(pages: list[Page], sums: Sums, total: Value | None) -> Value | None:
    """ISO 4217. What stands beside the total comes first, then what stands beside most amounts or in words."""
    signed = [one for one in sums.found if one.amount.currency]
    counted = Counter(one.amount.currency for one in signed)
    places: dict[str, tuple[int, Box]] = {one.amount.currency: (one.page, one.box) for one in reversed(signed)}
    for page in pages:
        for row in page.rows:
            for start, end, code in _told(row):
                counted[code] += 2
                places.setdefault(code, (page.number, around([word.box for word in row.part(start, end)])))
    if not counted:
        return None
    beside = [one.amount.currency for one in signed if total and (one.page, one.box) == (total.page, total.box)]
    code = beside[0] if beside else counted.most_common(1)[0][0]
    place = places[code]
    confidence = SPOKEN if set(counted) == {code} else POSSIBLE
    if code in SHARED_SIGNS.values() and not any(_told_plainly(one, code) for one in pages):
        code, hinted = _by_words(code, "\n".join(one.text for one in pages))
        confidence = min(confidence, SPOKEN if hinted else POSSIBLE)
    return Value(code, *place, confidence)


def _by_words(code: str, text: str) -> tuple[str, bool]:
    """(currency, is it said) of a sign that several currencies share, by what else the paper says."""
    family = [one for one in _FAMILIES.get(code, ()) if re.search(rf"(?<![A-Z]){one}(?![A-Z])", text)]
    if len(family) == 1:
        return family[0], True
    for sign, currency, hint in _HINTS:
        if sign == code and hint.search(text):
            return currency, True
    return code, False


def _told(row: Row) -> Iterator[tuple[int, int, str]]:
    for match in (*_NAMED.finditer(row.text), *_BRACKETS.finditer(row.text)):
        if currency_of(match[1]):
            yield *match.span(1), currency_of(match[1])
    for name, code in _NAMES.items():
        at = row.text.lower().find(name)
        if at >= 0:
            yield at, at + len(name), code


def _told_plainly(page: Page, code: str) -> bool:
    """Is the currency written as code or name, not only by a sign that others share?"""
    names = [name for name, one in _NAMES.items() if one == code]
    return bool(re.search(rf"(?<![A-Z]){code}(?![A-Z])", page.text)) or any(name in page.text.lower() for name in names)
