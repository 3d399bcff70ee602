"""What history keeps, in people's words: names of fields, sums, days. For pages and for the bundle."""

import re
from datetime import date as Date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.ui import date, money_text, number

_MONEY = re.compile(r"(-?\d{1,14}(?:\.\d{1,6})?) ([A-Z]{3})")
_SUM = re.compile(r"-?\d{1,14}(\.\d{1,4})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SUMS = frozenset({"amount", "budget", "net", "tax", "gross", "requested_limit"})
_LABELS = {
    "approved": _("Approved"),
    "assigned": _("Assigned to"),
    "advice": _("Advice"),
    "verdict": _("Verdict"),
    "finding": _("To fix"),
    "amount": _("Amount"),
    "executed_from": _("First day of the work"),
    "executed_to": _("Last day of the work"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    "requested_limit": _("Limit asked for"),
    "preapproval_id": _("Pre-approval ID"),
    "name": _("Name"),
    "note": _("Note"),
    "card": _("Requirement"),
    "final_comments": _("Final comments"),
    "period_from": _("From"),
    "period_to": _("To"),
    "certifier_name": _("Name of the certifier"),
    "certifier_title": _("Title of the certifier"),
    "certified_on": _("Date of the certification"),
    "signature": _("Signature"),
}


def label(name: str) -> str:
    """Of a field as history names it; of one part among several as ``Poster: budget``, the part's name first."""
    part, colon, field = name.rpartition(": ")
    known = _LABELS.get(field)
    said = str(known) if known else field[:1].upper() + field[1:].replace("_", " ")
    return f"{part}{colon}{said}"


def value(name: str, kept: Any) -> str:
    """A value of the history as people write it: sums with their separators, days as days."""
    text = "" if kept is None else str(kept)
    if found := _MONEY.fullmatch(text):
        return money_text(Decimal(found[1]), found[2])
    if name in _SUMS and _SUM.fullmatch(text):
        return number(Decimal(text), 2)
    if _DAY.fullmatch(text):
        try:
            return date(Date.fromisoformat(text))
        except ValueError:
            return text
    return text
