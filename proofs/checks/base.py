"""The contract between the runner and one check of an uploaded file.

Everything here is pure: no database, no settings. A check sees a `Subject` (one file on the local
disk and what is known about it) and answers with outcomes.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from proofs.likeness.look import Look

LOST_FILE = _(
    "The file could not be read safely. Export it again from its program or print it to PDF, and upload that."
)
"""Said of a file that twice took the process down that checked it (D-20)."""


class Level(StrEnum):
    """How much one outcome matters, from harmless to a refusal. Compares by that order."""

    PASS = "pass"  # noqa: S105 - a level, not a password
    NOTE = "note"
    WARNING = "warning"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """Position in the order pass < note < warning < stop."""
        return _ORDER.index(self.value)


_ORDER = ("pass", "note", "warning", "stop")


@dataclass(frozen=True)
class Outcome:
    """One finding of one check.

    `message` is for the person who uploaded: what is wrong and what to do, already translated.
    `detail` is for us (offsets, library messages) and is never shown to a partner.
    """

    level: Level
    message: str
    detail: str = ""


class CannotDecide(Exception):
    """The machine could not judge the file (scanner away, file vanished): verdict `failed`, may be run again.

    The text is shown to the person, so it says what happened and what to do. `detail` is for us.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


@dataclass
class Subject:
    """One file to be checked.

    path           where the bytes lie now (local disk); never derived from `name`
    name           what the uploader called it, untrusted
    declared_type  media type the browser sent, "" when unknown, untrusted
    size, sha256   counted while the bytes arrived
    scanner_url    unix:///path or tcp://host:port of clamd; "" = none configured (D-21)
    inside         how many e-mails it was taken out of; 0 for an uploaded file
    facts          what the checks learnt, plain JSON values: kind, width, height, frames, pages, has_text, text …
    scratch        opened or decoded objects handed from one check to the next (the one decode); not kept
    looks          what a picture is recognised by in other claims (proofs.likeness); kept, but not among the facts
    """

    path: Path
    name: str
    declared_type: str
    size: int
    sha256: str
    scanner_url: str = ""
    scanner_required: bool = False
    inside: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    scratch: dict[str, Any] = field(default_factory=dict, repr=False)
    looks: list[Look] = field(default_factory=list, repr=False)

    @cached_property
    def data(self) -> bytes:
        """The whole file, read once. Only asked for after the size check has passed."""
        return self.path.read_bytes()

    @property
    def kind(self) -> str:
        """Name of the sniffed kind (`kinds.FileKind.name`), "" before the kind check or when unknown."""
        return str(self.facts.get("kind", ""))


class Check(ABC):
    """One check. Subclasses live in one file each and are listed in `proofs.checks.order.CHECKS`.

    A check MUST
    - set `name` (stored with the results, never reused for another meaning) and raise `version` by one
      whenever the same file could get another outcome than before;
    - answer from the subject alone and leave the file as it is;
    - report every reason it finds, the most dangerous first, not only the first one met;
    - treat every byte as hostile: bound time and memory by numbers in `limits.py`;
    - return STOP for a fault of the file and raise `CannotDecide` for a fault of the machine.
      Any other exception is a fault of ours and ends as `failed`, not as a refusal.

    A check SHOULD
    - return nothing when all is well (the runner records a pass);
    - name in the message what to do next, and keep library texts in `detail`;
    - reuse what is in `subject.facts` and `subject.scratch` instead of decoding again.
    """

    name: str
    version: int
    after_stop: bool = False
    """True: still run when a check before it gave a stop, so that both reasons are shown (D-22)."""

    told_first: bool = False
    """True: its stops are the most dangerous and stand before those of the checks before it (D-22)."""

    def applies_to(self, subject: Subject) -> bool:
        """Whether this check has anything to say about such a file."""
        return True

    @abstractmethod
    def run(self, subject: Subject) -> Sequence[Outcome]:
        """Outcomes, most dangerous first; empty = pass."""


def worst_first(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Outcomes by falling level; the given order decides among equals."""
    return sorted(outcomes, key=lambda outcome: -outcome.level.rank)
