"""Has the same company uploaded exactly this file before?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from proofs.checks.base import Check, Level, Outcome, Subject


class DuplicateCheck(Check):
    """Warns about files with the same digest (D-20). Never a stop: one invoice may prove two activities."""

    name = "duplicate"
    version = 1

    def run(self, subject: Subject) -> Sequence[Outcome]:
        if not subject.twins:
            return []
        text = _("Your company has already uploaded exactly this file: %(twins)s. Check that it belongs here too.")
        shown = list(subject.twins[:3])
        if len(subject.twins) > len(shown):
            shown.append(_("and %(count)d more") % {"count": len(subject.twins) - len(shown)})
        return [Outcome(Level.WARNING, text % {"twins": ", ".join(shown)}, subject.sha256)]
