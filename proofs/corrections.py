"""Whether the partner did something about a finding: read from the history, which holds every change."""

from core.models import HistoryEntry
from proofs.models import Finding, Proof
from proofs.rules import COST_CARDS
from proofs.wording import value_names

_COST_ACTIONS = (
    "proofs.add_invoice",
    "proofs.edit_invoice",
    "proofs.remove_invoice",
    "proofs.save_certification",
    "proofs.remove_certification",
    "proofs.sign_certification",
)
_FILE_ACTIONS = (
    "proofs.add_document",
    "proofs.add_typed",
    "proofs.edit_document",
    "proofs.remove_document",
    "proofs.restore_document",
)
_FIELDS_OF_CARD = {
    "date": ("executed_from", "executed_to"),
    "impressions": ("estimated_impressions",),
    "preapproval": ("preapproval_id",),
    "comments": ("final_comments",),
    "amount": ("amount", "vendor_share"),
    "conference": ("conference_name", "conference_on", "attendees"),
}


def was_touched(proof: Proof, finding: Finding) -> bool:
    """Did the partner change something of the finding's card since it was noted? On the whole: anything at all.

    The evidence is locked while the reviewer notes findings, so every change of the partner comes after the sending.
    """
    since = HistoryEntry.objects.filter(
        thread=proof.history_thread, actor_side="partner", at__gte=finding.created_at
    ).filter(action__in=("proofs.edit", *_COST_ACTIONS, *_FILE_ACTIONS))
    if not finding.card:
        return since.exists()
    cards = {finding.card, *finding.card.split("-or-")}
    if cards & COST_CARDS:
        cards |= COST_CARDS
        if since.filter(action__in=_COST_ACTIONS).exists():
            return True
    files = set(proof.documents.filter(card__in=cards).values_list("pk", flat=True)) | {finding.document_id}
    if since.filter(document_id__in=files - {None}).exists():
        return True
    return since.filter(action="proofs.edit", changes__has_any_keys=_names_of(proof, cards)).exists()


def _names_of(proof: Proof, cards: set[str]) -> list[str]:
    """Under which names a change of these cards stands in the history."""
    named = value_names(proof.spec)
    names = [name for card in cards for name in _FIELDS_OF_CARD.get(card, (card,))]
    return [*names, *(named[card] for card in cards if card in named)]
