"""The number of an invoice or receipt: what stands beside or under a label for it."""

import re
from collections.abc import Iterator

from proofs.reading import vocabulary as words
from proofs.reading.base import Page, Row, Value, Word, around
from proofs.reading.dates import dates_in
from proofs.reading.labels import ROWS_BELOW, Label, labels_in

FIRM, PLAIN, UNDER, BARE = 0.97, 0.92, 0.93, 0.75
SHORTEST, LONGEST = 3, 30
CLOSE = 0.8  # heights of a line between the groups of one number
APART = 1.5  # heights of a line between two headings
# A number has a digit; letters, dots, dashes and slashes may stand in it.
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/\-._#]*", re.IGNORECASE)
_LEAD = re.compile(r"^[\s:：#.\-–°º]*(?:(?:no|nr|num|number|nummer|id|n[°º])\b[\s:：#.°º]*)?", re.IGNORECASE)
_SAYS_NUMBER = re.compile(r"(?:no|nr|num|number|nummer|id|#|n[°º]|号|號|番)", re.IGNORECASE)


def read_number(pages: list[Page]) -> Value | None:
    """The number as printed. A label that says "number" is believed before one that only says "invoice"."""
    found = [one for page in pages for label in labels_in(page, words.NUMBER, words.NUMBER_CJK) for one in _of(label)]
    return max(found, key=lambda one: one.confidence, default=None)


def _of(label: Label) -> Iterator[Value]:
    row = label.row
    certain = words.FIRM_NUMBER.search(label.text) and _SAYS_NUMBER.search(label.text)
    if not certain and words.NOT_NUMBER.search(row.text[max(label.start - 14, 0) : label.start]):
        return
    text, offset = label.beside()
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    says = bool(_SAYS_NUMBER.search(label.text) or (lead and _SAYS_NUMBER.search(lead[0])))
    firm = bool(words.FIRM_NUMBER.search(label.text)) and says
    match = _NUMBER.match(text, start)
    number = match[0] + _groups(row, match.end() + offset) if match else ""
    if match and _is_number(number) and not _is_date(text, start):
        yield _value(label.page, row, match.start() + offset, number, FIRM if firm else PLAIN if says else BARE)
        return
    if not says and _goes_on(label):
        return
    for _below, under in label.below(ROWS_BELOW if says else 1):
        for word in under:
            if _is_number(word.text) and not dates_in(word.text) and not re.fullmatch(r"[\d.,]+[.,]\d{2}", word.text):
                yield _made(label.page, word, UNDER if says else BARE + 0.05)
                return
    if says and not any(map(str.isdigit, row.text)):
        for word in label.above():
            if _is_number(word.text) and not dates_in(word.text):
                yield _made(label.page, word, BARE)
                return


def _groups(row: Row, end: int) -> str:
    """The rest of a number that is printed in groups: digits close behind it."""
    found, last = "", row.part(end - 1, end)[-1]
    for word in row.part(end + 1, len(row.text)):
        if not re.fullmatch(r"\d{2,}|\d[A-Z]", word.text) or word.box.left - last.box.right > CLOSE * word.box.height:
            break
        found, last = f"{found} {word.text}", word
    return found


def _goes_on(label: Label) -> bool:
    """Is the label a part of a sentence or of a longer label? A heading of a column stands apart."""
    after = [word for word in label.row.words if word.box.left >= label.box.right]
    return bool(after) and after[0].box.left - label.box.right < APART * label.box.height


def _is_number(text: str) -> bool:
    plain = text.strip("./-_#")
    return SHORTEST <= len(plain) <= LONGEST and any(map(str.isdigit, plain))


def _is_date(text: str, start: int) -> bool:
    return any(one.start <= start < one.end for one in dates_in(text))


def _value(page: Page, row: Row, start: int, text: str, confidence: float) -> Value:
    parts = row.part(start, start + len(text))
    score = min((part.score for part in parts), default=1.0)
    box = around([part.box for part in parts])
    return Value(text.strip(".,-_#"), page.number, box, round(confidence * min(score + 0.03, 1.0), 3))


def _made(page: Page, word: Word, confidence: float) -> Value:
    return Value(word.text.strip(".,-_#"), page.number, word.box, round(confidence * min(word.score + 0.03, 1.0), 3))
