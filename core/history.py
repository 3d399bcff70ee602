"""The one place that writes history, and the reading of it for a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from core import clock
from core.context import request_id
from core.models import Audience, HistoryEntry

SAME_CLICK = timedelta(seconds=30)  # the second click of a double click arrives within, on a slow line too

_sentences: dict[str, Any] = {}


@dataclass(frozen=True)
class SystemJob:
    """A named job of ours acting without a person, e.g. SystemJob("sweep")."""

    name: str


def describe(sentences: dict[str, Any]) -> None:
    """Register action -> sentence without subject ("sent it for approval"), so that history is readable."""
    _sentences.update(sentences)


def sentence(entry: HistoryEntry) -> str:
    return str(_sentences.get(entry.action, entry.action))


def known_actions() -> dict[str, Any]:
    return dict(_sentences)


def record(
    obj: Any,
    action: str,
    *,
    actor: Any,
    old: str = "",
    new: str = "",
    comment: str = "",
    changes: dict[str, Any] | None = None,
    document: Any = None,
    audience: str = Audience.ALL,
) -> HistoryEntry:
    """Append one entry in the running transaction (R-CLM-18, R-CLM-20).

    actor: a signed-in user or a SystemJob; nothing anonymous (ValueError). action: registered with `describe`
    (ValueError). changes: {field: [old, new]} in plain JSON values.
    """
    if action not in _sentences:
        raise ValueError(f"action {action} has no sentence")
    if isinstance(actor, SystemJob):
        who = {"actor": None, "actor_name": actor.name, "actor_side": "system"}
    elif actor is not None and actor.is_authenticated:
        who = {"actor": actor, "actor_name": actor.display_name, "actor_side": actor.side}
    else:
        raise ValueError("history needs an actor")
    return HistoryEntry.objects.create(
        thread=obj.history_thread,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        object_label=str(obj)[:200],
        action=action,
        old_status=old,
        new_status=new,
        comment=comment,
        changes=changes or {},
        document_id=document.pk if document else None,
        document_name=document.name[:255] if document else "",
        audience=audience,
        request_id=request_id.get(),
        at=clock.now(),
        **who,
    )


FILTERS = ("all", "decisions", "files", "comments")


def for_page(thread: Any, *, side: str, only: str = "all") -> QuerySet[HistoryEntry]:
    """Entries of one thread, or of a list of them, newest first, as people of `side` may read them.

    Entries meant for the vendor stay with the vendor. only: one of FILTERS.
    """
    threads = thread if isinstance(thread, list) else [thread]
    entries = HistoryEntry.objects.filter(thread__in=threads).order_by("-id")
    if side != "vendor":
        entries = entries.filter(audience=Audience.ALL)
    if only == "decisions":
        entries = entries.exclude(new_status="")
    elif only == "files":
        entries = entries.filter(document_id__isnull=False)
    elif only == "comments":
        entries = entries.exclude(comment="")
    return entries


def is_last_move(obj: Any, action: str, *, actor: Any, comment: str = "") -> bool:
    """Was this the object's last change of status, by this person with these words? Then sending it again is the
    second click of a double click, not a conflict."""
    last = HistoryEntry.objects.filter(object_id=obj.pk).exclude(new_status="").order_by("-id").first()
    return last is not None and (last.action, last.actor_id, last.comment) == (action, actor.pk, comment.strip())


def just_did(obj: Any, action: str, *, actor: Any, **same: Any) -> bool:
    """Did this person do the same to this object within SAME_CLICK? same: comment, changes, audience of the entry."""
    recent = HistoryEntry.objects.filter(object_id=obj.pk, action=action, actor=actor, at__gt=clock.now() - SAME_CLICK)
    return recent.filter(**same).exists()


def changed(before: dict[str, Any], after: dict[str, Any], names: Iterable[str]) -> dict[str, list[str]]:
    """{field: [old, new]} for the named fields that differ, as text; nothing and an empty text are the same."""
    pairs = {name: [_text(before.get(name)), _text(after.get(name))] for name in names}
    return {name: pair for name, pair in pairs.items() if before.get(name) != after.get(name) and pair[0] != pair[1]}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
