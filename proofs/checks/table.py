"""Can the table be read as one, and does it only hold values?"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.limits import MAX_TABLE_CELL, MAX_TABLE_LINES, TABLE_SAMPLE

_SEPARATORS = (",", ";", "\t", "|")
# A spreadsheet calculates what begins so; a telephone number or a gain with its plus does not.
_FORMULA = re.compile(r"\s*(?:[=@]\S|\+(?![\d\s.,()/%-]*$))")


class TableCheck(Check):
    """Finds the separator of a CSV table and reads it line by line; stops what no spreadsheet could take.

    Cells that calculate are a note: reviewers see the text, the bundle and the exports defuse it. Sets the facts
    `rows` and `columns` of what was looked through.
    """

    name = "table"
    version = 1

    def applies_to(self, subject: Subject) -> bool:
        return subject.kind == "csv"

    def run(self, subject: Subject) -> Sequence[Outcome]:
        text: str = subject.scratch["text"].lstrip("\ufeff")
        rows, columns, formula = 0, 0, ""
        try:
            for number, row in enumerate(_rows(text), start=1):
                if number > MAX_TABLE_LINES:
                    break
                rows, columns = number, max(columns, len(row))
                if any(len(cell) > MAX_TABLE_CELL for cell in row):
                    return [_unreadable(f"a cell of {max(map(len, row))} characters in row {number}")]
                formula = formula or next((f"row {number}: {cell[:40]!r}" for cell in row if _FORMULA.match(cell)), "")
        except csv.Error as error:
            return [_unreadable(str(error))]
        subject.facts["rows"], subject.facts["columns"] = rows, columns
        return worst_first(_formulas(formula) + _too_long(rows, text))


def separator_of(text: str) -> str:
    """The separator that stands most evenly in the first lines; a comma where none does."""
    lines = [line for line in text[:TABLE_SAMPLE].splitlines()[:20] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in _SEPARATORS}
    return max(_SEPARATORS, key=lambda mark: min(counts[mark], default=0) or 0.5 * (sum(counts[mark]) > 0))


def _rows(text: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))


def _unreadable(detail: str) -> Outcome:
    text = _(
        "The file is named .csv but cannot be read as a table: a cell never ends. Open it in your spreadsheet, save it "
        "as CSV again and upload that."
    )
    return Outcome(Level.STOP, text, detail)


def _formulas(found: str) -> list[Outcome]:
    if not found:
        return []
    return [Outcome(Level.NOTE, _("The table contains formulas. They are shown as text and not calculated."), found)]


def _too_long(rows: int, text: str) -> list[Outcome]:
    if rows < MAX_TABLE_LINES or text.count("\n") <= rows:
        return []
    message = _("The table is longer than %(limit)d lines; only those were looked through.")
    return [Outcome(Level.NOTE, message % {"limit": MAX_TABLE_LINES})]
