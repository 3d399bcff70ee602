"""Decisions on claims, and what comes after them: disputes, second decisions, taking one back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g

from claims import notifications, rules
from claims.amounts import CostLine
from claims.choices import ClaimStatus, LineOutcome
from claims.models import Claim, LineDecision
from claims.payable import Payable, cost_lines, held_of_limit, payable_of
from claims.services import money, payments
from claims.services.claim import CALENDAR_JOB, drive, follow_money, hold_limit, lock_counted, locked, send, swept
from claims.workflow import CLAIM
from core import clock, history
from core.errors import Problem, RuleViolation, StateConflict
from core.history import SystemJob
from core.workflow import apply
from incentives.models import Commitment
from proofs import services as proofs
from proofs.models import Proof


@dataclass(frozen=True)
class LineWord:
    """The decision on one cost line. line: its id as in claims.payable.cost_lines · amount: eligible cost that is
    accepted, in the claim's currency, for "changed" only."""

    line: str
    outcome: str = LineOutcome.AS_IS
    amount: Decimal | None = None
    reason: str = ""


def approve_claim(
    pk: Any, *, actor: Any, amount: Decimal | None = None, comment: str = "", lines: Sequence[LineWord] = ()
) -> Claim:
    """Approve an amount in the claim's currency, > 0 and at most what can be paid now (R-FUND-16, D-11); less than
    could be paid needs a comment, or a reason at each line.

    lines: the word on each cost line; those not named stay as they are. Without an amount everything that the lines
    leave is approved. A dispute is decided by another person than the first decision (R-CLM-24).
    """
    with transaction.atomic():
        claim, proof = locked(pk)
        lock_counted(proof)
        costs, decided = _decided(claim, cost_lines(proof), lines)
        found = payable_of(proof, claim, claim.period, costs if lines else None)
        if amount is None and found.ladder is not None:
            amount = min(found.ladder.payable, claim.amount if claim.payable is None else claim.payable)
        context = {"amount": amount, "comment": comment, "payable": found, "lines": decided}
        _decide(claim, proof, "approve", actor, comment, amount, context)
        LineDecision.objects.bulk_create(decided)
        _count_approved(claim, proof, found, costs if lines else None)
        _owe(claim, actor)
    return claim


def _owe(claim: Claim, actor: Any) -> None:
    """What is owed and what is booked follow the decision; the fund comes last (D-14)."""
    payments.follow_approval(claim, money.wanted(claim)[1], actor=actor)
    money.settle(claim, actor=actor)


def _count_approved(claim: Claim, proof: Proof, found: Payable, lines: Sequence[CostLine] | None) -> None:
    """From now on caps count what was approved (D-11)."""
    if found.uses:
        money.count_caps(claim, payable_of(proof, claim, claim.period, lines, claim.approved_amount))


def _decided(
    claim: Claim, costs: list[CostLine], words: Sequence[LineWord]
) -> tuple[list[CostLine], list[LineDecision]]:
    """The costs as decided, and the rows that keep each word. RuleViolation with everything that is wrong."""
    said = {word.line: word for word in words}
    unknown = [line for line in said if line not in {cost.id for cost in costs}]
    problems = [Problem("line_gone", _g("A cost line has changed meanwhile. Look at it again."), "D-11")] * bool(
        unknown
    )
    kept, rows = [], []
    for cost in costs if words else []:
        word = said.get(cost.id, LineWord(cost.id))
        amount = {LineOutcome.AS_IS: cost.amount, LineOutcome.DENIED: Decimal(0)}.get(
            LineOutcome(word.outcome), word.amount
        )
        problems += _line_problems(cost, word, amount)
        kept.append(CostLine(cost.id, amount or Decimal(0), cost.expense, cost.attendee, cost.label))
        rows.append(
            LineDecision(
                claim=claim, round=claim.turn + 1, line=cost.id, label=cost.label[:300], outcome=word.outcome,
                asked=cost.amount, amount=amount or Decimal(0), reason=word.reason.strip(),
            )
        )  # fmt: skip
    if problems:
        raise RuleViolation(problems)
    return kept, rows


def _line_problems(cost: CostLine, word: LineWord, amount: Decimal | None) -> list[Problem]:
    problems = []
    if amount is None or amount < 0 or amount > cost.amount:
        text = _g("%(line)s: accept an amount from zero to what was asked.") % {"line": cost.label}
        problems.append(Problem("line_amount", text, "R-FUND-16", f"id_amount_{cost.id}"))
    if word.outcome != LineOutcome.AS_IS and not word.reason.strip():
        text = _g("%(line)s: say why it is not accepted as it is.") % {"line": cost.label}
        problems.append(Problem("line_reason", text, "R-CLM-19", f"id_reason_{cost.id}"))
    return problems


def reject_claim(pk: Any, *, actor: Any, comment: str) -> Claim:
    """Reject; its money is free at once, or kept for it where the claiming period is over (R-FUND-14, D-13)."""
    with transaction.atomic():
        claim, proof = locked(pk)
        _decide(claim, proof, "reject", actor, comment, None, {})
        follow_money(claim, actor)
    return claim


def uphold_claim(pk: Any, *, actor: Any, comment: str) -> Claim:
    """The dispute of a partly approved claim is lost: what was approved stays, the rest is released (R-CLM-24)."""
    return _uphold(pk, "uphold", actor, comment)


def uphold_unanswered_claim(pk: Any, *, actor: Any = CALENDAR_JOB) -> Claim:
    """No answer in a dispute up to the correction deadline: what was approved stays (R-CLM-24, R-CLM-26)."""
    return _uphold(pk, "uphold_unanswered", actor, _g("No answer in time."))


def _uphold(pk: Any, move: str, actor: Any, comment: str) -> Claim:
    with transaction.atomic():
        claim, proof = locked(pk)
        lock_counted(proof)
        _decide(claim, proof, move, actor, comment, claim.approved_before, {})
        _count_approved(claim, proof, payable_of(proof, claim, claim.period), None)
        _owe(claim, actor)
    return claim


def close_unanswered_claim(pk: Any, *, actor: Any = CALENDAR_JOB) -> Claim:
    """No answer up to the correction deadline: rejected by the system (R-CLM-26, D-13). RuleViolation where part of
    it is approved: see uphold_unanswered_claim."""
    with transaction.atomic():
        claim, proof = locked(pk)
        _decide(claim, proof, "close_unanswered", actor, _g("No answer in time."), None, {})
        follow_money(claim, actor)
    return claim


def close_overdue() -> int:
    """Sweep: decide claims that were not answered by the correction deadline; returns how many."""
    waiting = Claim.objects.filter(status=ClaimStatus.ACTION_REQUIRED).select_related(
        "period", "proof__activity_type__program_year", "proof__enrollment__program"
    )
    return sum(swept(_closing(claim), claim.pk) for claim in waiting if rules.correction_is_over(claim))


def _closing(claim: Claim) -> Callable[[Any], Claim]:
    stands = claim.is_in_dispute and claim.approved_before is not None
    return uphold_unanswered_claim if stands else close_unanswered_claim


def _decide(
    claim: Claim, proof: Proof, move: str, actor: Any, comment: str, amount: Decimal | None, context: dict[str, Any]
) -> None:
    now, person = clock.now(), None if isinstance(actor, SystemJob) else actor
    fields = {
        "decided_at": now, "decided_by": person, "decision_comment": comment.strip(), "approved_amount": amount,
        "due_at": None, "turn": claim.turn + 1, "dispute_decided_at": now if claim.is_in_dispute else None,
    }  # fmt: skip
    changes = {"approved": ["", f"{amount} {claim.currency}"]} if amount is not None else None
    before = held_of_limit(claim)
    apply(
        CLAIM, claim, move, actor=actor, comment=comment, fields=fields, changes=changes,
        context={**context, "actor": actor},
    )  # fmt: skip
    proofs.close_findings(proof)
    drive(claim, proof, actor)
    hold_limit(claim, proof, before)
    proofs.let_dispute(proof, until=rules.dispute_last_day(claim) if rules.something_was_refused(claim) else None)
    notifications.decided(claim, comment)


def dispute_claim(pk: Any, *, actor: Any, comment: str) -> Claim:
    """Object to a rejection, or to the part that was not approved, with a reason and evidence added meanwhile
    (R-CLM-24, R-CLM-25). What is disputed is reserved again, as far as the funds allow (R-FUND-14, D-13)."""
    with transaction.atomic():
        claim, proof = locked(pk)
        now = clock.now()
        fields = {
            "disputed_at": now, "disputed_by": actor, "dispute_reason": comment.strip(),
            "dispute_against": claim.decided_by, "dispute_decided_at": None, "approved_before": claim.approved_amount,
            "due_at": rules.dispute_answer_due(claim.enrollment.program, now), "assigned_to": None,
            "recommendation": "",
        }  # fmt: skip
        send(claim, proof, "dispute", actor, comment, fields)
        proofs.let_dispute(proof, until=None)
        notifications.disputed(claim)
    return claim


def undo_claim(pk: Any, *, actor: Any, comment: str = "") -> Claim:
    """Take a decision back within 15 minutes (D-15): the claim is in review again, its bookings are reversed. Raises
    RuleViolation when the time is over, the partner acted, or released money was used meanwhile."""
    with transaction.atomic():
        claim, proof = locked(pk)
        lock_counted(proof)
        fields = {
            "decided_at": None, "decided_by": None, "decision_comment": "", "dispute_decided_at": None,
            "approved_amount": claim.approved_before if _decided_dispute(claim) else None, "turn": claim.turn + 1,
            "due_at": rules.answer_due(claim.enrollment.program), "assigned_to": claim.assigned_to or actor,
        }  # fmt: skip
        before = held_of_limit(claim)
        apply(CLAIM, claim, "undo", actor=actor, comment=comment, fields=fields)
        drive(claim, proof, actor)
        hold_limit(claim, proof, before)
        proofs.let_dispute(proof, until=None)
        notifications.taken_back(claim)
        money.count_caps(claim, payable_of(proof, claim, claim.period))
        _owe(claim, actor)
    return claim


def _decided_dispute(claim: Claim) -> bool:
    return claim.disputed_at is not None and claim.dispute_decided_at is not None


def finalize_rejection(pk: Any, *, actor: Any = CALENDAR_JOB) -> Claim:
    """A rejection that can no longer be disputed: what was kept for it lapses, the proof is free for a new claim while
    one could still be sent (D-07, D-13)."""
    with transaction.atomic():
        claim, proof = locked(pk)
        if claim.status != ClaimStatus.REJECTED or claim.final_at is not None or not rules.dispute_is_over(claim):
            raise StateConflict(_g("This can still be disputed."), claim.status)
        claim.final_at, claim.turn = clock.now(), claim.turn + 1
        claim.save(update_fields=["final_at", "turn", "updated_at"])
        history.record(claim, "claims.finalize", actor=actor)
        if not rules.window_is_open(proof):
            proofs.follow_claim(proof, "editing", actor=actor)
        money.let_bound_lapse(claim, actor=actor)
    return claim


def finalize_rejections() -> int:
    """Sweep: every rejection beyond dispute; returns how many."""
    rows = Claim.objects.filter(status=ClaimStatus.REJECTED, final_at__isnull=True)
    rows = rows.select_related("period", "enrollment__program", "proof__activity_type__program_year")
    return sum(swept(finalize_rejection, claim.pk) for claim in rows if rules.dispute_is_over(claim))


def let_kept_money_lapse(pk: Any, *, actor: Any = CALENDAR_JOB) -> Claim:
    """What a partly approved claim could have disputed is no longer kept for it (D-13)."""
    with transaction.atomic():
        claim, _proof = locked(pk)
        if claim.status != ClaimStatus.APPROVED or not rules.dispute_is_over(claim):
            raise StateConflict(_g("This can still be disputed."), claim.status)
        claim.turn += 1
        claim.save(update_fields=["turn", "updated_at"])
        money.let_bound_lapse(claim, actor=actor)
    return claim


def lapse_kept_money() -> int:
    """Sweep: money kept for approved claims whose window of dispute is over; returns for how many."""
    kept = Commitment.objects.filter(bound__gt=0).values("reference")
    rows = Claim.objects.filter(pk__in=kept, status=ClaimStatus.APPROVED)
    rows = rows.select_related("period", "enrollment__program", "proof__activity_type__program_year")
    return sum(swept(let_kept_money_lapse, claim.pk) for claim in rows if rules.dispute_is_over(claim))
