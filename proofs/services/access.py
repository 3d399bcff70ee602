"""Locking and the question every write asks first: is this card open to this person now?"""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Denied
from core.permissions import require
from core.workflow import lock
from proofs import rules
from proofs.models import Proof


def editable(proof_id: Any, actor: Any, *cards: str) -> Proof:
    """The proof under its lock, with every named card open to this person.

    Raises Denied when it is with the vendor, or when it was sent back for something else (R-CLM-21).
    """
    proof = lock(Proof, proof_id)
    require(actor, "proofs.edit", proof)
    if cards:
        opened = rules.open_cards(proof)
        if not all(rules.is_open(card, opened) for card in cards):
            raise Denied(_("Only what the reviewer sent back can be changed now."))
    return proof
