"""What must hold for a proof: which parts are open to the partner, and what stands before its submission."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from incentives.choices import EnrollmentStatus
from plans.choices import PlanStatus
from plans.models import Activity
from proofs.choices import FindingState, ProofStatus
from proofs.evidence import checklist_of
from proofs.models import Finding, Proof
from proofs.requirements import Checklist

COST_CARDS = frozenset({"invoices", "csr", "amount", "coverage"})  # they hang together: one cannot be fixed alone
COMMENTS_CARD = "comments"
VERDICT_IS_TOLD = (ProofStatus.ACTION_REQUIRED, ProofStatus.APPROVED, ProofStatus.REJECTED)


def activity_takes_proofs(activity: Activity) -> list[Problem]:
    """Only an approved plan takes proofs (D-10), of a location that is enrolled, of a type that can be chosen."""
    plan = activity.campaign.plan
    problems = []
    if plan.status != PlanStatus.APPROVED:
        problems.append(Problem("plan_not_approved", _("Proofs can be added once the plan is approved."), rule="D-10"))
    if plan.enrollment.status != EnrollmentStatus.ENROLLED:
        problems.append(Problem("not_enrolled", _("This location is not enrolled at present."), rule="R-ENR-07"))
    return problems


def open_cards(
    proof: Proof, findings: Iterable[Finding] | None = None, checklist: Checklist | None = None
) -> frozenset[str] | None:
    """Slugs of the cards the partner may change; None = all of them.

    In editing everything is open; while the partner corrects only what the reviewer sent back (R-CLM-21), and what
    became incomplete through the correction itself: a removed file leaves a core requirement without its document.
    findings, checklist: when they were read already.
    """
    if proof.status == ProofStatus.EDITING:
        return None
    if proof.status != ProofStatus.ACTION_REQUIRED:
        return frozenset()
    if findings is None:
        findings = proof.findings.filter(sent=True).exclude(state=FindingState.CLOSED)
    cards: set[str] = set()
    for finding in findings:
        if not finding.card:
            return None
        cards |= {finding.card, *finding.card.split("-or-")}
    cards |= _incomplete(checklist or checklist_of(proof))
    if cards & COST_CARDS:
        cards |= COST_CARDS
    if cards:
        cards.add(COMMENTS_CARD)
    return frozenset(cards)


def _incomplete(checklist: Checklist) -> set[str]:
    every = [inner for card in checklist.cards for inner in (card, *card.alternatives)]
    return {card.slug for card in every if card.problems}


def is_open(card: str, cards: frozenset[str] | None) -> bool:
    return cards is None or card in cards


def hide_untold_verdicts(proof: Proof, documents: Iterable[Any], user: Any) -> None:
    """For a page: the partner reads the reviewer's word on a document once it was sent back or decided, not before."""
    if not user.is_vendor and proof.status not in VERDICT_IS_TOLD:
        for document in documents:
            document.verdict = ""


def evidence_is_complete(proof: Proof, context: Mapping[str, Any]) -> list[Problem]:
    """Strict submission: every gap at once, each with a link to its card (D-17)."""
    return list(checklist_of(proof).problems)


def findings_are_fixed(proof: Proof, context: Mapping[str, Any]) -> list[Problem]:
    """Everything the reviewer sent back was dealt with."""
    return [
        Problem(
            "finding_open",
            _("Still to fix: %(text)s") % {"text": finding.text},
            rule="R-CLM-19",
            anchor=f"finding-{finding.pk}",
        )
        for finding in proof.findings.filter(state=FindingState.OPEN, sent=True)
    ]


def location_is_enrolled(proof: Proof, context: Mapping[str, Any]) -> list[Problem]:
    if proof.enrollment.status == EnrollmentStatus.ENROLLED:
        return []
    return [
        Problem(
            "not_enrolled",
            _("%(location)s is not enrolled in %(program)s at present. Ask the vendor to enrol it again.")
            % {"location": proof.enrollment.location.name, "program": proof.enrollment.program.name},
            rule="R-ENR-07",
        )
    ]


SUBMISSION = (location_is_enrolled, evidence_is_complete, findings_are_fixed)
