"""Runs the checks on one file and always ends in a verdict."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from proofs.checks.base import CannotDecide, Check, Level, Outcome, Subject
from proofs.checks.order import CHECKS
from proofs.likeness.look import Look

logger = logging.getLogger(__name__)

CLEAN, REFUSED, FAILED = "clean", "refused", "failed"
UNKNOWN_KIND = "unknown"


@dataclass(frozen=True)
class Result:
    """One outcome of one check as it is stored and shown. A check that found nothing has one result `pass`
    with an empty message; the duration of a check stands with the first of its results, in milliseconds."""

    check: str
    version: int
    level: Level
    message: str
    detail: str
    duration_ms: float


@dataclass(frozen=True)
class Attachment:
    """A file that was taken out of an e-mail and checked as one of its own; `data` are its bytes."""

    name: str
    data: bytes
    sha256: str
    report: "Report"


@dataclass
class Report:
    """What became of one file.

    kind     name of the sniffed kind, "unknown" when it is none of ours
    verdict  clean (notes and warnings included), refused (the file is at fault) or failed (the machine could
    not
             decide; the run may be repeated). The result that led to refused or failed has the level `stop`.
    facts    what the checks learnt, plain JSON values (see `Subject.facts`)
    attachments  what was in it, if it is a clean e-mail
    looks    what a picture is recognised by, none of a file that was not clean
    """

    kind: str
    verdict: str
    results: list[Result] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list, repr=False)
    looks: list[Look] = field(default_factory=list, repr=False)


def run_checks(subject: Subject, checks: Sequence[Check] = CHECKS) -> Report:
    """Runs the checks in order; after the first stop only those marked `after_stop`. Never raises.

    So a file in the wrong place that also contains a script is called both (D-22).
    Whatever a check raises ends as `failed`, unless a check before it already refused the file.
    """
    results: list[Result] = []
    verdict = CLEAN
    for check in checks:
        if verdict != CLEAN and not check.after_stop:
            continue
        started = time.perf_counter()
        try:
            outcomes = list(check.run(subject)) if check.applies_to(subject) else None
            failed = False
        except Exception as error:  # the promise of this function: every fault of a check is a verdict
            outcomes, failed = [_failure(check, error)], True
        if outcomes is None:
            continue
        found = _results(check, outcomes, (time.perf_counter() - started) * 1000)
        at = _place(results) if check.told_first and found[0].level is Level.STOP else len(results)
        results[at:at] = found
        if failed:
            verdict = FAILED if verdict == CLEAN else verdict
            break
        if any(outcome.level is Level.STOP for outcome in outcomes):
            verdict = REFUSED
    attachments = subject.scratch.get("attachments", []) if verdict == CLEAN else []
    subject.scratch.clear()
    looks = subject.looks if verdict == CLEAN else []
    return Report(subject.kind or UNKNOWN_KIND, verdict, results, subject.facts, attachments, looks)


def _place(results: Sequence[Result]) -> int:
    """Where a more dangerous stop belongs: before the first there is."""
    return next((at for at, result in enumerate(results) if result.level is Level.STOP), len(results))


def _results(check: Check, outcomes: Sequence[Outcome], duration: float) -> list[Result]:
    found = outcomes or [Outcome(Level.PASS, "")]
    return [
        Result(
            check.name,
            check.version,
            item.level,
            str(item.message),
            item.detail,
            0.0 if index else round(duration, 3),
        )
        for index, item in enumerate(found)
    ]


def _failure(check: Check, error: Exception) -> Outcome:
    if isinstance(error, CannotDecide):
        logger.warning("check %s cannot decide: %s", check.name, error.detail)
        return Outcome(Level.STOP, error.message, error.detail)
    logger.error("check %s broke", check.name, exc_info=error)
    text = _("The file could not be checked because of an error on our side. Try again; if it stays, save it as new.")
    return Outcome(Level.STOP, text, f"{type(error).__name__}: {error}"[:1000])
