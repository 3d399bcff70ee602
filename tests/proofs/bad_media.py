"""Bad films, recordings and tables."""

import struct

from tests.factories.media import FRAMES, film, recording
from tests.files.make_files import archive, cut, encoded, photo
from tests.proofs.bad import Bad


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def with_duration(units: int) -> bytes:
    """The film says that it lasts so many thousandths of a second, wherever that stands."""
    data = bytearray(film())
    for name, offset in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20), (b"elst", 12), (b"stts", 16)):
        at = data.index(name) + offset
        data[at : at + 4] = struct.pack(">I", units // FRAMES if name == b"stts" else units)
    return bytes(data)


def with_codec(mark: bytes) -> bytes:
    return film().replace(b"avc1\0\0\0\0\0\0\0\1", mark + b"\0\0\0\0\0\0\0\1")


def noise_inside() -> bytes:
    """The picture data overwritten, the table of contents untouched."""
    data = bytearray(film())
    at = data.index(b"mdat") + 4
    data[at : at + 7_000] = b"\x5a" * 7_000
    return bytes(data)


def sound_of_one_frame() -> bytes:
    return b"\xff\xfb\x90\x44" + bytes(413)


def cover_only() -> bytes:
    """A tag with a cover and no sound behind it."""
    cover = b"\0image/png\0\3\0" + encoded("PNG")
    frame = b"APIC" + struct.pack(">IH", len(cover), 0) + cover
    size = len(frame)
    return b"ID3\3\0\0" + bytes((size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127)) + frame


_HTML = b"<html><script>alert(1)</script></html>"
_LONG_CELL = b'Day;Text\n1;"' + b"a" * 5_000_000

ROWS = (
    Bad("film: ZIP behind", "f.mp4", lambda: film() + archive(), "refused", "kind"),
    Bad("film: web page behind", "f.mov", lambda: film("mov", "mpeg4") + _HTML, "refused", "media"),
    Bad("film: script in an empty box", "f.mp4", lambda: film() + box(b"free", _HTML), "refused", "media"),
    Bad("film: program in an empty box", "f.mp4",
        lambda: film() + box(b"skip", b"MZ\x90\0" + bytes(99)), "refused", "media"),
    Bad("film: readable text behind", "f.mp4",
        lambda: film() + b"\nrecorded at the fair in Lyon\n", "clean", "media", "warning"),
    Bad("film: cut off in the middle", "f.mp4", lambda: cut(film(), 0.5), "refused", "media"),
    Bad("film: without its table of contents", "f.mp4",
        lambda: film()[: film().rindex(b"moov") - 4], "refused", "media"),
    Bad("film: empty table of contents", "f.mp4", lambda: film()[:32] + box(b"moov", b""), "refused", "media"),
    Bad("film: box smaller than its own head", "f.mp4",
        lambda: film() + struct.pack(">I4s", 4, b"free"), "refused", "media"),
    Bad("film: box of nine exabytes", "f.mp4",
        lambda: film()[:32] + struct.pack(">I4sQ", 1, b"mdat", 2**63), "refused", "media"),
    Bad("film: twenty thousand empty boxes", "f.mp4", lambda: film() + box(b"free", b"") * 20_001, "refused", "media"),
    Bad("film: lasts seven weeks", "f.mp4", lambda: with_duration(2**32 - 11), "refused", "media"),
    Bad("film: unknown codec", "f.mp4", lambda: with_codec(b"zzzz"), "refused", "media"),
    Bad("film: picture data overwritten", "f.mp4", noise_inside, "refused", "media"),
    Bad("film: only sound in it", "f.mp4", lambda: recording(1.0, "mp4", "aac"), "refused", "media"),
    Bad("film: sound named .mp4", "f.mp4", lambda: recording(1.0, "ipod", "aac"), "refused", "kind"),
    Bad("film: Matroska named .mp4", "f.mp4", lambda: film("matroska"), "refused", "kind"),
    Bad("film: MOV named .mp4", "f.mp4", lambda: film("mov", "mpeg4"), "refused", "kind"),
    Bad("film: old format (AVI)", "f.avi", lambda: film("avi", "mpeg4"), "refused", "kind"),
    Bad("recording: ZIP behind", "r.mp3", lambda: recording() + archive(), "refused", "kind"),
    Bad("recording: web page behind", "r.mp3", lambda: recording() + _HTML, "refused", "media"),
    Bad("recording: cut off in the last frame", "r.mp3", lambda: recording()[:-9], "refused", "media"),
    Bad("recording: cut off between two frames", "r.mp3",
        lambda: recording()[: len(recording()) // 2], "refused", "media"),
    Bad("recording: one frame of sound", "r.mp3", sound_of_one_frame, "refused", "media"),
    Bad("recording: only a cover", "r.mp3", cover_only, "refused", "media"),
    Bad("recording: noise behind the start", "r.mp3", lambda: recording()[:45] + photo().tobytes(), "refused", "media"),
    Bad("recording: WAVE named .mp3", "r.mp3", lambda: recording(1.0, "wav", "pcm_s16le"), "refused", "kind"),
    Bad("recording: FLAC behind a tag", "r.mp3",
        lambda: b"ID3\4\0\0\0\0\0\1\0" + recording(1.0, "flac", "flac"), "refused", "media"),
    Bad("recording: MP3 named .mp4", "r.mp4", recording, "refused", "kind"),
    Bad("table: a cell that never ends", "t.csv", lambda: _LONG_CELL, "refused", "table"),
    Bad("table: cells that calculate", "t.csv",
        lambda: b"Day;Reach\n1;=HYPERLINK(\"http://example.com\")\n", "clean", "table", "note"),
    Bad("table: spreadsheet named .csv", "t.csv", archive, "refused", "kind"),
    Bad("table: zeros between the letters", "t.csv", lambda: "Day;Reach".encode("utf-16-le"), "refused", "text"),
)  # fmt: skip
