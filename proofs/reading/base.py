"""What is read: words with their places on a page, and values made of them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

APART = 1.0  # heights of a line from which on two words stand apart
SURE = 0.9  # from this confidence on a value counts as sure


class Box(NamedTuple):
    """A place on a page in fractions of its width and height, from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half of its height, from the top."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def overlaps(self, other: "Box") -> bool:
        """Is one above the other, at least in part?"""
        return min(self.right, other.right) > max(self.left, other.left)


def around(boxes: list[Box]) -> Box:
    """The smallest box that holds all of them."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True)
class Word:
    """text without spaces · score: how sure the reader of the picture is, 1 for a text layer."""

    text: str
    box: Box
    score: float = 1.0


@dataclass
class Row:
    """Words that stand on one line, from left to right."""

    words: list[Word]

    @cached_property
    def text(self) -> str:
        """The words with a space between them, with two where they stand apart: what is printed together stays so."""
        return "".join(map(str.__add__, self._spaces, [word.text for word in self.words]))

    @cached_property
    def _spaces(self) -> list[str]:
        pairs = zip(self.words, self.words[1:], strict=False)
        return [
            "",
            *("  " if right.box.left - left.box.right > APART * left.box.height else " " for left, right in pairs),
        ]

    @cached_property
    def box(self) -> Box:
        return around([word.box for word in self.words])

    def part(self, start: int, end: int) -> list[Word]:
        """The words under a stretch of `text`, cut words included."""
        at, found = 0, []
        for space, word in zip(self._spaces, self.words, strict=True):
            at += len(space)
            if at < end and at + len(word.text) > start:
                found.append(word)
            at += len(word.text)
        return found


@dataclass
class Page:
    """One page; number counts from 1. rows: top to bottom · drawn: from a picture, not from a text layer."""

    number: int
    rows: list[Row]
    drawn: bool = False

    @cached_property
    def text(self) -> str:
        return "\n".join(row.text for row in self.rows)


@dataclass(frozen=True)
class Value:
    """One value read. value: as it is handed on (dates ISO 8601, amounts with a decimal point) · confidence 0 to 1 ·
    doubt: why it is never sure, however well it was read."""

    value: str
    page: int
    box: Box
    confidence: float
    doubt: str = ""

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE and not self.doubt

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "value": self.value,
            "page": self.page,
            "box": [round(edge, 4) for edge in self.box],
            "confidence": round(self.confidence, 2),
            "sure": self.sure,
        }


@dataclass
class Reading:
    """What was read of one file. values: by field (supplier, invoice_number, date, currency, net, tax, total,
    captured_at, captured_place), those not found are absent."""

    pages: list[Page] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
