"""The sheet of one document, its bytes, and what can be done with it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import history, history_words, storage
from core.models import HistoryEntry
from core.permissions import can
from proofs import forms, rules, services, sheet
from proofs.checks.kinds import BY_NAME, MAIL_KINDS, PLAIN
from proofs.checks.limits import MAX_SHOWN_LETTERS
from proofs.checks.words import passed_text
from proofs.evidence import checklist_of, dossier_of, values_of
from proofs.models import Document
from proofs.services.addresses import FETCHED
from proofs.views.base import OfProof, PartForm, open_cards, refuse_closed
from proofs.web import TROUBLES

SMALL_TEXT = 100_000  # bytes of a text file shown on the page; larger ones are downloaded
HISTORY_ROWS = 50


BIN = ("bin__enrollment__program", "bin__enrollment__location__partner")


class HeldDocument(OfProof):
    """`object` is what holds the document: its proof, or the receipt bin it lies in."""

    part_model = Document

    def get_object(self) -> Any:
        super().get_object()
        return self.part.holder

    @property
    def in_bin(self) -> bool:
        return self.part.proof_id is None

    def back_url(self, card: str = "") -> str:
        return self.object.get_absolute_url() if self.in_bin else super().back_url(card or self.part.card)


class OfDocument(HeldDocument):
    part_related = ("uploaded_by", "verdict_by", "invoice", "reading", "parent", *BIN)
    permission = "proofs.view"


class DocumentPage(OfDocument):
    """Preview, facts, checks and history of one document; both sides see it."""

    template = "proofs/document.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        document, user = self.part, self.request.user
        kind = BY_NAME.get(document.kind)
        values = values_of(getattr(document, "reading", None))
        matches: tuple[Any, ...] = ()
        card_open = False
        editable = document.removed_at is None and bool(can(user, "proofs.edit", self.object))
        if not self.in_bin:
            rules.hide_untold_verdicts(self.object, [document], user)
            checklist = checklist_of(self.object, dossier_of(self.object, user))
            matches = checklist.matches
            card_open = editable and rules.is_open(document.card, rules.open_cards(self.object, checklist=checklist))
            editable = card_open and not document.generated and document.parent_id is None
        return super().get_context(
            document=document,
            viewer=_viewer(document),
            kind_label=str(kind.label) if kind else "",
            text=_text_of(document),
            text_goes_on=len(document.facts.get("text", "")) >= MAX_SHOWN_LETTERS,
            mail=_mail_of(document),
            attachments=_attachments_of(document),
            checks=list(document.checks.all()),
            matches=sheet.about(document, matches),
            pages=_pages(document, values, matches),
            read=sheet.rows_of(values),
            card_open=card_open,
            passed_text=passed_text,
            entries=entries_of(document, user),
            visit=visit_of(document),
            findings=list(document.findings.filter(sent=True).select_related("created_by")),
            in_bin=self.in_bin,
            editable=editable,
            may_leave=editable and not self.in_bin and document.is_file and self.object.first_submitted_at is None,
            zone=self.object.enrollment.program.deadline_zone,
            **extra,
        )


def _pages(document: Document, values: Any, matches: Any) -> list[sheet.PagePicture]:
    """The viewable copy, where something was read on it or the browser cannot show the file itself."""
    if not document.is_servable:
        return []
    pages = sheet.pages_of(document, values, matches)
    return pages if any(page.marks for page in pages) or not _viewer(document) else []


def _viewer(document: Document) -> str:
    kind = BY_NAME.get(document.kind)
    if not document.is_servable or kind is None or not kind.may_preview:
        return ""
    return "image" if kind.is_picture else document.kind


def visit_of(document: Document) -> dict[str, Any] | None:
    """What the worker found at a typed address, as the sheet shows it; none where it was not looked at."""
    found = document.facts.get(FETCHED) if document.kind == "url" else None
    if not found:
        return None
    trouble = found.get("trouble")
    return {**found, "at": datetime.fromisoformat(found["at"]), "trouble": TROUBLES.get(trouble, "") if trouble else ""}


def _mail_of(document: Document) -> dict[str, Any]:
    """Who wrote what to whom and when, of a clean e-mail; `at` is a moment, none where the e-mail does not say."""
    said = document.facts.get("mail")
    if not said or not document.is_servable:
        return {}
    return {**said, "at": datetime.fromisoformat(said["date"]) if said["date"] else None}


def _attachments_of(document: Document) -> list[Document]:
    """What is in an e-mail, with `kind_label`; no query for any other document."""
    if document.kind not in MAIL_KINDS:
        return []
    found = list(document.attachments.order_by("created_at", "id"))
    for one in found:
        one.kind_label = str(BY_NAME[one.kind].label) if one.kind in BY_NAME else one.kind
    return found


def _text_of(document: Document) -> str:
    """The text of a small clean text file, what was typed, or what the checks read in an office file or e-mail."""
    if document.value:
        return document.value
    if document.is_servable and document.facts.get("text"):
        return str(document.facts["text"])
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
    threads = [document.proof_id] if user.is_vendor else [document.proof_id, document.bin_id]
    entries = history.for_page(threads, side=side).filter(document_id=document.pk)[:HISTORY_ROWS]
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


class OfOpenDocument(HeldDocument, PartForm):
    """What the partner does with a document that is not removed yet."""

    part_related = ("uploaded_by", *BIN)
    permission = "proofs.edit"
    template = "proofs/confirm.html"
    form_class = forms.EmptyForm

    def get_parts(self) -> Any:
        return super().get_parts().current()

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(name=self.part.name, **extra)


class EditDocument(OfOpenDocument):
    """Its note, and the card it belongs to."""

    template = "proofs/part_form.html"
    title = _("What it shows")

    def get_parts(self) -> Any:
        return super().get_parts().filter(proof__isnull=False)

    def get_form(self, data: Any = None, files: Any = None) -> forms.DocumentForm:
        refuse_closed(self.object, self.part.card)
        cards = [] if self.request.GET.get("only") == "note" or self.part.invoice_id else self.cards()
        return forms.DocumentForm(data, cards=cards, initial={"note": self.part.note, "card": self.part.card})

    def cards(self) -> list[tuple[str, str]]:
        """Open cards that take documents; its own is among them, or the form would not have opened."""
        return [(card.slug, card.title) for card in open_cards(self.object) if card.section not in ("cost",)]

    def save(self, form: Any) -> Any:
        card = form.cleaned_data.get("card") or None
        return services.edit_document(self.part.pk, actor=self.request.user, note=form.cleaned_data["note"], card=card)


class RemoveDocument(OfOpenDocument):
    title = _("Remove this file?")
    verb = _("Remove")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        text = _g("It is taken out of the draft; the history keeps its name.")
        if self.in_bin:
            text = _g("It is taken out of the receipt bin; the history keeps its name.")
        return super().get_context(consequences=[{"icon": "trash", "text": text}], kind="danger", **extra)

    def save(self, form: Any) -> Any:
        remove = services.remove_from_bin if self.in_bin else services.remove_document
        return remove(self.part.pk, actor=self.request.user)

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
        return HeldDocument.get_parts(self).filter(removed_at__isnull=False, parent__isnull=True)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lines = [{"icon": "arrow-back-up", "text": _g("It comes back to the place it had, with its checks.")}]
        return super().get_context(consequences=lines, kind="primary", **extra)

    def save(self, form: Any) -> Any:
        restore = services.restore_to_bin if self.in_bin else services.restore_document
        return restore(self.part.pk, actor=self.request.user)


class SendBackToBin(OfOpenDocument):
    """From a card of a draft that was never sent back into the receipt bin."""

    title = _("Move this file to the receipt bin?")
    verb = _("Move to the bin")
    success_message = _("The file is in the receipt bin.")

    def get_parts(self) -> Any:
        return super().get_parts().filter(proof__isnull=False)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lines = [{"icon": "archive", "text": _g("It leaves its card, with its checks, and waits in the bin.")}]
        return super().get_context(consequences=lines, kind="primary", **extra)

    def save(self, form: Any) -> Any:
        return services.send_back_to_bin(self.part.pk, actor=self.request.user)


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
