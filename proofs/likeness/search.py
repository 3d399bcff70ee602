"""From the sketches of one picture to those of another: what to look up, and whether it is the same picture."""

from collections.abc import Iterable

from proofs.likeness.compare import Sketch, agreement
from proofs.likeness.looks import probes
from proofs.likeness.numbers import SAME_PICTURE


def probes_of(sketches: Iterable[bytes]) -> list[int]:
    """The bands under which copies of any of these looks may be stored."""
    return sorted({band for one in sketches for band in probes(one)})


def distance_of(sketches: Iterable[bytes], others: Iterable[bytes]) -> int | None:
    """Per mille by which two pictures differ in those of their looks that agree best; none: they are not the same."""
    theirs = [Sketch(one) for one in others]
    best = max((agreement(Sketch(mine), other) for mine in sketches for other in theirs), default=0.0)
    return round((1 - best) * 1000) if best >= SAME_PICTURE else None
