"""Words of a PDF's text layer with their places, and pictures of its pages where there is none."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
from PIL import Image

from proofs.reading.base import Box, Page, Word
from proofs.reading.layout import rows_of

LETTERS = 20  # letters and digits that make a page readable without looking at its picture
MOST_PAGES = 20  # an invoice says on its first and last pages what it is about
MOST_WORDS, MOST_LETTERS = 4_000, 40_000  # of one page
_WORD = re.compile(r"\S+")
DRAWN_EDGE = 1_600  # pixels of the longer edge of a page picture


def chosen(count: int) -> list[int]:
    """Which pages are read of a long document: the first and the last ones."""
    if count <= MOST_PAGES:
        return list(range(count))
    return [*range(MOST_PAGES - 5), *range(count - 5, count)]


def text_page(page: Any, number: int) -> Page:
    """The words of the text layer of one opened page."""
    width, height = page.get_size()
    text = page.get_textpage()
    try:
        words = list(_words(text, width, height))
    finally:
        text.close()
    return Page(number, rows_of(words))


def _words(text: Any, width: float, height: float) -> Iterator[Word]:
    """Words are parted where the library sees a space; their places are those of their first and last letters."""
    content = _content(text)
    for match in islice(_WORD.finditer(content), MOST_WORDS):
        first = text.get_charbox(match.start(), loose=True)
        last = text.get_charbox(match.end() - 1, loose=True)
        left, bottom, right, top = first[0], min(first[1], last[1]), last[2], max(first[3], last[3])
        box = Box(_share(left, width), 1 - _share(top, height), _share(right, width), 1 - _share(bottom, height))
        if box.right > box.left and box.bottom > box.top:
            yield Word(match[0], box)


def _content(text: Any) -> str:
    """One letter for each of the page's characters, so that places and letters have the same number."""
    content: str = text.get_text_range()
    count = text.count_chars()
    if len(content) == count:
        return content
    codes = (raw.FPDFText_GetUnicode(text, index) for index in range(min(count, MOST_LETTERS)))
    return "".join(chr(code) if 32 <= code < 0xD800 or 0xE000 <= code < 0x110000 else " " for code in codes)


def _share(value: float, whole: float) -> float:
    return min(max(value / whole, 0.0), 1.0) if whole else 0.0


def has_words(page: Page) -> bool:
    """Is its text layer enough to read from?"""
    return sum(map(str.isalnum, page.text)) >= LETTERS


def has_pictures(page: Any) -> bool:
    """Does the page show pictures beside its text? A letterhead often is one."""
    return any(True for _one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def drawn(page: Any) -> Image.Image:
    """The page as a person sees it, as many pixels as reading needs."""
    width, height = page.get_size()
    scale = DRAWN_EDGE / max(width, height, 1)
    picture: Image.Image = page.render(scale=min(scale, 4)).to_pil()
    return picture.convert("RGB")


def opened(data: bytes) -> pypdfium2.PdfDocument:
    """Raises pypdfium2.PdfiumError when it cannot be opened."""
    return pypdfium2.PdfDocument(data)
