"""Amounts of money as they are printed: 1.234,56 and 1,234.56, 1 234,56, 1'234.56, ¥12,000."""

import re
from dataclasses import dataclass
from decimal import Decimal

# What stands for a currency, longest first. The symbols that several currencies share are none by themselves.
CURRENCY_SIGNS = {
    "RM": "MYR", "Rs.": "INR", "Rs": "INR", "Fr.": "CHF", "SFr.": "CHF", "€": "EUR", "Euro": "EUR", "Eur": "EUR",
    "£": "GBP", "US$": "USD",
    "S$": "SGD", "A$": "AUD", "C$": "CAD", "HK$": "HKD",
    "NT$": "TWD", "R$": "BRL", "₹": "INR", "₩": "KRW", "฿": "THB", "₫": "VND", "₱": "PHP", "zł": "PLN", "Kč": "CZK",
    "元": "CNY", "人民币": "CNY", "円": "JPY", "JP¥": "JPY", "CN¥": "CNY", "RMB": "CNY",
}  # fmt: skip
CURRENCY_CODES = (
    "EUR", "USD", "GBP", "CHF", "MYR", "SGD", "AUD", "CAD", "NZD", "HKD", "TWD", "JPY", "CNY", "INR", "KRW", "THB",
    "IDR", "PHP", "VND", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "ZAR", "BRL", "MXN", "AED",
    "SAR", "ILS",
)  # fmt: skip
SHARED_SIGNS = {"$": "USD", "¥": "JPY", "￥": "JPY"}  # likeliest first; never sure without more
WHOLE = {"JPY", "KRW", "VND", "CLP", "ISK"}  # written without decimals

_SIGN = "|".join(sorted(map(re.escape, [*CURRENCY_SIGNS, *SHARED_SIGNS]), key=len, reverse=True))
_CODE = "|".join(CURRENCY_CODES)
_DIGITS = (
    r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{2})?|"  # lakh and crore
    r"\d+[.,](?:--?|–)|"  # 650,--
    r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d{2})?|\d+[.,]\d{2}|\d+"
)
PATTERN = re.compile(
    rf"(?<![\w.,/:-])(?P<minus>[-−(]\s?)?(?:(?P<before>{_SIGN}|(?:{_CODE})\b)\s?:?\s?)?(?P<minus2>[-−]\s?)?"
    rf"(?P<digits>{_DIGITS})(?P<close>\)|-)?(?![\w])(?!\.\d|,\d|[/:]\d|-\d)"
    rf"(?:\s?(?P<after>%|{_SIGN}|(?:{_CODE})\b))?"
)


@dataclass(frozen=True)
class Amount:
    """value: in units of its currency · currency: "" where none stands beside it · start, end: where in the text ·
    exact: written with decimals, or beside a currency."""

    value: Decimal
    currency: str
    start: int
    end: int
    exact: bool


def amounts_in(text: str) -> list[Amount]:
    """Everything in a line that can be money, from left to right; no percentages."""
    found = []
    for match in PATTERN.finditer(text):
        if match["after"] == "%":
            continue
        sign = match["before"] or match["after"] or ""
        value = parsed(match["digits"])
        if match["minus"] or match["minus2"] or match["close"] == "-":
            value = -value
        exact = bool(re.search(r"[.,](?:\d{2}|-+|–)$", match["digits"])) or bool(sign)
        found.append(Amount(value, currency_of(sign), match.start(), match.end(), exact))
    return found


def parsed(digits: str) -> Decimal:
    """The number: what stands before two last digits parts the decimals, everything else groups thousands."""
    digits = re.sub(r"[.,](?:-+|–)$", "", digits)
    decimals = re.search(r"[.,](\d{2})$", digits)
    whole = digits[: decimals.start()] if decimals else digits
    whole = re.sub(r"\D", "", whole)
    return Decimal(f"{whole}.{decimals[1]}" if decimals else whole)


def currency_of(sign: str) -> str:
    """The ISO code of a sign or code, "" for none."""
    plain = sign.strip()
    if plain.upper() in CURRENCY_CODES:
        return plain.upper()
    return {**CURRENCY_SIGNS, **SHARED_SIGNS}.get(plain, "")


def is_shared(sign: str) -> bool:
    """Does this sign stand for more than one currency?"""
    return sign.strip() in SHARED_SIGNS
