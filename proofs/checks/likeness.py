"""By what is this picture recognised when it is used again?"""

from collections.abc import Sequence

from proofs.checks.base import Check, Outcome, Subject
from proofs.likeness.looks import looks_of


class LikenessCheck(Check):
    """Leaves the looks of a picture in `subject.looks`; a blank one has none. Finds no fault: twins are another
    matter, looked for in the database (R-CLM-12)."""

    name = "likeness"
    version = 2

    def applies_to(self, subject: Subject) -> bool:
        return "picture" in subject.scratch

    def run(self, subject: Subject) -> Sequence[Outcome]:
        subject.looks = looks_of(subject.scratch["picture"])
        return []
