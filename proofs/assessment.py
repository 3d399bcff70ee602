"""The whole judgement on one proof: what the requirements miss, and what the matching finds. Pure.

The same for the page and for the submission: findings whose level is "stop" are problems, a warning only wants a word.
"""

from collections.abc import Iterable
from dataclasses import replace

from core.errors import Problem
from proofs.choices import Level
from proofs.matching.base import Match
from proofs.matching.order import matches_of
from proofs.requirements import ATTENTION, GOOD, Card, Checklist, Evidence, evaluate
from proofs.requirements.documents import EXTRA_SLUG


def assess(evidence: Evidence) -> Checklist:
    """The checklist with the findings of the matching on their cards. Its problems are empty exactly when the evidence
    may be submitted; unanswered warnings keep a card in need of attention and stop nothing."""
    checklist = evaluate(evidence)
    known = {slug for card in checklist.cards for slug in _slugs(card)}
    matches: dict[str, list[Match]] = {}
    for match in matches_of(evidence):
        slug = match.found.card if match.found.card in known else EXTRA_SLUG
        matches.setdefault(slug, []).append(match)
    cards = tuple(_with(card, matches) for card in checklist.cards)
    return Checklist(cards, tuple(problem for card in cards for problem in card.problems))


def _slugs(card: Card) -> Iterable[str]:
    yield card.slug
    for inner in card.alternatives:
        yield from _slugs(inner)


def _with(card: Card, matches: dict[str, list[Match]]) -> Card:
    inner = tuple(_with(one, matches) for one in card.alternatives)
    own = matches.get(card.slug, [])
    stops = [problem for match in own if (problem := _problem(card, match)) is not None]
    stops += [problem for one in inner for problem in one.problems if problem not in card.problems]
    wanting = any(match.needs_answer for match in own) or any(one.state == ATTENTION for one in inner)
    state = ATTENTION if stops or (wanting and card.state == GOOD) else card.state
    return replace(card, state=state, problems=(*card.problems, *stops), matches=tuple(own), alternatives=inner)


def _problem(card: Card, match: Match) -> Problem | None:
    if match.level != Level.STOP:
        return None
    message = f"{match.found.subject}: {match.message}"
    return Problem(match.code, message, match.rule, card.anchor, match.found.subject)
