"""What lies in a receipt bin, as its page draws it: each file with its state and with what was read of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.ui import date, money_text
from incentives.models import Enrollment
from portal.cards import File, file_of
from proofs.choices import UNDECIDED, UNREAD, DocumentState
from proofs.models import Document
from proofs.suggestions import suggestion_of

CAPTURED = "captured_at"  # when a picture was taken, by its camera


@dataclass(frozen=True)
class Said:
    """One thing that was read. sure: whether the machine would bet on it."""

    text: str
    sure: bool


@dataclass(frozen=True)
class Receipt:
    """One file of the bin. state, label: of its check, then of its reading."""

    file: File
    read: tuple[Said, ...]
    state: str
    label: str

    @property
    def moving(self) -> bool:
        """Whether it changes by itself soon."""
        return self.state in UNDECIDED

    @property
    def usable(self) -> bool:
        """What was refused can go nowhere."""
        return self.file.document.state != DocumentState.REFUSED


def receipts(documents: Iterable[Document], user: Any, zone: str) -> list[Receipt]:
    """documents: with `reading`, `uploaded_by` and `said` read along."""
    return [_receipt(one, file_of(one, user, zone, open_now=True)) for one in documents]


def _receipt(document: Document, file: File) -> Receipt:
    reading = getattr(document, "reading", None)
    if document.state == DocumentState.CLEAN and reading is not None and reading.state in UNREAD:
        return Receipt(file, (), DocumentState.CHECKING, _("Being read"))
    return Receipt(file, what_was_read(document), document.state, file.label)


def what_was_read(document: Document) -> tuple[Said, ...]:
    """Supplier, date and total of an invoice; of a picture that is none, when it was taken."""
    found = suggestion_of(document)
    currency = found.fields.get("currency", "")
    texts = {
        "supplier": found.fields.get("supplier", ""),
        "date": date(found.fields["date"]) if "date" in found.fields else "",
        "gross": money_text(found.line["gross"], currency) if "gross" in found.line else "",
    }
    said = tuple(Said(text, name not in found.doubtful) for name, text in texts.items() if text)
    reading = getattr(document, "reading", None)
    return said or _captured(reading.values if reading else None)


def _captured(values: Any) -> tuple[Said, ...]:
    kept = values.get(CAPTURED) if isinstance(values, dict) else None
    try:
        taken = datetime.fromisoformat(kept["value"]) if kept else None
    except (ValueError, TypeError, KeyError):  # kept of a file that came from outside
        return ()
    return (Said(_("taken %(day)s") % {"day": date(taken.date())}, bool(kept.get("sure"))),) if taken else ()


def bins_of(user: Any) -> list[Enrollment]:
    """Where the person may drop receipts, each with `waiting`, the number of files in its bin. One query."""
    lying = Q(
        receipt_bin__documents__proof__isnull=True,
        receipt_bin__documents__removed_at__isnull=True,
        receipt_bin__documents__parent__isnull=True,
    )
    rows = Enrollment.objects.evidence_of(user).select_related("program", "location")
    return list(
        rows.annotate(waiting=Count("receipt_bin__documents", filter=lying)).order_by(*Enrollment._meta.ordering)
    )


def waiting_bins(user: Any) -> list[dict[str, Any]]:
    """For the home page: the bins that hold files. One query."""
    return [
        {
            "href": reverse("portal:bin", args=[one.pk]),
            "place": f"{one.location.name}, {one.program.name}",
            "count": one.waiting,
        }
        for one in bins_of(user)
        if one.waiting
    ]
