"""What the claim page and the desk show of one dossier: cheap reads, already in the order of the page."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from claims.choices import ClaimStatus
from claims.models import Claim
from core.ui import country, date, datetime, number, percent
from incentives.catalogue import with_vendor
from plans.models import Activity
from proofs.choices import DocumentState, Section, Verdict
from proofs.models import CertificationReport, Document, Invoice, Proof
from proofs.requirements import EvidenceCertification, EvidenceInvoice, EvidenceLine, eligible_sum
from proofs.requirements.evidence import BROKEN, UNSIGNED, VOID
from proofs.signature import signature_of
from proofs.wording import card_name

VERDICT_IS_TOLD = (ClaimStatus.ACTION_REQUIRED, ClaimStatus.APPROVED, ClaimStatus.REJECTED)
_ORDER = {Section.INVOICE: 0, Section.CERTIFICATION: 1, Section.PROOF: 2}
_LINE_AMOUNTS = {f"line_{name}": F(f"lines__{name}") for name in ("net", "tax", "gross")}
_INVOICE_COLUMNS = ("id", "supplier", "number", "date", "currency", "used_share")
_STATE_LABELS = dict(DocumentState.choices)
_VERDICT_LABELS = dict(Verdict.choices)
_COLUMNS = (
    "id", "name", "section", "card", "size", "state", "verdict", "kind", "value", "invoice_id", "key",
    "uploaded_by__name", "uploaded_by__email", "created_at", "has_thumbnail",
)  # fmt: skip


def documents_of(proof_id: Any, *, verdicts: bool) -> list[dict[str, Any]]:
    """Current documents as plain rows: invoices, certification, then proof documents. One query.

    verdicts: whether the reviewer's word may be seen.
    """
    rows = list(
        Document.objects.filter(proof_id=proof_id)
        .current()
        .with_thumbnail()
        .order_by("created_at", "id")
        .values(*_COLUMNS)
    )
    for row in rows:
        judged = row["verdict"] if verdicts else ""
        row["shown_state"] = judged or row["state"]
        row["shown_label"] = _VERDICT_LABELS[judged] if judged else _STATE_LABELS[row["state"]]
        row["href"] = document_href(row["id"])
    return sorted(rows, key=lambda row: _ORDER[row["section"]])


def attach_people(claim: Claim) -> None:
    """Reviewer, adviser and decider of a claim, in one query at most."""
    names = ("assigned_to", "recommended_by", "decided_by")
    ids = {getattr(claim, f"{name}_id") for name in names} - {None}
    found = User.objects.in_bulk(ids) if ids else {}
    for name in names:
        setattr(claim, name, found.get(getattr(claim, f"{name}_id")))


def activity_of(proof: Proof) -> dict[str, Any] | None:
    """Name of the planned activity and its plan; None where the proof has no plan."""
    if proof.activity_id is None:
        return None
    rows = Activity.with_removed.filter(pk=proof.activity_id)
    return rows.values("name", plan_id=F("campaign__plan_id"), plan_name=F("campaign__plan__name")).first()


def attach_activity(proof: Proof) -> None:
    """Activity with its campaign, as the requirements ask for it; one query."""
    if proof.activity_id is not None:
        proof.activity = Activity.with_removed.select_related("campaign").get(pk=proof.activity_id)


def typed_facts(proof: Proof) -> list[tuple[str, Any]]:
    """What was typed about the work beside name, dates and amount, as far as this proof has it."""
    rows: list[tuple[str, Any]] = []
    if proof.country:
        rows.append((_("Country"), country(proof.country)))
    if proof.vendor_share is not None:
        rows.append((_("Share of the content about the vendor's products"), percent(proof.vendor_share)))
    if proof.conference_name or proof.conference_on:
        day = date(proof.conference_on) if proof.conference_on else ""
        rows.append((_("Conference"), ", ".join(filter(None, (proof.conference_name, day)))))
    if proof.attendees:
        rows.append((_("Who attended"), ", ".join(proof.attendees)))
    return rows


def document_href(pk: Any) -> str:
    """Address of a document's sheet; built once a row, so without asking the resolver."""
    return f"/proofs/documents/{pk}/"


def sees_verdicts(claim: Claim, user: Any) -> bool:
    """The partner reads the reviewer's word on a document once the claim was sent back or decided."""
    return user.is_vendor or claim.status in VERDICT_IS_TOLD


def invoices_of(proof_id: Any) -> list[dict[str, Any]]:
    """Invoices with their `lines` and the sums of these (None where nothing was entered). One query."""
    rows = (
        Invoice.objects.filter(proof_id=proof_id)
        .order_by("created_at", "id", "lines__position")
        .values(*_INVOICE_COLUMNS, expense=F("lines__expense_type"), **_LINE_AMOUNTS)
    )
    invoices: dict[Any, dict[str, Any]] = {}
    for row in rows:
        line = EvidenceLine(row.pop("expense") or "", *(row.pop(name) for name in _LINE_AMOUNTS))
        one = invoices.setdefault(row["id"], {**row, "lines": [], "net": None, "tax": None, "gross": None})
        one["lines"].append(line)
        for name in ("net", "tax", "gross"):
            amount = getattr(line, name)
            if amount is not None:
                one[name] = (one[name] or 0) + amount
    return list(invoices.values())


def certification_of(proof_id: Any, documents: list[dict[str, Any]]) -> CertificationReport | None:
    """The certification report, asked for only where its PDF is among the documents."""
    if not any(row["section"] == Section.CERTIFICATION for row in documents):
        return None
    reports = CertificationReport.objects.filter(proof_id=proof_id)
    return reports.select_related("proof", "signed_by").prefetch_related("lines").first()


def signature_words(report: CertificationReport | None, zone: str) -> str:
    """Who signed the report and when; that it no longer says what was signed; that it was sent without (D-19)."""
    standing = signature_of(report) if report else UNSIGNED
    if report is None or standing in (UNSIGNED, VOID):
        return _("not signed")
    if standing == BROKEN:
        return _("The report no longer says what %(name)s signed.") % {"name": report.signed_name}
    signer: Any = report.signed_by
    parts = (report.signed_name, signer.email, datetime(report.signed_at, zone, True))
    return ", ".join(str(part) for part in parts)


def metrics_of(proof: Proof) -> list[tuple[str, Any]]:
    """Results as typed, under the names of the activity type."""
    spec = proof.activity_type.spec
    parts = [spec, *spec.get("components", [])]
    names = {one["slug"]: one["name"] for part in parts for one in part.get("metrics", [])}
    return [
        (with_vendor(names.get(slug, slug), settings.VENDOR_NAME), _figure(value))
        for slug, value in proof.metrics.items()
        if value not in (None, "")
    ]


def _figure(value: Any) -> Any:
    """A whole number as people write it; every other result as it was typed."""
    text = str(value)
    return number(int(text)) if text.isascii() and text.isdigit() and len(text) < 16 else value


def card_title(proof: Proof, slug: str) -> str:
    """Name of the requirement that a finding stands on, from the activity type; empty for the whole."""
    if not slug:
        return ""
    name = card_name(proof.spec, slug)
    return name if name != slug else _("One requirement")


def expense_labels(proof: Proof) -> dict[str, str]:
    """Names of the expense types that the activity type allows, by slug."""
    return {one["slug"]: one["label"] for one in proof.activity_type.spec.get("eligible_expenses", [])}


def core_requirements_of(proof: Proof, document_id: Any = None) -> list[dict[str, Any]]:
    """Core requirements as declared; with a document only those it is said to show."""
    rows = []
    for one in proof.activity_type.spec.get("core_requirements", []):
        declared = proof.core_requirements.get(one["slug"]) or {}
        shown_by = str(declared.get("document_id") or "")
        if document_id is None or shown_by == str(document_id):
            rows.append(
                {
                    "label": with_vendor(one["label"], settings.VENDOR_NAME),
                    "text": with_vendor(one["text"], settings.VENDOR_NAME),
                    "declared": bool(declared.get("declared")),
                    "document_id": shown_by,
                }
            )
    return rows


def proven_total(proof: Proof, invoices: Iterable[dict[str, Any]], report: CertificationReport | None) -> Decimal:
    """What the evidence covers, the same sum as on the evidence page (R-POE-12). invoices: of `invoices_of`."""
    counted = [
        EvidenceInvoice(one["id"], currency=one["currency"], lines=tuple(one["lines"]), used_share=one["used_share"])
        for one in invoices
    ]
    certified = EvidenceCertification(total=report.total(), currency=report.currency) if report else None
    return eligible_sum(proof.spec, proof.currency, counted, certified)
