"""When two names or numbers are the same although they are written differently."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from difflib import SequenceMatcher

MARK_NUMBER, MARK_LENGTH = 40, 64  # letters of a number that tell it apart; of the column that keeps the mark
LIKE = 0.8  # share of equal letters from which on two names of a company are the same
_FORMS = re.compile(
    r"\b(?:gmbh|mbh|ag|kg|ohg|ug|co|inc|incorporated|llc|ltd|limited|plc|corp|corporation|company|sa|sas|sarl|srl|sl|bv|nv|"
    r"spa|oy|ab|as|kk|pty|pte|sdn|bhd)\b"
)
_NOT_WORD = re.compile(r"[\W_]+")


def bare_name(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    spaced = _FORMS.sub(" ", _NOT_WORD.sub(" ", plain.replace(".", "")))
    return _NOT_WORD.sub("", spaced) or _NOT_WORD.sub("", plain)


def same_name(one: str, other: str) -> bool:
    """The same company, as far as its name tells: one in the other, or most letters equal."""
    first, second = bare_name(one), bare_name(other)
    if not first or not second:
        return False
    shorter, longer = sorted((first, second), key=len)
    within = len(shorter) >= 4 and shorter in longer
    return within or SequenceMatcher(None, first, second).ratio() >= LIKE


def bare_number(number: str) -> str:
    """An invoice number without case, spaces, punctuation and leading zeros."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return _NOT_WORD.sub("", plain).lstrip("0")


def mark_of(number: str, gross: Iterable[Decimal | None], currency: str) -> str:
    """What two rows of the same invoice have in common whoever typed them: number, gross in sum, currency; "" while one
    of them is missing. The supplier's name is compared apart (`same_name`): people write it in many ways."""
    amounts, plain = list(gross), bare_number(number)
    if not plain or not currency or not amounts or None in amounts:
        return ""
    total = sum((amount for amount in amounts if amount is not None), Decimal(0))
    return f"{plain[:MARK_NUMBER]}|{total.normalize():f}|{currency}"[:MARK_LENGTH]
