"""What is done in a receipt bin: files in, and on to a card of a proof. Its page is portal/views/bin.py."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.uploads import MAX_FILE_BYTES
from core.views import FormPage, Page
from incentives.models import Enrollment
from proofs import forms, services
from proofs.checks.kinds import KINDS, accept_attribute
from proofs.checks.limits import MAX_FILES_PER_PROOF
from proofs.choices import ProofStatus
from proofs.models import Document, Proof, ReceiptBin
from proofs.requirements import MISSING, Card
from proofs.requirements.checklist import anchor_of
from proofs.services import Received
from proofs.suggestions import likely_cards
from proofs.views.base import PARENTS, open_cards
from proofs.views.uploads import TakesFiles, again_text
from proofs.wording import card_name

PROOFS_OFFERED = 100  # the last changed ones; more is no list to choose from


class OfBin(Page):
    """A page about the receipt bin of the enrolment that the address names. `object` is the bin, which is not saved as
    long as nothing was dropped there. For the vendor there is none."""

    model = Enrollment
    select_related = ("program", "location__partner")
    permission = "proofs.draft"

    def get_queryset(self) -> Any:
        found = super().get_queryset()
        return found.none() if self.request.user.is_vendor else found

    def get_object(self) -> ReceiptBin:
        enrollment = super().get_object()
        there = ReceiptBin.objects.filter(enrollment=enrollment).first() or ReceiptBin()
        there.enrollment = enrollment
        return there

    def proofs(self) -> Any:
        """The proofs that files can be put on; the person's own view of them decides."""
        return Proof.objects.visible_to(self.request.user).take_files(self.object.enrollment)

    def offered(self, first: Proof | None = None) -> list[tuple[Any, str]]:
        """The proofs to choose from, the last changed first, each by name, number and status. first: goes before."""
        rows = list(self.proofs().only("name", "number", "status")[:PROOFS_OFFERED])
        if first is not None:
            rows = [first, *(one for one in rows if one.pk != first.pk)]
        return [
            (one.pk, f"{one.name or _('Without a name')} ({one.number}, {ProofStatus(one.status).label})")
            for one in rows
        ]

    def chosen_proof(self) -> Proof | None:
        """The proof named in the body or the address, when files can be put on it."""
        pk = _uuid(self.request.POST.get("proof") or self.request.GET.get("proof", ""))
        return self.proofs().select_related(*PARENTS).filter(pk=pk).first() if pk else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class Drop(OfBin, TakesFiles):
    """Files into the bin, of every kind we take."""

    template = "proofs/bin_drop.html"
    form_class = forms.EmptyForm

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            accept=accept_attribute(KINDS),
            max_bytes=MAX_FILE_BYTES,
            back=self.object.get_absolute_url(),
            **{"refused": [], **extra},
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, files = self.get_form(request.POST), self.files()
        if not files:
            return self.refuse_empty(form)
        return self.answer(form, services.drop_files(self.object.enrollment_id, files, actor=request.user))

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class PutOn(OfBin, FormPage):
    """Files chosen in the bin, onto a card of a proof: first which proof, then which card."""

    template = "proofs/put_on.html"
    title = gettext_lazy("Put on a card")

    proof: Any = None
    documents: list[Document]
    card = ""

    def get_object(self) -> ReceiptBin:
        self.object = there = super().get_object()
        self.proof = self.chosen_proof()
        chosen = there.documents.in_bin().select_related("reading").filter(pk__in=self.wanted())
        self.documents = list(chosen.order_by("-created_at", "-id"))
        return there

    def wanted(self) -> list[UUID]:
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        return list(filter(None, map(_uuid, source.getlist("document"))))[:MAX_FILES_PER_PROOF]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.documents:
            messages.info(request, _("Choose files in the bin first."))
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def cards(self) -> list[Card]:
        return likely_cards(self.documents, open_cards(self.proof)) if self.proof else []

    def get_form(self, data: Any = None, files: Any = None) -> forms.PutOnForm:
        """After a second click nothing is in the bin any more: every open card is offered, the service tells."""
        cards = self.cards() or (open_cards(self.proof) if self.proof and not self.documents else [])
        return forms.PutOnForm(data, cards=[(card.slug, _with_state(card)) for card in cards], asked=self.asked_card())

    def asked_card(self) -> str:
        return self.request.GET.get("card", "")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=self.title,
            back=self.object.get_absolute_url(),
            proof=self.proof,
            documents=self.documents,
            proofs=self.offered(),
            asked=self.asked_card(),
            **extra,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.proof is None:
            return self.render(form=self.get_form(), status=422, missing_proof=True)
        return super().post(request, *args, **kwargs)

    def save(self, form: Any) -> list[Received]:
        self.card = form.cleaned_data["card"]
        return services.assign(self.wanted(), self.proof.pk, self.card, actor=self.request.user)

    def get_success_url(self, result: list[Received]) -> str:
        """On to the card; back to the bin while it holds more, unless the person came from the proof."""
        there = f"{self.proof.get_absolute_url()}#{anchor_of(self.card)}"
        tell_put(self.request, result, card_name(self.proof.spec, self.card), there)
        stays = self.request.POST.get("from") != "proof" and self.object.documents.in_bin().exists()
        return self.object.get_absolute_url() if stays else there


def _with_state(card: Card) -> str:
    if card.state == MISSING and card.required:
        return _("%(card)s (still missing)") % {"card": card.title}
    return card.title


def tell_put(request: HttpRequest, received: list[Received], card: str, href: str) -> None:
    """Say what was put on the card, what was there already, and what stayed in the bin and why."""
    put = [one for one in received if one.document is not None and not one.again]
    if put:
        words = {"card": card, "count": len(put), "name": put[0].name}
        text = ngettext("“%(name)s” was put on “%(card)s”.", "%(count)s files were put on “%(card)s”.", len(put))
        messages.success(request, format_html('{} <a href="{}">{}</a>', text % words, href, _("Open the card")))
    for one in received:
        if one.again:
            messages.info(request, again_text(one))
        elif one.problem is not None:
            messages.warning(request, one.problem.message)
