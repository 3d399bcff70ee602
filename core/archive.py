"""A ZIP whose every byte is known before the first one is sent: stored, never deflated, ZIP64 where needed.

Sizes and CRC-32 come from the database, so the length is exact, any range can be answered, and no file is held in
memory. Same entries, same bytes.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

CHUNK = 128 * 1024  # larger buffers leave the allocator's fast path
LIMIT_32 = 0xFFFFFFFF
LIMIT_16 = 0xFFFF
_FIRST_YEAR, _LAST_YEAR = 1980, 2107  # what a DOS date can say
_UTF8 = 1 << 11
_PLAIN_VERSION, _ZIP64_VERSION = 20, 45
_MADE_BY_UNIX = 3 << 8
_MODE = 0o100644 << 16
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")


@dataclass(frozen=True)
class Entry:
    """One file of an archive. content: bytes made for it, else `key` names a stored file of `size` bytes."""

    path: str
    size: int
    crc32: int
    modified: datetime
    content: bytes | None = None
    key: str = ""


@dataclass(frozen=True)
class Part:
    """A run of bytes of the archive: `content`, or where that is None the stored file of `entry`."""

    start: int
    length: int
    content: bytes | None
    entry: Entry | None = None


class PartChanged(Exception):
    """A stored file is no longer as long as the layout says: the answer must break off, a wrong file is worse."""


class Archive:
    """The layout of an archive. length: exact number of bytes."""

    def __init__(self, entries: list[Entry]):
        self.entries = entries
        self.parts: list[Part] = []
        self.length = 0
        offsets = []
        for entry in entries:
            offsets.append(self.length)
            self._add(_local_header(entry))
            self._append(entry.size, entry.content, entry)
        start = self.length
        for entry, offset in zip(entries, offsets, strict=True):
            self._add(_central_header(entry, offset))
        self._add(_ending(len(entries), self.length - start, start))

    def _add(self, header: bytes) -> None:
        self._append(len(header), header)

    def _append(self, length: int, content: bytes | None, entry: Entry | None = None) -> None:
        self.parts.append(Part(self.length, length, content, entry))
        self.length += length

    def stream(self, open_stored: Callable[[str], Any], first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """Bytes first…last (inclusive, default: all) in chunks. Raises PartChanged when a stored file has changed."""
        end = self.length if last is None else last + 1
        for part in self.parts:
            low, high = max(first - part.start, 0), min(end - part.start, part.length)
            if low < high:
                yield from _bytes_of(part, low, high, open_stored)


def _bytes_of(part: Part, low: int, high: int, open_stored: Callable[[str], Any]) -> Iterator[bytes]:
    if part.content is not None or part.entry is None:
        yield (part.content or b"")[low:high]
        return
    entry = part.entry
    with open_stored(entry.key) as file:
        file.seek(low)
        left = high - low
        while left:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                raise PartChanged(entry.path)
            left -= len(chunk)
            yield chunk
        if high == entry.size and file.read(1):
            raise PartChanged(entry.path)


def _dos_time(moment: datetime) -> tuple[int, int]:
    at = moment.astimezone(UTC)
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        at = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    date = (at.year - _FIRST_YEAR) << 9 | at.month << 5 | at.day
    return at.hour << 11 | at.minute << 5 | at.second // 2, date


def _local_header(entry: Entry) -> bytes:
    name = entry.path.encode()
    extra, size, version = b"", entry.size, _PLAIN_VERSION
    if entry.size >= LIMIT_32:
        extra, size, version = struct.pack("<2H2Q", 1, 16, entry.size, entry.size), LIMIT_32, _ZIP64_VERSION
    time, date = _dos_time(entry.modified)
    fixed = _LOCAL.pack(b"PK\x03\x04", version, _UTF8, 0, time, date, entry.crc32, size, size, len(name), len(extra))
    return fixed + name + extra


def _central_header(entry: Entry, offset: int) -> bytes:
    name = entry.path.encode()
    wide = [entry.size, entry.size] if entry.size >= LIMIT_32 else []
    wide += [offset] if offset >= LIMIT_32 else []
    extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = _ZIP64_VERSION if wide else _PLAIN_VERSION
    size, place = min(entry.size, LIMIT_32), min(offset, LIMIT_32)
    time, date = _dos_time(entry.modified)
    fixed = _CENTRAL.pack(
        b"PK\x01\x02", _MADE_BY_UNIX | version, version, _UTF8, 0, time, date, entry.crc32, size, size,
        len(name), len(extra), 0, 0, 0, _MODE, place,
    )  # fmt: skip
    return fixed + name + extra


def _ending(count: int, size: int, start: int) -> bytes:
    end = _END.pack(
        b"PK\x05\x06",
        0,
        0,
        min(count, LIMIT_16),
        min(count, LIMIT_16),
        min(size, LIMIT_32),
        min(start, LIMIT_32),
        0,
    )
    if count < LIMIT_16 and size < LIMIT_32 and start < LIMIT_32:
        return end
    wide = _END64.pack(
        b"PK\x06\x06",
        _END64.size - 12,
        _MADE_BY_UNIX | _ZIP64_VERSION,
        _ZIP64_VERSION,
        0,
        0,
        count,
        count,
        size,
        start,
    )
    return wide + _LOCATOR.pack(b"PK\x06\x07", 0, start + size, 1) + end
