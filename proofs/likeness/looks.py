"""From a decoded picture to its looks, and from a look to the bands under which copies of it are stored."""

import numpy as np
from PIL import Image, ImageFilter

from proofs.likeness.frame import boxes_of, upright_grey
from proofs.likeness.look import Look
from proofs.likeness.numbers import (
    BAND_BITS,
    BAND_REACH,
    FLAT,
    PROBED,
    QUERY_CUTS,
    SIDE,
    SOFT,
    STORED_CUTS,
    WIDE,
)  # fmt: skip


def looks_of(picture: Image.Image) -> list[Look]:
    """The looks of a decoded picture, one or two; none of a picture without content. It is left as it is."""
    grey = upright_grey(picture)
    looks = []
    for box in boxes_of(grey):
        sketch = grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)
        bands = _bands(sketch, STORED_CUTS, 0)
        if bands:
            looks.append(Look(sketch.tobytes(), bands))
    return looks


def probes(sketch: bytes) -> tuple[int, ...]:
    """The bands under which copies of this look may be stored: as if it, or they, were cropped; weak bits both ways."""
    return _bands(Image.frombytes("L", (SIDE, SIDE), sketch), QUERY_CUTS, PROBED)


def _bands(sketch: Image.Image, cuts: tuple[float, ...], probed: int) -> tuple[int, ...]:
    # What is left between a soft and a wide blur: shapes as large as the samples, without shading.
    soft, wide = sketch.filter(ImageFilter.GaussianBlur(SOFT)), sketch.filter(ImageFilter.GaussianBlur(WIDE))
    shapes = np.asarray(soft, np.float32) - np.asarray(wide, np.float32)
    if shapes.std() < FLAT:
        return ()
    found: set[int] = set()
    for place, profile in enumerate(np.concatenate([_HALVES @ shapes, _HALVES @ shapes.T])):
        found |= _pieces(profile, _samplers(cuts), probed, place)
    return tuple(sorted(found))


def _pieces(profile: np.ndarray, sampler: np.ndarray, probed: int, place: int) -> set[int]:
    samples = sampler @ profile  # cut × sample
    spread = samples.std(axis=1, keepdims=True) + 1e-6
    margin = (samples - np.median(samples, axis=1, keepdims=True)) / spread
    bits = margin > 0
    keys = bits.astype(np.int64) @ _WEIGHTS
    useful = (bits.sum(1) >= 4) & (bits.sum(1) <= BAND_BITS - 4)
    weak = np.argsort(np.abs(margin), axis=1)[:, :probed]
    flips = (
        np.bitwise_xor.reduce(np.where(_SUBSETS[probed][None], _WEIGHTS[weak][:, None, :], 0), axis=2, initial=0)
        if probed
        else np.zeros((len(keys), 1), np.int64)
    )
    return {int(key) | place << BAND_BITS for key in (keys[:, None] ^ flips)[useful].ravel()}


_WEIGHTS = 1 << np.arange(BAND_BITS, dtype=np.int64)
_SUBSETS = {n: (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(bool) for n in (0, 1, 2, 3, 4)}
_across = np.linspace(0, 1, SIDE, dtype=np.float32)
_HALVES = np.stack([1 - _across, _across]) / SIDE
_cache: dict[tuple[float, ...], np.ndarray] = {}


def _samplers(cuts: tuple[float, ...]) -> np.ndarray:
    if cuts not in _cache:
        _cache[cuts] = np.stack([_sampler(before, after) for before in cuts for after in cuts])
    return _cache[cuts]


def _sampler(before: float, after: float) -> np.ndarray:
    """Weights of BAND_BITS overlapping samples of a profile without these shares of its ends."""
    step = (1 - before - after) / BAND_BITS
    middles = before + (np.arange(BAND_BITS) + 0.5) * step
    at = (np.arange(SIDE) + 0.5) / SIDE
    weights = np.maximum(0, 1 - np.abs(at[None] - middles[:, None]) / (step * BAND_REACH))
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)
