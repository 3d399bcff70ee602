"""What a person may learn of the same file or picture in other proofs (R-CLM-12, R-ROLE-02, R-ROLE-03)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from proofs.choices import TwinKind
from proofs.models import Document, Twin


@dataclass(frozen=True)
class Seen:
    """One twin of a document, as far as it may be told of.

    other: the document with its proof where the person sees it; none: all that is told is that another claim uses it.
    """

    how: TwinKind
    distance: int
    other: Document | None


def twins_for(document_ids: Collection[UUID], user: Any) -> dict[UUID, list[Seen]]:
    """Twins of those documents that the person sees, earlier and later ones, the nearest first; four queries.

    What somebody else has only drafted is not told of at all: it was sent to nobody yet. Of a sent one that the person
    does not see only the fact is told, and that once a kind, or the number would tell of how many there are.
    """
    mine = set(Document.objects.visible_to(user).filter(pk__in=document_ids).values_list("pk", flat=True))
    found: dict[UUID, list[Seen]] = {}
    pairs = _pairs(mine)
    others = Document.objects.comparable().filter(pk__in={other for _pk, other, _twin in pairs})
    seen = {one.pk: one for one in others.visible_to(user).select_related("proof")}
    sent = set(others.filter(proof__first_submitted_at__isnull=False).values_list("pk", flat=True))
    for pk, other, twin in pairs:
        if other not in seen and other not in sent:
            continue
        told = Seen(TwinKind(twin.how), twin.distance if other in seen else 0, seen.get(other))
        if told not in found.setdefault(pk, []):
            found[pk].append(told)
    return found


def _pairs(mine: set[UUID]) -> list[tuple[UUID, UUID, Twin]]:
    """(one of these, its twin, the row), from both sides, each pair once, the nearest first."""
    pairs: dict[tuple[UUID, UUID], Twin] = {}
    rows = Twin.objects.filter(Q(document__in=mine) | Q(other__in=mine))
    for twin in sorted(rows, key=lambda one: (one.how != TwinKind.SAME, one.distance, one.pk)):
        for pk, other in ((twin.document_id, twin.other_id), (twin.other_id, twin.document_id)):
            if pk in mine:
                pairs.setdefault((pk, other), twin)
    return [(pk, other, twin) for (pk, other), twin in pairs.items()]
