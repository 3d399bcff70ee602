"""What a file seems to be: values read of it as first values of its invoice's form, and the cards it may belong on.
Suggestions: the person confirms them by saving."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from proofs.evidence import fits
from proofs.models import Document, DocumentReading
from proofs.requirements import MISSING, Card
from proofs.requirements.costs import INVOICES_SLUG
from proofs.requirements.documents import EXTRA_SLUG

FIELDS = {"supplier": "supplier", "invoice_number": "number", "date": "date", "currency": "currency"}
# How people call files of invoices and receipts, in the languages we read; lower case.
INVOICE_NAMES = (
    "invoice", "receipt", "rechnung", "beleg", "quittung", "facture", "factura", "fattura", "fatura", "faktura",
    "factuur",
)  # fmt: skip
SUMS = {"net": "net", "tax": "tax", "total": "gross"}


@dataclass(frozen=True)
class Suggestion:
    """fields, line: values by the names of the form · doubtful: names of those that were not read surely."""

    fields: dict[str, Any] = field(default_factory=dict)
    line: dict[str, Any] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.line)


def suggestion_of(document: Document | None) -> Suggestion:
    """What may be filled in from a file; what is kept there is looked at again, it came from outside."""
    reading: DocumentReading | None = getattr(document, "reading", None)
    kept = reading.values if reading is not None else None
    if not isinstance(kept, Mapping):
        return Suggestion()
    fields = {name: value for read, name in FIELDS.items() if (value := _value(read, kept)) is not None}
    line = {name: value for read, name in SUMS.items() if (value := _value(read, kept)) is not None}
    doubtful = tuple(name for read, name in {**FIELDS, **SUMS}.items() if read in kept and not kept[read].get("sure"))
    return Suggestion(fields, line, doubtful)


def likely_cards(documents: Iterable[Document], cards: Iterable[Card]) -> list[Card]:
    """Of these cards those that take at least one of the files, the likeliest first: the invoices where a total was
    read or a file is called so, then what is still missing, in the end what takes anything."""
    files = list(documents)
    invoices = any(_is_like_invoice(one) for one in files)
    fitting = [card for card in cards if any(fits(one, card.kinds) for one in files)]

    def rank(card: Card) -> int:
        if card.slug == INVOICES_SLUG:
            return 0 if invoices else 2
        if card.slug == EXTRA_SLUG:
            return 3
        return 1 if card.state == MISSING and card.required else 2

    return sorted(fitting, key=rank)


def _is_like_invoice(document: Document) -> bool:
    name = document.name.lower()
    return "gross" in suggestion_of(document).line or any(word in name for word in INVOICE_NAMES)


def _value(name: str, kept: Mapping[str, Any]) -> Any:
    text = str(kept.get(name, {}).get("value", ""))
    try:
        if name in SUMS:
            return Decimal(text) if text else None
        return date.fromisoformat(text) if name == "date" and text else text or None
    except (ValueError, InvalidOperation):
        return None
