import hashlib
import zlib
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history, storage
from proofs.certification import render_pdf
from proofs.choices import DocumentState, Section
from proofs.evidence import checklist_of
from proofs.models import CertificationLine, CertificationReport, Document, Proof
from proofs.requirements.costs import CERTIFICATION_SLUG
from proofs.services.access import editable
from proofs.wording import sum_text

REPORT_FIELDS = (
    "activity",
    "period_from",
    "period_to",
    "currency",
    "certifier_name",
    "certifier_title",
    "certified_on",
)

history.describe(
    {
        "proofs.save_certification": _("wrote the certification report"),
        "proofs.remove_certification": _("removed the certification report"),
    }
)


def save_certification(proof_id: Any, *, actor: Any, lines: list[dict[str, Any]], **fields: Any) -> CertificationReport:
    """Write the certification statement and report (D-19). Once nothing is missing in it, it has a PDF, which is a
    document of the proof; a report with gaps is kept as draft without one (D-17).

    fields: REPORT_FIELDS · lines: dicts of CertificationLine's fields; they replace the old ones. The program's
    statement is frozen into the report.
    """
    with transaction.atomic():
        proof = editable(proof_id, actor, CERTIFICATION_SLUG)
        statement = proof.enrollment.program.certification_statement
        before = _plain(CertificationReport.objects.filter(proof=proof).first())
        report, _new = CertificationReport.objects.update_or_create(
            proof=proof, defaults={**fields, "statement": statement}
        )
        report.lines.all().delete()
        CertificationLine.objects.bulk_create(
            CertificationLine(report=report, position=position, **line) for position, line in enumerate(lines, start=1)
        )
        after = _plain(report)
        changes = history.changed(before, after, {**before, **after})
        if changes:
            _withdraw_pdf(proof)
            if _is_complete(proof):
                _make_pdf(proof, report, actor)
            history.record(proof, "proofs.save_certification", actor=actor, changes=changes)
    return report


def _is_complete(proof: Proof) -> bool:
    fresh = Proof.objects.select_related("certification", "activity__campaign", "enrollment__program").get(pk=proof.pk)
    return not checklist_of(fresh).card(CERTIFICATION_SLUG).problems


def _plain(report: CertificationReport | None) -> dict[str, str]:
    """The report as history compares it: each field, each line, the total."""
    if report is None:
        return {}
    plain = {name: str(getattr(report, name) or "") for name in (*REPORT_FIELDS, "statement")}
    for line in CertificationLine.objects.filter(report=report):
        hours = "" if line.hours is None else _g("%(hours)s hours") % {"hours": line.hours}
        work = (line.person, line.role, line.period, hours, sum_text(line.rate, report.currency))
        parts = work if line.is_work else (line.description, sum_text(line.amount, report.currency))
        plain[f"line {line.position}"] = ", ".join(part for part in parts if part)
    return {**plain, "total": sum_text(report.total(), report.currency)}


def remove_certification(proof_id: Any, *, actor: Any) -> Proof:
    with transaction.atomic():
        proof = editable(proof_id, actor, CERTIFICATION_SLUG)
        deleted, _rows = CertificationReport.objects.filter(proof=proof).delete()
        _withdraw_pdf(proof)
        if deleted:
            history.record(proof, "proofs.remove_certification", actor=actor)
    return proof


def _withdraw_pdf(proof: Proof) -> None:
    proof.documents.current().filter(generated=True, section=Section.CERTIFICATION).update(removed_at=clock.now())


def _make_pdf(proof: Proof, report: CertificationReport, actor: Any) -> Document:
    content = render_pdf(report)
    return Document.objects.create(
        proof=proof,
        section=Section.CERTIFICATION,
        card=CERTIFICATION_SLUG,
        name=f"{_g('Certification report')} {proof.number}.pdf",
        kind="pdf",
        media_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        crc32=zlib.crc32(content),
        key=storage.documents().save(storage.new_key(), ContentFile(content)),
        generated=True,
        state=DocumentState.CLEAN,  # made by us, never by a stranger
        checked_at=clock.now(),
        uploaded_by=actor,
    )
