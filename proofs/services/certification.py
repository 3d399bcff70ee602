import hashlib
import zlib
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history, storage
from core.errors import Denied, Problem, RuleViolation, StateConflict
from proofs import rules
from proofs.certification import render_pdf
from proofs.choices import DocumentState, Section
from proofs.evidence import checklist_of
from proofs.models import CertificationLine, CertificationReport, Document, Proof
from proofs.requirements.costs import CERTIFICATION_SLUG, SIGNATURE_CODES
from proofs.services.access import editable
from proofs.signature import digest_of, signature_is_sound, signed_digest
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
        "proofs.sign_certification": _("signed the certification report"),
        "proofs.void_signature": _("changed the signed certification report, which voids its signature"),
    }
)


def save_certification(proof_id: Any, *, actor: Any, lines: list[dict[str, Any]], **fields: Any) -> CertificationReport:
    """Write the certification statement and report (D-19); gaps are kept as draft (D-17). It becomes a document of the
    proof by its signature, which any change voids.

    fields: REPORT_FIELDS · lines: dicts of CertificationLine's fields; they replace the old ones. The program's
    statement is frozen into the report.
    """
    with transaction.atomic():
        proof = editable(proof_id, actor, CERTIFICATION_SLUG)
        statement = proof.enrollment.program.certification_statement
        old = _report_of(proof)
        before, was = _plain(old), digest_of(old) if old else ""
        CertificationReport.objects.update_or_create(proof=proof, defaults={**fields, "statement": statement})
        report = CertificationReport.objects.get(proof=proof)
        report.lines.all().delete()
        CertificationLine.objects.bulk_create(
            CertificationLine(report=report, position=position, **line) for position, line in enumerate(lines, start=1)
        )
        report = CertificationReport.objects.prefetch_related("lines").get(pk=report.pk)
        if digest_of(report) != was:
            after = _plain(report)
            changes = history.changed(before, after, {**before, **after})
            history.record(proof, "proofs.save_certification", actor=actor, changes=changes)
            _withdraw_pdf(proof)
            _void(report, proof, actor)
    return report


def _report_of(proof: Proof) -> CertificationReport | None:
    return CertificationReport.objects.prefetch_related("lines").filter(proof=proof).first()


def _void(report: CertificationReport, proof: Proof, actor: Any) -> None:
    """Who signed last and when stays, so that the page can say that it was signed once."""
    if report.signed_digest:
        report.signed_digest = ""
        report.save(update_fields=["signed_digest"])
        history.record(proof, "proofs.void_signature", actor=actor, changes={"signature": [report.signed_name, ""]})


def sign_certification(proof_id: Any, *, actor: Any, name: str, seen: str) -> CertificationReport:
    """Sign the complete report electronically (D-19): account, name and time are kept with the digest of everything
    signed, and the report becomes a PDF that is a document of the proof.

    name: of the certifier, typed as the report has it · seen: digest of what was shown (signature.digest_of). The same
    click again changes nothing. Raises Denied; RuleViolation for a gap or another name; StateConflict when the
    report was changed, removed or signed by somebody else meanwhile.
    """
    with transaction.atomic():
        proof = editable(proof_id, actor)
        if not rules.takes_signature(proof):
            raise Denied(_g("Only what the reviewer sent back can be changed now."))
        report = _report_of(proof)
        if report is None:
            raise StateConflict(_g("The certification report has been removed meanwhile."), proof.status)
        if digest_of(report) != seen:
            text = _g("The certification report has been changed meanwhile. Look through it again before you sign.")
            raise StateConflict(text, proof.status)
        if signature_is_sound(report):
            if report.signed_by_id == actor.pk:
                return report
            text = _g("The certification report has just been signed by %(name)s.") % {"name": report.signed_name}
            raise StateConflict(text, proof.status)
        problems = signing_problems(proof, report, name)
        if problems:
            raise RuleViolation(problems)
        report.signed_by, report.signed_name, report.signed_at = actor, report.certifier_name, clock.now()
        report.signed_digest = signed_digest(report)
        report.save(update_fields=["signed_by", "signed_name", "signed_at", "signed_digest"])
        _withdraw_pdf(proof)  # of a report that was changed past the application, or made before reports were signed
        document = _make_pdf(proof, report, actor)
        signature = f"{report.signed_name}, SHA-256 {report.signed_digest}"
        history.record(
            proof, "proofs.sign_certification", actor=actor, document=document, changes={"signature": ["", signature]}
        )
    return report


def signing_problems(proof: Proof, report: CertificationReport, name: str | None = None) -> list[Problem]:
    """What stands before its signature: gaps, and a name that is not the certifier's (None: none was typed yet)."""
    fresh = Proof.objects.select_related("certification", "activity__campaign", "enrollment__program").get(pk=proof.pk)
    found = checklist_of(fresh).card(CERTIFICATION_SLUG).problems
    problems = [one for one in found if one.code not in SIGNATURE_CODES]
    if name is not None and not problems and _folded(name) != _folded(report.certifier_name):
        text = _g("Type the name as the report has it: %(name)s.") % {"name": report.certifier_name}
        problems.append(Problem("signature_name", text, "D-19", "id_name"))
    return problems


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _plain(report: CertificationReport | None) -> dict[str, str]:
    """The report as history compares it: each field, each line, the total."""
    if report is None:
        return {}
    plain = {name: str(getattr(report, name) or "") for name in (*REPORT_FIELDS, "statement")}
    for line in report.lines.all():
        hours = "" if line.hours is None else _g("%(hours)s hours") % {"hours": line.hours}
        work = (line.person, line.role, line.period, hours, sum_text(line.rate, report.currency))
        parts = work if line.is_work else (line.description, sum_text(line.amount, report.currency))
        plain[f"line {line.position}"] = ", ".join(part for part in parts if part)
    return {**plain, "total": sum_text(report.total(), report.currency)}


def remove_certification(proof_id: Any, *, actor: Any) -> Proof:
    with transaction.atomic():
        proof = editable(proof_id, actor, CERTIFICATION_SLUG)
        report = _report_of(proof)
        _withdraw_pdf(proof)
        if report is not None:
            signature = {"signature": [report.signed_name, ""]} if report.signed_digest else {}
            report.delete()
            history.record(proof, "proofs.remove_certification", actor=actor, changes=signature)
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
