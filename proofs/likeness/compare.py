"""Do two sketches show the same picture? One is laid over the other as well as it goes; then every part must agree."""

from functools import cached_property

import numpy as np
from PIL import Image, ImageFilter

from proofs.likeness.numbers import (
    BAD_PARTS,
    COARSE_STEPS,
    DULL_PART,
    FINE_STEPS,
    LEAST_OVERLAP,
    NOISE,
    PARTS,
    SHIFTS,
    SIDE,
    WORST_PARTS,
)  # fmt: skip

_AT = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE - 0.5
_Y, _X = np.meshgrid(_AT, _AT, indexing="ij")
_BEFORE, _AFTER = (one.ravel() for one in np.meshgrid(SHIFTS, SHIFTS, indexing="ij"))
_PLACES = (_BEFORE[:, None] + (_AT[None] + 0.5) * (1 + _AFTER - _BEFORE)[:, None]) * SIDE - 0.5
_INSIDE = (_PLACES >= 0) & (_PLACES <= SIDE - 1)
_LOW = np.clip(_PLACES.astype(int), 0, SIDE - 2)
_PART = np.clip(_PLACES - _LOW, 0, 1).astype(np.float32)


class Sketch:
    """One sketch and what comparing it needs, worked out once."""

    def __init__(self, pixels: bytes) -> None:
        self._image = Image.frombytes("L", (SIDE, SIDE), pixels)

    @cached_property
    def fine(self) -> np.ndarray:
        return _even(self._blurred(0.6) - self._blurred(4))

    @cached_property
    def coarse(self) -> np.ndarray:
        return _even(self._blurred(2) - self._blurred(9))

    @cached_property
    def profiles(self) -> tuple[np.ndarray, np.ndarray]:
        """Of the rows and of the columns."""
        shapes = self._blurred(0.6) - self._blurred(7)
        return shapes.mean(1), shapes.mean(0)

    @cached_property
    def shifted(self) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """Both profiles under every shift of their ends, and the size of each."""
        tables = []
        for profile in self.profiles:
            table = (profile[_LOW] * (1 - _PART) + profile[_LOW + 1] * _PART) * _INSIDE
            tables.append((table, np.sqrt((table * table).sum(1))))
        return tuple(tables)

    def _blurred(self, radius: float) -> np.ndarray:
        return np.asarray(self._image.filter(ImageFilter.GaussianBlur(radius)), np.float32)


def _even(shapes: np.ndarray) -> np.ndarray:
    """Faint parts made as strong as others, noise left faint."""
    squares = Image.fromarray(shapes * shapes)
    around = np.asarray(squares.resize((12, 12), Image.Resampling.BOX).resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    return np.asarray(shapes / (np.sqrt(around) + NOISE), np.float32)


def agreement(one: Sketch, other: Sketch) -> float:
    """From 0 (nothing in common) to 1: how well they agree after the best fit, in all and where they agree least.

    Receipts of one shop agree in most parts; in some the goods and amounts differ.
    """
    fit = _first_fit(one, other)
    fit = _fitted(one.coarse, other.coarse, fit, COARSE_STEPS, 2)
    fit = _fitted(one.fine, other.fine, fit, FINE_STEPS, 1)
    laid, inside = _laid(one.fine, fit, 1)
    if inside.mean() < LEAST_OVERLAP:
        return 0.0
    there = other.fine * inside
    both, mine, theirs = _by_part(laid * there), _by_part(laid * laid), _by_part(there * there)
    whole = float(both.sum() / np.sqrt(mine.sum() * theirs.sum() + 1e-6))
    strength = mine / (mine.sum() + 1e-6) + theirs / (theirs.sum() + 1e-6)
    covered = _by_part(inside) >= LEAST_OVERLAP * (SIDE // PARTS) ** 2
    told = covered & (strength > DULL_PART * np.median(strength[covered]))
    parts = np.sort((both / np.sqrt(mine * theirs + 1e-6))[told])
    worst, bad = parts[int(len(parts) * WORST_PARTS)], parts[int(len(parts) * BAD_PARTS)]
    return max(0.0, (2 * whole + float(worst) + float(bad)) / 4)


def _by_part(values: np.ndarray) -> np.ndarray:
    edge = SIDE // PARTS
    return values.reshape(PARTS, edge, PARTS, edge).sum((1, 3), dtype=np.float32).ravel()


def _first_fit(one: Sketch, other: Sketch) -> np.ndarray:
    """Shift and scale of each axis by the profiles alone."""
    fit = np.zeros((2, 3), np.float32)
    for axis, profile, (table, sizes) in zip((1, 0), other.profiles, one.shifted, strict=True):
        found = table @ profile / (sizes * np.sqrt(_INSIDE @ (profile * profile)) + 1e-6)
        best = int(np.argmax(found))
        fit[axis, axis] = 1 + _AFTER[best] - _BEFORE[best]
        fit[axis, 2] = (_BEFORE[best] + _AFTER[best]) / 2
    return fit


def _laid(pixels: np.ndarray, fit: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """The values of a sketch where `fit` moves every step-th point to, and which of them lie inside."""
    x, y = _X[::step, ::step], _Y[::step, ::step]
    across = (fit[0, 0] * x + fit[0, 1] * y + fit[0, 2] + 0.5) * SIDE - 0.5
    down = (fit[1, 0] * x + fit[1, 1] * y + fit[1, 2] + 0.5) * SIDE - 0.5
    inside = (across >= 0) & (across <= SIDE - 1) & (down >= 0) & (down <= SIDE - 1)
    left, top = np.clip(across.astype(np.int32), 0, SIDE - 2), np.clip(down.astype(np.int32), 0, SIDE - 2)
    right_part, low_part = across - left, down - top
    flat, at = pixels.ravel(), top * SIDE + left
    upper = flat[at] * (1 - right_part) + flat[at + 1] * right_part
    lower = flat[at + SIDE] * (1 - right_part) + flat[at + SIDE + 1] * right_part
    return (upper * (1 - low_part) + lower * low_part) * inside, inside


def _fitted(one: np.ndarray, other: np.ndarray, fit: np.ndarray, steps: int, step: int) -> np.ndarray:
    """A better fit by Gauss-Newton: shift, scale, shear and a small turn (inverse compositional Lucas-Kanade)."""
    down, across = np.gradient(other)
    x, y = _X[::step, ::step], _Y[::step, ::step]
    across, down, target = across[::step, ::step] * SIDE, down[::step, ::step] * SIDE, other[::step, ::step]
    slopes = np.stack([across * x, across * y, across, down * x, down * y, down]).reshape(6, -1)
    for _number in range(steps):
        laid, inside = _laid(one, fit, step)
        seen = slopes * inside.ravel()
        curve = seen @ slopes.T
        curve += np.eye(6, dtype=np.float32) * (np.trace(curve) * 1e-4 + 1e-6)
        change = np.linalg.solve(curve, seen @ (laid - target * inside).ravel())
        move = np.array(
            [[1 + change[0], change[1], change[2]], [change[3], 1 + change[4], change[5]], [0, 0, 1]], np.float64
        )
        if abs(np.linalg.det(move)) < 0.2:
            return fit
        fit = (np.vstack([fit, [0, 0, 1]]) @ np.linalg.inv(move))[:2].astype(np.float32)
        if np.abs(change).max() < 3e-4:
            break
    return fit
