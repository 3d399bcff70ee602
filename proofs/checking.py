"""Runs the checks on one stored document: the join of row, store and pipeline, used by the worker and commands."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils import translation

from core import storage
from core.languages import language_of
from proofs.checks.base import Subject
from proofs.checks.kinds import BY_NAME
from proofs.checks.runner import CLEAN, Report, run_checks
from proofs.choices import Section
from proofs.models import Document
from proofs.reading.reader import read_path
from proofs.services import finish_check, start_check
from proofs.suggestions import READ


def check_document(document_id: Any) -> bool:
    """Check one waiting document to its verdict; False when there was nothing to do or the lease was lost."""
    ticket = start_check(document_id)
    if ticket is None:
        return False
    language = language_of(ticket.document.uploaded_by)
    with translation.override(language), _on_disk(ticket.document) as path:
        report = run_checks(_subject(ticket.document, path, ticket.twins))
        if _is_invoice(ticket.document, report):
            country = ticket.document.holder.enrollment.location.country
            report.facts[READ] = _read_invoice(path, country)
        kind = BY_NAME.get(report.kind)
        return finish_check(ticket, report, media_type=kind.media_type if kind else "")


def _is_invoice(document: Document, report: Report) -> bool:
    """Only text layers are read here: reading pictures needs an engine that this process does not load. What lies in
    the receipt bin may be an invoice."""
    readable = report.verdict == CLEAN and report.kind == "pdf" and report.facts.get("has_text")
    return (document.section == Section.INVOICE or document.proof_id is None) and bool(readable)


def _read_invoice(path: Path, country: str) -> dict[str, Any]:
    """What the text layer of a checked PDF says, as plain values to keep; empty when nothing can be read.

    country: where the company is that uses it, which its suppliers mostly are too.
    """
    try:
        reading = read_path(path, country=country)
    except Exception:  # a value that cannot be read is no fault of the file: its checks have passed
        return {}
    return {name: value.plain() for name, value in reading.values.items()}


def _subject(document: Document, path: Path, twins: tuple[str, ...]) -> Subject:
    return Subject(
        path=path,
        name=document.name,
        declared_type=document.media_type,
        size=document.size,
        sha256=document.sha256,
        twins=twins,
        scanner_url=settings.SCANNER_URL,
        scanner_required=settings.SCANNER_REQUIRED,
    )


@contextmanager
def _on_disk(document: Document) -> Iterator[Path]:
    """The bytes as a local file: in place where the store is a folder, else a temporary copy."""
    store = storage.quarantine() if storage.quarantine().exists(document.key) else storage.documents()
    if isinstance(store, FileSystemStorage):
        yield Path(store.path(document.key))
        return
    with tempfile.NamedTemporaryFile() as copy:
        with store.open(document.key) as source:
            for chunk in source.chunks():
                copy.write(chunk)
        copy.flush()
        yield Path(copy.name)
