"""What must not stand in a log: addresses that are secrets, and what people typed into a search."""

import re
from collections.abc import MutableMapping
from typing import Any

_SECRET = re.compile(r"(/invitation/|/password/reset/key/|/confirm-email/)[^/\s\"'?]+")
_TYPED = re.compile(r"([?&]q=)[^&\s\"']+")
MASK = r"\1…"


def masked(text: str) -> str:
    return _TYPED.sub(MASK, _SECRET.sub(MASK, text))


def mask_secrets(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: masks every text of a line; stands last before the rendering."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = masked(value)
    return event
