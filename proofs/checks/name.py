"""Can this file name be shown, stored and put into a ZIP without fooling anybody?"""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.limits import MAX_NAME_LENGTH

# Windows opens a device instead of a file under these names, whatever their ending.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_FORBIDDEN_ON_WINDOWS = '<>:"|?*'
# U+202D and U+202E turn the reading order round: "invoice<U+202E>fdp.exe" shows as "invoiceexe.pdf".
_OVERRIDES = "\u202d\u202e"
_UNNAMED = "file"


def base_name(name: str) -> str:
    """The last part of a name that may come with folders of either system; "file" when nothing is left."""
    last = re.split(r"[/\\]", name)[-1].strip()
    return last if last.strip(".") else _UNNAMED


def safe_name(name: str) -> str:
    """The name as it may be displayed and used in an archive: last part only, nothing invisible, ≤ 255 long.

    The ending is kept, so the kind is still recognised. Never used to build a path on our disks.
    """
    kept = "".join(char for char in base_name(name) if not _is_invisible(char))
    kept = "".join("_" if char in _FORBIDDEN_ON_WINDOWS else char for char in kept).strip(" ") or _UNNAMED
    if _RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    if len(kept) <= MAX_NAME_LENGTH:
        return kept
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 10:
        return kept[:MAX_NAME_LENGTH]
    return stem[: MAX_NAME_LENGTH - len(ending) - 1] + dot + ending


def visible(text: str, most: int) -> str:
    """Words of a stranger as a message may quote them: on one line, nothing invisible, cut after `most` letters."""
    kept = " ".join("".join(char if not _is_invisible(char) else " " for char in text[: most * 4]).split())
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


class NameCheck(Check):
    """Stops names that hide what they are or cannot be kept; warns where we show the name otherwise than
    given.
    """

    name = "name"
    version = 1

    def run(self, subject: Subject) -> Sequence[Outcome]:
        name = subject.name
        return worst_first(
            [
                *_hidden_characters(name),
                *_length(name),
                *_shown_otherwise(name),
            ]
        )


def _hidden_characters(name: str) -> list[Outcome]:
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
        text = _("The file name contains control characters. Rename the file using letters and digits, upload again.")
        return [Outcome(Level.STOP, text, repr(name[:300]))]
    if any(char in _OVERRIDES for char in name):
        text = _(
            "The file name contains a hidden character that turns its reading order round and can disguise "
            "the file type. Rename the file and upload it again."
        )
        return [Outcome(Level.STOP, text, repr(name[:300]))]
    if any(_is_invisible(char) for char in name):
        text = _("The file name contains invisible characters; it is shown without them.")
        return [Outcome(Level.WARNING, text, repr(name[:300]))]
    return []


def _length(name: str) -> list[Outcome]:
    if len(base_name(name)) <= MAX_NAME_LENGTH:
        return []
    text = _("The file name has %(length)d characters; %(limit)d is the most. Shorten the name and upload again.")
    return [Outcome(Level.STOP, text % {"length": len(base_name(name)), "limit": MAX_NAME_LENGTH})]


def _shown_otherwise(name: str) -> list[Outcome]:
    found = []
    last = base_name(name)
    if "/" in name or "\\" in name:
        text = _("The file name contains folders; only the last part, “%(name)s”, is kept.")
        found.append(Outcome(Level.WARNING, text % {"name": safe_name(name)}, repr(name[:300])))
    if _RESERVED.fullmatch(last):
        text = _("Windows cannot open a file called “%(name)s”; in downloads it is called “%(safe)s”.")
        found.append(Outcome(Level.WARNING, text % {"name": last, "safe": safe_name(name)}))
    elif any(char in _FORBIDDEN_ON_WINDOWS for char in last):
        text = _("The file name contains characters that Windows does not allow; in downloads it is called “%(safe)s”.")
        found.append(Outcome(Level.NOTE, text % {"safe": safe_name(name)}))
    return found
