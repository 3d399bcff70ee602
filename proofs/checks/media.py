"""Does the recording really play, completely, and is it nothing else besides?"""

import io
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.formats.boxes import film_layout
from proofs.checks.formats.layout import INCOMPLETE, Layout
from proofs.checks.formats.mp3 import mp3_layout
from proofs.checks.formats.trailing import Trailing, judge_trailing
from proofs.checks.limits import (
    MAX_MEDIA_PACKETS,
    MAX_MEDIA_SECONDS,
    MAX_MEDIA_STREAMS,
    MAX_MEDIA_WALK_SECONDS,
    MAX_PIXELS,
    MEDIA_DECODED_PACKETS,
)

CONTAINERS = {"mp4": "mp4", "mov": "mov", "mp3": "mp3"}
_LAYOUTS: dict[str, Callable[[bytes], Layout]] = {"mp4": film_layout, "mov": film_layout, "mp3": mp3_layout}
# What phones, cameras and editing programs write, and nothing else: every further decoder is a further way in.
_CODECS = {
    "video": frozenset(("h264", "hevc", "mpeg4", "mjpeg", "prores", "av1", "vp9")),
    "audio": frozenset(
        ("aac", "mp3", "ac3", "eac3", "alac", "opus", "pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be")
    ),
}


class MediaCheck(Check):
    """Walks the container to its end, reads every packet and decodes the beginning of each track.

    Stops recordings that are cut off, damaged, too long, written by an unknown codec, or carry another file. Sets the
    facts duration (seconds), streams, codec (of the picture, else of the sound), and width and height of a film.
    """

    name = "media"
    version = 1

    def applies_to(self, subject: Subject) -> bool:
        return subject.kind in CONTAINERS

    def run(self, subject: Subject) -> Sequence[Outcome]:
        layout = _LAYOUTS[subject.kind](subject.data)
        if layout.end == INCOMPLETE:
            return [_incomplete()]
        found = _hidden(subject.data, layout)
        if layout.damage:
            found.append(_damaged(layout.damage))
        else:
            found += _play(subject)
        return worst_first(found)


def _hidden(data: bytes, layout: Layout) -> list[Outcome]:
    what, detail = judge_trailing(data, layout.end)
    if what is Trailing.DANGEROUS or layout.hidden:
        text = _(
            "Another file or a script is hidden in this recording. Export it again from its program and upload that."
        )
        return [Outcome(Level.STOP, text, layout.hidden or detail)]
    if what in (Trailing.TEXT, Trailing.UNKNOWN):
        text = _("There are extra data behind the end of the recording; they are ignored.")
        return [Outcome(Level.WARNING, text, detail)]
    return []


def _play(subject: Subject) -> list[Outcome]:
    import av  # a hundred megabytes of decoders that only recordings need
    import av.error  # its exceptions, under the same reason

    av.logging.set_level(None)  # what it says of strangers' files is no news for our log
    try:
        with av.open(io.BytesIO(subject.data), format=CONTAINERS[subject.kind]) as container:
            return _streams(subject, container) or _packets(container)
    # The decoders raise whatever the broken bytes lead to; memory that runs out is the wall's business.
    except (
        av.error.FFmpegError,
        ValueError,
        OverflowError,
        IndexError,
        UnicodeDecodeError,
        ZeroDivisionError,
    ) as error:
        return [_damaged(repr(error)[:500])]


def _streams(subject: Subject, container: Any) -> list[Outcome]:
    """Refusals by what the container says of itself; sets the facts."""
    shown = [one for one in container.streams if one.type in _CODECS and not _is_cover(one)]
    if subject.kind != "mp3" and not any(one.type == "video" for one in shown):
        return [_nothing_to_play()]
    if not shown or len(container.streams) > MAX_MEDIA_STREAMS:
        return [_nothing_to_play(f"{len(container.streams)} streams")]
    # Phones add a second track of sound that only their own players know; the first one is enough.
    heard = {one.type for one in shown if _is_playable(one)}
    unknown = [_codec(one) for one in shown if one.type not in heard]
    if unknown:
        text = _("The recording is in a format (%(codec)s) that reviewers cannot play. Save it as MP4 (H.264) or MP3.")
        return [Outcome(Level.STOP, text % {"codec": ", ".join(unknown)})]
    seconds = (container.duration or 0) / 1_000_000
    if not 0 < seconds <= MAX_MEDIA_SECONDS:
        text = _(
            "The recording says that it lasts %(seconds)d seconds, which cannot be. Export it again and upload it."
        )
        return [Outcome(Level.STOP, text % {"seconds": seconds})]
    shown = [one for one in shown if _is_playable(one)]
    main = next((one for one in shown if one.type == "video"), shown[0])
    subject.facts |= {"duration": round(seconds, 1), "streams": len(container.streams), "codec": _codec(main)}
    if main.type == "video":
        subject.facts |= {"width": main.width, "height": main.height}
        if not 0 < main.width * main.height <= MAX_PIXELS:
            return [_damaged(f"{main.width} × {main.height}")]
    return []


def _packets(container: Any) -> list[Outcome]:
    """Reads every packet, and decodes each track until its first picture or sound comes."""
    waiting = {one.index: MEDIA_DECODED_PACKETS for one in container.streams if _is_playable(one)}
    for index in waiting:
        container.streams[index].thread_count = 1
    decoded: set[int] = set()
    started = time.monotonic()
    for number, packet in enumerate(container.demux()):
        if number > MAX_MEDIA_PACKETS or time.monotonic() - started > MAX_MEDIA_WALK_SECONDS:
            return [_damaged("too many parts")]
        if packet.is_corrupt:
            return [_damaged(f"corrupt packet at {packet.pos}")]
        at = packet.stream_index
        if at in decoded or waiting.get(at, 0) <= 0:
            continue
        waiting[at] -= 1
        if packet.decode():
            decoded.add(at)
    silent = [one for one in container.streams if one.index in waiting and one.index not in decoded]
    return [_damaged(f"nothing decoded of {len(silent)} tracks")] if any(not _is_cover(one) for one in silent) else []


def _codec(stream: Any) -> str:
    return str(stream.codec_context.codec.canonical_name) if stream.codec_context else "-"


def _is_playable(stream: Any) -> bool:
    return _codec(stream) in _CODECS.get(stream.type, ())


def _is_cover(stream: Any) -> bool:
    """Whether a track is the one picture of a recording's cover, of which nothing depends."""
    return bool(stream.disposition & stream.disposition.attached_pic)


def _incomplete() -> Outcome:
    text = _(
        "The recording is incomplete: the file is cut off (truncated). Copy it again from its source and upload it."
    )
    return Outcome(Level.STOP, text, "end missing")


def _damaged(detail: str) -> Outcome:
    text = _("The recording is damaged and cannot be played. Export it again from its program and upload it.")
    return Outcome(Level.STOP, text, detail)


def _nothing_to_play(detail: str = "no picture") -> Outcome:
    text = _("There is nothing to play in this file. Export the recording as MP4 or MP3 and upload that.")
    return Outcome(Level.STOP, text, detail)
