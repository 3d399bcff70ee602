"""What the evaluation says: cards for the page, problems for the submission. The same object serves both."""

from dataclasses import dataclass
from typing import Any

from core.errors import Problem

MISSING = "missing"
CHECKING = "checking"
GOOD = "good"
ATTENTION = "attention"

WAIT_CODE = "file_not_checked"  # the one problem the partner cannot solve but by waiting


@dataclass(frozen=True)
class Card:
    """One requirement. A card with kinds takes documents, stored under the card's slug.

    alternatives: cards of which one branch is enough; their problems are among this card's.
    items: ids of the documents, invoices or certification shown on it.
    matches: what the matching found on it (proofs.matching.base.Match).
    """

    slug: str
    section: str
    title: str
    help: str = ""
    required: bool = True
    state: str = MISSING
    kinds: tuple[str, ...] = ()
    min_items: int = 0
    items: tuple[Any, ...] = ()
    problems: tuple[Problem, ...] = ()
    alternatives: tuple["Card", ...] = ()
    matches: tuple[Any, ...] = ()

    @property
    def anchor(self) -> str:
        return anchor_of(self.slug)

    @property
    def counts(self) -> bool:
        """Whether it is one of the checks of the summary: demanded, or optional but begun."""
        return self.required or self.state != MISSING or bool(self.problems)


@dataclass(frozen=True)
class Checklist:
    """All cards in page order; problems in the same order, empty = may be submitted."""

    cards: tuple[Card, ...]
    problems: tuple[Problem, ...]

    @property
    def matches(self) -> tuple[Any, ...]:
        """All findings of the matching, in page order."""
        inner = [one for card in self.cards for one in (card, *card.alternatives)]
        return tuple(match for card in inner for match in card.matches)

    def card(self, slug: str) -> Card:
        """The card of that slug, alternatives included; KeyError when it is not on the page."""
        inner = [alternative for card in self.cards for alternative in card.alternatives]
        for card in (*self.cards, *inner):
            if card.slug == slug:
                return card
        raise KeyError(slug)


def anchor_of(slug: str) -> str:
    """Html id of a card."""
    return f"card-{slug}"


def state_of(problems: list[Problem], *, present: bool) -> str:
    """State that follows from the problems of something that is there, or not there yet."""
    if any(problem.code != WAIT_CODE for problem in problems):
        return ATTENTION if present else MISSING
    if problems:
        return CHECKING
    return GOOD if present else MISSING


def summary(checklist: Checklist) -> tuple[int, int, int]:
    """(passed, total, needs_you): "11 of 12 checks pass, 1 needs you". Files in the check need nobody."""
    counted = [card for card in checklist.cards if card.counts]
    passed = sum(card.state == GOOD for card in counted)
    needs_you = sum(card.state in (MISSING, ATTENTION) for card in counted)
    return passed, len(counted), needs_you
