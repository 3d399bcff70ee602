"""A table of text out of an uploaded file: encoding, separator, header, lines. Constant memory, whatever the file.

Knows nothing of earnings or rates: it is told which columns there have to be.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BLOCK = 256 * 1024
MAX_LINE = 256 * 1024  # characters; a line of ours has a few hundred
SEPARATORS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar"),
}
ROWS_AT_ONCE = 2000
_NOT_TEXT = {
    b"PK\x03\x04": gettext_lazy("This is an Excel workbook. Save it as “CSV UTF-8” and upload that file."),
    b"\xd0\xcf\x11\xe0": gettext_lazy("This is an Excel workbook. Save it as “CSV UTF-8” and upload that file."),
    b"%PDF": gettext_lazy("This is a PDF. Upload the table as a CSV file in UTF-8."),
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(Exception):
    """The file as a whole cannot be read as a table; message says why and what to do. line: where, 0 = everywhere."""

    def __init__(self, message: str, line: int = 0):
        self.message, self.line = message, line
        super().__init__(message)


@dataclass(frozen=True)
class Table:
    """notes: what was noticed and does no harm · rows: (line, cells found or 0 when as many as in the header, *values
    of the asked columns in the order asked), values without blanks round them. Blank lines are left out."""

    notes: list[str]
    rows: Iterator[tuple[Any, ...]]


def open_table(stream: IO[bytes], columns: Sequence[str]) -> Table:
    """Read the head of a file that has to have these columns, by name, in any order. Raises Unreadable; the rows raise
    it too when they meet what cannot be read."""
    lines = _lines(stream)
    skipped, first = 0, next(lines, "")
    while not first.strip() and first:
        skipped, first = skipped + 1, next(lines, "")
    separator = ""
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:  # a spreadsheet's own hint
        separator, skipped, first = first[4], skipped + 1, next(lines, "")
    if not first.strip():
        raise Unreadable(_("The file is empty."))
    separator = separator or _separator(first, columns)
    reader = csv.reader(chain([first], lines), delimiter=separator)
    header = [_name(cell) for cell in _guarded(reader, skipped)]
    places = _places(header, columns)
    return Table(
        notes=_notes(header, columns, separator),
        rows=_rows(reader, skipped, len(header), itemgetter(*places) if len(places) > 1 else _only(places[0])),
    )


def _only(place: int) -> Callable[[list[str]], tuple[str]]:
    return lambda cells: (cells[place],)


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Lines with their end as \\n. Decoded as they come; one that does not end is refused, not collected."""
    block = stream.read(BLOCK)
    _refuse_other_kinds(block)
    utf8 = codecs.getincrementaldecoder("utf-8-sig")("strict")
    decoder = io.IncrementalNewlineDecoder(utf8, translate=True)
    rest, count = "", 0
    while True:
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as wrong:
            line = count + rest.count("\n") + wrong.object[: wrong.start].count(b"\n") + 1
            raise Unreadable(
                _("Line %(line)s is not in UTF-8, the file was probably saved as Windows-1252. Save it as “CSV UTF-8”.")
                % {"line": line},
                line,
            ) from None
        if not block and not text:
            break
        if "\0" in text:
            text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
        parts = (rest + text).split("\n")
        rest = parts.pop()
        count += len(parts)
        if len(rest) > MAX_LINE:
            raise Unreadable(_("Line %(line)s does not end. Is this a CSV file?") % {"line": count + 1}, count + 1)
        yield from [f"{part}\n" for part in parts]
        block = stream.read(BLOCK)
    if rest:
        yield rest


def _refuse_other_kinds(block: bytes) -> None:
    for mark, message in _NOT_TEXT.items():
        if block.startswith(mark):
            raise Unreadable(str(message))
    if block.startswith(_UTF16) or block[:200].count(b"\0") > len(block[:200]) // 4 > 0:
        raise Unreadable(_("This file is in UTF-16 (“Unicode text”). Save it as “CSV UTF-8”."))


def _separator(first: str, columns: Sequence[str]) -> str:
    wanted = {name.lower() for name in columns}
    found = {mark: len(wanted & set(map(_name, _cells(first, mark)))) for mark in SEPARATORS}
    best = max(found, key=lambda mark: found[mark])
    if not found[best]:
        raise Unreadable(
            _("The first line has to name the columns, separated by comma, semicolon or tab: %(columns)s.")
            % {"columns": ", ".join(columns)},
            1,
        )
    return best


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _name(cell: str) -> str:
    return cell.strip().lower()


def _places(header: list[str], columns: Sequence[str]) -> list[int]:
    """Where each column stands in the file; all that are missing or there twice are named at once."""
    lower = {name.lower(): name for name in columns}
    missing = [name for name in columns if name.lower() not in header]
    twice = [name for key, name in lower.items() if header.count(key) > 1]
    said = []
    if missing:
        said.append(_("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)})
    if twice:
        said.append(_("These columns are there twice: %(columns)s.") % {"columns": ", ".join(twice)})
    if said:
        raise Unreadable(" ".join(said), 1)
    return [header.index(name.lower()) for name in columns]


def _notes(header: list[str], columns: Sequence[str], separator: str) -> list[str]:
    known = {name.lower() for name in columns}
    others = [name[:40] or "?" for name in header if name not in known]
    notes = [_("Columns are separated by %(separator)s.") % {"separator": SEPARATORS.get(separator, separator)}]
    if others:
        notes.append(_("Columns that were not read: %(columns)s.") % {"columns": ", ".join(others[:20])})
    return notes


def _guarded(reader: Any, skipped: int) -> list[str]:
    """The next record; Unreadable when a quote swallows more than a cell can hold."""
    try:
        return next(reader)
    except csv.Error:
        line = reader.line_num + skipped
        raise Unreadable(
            _("Up to line %(line)s a quote is never closed. Put texts with a quote inside into two quotes.")
            % {"line": line},
            line,
        ) from None


def _rows(reader: Any, skipped: int, width: int, pick: Callable[[list[str]], Iterable[str]]) -> Iterator[Any]:
    line = reader.line_num + skipped + 1
    while True:
        try:
            cells = _guarded(reader, skipped)
        except StopIteration:
            return
        if len(cells) == width:
            yield (line, 0, *[cell.strip() for cell in pick(cells)])
        elif any(cell.strip() for cell in cells):
            padded = (cells + [""] * width)[:width]
            yield (line, len(cells), *[cell.strip() for cell in pick(padded)])
        line = reader.line_num + skipped + 1


class CopySource:
    """A file for COPY … FROM STDIN (FORMAT csv) that makes its bytes as they are asked for.

    told: called with the number of rows after each batch.
    """

    def __init__(self, rows: Iterable[tuple[Any, ...]], told: Callable[[int], None]):
        self._rows, self._told, self.count = iter(rows), told, 0

    def read(self, size: int = -1) -> bytes:
        batch = list(islice(self._rows, ROWS_AT_ONCE))
        if not batch:
            return b""
        self.count += len(batch)
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(batch)
        self._told(self.count)
        return buffer.getvalue().encode()
