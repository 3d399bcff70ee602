"""Cells of a table that somebody opens in a spreadsheet. Pure."""

import re
from typing import Any

# What a spreadsheet takes for the beginning of a formula; the wide forms are read like the plain ones.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-\d+(\.\d+)?")


def defuse(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula; a negative number keeps its minus."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not _NUMBER.fullmatch(text) else text
