"""From rows to the plain values the requirements are evaluated on: the one place that knows both."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings

from core import clock
from incentives.models import RuleSet
from plans.models import PlanApproval
from proofs import elsewhere
from proofs.assessment import assess
from proofs.checks.kinds import KINDS, accepts, catalogue_kind_of, kind_for_name
from proofs.choices import UNREAD, Section
from proofs.models import CertificationReport, Document, DocumentReading, Invoice, Proof
from proofs.requirements import (
    Checklist,
    Evidence,
    EvidenceCertification,
    EvidenceDocument,
    EvidenceInvoice,
    EvidenceLine,
)
from proofs.requirements.documents import EXTRA_SLUG
from proofs.requirements.evidence import SECTION_EXTRA, Answered, InvoiceUse, OwnWork, PrintedLine, ReadValue, Use
from proofs.signature import signature_of

PICTURES = tuple(kind.name for kind in KINDS if kind.is_picture)


def catalogue_kind(document: Document) -> str:
    """The document kind of the catalogue: pictures count as "image"; before the check the ending is believed."""
    promised = None if document.kind else kind_for_name(document.name)
    kind = document.kind or (promised.name if promised else "")
    return catalogue_kind_of(kind) or kind or "image"


def fits(document: Document, kinds: Iterable[str]) -> bool:
    """Whether a card that takes these kinds of the catalogue takes this file; before the check its ending is
    believed."""
    promised = kind_for_name(document.name)
    kind = document.kind or (promised.name if promised else "")
    return kind in {one.name for one in accepts(kinds)}


@dataclass(frozen=True)
class Dossier:
    """The rows of one proof: current documents (with `said`, what the checks said, and their reading), invoices,
    certification; uses, invoice_uses: where else the same is used, as far as the reader may know; levels, answered: as
    Evidence has them, None = read when something asks for them."""

    proof: Proof
    documents: tuple[Document, ...]
    invoices: tuple[Invoice, ...]
    certification: CertificationReport | None
    uses: Mapping[Any, tuple[Use, ...]] = field(default_factory=dict)
    invoice_uses: Mapping[Any, tuple[InvoiceUse, ...]] = field(default_factory=dict)
    levels: Mapping[str, str] | None = None
    answered: Mapping[str, Answered] | None = None

    @cached_property
    def by_id(self) -> dict[str, Document]:
        return {str(one.pk): one for one in self.documents}

    def files_of(self, invoice: Invoice) -> list[Document]:
        return [one for one in self.documents if one.invoice_id == invoice.pk]


def dossier_of(proof: Proof, user: Any = None) -> Dossier:
    """Read the rows: documents with readings, invoices and their lines, certification and its lines, uses elsewhere.

    user: who reads it: what the same is called in other claims is told as far as that person may know it; none = it is
    not named, which changes no level and no problem.
    """
    report: Any = getattr(proof, "certification", None)
    documents = tuple(proof.documents.current().with_checks().select_related("uploaded_by", "reading"))
    invoices = tuple(proof.invoices.prefetch_related("lines"))
    return Dossier(
        proof=proof,
        documents=documents,
        invoices=invoices,
        certification=report,
        uses=elsewhere.uses_of(proof, documents, user),
        invoice_uses=elsewhere.invoice_uses_of(proof, invoices, user),
    )


class OnceAsked(Mapping[str, Any]):
    """A mapping read from the database when it is first looked into: most evidence has nothing to ask it for."""

    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read

    @cached_property
    def _rows(self) -> Mapping[str, Any]:
        return self._read()

    def __getitem__(self, key: str) -> Any:
        return self._rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def levels_of(proof: Proof) -> Mapping[str, str]:
    """Of the rule set it was first sent under; of the newest one while it was not."""
    rows = RuleSet.objects.filter(program_id=proof.enrollment.program_id).order_by("-version")
    if proof.rule_set_id is not None:
        rows = rows.filter(pk=proof.rule_set_id)
    return dict(rows.values_list("levels", flat=True).first() or {})


def _answers(proof: Proof) -> Mapping[str, Answered]:
    return {
        one.mark: Answered(one.text, one.answered_by.display_name, one.answered_at)
        for one in proof.warning_answers.select_related("answered_by")
    }


def approved_on(proof: Proof) -> Any:
    """The day of the first approval that holds the activity, where its type demands one before the work (R-POE-06)."""
    if proof.activity is None or not proof.spec.preapproval.required:
        return None
    key = str(proof.activity_id)
    approvals = PlanApproval.objects.filter(plan_id=proof.activity.campaign.plan_id).order_by("number")
    for snapshot, at in approvals.values_list("snapshot", "approved_at"):
        if any(key == str(one["id"]) for campaign in snapshot["campaigns"] for one in campaign["activities"]):
            return clock.today(proof.enrollment.program.deadline_zone, at)
    return None


def evidence_of(proof: Proof, dossier: Dossier | None = None) -> Evidence:
    """The plain values of one proof; `dossier` when its rows were read already."""
    rows = dossier or dossier_of(proof)
    documents = rows.documents
    campaign = proof.activity.campaign if proof.activity else None
    first, last = campaign.days_in_force if campaign else (None, None)
    period = None if campaign else proof.period
    labels = {expense.slug: expense.label for expense in proof.spec.eligible_expenses}
    return Evidence(
        spec=proof.spec,
        currency=proof.currency,
        today=proof.enrollment.program.today(),
        name=proof.name,
        amount=proof.amount,
        executed_from=proof.executed_from,
        executed_to=proof.executed_to,
        campaign_start=first,
        campaign_end=last,
        usage_start=period.usage_start if period else None,
        usage_end=period.usage_end if period else None,
        documents=tuple(_document(one, rows.uses.get(one.pk, ())) for one in documents if not one.generated),
        invoices=tuple(_invoice(one, documents, labels, rows.invoice_uses.get(one.pk, ())) for one in rows.invoices),
        certification=_certification(rows.certification),
        metrics=proof.metrics,
        fields=proof.answers,
        core_requirements=proof.core_requirements,
        estimated_impressions=proof.estimated_impressions,
        preapproval_id=proof.preapproval_id,
        final_comments=proof.final_comments,
        country=proof.country,
        countries=() if campaign else tuple(proof.enrollment.program.countries),
        vendor_share=proof.vendor_share,
        conference_name=proof.conference_name,
        conference_on=proof.conference_on,
        attendees=tuple(proof.attendees),
        vendor_name=settings.VENDOR_NAME,
        levels=OnceAsked(lambda: levels_of(proof)) if rows.levels is None else rows.levels,
        answered=OnceAsked(lambda: _answers(proof)) if rows.answered is None else rows.answered,
        approved_on=approved_on(proof),
    )


def checklist_of(proof: Proof, dossier: Dossier | None = None) -> Checklist:
    return assess(evidence_of(proof, dossier))


def _document(one: Document, uses: tuple[Use, ...]) -> EvidenceDocument:
    reading: DocumentReading | None = getattr(one, "reading", None)
    section = SECTION_EXTRA if one.section == Section.PROOF and one.card == EXTRA_SLUG else one.section
    return EvidenceDocument(
        id=one.pk,
        requirement_slug=one.card,
        section=section,
        kind=catalogue_kind(one),
        state=one.state,
        note=one.note,
        name=one.name,
        invoice_id=one.invoice_id,
        read=values_of(reading),
        printed=lines_of(reading),
        was_read=reading is not None and reading.state not in UNREAD,
        uses=uses,
    )


def values_of(reading: DocumentReading | None) -> dict[str, ReadValue]:
    """The values kept of a reading. They came from outside: what has not the shape of one is left out."""
    found = {}
    for name, kept in (reading.values if reading else {}).items():
        try:
            box = tuple(float(edge) for edge in kept["box"])
            found[name] = ReadValue(str(kept["value"]), int(kept["page"]), box, bool(kept["sure"]))
        except (TypeError, KeyError, ValueError):
            continue
    return found


def lines_of(reading: DocumentReading | None) -> tuple[PrintedLine, ...]:
    if reading is None:
        return ()
    return tuple(PrintedLine(int(page), tuple(box), str(text)) for page, box, text in reading.lines)


def _invoice(
    one: Invoice, documents: Iterable[Document], labels: dict[str, str], uses: tuple[InvoiceUse, ...]
) -> EvidenceInvoice:
    files = [document for document in documents if document.invoice_id == one.pk]
    return EvidenceInvoice(
        id=one.pk,
        supplier=one.supplier,
        number=one.number,
        date=one.date,
        currency=one.currency,
        document_id=files[0].pk if files else None,
        lines=tuple(
            EvidenceLine(
                line.expense_type, line.net, line.tax, line.gross, labels.get(line.expense_type, ""), line.attendee
            )
            for line in one.lines.all()
        ),
        used_share=one.used_share,
        uses=uses,
    )


def _certification(one: CertificationReport | None) -> EvidenceCertification | None:
    if one is None:
        return None
    total = one.total()
    return EvidenceCertification(
        activity=one.activity,
        period_from=one.period_from,
        period_to=one.period_to,
        total=total,
        currency=one.currency,
        certifier_name=one.certifier_name,
        certifier_title=one.certifier_title,
        certified_on=one.certified_on,
        line_count=len(one.lines.all()),
        work=tuple(OwnWork(line.person, line.hours, line.rate) for line in one.lines.all() if line.is_work),
        signature=signature_of(one),
    )
