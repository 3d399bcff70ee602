"""What a table of bad files consists of."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bad:
    """One file made to fool us. verdict: "refused" or "clean".

    check: name of the check whose stop (refused) or worst outcome (clean, of this level) it must be.
    """

    name: str
    filename: str
    make: Callable[[], bytes]
    verdict: str
    check: str
    level: str = "stop"
