"""The receipt bin: drop first, say later where it belongs.

Locks in the order of D-14, a bin after the proof: who puts files on a proof locks the proof, then the bin.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Denied, Problem, RuleViolation, StateConflict
from core.jobs import enqueue
from core.permissions import require
from core.workflow import existing, lock
from incentives.models import Enrollment
from proofs.checks.kinds import accepts
from proofs.checks.limits import MAX_FILES_PER_BIN, MAX_FILES_PER_PROOF
from proofs.choices import UNDECIDED, DocumentState, Section
from proofs.evidence import fits
from proofs.models import Document, Proof, ReceiptBin
from proofs.requirements import kinds_of
from proofs.requirements.costs import INVOICES_SLUG
from proofs.services.access import editable
from proofs.services.attachments import take_along
from proofs.services.documents import Received, forget_bytes, keep, refusal, require_not_generated, too_many, withdraw
from proofs.services.reading import queue_reading
from proofs.services.twins import queue_comparison
from proofs.wording import card_name

history.describe(
    {
        "proofs.drop_file": _("dropped a file into the receipt bin"),
        "proofs.leave_bin": _("put a file on a proof"),
        "proofs.take_from_bin": _("took a file from the receipt bin"),
        "proofs.kept_once": _("removed a file from the receipt bin that is on the proof already"),
        "proofs.send_back_to_bin": _("moved a file to the receipt bin"),
        "proofs.remove_from_bin": _("removed a file from the receipt bin"),
        "proofs.restore_to_bin": _("put a file back into the receipt bin"),
    }
)


def drop_files(enrollment_id: Any, files: list[Any], *, actor: Any) -> list[Received]:
    """Take uploaded files into the bin of an enrolment, made with the first one; each waits in quarantine for its
    check like on a card. The same bytes are kept once (D-20). Returns one Received a file. Raises Denied.
    """
    received: list[Received] = []
    try:
        with transaction.atomic():
            bin_ = _own_bin(enrollment_id, actor)
            room = MAX_FILES_PER_BIN - bin_.documents.in_bin().count()
            for upload in files:
                result = _drop(bin_, upload, room, actor)
                room -= result.document is not None and not result.again
                received.append(result)
    except Exception:  # of any kind: tidied up and raised on
        forget_bytes(received)
        raise
    return received


def _drop(bin_: ReceiptBin, upload: Any, room: int, actor: Any) -> Received:
    name = upload.sent_name
    problem = refusal(upload, name)
    if problem is None:
        there = bin_.documents.in_bin().filter(sha256=upload.sha256).first()
        if there is not None:
            return Received(name, there, again=True)
        problem = _bin_is_full(name) if room <= 0 else None
    if problem is not None:
        return Received(name, problem=problem)
    return Received(name, keep(upload, "proofs.drop_file", actor=actor, bin=bin_, section=Section.PROOF))


def assign(document_ids: Iterable[Any], proof_id: Any, card: str, *, actor: Any) -> list[Received]:
    """Put files of the bin on a card of a proof of the same enrolment. What the check said stays; nothing is checked
    again. On the card of invoices they wait there for their details.

    Returns one Received a file, in the order given: a file that this card does not take stays in the bin, one whose
    bytes the proof has already is kept once (`again`), as is one that a first click has put there. Raises Denied when
    the card is closed, RuleViolation when it takes no files.
    """
    wanted = list(dict.fromkeys(map(str, document_ids)))
    with transaction.atomic():
        proof = editable(proof_id, actor, card)
        if not accepts(kinds_of(proof.spec, card)):
            raise RuleViolation([Problem("takes_no_files", _g("This card takes no files. Choose another one."))])
        bin_ = ReceiptBin.objects.filter(enrollment=proof.enrollment_id).first()
        lying = {str(one.pk): one for one in _locked_files(bin_, wanted)}
        current = list(proof.documents.current())
        received = []
        for pk in wanted:
            result = _put(lying.get(pk), pk, proof, card, current, actor)
            if result.document is not None and not result.again:
                current.append(result.document)
            received.append(result)
        moved = [one.document for one in received if one.document and not one.again]
        for document in moved:
            take_along(document, "proof", "card", "section")
            queue_comparison(document)
    return received


def _locked_files(bin_: ReceiptBin | None, wanted: list[str]) -> list[Document]:
    if bin_ is None:
        return []
    return list(lock(ReceiptBin, bin_.pk).documents.in_bin().filter(pk__in=wanted))


def _put(document: Document | None, pk: str, proof: Proof, card: str, current: list[Document], actor: Any) -> Received:
    if document is None:
        there = next((one for one in current if str(one.pk) == pk), None)
        if there is not None:
            return Received(there.name, there, again=True)
        text = _g("One of the files is not in the receipt bin any more. Look at the bin again.")
        return Received("", problem=Problem("not_in_bin", text))
    twin = next((one for one in current if one.sha256 == document.sha256), None)
    if twin is not None:
        _remove(document, "proofs.kept_once", actor, proof)
        return Received(document.name, twin, again=True)
    problem = _stays(document, proof, card, len(current))
    if problem is not None:
        return Received(document.name, problem=problem)
    document.proof, document.card = proof, card
    document.section = Section.INVOICE if card == INVOICES_SLUG else Section.PROOF
    document.save(update_fields=["proof", "card", "section"])
    queue_reading(document)
    changes = {"card": ["", card_name(proof.spec, card)]}
    history.record(proof, "proofs.take_from_bin", actor=actor, document=document, changes=changes)
    history.record(
        document.bin,
        "proofs.leave_bin",
        actor=actor,
        document=document,
        changes=changes | {"proof": ["", proof.number]},
    )
    return Received(document.name, document)


def _stays(document: Document, proof: Proof, card: str, count: int) -> Problem | None:
    """Why a file cannot go onto that card; then it stays where it is."""
    name = document.name
    if document.state == DocumentState.REFUSED:
        text = _g("“%(name)s” was refused by its check and stays in the receipt bin. Add a better copy.")
        return Problem("refused", text % {"name": name[:80]}, "D-20", subject=name)
    if not fits(document, kinds_of(proof.spec, card)):
        text = _g("“%(card)s” does not take files like “%(name)s”. It stays in the receipt bin: choose another card.")
        return Problem("kind", text % {"name": name[:80], "card": card_name(proof.spec, card)}, subject=name)
    return too_many(name) if count >= MAX_FILES_PER_PROOF else None


def send_back_to_bin(pk: Any, *, actor: Any) -> Document:
    """Take a file off the card of a draft that was never sent, back into the receipt bin; an invoice keeps its typed
    details and loses the file. When the bin has the same bytes already, they are kept once there.

    Raises Denied for what was sent or is no uploaded file, StateConflict when it was removed or the bin is full.
    """
    with transaction.atomic():
        proof = editable(existing(Document.objects, pk).proof_id, actor)
        document = existing(proof.documents.current(), pk)
        editable(proof.pk, actor, document.card)
        require_not_generated(document)
        if proof.first_submitted_at is not None or not document.is_file:
            raise Denied(_g("Only files of a draft that was never sent can go back into the receipt bin."))
        bin_ = _own_bin(proof.enrollment_id, actor)
        if bin_.documents.in_bin().filter(sha256=document.sha256).exists():
            withdraw(document, proof, actor)
            return document
        _require_room(bin_)
        changes = {"card": [card_name(proof.spec, document.card), ""]}
        document.proof, document.invoice, document.bin = None, None, bin_
        document.card, document.section = "", Section.PROOF
        document.save(update_fields=["proof", "invoice", "bin", "card", "section"])
        take_along(document, "proof", "invoice", "bin", "card", "section")
        history.record(proof, "proofs.send_back_to_bin", actor=actor, document=document, changes=changes)
        history.record(
            bin_, "proofs.send_back_to_bin", actor=actor, document=document, changes={"proof": [proof.number, ""]}
        )
    return document


def remove_from_bin(pk: Any, *, actor: Any) -> ReceiptBin:
    """Take a file out of the bin; history keeps its name, and its bytes are kept for a while to put it back."""
    with transaction.atomic():
        bin_ = _bin_of(pk, actor)
        document = bin_.documents.in_bin().filter(pk=pk).first()
        if document is None:
            raise StateConflict(_g("This file is not in the receipt bin any more."))
        _remove(document, "proofs.remove_from_bin", actor)
    return bin_


def restore_to_bin(pk: Any, *, actor: Any) -> ReceiptBin:
    """Put a removed file back into the bin. StateConflict when it is there, when the same file was dropped again, or
    when its bytes are gone."""
    with transaction.atomic():
        bin_ = _bin_of(pk, actor)
        document = existing(bin_.documents.filter(proof__isnull=True), pk)
        if document.removed_at is None or bin_.documents.in_bin().filter(sha256=document.sha256).exists():
            raise StateConflict(_g("This file is already there."))
        if not document.key:
            raise StateConflict(_g("This file was deleted for good. Add it again."))
        _require_room(bin_)
        document.removed_at = None
        document.save(update_fields=["removed_at"])
        history.record(bin_, "proofs.restore_to_bin", actor=actor, document=document)
        if document.state in UNDECIDED:
            enqueue("proofs.check_document", document_id=document.pk)
    return bin_


def _own_bin(enrollment_id: Any, actor: Any) -> ReceiptBin:
    """The bin of an enrolment under its lock, made when there is none; Denied for who may not draft there."""
    enrollment = existing(Enrollment.objects.select_related("program", "location"), enrollment_id)
    require(actor, "proofs.draft", ReceiptBin(enrollment=enrollment))
    bin_, _made = ReceiptBin.objects.get_or_create(enrollment=enrollment)
    return lock(ReceiptBin, bin_.pk)


def _bin_of(pk: Any, actor: Any) -> ReceiptBin:
    """The bin under its lock that a document lies in."""
    bin_ = lock(ReceiptBin, existing(Document.objects.filter(proof__isnull=True), pk).bin_id)
    require(actor, "proofs.draft", bin_)
    return bin_


def _remove(document: Document, action: str, actor: Any, proof: Proof | None = None) -> None:
    document.removed_at = clock.now()
    document.save(update_fields=["removed_at"])
    changes = {"proof": ["", proof.number]} if proof else None
    history.record(document.bin, action, actor=actor, document=document, changes=changes)


def _require_room(bin_: ReceiptBin) -> None:
    if bin_.documents.in_bin().count() >= MAX_FILES_PER_BIN:
        raise StateConflict(str(_bin_is_full("").message))


def _bin_is_full(name: str) -> Problem:
    text = _g(
        "The receipt bin holds at most %(limit)s files. Put some on their proofs or remove them, then add this one."
    )
    return Problem("bin_full", text % {"limit": MAX_FILES_PER_BIN}, subject=name)
