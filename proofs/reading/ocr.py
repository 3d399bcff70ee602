"""Words of a picture by optical character recognition. Loads its engine with the first picture: never import this where
nothing is read from pictures (web processes, the ordinary worker).
"""

import logging
from functools import cache
from typing import Any

import numpy
from PIL import Image, ImageOps

from proofs.reading.base import Box, Page, Word
from proofs.reading.layout import rows_of, split_words

MOST_PIXELS = 2_000_000  # a page of small print is read as well at this size, a photo ten times as fast
LEAST_SCORE = 0.5  # what the engine itself takes for a guess


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR  # takes a second and 300 MB

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


def read_picture(picture: Image.Image, number: int = 1) -> Page:
    """The words of one picture, upright as its metadata say."""
    upright = fitted(ImageOps.exif_transpose(picture).convert("RGB"))
    found = _engine()(numpy.asarray(upright)[:, :, ::-1])
    words: list[Word] = []
    if found.boxes is None:  # nothing to read in it
        return Page(number, [], drawn=True)
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if score >= LEAST_SCORE:
            words += split_words(text, _box(corners, upright.width, upright.height), float(score))
    return Page(number, rows_of(words), drawn=True)


def fitted(picture: Image.Image) -> Image.Image:
    """No larger than reading needs."""
    shrink = (MOST_PIXELS / max(picture.width * picture.height, 1)) ** 0.5
    if shrink >= 1:
        return picture
    return picture.resize((round(picture.width * shrink), round(picture.height * shrink)), Image.Resampling.BILINEAR)


def _box(corners: Any, width: int, height: int) -> Box:
    across, down = [float(x) for x, _y in corners], [float(y) for _x, y in corners]
    return Box(
        max(min(across) / width, 0.0), max(min(down) / height, 0.0),
        min(max(across) / width, 1.0), min(max(down) / height, 1.0),
    )  # fmt: skip
