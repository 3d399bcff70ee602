"""Is a text file really readable text?"""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.kinds import PLAIN

_WIDE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Control characters no text editor writes: all but tab, line feed, form feed, carriage return and escape.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
SCRIPT = re.compile(r"<script[\s>]|<iframe[\s>]|<\?php|javascript:", re.IGNORECASE)


class TextCheck(Check):
    """Reads UTF-8, UTF-16 with its mark, or the old Windows letters; stops binary data named .txt.

    Web pages and scripts named .txt are already stopped by the kind check; tags further down are only worth a
    warning, since a text may well describe a tracking snippet. Sets the facts `encoding` and `has_text`; leaves the
    text in `scratch["text"]`.
    """

    name = "text"
    version = 1

    def applies_to(self, subject: Subject) -> bool:
        return subject.kind in PLAIN

    def run(self, subject: Subject) -> Sequence[Outcome]:
        encoding, text = _decode(subject.data)
        if _CONTROLS.search(text):
            message = _(
                "The file is named as text but contains other data. Save it as plain text (UTF-8) or as PDF "
                "and upload it again."
            )
            return [Outcome(Level.STOP, message, f"read as {encoding}")]
        subject.facts["encoding"] = encoding
        subject.scratch["text"] = text
        subject.facts["has_text"] = bool(text.strip("\ufeff \t\r\n\x0b\x0c"))
        found = []
        if not subject.facts["has_text"]:
            found.append(Outcome(Level.NOTE, _("The text file contains only blanks: there is nothing to read.")))
        if SCRIPT.search(text):
            found.append(
                Outcome(
                    Level.WARNING,
                    _("The text contains program code of a web page. It is shown as text only."),
                )
            )
        if encoding == "cp1252":
            found.append(Outcome(Level.NOTE, _("The text is not UTF-8, so some letters may look wrong.")))
        return worst_first(found)


def _decode(data: bytes) -> tuple[str, str]:
    """Encoding used and the text. Windows letters fit any bytes; whether it is text the control characters
    say.
    """
    encoding = _WIDE_MARKS.get(data[:2], "utf-8")
    try:
        return encoding, data.decode(encoding)
    except UnicodeDecodeError:
        return "cp1252", data.decode("cp1252", errors="replace")
