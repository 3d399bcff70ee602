"""The evidence of one claim as a ZIP: what is in it, under which names (R-CLM-18, D-24).

Everything is planned from rows; the files themselves are read only while the archive is sent.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from claims.models import Claim
from core import history, history_words
from core.archive import Archive, Entry
from core.cells import defuse
from core.models import Audience, HistoryEntry
from proofs.choices import DocumentState, Section
from proofs.models import Document, DocumentCheck

FOLDERS = (
    (Section.INVOICE, "1 Invoices"),
    (Section.CERTIFICATION, "2 Certification"),
    (Section.PROOF, "3 Proof documents"),
)
MAX_NAME_BYTES = 120  # of a file name without its ending; leaves room under 260 characters for folders
_ENDINGS = {
    "pdf": ".pdf",
    "jpeg": ".jpg",
    "png": ".png",
    "webp": ".webp",
    "gif": ".gif",
    "tiff": ".tif",
    "heic": ".heic",
    "text": ".txt",
    "csv": ".csv",
    "mp4": ".mp4",
    "mov": ".mov",
    "mp3": ".mp3",
}
_SAME_KIND = {
    ".jpeg": ".jpg", ".tiff": ".tif", ".text": ".txt", ".heif": ".heic", ".hif": ".heic", ".m4v": ".mp4", ".qt": ".mov",
}  # fmt: skip
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_INDEX_COLUMNS = (
    "path", "section", "requirement", "original name", "note", "kind", "bytes", "sha256", "uploaded by",
    "uploaded at (UTC)", "verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    name: str
    archive: Archive
    etag: str


@dataclass(frozen=True)
class Item:
    """One document of the claim with its place in the archive."""

    path: str
    document: Document
    entry: Entry


def size_of(rows: Iterable[tuple[str, int, str]]) -> tuple[int, int]:
    """(files, bytes) for the button, from (state, size, value) of the current documents; index and history aside."""
    sizes = [size or len(value.encode()) for state, size, value in rows if state == DocumentState.CLEAN]
    return len(sizes), sum(sizes)


def plan(claim: Claim) -> Bundle:
    """Lay out the bundle of a claim. Texts are in the house language, so that the bytes depend on the data only."""
    with translation.override(settings.LANGUAGE_CODE):
        documents = _documents(claim)
        entries = _history(claim)
        made_at = max([claim.created_at, *(one.created_at for one in documents), *(one.at for one in entries)])
        items = _items(documents)
        extras = [
            _made("index.csv", _index(items), made_at),
            _made("manifest.json", _manifest(claim, items), made_at),
            _made("history.txt", _history_text(claim, entries), made_at),
        ]
    archive = Archive([*extras, *(item.entry for item in items)])
    return Bundle(f"{claim.number}.zip", archive, _etag(archive))


def _documents(claim: Claim) -> list[Document]:
    rows = (
        Document.objects.filter(proof=claim.proof_id)
        .current()
        .clean()
        .select_related("invoice", "uploaded_by", "verdict_by")
        .prefetch_related("checks")
        .order_by("created_at", "id")
    )
    return list(rows)


def _history(claim: Claim) -> list[HistoryEntry]:
    return list(history.for_page(claim.history_thread, side="vendor").order_by("id"))


def _items(documents: list[Document]) -> list[Item]:
    items = []
    for section, folder in FOLDERS:
        here = [one for one in documents if one.section == section]
        width = max(2, len(str(len(here))))
        for number, document in enumerate(here, start=1):
            path = f"{folder}/{number:0{width}} {readable_name(document)}"
            items.append(Item(path, document, _entry(path, document)))
    return items


def _entry(path: str, document: Document) -> Entry:
    if document.is_file:
        return Entry(path, document.size, document.crc32, document.created_at, key=document.key)
    return _made(path, f"{document.value}\n".encode(), document.created_at)


def _made(path: str, content: bytes, at: datetime) -> Entry:
    return Entry(path, len(content), zlib.crc32(content), at, content=content)


def readable_name(document: Document) -> str:
    """The name people know it by, safe on every system. The number before it makes it unique in its folder."""
    if not document.is_file:
        return f"{_('Address') if document.kind == 'url' else _('Text')}.txt"
    stem, dot, ending = document.name.rpartition(".")
    ending = f".{ending.lower()}" if dot else ""
    known = _ENDINGS.get(document.kind, "")
    if not dot or (known and _SAME_KIND.get(ending, ending) != known) or not re.fullmatch(r"\.[a-z0-9]{1,8}", ending):
        stem, ending = document.name, known or ".bin"
    if document.invoice is not None:
        stem = str(document.invoice)
    return safe_name(stem) + ending


def safe_name(text: str) -> str:
    """Letters, digits and marks that Windows, macOS and Linux all take; never empty, never a path."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    text = re.sub(r"\s+", " ", _UNSAFE.sub("_", text)).strip(" .")
    cut = text.encode()[:MAX_NAME_BYTES].decode(errors="ignore").strip(" .")
    return cut or _("File")


def _index(items: list[Item]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_INDEX_COLUMNS)
    for item in items:
        one = item.document
        writer.writerow(
            defuse(cell)
            for cell in (
                item.path, one.get_section_display(), one.card, one.name, one.note, one.kind, item.entry.size,
                _digest(item), one.uploaded_by.display_name, _utc(one.created_at),
                one.get_verdict_display() if one.verdict else "",
            )
        )  # fmt: skip
    return buffer.getvalue().encode("utf-8-sig")


def _digest(item: Item) -> str:
    if item.entry.content is None:
        return item.document.sha256
    return hashlib.sha256(item.entry.content).hexdigest()


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def _manifest(claim: Claim, items: Iterable[Item]) -> bytes:
    content = {"format": 1, "claim": _claim_facts(claim), "files": [_file_facts(item) for item in items]}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _claim_facts(claim: Claim) -> dict[str, Any]:
    proof, enrollment = claim.proof, claim.enrollment
    return {
        "number": claim.number,
        "status": claim.status,
        "name": proof.name,
        "proof": proof.number,
        "partner": enrollment.location.partner.name,
        "location": enrollment.location.name,
        "location_id": enrollment.location.code,
        "program": enrollment.program.name,
        "activity_type": proof.activity_type.title,
        "activity_type_version": proof.activity_type.version,
        "period": claim.period.label if claim.period else None,
        "usage_period": [claim.period.usage_start.isoformat(), claim.period.usage_end.isoformat()]
        if claim.period
        else None,
        "country": proof.country or None,
        "vendor_share": None if proof.vendor_share is None else str(proof.vendor_share),
        "conference": proof.conference_name or None,
        "conference_on": proof.conference_on.isoformat() if proof.conference_on else None,
        "attendees": proof.attendees,
        "executed_from": proof.executed_from.isoformat() if proof.executed_from else None,
        "executed_to": proof.executed_to.isoformat() if proof.executed_to else None,
        "keep_originals_until": claim.keep_until.isoformat() if claim.keep_until else None,
        "currency": claim.currency,
        "amount_asked": str(claim.amount),
        "amount_approved": None if claim.approved_amount is None else str(claim.approved_amount),
        "submitted_at": _utc(claim.submitted_at),
        "decided_at": _utc(claim.decided_at) or None,
        "decided_by": claim.decided_by.display_name if claim.decided_by else None,
        "metrics": proof.metrics,
        "answers": proof.answers,
        "core_requirements": proof.core_requirements,
        "final_comments": proof.final_comments,
    }


def _file_facts(item: Item) -> dict[str, Any]:
    one = item.document
    return {
        "path": item.path,
        "id": str(one.pk),
        "original_name": one.name,
        "sha256": _digest(item),
        "size": item.entry.size,
        "section": one.section,
        "requirement": one.card,
        "note": one.note,
        "kind": one.kind,
        "generated": one.generated,
        "uploaded_by": one.uploaded_by.display_name,
        "uploaded_at": _utc(one.created_at),
        "checked_at": _utc(one.checked_at) or None,
        "verdict": one.verdict or None,
        "verdict_by": one.verdict_by.display_name if one.verdict_by else None,
        "verdict_at": _utc(one.verdict_at) or None,
        "checks": [_check_facts(check) for check in one.checks.all()],
    }


def _check_facts(check: DocumentCheck) -> dict[str, Any]:
    return {
        "check": check.check_name,
        "version": check.version,
        "level": check.level,
        "message": check.message,
        "at": _utc(check.at),
    }


def _history_text(claim: Claim, entries: list[HistoryEntry]) -> bytes:
    lines = [f"{claim.number} · {claim.proof.number} · {_one_line(claim.proof.name)}", ""]
    for entry in entries:
        note = f" [{_('internal')}]" if entry.audience == Audience.VENDOR else ""
        what = f"{entry.object_label}: {history.sentence(entry)}"
        document = f" “{entry.document_name}”" if entry.document_name else ""
        lines.append(f"{_utc(entry.at)}  {_one_line(entry.actor_name)}{note}  {_one_line(what + document)}")
        if entry.new_status:
            lines.append(f"    {entry.old_status or '–'} → {entry.new_status}".replace("_", " "))
        lines += [_indented(_change(name, old, new)) for name, (old, new) in entry.changes.items()]
        lines += [_indented(entry.comment)] if entry.comment else []
    return ("\n".join(lines) + "\n").encode()


def _change(name: str, old: str, new: str) -> str:
    before, after = history_words.value(name, old) or "–", history_words.value(name, new) or "–"
    return f"{history_words.label(name)}: {before} → {after}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _indented(text: str) -> str:
    """Typed text, every line of it moved in: none can pass for an entry of the history."""
    return "\n".join(f"    {line}" for line in text.splitlines())


def _etag(archive: Archive) -> str:
    """Hash over all headers, which hold every name, size, time and CRC-32."""
    digest = hashlib.sha256()
    for part in archive.parts:
        if part.entry is None and part.content is not None:
            digest.update(part.content)
    for entry in archive.entries:
        digest.update(entry.key.encode())
    return digest.hexdigest()[:40]
