"""Reads one file: its words from the text layer, from its picture where there is none, then the values in them."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path

from PIL import Image

from proofs.checks.formats.heic import decode_heic, open_heic
from proofs.reading import pdf_words
from proofs.reading.base import Page, Reading, Value
from proofs.reading.captured import read_captured, read_place
from proofs.reading.currency import read_currency
from proofs.reading.days import read_day
from proofs.reading.numbers import read_number
from proofs.reading.sums import sums_in
from proofs.reading.supplier import read_supplier
from proofs.reading.totals import read_totals

PICTURE_KINDS = ("jpeg", "png", "webp", "gif", "tiff", "heic")
LETTERHEAD = "supplier"
PLACE = "captured_place"
PAPER = ("total", "invoice_number")  # one of them at least is on every invoice and receipt

Eyes = Callable[[Image.Image, int], Page]


def no_eyes(picture: Image.Image, number: int) -> Page:
    """Sees nothing: for processes that read text layers and metadata only."""
    return Page(number, [], drawn=True)


def read_path(path: Path, *, country: str = "", eyes: Eyes = no_eyes, today: date | None = None) -> Reading:
    """Everything read of a file. country: ISO 3166 code of the supplier, "" unknown · eyes: how pictures are read
    (`ocr.read_picture`); without, only text layers and metadata are.

    Raises what the decoders raise: the caller is a process that may be lost.
    """
    data = path.read_bytes()
    if data[:1024].lstrip().startswith(b"%PDF-") or path.suffix.lower() == ".pdf":
        return _read_pdf(data, country, eyes, today)
    return _read_picture(data, country, eyes, today)


def _read_picture(data: bytes, country: str, eyes: Eyes, today: date | None) -> Reading:
    with _opened(data) as picture:
        captured = {"captured_at": read_captured(picture), PLACE: read_place(picture)}
        if eyes is not no_eyes:
            picture.draft("RGB", (2048, 2048))
        page = eyes(picture, 1)
    reading = Reading([page], values_of([page], country, today))
    reading.values |= {name: value for name, value in captured.items() if value is not None}
    return reading


def _opened(data: bytes) -> Image.Image:
    return decode_heic(open_heic(data)) if data[4:8] == b"ftyp" else Image.open(BytesIO(data))


def _read_pdf(data: bytes, country: str, eyes: Eyes, today: date | None) -> Reading:
    with closing(pdf_words.opened(data)) as document:
        pages: list[Page] = []
        for index in pdf_words.chosen(len(document)):
            with closing(document[index]) as page:
                read = pdf_words.text_page(page, index + 1)
                pages.append(read if pdf_words.has_words(read) else eyes(pdf_words.drawn(page), index + 1))
        values = values_of(pages, country, today)
        if pages and not pages[0].drawn and _wants_letterhead(values):
            with closing(document[0]) as page:
                if pdf_words.has_pictures(page):
                    _look_at_letterhead(values, eyes(pdf_words.drawn(page), 1))
    return Reading(pages, values)


def values_of(pages: list[Page], country: str = "", today: date | None = None) -> dict[str, Value]:
    """What the words of a document say, by field."""
    sums = sums_in(pages)
    totals = read_totals(sums)
    found = {
        "supplier": read_supplier(pages),
        "invoice_number": read_number(pages),
        "date": read_day(pages, country, today),
        "currency": read_currency(pages, sums, totals.get("total")),
        **totals,
    }
    if not any(found.get(name) for name in PAPER):  # a poster names a company too, and is no invoice
        return {}
    return {name: value for name, value in found.items() if value is not None}


def _wants_letterhead(values: dict[str, Value]) -> bool:
    return LETTERHEAD not in values or not values[LETTERHEAD].sure


def _look_at_letterhead(values: dict[str, Value], page: Page) -> None:
    """The name of the company in a picture, where the text does not tell it."""
    seen = read_supplier([page])
    if seen is not None and (LETTERHEAD not in values or seen.confidence > values[LETTERHEAD].confidence):
        values[LETTERHEAD] = seen
