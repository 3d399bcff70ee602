"""Can the picture really be shown, completely, without exhausting the machine?"""

import io
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from PIL import Image

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.formats.heic import decode_heic, open_heic
from proofs.checks.formats.layout import INCOMPLETE, Layout
from proofs.checks.formats.pictures import LAYOUTS
from proofs.checks.formats.trailing import Trailing, judge_trailing
from proofs.checks.kinds import BY_NAME
from proofs.checks.limits import DRAFT_EDGE, MAX_PIXELS, MAX_TIFF_PAGES, MAX_TIFF_PIXELS

if TYPE_CHECKING:
    from pillow_heif import HeifFile

_PILLOW = {"jpeg": ("JPEG",), "png": ("PNG",), "gif": ("GIF",), "webp": ("WEBP",), "tiff": ("TIFF",)}
# What the decoders raise at broken bytes.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, OverflowError, TypeError, RuntimeError)


class ImageCheck(Check):
    """Reads the size from the header, then decodes once: JPEG at reduced size, everything else in full, a TIFF page
    by page.

    Stops pictures that are too large, incomplete, damaged or carry another file behind their end. Broken
    metadata of a good picture is a warning. Sets the facts width, height, frames (a TIFF: pages) and leaves the decoded
    picture (at least DRAFT_EDGE wide or high where the original is) in `scratch["picture"]` for thumbnails
    and hashes.
    """

    name = "image"
    version = 3
    after_stop = True

    def applies_to(self, subject: Subject) -> bool:
        kind = BY_NAME.get(subject.kind)
        return kind is not None and kind.is_picture

    def run(self, subject: Subject) -> Sequence[Outcome]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = self._look(subject)
        if caught and not any(outcome.level is Level.STOP for outcome in found):
            found.append(_broken_metadata("; ".join(str(item.message) for item in caught)))
        return worst_first(_once(found))

    def _look(self, subject: Subject) -> list[Outcome]:
        layout = LAYOUTS[subject.kind](subject.data)
        if layout.end == INCOMPLETE:
            return [_incomplete()]
        found = _open(subject)
        if layout.damage:
            found.append(_damaged(layout.damage))
        else:
            found += _behind_the_end(subject.data, layout)
            if "picture" in subject.scratch:
                found += _load(subject)
        if any(outcome.level is Level.STOP for outcome in found):
            subject.scratch.pop("picture", None)
            return found
        subject.facts["pages" if subject.kind == "tiff" else "frames"] = layout.frames
        return found + _frames(subject.kind, layout.frames) + _metadata(subject.scratch["picture"])


def _open(subject: Subject) -> list[Outcome]:
    """Reads only the header; leaves the undecoded picture in scratch unless it is unreadable or too large."""
    try:
        picture = _header(subject)
    except Image.DecompressionBombError as error:
        return [_too_large(str(error))]
    except _BROKEN as error:
        return [_damaged(repr(error))]
    width, height = subject.facts["width"], subject.facts["height"] = picture.size
    if width * height > MAX_PIXELS:
        return [_too_large(f"{width} × {height}")]
    if not width * height:  # some decoders are content with that
        return [_damaged(f"{width} × {height}")]
    subject.scratch["picture"] = picture
    return []


def _header(subject: Subject) -> "Image.Image | HeifFile":
    if subject.kind == "heic":
        return open_heic(subject.data)
    return Image.open(io.BytesIO(subject.data), formats=_PILLOW[subject.kind])


def _load(subject: Subject) -> list[Outcome]:
    """Decodes what `_open` left in scratch, and the further pages of a TIFF."""
    if subject.kind != "heic":
        return _decode(subject.scratch["picture"]) or _further_pages(subject)
    try:
        subject.scratch["picture"] = decode_heic(subject.scratch["picture"])
    except _BROKEN as error:
        return [_damaged(repr(error))]
    return []


def _decode(picture: Image.Image) -> list[Outcome]:
    try:
        picture.draft(picture.mode, (DRAFT_EDGE, DRAFT_EDGE))
        picture.load()
    except Image.DecompressionBombError as error:
        return [_too_large(str(error))]
    except _BROKEN as error:
        return [_incomplete(repr(error)) if "truncated" in str(error) else _damaged(repr(error))]
    return []


def _further_pages(subject: Subject) -> list[Outcome]:
    """Decodes the pages of a TIFF behind the first one, as long as all of them stay within the limit."""
    if subject.kind != "tiff":
        return []
    left = MAX_TIFF_PIXELS - subject.facts["width"] * subject.facts["height"]
    picture = Image.open(io.BytesIO(subject.data), formats=_PILLOW["tiff"])
    for page in range(1, MAX_TIFF_PAGES):
        try:
            picture.seek(page)
        except EOFError:
            return []
        except Image.DecompressionBombError as error:
            return [_too_large(f"page {page + 1}: {error}")]
        except _BROKEN as error:
            return [_damaged(f"page {page + 1}: {error!r}")]
        pixels = picture.width * picture.height
        left -= pixels
        if pixels > MAX_PIXELS:
            return [_too_large(f"page {page + 1}: {picture.width} × {picture.height}")]
        if left < 0:
            return [_too_many_pages(page)]
        if found := _decode(picture):
            return found
    return [] if getattr(picture, "n_frames", 1) <= MAX_TIFF_PAGES else [_too_many_pages(MAX_TIFF_PAGES)]


def _behind_the_end(data: bytes, layout: Layout) -> list[Outcome]:
    what, detail = judge_trailing(data, layout.end)
    if what is Trailing.DANGEROUS or layout.hidden:
        text = _(
            "Another file or a script is hidden behind the end of this picture. Open it in a picture "
            "program, "
            "save it under a new name and upload that."
        )
        return [Outcome(Level.STOP, text, layout.hidden or detail)]
    if what is Trailing.TEXT:
        return [Outcome(Level.WARNING, _("There is text behind the end of the picture; it is not shown."), detail)]
    if what is Trailing.UNKNOWN:
        return [Outcome(Level.NOTE, _("There are extra data behind the end of the picture; they are ignored."), detail)]
    return []


def _frames(kind: str, frames: int) -> list[Outcome]:
    if frames <= 1 or kind == "tiff":
        return []
    text = _("The picture is animated (%(count)d frames); reviewers see the first frame.")
    return [Outcome(Level.NOTE, text % {"count": frames})]


def _metadata(picture: Image.Image) -> list[Outcome]:
    try:
        exif = picture.getexif()
        for block in (0x8769, 0x8825):
            exif.get_ifd(block)
    except Exception as error:  # Pillow raises whatever the broken bytes lead to; the picture itself is fine
        return [_broken_metadata(repr(error))]
    return []


def _once(outcomes: list[Outcome]) -> list[Outcome]:
    """The first of several outcomes with the same message."""
    return list({outcome.message: outcome for outcome in reversed(outcomes)}.values())[::-1]


def _too_large(detail: str) -> Outcome:
    text = _("The picture has more than %(limit)d megapixels. Save it smaller and upload it again.")
    return Outcome(Level.STOP, text % {"limit": MAX_PIXELS // 1_000_000}, detail)


def _too_many_pages(pages: int) -> Outcome:
    text = _(
        "The file has more than %(pages)d pages, or they have more than %(limit)d megapixels together. Save it as PDF "
        "and upload that."
    )
    values = {"pages": MAX_TIFF_PAGES, "limit": MAX_TIFF_PIXELS // 1_000_000}
    return Outcome(Level.STOP, text % values, f"after {pages} pages")


def _incomplete(detail: str = "end mark missing") -> Outcome:
    text = _("The picture is incomplete: the file is cut off (truncated). Copy it again from its source and upload it.")
    return Outcome(Level.STOP, text, detail)


def _damaged(detail: str) -> Outcome:
    text = _("The picture is damaged and cannot be shown. Open it, save it again and upload it.")
    return Outcome(Level.STOP, text, detail)


def _broken_metadata(detail: str) -> Outcome:
    text = _("The picture is fine, but its metadata (such as date and camera) are broken and cannot be read.")
    return Outcome(Level.WARNING, text, detail[:500])
