"""What is asked of a broken file: a verdict, and that it was really decoded before anybody is shown it."""

import os
from functools import cache

from proofs.checks.base import Subject
from proofs.checks.runner import CLEAN, FAILED, Report, run_checks
from proofs.pictures import CannotShow, pages_of

SHOWN = ("pdf", "jpeg", "png", "webp", "gif", "tiff", "heic", "mp4", "mov")
PAGES = 2


def check_and_show(subject: Subject) -> Report:
    """The report of the checks; of a clean file that can be shown also the facts `shown` (pages drawn) or `unshown`."""
    _be_quiet()
    report = run_checks(subject)
    if report.verdict == CLEAN and report.kind in SHOWN:
        try:
            report.facts["shown"] = len(list(pages_of(subject.path, report.kind, PAGES)))
        except CannotShow as error:
            report.facts["unshown"] = str(error)
    return report


@cache
def _be_quiet() -> None:
    """Decoders complain about every broken file to the screen; once is enough for a child process."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def fault(report: Report) -> str:
    """What is wrong with our answer to a broken file, "" when nothing is."""
    if report.verdict == FAILED:
        return f"a check broke: {[result.detail for result in report.results][-1]}"
    if report.verdict != CLEAN or report.kind not in SHOWN:
        return ""
    facts = report.facts
    if not facts.get("width") or not facts.get("height"):
        return "clean, and nobody knows how large its picture is"
    if report.kind == "pdf" and not facts.get("pages"):
        return "clean, and nobody knows how many pages it has"
    return "" if facts.get("shown") else f"clean, and nothing can be shown of it: {facts.get('unshown', 'no page')}"
