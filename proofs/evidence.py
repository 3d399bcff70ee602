"""From rows to the plain values the requirements are evaluated on: the one place that knows both."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings

from proofs.checks.kinds import KINDS, catalogue_kind_of, kind_for_name
from proofs.choices import Section
from proofs.models import CertificationReport, Document, Invoice, Proof
from proofs.requirements import (
    Checklist,
    Evidence,
    EvidenceCertification,
    EvidenceDocument,
    EvidenceInvoice,
    EvidenceLine,
    evaluate,
)
from proofs.requirements.documents import EXTRA_SLUG
from proofs.requirements.evidence import SECTION_EXTRA

PICTURES = tuple(kind.name for kind in KINDS if kind.is_picture)


def catalogue_kind(document: Document) -> str:
    """The document kind of the catalogue: pictures count as "image"; before the check the ending is believed."""
    promised = None if document.kind else kind_for_name(document.name)
    kind = document.kind or (promised.name if promised else "")
    return catalogue_kind_of(kind) or kind or "image"


@dataclass(frozen=True)
class Dossier:
    """The rows of one proof: current documents (with `said`, what the checks said), invoices, certification."""

    proof: Proof
    documents: tuple[Document, ...]
    invoices: tuple[Invoice, ...]
    certification: CertificationReport | None

    @cached_property
    def by_id(self) -> dict[str, Document]:
        return {str(one.pk): one for one in self.documents}

    def files_of(self, invoice: Invoice) -> list[Document]:
        return [one for one in self.documents if one.invoice_id == invoice.pk]


def dossier_of(proof: Proof) -> Dossier:
    """Read the rows: documents, invoices and their lines, certification and its lines (five queries at most)."""
    report: Any = getattr(proof, "certification", None)
    return Dossier(
        proof=proof,
        documents=tuple(proof.documents.current().with_checks().select_related("uploaded_by")),
        invoices=tuple(proof.invoices.prefetch_related("lines")),
        certification=report,
    )


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
        documents=tuple(_document(one) for one in documents if not one.generated),
        invoices=tuple(_invoice(one, documents, labels) for one in rows.invoices),
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
    )


def checklist_of(proof: Proof, dossier: Dossier | None = None) -> Checklist:
    return evaluate(evidence_of(proof, dossier))


def _document(one: Document) -> EvidenceDocument:
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
    )


def _invoice(one: Invoice, documents: Iterable[Document], labels: dict[str, str]) -> EvidenceInvoice:
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
    )
