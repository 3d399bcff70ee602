"""The checks of the matching in the order of the page, and their run."""

from proofs.choices import Level
from proofs.matching.base import Found, Match, MatchCheck, mark_of
from proofs.matching.codes import level_of
from proofs.matching.duplicates import OverusedCheck, SameFileCheck, SameInvoiceCheck, SamePictureCheck
from proofs.matching.invoices import (
    CurrencyCheck,
    DateCheck,
    IneligibleWordsCheck,
    NetCheck,
    NumberCheck,
    PrintedCheck,
    SumsCheck,
    SupplierCheck,
    TaxCheck,
    TotalCheck,
    WithinWindowCheck,
)
from proofs.matching.work import ApprovalCheck, CapturedCheck, MetricsCheck, ReportCheck
from proofs.requirements.evidence import Evidence

MATCHES: tuple[MatchCheck, ...] = (
    TotalCheck(),
    NetCheck(),
    TaxCheck(),
    SumsCheck(),
    CurrencyCheck(),
    SupplierCheck(),
    NumberCheck(),
    DateCheck(),
    WithinWindowCheck(),
    PrintedCheck(),
    IneligibleWordsCheck(),
    CapturedCheck(),
    MetricsCheck(),
    ReportCheck(),
    ApprovalCheck(),
    SameFileCheck(),
    SamePictureCheck(),
    SameInvoiceCheck(),
    OverusedCheck(),
)


def matches_of(evidence: Evidence) -> tuple[Match, ...]:
    """Every finding of every check, with the level the program gives it."""
    return tuple(_judged(check, found, evidence) for check in MATCHES for found in check.run(evidence))


def _judged(check: MatchCheck, found: Found, evidence: Evidence) -> Match:
    level = Level.PASS if found.good else level_of(check.code, evidence.levels)
    if found.weak and level in (Level.WARNING, Level.STOP):
        level = Level.NOTE
    mark = mark_of(check.code, found)
    answer = evidence.answered.get(mark) if level == Level.WARNING else None
    return Match(check.code, check.rule, level, found, mark, answer)
