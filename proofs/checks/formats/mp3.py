"""Where an MP3 file ends: tags in front, frame after frame of sound, tags behind."""

import re

from proofs.checks.formats.layout import INCOMPLETE, Layout
from proofs.checks.limits import MAX_MP3_FRAMES

# Kilobits a second by the number in the frame's head, for MPEG 1 and for MPEG 2 and 2.5 (layer III).
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# Samples a second by version (the two bits as they stand in the file; 1 is none).
_SAMPLES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_OLD_TAG_BYTES = 128
_TAGS_BEHIND = re.compile(rb"APETAGEX|LYRICSBEGIN|3DI")
# How many frames a file says it has, behind the head of its first frame.
_COUNTED = re.compile(rb"(?:Xing|Info)\0\0\0[\x01\x03\x05\x07\x09\x0b\x0d\x0f](.{4})", re.DOTALL)


def frame_length(head: bytes) -> int:
    """Bytes of the frame whose first four bytes these are, 0 when they begin none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or samples == 3:
        return 0
    rates, factor = (_RATES_1, 144_000) if version == 3 else (_RATES_2, 72_000)
    return factor * rates[rate] // _SAMPLES[version][samples] + (head[2] >> 1 & 1)


def tag_length(data: bytes, at: int) -> int:
    """Bytes of the tag (ID3v2) that begins at the offset, 0 when none does."""
    head = data[at : at + 10]
    if len(head) < 10 or head[:3] != b"ID3" or head[3] not in (2, 3, 4) or any(byte & 0x80 for byte in head[6:]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + size + (10 if head[5] & 0x10 else 0)


def mp3_layout(data: bytes) -> Layout:
    """Walks tags and frames; frames = frames of sound. Cut off in a frame, or before the announced last one."""
    at = 0
    while length := tag_length(data, at):
        at += length
    while at < len(data) and data[at] == 0:  # padding behind the tag
        at += 1
    if at >= len(data):
        return Layout(INCOMPLETE, 0)
    start, frames = at, 0
    while frames < MAX_MP3_FRAMES and (length := frame_length(data[at : at + 4])):
        if at + length > len(data):
            return Layout(INCOMPLETE, frames)
        at, frames = at + length, frames + 1
    if frames < 2:
        return Layout(at, frames, damage="no sound")
    if frames == MAX_MP3_FRAMES:
        return Layout(at, frames, damage="too many frames")
    counted = _COUNTED.search(data, start, start + 64)
    if counted and frames < int.from_bytes(counted.group(1), "big") and at >= len(data):
        return Layout(INCOMPLETE, frames)
    return Layout(_behind_tags(data, at), frames)


def _behind_tags(data: bytes, at: int) -> int:
    """Offset behind the tags that follow the sound: the old one is always last."""
    last = len(data) - _OLD_TAG_BYTES
    if last >= at and data[last : last + 3] == b"TAG" and (last == at or _TAGS_BEHIND.match(data, at)):
        return len(data)
    return at + tag_length(data, at)
