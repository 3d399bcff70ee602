from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from core.errors import Denied
from core.views import FormPage, Page
from proofs import rules
from proofs.choices import WITH_PARTNER
from proofs.evidence import checklist_of
from proofs.models import Proof
from proofs.requirements import Card
from proofs.requirements.checklist import anchor_of

PARENTS = (
    "enrollment__program",
    "enrollment__location__partner",
    "activity__campaign__plan",
    "activity_type",
    "period",
)


class OfProof(Page):
    """A page about a part of a proof: `object` is the proof, whose permission is asked.

    part_model: the part is fetched by the URL's pk through `visible_to`, kept as `part`; else pk is the proof's.
    """

    model = Proof
    part_model: Any = None
    part_related: tuple[str, ...] = ()
    permission = "proofs.edit"
    select_related = PARENTS
    part: Any = None

    def get_parts(self) -> Any:
        related = (*self.part_related, *(f"proof__{name}" for name in PARENTS))
        return self.part_model.objects.visible_to(self.request.user).select_related(*related)

    def get_object(self) -> Any:
        if self.part_model is None:
            return super().get_object()
        self.part = self.get_parts().filter(pk=self.kwargs["pk"]).first()
        if self.part is None:
            raise Http404
        return self.part.proof

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(part=self.part, back=self.back_url(), **extra)

    def card_slug(self) -> str:
        return self.request.GET.get("card", "")[:160]

    def back_url(self, card: str = "") -> str:
        """The place on the evidence page this came from."""
        slug = card or self.card_slug()
        return self.object.get_absolute_url() + (f"#{anchor_of(slug)}" if slug else "")


class PartForm(OfProof, FormPage):
    """A form about a part of a proof, with its own address; comes back to its card."""

    template = "proofs/part_form.html"
    title: Any = ""
    verb: Any = ""

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=self.title, verb=self.verb or _("Save"), **extra)

    def get_success_url(self, result: Any) -> str:
        return self.back_url()


def open_cards(proof: Proof) -> list[Card]:
    """The cards that take something and are open to the partner now, in page order, each before its alternatives."""
    opened = rules.open_cards(proof)
    every = [inner for card in checklist_of(proof).cards for inner in (card, *card.alternatives)]
    return [card for card in every if card.kinds and rules.is_open(card.slug, opened)]


def refuse_closed(proof: Proof, *cards: str) -> None:
    """While the partner corrects, only what was sent back opens its form (R-CLM-21)."""
    opened = rules.open_cards(proof) if proof.status in WITH_PARTNER else frozenset()
    if not all(rules.is_open(card, opened) for card in cards):
        raise Denied(_("Only what the reviewer sent back can be changed now."))
