"""Ways to break a file: as a bad line, a bad disk or a bad person would."""

import random
import struct
import zlib
from collections.abc import Callable

Mutation = Callable[[random.Random, bytes, bytes], bytes]

_MAGIC = (
    b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\xff\xd9", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04\x14\0\0\0", b"PK\x05\x06",
    b"GIF89a", b"II*\0", b"RIFF\xff\xff\xff\xffWEBP", b"\0\0\0\x18ftypheic", b"\0\0\0\x08moov",
    b"ID3\x04\0\0\x7f\x7f\x7f\x7f", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<script>alert(1)</script>", b"endobj\n",
    b"endstream", b"stream\n", b"%%EOF", b"/JavaScript", b"/Kids[1 0 R]", b"\0", b"\xff" * 16, b"MZ\x90\0",
)  # fmt: skip
_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_MOST_FLIPS = 8
_LONGEST_CHUNK = 4_096


def flip_bits(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """A few bits turned round."""
    broken = bytearray(data)
    for _ in range(rnd.randint(1, _MOST_FLIPS)):
        broken[rnd.randrange(len(broken))] ^= 1 << rnd.randrange(8)
    return bytes(broken)


def cut_off(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """The beginning only."""
    return data[: rnd.randrange(len(data))]


def take_out(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """A piece is missing."""
    start, end = _chunk(rnd, data)
    return data[:start] + data[end:]


def say_twice(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """A piece is there again and again."""
    start, end = _chunk(rnd, data)
    return data[:end] + data[start:end] * rnd.choice((1, 1, 2, 20)) + data[end:]


def swap(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """Two pieces have changed places."""
    a, b, c, d = sorted(rnd.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def blank(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """A piece is all zeros or noise."""
    start, end = _chunk(rnd, data)
    return data[:start] + (bytes(end - start) if rnd.random() < 0.5 else rnd.randbytes(end - start)) + data[end:]


def other_number(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """A length, a count or a place says something extreme; in the first part of the file, where most of them stand."""
    form = rnd.choice(("B", ">H", "<H", ">I", "<I"))
    number = struct.pack(form, rnd.choice(_NUMBERS) & (1 << 8 * struct.calcsize(form)) - 1)
    at = rnd.randrange(min(len(data), rnd.choice((64, 1_024, len(data)))))
    return data[:at] + number + data[at + len(number) :]


def other_digits(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """The same for formats that write their numbers as text."""
    digits = [at for at in range(len(data)) if 0x30 <= data[at] <= 0x39]
    if not digits:
        return flip_bits(rnd, data, other)
    at = rnd.choice(digits)
    return data[:at] + rnd.choice((b"0", b"-1", b"99999999999", b"2147483648", b"1e400")) + data[at + 1 :]


def splice(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """Begins as one file and goes on as another."""
    return data[: rnd.randrange(1, len(data))] + other[rnd.randrange(len(other)) :]


def put_in(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """A mark of some format where none belongs."""
    at = rnd.randrange(len(data) + 1)
    return data[:at] + rnd.choice(_MAGIC) + data[at:]


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, cut_off, take_out, say_twice, swap, blank, other_number, other_digits, splice, put_in,
)  # fmt: skip


def mutant(rnd: random.Random, data: bytes, other: bytes) -> bytes:
    """The file broken in one way, sometimes in two or three. Never the file itself."""
    broken = data
    while data in (broken, mended(broken)):
        for _ in range(rnd.choice((1, 1, 1, 2, 3))):
            broken = rnd.choice(MUTATIONS)(rnd, broken, other)
            broken = broken if len(broken) > 1 else data  # next to nothing left: begin again
    return mended(broken) if rnd.random() < 0.5 else broken


def mended(data: bytes) -> bytes:
    """A PNG gets right checksums, so that what is broken reaches the decoder; other files stay as they are."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    parts, at = [data[:8]], 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if end + 4 > len(data):
            break
        parts += [data[at:end], zlib.crc32(data[at + 4 : end]).to_bytes(4, "big")]
        at = end + 4
    return b"".join([*parts, data[at:]])


def _chunk(rnd: random.Random, data: bytes) -> tuple[int, int]:
    start = rnd.randrange(len(data))
    return start, min(len(data), start + rnd.randint(1, min(_LONGEST_CHUNK, len(data))))
