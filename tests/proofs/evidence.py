"""Builds evidence for any activity type: complete(spec) satisfies every requirement of that type."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from incentives.catalogue import ActivitySpec, load_catalogue
from proofs.requirements import (
    Evidence,
    EvidenceCertification,
    EvidenceDocument,
    EvidenceInvoice,
    EvidenceLine,
)
from proofs.requirements.evidence import SOUND

CATALOGUE = load_catalogue()
FULL = [spec for spec in CATALOGUE.activities if spec.enabled]
TODAY = date(2021, 4, 2)
VALUES = {"whole_number": "1200", "percent": "12.5", "amount": "80.00", "text": "412 clicks", "file": ""}


def report_fields() -> dict:
    """What a complete certification report holds beside its lines and currency."""
    day = date(2021, 3, 5)
    return {
        "activity": "Stand duty",
        "period_from": day,
        "period_to": day,
        "certifier_name": "Ada",
        "certifier_title": "Head of events",
        "certified_on": day,
    }


def spec_of(slug: str) -> ActivitySpec:
    return CATALOGUE.activity(slug)


def empty(slug: str, **changes) -> Evidence:
    """A draft just begun, inside a campaign of March 2021."""
    values = {
        "spec": spec_of(slug),
        "currency": "EUR",
        "today": TODAY,
        "campaign_start": date(2021, 3, 1),
        "campaign_end": date(2021, 3, 31),
        "vendor_name": "Contoso",
    }
    return Evidence(**{**values, **changes})


def document(slug: str, kind: str = "pdf", **changes) -> EvidenceDocument:
    values = {
        "id": f"doc-{slug}",
        "requirement_slug": slug,
        "section": "proof",
        "kind": kind,
        "state": "clean",
        "note": "Shows the piece as it went out.",
        "name": f"{slug}.{kind}",
    }
    return EvidenceDocument(**{**values, **changes})


def line(expense: str, net: str = "1000.00", tax: str = "190.00", **changes) -> EvidenceLine:
    gross = Decimal(net) + Decimal(tax)
    return replace(EvidenceLine(expense, Decimal(net), Decimal(tax), gross), **changes)


def invoice(expense: str, **changes) -> EvidenceInvoice:
    values = {
        "id": "invoice-1",
        "supplier": "Contoso Print GmbH",
        "number": "4711",
        "date": date(2021, 3, 11),
        "currency": "EUR",
        "document_id": "doc-invoice",
        "lines": (line(expense),),
    }
    return EvidenceInvoice(**{**values, **changes})


def invoice_file(**changes) -> EvidenceDocument:
    return document("invoice", section="invoice", note="", **changes)


def certification(**changes) -> EvidenceCertification:
    values = {
        "activity": "Design of the advertisement",
        "period_from": date(2021, 3, 1),
        "period_to": date(2021, 3, 5),
        "total": Decimal("1000.00"),
        "currency": "EUR",
        "certifier_name": "Ana Ruiz",
        "certifier_title": "Head of Marketing",
        "certified_on": date(2021, 4, 1),
        "line_count": 2,
        "signature": SOUND,
    }
    return EvidenceCertification(**{**values, **changes})


def complete(slug: str, **changes) -> Evidence:
    """Evidence that satisfies every requirement of the type, every choice of every field taken."""
    spec = spec_of(slug)
    specs = [spec, *spec.components]
    documents = [
        document(one.slug, one.kinds[0]) for part in specs for one in part.proof_documents if not one.from_invoices
    ]
    documents.append(invoice_file())
    documents += [document(f"metric-{one.slug}") for one in spec.metrics if one.input == "file"]
    values = {
        "name": "Spring campaign",
        "amount": Decimal("1000.00"),
        "executed_from": date(2021, 3, 10),
        "executed_to": date(2021, 3, 12),
        "documents": tuple(documents),
        "invoices": (invoice(spec.eligible_expenses[0].slug),),
        "metrics": {one.slug: VALUES[one.input] for part in specs for one in part.metrics},
        "fields": {field.slug: [choice.value for choice in field.choices] for part in specs for field in part.fields},
        "core_requirements": {
            one.slug: {"declared": True, "document_id": documents[0].id} for one in spec.core_requirements
        },
        "estimated_impressions": 5000,
        "preapproval_id": "PA-2021-17",
        "conference_name": "Partner Days" if spec.asks_for_conference else "",
        "conference_on": date(2021, 3, 10) if spec.asks_for_conference else None,
        "attendees": ("Priya Nair",) if spec.asks_for_conference else (),
    }
    return empty(slug, **{**values, **changes})


def with_documents(evidence: Evidence, *more: EvidenceDocument) -> Evidence:
    """The evidence with these documents in place of those on the same cards."""
    slugs = {one.requirement_slug for one in more}
    kept = [one for one in evidence.documents if one.requirement_slug not in slugs]
    return replace(evidence, documents=(*kept, *more))


def without_document(evidence: Evidence, slug: str) -> Evidence:
    return replace(evidence, documents=tuple(one for one in evidence.documents if one.requirement_slug != slug))
