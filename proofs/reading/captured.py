"""When and where a picture was taken, from its metadata (EXIF)."""

from datetime import datetime
from typing import Any

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


def read_place(picture: Image.Image) -> Value | None:
    """Latitude and longitude in degrees, WGS 84, as "48.13743, 11.57549". Broken metadata say nothing."""
    try:
        found = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        north, east = found[ExifTags.GPS.GPSLatitude], found[ExifTags.GPS.GPSLongitude]
        latitude = _degrees(north) * (-1 if found.get(ExifTags.GPS.GPSLatitudeRef) == "S" else 1)
        longitude = _degrees(east) * (-1 if found.get(ExifTags.GPS.GPSLongitudeRef) == "W" else 1)
    except Exception:  # metadata of strangers break in every way
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:  # a device without a fix
        return None
    return Value(f"{latitude:.5f}, {longitude:.5f}", 1, _WHOLE, CONFIDENCE)


def _degrees(parts: Any) -> float:
    """Degrees, minutes and seconds."""
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
