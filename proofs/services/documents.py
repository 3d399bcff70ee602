from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history, storage
from core.errors import Denied, Problem, RuleViolation, StateConflict
from core.jobs import enqueue
from core.workflow import existing, lock
from proofs import rules
from proofs.checks.limits import MAX_FILE_BYTES, MAX_FILES_PER_PROOF, MAX_NAME_LENGTH, MEGABYTE
from proofs.choices import UNDECIDED, DocumentState, Section
from proofs.models import Document, Invoice, Proof
from proofs.services.access import editable
from proofs.services.addresses import announce_look
from proofs.services.attachments import take_along
from proofs.wording import card_name

MAX_TEXT = 20_000  # characters of a typed proof
WEB = ("https://", "http://")
PURGE_AFTER = timedelta(days=1)  # removed files of never-submitted drafts; a day to notice a slip

history.describe(
    {
        "proofs.add_document": _("added a file"),
        "proofs.add_typed": _("added"),
        "proofs.edit_document": _("changed what belongs to a file"),
        "proofs.remove_document": _("removed a file"),
        "proofs.restore_document": _("put a file back"),
    }
)


@dataclass(frozen=True)
class Received:
    """What became of one uploaded file: a document, or a problem; `again` when it was there already (D-20)."""

    name: str
    document: Document | None = None
    problem: Problem | None = None
    again: bool = False


def add_files(
    proof_id: Any,
    card: str,
    files: list[Any],
    *,
    actor: Any,
    note: str = "",
    section: str = Section.PROOF,
    invoice: Invoice | None = None,
) -> list[Received]:
    """Take uploaded files (of core.uploads.HashingUploadHandler) onto a card; each waits in quarantine for its check.

    Returns one Received a file: a file that cannot be taken does not hinder the others. Raises Denied when the
    card is not open.
    """
    received: list[Received] = []
    try:
        with transaction.atomic():
            proof = editable(proof_id, actor, card)
            here = dict(proof.documents.current().order_by().values_list("pk", "sha256"))
            for upload in files:
                result = _receive(proof, card, upload, here, actor, note, section, invoice)
                if result.document is not None:
                    here[result.document.pk] = upload.sha256
                received.append(result)
    except Exception:  # of any kind: tidied up and raised on
        forget_bytes(received)
        raise
    return received


def attach_paper(proof_id: Any, upload: Any, *, section: str, actor: Any) -> Document:
    """Take a file that belongs to what follows the proof (a tax invoice), whatever the proof's status; it waits in
    quarantine for its check like every other. The caller has asked whether the actor may. Raises RuleViolation."""
    with transaction.atomic():
        proof = lock(Proof, proof_id)
        name = upload.sent_name
        problem = refusal(upload, name)
        if problem:
            raise RuleViolation([problem])
        there = proof.documents.filter(
            sha256=upload.sha256, removed_at__isnull=True, parent__isnull=True, generated=False
        ).first()
        if there is not None:
            return there
        received = _receive(proof, section, upload, {}, actor, "", section, None)
    document = received.document
    if document is None:
        raise RuleViolation([received.problem] if received.problem else [])
    return document


def forget_bytes(received: list[Received]) -> None:
    """After a rollback no row names these bytes, so no sweep would ever find them."""
    for one in received:
        if one.document is not None and not one.again:
            storage.quarantine().delete(one.document.key)


def _receive(
    proof: Proof,
    card: str,
    upload: Any,
    here: dict[Any, str],
    actor: Any,
    note: str,
    section: str,
    invoice: Invoice | None,
) -> Received:
    name = upload.sent_name
    problem = refusal(upload, name) or (too_many(name) if len(here) >= MAX_FILES_PER_PROOF else None)
    if problem:
        return Received(name, problem=problem)
    if upload.sha256 in here.values():
        there = proof.documents.current().filter(sha256=upload.sha256).order_by("generated")[0]
        if invoice is not None and there.invoice_id is None and _may_leave(there):
            changes = history.changed(
                {"card": card_name(proof.spec, there.card), "invoice": ""},
                {"card": card_name(proof.spec, card), "invoice": invoice},
                ("card", "invoice"),
            )
            there.invoice, there.section, there.card = invoice, section, card
            there.save(update_fields=["invoice", "section", "card"])
            take_along(there, "section", "card")
            history.record(proof, "proofs.edit_document", actor=actor, document=there, changes=changes)
        return Received(name, there, again=True)
    where = {"proof": proof, "invoice": invoice, "section": section, "card": card, "note": note.strip()}
    return Received(name, keep(upload, "proofs.add_document", actor=actor, **where))


def keep(upload: Any, action: str, *, actor: Any, **where: Any) -> Document:
    """Into quarantine with its row, its entry in the history of where it goes, and its check. where: fields that say
    so. The caller holds the lock, has asked `refusal`, and calls `forget_bytes` when the transaction fails."""
    document = Document(
        name=upload.sent_name,
        media_type=(upload.content_type or "")[:100] or "application/octet-stream",
        size=upload.byte_count,
        sha256=upload.sha256,
        crc32=upload.crc32,
        key=_store(upload),
        uploaded_by=actor,
        **where,
    )
    document.save(force_insert=True)
    history.record(document.holder, action, actor=actor, document=document)
    enqueue("proofs.check_document", document_id=document.pk)
    return document


def _store(upload: Any) -> str:
    """Into quarantine, whole or not at all."""
    key = storage.new_key()
    try:
        return storage.quarantine().save(key, upload)
    except Exception:  # of any kind: half a file is removed and the error raised on
        storage.quarantine().delete(key)
        raise


def _may_leave(document: Document) -> bool:
    """A file that comes again for an invoice moves there, unless its card is closed or we made it ourselves."""
    if document.generated or document.proof is None:
        return False
    return rules.is_open(document.card, rules.open_cards(document.proof))


def refusal(upload: Any, name: str) -> Problem | None:
    """What is refused before it is stored: too large, a name we cannot keep."""
    if upload.too_large:
        text = _g("“%(name)s” is larger than %(limit)s MB. Make it smaller, or split it, and add it again.")
        return Problem("too_large", text % {"name": name[:80], "limit": MAX_FILE_BYTES // MEGABYTE}, subject=name)
    if len(name) > MAX_NAME_LENGTH:
        text = _g("The name “%(name)s…” is longer than %(limit)s characters. Rename the file and add it again.")
        return Problem("name_too_long", text % {"name": name[:60], "limit": MAX_NAME_LENGTH}, subject=name)
    return None


def too_many(name: str) -> Problem:
    text = _g("“%(name)s” was not added: a proof holds at most %(limit)s files.")
    return Problem("too_many", text % {"name": name[:80], "limit": MAX_FILES_PER_PROOF}, subject=name)


def add_typed(proof_id: Any, card: str, kind: str, value: str, *, actor: Any, note: str = "") -> Document:
    """Add an address (kind "url") or a text (kind "text") that counts as a document. The form has checked its shape."""
    value = value.strip()
    if not value or len(value) > MAX_TEXT:
        raise RuleViolation([Problem("value_missing", _g("Enter the address or the text."), anchor="id_value")])
    if kind == "url" and not value.lower().startswith(WEB):  # it becomes a link on the reviewer's desk
        text = _g("Enter a web address that begins with https:// or http://.")
        raise RuleViolation([Problem("not_a_web_address", text, anchor="id_value")])
    with transaction.atomic():
        proof = editable(proof_id, actor, card)
        there = proof.documents.current().filter(card=card, kind=kind, value=value, note=note.strip()).first()
        if there is not None:  # the same again: kept once, like a file (D-20)
            return there
        if proof.documents.current().count() >= MAX_FILES_PER_PROOF:
            text = _g("A proof holds at most %(limit)s documents.") % {"limit": MAX_FILES_PER_PROOF}
            raise RuleViolation([Problem("too_many", text, anchor="id_value")])
        document = Document.objects.create(
            proof=proof,
            section=Section.PROOF,
            card=card,
            kind=kind,
            name=value[:120] if kind == "url" else _g("Text"),
            value=value,
            note=note.strip(),
            media_type="text/plain",
            state=DocumentState.CLEAN,
            checked_at=clock.now(),
            uploaded_by=actor,
        )
        history.record(proof, "proofs.add_typed", actor=actor, document=document)
        announce_look(document)
    return document


def edit_document(pk: Any, *, actor: Any, note: str | None = None, card: str | None = None) -> Document:
    """Change the note of a document, or move it to another card. None leaves a value as it is."""
    with transaction.atomic():
        proof, document = _locked(pk, actor)
        cards = [document.card] + ([card] if card is not None else [])
        editable(proof.pk, actor, *cards)
        if card not in (None, document.card):
            require_not_generated(document)
        before = {"note": document.note, "card": card_name(proof.spec, document.card)}
        document.note = document.note if note is None else note.strip()
        document.card = document.card if card is None else card
        after = {"note": document.note, "card": card_name(proof.spec, document.card)}
        changes = history.changed(before, after, before)
        if changes:
            document.save(update_fields=["note", "card"])
            take_along(document, "card")
            history.record(proof, "proofs.edit_document", actor=actor, document=document, changes=changes)
    return document


def remove_document(pk: Any, *, actor: Any) -> Proof:
    """Take a document out of the draft; history keeps its name. Its bytes are purged when never submitted."""
    with transaction.atomic():
        proof, document = _locked(pk, actor)
        editable(proof.pk, actor, document.card)
        require_not_generated(document)
        withdraw(document, proof, actor)
    return proof


def restore_document(pk: Any, *, actor: Any) -> Proof:
    """Put a removed document back on its card. StateConflict when it is there, when the same file was added again,
    or when its bytes are gone; Denied when its card is closed."""
    with transaction.atomic():
        proof = editable(existing(Document.objects, pk).proof_id, actor)
        document = existing(proof.documents.filter(parent__isnull=True), pk)
        editable(proof.pk, actor, document.card)
        require_not_generated(document)
        here = proof.documents.current()
        if document.removed_at is None or (document.sha256 and here.filter(sha256=document.sha256).exists()):
            raise StateConflict(_g("This file is already there."), proof.status)
        if not document.key and not document.value:
            raise StateConflict(_g("This file was deleted for good. Add it again."), proof.status)
        if here.count() >= MAX_FILES_PER_PROOF:
            text = _g("A proof holds at most %(limit)s documents.") % {"limit": MAX_FILES_PER_PROOF}
            raise StateConflict(text, proof.status)
        document.removed_at = None
        document.save(update_fields=["removed_at"])
        take_along(document, "removed_at")
        history.record(proof, "proofs.restore_document", actor=actor, document=document)
        if document.state in UNDECIDED:
            enqueue("proofs.check_document", document_id=document.pk)
    return proof


def _locked(pk: Any, actor: Any) -> tuple[Proof, Document]:
    """The proof under its lock, then the document as it is now; StateConflict when it was removed meanwhile."""
    proof = editable(existing(Document.objects, pk).proof_id, actor)
    document = proof.documents.current().filter(pk=pk).first()
    if document is None:
        raise StateConflict(_g("This file has been removed meanwhile."), proof.status)
    return proof, document


def require_not_generated(document: Document) -> None:
    """The PDF of the report belongs to it: without the one, the other would count and not be seen."""
    if document.generated:
        raise Denied(_g("This file is made from the report. Change or remove the report instead."))


def withdraw(document: Document, proof: Proof, actor: Any) -> None:
    document.removed_at = clock.now()
    document.save(update_fields=["removed_at"])
    take_along(document, "removed_at")
    history.record(proof, "proofs.remove_document", actor=actor, document=document)


def purge_removed() -> int:
    """Delete the bytes of files removed from drafts that were never submitted, and from the bin; rows stay. Returns how
    many."""
    gone = Document.objects.filter(
        removed_at__lt=clock.now() - PURGE_AFTER, proof__first_submitted_at__isnull=True
    ).exclude(key="")
    count = 0
    for document in gone[:500]:
        for store in (storage.quarantine(), storage.documents()):
            store.delete(document.key)
        document.key = ""
        document.save(update_fields=["key"])
        count += 1
    return count
