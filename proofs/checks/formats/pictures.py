"""Where a picture file ends, how many frames it has, and whether its parts are whole.

Decoders are made to show as much as possible: they accept missing ends and ignore what follows. These walks
over the parts of the file, without decoding, find both. Each is linear in the number of parts and bounded by
MAX_PICTURE_PARTS.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from proofs.checks.limits import (
    MAX_FRAMES,
    MAX_JPEG_SCANS,
    MAX_PICTURE_PARTS,
    MAX_TIFF_PAGES,
    MAX_TIFF_STRIPS,
    MAX_TIFF_TAGS,
)


@dataclass(frozen=True)
class Layout:
    """end = offset behind the last byte of the picture, -1 when the file stops before its end mark.
    damage = technical words about a part that cannot be right, "" when none."""

    end: int
    frames: int = 1
    damage: str = ""


INCOMPLETE = -1

# In compressed JPEG data FF is followed by 00 or a restart mark; anything else is the next segment.
_NEXT_SEGMENT = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)


def jpeg_layout(data: bytes) -> Layout:
    """Walks the segments to the end mark of the first picture (later ones are previews behind it)."""
    at, scans = 2, 0
    for _ in range(MAX_PICTURE_PARTS):
        match = _NEXT_SEGMENT.search(data, at)
        if match is None:
            return Layout(INCOMPLETE)
        marker, at = match.group(1)[0], match.end()
        if marker == 0xD9:
            return Layout(at) if scans else Layout(at, damage="no picture data")
        if marker in (0x01, 0xD8):
            continue
        if at + 2 > len(data):
            return Layout(INCOMPLETE)
        at += int.from_bytes(data[at : at + 2], "big")
        if at > len(data):
            return Layout(INCOMPLETE)
        scans += marker == 0xDA
        if scans > MAX_JPEG_SCANS:
            return Layout(at, damage=f"more than {MAX_JPEG_SCANS} scans")
    return Layout(at, damage="too many segments")


def png_layout(data: bytes) -> Layout:
    """Walks the chunks and compares every checksum; counts APNG frames."""
    at, frames, damage = 8, 1, ""
    view = memoryview(data)
    for _ in range(MAX_PICTURE_PARTS):
        if at + 12 > len(data):
            return Layout(INCOMPLETE, frames, damage)
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            return Layout(INCOMPLETE, frames, damage)
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            damage = damage or f"checksum of {kind!r} at {at}"
        if kind == b"acTL" and length >= 4:
            frames = int.from_bytes(data[at + 8 : at + 12], "big")
        at = end
        if kind == b"IEND":
            return Layout(at, frames, damage)
    return Layout(at, frames, "too many chunks")


def gif_layout(data: bytes) -> Layout:
    """Walks blocks and counts frames."""
    if len(data) < 13:
        return Layout(INCOMPLETE)
    at, frames = 13 + _color_table(data[10]), 0
    for _ in range(MAX_PICTURE_PARTS):
        if at >= len(data):
            return Layout(INCOMPLETE, frames)
        mark = data[at]
        if mark == 0x3B:
            return Layout(at + 1, frames) if frames else Layout(at + 1, damage="no picture data")
        if mark == 0x2C:
            if at + 11 > len(data):
                return Layout(INCOMPLETE, frames)
            frames += 1
            at = _after_sub_blocks(data, at + 11 + _color_table(data[at + 9]))
        elif mark == 0x21:
            at = _after_sub_blocks(data, at + 2)
        else:
            return Layout(at, frames, damage=f"unknown block {mark:#x} at {at}")
        if at < 0:
            return Layout(INCOMPLETE, frames)
    return Layout(at, frames, damage="too many blocks")


def _color_table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_sub_blocks(data: bytes, at: int) -> int:
    for _ in range(MAX_PICTURE_PARTS):
        if at >= len(data):
            return INCOMPLETE
        length = data[at]
        at += 1 + length
        if not length:
            return at
    return INCOMPLETE


def webp_layout(data: bytes) -> Layout:
    """Compares the announced length with the real one; counts animation frames."""
    if len(data) < 20:
        return Layout(INCOMPLETE)
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        return Layout(INCOMPLETE)
    at, frames = 12, 0
    while at + 8 <= end and frames < MAX_FRAMES:
        frames += data[at : at + 4] == b"ANMF"
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + (length & 1)
    if at > end + 1:
        return Layout(end, max(frames, 1), damage="a part is longer than the file says")
    return Layout(end + (end & 1 and data[end : end + 1] == b"\0"), max(frames, 1))


_TIFF_SIZES = {3: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}
_TIFF_OFFSETS = {273: 279, 324: 325}


def tiff_layout(data: bytes) -> Layout:
    """Walks the pages; every strip and tile must lie inside the file. A TIFF has no end mark, so end =
    length.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    at = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)[0] if len(data) >= 16 else 0
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MAX_TIFF_PAGES:
        seen.add(at)
        try:
            at, whole = _tiff_page(data, at, order, big)
        except struct.error:
            return Layout(INCOMPLETE, len(seen))
        if not whole:
            return Layout(INCOMPLETE, len(seen))
    if not seen:
        return Layout(len(data), damage="no page")
    return Layout(len(data), len(seen), damage="pages form a circle" if at in seen else "")


def _tiff_page(data: bytes, at: int, order: str, big: bool) -> tuple[int, bool]:
    """Offset of the next page (0 = none) and whether the data of this page lie inside the file."""
    count = struct.unpack_from(order + ("Q" if big else "H"), data, at)[0]
    start, step = at + (8 if big else 2), 20 if big else 12
    if start + count * step > len(data) or count > MAX_TIFF_TAGS:
        return 0, False
    tags: dict[int, list[int]] = {}
    for index in range(count):
        entry = start + index * step
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag in _TIFF_OFFSETS or tag in _TIFF_OFFSETS.values():
            tags[tag] = _tiff_numbers(data, entry, kind, order, big)
    whole = all(
        offset + length <= len(data)
        for offsets, lengths in _TIFF_OFFSETS.items()
        for offset, length in zip(tags.get(offsets, ()), tags.get(lengths, ()), strict=False)
    )
    return struct.unpack_from(order + ("Q" if big else "I"), data, start + count * step)[0], whole


def _tiff_numbers(data: bytes, entry: int, kind: int, order: str, big: bool) -> list[int]:
    if kind not in _TIFF_SIZES:
        return []
    code, width = _TIFF_SIZES[kind]
    count = struct.unpack_from(order + ("Q" if big else "I"), data, entry + 4)[0]
    inline, room = entry + (12 if big else 8), 8 if big else 4
    at = inline if count * width <= room else struct.unpack_from(order + ("Q" if big else "I"), data, inline)[0]
    if at + count * width > len(data) or count > MAX_TIFF_STRIPS:
        raise struct.error("values outside the file")
    return list(struct.unpack_from(f"{order}{count}{code}", data, at))


LAYOUTS: dict[str, Callable[[bytes], Layout]] = {
    "jpeg": jpeg_layout,
    "png": png_layout,
    "gif": gif_layout,
    "webp": webp_layout,
    "tiff": tiff_layout,
}
