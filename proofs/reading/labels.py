"""Where a label stands and what stands beside or under it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from proofs.reading.base import Box, Page, Row, Word, around

ROWS_BELOW = 2  # a value stands in one of the next rows under its heading


@dataclass(frozen=True)
class Label:
    """One hit: the row it stands in (its place among the rows of the page) and the stretch of that row's text."""

    page: Page
    at: int
    start: int
    end: int

    @property
    def row(self) -> Row:
        return self.page.rows[self.at]

    @property
    def text(self) -> str:
        return self.row.text[self.start : self.end]

    @property
    def box(self) -> Box:
        return around([word.box for word in self.row.part(self.start, self.end)])

    def beside(self) -> tuple[str, int]:
        """What follows in the same row, and where it begins in the row's text."""
        return self.row.text[self.end :], self.end

    def below(self, depth: int = ROWS_BELOW) -> Iterator[tuple[Row, list[Word]]]:
        """In each of the next rows the words that stand under the label, where there are any."""
        for row in self.page.rows[self.at + 1 : self.at + 1 + depth]:
            words = [word for word in row.words if word.box.overlaps(self.box)]
            if words:
                yield row, words

    def above(self) -> list[Word]:
        """The words over the label: some papers put their captions under the values."""
        over = self.page.rows[self.at - 1].words if self.at else []
        return [word for word in over if word.box.overlaps(self.box)]


def labels_in(page: Page, *patterns: re.Pattern[str]) -> Iterator[Label]:
    """All hits of these patterns, top to bottom, in each row from left to right."""
    for at, row in enumerate(page.rows):
        spans = sorted({match.span() for pattern in patterns for match in pattern.finditer(row.text)})
        yield from (Label(page, at, start, end) for start, end in spans)
