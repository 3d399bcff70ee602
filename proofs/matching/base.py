"""The contract of one check of the matching, and what it finds."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from proofs.choices import Level
from proofs.requirements.evidence import Answered, Evidence, EvidenceDocument, ReadValue


class Place(NamedTuple):
    """Where on a document it stands. page counts from 1 · box: left, top, right, bottom in fractions of the page."""

    document_id: Any
    page: int
    box: tuple[float, ...]


def place_of(document: EvidenceDocument | None, value: ReadValue | None) -> Place | None:
    if document is None or value is None:
        return None
    return Place(document.id, value.page, value.box)


@dataclass(frozen=True)
class Found:
    """One finding of one check, before the program has said how much it matters.

    good: what was looked at is as it should be · card: slug of the card it belongs to · subject: name of the invoice
    or file · reason: what is the case · todo: what to do about it · weak: never more than a note, since what it rests
    on was not read surely · document_id: the file it is about.
    """

    card: str
    subject: str
    reason: str
    todo: str = ""
    good: bool = False
    weak: bool = False
    place: Place | None = None
    document_id: Any = None


@dataclass(frozen=True)
class Match:
    """One finding with its level, as page, submission and reviewer see it.

    mark: changes with what it says; an answer belongs to one mark · answer: the partner's word on a warning.
    """

    code: str
    rule: str
    level: Level
    found: Found
    mark: str
    answer: Answered | None = None

    @property
    def needs_answer(self) -> bool:
        """A warning nobody has answered yet."""
        return self.level == Level.WARNING and self.answer is None

    @property
    def rank(self) -> int:
        """Position in the order pass < note < warning < stop."""
        return list(Level).index(self.level)

    @property
    def place_id(self) -> str:
        """Html id of its box on the sheet of the document; "" when it points at no place."""
        return f"match-{self.mark[:12]}" if self.found.place is not None else ""

    @property
    def message(self) -> str:
        return " ".join(filter(None, (self.found.reason, self.found.todo)))

    @property
    def document_id(self) -> Any:
        return self.found.place.document_id if self.found.place else self.found.document_id


class MatchCheck(ABC):
    """One question to the evidence as a whole. Subclasses are listed in `proofs.matching.order.MATCHES`.

    A check MUST
    - set `code`, one of `codes.CODES`, and `rule`, the id it implements;
    - answer from the evidence alone: no database, no clock;
    - yield one Found for everything it could look at, good or not, and nothing for what it could not: what was never
      read or typed is no finding, the requirements ask for it;
    - call a finding weak when it rests on a value that is not sure.
    A check SHOULD name both values that differ, and the place of the printed one.
    """

    code: str
    rule: str

    @abstractmethod
    def run(self, evidence: Evidence) -> Iterable[Found]:
        """What it found, in the order of the page."""


def mark_of(code: str, found: Found) -> str:
    """The same finding has the same mark, whenever and in whatever language it is told: by its check, its document or
    invoice, and the figures in it."""
    figures = "".join(letter for letter in found.reason if letter.isdigit())
    about = f"{code}|{found.card}|{found.document_id or ''}|{found.subject}|{figures}"
    return hashlib.sha256(about.encode()).hexdigest()
