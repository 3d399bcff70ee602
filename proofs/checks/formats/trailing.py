"""What follows behind the end of a picture or PDF.

Cameras put previews, depth maps and short films there, servers a few blanks. Attackers put a second file
there: the picture still shows, another program finds its own content.
"""

import re
from enum import Enum


class Trailing(Enum):
    """What the bytes behind the end are."""

    NOTHING = "nothing"
    HARMLESS = "harmless"
    UNKNOWN = "unknown"
    TEXT = "text"
    DANGEROUS = "dangerous"


_PADDING = b"\0 \t\r\n\xff\x1a"
# Marks that count only at the beginning, because they are too short to mean anything elsewhere.
_FIRST = re.compile(rb"MZ.{2,}|#!|\x7fELF|@echo off", re.DOTALL | re.IGNORECASE)
_ANYWHERE = re.compile(
    rb"PK\x03\x04[\x0a-\x3f]\0|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|%PDF-\d|This program (?:cannot|must)|"
    rb"<(?:script|html|body|iframe|svg|!doctype|\?php)|\b(?:eval|unescape|function)\s*\(|"
    rb"alert\(|document\.(?:write|cookie)|powershell|cmd\.exe|CreateObject\(|javascript:",
    re.IGNORECASE,
)
_READABLE = re.compile(rb"[\t\r\n\x20-\x7e]+")
# Fewer readable bytes than this cannot do anything.
_TEXT_BYTES = 12


def judge_trailing(data: bytes, end: int) -> tuple[Trailing, str]:
    """What lies behind `end`, and technical words about it."""
    if end >= len(data):
        return Trailing.NOTHING, ""
    rest = data[end:]
    body = rest.lstrip(_PADDING)
    if not body:
        return Trailing.HARMLESS, f"{len(rest)} bytes of padding"
    match = _FIRST.match(body) or _ANYWHERE.search(body)
    if match:
        return Trailing.DANGEROUS, f"{match.group()[:20]!r} at {len(data) - len(body) + match.start()}"
    # A second JPEG is the camera's large preview (multi-picture format).
    if rest.lstrip(b"\0").startswith(b"\xff\xd8\xff"):
        return Trailing.HARMLESS, f"a preview picture of {len(rest)} bytes"
    if len(body) >= _TEXT_BYTES and _READABLE.fullmatch(body):
        return Trailing.TEXT, f"{len(body)} readable bytes: {body[:40]!r}"
    return Trailing.UNKNOWN, f"{len(rest)} bytes beginning {body[:12]!r}"
