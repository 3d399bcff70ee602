"""The day a document was issued: a date with a label that says so, else the first that is none of another kind."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from proofs.reading import vocabulary as words
from proofs.reading.base import Box, Page, Row, Value, Word, around
from proofs.reading.dates import Printed, dates_in
from proofs.reading.labels import labels_in

AMBIGUOUS = "day and month could be the other way round"
FIRM, PLAIN, ALONE, GUESSED = 0.97, 0.95, 0.92, 0.6


@dataclass(frozen=True)
class _Found:
    printed: Printed
    page: int
    box: Box
    confidence: float
    score: float
    labelled: bool = True


def read_day(pages: list[Page], country: str = "", today: date | None = None) -> Value | None:
    """The date of issue in ISO 8601. country: ISO 3166 code of the supplier, "" unknown; an ambiguous numeric date is
    never sure without it. today: later days are not believed."""
    latest = (today or date.today()) + timedelta(days=31)
    found = [
        one for page in pages for one in (*_labelled(page, country), *_plain(page, country))
        if one.printed.day <= latest
    ]  # fmt: skip
    if not found:
        return None
    best = max(found, key=lambda one: one.confidence)  # the first of the best
    least = ALONE if best.confidence <= PLAIN and not best.labelled else best.confidence
    rivals = {one.printed.day for one in found if one.confidence >= least} - {best.printed.day}
    confidence = best.confidence if not rivals else min(best.confidence, GUESSED + 0.2)
    doubt = AMBIGUOUS if best.printed.ambiguous and not _settled(best.printed, found) else ""
    read_well = min(best.score + 0.05, 1.0)
    return Value(best.printed.day.isoformat(), best.page, best.box, round(confidence * read_well, 3), doubt)


def _settled(printed: Printed, found: list[_Found]) -> bool:
    """The same day stands elsewhere in a form that cannot be mistaken."""
    return any(one.printed.day == printed.day and not one.printed.ambiguous for one in found)


def _labelled(page: Page, country: str) -> Iterator[_Found]:
    """Dates beside or under a label for the date of issue."""
    for label in labels_in(page, words.DATE, words.DATE_CJK):
        if words.NOT_DATE.search(label.row.text[max(label.start - 12, 0) : label.start]):
            continue
        firm = FIRM if words.FIRM_DATE.search(label.text) else PLAIN
        text, offset = label.beside()
        dates = dates_in(text, country)
        if dates and not words.NOT_DATE.search(text[: dates[0].start]):
            yield _at(page, label.row, dates[0], offset, firm)
            continue
        columns = [dates_in(" ".join(word.text for word in under), country) for _row, under in label.below(3)]
        if sum(map(bool, columns)) > 1:
            continue  # the heading of a table with a day in each row
        over = label.above()
        for row, under in (*label.below(), *([(Row(over), over)] if over and not any(columns) else [])):
            joined = " ".join(word.text for word in under)
            dates = dates_in(joined, country) or dates_in(row.text, country)
            if dates and not words.NOT_DATE.search(row.text):
                yield _Found(dates[0], page.number, around([word.box for word in under]), firm - 0.01, _score(under))
                break


def _plain(page: Page, country: str) -> Iterator[_Found]:
    """Any other date; one beside a word for another day is hardly believed."""
    for row in page.rows:
        for printed in dates_in(row.text, country):
            other = words.NOT_DATE.search(row.text[: printed.start])
            timed = PLAIN if printed.timed else ALONE
            yield replace(_at(page, row, printed, 0, GUESSED - 0.2 if other else timed), labelled=False)


def _at(page: Page, row: Row, printed: Printed, offset: int, confidence: float) -> _Found:
    parts = row.part(printed.start + offset, printed.end + offset)
    return _Found(printed, page.number, around([part.box for part in parts]), confidence, _score(parts))


def _score(parts: list[Word]) -> float:
    return min((part.score for part in parts), default=1.0)
