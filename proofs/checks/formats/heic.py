"""The pictures of phones (HEIC): opened by name and not registered with the picture library, which would then try this
decoder on everybody's files.
"""

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from pillow_heif import HeifFile


def open_heic(data: bytes) -> "HeifFile":
    """The header: `size` is known, upright as the phone was held. Raises what broken bytes lead to: ValueError,
    SyntaxError, RuntimeError, EOFError or OSError.
    """
    from pillow_heif import HeifFile  # a decoder that only pictures of phones need

    opened = HeifFile(data)
    if not len(opened):
        raise ValueError("no picture inside")
    return opened


def decode_heic(opened: "HeifFile") -> Image.Image:
    """The main picture, decoded and upright, with its metadata in `info` as other formats have them."""
    picture = opened.to_pillow()
    picture.info["exif"] = opened.info.get("exif") or b""
    if profile := opened.info.get("icc_profile"):
        picture.info["icc_profile"] = profile
    return picture
