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

import base64
import binascii
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
    # Runs when a three-dimensional drawing is opened.
    b"OnInstantiate": SCRIPT,
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
# What makes /JavaScript the heading of a list, perhaps an empty one, and not the kind of an action.
_LIST = re.compile(rb"\s{0,64}(?:<<|\d{1,10}\s{1,8}\d{1,5}\s{1,8}R)")
_KIND_OF_ACTION = re.compile(rb"/(?:S|#53)\s{0,64}\Z")
_HEX = re.compile(rb"[0-9A-Fa-f\s]*>?\s*")
# A string longer than this before a name is not looked through; the name then counts.
_LOOK_BACK = 16_384
_SCRIPT_LINK = re.compile(rb"/URI\s{0,64}\(\s{0,64}javascript:", re.IGNORECASE)
_BLANKS = re.compile(rb"[\0-\x20]|\xfe\xff|\xff\xfe")
_XFA_SCRIPT = re.compile(rb"<(?:\w{1,20}:)?(?:script|execute|submit)[\s>/]", re.IGNORECASE)


_BEFORE_XML = b"\xef\xbb\xbf \t\r\n"


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
    if FORM in result.sure and (_XFA_SCRIPT.search(data) or _packed_form_script(data, bodies)):
        result.sure.setdefault(SCRIPT, result.sure[FORM])
    return result


def is_script_link(address: bytes) -> bool:
    """Whether a link runs a script, also when written with blanks or in 16-bit letters."""
    return _BLANKS.sub(b"", address[:200]).lower().startswith(b"javascript:")


def has_form_script(xml: bytes) -> bool:
    """Whether a piece of an XFA form runs or sends something."""
    return _XFA_SCRIPT.search(xml) is not None


def _packed_form_script(data: bytes, bodies: "_Bodies") -> bool:
    """Whether a compressed part of a form has a script; looks only into streams that begin as XML."""
    left = MAX_PDF_EXPANDED_BYTES
    for start, end in zip(*bodies.spans, strict=True):
        head = _expand(data[start : min(end, start + 256)], 16)
        if left > 0 and head.lstrip(_BEFORE_XML).startswith(b"<"):
            xml = _expand(data[start:end], left)
            left -= len(xml)
            if has_form_script(xml):
                return True
    return False


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
    _collect_links(data, bodies, result)
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


def _collect_links(data: bytes, bodies: _Bodies | None, result: Sweep) -> None:
    for match in islice(_SCRIPT_LINK.finditer(data), MAX_PDF_HITS):
        inside = bodies is not None and bodies.contain(match.start())
        (result.maybe if inside else result.sure).setdefault(SCRIPT, match.start())


def _means_something(data: bytes, match: re.Match[bytes]) -> tuple[bool, bool]:
    """Whether the name means what we look for by itself, and whether it may do so.

    Two names are ambiguous. /JavaScript also heads the list of a document's scripts, which programs leave
    behind empty; a script in it says /S /JavaScript itself. /JS is what some fonts are called, and in
    megabytes of compressed pictures it turns up by chance; a script action that refers to its text says
    /JavaScript beside it.
    """
    name, end = plain_name(match.group(1)), match.end()
    if name == b"JavaScript" and _LIST.match(data, end):
        return _KIND_OF_ACTION.search(data, max(0, match.start() - 70), match.start()) is not None, True
    if name != b"JS":
        return True, True
    text = _TEXT_VALUE.match(data, end) is not None
    return text, text or _REFERENCE.match(data, end) is not None


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
    """Content of a Flate stream, also of one written in letters, up to `most` bytes; other filters are left to
    the parser and come back as they are.
    """
    for decode in (bytes, _from_hex, _from_base_85):
        try:
            return zlib.decompressobj().decompress(decode(body), most)
        except (zlib.error, ValueError):
            continue
    return _from_hex(body) if _HEX.fullmatch(body) else body


def _from_hex(body: bytes) -> bytes:
    digits = b"".join(body.partition(b">")[0].split())
    return binascii.unhexlify(digits + b"0" * (len(digits) % 2))


def _from_base_85(body: bytes) -> bytes:
    return base64.a85decode(body.partition(b"~>")[0])
