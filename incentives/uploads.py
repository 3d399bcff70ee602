"""How much the pages of this app take that accept more than a document."""

from typing import Any

from core.permissions import can

MAX_EARNINGS_BYTES = 1024**3  # some millions of lines; more is split by whoever makes the file


def earnings_limit(request: Any) -> int:
    """Bytes of one file on the page of earnings, for those who may book; none for others, who get the usual limit."""
    return MAX_EARNINGS_BYTES if can(request.user, "incentives.import_earnings") else 0
