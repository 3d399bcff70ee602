"""Claims from the draft to the decision. Lock order: claim, proof, then what lies below (D-14)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from claims import notifications, rules
from claims.choices import OVER, PROOF_STATUS, SETS_ASIDE, ClaimStatus, Recommendation
from claims.models import Claim
from claims.payable import held_of_limit, payable_of, pays_claims
from claims.services import money
from claims.workflow import CLAIM
from core import clock, history
from core.errors import Problem, RuleViolation, StateConflict
from core.history import SystemJob
from core.money import quantize
from core.numbers import next_number
from core.permissions import require
from core.workflow import apply, lock
from incentives.access import access_of
from incentives.catalogue import caps_of
from incentives.choices import Settlement
from incentives.models import Enrollment
from plans import services as plans
from plans.models import Plan
from proofs import services as proofs
from proofs.choices import ProofStatus
from proofs.models import Proof

NUMBER_PREFIX = "CLM"  # D-27
CALENDAR_JOB = SystemJob("calendar")

history.describe(
    {
        "claims.create": _("made a claim of the proof"),
        "claims.recommend": _("recommended"),
        "claims.assign": _("handed the claim to"),
        "claims.finalize": _("closed the claim, it can no longer be disputed"),
    }
)


def submit_proof(proof_id: Any, *, actor: Any, comment: str = "") -> Claim:
    """Submit a proof: makes its claim when there is none and sends it, or sends a returned one back (D-07).

    Raises Denied; RuleViolation with every gap; StateConflict when it has been sent meanwhile.
    """
    live = Claim.objects.filter(proof_id=proof_id).live().values_list("pk", flat=True).first()
    if live is None:
        return _submit_new(proof_id, actor, comment)
    return submit_claim(live, actor=actor, comment=comment)


def _submit_new(proof_id: Any, actor: Any, comment: str) -> Claim:
    try:
        with transaction.atomic():
            proof = lock(Proof, proof_id)
            require(actor, "proofs.submit", proof)
            if proof.status != ProofStatus.EDITING:
                raise StateConflict(_g("This has been sent already."), proof.status)
            problems = rules.submission_problems(proof)
            if problems:
                raise RuleViolation(problems)
            claim = _create(proof, actor)
            return _send(claim, proof, "submit", actor, comment)
    except IntegrityError as error:
        if "claim_one_live_a_proof" not in str(error):
            raise
        raise StateConflict(_g("This has just been sent by someone else.")) from None


def create_claim(proof_id: Any, *, actor: Any) -> Claim:
    """Make a draft claim of a proof without sending it. Its amount is the proof's (> 0 demanded)."""
    with transaction.atomic():
        proof = lock(Proof, proof_id)
        require(actor, "proofs.submit", proof)
        return _create(proof, actor)


def _create(proof: Proof, actor: Any) -> Claim:
    if proof.amount is None or proof.amount <= 0:
        text = _g("Enter an amount of more than zero.")
        raise RuleViolation([Problem("amount_missing", text, "R-POE-12", "card-amount")])
    claim = Claim.objects.create(
        number=next_number(NUMBER_PREFIX),
        status=CLAIM.initial,
        enrollment=proof.enrollment,
        proof=proof,
        amount=proof.amount,
        currency=proof.currency,
        created_by=actor,
    )
    history.record(claim, "claims.create", actor=actor, new=claim.status)
    return claim


def submit_claim(pk: Any, *, actor: Any, comment: str = "") -> Claim:
    """Send a draft claim, or a returned one back for review."""
    with transaction.atomic():
        claim, proof = locked(pk)
        move = "resubmit" if claim.status == ClaimStatus.ACTION_REQUIRED else "submit"
        return _send(claim, proof, move, actor, comment)


def _send(claim: Claim, proof: Proof, move: str, actor: Any, comment: str) -> Claim:
    now = clock.now()
    due = rules.dispute_answer_due if claim.is_in_dispute else rules.answer_due
    fields = {
        "submitted_at": now,
        "first_submitted_at": claim.first_submitted_at or now,
        "due_at": due(claim.enrollment.program, now),
    }
    send(claim, proof, move, actor, comment, fields)
    notifications.submitted(claim)
    return claim


def send(claim: Claim, proof: Proof, move: str, actor: Any, comment: str, fields: dict[str, Any]) -> None:
    """A move that asks for money: climb the ladder under the locks of what it counts (D-11, D-14), freeze it on the
    claim, drive the proof, reserve. Called with claim and proof locked."""
    lock_counted(proof)
    proofs.freeze_rules(proof)
    # A dispute changes no dates: its money comes from where it was.
    period, left = claim.period if claim.decided_at else rules.period_of(proof), claim.fund
    found = payable_of(proof, claim, period)
    fields |= {"period": period, "turn": claim.turn + 1, "rate_month": found.month}
    if found.ladder is not None:
        fields |= {"payable": found.ladder.payable, "ladder": found.ladder.plain()}
    if pays_claims(proof.enrollment.program):
        fields |= {"fund": found.fund, "fund_amount": found.fund_amount}
    if proof.amount is not None and proof.amount > 0:
        fields["amount"] = proof.amount
    before = held_of_limit(claim)
    apply(CLAIM, claim, move, actor=actor, comment=comment, fields=fields, context={"payable": found, "actor": actor})
    drive(claim, proof, actor)
    hold_limit(claim, proof, before)
    money.count_caps(claim, found)
    if left is not None and left.pk != claim.fund_id:
        money.leave(claim, left, actor=actor)
    money.settle(claim, actor=actor)


def withdraw_claim(pk: Any, *, actor: Any, comment: str = "") -> Claim:
    """Take a claim back before its review has begun (R-CLM-22); the proof opens again, the money is free. RuleViolation
    while a decision on it is disputed."""
    return _move(pk, "withdraw", actor, comment, {"due_at": None})


def take_claim(pk: Any, *, actor: Any, comment: str = "") -> Claim:
    """Start the review; whoever starts it holds it."""
    return _move(pk, "take", actor, comment, {"assigned_to": actor})


def assign_claim(pk: Any, *, actor: Any, person: Any) -> Claim:
    """Hand an open claim to another person of the vendor with a role in the program (D-01)."""
    with transaction.atomic():
        claim, _proof = locked(pk)
        require(actor, "claims.review", claim)
        if claim.status not in (ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.ACTION_REQUIRED):
            raise StateConflict(_g("This claim is no longer in review."), claim.status)
        if not person.is_active or not access_of(person).may_review(claim.enrollment.program_id):
            text = _g("%(name)s has no role in this program.") % {"name": person.display_name}
            raise RuleViolation([Problem("not_a_reviewer", text, "D-01", "id_person")])
        old = claim.assigned_to.display_name if claim.assigned_to else ""
        if claim.assigned_to_id != person.pk:
            claim.assigned_to = person
            claim.save(update_fields=["assigned_to", "updated_at"])
            changes = {"assigned": [old, person.display_name]}
            history.record(claim, "claims.assign", actor=actor, changes=changes, audience="vendor")
    return claim


def recommend_claim(
    pk: Any, *, actor: Any, recommendation: str, amount: Decimal | None = None, comment: str = ""
) -> Claim:
    """A reviewer's recorded advice: approve with an amount, or reject with a reason (D-01). Not a state."""
    advice = Recommendation(recommendation)
    with transaction.atomic():
        claim, _proof = locked(pk)
        require(actor, "claims.review", claim)
        if claim.status != ClaimStatus.UNDER_REVIEW:
            raise StateConflict(_g("Start the review first."), claim.status)
        problems = []
        if advice == Recommendation.APPROVE:
            problems = rules.amount_problems(claim, amount)
        elif not comment.strip():
            problems = [Problem("comment_missing", _g("Write why you recommend to reject."), anchor="id_comment")]
        if problems:
            raise RuleViolation(problems)
        before = _advice(claim)
        claim.recommendation = advice
        claim.recommended_amount = amount if advice == Recommendation.APPROVE else None
        claim.recommended_reason, claim.recommended_by = comment.strip(), actor
        claim.recommended_at = clock.now()
        claim.save(
            update_fields=[
                "recommendation",
                "recommended_amount",
                "recommended_reason",
                "recommended_by",
                "recommended_at",
                "updated_at",
            ]
        )
        history.record(
            claim,
            "claims.recommend",
            actor=actor,
            comment=comment.strip(),
            changes={"advice": [before, _advice(claim)]},
            audience="vendor",
        )
        notifications.recommended(claim)
    return claim


def _advice(claim: Claim) -> str:
    """The recommendation in words, empty while there is none."""
    if not claim.recommendation:
        return ""
    label = str(Recommendation(claim.recommendation).label)
    amount = claim.recommended_amount
    return label if amount is None else f"{label} {quantize(amount, claim.currency)} {claim.currency}"


def request_claim_action(pk: Any, *, actor: Any, comment: str) -> Claim:
    """Send the claim back with what must be fixed (R-CLM-19, R-CLM-21). Findings noted before are shown to the
    partner; without any, the comment opens the whole. The answer is reminded after five business days (R-CLM-26)."""
    with transaction.atomic():
        claim, proof = locked(pk)
        fields = {"due_at": rules.correction_asked_by(claim.enrollment.program), "recommendation": ""}
        apply(CLAIM, claim, "request_action", actor=actor, comment=comment, fields=fields)
        proofs.send_findings(proof, actor=actor, comment=comment)
        drive(claim, proof, actor)
        notifications.action_required(claim, comment)
    return claim


def expire_claim(pk: Any, *, actor: Any = CALENDAR_JOB) -> Claim:
    """A draft whose claiming period is over (D-13)."""
    return _move(pk, "expire", actor, "", {})


def expire_drafts() -> int:
    """Sweep: expire every draft claim whose window is over; returns how many."""
    drafts = Claim.objects.filter(status=ClaimStatus.EDITING).select_related("proof__enrollment__program")
    return sum(swept(expire_claim, claim.pk) for claim in drafts if _is_over(claim))


def swept(move: Callable[[Any], Claim], pk: Any) -> int:
    """One claim of a sweep: 1, or 0 when a person has moved it meanwhile; the others still get their turn."""
    try:
        move(pk)
    except StateConflict:
        return 0
    return 1


def _is_over(claim: Claim) -> bool:
    period = rules.period_of(claim.proof)
    program = claim.proof.enrollment.program
    if program.settlement == Settlement.PLAN_PAYOUT:
        return bool(rules.window_is_open(claim.proof))
    return period is not None and program.today() > period.claiming_end


def _move(pk: Any, move: str, actor: Any, comment: str, fields: dict[str, Any]) -> Claim:
    with transaction.atomic():
        claim, proof = locked(pk)
        before = held_of_limit(claim)
        apply(CLAIM, claim, move, actor=actor, comment=comment, fields={**fields, "turn": claim.turn + 1})
        drive(claim, proof, actor)
        hold_limit(claim, proof, before)
        follow_money(claim, actor)
    return claim


def locked(pk: Any) -> tuple[Claim, Proof]:
    """Claim and proof under their locks, in this order (D-14)."""
    claim = lock(Claim, pk)
    proof = lock(Proof, claim.proof_id)
    claim.proof = proof
    return claim, proof


def lock_counted(proof: Proof) -> None:
    """Plan and enrolment, where its limit or a cap counts this claim together with others, and shared invoices: they
    wait for each other (D-14)."""
    if proof.activity is not None:
        lock(Plan, proof.activity.campaign.plan_id)
    if caps_of(proof.spec, proof.enrollment.program.families):
        lock(Enrollment, proof.enrollment_id)
    proofs.lock_invoices(proof)


def drive(claim: Claim, proof: Proof, actor: Any) -> None:
    """The claim drives its proof (D-07)."""
    proofs.follow_claim(proof, PROOF_STATUS[ClaimStatus(claim.status)], actor=actor)


def hold_limit(claim: Claim, proof: Proof, before: Decimal) -> None:
    """Tell the plan how much more, or less, of its limit the claim holds than before its move (D-08)."""
    change = held_of_limit(claim) - before
    if proof.activity is not None and change:
        plans.commit_amount(proof.activity.campaign.plan_id, change)


def follow_money(claim: Claim, actor: Any) -> None:
    """After a move that asks for no money: the ledger follows, caps count it no longer once it is over, and what was
    kept for a claim that is over lapses (D-13)."""
    if not (claim.status in SETS_ASIDE or claim.status == ClaimStatus.APPROVED):
        money.count_caps(claim, None)
    money.settle(claim, actor=actor)
    if claim.status in OVER or (claim.status == ClaimStatus.REJECTED and rules.dispute_is_over(claim)):
        money.let_bound_lapse(claim, actor=actor)
