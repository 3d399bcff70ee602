"""Keyset pages, newest first: page 200 costs what page 1 costs, and new rows move nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from core.ui import query

PAGE_SIZE = 50
AFTER, BEFORE = "after", "before"


@dataclass(frozen=True)
class Slice:
    """One page: its rows, and the addresses ("" = none) of the pages with newer and older rows."""

    rows: list[Any]
    prev_href: str = ""
    next_href: str = ""


def keyset_page(rows: QuerySet, params: Any, *, size: int = PAGE_SIZE) -> Slice:
    """The page of `rows` that `params` (request.GET) asks for, one query. Rows are model objects or `values()` with
    created_at and id, in the order (-created_at, -id). A mark that cannot be read counts as none.
    """
    after, before = _read(params.get(AFTER)), _read(params.get(BEFORE))
    if before is not None:
        found = list(_beyond(rows, before, "gt").order_by("created_at", "id")[: size + 1])
        more = len(found) > size
        found = found[:size][::-1]
        return Slice(found, _href(params, BEFORE, found, 0) if more else "", _href(params, AFTER, found, -1))
    ordered = (rows if after is None else _beyond(rows, after, "lt")).order_by("-created_at", "-id")
    found = list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Slice(
        found,
        _href(params, BEFORE, found, 0) if after is not None else "",
        _href(params, AFTER, found, -1) if more else "",
    )


def _beyond(rows: QuerySet, mark: tuple[datetime, UUID], way: str) -> QuerySet:
    moment, pk = mark
    near = Q(**{f"created_at__{way}e": moment})
    return rows.filter(near, Q(**{f"created_at__{way}": moment}) | Q(**{f"id__{way}": pk}))


def _href(params: Any, name: str, found: list[Any], index: int) -> str:
    other = AFTER if name == BEFORE else BEFORE
    if not found:
        return query(params, **{AFTER: None, BEFORE: None})
    row = found[index]
    created_at, pk = (row["created_at"], row["id"]) if isinstance(row, Mapping) else (row.created_at, row.pk)
    return query(params, **{name: f"{created_at.isoformat()}_{pk}", other: None})


def _read(mark: str | None) -> tuple[datetime, UUID] | None:
    moment, _sep, pk = (mark or "").partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at.astimezone(UTC), UUID(pk)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
