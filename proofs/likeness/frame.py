"""Where in a picture the picture is: without screen margins, bars and blank paper around it."""

import numpy as np
from PIL import Image

from proofs.likeness.numbers import (
    BAR_SHARE,
    BOX_CORE,
    EDGE_LEAST,
    EDGE_SHARE,
    FINE_EDGE,
    FRAME_EDGE,
    FRAMES_EQUAL,
    LEAST_EDGE,
    LINE_OUTLIERS,
    LINE_SPREAD,
    WINDOW_MARGINS,
)

Box = tuple[float, float, float, float]
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112  # Exif tag


def upright_grey(picture: Image.Image) -> Image.Image:
    """Small, grey and as its Exif tag says it is looked at; what is transparent becomes white."""
    grey = _flat(picture).convert("L") if picture.mode != "L" else picture
    factor = max(grey.size) // FINE_EDGE
    if factor > 1:
        grey = grey.reduce(factor)
    try:
        turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken metadata of a good picture: Pillow raises whatever they lead to
        turn = None
    return grey if turn is None else grey.transpose(turn)


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode == "P" and "transparency" not in picture.info:
        return picture
    if picture.mode in ("RGBA", "LA", "PA", "P"):
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        white.alpha_composite(seen)
        return white
    if picture.mode.startswith(("I", "F")):
        deep = np.asarray(picture, np.float32)
        return Image.fromarray(np.clip(deep * (255 / max(float(deep.max()), 1)), 0, 255).astype(np.uint8))
    return picture


def boxes_of(grey: Image.Image) -> list[Box]:
    """The boxes, in pixels and three at most, that a copy of this picture shows too; none when there is nothing to see.

    What lies inside all uniform borders and bars; where the contours are in there, since a copy that lost a dark edge
    by cropping keeps its contours; and where they are in the whole picture, since faint print may pass for a border.
    """
    factor = max(1.0, max(grey.size) / FRAME_EDGE)
    small = grey.resize((max(1, round(grey.width / factor)), max(1, round(grey.height / factor))), Image.Resampling.BOX)
    pixels = np.asarray(small)
    whole = (0, 0, pixels.shape[1], pixels.shape[0])
    inner = _inside_borders(pixels)
    found: list[Box] = []
    if inner is not None:
        left, top, right, bottom = inner
        # A line of the border may shine through at the edge: where one was taken off, one line more is.
        left, top = left + (left > 0), top + (top > 0)
        right, bottom = right - (right < pixels.shape[1]), bottom - (bottom < pixels.shape[0])
        inner = (left, top, right, bottom)
        core = _around_contours(pixels, inner)
        if core is not None:
            found = [inner, core]
    outer = _around_contours(pixels, whole)
    if outer is not None:
        found.append(outer)
    x, y = grey.width / pixels.shape[1], grey.height / pixels.shape[0]
    different: list[Box] = []
    for box in found:
        if all(_differ(box, other) for other in different):
            different.append(box)
    return [(left * x, top * y, right * x, bottom * y) for left, top, right, bottom in different]


def _differ(one: Box, other: Box) -> bool:
    width, height = other[2] - other[0], other[3] - other[1]
    return any(
        abs(a - b) > FRAMES_EQUAL * edge for a, b, edge in zip(one, other, (width, height, width, height), strict=True)
    )


def _inside_borders(pixels: np.ndarray) -> tuple[int, int, int, int] | None:
    left, top, right, bottom = 0, 0, pixels.shape[1], pixels.shape[0]
    while True:
        height, width = bottom - top, right - left
        if min(height, width) < LEAST_EDGE:
            return None
        rows = pixels[top:bottom, left:right]
        above, below = _border(rows), _border(rows[::-1])
        if above + below >= height:
            return None
        columns = rows[above : height - below].T
        before, after = _sides(columns)
        if before + after >= width:
            return None
        if not (above or below or before or after):
            return left, top, right, bottom
        left, top, right, bottom = left + before, top + above, right - after, bottom - below


def _sides(columns: np.ndarray) -> tuple[int, int]:
    """Plain columns at both sides; where they are many without the bars of a window above and below, those."""
    before, after = _border(columns), _border(columns[::-1])
    if before or after:
        return before, after
    bars = int(columns.shape[1] * BAR_SHARE)
    before, after = _border(columns[:, bars:-bars]), _border(columns[::-1, bars:-bars])
    return (before, after) if before + after >= len(columns) * WINDOW_MARGINS else (0, 0)


def _border(lines: np.ndarray) -> int:
    """How many lines at the beginning are of one grey, or bars between such lines."""
    middle = lines.mean(axis=1, dtype=np.float32)
    others = (np.abs(lines - middle[:, None]) > LINE_SPREAD).sum(axis=1)
    plain = others <= lines.shape[1] * LINE_OUTLIERS
    at, bar = 0, max(3, int(len(lines) * BAR_SHARE))
    while at < len(lines):
        if plain[at]:
            at += 1
            continue
        end = _end_of_bar(lines, plain, middle, at, bar)
        if end is None:
            break
        at = end
    return at


def _end_of_bar(lines: np.ndarray, plain: np.ndarray, middle: np.ndarray, start: int, most: int) -> int | None:
    """Where plain lines of another grey begin soon: a title bar lies between. Of the same grey: text on paper."""
    ground = float(np.median(lines[start]))
    for at in range(start + 1, min(start + most, len(plain) - 1)):
        if plain[at] and plain[at + 1] and abs(middle[at] - ground) > LINE_SPREAD:
            return at
    return None


def _around_contours(pixels: np.ndarray, within: Box) -> Box | None:
    """A box around most contours, grown by as much as even contours would fill; None without contours."""
    left, top, right, bottom = (int(edge) for edge in within)
    pixels = pixels[top:bottom, left:right].astype(np.float32)
    if min(pixels.shape) < LEAST_EDGE:
        return None
    steps = np.abs(np.diff(pixels, axis=0))[:, :-1] + np.abs(np.diff(pixels, axis=1))[:-1]
    some = np.sort(steps[::3, ::3], axis=None)
    strong = max(EDGE_LEAST, EDGE_SHARE * float(some[-1 - len(some) // 50]))
    contours = steps > strong
    if contours.sum() < LEAST_EDGE:
        return None
    (before, after), (above, below) = _core(contours.sum(0)), _core(contours.sum(1))
    return left + before, top + above, left + after, top + below


def _core(counts: np.ndarray) -> tuple[float, float]:
    below = np.cumsum(counts, dtype=np.float64)
    low, high = np.searchsorted(below, below[-1] * BOX_CORE), np.searchsorted(below, below[-1] * (1 - BOX_CORE))
    grow = (high - low + 1) * BOX_CORE / (1 - 2 * BOX_CORE)
    return max(0.0, low - grow), min(float(len(counts) + 1), high + 1 + grow)
