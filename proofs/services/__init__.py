"""The only writes of proofs and their evidence, cut by noun."""

from proofs.services.addresses import keep_look, requeue_looks, start_look
from proofs.services.bin import assign, drop_files, remove_from_bin, restore_to_bin, send_back_to_bin
from proofs.services.certification import remove_certification, save_certification, sign_certification
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
from proofs.services.invoices import add_invoice, edit_invoice, lock_invoices, remove_invoice
from proofs.services.proof import (
    comment_proof,
    create_proof,
    create_proof_without_plan,
    edit_proof,
    follow_claim,
    freeze_rules,
    let_dispute,
)
from proofs.services.reading import finish_reading, give_up_reading, queue_reading, requeue_readings, start_reading
from proofs.services.review import (
    add_finding,
    close_findings,
    drop_finding,
    give_verdict,
    mark_fixed,
    send_findings,
    undo_fixed,
)
from proofs.services.twins import find_twins, queue_comparison, remember_looks, requeue_comparisons
from proofs.services.warnings import answer_warning, drop_answer

__all__ = [
    "Received",
    "add_files",
    "add_finding",
    "add_invoice",
    "add_typed",
    "answer_warning",
    "assign",
    "attach_paper",
    "close_findings",
    "comment_proof",
    "create_proof",
    "create_proof_without_plan",
    "drop_answer",
    "drop_files",
    "drop_finding",
    "edit_document",
    "edit_invoice",
    "edit_proof",
    "find_twins",
    "finish_check",
    "finish_reading",
    "follow_claim",
    "freeze_rules",
    "give_up_reading",
    "give_verdict",
    "keep_look",
    "let_dispute",
    "lock_invoices",
    "mark_fixed",
    "purge_removed",
    "queue_comparison",
    "queue_reading",
    "remember_looks",
    "remove_certification",
    "remove_document",
    "remove_from_bin",
    "remove_invoice",
    "requeue_checks",
    "requeue_comparisons",
    "requeue_looks",
    "requeue_readings",
    "restore_document",
    "restore_to_bin",
    "retry_check",
    "save_certification",
    "send_back_to_bin",
    "send_findings",
    "sign_certification",
    "start_check",
    "start_look",
    "start_reading",
    "undo_fixed",
]
