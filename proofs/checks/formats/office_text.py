"""The words in an office file, as plain text and no more of them than are shown."""

import re

from proofs.checks.formats.office_xml import Listener
from proofs.checks.limits import MAX_SHARED_STRINGS, MAX_SHOWN_LETTERS

_WORD = re.compile(r"word/document\d*\.xml")
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_SHARED = "xl/sharedStrings.xml"


class Words:
    """The text collected so far, all parts together."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self.shared: list[str] = []

    @property
    def is_full(self) -> bool:
        return self._length >= MAX_SHOWN_LETTERS

    def add(self, piece: str) -> None:
        if piece and not self.is_full:
            self._pieces.append(piece[: MAX_SHOWN_LETTERS - self._length])
            self._length += len(piece)

    def __str__(self) -> str:
        """Without lines of blanks and without control characters, which no page shows and no database keeps."""
        whole = "".join(char for char in "".join(self._pieces) if char.isprintable() or char in "\n\t")
        lines = (line.rstrip() for line in whole.split("\n"))
        return "\n".join(line for line in lines if line)


class _Reader:
    """What all readers of text have: the words they add to."""

    def __init__(self, words: Words) -> None:
        self._words = words

    @property
    def is_done(self) -> bool:
        return self._words.is_full


class Paragraphs(_Reader):
    """Text of documents and slides: what stands in `texts`; each of `lines` ends a line, each of `cells` a cell."""

    def __init__(self, words: Words, texts: frozenset[str], lines: frozenset[str], cells: frozenset[str]) -> None:
        super().__init__(words)
        self._texts, self._lines, self._cells = texts, lines, cells
        self._inside = 0

    def start(self, name: str, _values: dict[str, str]) -> None:
        self._inside += name in self._texts

    def text(self, data: str) -> None:
        if self._inside:
            self._words.add(data)

    def end(self, name: str) -> None:
        self._inside -= name in self._texts
        if name in self._lines:
            self._words.add("\n")
        elif name in self._cells:
            self._words.add("\t")


class SharedStrings(_Reader):
    """The strings of a workbook, which its cells name by number."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._pieces, self._reads = [""], False

    @property
    def is_done(self) -> bool:
        return len(self._words.shared) >= MAX_SHARED_STRINGS

    def start(self, name: str, _values: dict[str, str]) -> None:
        if name == "si":
            self._pieces = []
        self._reads = name == "t"

    def text(self, data: str) -> None:
        if self._reads and len(self._words.shared) < MAX_SHARED_STRINGS:
            self._pieces.append(data[:MAX_SHOWN_LETTERS])

    def end(self, name: str) -> None:
        self._reads = False
        if name == "si" and len(self._words.shared) < MAX_SHARED_STRINGS:
            self._words.shared.append("".join(self._pieces))


class Cells(_Reader):
    """The rows of one sheet: a tab between cells, a line for each row."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._kind, self._value, self._reads = "", "", False

    def start(self, name: str, values: dict[str, str]) -> None:
        if name == "c":
            self._kind, self._value = values.get("t", ""), ""
        self._reads = name in ("v", "t") and not self._words.is_full

    def text(self, data: str) -> None:
        if self._reads and len(self._value) < MAX_SHOWN_LETTERS:
            self._value += data

    def end(self, name: str) -> None:
        self._reads = False
        if name == "c" and self._value:
            self._words.add(self._shown() + "\t")
        elif name == "row":
            self._words.add("\n")

    def _shown(self) -> str:
        if self._kind != "s":
            return self._value
        at = int(self._value) if self._value.isascii() and self._value.isdigit() and len(self._value) < 10 else -1
        return self._words.shared[at] if 0 <= at < len(self._words.shared) else "…"


def reader_of(name: str, words: Words) -> list[Listener]:
    """What reads the text of this part; none for a part without text, or when there is enough of it."""
    if words.is_full:
        return []
    if name == _SHARED:
        return [SharedStrings(words)]
    if _SHEET.fullmatch(name):
        return [Cells(words)]
    if _WORD.fullmatch(name):
        return [Paragraphs(words, frozenset({"t"}), frozenset({"p", "br"}), frozenset({"tab"}))]
    if _SLIDE.fullmatch(name):
        return [Paragraphs(words, frozenset({"t"}), frozenset({"p", "br"}), frozenset())]
    if name == "content.xml":
        cells = frozenset({"table-cell", "tab"})
        return [Paragraphs(words, frozenset({"p", "h"}), frozenset({"p", "h", "table-row", "line-break"}), cells)]
    return []


def is_sheet(name: str) -> bool:
    """A part of nothing but cells, the largest there are: what it may load from elsewhere stands in other parts."""
    return _SHEET.fullmatch(name) is not None


def reading_order(name: str) -> tuple[int, int, str]:
    """Sorts parts: what the others refer to first, then pages by their number."""
    if name.endswith(("[Content_Types].xml", ".rels", "META-INF/manifest.xml")):
        return 0, 0, name
    if name == _SHARED:
        return 1, 0, name
    match = _SLIDE.fullmatch(name) or _SHEET.fullmatch(name)
    return 2, int(match[1][:9]) if match else 0, name
