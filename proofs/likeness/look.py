"""The plain value that is kept of a picture."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """One box of a picture, seen small and grey.

    sketch: SIDE × SIDE grey values, row by row · bands: numbers that looks of the same picture share some of.
    """

    sketch: bytes
    bands: tuple[int, ...]
