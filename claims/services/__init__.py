"""The only writes of claims and payments, cut by noun."""

from claims.services.claim import (
    NUMBER_PREFIX,
    approve_claim,
    assign_claim,
    close_overdue,
    close_unanswered_claim,
    create_claim,
    expire_claim,
    expire_drafts,
    recommend_claim,
    reject_claim,
    request_claim_action,
    submit_claim,
    submit_proof,
    take_claim,
    withdraw_claim,
)

__all__ = [
    "NUMBER_PREFIX",
    "approve_claim",
    "assign_claim",
    "close_overdue",
    "close_unanswered_claim",
    "create_claim",
    "expire_claim",
    "expire_drafts",
    "recommend_claim",
    "reject_claim",
    "request_claim_action",
    "submit_claim",
    "submit_proof",
    "take_claim",
    "withdraw_claim",
]
