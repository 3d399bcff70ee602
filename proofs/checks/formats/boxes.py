"""Where a file made of boxes ends (HEIC, MP4, MOV: ISO base media), and what stands in its empty boxes.

Players read what they need and ignore the rest; this walk over the outer boxes finds a file cut off, what follows
behind the last box, and the boxes that no player reads, in which another file may hide.
"""

import struct
from dataclasses import dataclass

from proofs.checks.formats.layout import INCOMPLETE, Layout
from proofs.checks.formats.trailing import Trailing, judge_trailing
from proofs.checks.limits import MAX_BOXES

# The boxes that stand outermost in files of cameras, phones and editing programs.
_OUTER = frozenset(
    (
        b"ftyp", b"styp", b"meta", b"moov", b"moof", b"mfra", b"mdat", b"idat", b"sidx", b"ssix", b"prft", b"emsg",
        b"pdin", b"meco", b"mpvd", b"free", b"skip", b"wide", b"junk", b"uuid", b"pnot", b"PICT", b"udta", b"imda",
    )
)  # fmt: skip
_IGNORED = (b"free", b"skip", b"wide", b"junk")


@dataclass(frozen=True)
class Boxes(Layout):
    """As a layout. kinds = the outer boxes found."""

    kinds: frozenset[bytes] = frozenset()


def walk_boxes(data: bytes) -> Boxes:
    """Walks the outer boxes until the end, the first thing that is none, or MAX_BOXES of them."""
    at, hidden = 0, ""
    kinds: set[bytes] = set()
    for _ in range(MAX_BOXES):
        if at + 8 > len(data):
            return Boxes(at, kinds=frozenset(kinds), hidden=hidden)
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind not in _OUTER:
            return Boxes(at, kinds=frozenset(kinds), hidden=hidden)
        body = at + 8
        if size == 1:
            if at + 16 > len(data):
                return Boxes(INCOMPLETE, kinds=frozenset(kinds))
            size, body = struct.unpack_from(">Q", data, body)[0], at + 16
        end = at + size if size else len(data)  # 0: the rest of the file
        if end < body:
            return Boxes(at, damage=f"box {kind!r} at {at} of {size} bytes", kinds=frozenset(kinds))
        if end > len(data):
            return Boxes(INCOMPLETE, kinds=frozenset(kinds))
        kinds.add(kind)
        if kind in _IGNORED and not hidden:
            what, detail = judge_trailing(data[:end], body)
            hidden = detail if what is Trailing.DANGEROUS else ""
        at = end
    return Boxes(at, damage="too many boxes", kinds=frozenset(kinds))


def heif_layout(data: bytes) -> Boxes:
    """The layout of a picture of a phone; without the box that describes it, it is none."""
    boxes = walk_boxes(data)
    if boxes.end != INCOMPLETE and not boxes.damage and b"meta" not in boxes.kinds:
        return Boxes(boxes.end, damage="no description of the picture", kinds=boxes.kinds)
    return boxes


def film_layout(data: bytes) -> Boxes:
    """The layout of a film. Its table of contents often stands at the end: without it, the file was cut off."""
    boxes = walk_boxes(data)
    if boxes.end != INCOMPLETE and not boxes.damage and b"moov" not in boxes.kinds:
        return Boxes(INCOMPLETE, kinds=boxes.kinds)
    return boxes
