"""What must hold for a proof: which parts are open to the partner, and what stands before its submission."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from incentives.choices import EnrollmentStatus
from plans.models import Activity
from proofs.choices import FindingState, ProofStatus
from proofs.evidence import checklist_of
from proofs.models import Finding, Proof
from proofs.requirements import Checklist
from proofs.requirements.costs import COVERAGE_SLUG
from proofs.requirements.documents import EXTRA_SLUG

COST_CARDS = frozenset({"invoices", "csr", "amount", "coverage"})  # they hang together: one cannot be fixed alone
COMMENTS_CARD = "comments"
VERDICT_IS_TOLD = (ProofStatus.ACTION_REQUIRED, ProofStatus.APPROVED, ProofStatus.REJECTED)


def activity_takes_proofs(activity: Activity) -> list[Problem]:
    """Only what is part of the approval in force takes proofs, whatever the plan's status (D-10), of a location that
    is enrolled."""
    plan = activity.campaign.plan
    problems = []
    if not activity.in_force:
        text = _("Proofs can be added once the plan is approved.")
        if plan.version:
            text = _("This activity is new. Proofs can be added once the changed plan is approved.")
        problems.append(Problem("plan_not_approved", text, rule="D-10"))
    if plan.enrollment.status != EnrollmentStatus.ENROLLED:
        problems.append(Problem("not_enrolled", _("This location is not enrolled at present."), rule="R-ENR-07"))
    return problems


def open_cards(
    proof: Proof, findings: Iterable[Finding] | None = None, checklist: Checklist | None = None
) -> frozenset[str] | None:
    """Slugs of the cards the partner may change; None = all of them.

    In editing everything is open; while the partner corrects only what the reviewer sent back (R-CLM-21), and what
    became incomplete through the correction itself: a removed file leaves a core requirement without its document.
    A finding on the whole is a remark that opens no more than the final comments, unless all findings are such:
    then everything is open. findings, checklist: when they were read already.
    """
    if proof.status == ProofStatus.EDITING:
        return None
    if takes_evidence_for_dispute(proof):
        return frozenset({EXTRA_SLUG})
    if proof.status != ProofStatus.ACTION_REQUIRED:
        return frozenset()
    if findings is None:
        findings = proof.findings.filter(sent=True).exclude(state=FindingState.CLOSED)
    return _opened_by([finding.card for finding in findings], lambda: checklist or checklist_of(proof))


def takes_evidence_for_dispute(proof: Proof) -> bool:
    """After a decision that can be disputed the partner may add further documents, nothing else (R-CLM-25)."""
    decided = proof.status in (ProofStatus.APPROVED, ProofStatus.REJECTED)
    until = proof.disputable_until
    return decided and until is not None and proof.enrollment.program.today() <= until


def titles_that_would_open(proof: Proof) -> list[str] | None:
    """Titles of the cards that open for the partner when the findings noted now are sent; None = everything."""
    noted = proof.findings.filter(sent=False).values_list("card", flat=True)
    checklist = checklist_of(proof)
    opened = _opened_by(list(noted) or [""], lambda: checklist)
    if opened is None:
        return None
    titles = []
    for card in checklist.cards:
        if card.slug in opened and card.slug != COVERAGE_SLUG:  # nothing can be typed there
            titles.append(card.title)
        elif card.slug not in opened:
            titles += [inner.title for inner in card.alternatives if inner.slug in opened]
    return [*titles, _("Final comments")]


def _opened_by(named: list[str], checklist: Callable[[], Checklist]) -> frozenset[str] | None:
    """named: the card of each finding, "" for the whole."""
    cards: set[str] = set()
    for slug in filter(None, named):
        cards |= {slug, *slug.split("-or-")}
    if named and not cards:
        return None
    cards |= _incomplete(checklist())
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
