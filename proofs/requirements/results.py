"""Cards of results: metrics of the activity type (R-CLM-11) and its core requirements (D-18)."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from core.errors import Problem
from incentives.catalogue.specs import CoreRequirement, MetricSpec
from incentives.catalogue.vocabulary import (
    INPUT_AMOUNT,
    INPUT_FILE,
    INPUT_PERCENT,
    INPUT_TEXT,
    INPUT_WHOLE_NUMBER,
)
from proofs.requirements.checklist import ATTENTION, CHECKING, GOOD, MISSING, Card, anchor_of, state_of
from proofs.requirements.documents import uploads_problems
from proofs.requirements.evidence import CLEAN, WAITING, Evidence
from proofs.requirements.facts import is_whole_number

SECTION_METRICS = "metrics"
SECTION_CORE = "core"
REPORT_KINDS = ("pdf", "image", "office", "text")
MAX_PERCENT = 100


def metric_cards(evidence: Evidence) -> Iterator[Card]:
    """Metrics of the type; those of chosen components may be given too, but are not demanded."""
    spec = evidence.spec
    used = evidence.expense_types_used()
    waived = bool(used) and used <= set(spec.metrics_waived_for_expenses)
    metrics = {one.slug: (one, one.required and not waived) for one in spec.metrics}
    for component in spec.chosen_components(dict(evidence.fields)):
        for metric in component.metrics:
            metrics.setdefault(metric.slug, (metric, False))
    for metric, required in metrics.values():
        yield _metric_card(evidence, metric, required)


def _metric_card(evidence: Evidence, metric: MetricSpec, required: bool) -> Card:
    slug = f"metric-{metric.slug}"
    anchor = anchor_of(slug)
    title = evidence.text(metric.name)
    kinds = REPORT_KINDS if metric.input in (INPUT_TEXT, INPUT_FILE) else ()
    uploads = evidence.documents_for(slug)
    value = "" if metric.input == INPUT_FILE else _typed(evidence.metrics.get(metric.slug))
    problems = uploads_problems(uploads, kinds, anchor)
    if value:
        problems += _value_problems(metric, title, value, anchor)
    elif required and not uploads:
        problems.append(Problem("metric_missing", _ask(metric, title), "R-CLM-11", anchor, title))
    return Card(
        slug=slug,
        section=SECTION_METRICS,
        title=title,
        help=_help(metric),
        required=required,
        state=state_of(problems, present=bool(value or uploads)),
        kinds=kinds,
        min_items=1 if required and metric.input == INPUT_FILE else 0,
        items=tuple(one.id for one in uploads),
        problems=tuple(problems),
    )


def _typed(value: object) -> str:
    return "" if value is None else str(value).strip()


def _ask(metric: MetricSpec, title: str) -> str:
    if metric.input == INPUT_FILE:
        return _("Add the file: %(title)s.") % {"title": title}
    if metric.input == INPUT_TEXT:
        return _("Write it or add a file: %(title)s.") % {"title": title}
    return _("Enter: %(title)s.") % {"title": title}


def _help(metric: MetricSpec) -> str:
    texts = {
        INPUT_WHOLE_NUMBER: _("A whole number, 0 or more."),
        INPUT_PERCENT: _("A number from 0 to 100."),
        INPUT_AMOUNT: _("An amount, 0 or more."),
        INPUT_TEXT: _("Write it or add a file."),
        INPUT_FILE: _("Add a file."),
    }
    return texts[metric.input]


def _value_problems(metric: MetricSpec, title: str, value: str, anchor: str) -> list[Problem]:
    if metric.input == INPUT_WHOLE_NUMBER and not is_whole_number(value):
        text = _("%(title)s: enter a whole number, 0 or more.")
    elif metric.input == INPUT_PERCENT and not _is_number(value, MAX_PERCENT):
        text = _("%(title)s: enter a number from 0 to 100.")
    elif metric.input == INPUT_AMOUNT and not _is_number(value):
        text = _("%(title)s: enter an amount, 0 or more.")
    else:
        return []
    return [Problem("metric_invalid", text % {"title": title}, "R-CLM-11", anchor, title)]


def _is_number(value: str, most: int | None = None) -> bool:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0 and (most is None or number <= most)


def core_cards(evidence: Evidence) -> Iterator[Card]:
    """One card per core requirement: declared, and by which document it is shown (D-18)."""
    for requirement in evidence.spec.core_requirements:
        yield _core_card(evidence, requirement)


def _core_card(evidence: Evidence, requirement: CoreRequirement) -> Card:
    slug = f"core-{requirement.slug}"
    title = evidence.text(requirement.label)
    declared = evidence.core_requirements.get(requirement.slug) or {}
    document = evidence.document_by_id(declared.get("document_id"))
    code, text, state = "", "", GOOD
    if not declared.get("declared"):
        code, state = "core_not_declared", MISSING
        text = _("Confirm the core requirement “%(title)s” and choose the document that shows it.")
    elif document is None:
        code, state = "core_document_missing", ATTENTION
        text = _("Choose the document that shows “%(title)s”.")
    elif document.state in WAITING:
        state = CHECKING
    elif document.state != CLEAN:
        code, state = "core_document_blocked", ATTENTION
        text = _("The document for “%(title)s” cannot be used. Choose another one.")
    problems = [Problem(code, text % {"title": title}, "D-18", anchor_of(slug), title)] if code else []
    return Card(
        slug=slug,
        section=SECTION_CORE,
        title=title,
        help=evidence.text(requirement.text),
        state=state,
        items=(document.id,) if document else (),
        problems=tuple(problems),
    )
