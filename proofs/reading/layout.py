"""Words become rows as a person reads them."""

from collections.abc import Iterable

from proofs.reading.base import Box, Row, Word

SAME_ROW = 0.5  # of the smaller height: middles nearer than this stand on one line


def rows_of(words: Iterable[Word]) -> list[Row]:
    """Rows from top to bottom. A page that leans a little still makes one row of a line: each word is compared with
    the one before it in the row, not with the first."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.box.middle):
        for row in reversed(rows[-4:]):
            near = min(row, key=lambda one: abs(one.box.left - word.box.left))
            if abs(near.box.middle - word.box.middle) < SAME_ROW * min(near.box.height, word.box.height):
                row.append(word)
                break
        else:
            rows.append([word])
    return [Row(sorted(row, key=lambda one: one.box.left)) for row in rows]


def split_words(text: str, box: Box, score: float = 1.0) -> list[Word]:
    """The words of a stretch of text, each with its share of the box: letters are taken as equally wide."""
    width = (box.right - box.left) / max(len(text), 1)
    found, at = [], 0
    for part in text.split():
        at = text.index(part, at)
        place = Box(box.left + at * width, box.top, box.left + (at + len(part)) * width, box.bottom)
        found.append(Word(part, place, score))
        at += len(part)
    return found
