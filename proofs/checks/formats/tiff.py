"""Whether a TIFF file is whole: its directories, their values and its picture data lie inside the file.

A TIFF has no end mark; a file cut off shows only by what points behind its end.
"""

import struct
from dataclasses import dataclass

from proofs.checks.formats.layout import INCOMPLETE, Layout
from proofs.checks.limits import MAX_TIFF_PAGES, MAX_TIFF_STRIPS, MAX_TIFF_TAGS

# Bytes of one value by type number.
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_NUMBERS = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
# Tags that say where parts of the picture begin → tags that say how long each is; strips, tiles, old JPEG.
_PARTS = {273: 279, 324: 325, 513: 514}
# Tags that point to further directories: smaller pictures, camera data, place.
_DIRECTORIES = (330, 34665, 34853)


class _CutOff(Exception):
    """Something lies behind the end of the file."""


@dataclass(frozen=True)
class _Form:
    """Byte order and whether the file is of the kind with 8-byte offsets."""

    order: str
    big: bool

    @property
    def offset(self) -> str:
        return self.order + ("Q" if self.big else "I")


def tiff_layout(data: bytes) -> Layout:
    """Walks the pages and the directories they point to; end = length, frames = pages."""
    form = _Form("<" if data[:2] == b"II" else ">", data[2:4] in (b"+\0", b"\0+"))
    seen: set[int] = set()
    pages = 0
    try:
        at = _number(data, 8 if form.big else 4, form.offset)
        while at and at not in seen and pages < MAX_TIFF_PAGES:
            pages += 1
            at, further = _directory(data, at, form, seen)
            while further and len(seen) < 2 * MAX_TIFF_PAGES:
                below = further.pop()
                if below not in seen:
                    further += _directory(data, below, form, seen)[1]
    except _CutOff as error:
        return Layout(INCOMPLETE, max(pages, 1), str(error))
    if not pages:
        return Layout(len(data), damage="no page")
    return Layout(len(data), pages, damage="pages form a circle" if at in seen else "")


def _directory(data: bytes, at: int, form: _Form, seen: set[int]) -> tuple[int, list[int]]:
    """Offset of the next page (0 = none) and of directories below this one. Raises _CutOff."""
    seen.add(at)
    count = _number(data, at, form.order + ("Q" if form.big else "H"))
    start, step = at + (8 if form.big else 2), 20 if form.big else 12
    if count > MAX_TIFF_TAGS:
        raise _CutOff(f"{count} tags at {at}")
    values: dict[int, list[int]] = {}
    for entry in range(start, start + count * step, step):
        tag = _number(data, entry, form.order + "H")
        values[tag] = _values(data, entry, form, wanted=tag in (*_PARTS, *_PARTS.values(), *_DIRECTORIES))
    for offsets, lengths in _PARTS.items():
        for offset, length in zip(values.get(offsets, ()), values.get(lengths, ()), strict=False):
            if offset + length > len(data):
                raise _CutOff(f"picture data until {offset + length} of {len(data)}")
    further = [below for tag in _DIRECTORIES for below in values.get(tag, ()) if below]
    return _number(data, start + count * step, form.offset), further


def _values(data: bytes, entry: int, form: _Form, wanted: bool) -> list[int]:
    """Numbers of one entry when they are wanted and whole numbers; all of them must lie inside the file."""
    kind, count = _number(data, entry + 2, form.order + "H"), _number(data, entry + 4, form.offset)
    size = _WIDTHS.get(kind, 0) * count
    at, room = (entry + 12, 8) if form.big else (entry + 8, 4)
    if size > room:
        at = _number(data, at, form.offset)
    if at + size > len(data) or (wanted and count > MAX_TIFF_STRIPS):
        raise _CutOff(f"{count} values at {at}")
    return (
        list(struct.unpack_from(f"{form.order}{count}{_NUMBERS[kind]}", data, at))
        if wanted and kind in _NUMBERS
        else []
    )


def _number(data: bytes, at: int, code: str) -> int:
    if at + struct.calcsize(code) > len(data):
        raise _CutOff(f"directory at {at} of {len(data)}")
    return int(struct.unpack_from(code, data, at)[0])
