"""Small real recordings and pictures of phones, made by the encoders themselves."""

import io
from functools import cache

import av
import numpy
import pillow_heif
from PIL import Image

from tests.files.make_files import photo

FRAMES = 10


@cache
def film(
    container: str = "mp4", codec: str = "libx264", size: tuple[int, int] = (160, 120), sound: bool = False
) -> bytes:
    """A film of one second."""
    return film_of(photo(), container, codec, size, sound)


def film_of(shown: Image.Image, container: str, codec: str, size: tuple[int, int], sound: bool = False) -> bytes:
    """A picture that turns for a second."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as made:
        picture = made.add_stream(codec, rate=FRAMES)
        picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
        noise = made.add_stream("aac", rate=44_100) if sound else None
        for number in range(FRAMES):
            frame = av.VideoFrame.from_image(shown.rotate(number * 9).resize(size))
            made.mux(picture.encode(frame))
        made.mux(picture.encode())
        if noise is not None:
            _sing(made, noise)
    return target.getvalue()


@cache
def recording(seconds: float = 1.0, container: str = "mp3", codec: str = "libmp3lame") -> bytes:
    """A sound of so many seconds."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as made:
        _sing(made, made.add_stream(codec, rate=44_100), seconds)
    return target.getvalue()


def _sing(made, track, seconds: float = 1.0) -> None:
    wave = (numpy.sin(numpy.arange(int(44_100 * seconds)) / 16) * 9_000).astype("int16").reshape(1, -1)
    sound = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
    sound.sample_rate = 44_100
    for part in av.AudioResampler(format=track.format, layout=track.layout, rate=44_100).resample(sound):
        made.mux(track.encode(part))
    made.mux(track.encode())


@cache
def heic(size: tuple[int, int] = (160, 120), exif: bytes = b"", kind: str = "HEIF") -> bytes:
    """A picture as phones take it; kind "AVIF" for the related format that is not taken."""
    target = io.BytesIO()
    picture = photo().resize(size)
    if kind == "AVIF":
        picture.save(target, "AVIF")
        return target.getvalue()
    made = pillow_heif.from_pillow(picture)
    made.save(target, quality=60, **({"exif": exif} if exif else {}))
    return target.getvalue()


def upright_exif(orientation: int) -> bytes:
    """Metadata that say how the camera was held, where, and by what."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Camera of Northwind"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return exif.tobytes()
