"""What the walks over the parts of picture files answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """end = offset behind the last byte of the picture, INCOMPLETE when the file stops before its end mark.
    damage = technical words about a part that cannot be right, "" when none.
    hidden = technical words about another file in a part that nobody reads, "" when none."""

    end: int
    frames: int = 1
    damage: str = ""
    hidden: str = ""


INCOMPLETE = -1
