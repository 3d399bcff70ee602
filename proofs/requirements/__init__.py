"""What is missing in a proof: one evaluation for the live checklist and for the submission (D-17).

Pure: reads Evidence, writes nothing. A draft may hold anything; every problem stops submission only.
"""

from proofs.requirements.checklist import (
    ATTENTION,
    CHECKING,
    GOOD,
    MISSING,
    Card,
    Checklist,
    summary,
)
from proofs.requirements.costs import accepts_certification, cost_cards, eligible_of, eligible_sum, eligible_total
from proofs.requirements.documents import extra_card, leftover_cards
from proofs.requirements.evidence import (
    Evidence,
    EvidenceCertification,
    EvidenceDocument,
    EvidenceInvoice,
    EvidenceLine,
)
from proofs.requirements.facts import fact_cards, field_cards
from proofs.requirements.results import SECTION_CORE, core_cards, metric_cards
from proofs.requirements.slots import kinds_of
from proofs.requirements.tree import rule_cards

__all__ = [
    "ATTENTION",
    "CHECKING",
    "GOOD",
    "MISSING",
    "Card",
    "Checklist",
    "Evidence",
    "EvidenceCertification",
    "EvidenceDocument",
    "EvidenceInvoice",
    "EvidenceLine",
    "accepts_certification",
    "eligible_of",
    "eligible_sum",
    "eligible_total",
    "evaluate",
    "kinds_of",
    "summary",
]


def evaluate(evidence: Evidence) -> Checklist:
    """The checklist of one proof. Its problems are empty exactly when the evidence may be submitted."""
    cards = [
        *fact_cards(evidence),
        *field_cards(evidence),
        *rule_cards(evidence, evidence.spec, evidence.spec.proof_rule),
        *cost_cards(evidence),
        *metric_cards(evidence),
        *core_cards(evidence),
    ]
    cards += leftover_cards(evidence, {slug for card in cards for slug in _slugs(card)})
    judged = {str(item) for card in cards if card.section != SECTION_CORE for item in card.items}
    cards.append(extra_card(evidence, judged))
    problems = tuple(problem for card in cards for problem in card.problems)
    return Checklist(tuple(cards), problems)


def _slugs(card: Card) -> list[str]:
    return [card.slug, *(slug for inner in card.alternatives for slug in _slugs(inner))]
