"""Cards of documents: state of each file, accepted kinds, the note every one needs (R-POE-09, D-20)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Problem
from incentives.catalogue.specs import DocumentSpec
from incentives.catalogue.vocabulary import DOCUMENT_KINDS
from proofs.requirements.checklist import (
    ATTENTION,
    CHECKING,
    GOOD,
    MISSING,
    WAIT_CODE,
    Card,
    anchor_of,
    state_of,
)
from proofs.requirements.evidence import (
    CLEAN,
    REFUSED,
    SECTION_EXTRA,
    SECTION_INVOICE,
    SECTION_PROOF,
    WAITING,
    Evidence,
    EvidenceDocument,
)

EXTRA_SLUG = "extra"


def kinds_text(kinds: tuple[str, ...]) -> str:
    """Kinds for people: "PDF, picture"."""
    return ", ".join(str(DOCUMENT_KINDS[kind]) for kind in kinds)


def file_problems(document: EvidenceDocument, anchor: str) -> list[Problem]:
    """Why a file blocks the submission: still in the check, failed or refused (D-20)."""
    if document.state == CLEAN:
        return []
    if document.state in WAITING:
        code, text = WAIT_CODE, _("“%(name)s” is still being checked. Wait for the result.")
    elif document.state == REFUSED:
        code, text = "file_refused", _("“%(name)s” was refused. Remove it and add another file.")
    else:
        code, text = "file_failed", _("“%(name)s” could not be checked. Remove it or add it again.")
    return [Problem(code, text % {"name": document.name}, "D-20", anchor, document.name)]


def kind_problems(document: EvidenceDocument, kinds: tuple[str, ...], anchor: str) -> list[Problem]:
    if document.kind in kinds:
        return []
    text = _("“%(name)s” does not fit here. Accepted: %(kinds)s.")
    message = text % {"name": document.name, "kinds": kinds_text(kinds)}
    return [Problem("kind_not_accepted", message, "R-CLM-11", anchor, document.name)]


def note_problems(document: EvidenceDocument, anchor: str) -> list[Problem]:
    """R-POE-09, T-POE-3: every proof document needs a note before submission (D-17)."""
    if document.note.strip():
        return []
    message = _("Add a note to “%(name)s” that says what it shows.") % {"name": document.name}
    return [Problem("note_missing", message, "R-POE-09", anchor, document.name)]


def uploads_problems(documents: list[EvidenceDocument], kinds: tuple[str, ...], anchor: str) -> list[Problem]:
    """All problems of the documents on one card. A blocked file is not also asked for its note."""
    problems: list[Problem] = []
    for document in documents:
        problems += (
            file_problems(document, anchor) or kind_problems(document, kinds, anchor) or note_problems(document, anchor)
        )
    return problems


def document_card(evidence: Evidence, document: DocumentSpec, *, required: bool = True, note: str = "") -> Card:
    """The card of one proof document; optional ones have problems only through what was put on them."""
    anchor = anchor_of(document.slug)
    title = evidence.text(document.label)
    uploads = evidence.documents_for(document.slug)
    problems = uploads_problems(uploads, document.kinds, anchor)
    invoice_files = _invoice_files(evidence) if document.from_invoices else []
    there = [*uploads, *invoice_files]
    short = document.min_items - len(there)
    if required and short > 0:
        problems.append(_short_problem(title, short, bool(there), document.from_invoices, anchor))
    state = state_of(problems, present=bool(there))
    if state == GOOD and not all(one.state == CLEAN for one in there):
        state = CHECKING if all(one.state in (CLEAN, *WAITING) for one in there) else ATTENTION
    return Card(
        slug=document.slug,
        section=SECTION_PROOF,
        title=title,
        help=note or evidence.text(document.description),
        required=required,
        state=state,
        kinds=document.kinds,
        min_items=document.min_items,
        items=tuple(one.id for one in there),
        problems=tuple(problems),
    )


def _invoice_files(evidence: Evidence) -> list[EvidenceDocument]:
    """Files of the invoices; their problems stand on the card of the invoices."""
    files = (evidence.file_of(invoice) for invoice in evidence.invoices)
    return [file for file in files if file is not None]


def _short_problem(title: str, short: int, begun: bool, from_invoices: bool, anchor: str) -> Problem:
    if begun:
        text = ngettext("Add %(count)d more: %(title)s.", "Add %(count)d more: %(title)s.", short)
    elif from_invoices:
        text = _("Attach the file to an invoice, or add it here: %(title)s.")
    else:
        text = _("Add the document: %(title)s.")
    return Problem("document_missing", text % {"title": title, "count": short}, "R-CLM-11", anchor, title)


def any_of_card(branches: list[list[Card]]) -> Card:
    """One card for alternatives: satisfied when all cards of one branch are good."""
    alternatives = tuple(card for branch in branches for card in branch)
    slug = "-or-".join(card.slug for card in alternatives)
    titles = _(" or ").join(card.title for card in alternatives)
    problems = [problem for card in alternatives for problem in card.problems]
    begun = any(card.state != MISSING for card in alternatives)
    satisfied = any(all(card.state == GOOD for card in branch) for branch in branches)
    if not satisfied and not any(card.state in (CHECKING, ATTENTION) for card in alternatives):
        message = _("Add one of these: %(titles)s.") % {"titles": titles}
        problems.append(Problem("document_missing", message, "R-CLM-11", anchor_of(slug), titles))
    state = state_of(problems, present=begun)
    if state == GOOD and not satisfied:
        state = CHECKING if any(card.state == CHECKING for card in alternatives) else ATTENTION
    return Card(
        slug=slug,
        section=SECTION_PROOF,
        title=titles,
        help=_("One of them is enough."),
        state=state,
        min_items=1,
        items=tuple(item for card in alternatives for item in card.items),
        problems=tuple(problems),
        alternatives=alternatives,
    )


def leftover_cards(evidence: Evidence, shown: set[str]) -> list[Card]:
    """Documents of cards that do not apply now stay on the page, so that none is lost or submitted unseen."""
    cards = []
    for slug in dict.fromkeys(one.requirement_slug for one in evidence.documents):
        document = evidence.spec.document(slug)
        if slug not in shown and document is not None and evidence.documents_for(slug):
            note = _("Not needed with your present answers. You may keep it or remove it.")
            cards.append(document_card(evidence, document, required=False, note=note))
    return cards


def extra_card(evidence: Evidence, judged: set[str]) -> Card:
    """Further documents, all optional, each with its note (R-POE-09).

    judged: ids (as text) of the documents on other cards; whatever is on none ends up here, so that no file
    escapes the evaluation.
    """
    extra = [
        one
        for one in evidence.documents
        if one.section == SECTION_EXTRA or (one.section != SECTION_INVOICE and str(one.id) not in judged)
    ]
    kinds = tuple(DOCUMENT_KINDS)
    problems = uploads_problems(extra, kinds, anchor_of(EXTRA_SLUG))
    return Card(
        slug=EXTRA_SLUG,
        section=SECTION_EXTRA,
        title=_("Further documents"),
        help=_("Anything else that helps the reviewer. Each one needs a note."),
        required=False,
        state=state_of(problems, present=bool(extra)),
        kinds=kinds,
        items=tuple(one.id for one in extra),
        problems=tuple(problems),
    )
