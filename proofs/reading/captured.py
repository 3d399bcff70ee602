"""When a picture was taken, from its metadata (EXIF)."""

from datetime import datetime

from PIL import ExifTags, Image

from proofs.reading.base import Box, Value

_WHOLE = Box(0.0, 0.0, 1.0, 1.0)
_TAKEN = ExifTags.Base.DateTimeOriginal
_OFFSET = ExifTags.Base.OffsetTimeOriginal
OLDEST = 1995  # before, no camera wrote it; it is a clock that was never set
CONFIDENCE = 0.95


def read_captured(picture: Image.Image, today: datetime | None = None) -> Value | None:
    """ISO 8601, with the zone where the camera says it. Broken metadata say nothing."""
    try:
        exif = picture.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        text = str(inner.get(_TAKEN) or "").strip("\0 ")
        taken = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # a camera's clock has no zone
    except Exception:  # metadata of strangers break in every way
        return None
    if not OLDEST <= taken.year <= (today or datetime.now()).year + 1:
        return None
    offset = str(inner.get(_OFFSET) or "").strip("\0 ")
    zone = offset if len(offset) == 6 and offset[0] in "+-" else ""
    return Value(taken.isoformat() + zone, 1, _WHOLE, CONFIDENCE)
