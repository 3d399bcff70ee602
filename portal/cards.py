"""The checklist of a proof as the evidence page draws it: each card with its files, its form and its findings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.ui import date
from incentives.catalogue.vocabulary import TYPED_KINDS
from portal.dossier import document_href
from proofs import forms, rules
from proofs.checks.kinds import BY_NAME, accept_attribute, accepts
from proofs.checks.limits import MAX_FILE_BYTES, MEGABYTE
from proofs.choices import UNDECIDED, DocumentState, FindingState, Level
from proofs.evidence import Dossier
from proofs.matching.codes import BY_CODE
from proofs.models import CertificationReport, Document, Finding, Invoice, Proof
from proofs.requirements import ATTENTION, CHECKING, GOOD, MISSING, Card, Checklist
from proofs.requirements.costs import CERTIFICATION_SLUG, COVERAGE_SLUG, INVOICES_SLUG, SIGNATURE_CODES
from proofs.requirements.documents import kinds_text
from proofs.suggestions import INVOICE_NAMES
from proofs.views.parts import facts_form

FACTS = "facts"
_MAIN = ("fields", "proof", "metrics", "cost")
THUMB_BYTES = 1_000_000  # larger pictures would make the page slow; they show on their own sheet
WORST_FIRST = (ATTENTION, MISSING, CHECKING, GOOD)


@dataclass(frozen=True)
class File:
    """One document as a row: `message` is what the worst check said; `problems` what else the card misses on it."""

    document: Document
    label: str
    note: str
    message: str
    open: bool

    @property
    def thumb(self) -> str:
        """Address of the thumbnail of a clean file; while there is none a small picture is its own."""
        document = self.document
        kind = BY_NAME.get(document.kind)
        if not document.is_servable:
            return ""
        if getattr(document, "has_thumbnail", False):
            return f"{document_href(document.pk)}pictures/0/"
        small = bool(kind and kind.is_picture and kind.may_preview) and document.size <= THUMB_BYTES
        return f"{document_href(document.pk)}view/" if small else ""

    @property
    def retry(self) -> bool:
        return self.open and self.document.state == DocumentState.FAILED


@dataclass(frozen=True)
class InvoiceView:
    invoice: Invoice
    files: tuple[File, ...]
    net: Any
    gross: Any


@dataclass(frozen=True)
class CardView:
    """A card ready to draw. open: its forms are there · accept: endings its file input takes, "" = takes no file."""

    card: Card
    label: str
    need: str
    open: bool
    files: tuple[File, ...] = ()
    form: Any = None
    form_url: str = ""
    accept: str = ""
    hint: str = ""
    typed: tuple[tuple[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    alternatives: tuple["CardView", ...] = ()
    invoices: tuple[InvoiceView, ...] = ()
    loose: tuple[File, ...] = ()
    report: CertificationReport | None = None
    may_sign: bool = False
    answers: str = ""
    shown_by: Document | None = None

    @property
    def act(self) -> bool:
        return self.card.state == ATTENTION or any(one.state == FindingState.OPEN for one in self.findings)

    @property
    def badge(self) -> tuple[str, str]:
        """State and word of the card: what the reviewer wants goes before what the checklist says."""
        if self.findings:
            return finding_badge(self.findings)
        return self.card.state, self.label

    @property
    def words(self) -> str:
        """How files meant for it are often called, beside its title."""
        return " ".join(INVOICE_NAMES) if self.card.slug == INVOICES_SLUG else ""

    @property
    def wide(self) -> bool:
        return self.card.slug == INVOICES_SLUG or bool(self.alternatives) or bool(self.findings)

    @property
    def file_messages(self) -> tuple[str, ...]:
        """What is wrong, without what a file's own row says already."""
        own = {one.document.name for one in (*self.files, *self.loose) if one.message}
        own |= {one.document.name for invoice in self.invoices for one in invoice.files if one.message}
        return tuple(
            str(problem.message)
            for problem in self.card.problems
            if not (problem.subject in own and problem.code in ("file_refused", "file_failed"))
            and problem.code not in ("file_not_checked", *BY_CODE)  # findings are listed with their places
        )


@dataclass(frozen=True)
class FactsView:
    """Name, dates, amount and the rest of what is typed about the work, as one card."""

    cards: dict[str, Card]
    form: Any
    state: str
    label: str
    open: bool
    findings: dict[str, tuple[Finding, ...]] = field(default_factory=dict)

    @property
    def badge(self) -> tuple[str, str]:
        found = tuple(one for several in self.findings.values() for one in several)
        return finding_badge(found) if found else (self.state, self.label)

    def shows(self, name: str) -> bool:
        """Whether that field is not open and is therefore only shown."""
        return name not in self.form.fields

    @property
    def act(self) -> bool:
        return self.badge[0] in (ATTENTION, "open")


@dataclass(frozen=True)
class Page:
    """All cards in page order. whole: findings that concern no card · comments: those on the final comments."""

    facts: FactsView
    cards: tuple[CardView, ...]
    whole: tuple[Finding, ...]
    comments: tuple[Finding, ...]
    comments_open: bool
    checking: bool

    def comments_badge(self, written: str) -> tuple[str, str]:
        if self.comments:
            return finding_badge(self.comments)
        return (GOOD, _("Written")) if written else (MISSING, _("Optional"))

    def main(self, is_open: bool) -> list[CardView]:
        """The invoices, which are wide, then everything that is uploaded, answered or measured."""
        found = [one for name in _MAIN for one in self.cards if one.card.section == name and one.open == is_open]
        return sorted(found, key=lambda one: one.card.slug != INVOICES_SLUG)

    def section(self, name: str, is_open: bool) -> list[CardView]:
        return [one for one in self.cards if one.card.section == name and one.open == is_open]


def finding_badge(findings: tuple[Finding, ...]) -> tuple[str, str]:
    if any(one.state == FindingState.OPEN for one in findings):
        return "open", _("Still open")
    return "fixed", _("Fixed")


def state_label(card: Card) -> str:
    if card.state == ATTENTION and all(one.code in SIGNATURE_CODES for one in card.problems):
        return _("Needs your signature")
    if card.state == MISSING:
        return _("Missing") if card.required else _("Optional")
    return {CHECKING: _("Checking"), GOOD: _("Looks good"), ATTENTION: _("Needs attention")}[card.state]


class Builder:
    """Turns the checklist of one proof into cards for one reader."""

    def __init__(
        self, proof: Proof, dossier: Dossier, checklist: Checklist, findings: Iterable[Finding], *, user: Any,
        editable: bool,
    ):  # fmt: skip
        self.proof, self.dossier, self.checklist, self.user = proof, dossier, checklist, user
        rules.hide_untold_verdicts(proof, dossier.documents, user)
        self.findings = list(findings)
        self.editable = editable
        self.opened = rules.open_cards(proof, self.findings, checklist) if editable else frozenset()
        self.zone = proof.enrollment.program.deadline_zone
        self.placed: set[Any] = set()

    def page(self) -> Page:
        facts = self.facts()
        cards = tuple(self.view(card) for card in self.checklist.cards if card.section != FACTS)
        comments = self.findings_on(rules.COMMENTS_CARD)
        whole = tuple(one for one in self.findings if one.pk not in self.placed)
        checking = any(one.state in UNDECIDED for one in self.dossier.documents)
        return Page(facts, cards, whole, comments, self.is_open(rules.COMMENTS_CARD), checking)

    def is_open(self, slug: str) -> bool:
        return rules.is_open(slug, self.opened)

    def facts(self) -> FactsView:
        cards = {card.slug: card for card in self.checklist.cards if card.section == FACTS}
        open_now = [slug for slug in cards if self.is_open(slug)]
        counted = [card.state for card in cards.values() if card.counts]
        state = next(one for one in WORST_FIRST if one in counted)
        label = {MISSING: _("Missing"), ATTENTION: _("Needs attention"), GOOD: _("Looks good")}[state]
        return FactsView(
            cards=cards,
            form=facts_form(self.proof, self.opened, auto_id="facts_%s"),
            state=state,
            label=label,
            open=bool(open_now),
            findings={slug: self.findings_on(slug) for slug in cards},
        )

    def findings_on(self, slug: str) -> tuple[Finding, ...]:
        found = tuple(one for one in self.findings if one.card == slug)
        self.placed |= {one.pk for one in found}
        return found

    def view(self, card: Card) -> CardView:
        open_now = self.is_open(card.slug)
        kinds = accepts(card.kinds)
        form, form_url = self.form(card) if open_now else (None, "")
        view: dict[str, Any] = {
            "card": card,
            "label": state_label(card),
            "need": self.need(card),
            "open": open_now,
            "findings": self.findings_on(card.slug),
            "form": form,
            "form_url": form_url,
            "accept": accept_attribute(kinds),
            "hint": self.hint(card, kinds),
            "typed": self.typed(card) if open_now else (),
            "alternatives": tuple(self.view(inner) for inner in card.alternatives),
        }
        if card.section == "core" and card.items:
            view["shown_by"] = self.dossier.by_id.get(str(card.items[0]))
        if card.section == "fields":
            view["answers"] = self.answers(card)
        if card.slug == INVOICES_SLUG:
            view |= self.invoices(open_now)
        elif card.slug == CERTIFICATION_SLUG:
            view |= self.certification(card)
        elif card.slug != COVERAGE_SLUG and not card.alternatives and card.section not in ("fields", "core"):
            view["files"] = tuple(self.files(card.items, card.slug, open_now))
        return CardView(**view)

    def need(self, card: Card) -> str:
        words = _("required") if card.required else _("optional")
        if card.min_items > 1:
            words += ", " + _("%(count)s or more") % {"count": card.min_items}
        return f"{words} · {card.help}" if card.help and card.section != "core" else words

    def hint(self, card: Card, kinds: Any) -> str:
        if kinds:
            return _("%(kinds)s, up to %(limit)s MB a file") % {
                "kinds": ", ".join(dict.fromkeys(str(kind.extensions[0]).upper() for kind in kinds)),
                "limit": MAX_FILE_BYTES // MEGABYTE,
            }  # fmt: skip
        if card.kinds and not set(card.kinds) & set(TYPED_KINDS):
            return _("This card takes %(kinds)s, which cannot be added yet.") % {"kinds": kinds_text(card.kinds)}
        return ""

    def form(self, card: Card) -> tuple[Any, str]:
        auto_id = f"{card.slug}_%s"
        if card.section == "fields":
            return forms.answers_form(self.proof, card.slug, auto_id=auto_id), "proofs:answers"
        if card.section == "metrics":
            form = forms.metrics_form(self.proof, card.slug, auto_id=auto_id)
            return (form, "proofs:metrics") if form.fields else (None, "")
        if card.section == "core":
            documents = [one for one in self.dossier.documents if not one.generated]
            return forms.core_form(self.proof, card.slug, documents, auto_id=auto_id), "proofs:core"
        return None, ""

    def answers(self, card: Card) -> str:
        """The labels chosen, for a card that is closed."""
        parts = [self.proof.spec, *self.proof.spec.components]
        labels = {choice.value: choice.label for part in parts for one in part.fields for choice in one.choices}
        return ", ".join(labels.get(str(value), str(value)) for value in card.items)

    def typed(self, card: Card) -> tuple[tuple[str, Any], ...]:
        """Forms for an address or a text, where the card takes one."""
        if card.section not in ("proof", "extra"):
            return ()
        offered = [kind for kind in TYPED_KINDS if kind in card.kinds]
        if card.section == "extra":
            offered = offered[:1]
        return tuple((kind, forms.TypedForm(kind=kind, auto_id=f"{card.slug}_{kind}_%s")) for kind in offered)

    def files(self, ids: Iterable[Any], slug: str, open_now: bool) -> Iterable[File]:
        for pk in ids:
            document = self.dossier.by_id.get(str(pk))
            if document is not None:
                yield self.file(document, open_now and document.card == slug)

    def file(self, document: Document, open_now: bool) -> File:
        return file_of(document, self.user, self.zone, open_now)

    def certification(self, card: Card) -> dict[str, Any]:
        """The report, its PDF, and whether its signature is all that is missing (D-19)."""
        missing = bool(card.problems) and all(one.code in SIGNATURE_CODES for one in card.problems)
        may_sign = missing and self.editable and rules.takes_signature(self.proof)
        return {"report": self.dossier.certification, "files": self.report_files(), "may_sign": may_sign}

    def report_files(self) -> tuple[File, ...]:
        return tuple(
            self.file(one, False) for one in self.dossier.documents if one.generated and one.card == CERTIFICATION_SLUG
        )

    def invoices(self, open_now: bool) -> dict[str, Any]:
        views = []
        for invoice in self.dossier.invoices:
            lines = list(invoice.lines.all())
            files = tuple(self.file(one, open_now) for one in self.dossier.files_of(invoice))
            net = sum((line.net for line in lines if line.net is not None), start=0)
            gross = sum((line.gross for line in lines if line.gross is not None), start=0)
            views.append(InvoiceView(invoice, files, net, gross))
        loose = [one for one in self.dossier.documents if one.section == "invoice" and one.invoice_id is None]
        return {"invoices": tuple(views), "loose": tuple(self.file(one, open_now) for one in loose)}


def file_of(document: Document, user: Any, zone: str, open_now: bool) -> File:
    """A document as a row for one reader; its `uploaded_by` and `said` were read along."""
    who = _("you") if document.uploaded_by_id == user.pk else document.uploaded_by.display_name
    note = _("from %(who)s, %(day)s") % {"who": who, "day": date(document.created_at, zone, year=False)}
    level, message = worst_message(document)
    if level == Level.NOTE:
        note, message = f"{note} · {message}", ""
    return File(document, str(document.get_state_display()), note, message, open_now)


def worst_message(document: Document) -> tuple[str, str]:
    """Level and words of the worst check that said more than "good"."""
    said = getattr(document, "said", None) or []
    for level in (Level.STOP, Level.WARNING, Level.NOTE):
        for one in said:
            if one["level"] == level and one["message"]:
                return one["level"], one["message"]
    return "", ""


def left_items(page: Page, problems: Iterable[Any]) -> list[dict[str, str]]:
    """ "Before you send": one line a problem, linked to its card."""
    states = {card.card.anchor: card.card.state for card in page.cards}
    states |= {card.anchor: card.state for card in page.facts.cards.values()}
    items = []
    for problem in problems:
        state = CHECKING if problem.code == "file_not_checked" else states.get(problem.anchor, ATTENTION)
        state = state if state in (MISSING, CHECKING) else ATTENTION
        href = f"#{problem.anchor}" if problem.anchor else ""
        items.append({"state": state, "label": str(problem.message), "href": href, "note": ""})
    return items


def progress_note(page: Page) -> str:
    """ "1 proof still to add, 1 file being checked"."""
    missing = sum(one.card.state == MISSING and one.card.required for one in page.cards)
    waiting = sum(
        file.document.state in UNDECIDED
        for one in page.cards
        for inner in (one, *one.alternatives)
        for file in (*inner.files, *inner.loose, *(file for invoice in inner.invoices for file in invoice.files))
    )
    parts = []
    if missing:
        parts.append(ngettext("%(num)s card still empty", "%(num)s cards still empty", missing) % {"num": missing})
    if waiting:
        parts.append(ngettext("%(num)s file being checked", "%(num)s files being checked", waiting) % {"num": waiting})
    return ", ".join(parts)
