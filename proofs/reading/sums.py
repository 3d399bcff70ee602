"""Every sum of money on the pages with the kind its label gives it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from proofs.reading import vocabulary as words
from proofs.reading.amounts import PATTERN, WHOLE, Amount, amounts_in
from proofs.reading.base import Box, Page, Row, around

_GLUED = re.compile(r"(?<=[A-Za-z])(?=RM\b)")  # a sign that stands right behind its label


@dataclass(frozen=True)
class Sum:
    """One amount with the kind its label gives it. rank: how plainly the label says total, 0 for none."""

    kind: str
    rank: int
    amount: Amount
    page: int
    box: Box
    score: float = 1.0

    @property
    def value(self) -> Decimal:
        return self.amount.value


@dataclass(frozen=True)
class Sums:
    """All that was found, in reading order."""

    found: list[Sum]

    def of(self, *kinds: str) -> list[Sum]:
        return [one for one in self.found if one.kind in kinds]

    def values(self, *kinds: str) -> list[Decimal]:
        return [one.value for one in self.of(*kinds)]


def sums_in(pages: list[Page]) -> Sums:
    """All sums of a document, in reading order."""
    return Sums([one for page in pages for one in _sums_of(page)])


def _sums_of(page: Page) -> Iterator[Sum]:
    for at, row in enumerate(page.rows):
        amounts = [one for one in amounts_in(row.text) if _is_money(one)]
        kind, rank = _kind(row, amounts)
        if kind and not amounts and at + 1 < len(page.rows) and not _letters(page.rows[at + 1]):
            row = page.rows[at + 1]  # the figure stands under its label
            amounts = [one for one in amounts_in(row.text) if _is_money(one)]
        table = _arithmetic(amounts) if kind == "total" else {}
        for place, one in enumerate(amounts):
            told, told_rank = table.get(place) or _told_by(row, amounts, place, (kind, rank))
            if table and place not in table:
                told, told_rank = "", 0
            parts = row.part(one.start, one.end)
            score = min((part.score for part in parts), default=1.0)
            yield Sum(told, told_rank, one, page.number, around([part.box for part in parts]), score)


def _arithmetic(amounts: list[Amount]) -> dict[int, tuple[str, int]]:
    """{place: (kind, rank)} where three amounts of one row are net, tax and their sum."""
    positive = [(place, one.value) for place, one in enumerate(amounts) if one.value > 0]
    for whole, value in reversed(positive):
        for (net, first), (tax, second) in permutations(positive, 2):
            if first > second and value == first + second:
                return {net: ("net", 0), tax: ("tax", 0), whole: ("total", 2)}
    return {}


def _is_money(amount: Amount) -> bool:
    return amount.exact or amount.currency in WHOLE


def _letters(row: Row) -> bool:
    return any(char.isalpha() for char in PATTERN.sub("", row.text))


def _kind(row: Row, amounts: list[Amount]) -> tuple[str, int]:
    """(kind, rank) of what stands before the first amount of a row."""
    before = row.text[: amounts[0].start] if amounts else row.text
    if len(amounts) == 1 and not any(map(str.isalpha, before)):
        before = row.text[amounts[0].end :]  # the label stands behind its amount
    return _meant(_GLUED.sub(" ", before))


def _meant(label: str) -> tuple[str, int]:
    if words.CHANGE.search(label):
        return "change", 0
    if words.ROUNDING.search(label) and not words.TOTAL.search(label):
        return "rounding", 0
    inclusive = words.INCLUSIVE.search(label)
    rate = "%" in label and not inclusive
    final = words.FINAL.search(label) or words.FINAL_CJK.search(label)
    stripped = words.INCLUSIVE.sub("", label)
    refused = words.NOT_TOTAL.search(stripped)
    if final and not refused:
        return "total", 1 if words.CONTAINED.search(label) else 3
    net = words.NET.search(stripped) or words.NET_CJK.search(label)
    plainly = net and words.PLAINLY_NET.search(net[0])
    if net and not inclusive and (refused or plainly or not words.TOTAL.search(label)):
        return "net", 0
    if inclusive and words.TOTAL.search(label):
        return ("total", 3) if not refused and not words.CONTAINED.search(label) else ("total", 1)
    if (words.TAX.search(label) or words.TAX_CJK.search(label)) and not inclusive:
        return "tax", 0
    if words.TOTAL.search(label):
        return ("total", 2) if not refused and not rate else ("part", 0)
    if words.CARD.search(label):
        return "card", 0
    if words.CASH.search(label):
        return "cash", 0
    return "", 0


def _told_by(row: Row, amounts: list[Amount], place: int, first: tuple[str, int]) -> tuple[str, int]:
    """A label speaks for the last of the amounts that follow it, up to the next label of the row."""
    following = row.text[amounts[place].end : amounts[place + 1].start] if place + 1 < len(amounts) else "end"
    if not any(map(str.isalpha, following)):
        return "", 0
    for before in range(place, 0, -1):
        between = row.text[amounts[before - 1].end : amounts[before].start]
        if any(map(str.isalpha, between)):
            kind, rank = _meant(_GLUED.sub(" ", between))
            return kind, min(rank, 2)
    return first
