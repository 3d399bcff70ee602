"""Is there anything in the file, and is it small enough to be looked at?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from proofs.checks.base import CannotDecide, Check, Level, Outcome, Subject
from proofs.checks.limits import MAX_FILE_BYTES, MEGABYTE


class SizeCheck(Check):
    """Stops empty and oversized files, and fails when the copy at hand is not the file that was uploaded."""

    name = "size"
    version = 1

    def run(self, subject: Subject) -> Sequence[Outcome]:
        actual = subject.path.stat().st_size
        if actual != subject.size:
            raise CannotDecide(
                _("The stored copy of this file is not complete. Remove the file and upload it again."),
                f"expected {subject.size} bytes, found {actual}",
            )
        if actual == 0:
            return [
                Outcome(
                    Level.STOP,
                    _("This file is empty (0 bytes). Open it on your computer, save it again and upload it again."),
                )
            ]
        if actual > MAX_FILE_BYTES:
            text = _(
                "This file has %(size)d MB, more than the %(limit)d MB a file may have. "
                "Split it or save it smaller and upload it again."
            )
            numbers = {"size": -(-actual // MEGABYTE), "limit": MAX_FILE_BYTES // MEGABYTE}
            return [Outcome(Level.STOP, text % numbers, f"{actual} bytes")]
        return []
