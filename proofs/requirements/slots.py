"""Which kinds of documents a card takes, told from the activity type alone: nothing is evaluated."""

from incentives.catalogue import ActivitySpec
from incentives.catalogue.vocabulary import DOCUMENT_KINDS, INPUT_FILE, INPUT_TEXT
from proofs.requirements.costs import INVOICE_KINDS, INVOICES_SLUG
from proofs.requirements.documents import EXTRA_SLUG
from proofs.requirements.results import REPORT_KINDS

METRIC_PREFIX = "metric-"


def kinds_of(spec: ActivitySpec, slug: str) -> tuple[str, ...]:
    """Document kinds of the card of that slug; empty when there is no such card or it takes no documents."""
    if slug == INVOICES_SLUG:
        return INVOICE_KINDS
    if slug == EXTRA_SLUG:
        return tuple(DOCUMENT_KINDS)
    if slug.startswith(METRIC_PREFIX):
        metrics = [metric for part in (spec, *spec.components) for metric in part.metrics]
        found = [metric for metric in metrics if metric.slug == slug.removeprefix(METRIC_PREFIX)]
        return REPORT_KINDS if any(one.input in (INPUT_FILE, INPUT_TEXT) for one in found) else ()
    document = spec.document(slug)
    return document.kinds if document else ()
