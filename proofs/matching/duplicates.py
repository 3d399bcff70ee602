"""The same file, picture or invoice in another claim (R-CLM-12). Whose it is, is told to whom may see it only."""

from abc import abstractmethod
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from proofs.matching.base import Found, MatchCheck
from proofs.requirements.costs import HUNDRED, INVOICES_SLUG
from proofs.requirements.evidence import CLEAN, Evidence, EvidenceInvoice, InvoiceUse

ELSEWHERE = "."


class _UseCheck(MatchCheck):
    rule = "R-CLM-12"
    alike = False

    @abstractmethod
    def told(self, places: str) -> str:
        """The sentence, with where it is used: ": …" or only a full stop."""

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for document in evidence.documents:
            uses = [use for use in document.uses if use.alike == self.alike]
            where = {"card": document.requirement_slug, "subject": document.name, "document_id": document.id}
            if uses:
                todo = _("Use another one, or say why it belongs to both.")
                yield Found(reason=self.told(_places(uses)), todo=todo, **where)
            elif document.state == CLEAN and not self.alike and not document.uses:
                yield Found(reason=_("Used in no other claim."), good=True, **where)


def _places(uses: Iterable[object]) -> str:
    """ " (ADV-2026-000012, another one)"; empty where nothing may be named."""
    named = list(dict.fromkeys(use.where for use in uses if use.where))  # type: ignore[attr-defined]
    return f": {', '.join(named)}." if named else ELSEWHERE


class SameFileCheck(_UseCheck):
    code = "same_file"

    def told(self, places: str) -> str:
        return _("This file is already used in another claim") + places


class SamePictureCheck(_UseCheck):
    code, alike = "same_picture", True

    def told(self, places: str) -> str:
        return _("The same picture is already used in another claim") + places


class SameInvoiceCheck(MatchCheck):
    """Supplier, number and amount are those of an invoice in another proof, and the company did not declare that it is
    shared; across companies nothing can be."""

    code, rule = "same_invoice", "R-CLM-12"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for invoice in evidence.invoices:
            uses = [use for use in invoice.uses if not (use.own and is_shared(invoice))]
            if uses:
                reason = _("This invoice is already used in another claim") + _places(uses)
                todo = _("Remove it, or declare which share of it is used here.")
                yield _of(invoice, reason, todo)
            elif not invoice.uses and invoice.number.strip():
                yield _of(invoice, _("Used in no other claim."), "", good=True)


class OverusedCheck(MatchCheck):
    """The shares of a shared invoice are those of one whole (R-CLM-12): sent claims and this one together."""

    code, rule = "invoice_overused", "R-CLM-12"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for invoice in evidence.invoices:
            if not is_shared(invoice):
                continue
            others = sum((_share(use) for use in invoice.uses if use.own and use.counts), Decimal(0))
            own = HUNDRED if invoice.used_share is None else invoice.used_share
            facts = {
                "own": _percent(own),
                "others": _percent(others),
                "left": _percent(max(HUNDRED - others, Decimal(0))),
            }
            if own + others <= HUNDRED:
                reason = _("%(own)s of it is used here, %(others)s in other claims.") % facts
                yield _of(invoice, reason, "", good=True)
            else:
                reason = _("%(own)s of it is used here, but other claims use %(others)s already.") % facts
                yield _of(invoice, reason, _("Use at most %(left)s here.") % facts)


def is_shared(invoice: EvidenceInvoice) -> bool:
    """Whether somebody declared a share of it; then shares are counted instead of uses."""
    return invoice.used_share is not None or any(use.own and use.share is not None for use in invoice.uses)


def _share(use: InvoiceUse) -> Decimal:
    return HUNDRED if use.share is None else use.share


def _percent(share: Decimal) -> str:
    return f"{share.normalize():f} %"


def _of(invoice: EvidenceInvoice, reason: str, todo: str, *, good: bool = False) -> Found:
    name = invoice.number.strip() or invoice.supplier.strip()
    subject = _("Invoice %(name)s") % {"name": name}
    return Found(INVOICES_SLUG, subject, reason, todo, good=good, document_id=invoice.document_id)
