"""What the raw bytes of a PDF say, before any parser has touched it.

The sweep looks for the names of active things in any spelling (`/J#61vaScript` is `/JavaScript`), in the
plain part of the file and in its compressed object streams. Precision without losing recall:

- `sure`  = a name standing where a name has its meaning: not in a string, a comment or the body of a stream.
            It counts always, also in superseded revisions and objects nobody refers to.
- `maybe` = a name inside a string, comment or stream body, for example a page that prints "/JavaScript". It
            counts only when no parser can open the file, since then nobody can say what it is.

Tricks that make a name look as if it stood in a string or stream do not help: the walk through the opened
document (`pdf_objects`) finds the same names by structure.
"""

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from proofs.checks.limits import MAX_PDF_EXPANDED_BYTES, MAX_PDF_HITS, MAX_PDF_NAMES

SCRIPT, LAUNCH, MEDIA, FORM, EMBEDDED, SENDS, REMOTE = (
    "script",
    "launch",
    "media",
    "form",
    "embedded",
    "sends",
    "remote",
)

# Name in the file → what it means for us.
REASONS: dict[bytes, str] = {
    b"JavaScript": SCRIPT,
    b"JS": SCRIPT,
    b"Launch": LAUNCH,
    b"RichMedia": MEDIA,
    b"RichMediaContent": MEDIA,
    b"XFA": FORM,
    b"EmbeddedFile": EMBEDDED,
    b"EmbeddedFiles": EMBEDDED,
    b"SubmitForm": SENDS,
    b"ImportData": SENDS,
    b"GoToR": REMOTE,
    b"GoToE": REMOTE,
}
_NAME_ENDS = rb"(?=[\s\0()<>\[\]{}/%]|\Z)"


def _spelled(name: bytes) -> bytes:
    """Pattern of a name of which any character may be written as #xx."""
    return b"".join(
        b"(?:%c|#%s)" % (char, b"".join(b"[%c%c]" % (d, ord(chr(d).upper())) for d in b"%x" % char)) for char in name
    )


def _any_of(*names: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"/(" + rb"|".join(_spelled(name) for name in names) + rb")" + _NAME_ENDS)


ACTIVE_NAME = _any_of(*REASONS)
_OBJECT_STREAM = _any_of(b"ObjStm")
_ENCRYPTED = _any_of(b"Encrypt")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"\bstream(?:\r\n|\n|\r)")
_STREAM_END = b"endstream"
_OUTSIDE = re.compile(rb"\(|%[^\r\n]*")
_INSIDE = re.compile(rb"\\.|[()]", re.DOTALL)
# What follows /JS when it is a script and not, say, the name of a font: text, or (less surely) a reference.
_TEXT_VALUE = re.compile(rb"\s{0,64}(?:\(|<(?!<))")
_REFERENCE = re.compile(rb"\s{0,64}\d{1,10}\s{1,8}\d{1,5}\s{1,8}R")
# A string longer than this before a name is not looked through; the name then counts.
_LOOK_BACK = 16_384
_XFA_SCRIPT = re.compile(rb"<(?:\w{1,20}:)?(?:script|execute|submit)[\s>/]", re.IGNORECASE)


@dataclass
class Sweep:
    """Reasons by certainty, with the offset of the first place; `bomb` = object streams expand beyond the
    limit.
    """

    sure: dict[str, int] = field(default_factory=dict)
    maybe: dict[str, int] = field(default_factory=dict)
    bomb: bool = False
    encrypted: bool = False


def plain_name(name: bytes) -> bytes:
    """A PDF name with its #xx escapes decoded."""
    return _ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), name)


def sweep(data: bytes) -> Sweep:
    """Looks through the file and its compressed object streams; linear in the file's size."""
    result = Sweep()
    bodies = _Bodies(data)
    _collect(data, bodies, result)
    result.encrypted = any(
        not bodies.contain(match.start()) for match in islice(_ENCRYPTED.finditer(data), MAX_PDF_NAMES)
    )
    left = MAX_PDF_EXPANDED_BYTES
    for body in _object_streams(data, bodies):
        expanded = _expand(body, left)
        left -= len(expanded)
        if left <= 0:
            result.bomb = True
            break
        _collect(expanded, None, result)
    if FORM in result.sure and _XFA_SCRIPT.search(data):
        result.sure.setdefault(SCRIPT, result.sure[FORM])
    return result


def has_form_script(xml: bytes) -> bool:
    """Whether a piece of an XFA form runs or sends something."""
    return _XFA_SCRIPT.search(xml) is not None


class _Bodies:
    """Spans of stream bodies in the plain file, found only when somebody asks."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._spans: tuple[list[int], list[int]] | None = None

    @property
    def spans(self) -> tuple[list[int], list[int]]:
        if self._spans is None:
            starts, ends, at = [], [], 0
            while match := _STREAM.search(self.data, at):
                end = self.data.find(_STREAM_END, match.end())
                end = end if end >= 0 else len(self.data)
                starts.append(match.end())
                ends.append(end)
                at = end + len(_STREAM_END)
            self._spans = starts, ends
        return self._spans

    def contain(self, at: int) -> bool:
        starts, ends = self.spans
        index = bisect_right(starts, at) - 1
        return index >= 0 and at < ends[index]

    def next_after(self, at: int) -> tuple[int, int] | None:
        """The first body that begins behind this offset."""
        starts, ends = self.spans
        index = bisect_right(starts, at)
        return (starts[index], ends[index]) if index < len(starts) else None


def _collect(data: bytes, bodies: _Bodies | None, result: Sweep) -> None:
    looked_at = 0
    for count, match in enumerate(ACTIVE_NAME.finditer(data)):
        at, reason = match.start(), REASONS[plain_name(match.group(1))]
        if count > MAX_PDF_NAMES:
            result.sure.setdefault(reason, at)
            return
        if reason in result.sure:
            continue
        surely, possibly = _means_something(data, match)
        if possibly and (not surely or (bodies is not None and bodies.contain(at))):
            result.maybe.setdefault(reason, at)
        elif surely:
            looked_at += 1
            hidden = looked_at <= MAX_PDF_HITS and _in_string_or_comment(data, at)
            (result.maybe if hidden else result.sure).setdefault(reason, at)


def _means_something(data: bytes, match: re.Match[bytes]) -> tuple[bool, bool]:
    """Whether the name means what we look for by itself, and whether it may do so.

    Only /JS is ambiguous: fonts are called so, and in megabytes of compressed pictures it turns up by
    chance. A script action that refers to its text says /JavaScript beside it.
    """
    if plain_name(match.group(1)) != b"JS":
        return True, True
    text = _TEXT_VALUE.match(data, match.end()) is not None
    return text, text or _REFERENCE.match(data, match.end()) is not None


def _in_string_or_comment(data: bytes, at: int) -> bool:
    """Reads from the beginning of the object up to the offset, counting brackets as a PDF reader does."""
    floor = max(0, at - _LOOK_BACK)
    begin = max(data.rfind(b"obj", floor, at), floor)
    depth = 0
    while match := (_INSIDE if depth else _OUTSIDE).search(data, begin, at):
        token, begin = match.group(), match.end()
        if token == b"(":
            depth += 1
        elif token == b")":
            depth -= 1
        elif token[:1] == b"%" and begin == at:
            return True
    return depth > 0


def _object_streams(data: bytes, bodies: _Bodies) -> Iterator[bytes]:
    done = 0
    for match in _OBJECT_STREAM.finditer(data):
        body = bodies.next_after(match.start())
        if body and body[0] > done and not bodies.contain(match.start()):
            done = body[0]
            yield data[body[0] : body[1]]


def _expand(body: bytes, most: int) -> bytes:
    """Content of a Flate stream up to `most` bytes; other filters are left to the parser and come back as
    they are.
    """
    try:
        return zlib.decompressobj().decompress(body, most)
    except zlib.error:
        return body


@dataclass(frozen=True)
class End:
    """`at` = offset behind the last end mark, -1 when the file is cut off; `reason` in technical words."""

    at: int
    reason: str = ""


_PADDING = b"\0 \t\r\n\x1a"
_START_OF_TABLE = re.compile(rb"startxref\s+(\d{1,12})\s*$")
_MORE_OBJECTS = re.compile(rb"\b\d{1,10}\s{1,8}\d{1,5}\s{1,8}obj\b|\bxref\b|\btrailer\b|endobj\b")


def find_end(data: bytes, tail: int) -> End:
    """Where the PDF ends. A repaired file is still cut off: parsers that rebuild the table do not tell.

    Complete means: `startxref N` and `%%EOF` close the file (padding and up to any foreign data behind it
    aside), N points into the file, and no further objects follow, which would be a cut-off later revision.
    """
    mark = data.rfind(b"%%EOF")
    if mark < 0:
        return End(-1, "no %%EOF")
    table = _START_OF_TABLE.search(data[max(0, mark - tail) : mark])
    if table is None:
        return End(-1, "no startxref before %%EOF")
    offset = int(table.group(1))
    # A file made for the web begins with a first part of its own that ends in "startxref 0".
    if offset == 0 or offset >= len(data):
        return End(-1, f"startxref {offset} of {len(data)} bytes")
    if _MORE_OBJECTS.search(data, mark):
        return End(-1, "objects behind the last %%EOF")
    return End(mark + len(b"%%EOF"))
