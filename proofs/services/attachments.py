"""The files inside an e-mail as documents of their own: made when it is found clean, and wherever it goes they go."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.base import ContentFile

from core import clock, storage
from proofs.checks.kinds import BY_NAME
from proofs.checks.name import base_name
from proofs.choices import DocumentState
from proofs.models import Document, DocumentCheck
from proofs.services.reading import queue_reading


def keep_results(document: Document, results: Iterable[Any], attempt: int) -> None:
    """Write what the checks of the newest attempt said in place of what was said before."""
    DocumentCheck.objects.filter(document=document).delete()
    DocumentCheck.objects.bulk_create(
        DocumentCheck(
            document=document,
            position=position,
            check_name=result.check,
            version=result.version,
            level=result.level,
            message=str(result.message),
            detail=str(result.detail)[:2000],
            duration_ms=result.duration_ms,
            attempt=attempt,
        )
        for position, result in enumerate(results)
    )


@contextmanager
def stored_bytes() -> Iterator[list[str]]:
    """Collects the keys of files put into the store inside; when it fails they are deleted, as no row names them."""
    keys: list[str] = []
    try:
        yield keys
    except BaseException:  # of any kind, a killed worker's too: tidied up and raised on
        for key in keys:
            storage.documents().delete(key)
        raise


def keep_attachments(parent: Document, attachments: Iterable[Any], attempt: int, keys: list[str]) -> None:
    """Make documents of what was taken out of a clean e-mail (proofs.checks.runner.Attachment), those inside e-mails
    inside it included. Nothing when they are there already. Every key used is added to `keys` before it is used."""
    if parent.attachments.exists():
        return
    for one in attachments:
        key = storage.new_key()
        keys.append(key)
        storage.documents().save(key, ContentFile(one.data))
        kind = BY_NAME[one.report.kind]
        made = Document.objects.create(
            proof=parent.proof,
            bin=parent.bin,
            parent=parent,
            section=parent.section,
            card=parent.card,
            name=base_name(one.name),
            kind=kind.name,
            media_type=kind.media_type,
            size=len(one.data),
            sha256=one.sha256,
            crc32=zlib.crc32(one.data),
            key=key,
            state=DocumentState.CLEAN,
            attempts=attempt,
            checked_at=clock.now(),
            facts=one.report.facts,
            uploaded_by=parent.uploaded_by,
            removed_at=parent.removed_at,
        )
        keep_results(made, one.report.results, attempt)
        queue_reading(made)
        keep_attachments(made, one.report.attachments, attempt, keys)


def take_along(document: Document, *fields: str) -> None:
    """Give everything inside an e-mail the values that the e-mail itself has now (where it lies, since when it is
    removed). Called by whatever changes them."""
    parents = [document.pk]
    while parents:
        inside = Document.objects.filter(parent__in=parents)
        inside.update(**{name: getattr(document, name) for name in fields})
        parents = list(inside.values_list("pk", flat=True))
