from core.views import Page
from proofs.models import Proof


class ProofPage(Page):
    """The evidence page: requirement cards, files, what is left, history."""

    model = Proof
    permission = "proofs.view"
    template = "portal/proof.html"
