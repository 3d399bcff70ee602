"""The only writes of proofs and their evidence, cut by noun."""

from proofs.services.certification import remove_certification, save_certification
from proofs.services.checking import finish_check, requeue_checks, retry_check, start_check
from proofs.services.documents import (
    Received,
    add_files,
    add_typed,
    attach_paper,
    edit_document,
    purge_removed,
    remove_document,
    restore_document,
)
from proofs.services.invoices import add_invoice, edit_invoice, remove_invoice
from proofs.services.proof import (
    comment_proof,
    create_proof,
    create_proof_without_plan,
    edit_proof,
    follow_claim,
    let_dispute,
)
from proofs.services.review import (
    add_finding,
    close_findings,
    drop_finding,
    give_verdict,
    mark_fixed,
    send_findings,
    undo_fixed,
)
from proofs.services.twins import find_twins, remember_looks

__all__ = [
    "Received",
    "add_files",
    "add_finding",
    "add_invoice",
    "add_typed",
    "attach_paper",
    "close_findings",
    "comment_proof",
    "create_proof",
    "create_proof_without_plan",
    "drop_finding",
    "edit_document",
    "edit_invoice",
    "edit_proof",
    "find_twins",
    "finish_check",
    "follow_claim",
    "give_verdict",
    "let_dispute",
    "mark_fixed",
    "purge_removed",
    "remember_looks",
    "remove_certification",
    "remove_document",
    "remove_invoice",
    "requeue_checks",
    "restore_document",
    "retry_check",
    "save_certification",
    "send_findings",
    "start_check",
    "undo_fixed",
]
