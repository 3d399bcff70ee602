from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Problem, RuleViolation
from core.permissions import require
from core.workflow import existing, lock
from proofs.choices import FindingState, Verdict
from proofs.corrections import was_touched
from proofs.models import Document, Finding, Proof
from proofs.services.access import editable

history.describe(
    {
        "proofs.verdict": _("judged a document"),
        "proofs.add_finding": _("noted what must be fixed"),
        "proofs.drop_finding": _("took back what must be fixed"),
        "proofs.mark_fixed": _("fixed"),
        "proofs.undo_fixed": _("opened again"),
    }
)


def give_verdict(document_id: Any, verdict: str, *, actor: Any, reason: str = "") -> Document:
    """A reviewer's word on one document: accepted, or redo with a reason, which becomes a finding (R-CLM-19).

    Accepting takes back findings on that document that were not sent yet. The same word again changes nothing.
    """
    reason = reason.strip()
    verdict = Verdict(verdict)
    if verdict == Verdict.REDO and not reason:
        text = _g("Write what must be done again, so that the partner knows.")
        raise RuleViolation([Problem("reason_missing", text, anchor="id_reason")])
    with transaction.atomic():
        proof = lock(Proof, existing(Document.objects.current(), document_id).proof_id)
        require(actor, "proofs.review", proof)
        document = existing(proof.documents.current(), document_id)
        if document.verdict == verdict and _said_already(document, reason):
            return document
        old = str(Verdict(document.verdict).label) if document.verdict else ""
        document.verdict, document.verdict_by, document.verdict_at = verdict, actor, clock.now()
        document.save(update_fields=["verdict", "verdict_by", "verdict_at"])
        drafts = proof.findings.filter(document=document, sent=False)
        drafts.delete()
        if verdict == Verdict.REDO:
            Finding.objects.create(proof=proof, document=document, card=document.card, text=reason, created_by=actor)
        history.record(
            proof,
            "proofs.verdict",
            actor=actor,
            document=document,
            comment=reason,
            changes={"verdict": [old, str(verdict.label)]},
            audience="vendor",
        )
    return document


def _said_already(document: Document, reason: str) -> bool:
    """Accepted again, or redo for the reason that waits to be sent."""
    drafts = list(document.findings.filter(sent=False).values_list("text", flat=True))
    return drafts == ([reason] if document.verdict == Verdict.REDO else [])


def add_finding(proof_id: Any, *, actor: Any, text: str, card: str = "") -> Finding:
    """Note something to fix on a card, or on the whole (empty card). The partner sees it when action is requested."""
    if not text.strip():
        raise RuleViolation([Problem("text_missing", _g("Write what must be fixed."), anchor="id_text")])
    with transaction.atomic():
        proof = lock(Proof, proof_id)
        require(actor, "proofs.review", proof)
        twin = proof.findings.filter(card=card, text=text.strip(), created_by=actor, sent=False, document=None).first()
        if twin is not None:  # a double click
            return twin
        finding = Finding.objects.create(proof=proof, card=card, text=text.strip(), created_by=actor)
        history.record(proof, "proofs.add_finding", actor=actor, comment=finding.text, audience="vendor")
    return finding


def drop_finding(pk: Any, *, actor: Any) -> Proof:
    """Take back a finding that was not sent yet."""
    with transaction.atomic():
        proof = lock(Proof, existing(Finding.objects, pk).proof_id)
        require(actor, "proofs.review", proof)
        finding = existing(proof.findings.select_related("document"), pk)
        if not finding.sent:
            history.record(proof, "proofs.drop_finding", actor=actor, comment=finding.text, audience="vendor")
            if finding.document is not None:
                finding.document.verdict = ""
                finding.document.save(update_fields=["verdict"])
            finding.delete()
    return proof


def send_findings(proof: Proof, *, actor: Any, comment: str) -> int:
    """Show the reviewer's findings to the partner; without any, the comment becomes one on the whole.

    Called by the claim's services with the proof locked; earlier findings are closed. Returns how many were sent.
    """
    proof.findings.filter(sent=True).update(state=FindingState.CLOSED)
    drafts = list(proof.findings.filter(sent=False).select_related("document"))
    if not drafts:
        drafts = [Finding.objects.create(proof=proof, text=comment.strip(), created_by=actor)]
    for finding in drafts:
        finding.sent = True
        finding.save(update_fields=["sent"])
        history.record(proof, "proofs.add_finding", actor=actor, comment=finding.text, document=finding.document)
    return len(drafts)


def close_findings(proof: Proof) -> None:
    """At a decision nothing is open any more."""
    proof.findings.filter(sent=False).delete()
    proof.findings.update(state=FindingState.CLOSED)


def mark_fixed(pk: Any, *, actor: Any, reply: str = "") -> Finding:
    """The partner says that a finding is dealt with, with an answer the reviewer reads.

    Without an answer something must have been changed there since (RuleViolation).
    """
    return _set_fixed(pk, actor, FindingState.FIXED, reply)


def undo_fixed(pk: Any, *, actor: Any) -> Finding:
    return _set_fixed(pk, actor, FindingState.OPEN, "")


def _set_fixed(pk: Any, actor: Any, state: str, reply: str) -> Finding:
    with transaction.atomic():
        found = existing(Finding.objects.select_related("document"), pk)
        proof = editable(found.proof_id, actor)
        finding = lock(Finding, pk)
        fixed = state == FindingState.FIXED
        source = FindingState.OPEN if fixed else FindingState.FIXED
        if finding.state != source or not finding.sent:
            return finding
        if fixed and not reply.strip() and not was_touched(proof, found):
            text = _g("Change it, or write an answer.")
            raise RuleViolation([Problem("nothing_done", text, "R-CLM-19", "id_reply")])
        finding.state, finding.reply = state, reply.strip()
        finding.fixed_by, finding.fixed_at = (actor, clock.now()) if fixed else (None, None)
        finding.save(update_fields=["state", "reply", "fixed_by", "fixed_at"])
        history.record(
            proof,
            "proofs.mark_fixed" if fixed else "proofs.undo_fixed",
            actor=actor,
            comment=finding.reply,
            document=found.document,
            changes={"finding": ["", finding.text]},
        )
    return finding
