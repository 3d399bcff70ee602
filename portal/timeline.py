"""History rows as the timeline component shows them."""

import re
from datetime import date as Date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import history
from core.models import Audience, HistoryEntry
from core.ui import date, look, money_text, number

SHORT, LONG = 20, 500  # newest entries on a page, and when someone asks for all; the rest stands in the bundle
_ECHOES = ("proofs.follow",)  # the claim's own entry says it already (D-07)
_FILE, _SYSTEM = "paperclip", "clock"
_MONEY = re.compile(r"(-?\d{1,14}(?:\.\d{1,4})?) ([A-Z]{3})")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SUMS = frozenset({"amount", "budget", "net", "tax", "gross", "requested_limit", "approved_limit"})
_LABELS = {
    "approved": _("Approved"),
    "assigned": _("Assigned to"),
    "advice": _("Advice"),
    "verdict": _("Verdict"),
    "finding": _("To fix"),
    "amount": _("Amount"),
    "executed_from": _("First day of the work"),
    "executed_to": _("Last day of the work"),
    "name": _("Name"),
    "note": _("Note"),
    "final_comments": _("Final comments"),
}


def timeline_of(
    thread: Any, user: Any, only: str = "all", *, everything: bool = False
) -> tuple[list[dict[str, Any]], bool]:
    """(entries as this person may read them, newest first; whether older ones were left out). One query.

    only: one of history.FILTERS, anything else counts as all.
    """
    chosen = only if only in history.FILTERS else "all"
    limit = LONG if everything else SHORT
    found = list(history.for_page(thread, side=user.side, only=chosen).exclude(action__in=_ECHOES)[: limit + 1])
    return [_shown(entry, user) for entry in found[:limit]], len(found) > limit


def _shown(entry: HistoryEntry, user: Any) -> dict[str, Any]:
    text = history.sentence(entry)
    if entry.document_name:
        text = f"{text} “{entry.document_name}”"
    seen = look(entry.new_status) if entry.new_status else None
    icon, tone = (seen.icon, seen.tone) if seen else ("", "")
    if not icon and entry.document_id:
        icon = _FILE
    if not icon and entry.actor_side == "system":
        icon = _SYSTEM
    return {
        "actor": _now("You") if entry.actor_id == user.pk else entry.actor_name[:1].upper() + entry.actor_name[1:],
        "who": entry.actor_name,
        "text": text,
        "at": entry.at,
        "icon": icon,
        "tone": tone,
        "quote": entry.comment,
        "internal": entry.audience == Audience.VENDOR,
        "changes": [
            {"label": _label(name), "old": _value(name, old), "new": _value(name, new)}
            for name, (old, new) in entry.changes.items()
        ],
    }


def _value(name: str, kept: Any) -> str:
    """A value of the history as people write it: sums with their separators, days as days."""
    text = "" if kept is None else str(kept)
    if found := _MONEY.fullmatch(text):
        return money_text(Decimal(found[1]), found[2])
    if name in _SUMS and re.fullmatch(r"-?\d{1,14}(\.\d{1,4})?", text):
        return number(Decimal(text), 2)
    if _DAY.fullmatch(text):
        try:
            return date(Date.fromisoformat(text))
        except ValueError:
            return text
    return text


def _label(name: str) -> str:
    known = _LABELS.get(name)
    return str(known) if known else name.replace("_", " ").capitalize()
