"""What the evaluation reads: one proof with its evidence, as plain values. No ORM, no clock."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext

from incentives.catalogue import ActivitySpec, with_vendor

SECTION_PROOF = "proof"
SECTION_INVOICE = "invoice"
SECTION_EXTRA = "extra"

CLEAN = "clean"
WAITING = ("pending", "checking")
REFUSED = "refused"

# What can be said of the signature of a certification report (D-19).
UNSIGNED = ""
VOID = "void"
SOUND = "sound"
BROKEN = "broken"


class ReadValue(NamedTuple):
    """A value a machine read of a document. box: left, top, right, bottom in fractions of the page."""

    value: str
    page: int
    box: tuple[float, ...]
    sure: bool


class PrintedLine(NamedTuple):
    """A line as it is printed; box as in ReadValue."""

    page: int
    box: tuple[float, ...]
    text: str


class Use(NamedTuple):
    """The same thing in another claim. where: what the reader may know of it, "" = only that there is one · alike: the
    same picture, not the same bytes."""

    where: str
    alike: bool = False


class InvoiceUse(NamedTuple):
    """The same invoice in another proof. share: per cent of it declared to be used there, none = nothing declared ·
    counts: it was sent, and neither withdrawn nor rejected · own: of the same company, which alone may share.
    """

    where: str
    share: Decimal | None
    counts: bool
    own: bool


class Answered(NamedTuple):
    """The partner's word on a warning."""

    text: str
    by: str
    at: datetime.datetime


@dataclass(frozen=True)
class EvidenceDocument:
    """A file or a typed proof.

    requirement_slug: slug of the card it was put on · kind: one of the catalogue's kinds (every picture is
    "image"), empty until known · state: as D-20, typed ones are clean · name: file name or typed address · read: values
    read of it, by field · printed: its lines · was_read: whether reading it has ended · uses: where else it was used.
    """

    id: Any
    requirement_slug: str
    section: str
    kind: str
    state: str
    note: str = ""
    name: str = ""
    invoice_id: Any = None
    read: Mapping[str, ReadValue] = field(default_factory=dict, hash=False)
    printed: tuple[PrintedLine, ...] = ()
    was_read: bool = False
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True)
class EvidenceLine:
    """An invoice line. expense_label is only used to name a type the activity does not allow."""

    expense_type: str
    net: Decimal | None
    tax: Decimal | None
    gross: Decimal | None
    expense_label: str = ""
    attendee: str = ""


@dataclass(frozen=True)
class EvidenceInvoice:
    id: Any
    supplier: str = ""
    number: str = ""
    date: datetime.date | None = None
    currency: str = ""
    document_id: Any = None
    lines: tuple[EvidenceLine, ...] = ()
    used_share: Decimal | None = None
    uses: tuple[InvoiceUse, ...] = ()


class OwnWork(NamedTuple):
    """A work line of the certification report."""

    person: str
    hours: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True)
class EvidenceCertification:
    """The certification report (D-19).

    line_count: work lines and other costs together · work: the former · signature: UNSIGNED, VOID, SOUND or BROKEN.
    """

    activity: str = ""
    period_from: datetime.date | None = None
    period_to: datetime.date | None = None
    total: Decimal | None = None
    currency: str = ""
    certifier_name: str = ""
    certifier_title: str = ""
    certified_on: datetime.date | None = None
    line_count: int = 0
    work: tuple[OwnWork, ...] = ()
    signature: str = UNSIGNED


@dataclass(frozen=True)
class Evidence:
    """One proof as it stands; today is the day in the program's zone (D-04).

    The window is the campaign (R-POE-04), or the usage period where there is no campaign (D-05).
    fields: answers by field slug, a value or a list of values · metrics: typed values by metric slug ·
    core_requirements: {slug: {"declared": bool, "document_id": id or None}} · country, countries: where the work took
    place, of which; asked only where there is no campaign (D-06) · vendor_share: per cent, none = all of it · levels:
    of the checks, as the program sets them · answered: warnings, by their mark · approved_on: the day the activity was
    first approved, asked only where the type demands it.
    """

    spec: ActivitySpec
    currency: str
    today: datetime.date
    name: str = ""
    amount: Decimal | None = None
    executed_from: datetime.date | None = None
    executed_to: datetime.date | None = None
    campaign_start: datetime.date | None = None
    campaign_end: datetime.date | None = None
    usage_start: datetime.date | None = None
    usage_end: datetime.date | None = None
    documents: tuple[EvidenceDocument, ...] = ()
    invoices: tuple[EvidenceInvoice, ...] = ()
    certification: EvidenceCertification | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    core_requirements: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    estimated_impressions: int | str | None = None
    preapproval_id: str = ""
    final_comments: str = ""
    country: str = ""
    countries: tuple[str, ...] = ()
    vendor_share: Decimal | None = None
    conference_name: str = ""
    conference_on: datetime.date | None = None
    attendees: tuple[str, ...] = ()
    vendor_name: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, Answered] = field(default_factory=dict)
    approved_on: datetime.date | None = None

    @property
    def window(self) -> tuple[datetime.date, datetime.date] | None:
        """The days the work may lie in: the campaign (R-POE-04), else the usage period (D-05)."""
        pairs = ((self.campaign_start, self.campaign_end), (self.usage_start, self.usage_end))
        return next(((first, last) for first, last in pairs if first and last), None)

    def text(self, text: str) -> str:
        """A text of the catalogue with the vendor's name in it."""
        return with_vendor(text, self.vendor_name or gettext("the vendor"))

    def answers(self, slug: str) -> list[str]:
        """Chosen values of a field; empty when not answered."""
        value = self.fields.get(slug) or []
        return [value] if isinstance(value, str) else list(value)

    def documents_for(self, slug: str) -> list[EvidenceDocument]:
        """Documents put on the card of that slug, invoice files aside."""
        return [one for one in self.documents if one.requirement_slug == slug and one.section == SECTION_PROOF]

    def document_by_id(self, document_id: Any) -> EvidenceDocument | None:
        """The document of that id; ids compare as text because stored answers hold text."""
        if document_id in (None, ""):
            return None
        return next((one for one in self.documents if str(one.id) == str(document_id)), None)

    def file_of(self, invoice: EvidenceInvoice) -> EvidenceDocument | None:
        """The file of an invoice, whichever of the two knows the other."""
        named = self.document_by_id(invoice.document_id)
        if named is not None:
            return named
        owned = (one for one in self.documents if one.invoice_id is not None)
        return next((one for one in owned if str(one.invoice_id) == str(invoice.id)), None)

    def expense_types_used(self) -> set[str]:
        """Expense types of all invoice lines."""
        return {line.expense_type for invoice in self.invoices for line in invoice.lines if line.expense_type}
