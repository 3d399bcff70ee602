"""What one row of the tables of bad files says."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bad:
    """One file made by the tests, named after what is wrong with it.

    verdict  what must become of it: "refused" or "clean"
    check    the check that must say so: of the first stop, or of the worst outcome of a clean file ("" = none)
    level    of that outcome
    """

    name: str
    filename: str
    make: Callable[[], bytes]
    verdict: str
    check: str
    level: str = "stop"
