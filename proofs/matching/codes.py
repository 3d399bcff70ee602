"""Every check of the matching that can have a level, with the usual one. A program may set others (R-PROG-07)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from proofs.choices import Level


@dataclass(frozen=True)
class Code:
    """code: kept with answers and rule sets, never reused for another meaning · label: the question it asks, for the
    rule editor · usual: its level where the program says nothing · least: nothing below it may be set."""

    code: str
    label: Any
    usual: Level
    least: Level = Level.PASS


CODES: tuple[Code, ...] = (
    Code("total_differs", _("Does the invoice's total agree with its file?"), Level.WARNING),
    Code("net_differs", _("Does the invoice's net sum agree with its file?"), Level.WARNING),
    Code("tax_differs", _("Does the invoice's tax agree with its file?"), Level.WARNING),
    Code("sums_disagree", _("Do net and tax add up to the total on the file?"), Level.NOTE),
    Code("currency_differs", _("Is the file in the currency that was typed?"), Level.WARNING),
    Code("supplier_differs", _("Is the supplier on the file the one that was typed?"), Level.NOTE),
    Code("number_differs", _("Is the invoice number on the file the one that was typed?"), Level.WARNING),
    Code("invoice_date_differs", _("Is the invoice dated as its file says?"), Level.WARNING),
    Code("invoice_date_outside", _("Is the invoice dated within the campaign or usage period?"), Level.WARNING),
    Code("nothing_printed", _("Does the file show a supplier and a number?"), Level.NOTE),
    Code("ineligible_words", _("Does an invoice name what is never paid for (alcohol and the like)?"), Level.NOTE),
    Code("captured_outside", _("Were the pictures taken within the campaign or usage period?"), Level.WARNING),
    Code("metric_implausible", _("Are the results plausible?"), Level.WARNING),
    Code("report_arithmetic", _("Are hours, rates and period of the certification report plausible?"), Level.WARNING),
    Code("preapproval_late", _("Was it approved before it took place?"), Level.WARNING),
    Code("same_file", _("Was the same file used in another claim?"), Level.WARNING),
    Code("same_picture", _("Was the same picture used in another claim?"), Level.WARNING),
    Code("same_invoice", _("Was the same invoice used in another claim?"), Level.WARNING),
    Code("invoice_overused", _("Do all claims of a shared invoice stay within it?"), Level.STOP, least=Level.STOP),
)

BY_CODE: dict[str, Code] = {one.code: one for one in CODES}


def level_of(code: str, levels: Mapping[str, str]) -> Level:
    """The level a check has under a program's rule set; unknown or too low words count as the usual one."""
    one = BY_CODE[code]
    try:
        wanted = Level(levels.get(code, one.usual))
    except ValueError:
        return one.usual
    return wanted if _rank(wanted) >= _rank(one.least) else one.usual


def _rank(level: Level) -> int:
    return list(Level).index(level)
