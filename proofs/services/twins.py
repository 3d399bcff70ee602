"""Which other proofs use the same file or the same picture: looked for when a file is clean or assigned (R-CLM-12)."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from core import clock
from core.jobs import enqueue
from proofs.choices import DocumentState, TwinKind
from proofs.likeness.look import Look
from proofs.models import Document, DocumentReading, Likeness, Twin

# Receipts of one shop share many bands. The ones of the own proof fall out after the index has answered.
MOST_SHARING = 200
MOST_COMPARED = 20
# A picture that everybody uses, a logo say, is told of so often; more is no news.
MOST_TWINS = 20
COMPARED_WITHIN = timedelta(minutes=1)
SWEEP_BATCH = 50


def remember_looks(document: Document, looks: Iterable[Look]) -> None:
    """Keep what a picture is recognised by, in place of what was kept before."""
    Likeness.objects.filter(document=document).delete()
    Likeness.objects.bulk_create(
        Likeness(document=document, sketch=look.sketch, bands=list(look.bands)) for look in looks
    )


def queue_comparison(document: Document) -> None:
    """Have twins looked for, once this transaction has committed; the sweep catches what the broker loses."""
    if document.state != DocumentState.CLEAN:
        return
    DocumentReading.objects.filter(document=document).update(compared_at=None)
    enqueue("proofs.find_twins", document_id=document.pk)


def requeue_comparisons() -> int:
    """Sweep: announce again what was not compared a minute after it could be. Returns how many."""
    late = DocumentReading.objects.filter(compared_at=None, queued_at__lt=clock.now() - COMPARED_WITHIN)
    waiting = late.filter(document__in=Document.objects.comparable()).values_list("document_id", flat=True)
    found = list(waiting[:SWEEP_BATCH])
    for pk in found:
        enqueue("proofs.find_twins", document_id=pk)
    return len(found)


def find_twins(document: Document) -> int:
    """Write anew which documents of other proofs are the same file or picture, whoever's they are; how many.

    A job of its own, after what it is recognised by was committed: so of two copies that arrive in the same second the
    later one sees the earlier. What lies in a receipt bin has no twins and is none. Safe to call again; a pair that the
    other one found already is not written a second time.
    """
    with transaction.atomic():
        DocumentReading.objects.filter(document=document).update(compared_at=clock.now())
        Twin.objects.filter(document=document).delete()
        if not Document.objects.comparable().filter(pk=document.pk).exists():
            return 0
        found = {pk: Twin(document=document, other_id=pk, how=TwinKind.SAME) for pk in _same(document)}
        for pk, distance in _alike(document):
            found.setdefault(pk, Twin(document=document, other_id=pk, how=TwinKind.ALIKE, distance=distance))
        known = Twin.objects.filter(other=document).values_list("document_id", flat=True)
        for pk in known:
            found.pop(pk, None)
        twins = list(found.values())[:MOST_TWINS]
        Twin.objects.bulk_create(twins)
    return len(twins)


def _same(document: Document) -> list[UUID]:
    if not document.sha256:
        return []
    others = Document.objects.comparable().filter(sha256=document.sha256).exclude(proof=document.proof_id)
    return list(others.order_by("created_at").values_list("pk", flat=True)[:MOST_TWINS])


def _alike(document: Document) -> list[tuple[UUID, int]]:
    """Documents that show the same picture, each with its distance, the nearest first."""
    sketches = [bytes(one) for one in document.looks.values_list("sketch", flat=True)]
    if not sketches:
        return []
    from proofs.likeness.search import distance_of, probes_of  # loads numpy, which the web does without

    nearest = Likeness.objects.sharing(probes_of(sketches), at_most=MOST_SHARING).values_list("pk", "shared")
    shared = dict(nearest)
    candidates = list(
        Likeness.objects.filter(pk__in=shared, document__in=Document.objects.comparable())
        .exclude(document__proof=document.proof_id)
        .values_list("pk", "document_id")
    )
    candidates = sorted(candidates, key=lambda one: -shared[one[0]])[:MOST_COMPARED]
    kept = dict(Likeness.objects.filter(pk__in=[pk for pk, _owner in candidates]).values_list("pk", "sketch"))
    owners: dict[UUID, list[bytes]] = {}
    for pk, owner in candidates:
        owners.setdefault(owner, []).append(bytes(kept[pk]))
    found = [(owner, distance_of(sketches, theirs)) for owner, theirs in owners.items()]
    return sorted(((owner, one) for owner, one in found if one is not None), key=lambda pair: pair[1])
