"""What the sheet of one document shows of its reading and of the matching: values with their boxes, findings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.ui import date, money_text
from proofs.choices import Level
from proofs.matching.base import Match
from proofs.models import Document, DocumentPicture
from proofs.requirements.evidence import ReadValue

LABELS = {
    "supplier": _("Supplier"),
    "invoice_number": _("Invoice number"),
    "date": _("Date"),
    "currency": _("Currency"),
    "net": _("Net"),
    "tax": _("Tax"),
    "total": _("Total"),
    "captured_at": _("Taken"),
    "captured_place": _("Where it was taken"),
}
SUMS = ("net", "tax", "total")
WHOLE = (0.0, 0.0, 1.0, 1.0)  # of a value that stands nowhere on the page, such as the time a picture was taken


@dataclass(frozen=True)
class Mark:
    """A box on a page picture, in thousandths of its width and height. id: html id, target of "show it"."""

    id: str
    page: int
    label: str
    level: str
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Row:
    """A value read, as the sheet lists it. mark: html id of its box, "" when it has none."""

    label: Any
    value: str
    sure: bool
    mark: str


@dataclass(frozen=True)
class PagePicture:
    page: int
    width: int
    height: int
    marks: tuple[Mark, ...]


def pages_of(document: Document, values: dict[str, ReadValue], matches: Iterable[Match]) -> list[PagePicture]:
    """The viewable copies with the boxes of what was read, and of what a finding points at."""
    marks = [
        _mark(f"value-{name}", one.page, one.box, str(LABELS.get(name, name)), "read") for name, one in values.items()
    ]
    for match in pointing(document, matches):
        place = match.found.place
        if place is not None:
            marks.append(_mark(match.place_id, place.page, place.box, match.found.reason, match.level))
    found = [mark for mark in marks if mark is not None]
    return [
        PagePicture(one.page, one.width, one.height, tuple(mark for mark in found if mark.page == one.page))
        for one in DocumentPicture.objects.filter(document=document, page__gt=0).order_by("page")
    ]


def pointing(document: Document, matches: Iterable[Match]) -> list[Match]:
    """Findings on this document that are no pass, with a place on it; in page order."""
    return [
        one
        for one in matches
        if one.level != Level.PASS and one.found.place and str(one.found.place.document_id) == str(document.pk)
    ]


def about(document: Document, matches: Iterable[Match]) -> list[tuple[Match, str]]:
    """Every finding on this document, the worst first, each with the html id of its box or ""."""
    pointed = {one.mark for one in pointing(document, matches)}
    own = [one for one in matches if str(one.document_id) == str(document.pk)]
    return [(one, one.place_id if one.mark in pointed else "") for one in sorted(own, key=lambda one: -one.rank)]


def rows_of(values: dict[str, ReadValue]) -> list[Row]:
    """In the order of LABELS, as people write them."""
    currency = values["currency"].value if "currency" in values else ""
    return [
        Row(label, _written(name, one.value, currency), one.sure, "" if one.box == WHOLE else f"value-{name}")
        for name, label in LABELS.items()
        if (one := values.get(name)) is not None
    ]


def _written(name: str, value: str, currency: str) -> str:
    try:
        if name in SUMS:
            return money_text(Decimal(value), currency)
        if name == "date":
            return date(Date.fromisoformat(value))
        if name == "captured_at":
            moment = datetime.fromisoformat(value)
            return f"{date(moment.date())}, {moment:%H:%M}"
    except (ValueError, InvalidOperation):  # kept of a file that came from outside
        return value
    return value


def _mark(name: str, page: int, box: tuple[float, ...], label: str, level: str) -> Mark | None:
    if tuple(box) == WHOLE or len(box) != 4:
        return None
    left, top, right, bottom = (min(max(round(edge * 1000), 0), 1000) for edge in box)
    return Mark(name, page, label, level, left, top, max(right - left, 4), max(bottom - top, 4))
