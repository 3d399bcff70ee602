"""Viewable copies of evidence: page pictures that any browser shows, and a thumbnail.

Pure: no database, no settings. For files whose checks said that they are clean, in a process that may be lost; the
original stays as it is. A copy is a new picture: upright, in the colours of the screen, without any metadata (where a
photo was taken stays with the original).
"""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageCms, ImageOps

from proofs.checks.formats.heic import decode_heic, open_heic
from proofs.checks.formats.pdf_objects import open_pdf, page_fits
from proofs.checks.limits import (
    COPY_QUALITY,
    MAX_COPY_EDGE,
    MAX_COPY_PAGES,
    MAX_COPY_SECONDS,
    MAX_PIXELS,
    MEDIA_DECODED_PACKETS,
    THUMBNAIL_EDGE,
)

MEDIA_TYPE = "image/jpeg"
THUMBNAIL_PAGE = 0
_FOR_SCREENS = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class CannotShow(Exception):
    """The decoder gave up; the text is technical. Pages given before it are good."""


@dataclass(frozen=True)
class Picture:
    """One page as JPEG. page: from 1, as the document counts; 0 for the thumbnail."""

    page: int
    width: int
    height: int
    data: bytes


def pages_of(path: Path, kind: str, most: int = MAX_COPY_PAGES) -> Iterator[Picture]:
    """The first pages of a clean file, no edge longer than MAX_COPY_EDGE; nothing for kinds without a picture.

    kind: the sniffed one (`FileKind.name`). Animations and films give their first picture. A page that expands too far
    is left out, and so is what is not done after MAX_COPY_SECONDS. Raises CannotShow.
    """
    source = _SOURCES.get(kind)
    if source is None:
        return
    ends = time.monotonic() + MAX_COPY_SECONDS
    try:
        for page, picture in islice(source(path), most):
            yield _copy(page, picture, MAX_COPY_EDGE)
            if time.monotonic() > ends:
                return
    except Exception as error:  # decoders raise whatever the bytes of strangers lead to
        raise CannotShow(f"{type(error).__name__}: {error}"[:500]) from error


def thumbnail_of(picture: Picture) -> Picture:
    """The page as page 0, no edge longer than THUMBNAIL_EDGE."""
    with Image.open(io.BytesIO(picture.data), formats=["JPEG"]) as opened:
        opened.draft("RGB", (THUMBNAIL_EDGE, THUMBNAIL_EDGE))
        return _copy(THUMBNAIL_PAGE, opened, THUMBNAIL_EDGE)


def _copy(page: int, picture: Image.Image, edge: int) -> Picture:
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = _of_eight_bits(picture)
    if picture.mode in ("1", "P", "PA"):  # such colours cannot be mixed when the picture gets smaller
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    if max(picture.size) > edge:
        picture.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    shown = _on_white(_for_screens(picture, profile))
    shown.info.clear()
    target = io.BytesIO()
    shown.save(target, "JPEG", quality=COPY_QUALITY)
    return Picture(page, *shown.size, target.getvalue())


def _of_eight_bits(picture: Image.Image) -> Image.Image:
    """Grey values by the brightest there is: scanners use twelve of the sixteen bits, or all."""
    values: Any = picture.getextrema()  # of one channel: the darkest and the brightest
    scale = 255 / max(int(values[1]), 1)
    return picture.point(lambda value: value * scale).convert("L")


def _for_screens(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """In the colours that browsers assume. A broken profile is no reason to show nothing."""
    if not profile or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, own, _FOR_SCREENS, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """What is transparent shows as paper does."""
    if picture.mode not in ("RGBA", "LA", "RGBa", "La"):
        return picture.convert("RGB")
    shown = Image.new("RGB", picture.size, "white")
    covering = picture.convert("RGBA")
    shown.paste(covering, mask=covering.getchannel("A"))
    return shown


def _one(path: Path, formats: tuple[str, ...]) -> Iterator[tuple[int, Image.Image]]:
    with Image.open(path, formats=formats) as picture:
        _within_limits(*picture.size)
        picture.draft("RGB", (MAX_COPY_EDGE, MAX_COPY_EDGE))
        picture.load()
        yield 1, _upright(picture)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # broken metadata of a good picture: shown as it lies
        return picture


def _tiff(path: Path) -> Iterator[tuple[int, Image.Image]]:
    with Image.open(path, formats=("TIFF",)) as picture:
        for page in range(MAX_COPY_PAGES):
            try:
                picture.seek(page)
            except EOFError:
                return
            _within_limits(*picture.size)
            yield page + 1, _upright(picture.copy())


def _heic(path: Path) -> Iterator[tuple[int, Image.Image]]:
    opened = open_heic(path.read_bytes())
    _within_limits(*opened.size)
    yield 1, decode_heic(opened)


def _pdf(path: Path) -> Iterator[tuple[int, Image.Image]]:
    opened = open_pdf(path)
    if opened.pdf is None:
        raise ValueError(opened.error)
    with opened.pdf as structure, closing(pypdfium2.PdfDocument(path)) as document:
        document.init_forms()  # what was typed into a form shows
        for index in range(len(document)):
            # Asked before the reader draws anything: it does not bound its memory.
            if index < len(structure.pages) and page_fits(structure, index):
                with closing(document[index]) as page:
                    yield index + 1, page.render(scale=MAX_COPY_EDGE / max(*page.get_size(), 1)).to_pil()


def _film(path: Path) -> Iterator[tuple[int, Image.Image]]:
    import av  # a hundred megabytes of decoders that only recordings need

    with path.open("rb") as file, av.open(file, "r", format="mp4") as container:
        track = container.streams.video[0]
        track.thread_count = 1
        _within_limits(track.width, track.height)
        for packet in islice(container.demux(track), MEDIA_DECODED_PACKETS):
            for frame in packet.decode():
                turned = int(getattr(frame, "rotation", 0) or 0)
                yield 1, frame.to_image().rotate(turned, expand=True)
                return


def _within_limits(width: int, height: int) -> None:
    if not 0 < width * height <= MAX_PIXELS:
        raise ValueError(f"{width} × {height}")


_SOURCES: dict[str, Callable[[Path], Iterator[tuple[int, Image.Image]]]] = {
    "pdf": _pdf,
    "jpeg": lambda path: _one(path, ("JPEG",)),
    "png": lambda path: _one(path, ("PNG",)),
    "webp": lambda path: _one(path, ("WEBP",)),
    "gif": lambda path: _one(path, ("GIF",)),
    "tiff": _tiff,
    "heic": _heic,
    "mp4": _film,
    "mov": _film,
}
