"""What must hold for a proof: which parts are open to the partner, and what stands before its submission."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Problem
from incentives.choices import EnrollmentStatus
from incentives.models import ActivityType, Enrollment, Period, Program, ProgramYear
from plans.models import Activity
from proofs.choices import WITH_PARTNER, FindingState, ProofStatus
from proofs.evidence import checklist_of
from proofs.models import Finding, Proof
from proofs.requirements import Checklist
from proofs.requirements.costs import COVERAGE_SLUG, SIGNATURE_CODES
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


def program_takes_claims_without_plan(enrollment: Enrollment) -> list[Problem]:
    """A claim of its own only where nobody has to plan first (R-PROG-05): in programs with co-op and without plans.

    Where a program has plans an approved activity is needed, because the plan's limit binds its claims (D-08).
    """
    problems = []
    program = enrollment.program
    if not program.has_coop:
        problems.append(Problem("no_coop", _("This program has no co-op claims."), "R-PROG-02"))
    elif program.has_plans:
        text = _("This program has plans: start the claim from an activity of an approved plan.")
        problems.append(Problem("plan_needed", text, "R-PROG-05"))
    if enrollment.status != EnrollmentStatus.ENROLLED:
        problems.append(Problem("not_enrolled", _("This location is not enrolled at present."), rule="R-ENR-07"))
    return problems


def period_is_draftable(program: Program, period: Period) -> list[Problem]:
    """R-CLM-05, P-05: its work has begun and can still be sent."""
    if program.periods.draftable_on(program.today()).filter(pk=period.pk).exists():
        return []
    text = _("This usage period can no longer be chosen. Choose one whose work can be claimed.")
    return [Problem("period_closed", text, "R-CLM-05", "id_period")]


def year_of_work(program: Program, period: Period | None, last_day: date | None) -> ProgramYear | None:
    """R-CAL-12: the program year running on the last day of the work; while there is no day, the one running today, or
    when the period is over the one running at its end."""
    today = program.today()
    day = last_day or (min(today, period.usage_end) if period else today)
    return program.years.filter(starts_on__lte=day, ends_on__gte=day).order_by("starts_on").first()


def type_in_year(year: ProgramYear | None, slug: str) -> tuple[ActivityType | None, list[Problem]]:
    """The newest version of an activity type that can be chosen in that year (R-ACT-06), or why there is none."""
    if year is None:
        text = _("No program year contains the work. Correct the dates, or ask the vendor to open the year.")
        return None, [Problem("no_year", text, "R-CAL-12", "id_activity_type")]
    found = year.activity_types.selectable().filter(slug=slug).first()
    if found is not None:
        return found, []
    text = _("This activity type cannot be chosen for work in %(year)s, %(first)s to %(last)s. Choose another one.")
    facts = {"year": year.name, "first": date_format(year.starts_on), "last": date_format(year.ends_on)}
    return None, [Problem("type_not_in_year", text % facts, "R-ACT-06", "id_activity_type")]


def type_fits_the_year(proof: Proof, context: Mapping[str, Any]) -> list[Problem]:
    """Without plan: the activity type is one of the year of the work (R-CAL-12). The draft follows its dates by itself,
    unless that year does not offer the type."""
    if not proof.without_plan or proof.executed_to is None:
        return []
    year = proof.activity_type.program_year
    if year.starts_on <= proof.executed_to <= year.ends_on:
        return []
    _found, problems = type_in_year(
        year_of_work(proof.enrollment.program, proof.period, proof.executed_to), proof.activity_type.slug
    )
    return [replace(problem, anchor="card-date") for problem in problems]


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
    """A missing signature opens nothing: it is given without changing what was sent (`takes_signature`)."""
    every = [inner for card in checklist.cards for inner in (card, *card.alternatives)]
    return {card.slug for card in every if any(one.code not in SIGNATURE_CODES for one in card.problems)}


def takes_signature(proof: Proof) -> bool:
    """Whether its certification report can be signed now (D-19): during a correction of something else too, since
    reports were sent before signatures were asked for."""
    return proof.status in WITH_PARTNER


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


SUBMISSION = (location_is_enrolled, evidence_is_complete, type_fits_the_year, findings_are_fixed)
