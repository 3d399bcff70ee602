"""Who issued a document: the name at its head, told from addresses, numbers, titles and from the customer.

Every line of the first page (cut where a wide gap parts two blocks) is a candidate; what speaks for it is added up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import median

from proofs.reading import vocabulary as words
from proofs.reading.base import Box, Page, Row, Value, Word, around

HEAD = 14  # a name stands among the first rows, or beside a sign that it is one
SEPARATORS = frozenset("·|—–•*")
WIDE_GAP = 3.0  # times the height of a line: what is farther apart belongs to another block
IMPRINT_ROWS = 5
CUSTOMER_ROWS = 4  # rows under "bill to" that belong to the customer
LIKE_DOMAIN = 0.75
CLEARLY = 3.0  # points above the next company on the page
CERTAIN, LIKELY, POSSIBLE = 0.95, 0.91, 0.7
_REGISTER = re.compile(r"[\s(\[]*\(?\b[A-Z]{0,3}\d{4,}[-\s]?[A-Z]?\)?.*$")
_ENDING = re.compile(r"[\s,;:|·•\-–—_*\"'`]+$|^[\s,;:|·•\-–—_*\"'`=~]+")
_OWNER = re.compile(
    r"^(?:own(?:ed)?\s?by|service\s?provider|leistender|rechnungssteller|operated\s?by|issued\s?by|sold\s?by|from|von|vendor|supplier|seller)\s*[:\-]\s*",
    re.IGNORECASE,
)
_SELLER = re.compile(
    r"(?<![^\W_])(?:service provider|sold by|seller|supplier|vendor|issued by|"
    r"verkäufer|lieferant|rechnungssteller|leistender|émetteur|"
    r"fournisseur|vendeur|"
    r"leverancier|verkoper|proveedor|emisor|vendedor)(?![^\W_])|销售方|销货方|発行者",
    re.IGNORECASE,
)
_MISREAD = re.compile(r"(?<!\S)(?:5/[B8]|S/8)(?!\w)")
_LONG = re.compile(r"[^\W\d]{4,}")
_CAPTION = re.compile(r"^.*(?:(?:名称|名稱|会社名)\s*[:：]|trading name of|operated by)\s*", re.IGNORECASE)
_FORM_FIRST = re.compile(rf"(?=[A-Za-z])(?:{words.LEGAL.pattern})")
_DOMAIN = re.compile(r"(?:@|www\.|https?://(?:www\.)?)([\w-]+(?:\.[\w-]+)*)\.[a-z]{2,}", re.IGNORECASE)
_COMMON = {"gmail", "yahoo", "hotmail", "outlook", "web", "gmx", "icloud", "aws", "example"}


@dataclass(frozen=True)
class Line:
    """A candidate: words beside each other on one row, and the place of that row on the page."""

    words: list[Word]
    at: int

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return around([word.box for word in self.words])


def read_supplier(pages: list[Page]) -> Value | None:
    """The name as printed, without its registration number."""
    if not pages or not pages[0].rows:
        return None
    page = pages[0]
    lines = [line for at, row in enumerate(page.rows) for line in _lines(row, at)]
    usual = median(line.box.height for line in lines)
    owned = _customers(page)
    names = {name for one in pages for name in _domains(one)}
    said = [_SELLER.sub("", line.text) for line in lines]
    judged = [
        (_points(line, usual, owned, names) + _named(line, place, lines) + _again(line, said) + _imprint(line, lines),
         -place, line)
        for place, line in enumerate(lines)
    ]  # fmt: skip
    points, _at, best = max(judged, key=lambda one: one[:2])
    if points <= 0:
        return None
    rivals = sum(other >= points - 0.5 for other, _place, line in judged if line is not best)
    block = _joined(best, lines)
    own = _plain(cleaned(best.text))
    others = [
        other for other, _place, line in judged
        if line is not best and words.LEGAL.search(line.text) and not _like(cleaned(line.text), own)
    ]  # fmt: skip
    text = cleaned(" ".join(line.text for line in block))
    score = min(word.score for line in block for word in line.words)
    told = points - max(others, default=-5) >= CLEARLY
    confidence = CERTAIN if points >= 5 and not rivals else LIKELY if points >= 3.4 and not rivals else POSSIBLE
    confidence = confidence if told else POSSIBLE
    box = around([line.box for line in block])
    return Value(text, page.number, box, round(confidence * min(score + 0.05, 1.0), 3)) if text else None


def cleaned(text: str) -> str:
    """Without a registration number behind it and without what frames it."""
    text = _MISREAD.sub("S/B", _OWNER.sub("", _CAPTION.sub("", text.strip())))
    legal = list(words.LEGAL.finditer(text))
    if legal and legal[-1].start() > 0 and not text[legal[-1].end() :].lstrip().startswith(("&", "(")):
        text = text[: legal[-1].end()]
    shorter = _REGISTER.sub("", text)
    text = shorter if sum(map(str.isalpha, shorter)) >= 3 else text
    return _ENDING.sub("", re.sub(r"\s+", " ", text)).strip()


def _lines(row: Row, at: int) -> Iterator[Line]:
    part: list[Word] = []
    for word in row.words:
        parted = word.text in SEPARATORS
        owner = _OWNER.match(f"{word.text} ")
        if part and (parted or owner or word.box.left - part[-1].box.right > WIDE_GAP * word.box.height):
            yield Line(part, at)
            part = []
        if not parted:
            part.append(word)
    if part:
        yield Line(part, at)


def _points(line: Line, usual: float, owned: list[Box], names: set[str]) -> float:
    text = cleaned(line.text)
    letters = sum(map(str.isalpha, text))
    if letters < 3 or letters < 0.4 * len(text.replace(" ", "")) or len(text) > 80:
        return -5
    points = max(0.0, 2 - 0.25 * line.at) if line.at < HEAD else 0.0
    if _FORM_FIRST.match(text):
        return -5  # "SARL au capital de …": the form of the company in the row above
    owner = _OWNER.match(line.text)
    formal = words.COMPANY.search(text) and (line.at < HEAD or owner)
    points += 3 if formal else 1.5 if words.TRADE.search(text) else 0
    points += 0.7 if text.upper() == text or text.istitle() else 0
    points += min(max(line.box.height / usual - 1, 0), 1)
    points += 2 if owner else 0
    points += 2 if any(_like(text, name) for name in names) else 0
    points -= 3.5 if _is_other(text) else 0
    points -= 4 if any(_inside(line.box, box) for box in owned) else 0
    points -= 1.5 if re.search(r"\d{4,}", words.COMPANY.split(text)[0]) else 0
    points -= 2 if text[:1].islower() and text.islower() else 0
    return points


def _named(line: Line, place: int, lines: list[Line]) -> float:
    """Under or behind a word for the seller."""
    above = [one for one in lines[:place] if line.at - 3 <= one.at <= line.at and one.box.overlaps(line.box)]
    below = [one for one in lines[place + 1 :] if one.at == line.at + 1 and one.box.overlaps(line.box)]
    if below and _FORM_FIRST.match(below[0].text):
        return 3.0
    return 3.0 if any(_SELLER.search(one.text) for one in above) and words.COMPANY.search(line.text) else 0.0


def _imprint(line: Line, lines: list[Line]) -> float:
    """The full name of a company above its register, tax and bank numbers, wherever on the page."""
    if not words.LEGAL.search(line.text):
        return 0.0
    place = lines.index(line)
    near = [
        one for one in lines[place + 1 :]
        if one.at == line.at or (one.at <= line.at + IMPRINT_ROWS and one.box.overlaps(line.box))
    ]  # fmt: skip
    told = sum(len(words.IMPRINT.findall(one.text)) for one in (line, *near))
    return 0.0 if not told else 1.0 if line.at < HEAD else 6.5 if told > 1 else 3.5


def _again(line: Line, texts: list[str]) -> float:
    """A name that the paper says again and again."""
    plain = words.COMPANY.sub("", cleaned(line.text)).strip(" .,")
    return 1.0 if len(plain) > 5 and sum(plain.lower() in text.lower() for text in texts) > 2 else 0.0


def _is_other(text: str) -> bool:
    """An address, a title, a number, a way to reach somebody."""
    labelled = words.CUSTOMER.search(text) or words.FINAL.search(text) or words.DATE.search(text)
    return "@" in text or bool(words.NOT_SUPPLIER.search(text) or (labelled and not words.LEGAL.search(text)))


def _joined(best: Line, lines: list[Line]) -> list[Line]:
    """With the row under it, or over it, where the name goes on: the form of the company, or a word said again."""
    place = lines.index(best)
    block = [best]
    after = lines[place + 1] if place + 1 < len(lines) else None
    if after is not None and after.at == best.at + 1 and _goes_on(best, after):
        block.append(after)
    before = lines[place - 1] if place else None
    if before is not None and before.at == best.at - 1 and _goes_on(before, best):
        block.insert(0, before)
    return block


def _goes_on(upper: Line, lower: Line) -> bool:
    one, other = upper.text, lower.text
    if words.COMPANY.search(one) or _is_other(one) or _is_other(other):
        return False
    rest = words.COMPANY.sub("", cleaned(other))
    if set(_LONG.findall(one.lower())) <= set(_LONG.findall(other.lower())):
        return False  # the same name once more
    formal = bool(words.COMPANY.search(other)) and (sum(map(str.isalpha, rest)) < 3 or rest.lstrip().startswith("("))
    said = set(_LONG.findall(one.lower())) & set(_LONG.findall(other.lower()))
    return formal or bool(said)


def _customers(page: Page) -> list[Box]:
    """The places of blocks that name the customer: under and beside "bill to" and the like."""
    found = []
    for at, row in enumerate(page.rows):
        for match in words.CUSTOMER.finditer(row.text):
            head = around([word.box for word in row.part(*match.span())])
            last = page.rows[min(at + CUSTOMER_ROWS, len(page.rows) - 1)].box.bottom
            found.append(Box(head.left - 0.02, head.top, max(head.right, head.left + 0.25), last))
    return found


def _inside(box: Box, block: Box) -> bool:
    return block.top <= box.middle <= block.bottom and box.overlaps(block)


def _domains(page: Page) -> Iterator[str]:
    for match in _DOMAIN.finditer(page.text):
        for name in match[1].lower().split("."):
            if len(name) > 3 and name not in _COMMON:
                yield re.sub(r"\W|_", "", name)


def _plain(text: str) -> str:
    return re.sub(r"\W|_", "", words.COMPANY.sub("", text).lower())


def _like(text: str, name: str) -> bool:
    plain = _plain(text)
    return len(plain) > 3 and SequenceMatcher(None, plain, name).ratio() >= LIKE_DOMAIN
