"""Values read of an invoice's file, as first values of its form. A suggestion: the person confirms it by saving."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from proofs.choices import ReadingState
from proofs.models import Document

READ = "read"  # where a document keeps what was read of it, by field
FIELDS = {"supplier": "supplier", "invoice_number": "number", "date": "date", "currency": "currency"}
SUMS = {"net": "net", "tax": "tax", "total": "gross"}


@dataclass(frozen=True)
class Suggestion:
    """fields, line: values by the names of the form · doubtful: names of those that were not read surely."""

    fields: dict[str, Any] = field(default_factory=dict)
    line: dict[str, Any] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.line)


def values_of(document: Document) -> Any:
    """What was read of a document, by field: by its reading, else what the check of an invoice read along."""
    reading = getattr(document, "reading", None)
    return reading.values if reading and reading.state == ReadingState.DONE else document.facts.get(READ)


def suggestion_of(document: Document | None) -> Suggestion:
    """What may be filled in from a file; what is kept there is looked at again, it came from outside."""
    kept = values_of(document) if document is not None else None
    if not isinstance(kept, Mapping):
        return Suggestion()
    fields = {name: value for read, name in FIELDS.items() if (value := _value(read, kept)) is not None}
    line = {name: value for read, name in SUMS.items() if (value := _value(read, kept)) is not None}
    doubtful = tuple(name for read, name in {**FIELDS, **SUMS}.items() if read in kept and not kept[read].get("sure"))
    return Suggestion(fields, line, doubtful)


def _value(name: str, kept: Mapping[str, Any]) -> Any:
    text = str(kept.get(name, {}).get("value", ""))
    try:
        if name in SUMS:
            return Decimal(text) if text else None
        return date.fromisoformat(text) if name == "date" and text else text or None
    except (ValueError, InvalidOperation):
        return None
