"""History rows as the timeline component shows them."""

from typing import Any

from django.utils.translation import gettext as _

from core import history, history_words
from core.models import Audience, HistoryEntry
from core.ui import look

SHORT, LONG = 20, 500  # newest entries on a page, and when someone asks for all; the rest stands in the bundle
_ECHOES = ("proofs.follow",)  # the claim's own entry says it already (D-07)
_FILE, _SYSTEM = "paperclip", "clock"
_TOLD = frozenset({"action_required", "approved", "rejected"})  # by these the partner learns the verdicts
_ROUNDS = ("proofs.verdict", "proofs.add_finding")


def timeline_of(
    thread: Any, user: Any, only: str = "all", *, everything: bool = False
) -> tuple[list[dict[str, Any]], bool]:
    """(entries as this person may read them, newest first; whether older ones were left out). One query.

    only: one of history.FILTERS, anything else counts as all.
    """
    chosen = only if only in history.FILTERS else "all"
    limit = LONG if everything else SHORT
    found = list(history.for_page(thread, side=user.side, only=chosen).exclude(action__in=_ECHOES)[: limit + 1])
    marks = _marks_of(thread, found, chosen)
    return [_shown(entry, user, marks.get(entry.pk, "")) for entry in found[:limit]], len(found) > limit


def _marks_of(thread: Any, found: list[HistoryEntry], chosen: str) -> dict[int, str]:
    """What stands beside entries that only the vendor's people read. found: newest first."""
    if all(entry.audience != Audience.VENDOR for entry in found):
        return {}
    told = [entry.pk for entry in found if entry.new_status in _TOLD]
    if chosen in ("files", "comments"):  # the moves are not all among these
        told = list(HistoryEntry.objects.filter(thread=thread, new_status__in=_TOLD).values_list("pk", flat=True))
    marks: dict[int, str] = {}
    replaced: set[Any] = set()  # findings taken back, documents judged again, each in its round of the review
    for entry in found:
        if entry.audience != Audience.VENDOR:
            continue
        round_ = sum(pk > entry.pk for pk in told)
        if entry.action in _ROUNDS:
            marks[entry.pk] = _round_mark(entry, round_, replaced)
        elif entry.action == "proofs.drop_finding":
            replaced.add((round_, entry.comment))
        marks.setdefault(entry.pk, _("Internal note") if _is_note(entry) else _("Not shown to the partner"))
    return {pk: mark for pk, mark in marks.items() if mark}


def _round_mark(entry: HistoryEntry, round_: int, replaced: set[Any]) -> str:
    """A verdict or a finding: sent with the next request or decision, unless it was replaced before."""
    verdict = entry.action == "proofs.verdict"
    here = (round_, entry.document_id if verdict else entry.comment)
    gone = here in replaced or (round_, entry.comment) in replaced
    if verdict:
        replaced.add(here)
    if gone:
        return _("Not shown to the partner")
    if not entry.comment:  # accepted: the partner sees that on the document, once told
        return "" if round_ else _("Not shown to the partner")
    return _("Sent") if round_ else _("Not sent yet")


def _is_note(entry: HistoryEntry) -> bool:
    return entry.action.endswith(".comment")


def _shown(entry: HistoryEntry, user: Any, mark: str) -> dict[str, Any]:
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
        "actor": _("You") if entry.actor_id == user.pk else entry.actor_name[:1].upper() + entry.actor_name[1:],
        "who": entry.actor_name,
        "text": text,
        "at": entry.at,
        "icon": icon,
        "tone": tone,
        "quote": entry.comment,
        "internal": bool(mark),
        "mark": mark,
        "changes": [
            {
                "label": history_words.label(name),
                "old": history_words.value(name, old),
                "new": history_words.value(name, new),
            }
            for name, (old, new) in entry.changes.items()
        ],
    }
