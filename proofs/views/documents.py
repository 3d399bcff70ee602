"""The sheet of one document, its bytes, and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import history, history_words, storage
from core.downloads import serve
from core.models import HistoryEntry
from core.permissions import can
from proofs import forms, rules, services
from proofs.checks.kinds import BY_NAME, PLAIN
from proofs.checks.words import passed_text
from proofs.evidence import checklist_of
from proofs.models import Document
from proofs.requirements import Card
from proofs.views.base import OfProof, PartForm, refuse_closed

SMALL_TEXT = 100_000  # bytes of a text file shown on the page; larger ones are downloaded
HISTORY_ROWS = 50


class OfDocument(OfProof):
    part_model = Document
    part_related = ("uploaded_by", "verdict_by", "invoice")
    permission = "proofs.view"

    def back_url(self, card: str = "") -> str:
        return super().back_url(card or self.part.card)


class DocumentPage(OfDocument):
    """Preview, facts, checks and history of one document; both sides see it."""

    template = "proofs/document.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        document, user = self.part, self.request.user
        rules.hide_untold_verdicts(self.object, [document], user)
        kind = BY_NAME.get(document.kind)
        open_now = document.removed_at is None and bool(can(user, "proofs.edit", self.object))
        return super().get_context(
            document=document,
            viewer=_viewer(document),
            kind_label=str(kind.label) if kind else "",
            text=_text_of(document),
            checks=list(document.checks.all()),
            passed_text=passed_text,
            entries=entries_of(document, user),
            findings=list(document.findings.filter(sent=True).select_related("created_by")),
            editable=open_now
            and not document.generated
            and rules.is_open(document.card, rules.open_cards(self.object)),
            zone=self.object.enrollment.program.deadline_zone,
            **extra,
        )


def _viewer(document: Document) -> str:
    kind = BY_NAME.get(document.kind)
    if not document.is_servable or kind is None or not kind.may_preview:
        return ""
    return "image" if kind.is_picture else document.kind


def _text_of(document: Document) -> str:
    """The text of a small clean text file, or what was typed."""
    if document.value:
        return document.value
    if document.kind not in PLAIN or not document.is_servable or document.size > SMALL_TEXT:
        return ""
    with storage.documents().open(document.key, "rb") as content:
        raw = content.read(SMALL_TEXT)
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def entries_of(document: Document, user: Any) -> list[dict[str, Any]]:
    side = "vendor" if user.is_vendor else "partner"
    entries = history.for_page(document.proof_id, side=side).filter(document_id=document.pk)[:HISTORY_ROWS]
    return [as_line(entry) for entry in entries]


def as_line(entry: HistoryEntry) -> dict[str, Any]:
    """One entry as the timeline draws it."""
    decision = bool(entry.new_status and entry.old_status)
    text = history.sentence(entry)
    if entry.document_name:
        text = f"{text}: {entry.document_name}"
    return {
        "actor": entry.actor_name[:1].upper() + entry.actor_name[1:],
        "text": text,
        "at": entry.at,
        "quote": entry.comment,
        "internal": entry.audience == "vendor",
        "mark": "" if entry.action.endswith(".comment") else _g("On the vendor's side only"),
        "icon": "arrow-right" if decision else ("settings-automation" if entry.actor_side == "system" else ""),
        "changes": [
            {
                "label": history_words.label(name),
                "old": history_words.value(name, old),
                "new": history_words.value(name, new),
            }
            for name, (old, new) in entry.changes.items()
        ],
    }


class Download(OfDocument):
    """The bytes of a clean file; anything else answers 404."""

    inline = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        kind = BY_NAME.get(self.part.kind)
        if self.inline and not (kind and kind.may_preview):
            raise Http404
        return serve(self.part, storage.documents(), inline=self.inline)


class View(Download):
    """The same inside a page, for kinds a browser may preview."""

    inline = True


class OfOpenDocument(PartForm):
    """What the partner does with a document that is not removed yet."""

    part_model = Document
    part_related = ("uploaded_by",)
    permission = "proofs.edit"
    template = "proofs/confirm.html"
    form_class = forms.EmptyForm

    def get_parts(self) -> Any:
        return super().get_parts().current()

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(name=self.part.name, **extra)

    def back_url(self, card: str = "") -> str:
        return super().back_url(card or self.part.card)


class EditDocument(OfOpenDocument):
    """Its note, and the card it belongs to."""

    template = "proofs/part_form.html"
    title = _("What it shows")

    def get_form(self, data: Any = None, files: Any = None) -> forms.DocumentForm:
        refuse_closed(self.object, self.part.card)
        cards = [] if self.request.GET.get("only") == "note" or self.part.invoice_id else self.cards()
        return forms.DocumentForm(data, cards=cards, initial={"note": self.part.note, "card": self.part.card})

    def cards(self) -> list[tuple[str, str]]:
        """Open cards that take documents of its kind; its own first."""
        opened = rules.open_cards(self.object)
        every: list[Card] = []
        for card in checklist_of(self.object).cards:
            every += [card, *card.alternatives]
        fitting = [(card.slug, card.title) for card in every if card.kinds and card.section not in ("cost",)]
        return [one for one in fitting if rules.is_open(one[0], opened) or one[0] == self.part.card]

    def save(self, form: Any) -> Any:
        card = form.cleaned_data.get("card") or None
        return services.edit_document(self.part.pk, actor=self.request.user, note=form.cleaned_data["note"], card=card)


class RemoveDocument(OfOpenDocument):
    title = _("Remove this file?")
    verb = _("Remove")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lines = [{"icon": "trash", "text": _g("It is taken out of the draft; the history keeps its name.")}]
        return super().get_context(consequences=lines, kind="danger", **extra)

    def save(self, form: Any) -> Any:
        return services.remove_document(self.part.pk, actor=self.request.user)

    def get_success_url(self, result: Any) -> str:
        undo = reverse("proofs:document_restore", args=[self.part.pk])
        text = _g("“%(name)s” was removed.") % {"name": self.part.name}
        messages.success(self.request, format_html('{} <a href="{}">{}</a>', text, undo, _g("Undo")))
        return super().get_success_url(result)


class RestoreDocument(OfOpenDocument):
    """The way back from a removal, while the card is open and the file is kept."""

    title = _("Put this file back?")
    verb = _("Put it back")
    success_message = _("The file is back.")

    def get_parts(self) -> Any:
        return PartForm.get_parts(self).filter(removed_at__isnull=False)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lines = [{"icon": "arrow-back-up", "text": _g("It comes back to the place it had, with its checks.")}]
        return super().get_context(consequences=lines, kind="primary", **extra)

    def save(self, form: Any) -> Any:
        return services.restore_document(self.part.pk, actor=self.request.user)


class RetryCheck(OfOpenDocument):
    """Check a file again that the machine could not decide."""

    permission = "proofs.draft"
    title = _("Check this file again?")
    verb = _("Check again")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lines = [{"icon": "refresh", "text": _g("The check takes a few seconds. The file stays where it is.")}]
        return super().get_context(consequences=lines, kind="primary", **extra)

    def save(self, form: Any) -> Any:
        return services.retry_check(self.part.pk, actor=self.request.user)
