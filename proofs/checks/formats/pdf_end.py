"""Is a PDF there to its end? Parsers that rebuild a broken table do not tell, so the bytes are asked."""

import re
from dataclasses import dataclass

import pikepdf

from proofs.checks.limits import MAX_PDF_OBJECTS


@dataclass(frozen=True)
class End:
    """Where the PDF ends.

    at        offset behind the last byte that belongs to it
    reason    technical words why it is not complete, "" when it is
    doubtful  the end is as people or careless programs write it, not as cut off; the file is complete all
              the same if `missing_object` finds nothing
    """

    at: int
    reason: str = ""
    doubtful: bool = False


_MARK = b"%%EOF"
_START_OF_TABLE = re.compile(rb"startxref\s+(\d{1,12})\s*$")
_MORE_OBJECTS = re.compile(rb"\b\d{1,10}\s{1,8}\d{1,5}\s{1,8}obj\b|\bxref\b|\btrailer\b|endobj\b")
# The beginning of "12 0 obj", cut off. A lone zero is what some servers leave behind a download.
_BROKEN_OBJECT = re.compile(rb"[\r\n]+[1-9]\d{0,9}(?: (?:\d{1,5}(?: (?:ob?)?)?)?)?")
_TRAILER = re.compile(rb"trailer\s*<<.*>>\s*\Z", re.DOTALL)
_TABLE = re.compile(rb"\bxref\b|/XRef\b|/Linearized\b")
_OBJECT = re.compile(rb"\b(\d{1,10})\s{1,8}(\d{1,5})\s{0,8}obj\b")
_REFERENCE = re.compile(rb"\b(\d{1,10}) (\d{1,5}) R\b")


def find_end(data: bytes, tail: int) -> End:
    """Where the file ends.

    Complete means: `startxref N` and `%%EOF` close the file (padding and up to any foreign data behind it
    aside), N points into the file, and no further objects follow, which would be a cut-off later revision.
    `tail` = bytes before the end mark in which startxref must stand.
    """
    mark = data.rfind(_MARK)
    if mark < 0:
        return End(len(data), "no %%EOF", _closed_by_trailer(data[-tail:]) and _without_table(data))
    end = mark + len(_MARK)
    if _MORE_OBJECTS.search(data, mark) or _BROKEN_OBJECT.fullmatch(data, end):
        return End(end, "objects behind the last %%EOF")
    before = data[max(0, mark - tail) : mark]
    table = _START_OF_TABLE.search(before)
    if table is None:
        return End(end, "no startxref before %%EOF", _closed_by_trailer(before) and _without_table(data))
    offset = int(table.group(1))
    if 0 < offset < len(data):
        return End(end)
    # Nobody filled the place in. But a file made for the web begins with a first part of its own that ends so.
    never_filled = offset == 0 and b"/Linearized" not in data[:tail]
    return End(end, f"startxref {offset} of {len(data)} bytes", never_filled)


def _closed_by_trailer(tail: bytes) -> bool:
    return _TRAILER.search(tail) is not None


def _without_table(data: bytes) -> bool:
    """Whether nobody ever wrote a table of the objects: then nobody wrote where it begins either."""
    return _TABLE.search(data) is None


def missing_object(pdf: pikepdf.Pdf, data: bytes) -> str:
    """The first object that is referred to and nowhere in the file, "" when all are there; else why it is not known."""
    written = {(int(match.group(1)), int(match.group(2))) for match in _OBJECT.finditer(data)}
    last = max((match.start() for match in _OBJECT.finditer(data)), default=0)
    if data.rfind(b"stream") > last and data.rfind(b"endstream") < last:
        return "the last stream"
    if len(pdf.objects) > MAX_PDF_OBJECTS:
        return "too many objects"
    for item in (*pdf.objects, pdf.trailer):
        if not isinstance(item, pikepdf.Object):
            continue
        for match in _REFERENCE.finditer(item.unparse(resolved=True)):
            name = int(match.group(1)), int(match.group(2))
            if name not in written and not _exists(pdf, name):
                return f"object {name[0]} {name[1]}"
    return ""


def _exists(pdf: pikepdf.Pdf, name: tuple[int, int]) -> bool:
    try:
        return pdf.get_object(name) is not None
    except (pikepdf.PdfError, ValueError, OverflowError):
        return False
