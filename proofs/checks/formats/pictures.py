"""Where a picture file ends, how many frames it has, and whether its parts are whole.

Decoders are made to show as much as possible: they accept missing ends and ignore what follows. These walks
over the parts of the file, without decoding, find both. Each is linear in the number of parts and bounded by
MAX_PICTURE_PARTS.
"""

import re
import struct
import zlib
from collections.abc import Callable

from proofs.checks.formats.boxes import heif_layout
from proofs.checks.formats.layout import INCOMPLETE, Layout
from proofs.checks.formats.tiff import tiff_layout
from proofs.checks.limits import MAX_FRAMES, MAX_JPEG_PREVIEWS, MAX_JPEG_SCANS, MAX_PICTURE_PARTS

# In compressed JPEG data FF is followed by 00 or a restart mark; anything else is the next segment.
_NEXT_SEGMENT = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
# Zeros, and the start of a picture directly followed by a segment.
_PREVIEW = re.compile(rb"\0*\xff\xd8\xff")


def jpeg_layout(data: bytes) -> Layout:
    """Walks the segments to the end mark of the picture and of the previews that follow it (multi-picture
    format); a preview cut off means that the file is.
    """
    layout = _one_jpeg(data, 2)
    for _ in range(MAX_JPEG_PREVIEWS):
        match = _PREVIEW.match(data, layout.end) if layout.end >= 0 and not layout.damage else None
        if match is None:
            break
        following = _one_jpeg(data, match.end() - 1)
        if following.damage:
            break
        layout = following
    return layout


def _one_jpeg(data: bytes, at: int) -> Layout:
    """Walks the segments from `at` to the end mark of the picture."""
    scans = 0
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
    """Walks the chunks and compares every checksum; counts the frames of an animation that are there."""
    at, controls, damage = 8, 0, ""
    view = memoryview(data)
    for _ in range(MAX_PICTURE_PARTS):
        if at + 12 > len(data):
            return Layout(INCOMPLETE, damage=damage)
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            return Layout(INCOMPLETE, damage=damage)
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            damage = damage or f"checksum of {kind!r} at {at}"
        controls += kind == b"fcTL"
        at = end
        if kind == b"IEND":
            return Layout(at, max(controls, 1), damage)
    return Layout(at, damage="too many chunks")


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


LAYOUTS: dict[str, Callable[[bytes], Layout]] = {
    "jpeg": jpeg_layout,
    "png": png_layout,
    "gif": gif_layout,
    "webp": webp_layout,
    "tiff": tiff_layout,
    "heic": heif_layout,
}
