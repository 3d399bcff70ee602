"""What an electronic signature of the certification report covers, and whether it still holds (D-19)."""

import hashlib
import json
from datetime import UTC
from decimal import Decimal
from typing import Any

from proofs.models import CertificationReport
from proofs.requirements.evidence import BROKEN, SOUND, UNSIGNED, VOID

FORM = "certification report, form 1"  # another way to write it down needs another name: old digests stay checkable
_TEXTS = ("activity", "currency", "statement", "certifier_name", "certifier_title")
_DAYS = ("period_from", "period_to", "certified_on")
_LINE_TEXTS = ("person", "role", "period", "description")
_LINE_FIGURES = ("hours", "rate", "amount")


def digest_of(report: CertificationReport) -> str:
    """SHA-256 of everything the report says: what a person sees before signing and what is signed."""
    return _sha256(_content(report))


def signed_digest(report: CertificationReport) -> str:
    """SHA-256 of the report together with who signed it, under which name and when."""
    at = report.signed_at.astimezone(UTC).isoformat() if report.signed_at else ""
    signature = {"account": str(report.signed_by_id), "name": report.signed_name, "at": at}
    return _sha256({**_content(report), "signature": signature})


def signature_is_sound(report: CertificationReport) -> bool:
    """Whether it is signed and says, to the letter, what was signed."""
    return bool(report.signed_digest) and report.signed_digest == signed_digest(report)


def signature_of(report: CertificationReport) -> str:
    """UNSIGNED, VOID (changed by its people after it was signed), SOUND, or BROKEN (changed past the application)."""
    if not report.signed_digest:
        return VOID if report.signed_at else UNSIGNED
    return SOUND if signature_is_sound(report) else BROKEN


def _content(report: CertificationReport) -> dict[str, Any]:
    return {
        "form": FORM,
        "proof": report.proof.number,
        **{name: getattr(report, name) for name in _TEXTS},
        **{name: _day(getattr(report, name)) for name in _DAYS},
        "lines": [_line(line) for line in report.lines.all()],
        "total": _figure(report.total()),
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "position": line.position,
        "work": line.is_work,
        **{name: getattr(line, name) for name in _LINE_TEXTS},
        **{name: _figure(getattr(line, name)) for name in _LINE_FIGURES},
    }


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _figure(value: Any) -> str:
    """The same number in the same letters, whether typed or read from its column: 2.5 and 2.50 are "2.5"."""
    return "" if value is None else f"{Decimal(value).normalize():f}"


def _sha256(content: dict[str, Any]) -> str:
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
