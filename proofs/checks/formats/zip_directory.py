"""The directory of a ZIP file, judged before anything in it is expanded, and its entries, expanded within bounds.

A program that opens an archive believes the directory at its end; others believe the header before each entry. A
file in which the two disagree, overlap or leave room for more is two files at once.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from proofs.checks.limits import (
    MAX_ZIP_ENTRIES,
    MAX_ZIP_EXPANDED_BYTES,
    MAX_ZIP_RATIO,
    ZIP_CHUNK_BYTES,
    ZIP_RATIO_FROM_BYTES,
)

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _CENTRAL_SIZE, _LOCAL_SIZE = 22, 20, 46, 30
_LONGEST_COMMENT = 65_535
_STORED, _DEFLATED, _AES = 0, 8, 99
_LOCKED, _SIZES_FOLLOW = 0x1, 0x8
_UNKNOWN = 0xFFFFFFFF  # the value stands in the 64-bit field instead
# Bytes of the record that may follow an entry whose sizes were not known when it was begun.
_DESCRIPTORS = (0, 12, 16, 20, 24)


class Fault(Enum):
    """What is wrong with an archive, the most dangerous first."""

    EXPANDS = "expands too far"
    TOO_MANY = "too many entries"
    OVERLAP = "entries share bytes"
    OUTSIDE = "a name leads out of the folder"
    TWICE = "a name stands twice"
    DISAGREES = "the header of an entry disagrees with the directory"
    HIDDEN = "bytes that belong to no entry"
    AFTER = "bytes behind the end"
    LOCKED = "an entry is encrypted"
    CUT_OFF = "no directory at the end"
    DAMAGED = "damaged"


class BadArchive(Exception):
    """An archive that must not be read on; `fault` says why, the text is for us."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(detail)
        self.fault, self.detail = fault, detail


@dataclass(frozen=True)
class Entry:
    """One file in the archive as the directory describes it; `offset` is where its own header begins."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/") and self.size == 0


@dataclass(frozen=True)
class Directory:
    """The entries in the order of the directory, and all that is wrong with them: (fault, technical words)."""

    entries: tuple[Entry, ...]
    faults: tuple[tuple[Fault, str], ...]


def read_directory(data: bytes) -> Directory:
    """The judged directory of an archive that has to fill `data` from its first byte to its last. Never raises."""
    try:
        end = _find_end(data)
        entries, start = _entries(data, end)
    except BadArchive as error:
        return Directory((), ((error.fault, error.detail),))
    faults = [*_names(entries), *_sizes(entries), *_locks(entries), *_places(data, entries, start)]
    if data[end : end + 4] == END and _comment(data, end):
        faults.append((Fault.AFTER, f"a comment of {_comment(data, end)} bytes"))
    order = list(Fault)
    return Directory(tuple(entries), tuple(sorted(faults, key=lambda fault: order.index(fault[0]))))


def _comment(data: bytes, end: int) -> int:
    return int(struct.unpack_from("<H", data, end + 20)[0])


def _find_end(data: bytes) -> int:
    """Offset of the end record that closes the file."""
    first = max(0, len(data) - _END_SIZE - _LONGEST_COMMENT)
    at = data.rfind(END, first)
    if at < 0:
        inside = data.rfind(END)
        if inside >= 0:
            raise BadArchive(Fault.AFTER, f"{len(data) - inside - _END_SIZE} bytes behind the end record")
        raise BadArchive(Fault.CUT_OFF, "no end record")
    if at + _END_SIZE > len(data):
        raise BadArchive(Fault.CUT_OFF, "the end record is cut off")
    behind = len(data) - at - _END_SIZE - _comment(data, at)
    if behind > 0:
        raise BadArchive(Fault.AFTER, f"{behind} bytes behind the end record")
    if behind < 0:
        raise BadArchive(Fault.CUT_OFF, f"{-behind} bytes of the comment are missing")
    return at


def _entries(data: bytes, end: int) -> tuple[list[Entry], int]:
    """The entries and where the directory begins."""
    disk, _, here, count, size, offset = struct.unpack_from("<4H2I", data, end + 4)
    close = end
    locator = end - _LOCATOR_SIZE
    if locator >= 0 and data[locator : locator + 4] == _LOCATOR64:
        close = struct.unpack_from("<Q", data, locator + 8)[0]
        if close + 56 > locator or data[close : close + 4] != _END64:
            raise BadArchive(Fault.DAMAGED, "the 64-bit end record is not where it should be")
        here, count, size, offset = struct.unpack_from("<4Q", data, close + 24)
    if disk or here != count:
        raise BadArchive(Fault.DAMAGED, "the archive has several volumes")
    if count > MAX_ZIP_ENTRIES:
        raise BadArchive(Fault.TOO_MANY, f"{count} entries")
    if offset + size > close:
        raise BadArchive(Fault.CUT_OFF, f"the directory would end at {offset + size}, behind {close}")
    if offset + size < close:
        raise BadArchive(Fault.HIDDEN, f"{close - offset - size} bytes before the archive or behind its directory")
    entries, at = [], offset
    for _index in range(count):
        entry, at = _entry(data, at, close)
        entries.append(entry)
    if at != close:
        raise BadArchive(Fault.HIDDEN, f"{close - at} bytes behind the last line of the directory")
    return entries, offset


def _entry(data: bytes, at: int, close: int) -> tuple[Entry, int]:
    if data[at : at + 4] != CENTRAL or at + _CENTRAL_SIZE > close:
        raise BadArchive(Fault.DAMAGED, f"no line of the directory at {at}")
    flags, method = struct.unpack_from("<2H", data, at + 8)
    crc, packed, size, name_length, extra_length, comment = struct.unpack_from("<3I3H", data, at + 16)
    offset = struct.unpack_from("<I", data, at + 42)[0]
    name_at = at + _CENTRAL_SIZE
    after = name_at + name_length + extra_length + comment
    if after > close:
        raise BadArchive(Fault.DAMAGED, f"a line of the directory at {at} is too long")
    extra = data[name_at + name_length : name_at + name_length + extra_length]
    size, packed, offset = _wide(extra, size, packed, offset)
    name = _name(data[name_at : name_at + name_length])
    return Entry(name, flags, method, crc, packed, size, offset), after


def _name(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _wide(extra: bytes, *values: int) -> tuple[int, int, int]:
    """The three numbers of a line, those that do not fit into 32 bits from its 64-bit field."""
    at, field = 0, b""
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
        at += 4 + length
    found = []
    for value in values:
        if value == _UNKNOWN and len(field) >= 8:
            value, field = struct.unpack_from("<Q", field)[0], field[8:]
        found.append(value)
    return found[0], found[1], found[2]


def _names(entries: Sequence[Entry]) -> Iterator[tuple[Fault, str]]:
    seen: set[str] = set()
    for entry in entries:
        parts = entry.name.split("/")
        if ".." in parts or parts[0] == "" or "\\" in entry.name or "\0" in entry.name or ":" in parts[0]:
            yield Fault.OUTSIDE, repr(entry.name[:200])
        # Office programs and some disks take two names that differ in case only for the same one.
        if entry.name.casefold() in seen:
            yield Fault.TWICE, repr(entry.name[:200])
        seen.add(entry.name.casefold())


def _sizes(entries: Sequence[Entry]) -> Iterator[tuple[Fault, str]]:
    total = sum(entry.size for entry in entries)
    if total > MAX_ZIP_EXPANDED_BYTES:
        yield Fault.EXPANDS, f"{total} bytes in all"
    for entry in entries:
        if entry.size >= ZIP_RATIO_FROM_BYTES and entry.size > MAX_ZIP_RATIO * max(entry.packed, 1):
            yield Fault.EXPANDS, f"{entry.name[:200]!r}: {entry.packed} to {entry.size} bytes"


def _locks(entries: Sequence[Entry]) -> Iterator[tuple[Fault, str]]:
    for entry in entries:
        if entry.flags & _LOCKED or entry.method == _AES:
            yield Fault.LOCKED, repr(entry.name[:200])
        elif entry.method not in (_STORED, _DEFLATED):
            yield Fault.DAMAGED, f"{entry.name[:200]!r}: compression {entry.method}"


def _places(data: bytes, entries: Sequence[Entry], directory: int) -> Iterator[tuple[Fault, str]]:
    """Entries have to stand one behind the other, from the first byte up to the directory."""
    at = 0
    for entry in sorted(entries, key=lambda one: one.offset):
        gap = entry.offset - at
        if gap < 0:
            yield Fault.OVERLAP, f"{entry.name[:200]!r} begins {-gap} bytes before the end of another"
        elif gap not in (_DESCRIPTORS if at else (0,)):
            yield Fault.HIDDEN, f"{gap} bytes before {entry.name[:200]!r}"
        wrong = _header_fault(data, entry)
        if wrong:
            yield Fault.DISAGREES, f"{entry.name[:200]!r}: {wrong}"
            return
        at = max(at, data_start(data, entry) + entry.packed)
    if at > directory:
        yield Fault.OVERLAP, f"an entry reaches {at - directory} bytes into the directory"
    elif entries and directory - at not in _DESCRIPTORS:
        yield Fault.HIDDEN, f"{directory - at} bytes before the directory"


def _header_fault(data: bytes, entry: Entry) -> str:
    """What the header before an entry says otherwise than the directory, "" when they agree."""
    at = entry.offset
    if data[at : at + 4] != LOCAL or at + _LOCAL_SIZE > len(data):
        return f"no header at {at}"
    flags, method = struct.unpack_from("<2H", data, at + 6)
    crc, packed, size, name_length = struct.unpack_from("<3IH", data, at + 14)
    if _name(data[at + _LOCAL_SIZE : at + _LOCAL_SIZE + name_length]) != entry.name:
        return "another name"
    if method != entry.method or (flags ^ entry.flags) & (_LOCKED | _SIZES_FOLLOW):
        return "another method"
    for told, true in ((crc, entry.crc), (packed, entry.packed), (size, entry.size)):
        if told not in (true, _UNKNOWN) and not (flags & _SIZES_FOLLOW and told == 0):
            return f"{told} instead of {true}"
    return ""


def data_start(data: bytes, entry: Entry) -> int:
    """Where the bytes of an entry begin: behind its own header. Raises BadArchive when the file has no such place."""
    if entry.offset + _LOCAL_SIZE > len(data):
        raise BadArchive(Fault.CUT_OFF, f"no header at {entry.offset}")
    name_length, extra_length = struct.unpack_from("<2H", data, entry.offset + 26)
    return int(entry.offset + _LOCAL_SIZE + name_length + extra_length)


def expand(data: bytes, entry: Entry) -> Iterator[bytes]:
    """The content of an entry in chunks, never more than the directory promises. Raises BadArchive."""
    start = data_start(data, entry)
    packed = memoryview(data)[start : start + entry.packed]
    if len(packed) < entry.packed:
        raise BadArchive(Fault.CUT_OFF, f"{entry.name[:200]!r} is cut off")
    crc = size = 0
    for chunk in _stored(packed) if entry.method == _STORED else _inflated(packed, entry):
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        if size > entry.size:
            raise BadArchive(Fault.EXPANDS, f"{entry.name[:200]!r} has more than the {entry.size} bytes it promises")
        yield chunk
    if size != entry.size or crc != entry.crc:
        raise BadArchive(Fault.DAMAGED, f"{entry.name[:200]!r}: {size} bytes with checksum {crc:08x}")


def _stored(packed: memoryview) -> Iterator[bytes]:
    for at in range(0, len(packed), ZIP_CHUNK_BYTES):
        yield bytes(packed[at : at + ZIP_CHUNK_BYTES])


def _inflated(packed: memoryview, entry: Entry) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), ZIP_CHUNK_BYTES):
            rest: bytes = bytes(packed[at : at + ZIP_CHUNK_BYTES])
            while rest:
                yield inflate.decompress(rest, ZIP_CHUNK_BYTES)
                rest = inflate.unconsumed_tail
            if inflate.unused_data:
                raise BadArchive(Fault.HIDDEN, f"{entry.name[:200]!r}: bytes behind its compressed data")
        yield inflate.flush()
    except zlib.error as error:
        raise BadArchive(Fault.DAMAGED, f"{entry.name[:200]!r}: {error}") from error
    if not inflate.eof:
        raise BadArchive(Fault.CUT_OFF, f"{entry.name[:200]!r}: its compressed data stop early")


def beginning(data: bytes, entry: Entry, most: int) -> bytes:
    """The first bytes of an entry; raises BadArchive when they cannot be read."""
    found = b""
    for chunk in expand(data, entry):
        found += chunk
        if len(found) >= most:
            break
    return found[:most]
