"""What was typed of an invoice against what its file says, and the file's own sums against each other (R-CLM-12)."""

import datetime
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_amount, quantize
from proofs.matching.base import Found, MatchCheck, Place, place_of
from proofs.matching.same import bare_number, same_name
from proofs.matching.words import ineligible_in
from proofs.requirements.costs import INVOICES_SLUG
from proofs.requirements.evidence import Evidence, EvidenceDocument, EvidenceInvoice, ReadValue

NO_CURRENCY = "XXX"  # ISO 4217: none was typed


def files_of(evidence: Evidence) -> Iterator[tuple[EvidenceInvoice, EvidenceDocument, str]]:
    """Each invoice that has a file, with it and the name it is told by."""
    for position, invoice in enumerate(evidence.invoices, start=1):
        file = evidence.file_of(invoice)
        if file is not None:
            name = invoice.number.strip() or invoice.supplier.strip() or str(position)
            yield invoice, file, _("Invoice %(name)s") % {"name": name}


def _found(name: str, reason: str, file: EvidenceDocument, value: ReadValue | None, **more: Any) -> Found:
    weak = value is not None and not value.sure
    return Found(INVOICES_SLUG, name, reason, weak=weak, place=place_of(file, value), document_id=file.id, **more)


def amount_in(value: ReadValue | None) -> Decimal | None:
    try:
        return Decimal(value.value) if value is not None else None
    except InvalidOperation:
        return None


class _SumCheck(MatchCheck):
    """One sum over all lines of an invoice against the one its file prints."""

    rule = "R-CLM-12"
    field = ""  # of the reading
    of_line = ""  # of the lines
    label: Callable[[], str]

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for invoice, file, name in files_of(evidence):
            value = file.read.get(self.field)
            printed = amount_in(value)
            amounts = [getattr(line, self.of_line) for line in invoice.lines]
            if printed is None or not amounts or None in amounts:
                continue
            typed, label = sum(amounts, Decimal(0)), type(self).label()
            if quantize(typed, invoice.currency) == quantize(printed, invoice.currency):
                reason = _("%(label)s as printed: %(amount)s.") % {"label": label, "amount": _money(invoice, printed)}
                yield _found(name, reason, file, value, good=True)
                continue
            reason = _("%(label)s: the file says %(printed)s, you typed %(typed)s.") % {
                "label": label,
                "printed": _money(invoice, printed),
                "typed": _money(invoice, typed),
            }
            yield _found(name, reason, file, value, todo=_("Correct the lines, or say why they differ."))


def _money(invoice: EvidenceInvoice, amount: Decimal) -> str:
    return format_amount(amount, invoice.currency or NO_CURRENCY, get_language() or "en")


class TotalCheck(_SumCheck):
    code, field, of_line = "total_differs", "total", "gross"
    label = staticmethod(lambda: _("Total"))


class NetCheck(_SumCheck):
    code, field, of_line = "net_differs", "net", "net"
    label = staticmethod(lambda: _("Net"))


class TaxCheck(_SumCheck):
    code, field, of_line = "tax_differs", "tax", "tax"
    label = staticmethod(lambda: _("Tax"))


class SumsCheck(MatchCheck):
    """Net and tax of the file make its total: else it was misread, or is no sound invoice."""

    code, rule = "sums_disagree", "R-CLM-12"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for invoice, file, name in files_of(evidence):
            net, tax, total = (amount_in(file.read.get(one)) for one in ("net", "tax", "total"))
            if net is None or tax is None or total is None:
                continue
            value = file.read["total"]
            if net + tax == total:
                yield _found(name, _("Net and tax on the file make its total."), file, value, good=True)
            else:
                sums = {"net": _money(invoice, net), "tax": _money(invoice, tax), "total": _money(invoice, total)}
                reason = _("On the file net %(net)s and tax %(tax)s do not make the total %(total)s.") % sums
                yield _found(name, reason, file, value, todo=_("Compare it with the paper."))


class CurrencyCheck(MatchCheck):
    code, rule = "currency_differs", "R-POE-12"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for invoice, file, name in files_of(evidence):
            value = file.read.get("currency")
            if value is None or not invoice.currency:
                continue
            if value.value == invoice.currency:
                reason = _("Currency as printed: %(currency)s.") % {"currency": value.value}
                yield _found(name, reason, file, value, good=True)
            else:
                reason = _("The file is in %(printed)s, you typed %(typed)s.")
                facts = {"printed": value.value, "typed": invoice.currency}
                yield _found(name, reason % facts, file, value, todo=_("Choose the currency that is printed."))


class _NameCheck(MatchCheck):
    """Something written on the file against what was typed; compared as people would, not letter by letter."""

    rule = "R-CLM-12"
    field = ""
    of_invoice = ""

    @abstractmethod
    def same(self, typed: str, printed: str) -> bool:
        """Whether both mean the same."""

    @abstractmethod
    def words(self) -> tuple[str, str]:
        """Sentences for the good and the bad case, with %(printed)s and %(typed)s."""

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for invoice, file, name in files_of(evidence):
            value, typed = file.read.get(self.field), getattr(invoice, self.of_invoice).strip()
            if value is None or not typed:
                continue
            good, bad = self.words()
            facts = {"printed": value.value, "typed": typed}
            if self.same(typed, value.value):
                yield _found(name, good % facts, file, value, good=True)
            else:
                yield _found(name, bad % facts, file, value, todo=_("Type it as it is printed, or say why it differs."))


class SupplierCheck(_NameCheck):
    code, field, of_invoice = "supplier_differs", "supplier", "supplier"

    def same(self, typed: str, printed: str) -> bool:
        return same_name(typed, printed)

    def words(self) -> tuple[str, str]:
        return _("Supplier on the file: %(printed)s."), _("The file names %(printed)s, you typed %(typed)s.")


class NumberCheck(_NameCheck):
    code, field, of_invoice = "number_differs", "invoice_number", "number"

    def same(self, typed: str, printed: str) -> bool:
        return bare_number(typed) == bare_number(printed)

    def words(self) -> tuple[str, str]:
        return _("Number on the file: %(printed)s."), _("The file has the number %(printed)s, you typed %(typed)s.")


class DateCheck(MatchCheck):
    code, rule = "invoice_date_differs", "R-CLM-12"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for invoice, file, name in files_of(evidence):
            value = file.read.get("date")
            printed = day_in(value)
            if printed is None or invoice.date is None:
                continue
            facts = {"printed": date_format(printed), "typed": date_format(invoice.date)}
            if printed == invoice.date:
                yield _found(name, _("Dated as printed: %(printed)s.") % facts, file, value, good=True)
            else:
                reason = _("The file is dated %(printed)s, you typed %(typed)s.") % facts
                yield _found(name, reason, file, value, todo=_("Correct the date."))


def day_in(value: ReadValue | None) -> datetime.date | None:
    """The day of a date or of a moment, ISO 8601."""
    try:
        return datetime.date.fromisoformat(value.value[:10]) if value is not None else None
    except ValueError:
        return None


class WithinWindowCheck(MatchCheck):
    """The invoice is of the campaign or usage period (R-POE-04, R-CAL-08): dated in it as typed, else as printed."""

    code, rule = "invoice_date_outside", "R-CAL-08"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        if evidence.window is None:
            return
        first, last = evidence.window
        for invoice, file, name in files_of(evidence):
            value = file.read.get("date")
            day = invoice.date or day_in(value)
            if day is None:
                continue
            if first <= day <= last:
                reason = _("Dated within %(first)s and %(last)s.") % _days(first, last)
                yield _found(name, reason, file, value, good=True)
                continue
            reason = _("Dated %(day)s, outside %(first)s to %(last)s.")
            todo = _("Say why it belongs to this work, or use another invoice.")
            found = _found(name, reason % {"day": date_format(day), **_days(first, last)}, file, value, todo=todo)
            yield Found(**{**vars(found), "weak": invoice.date is None and found.weak})


def _days(first: datetime.date, last: datetime.date) -> dict[str, str]:
    return {"first": date_format(first), "last": date_format(last)}


class PrintedCheck(MatchCheck):
    """A generic invoice, or one that cannot be read, is the first thing a reviewer sends back (P-10)."""

    code, rule = "nothing_printed", "R-CLM-12"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for _invoice, file, name in files_of(evidence):
            if not file.was_read:
                continue
            missing = [
                label
                for label, field in ((_("supplier"), "supplier"), (_("invoice number"), "invoice_number"))
                if field not in file.read
            ]
            if not missing:
                yield _found(name, _("Supplier and number can be read on the file."), file, None, good=True)
                continue
            reason = _("Not found on the file: %(what)s.") % {"what": ", ".join(missing)}
            yield _found(name, reason, file, None, todo=_("Check that it is a full invoice and can be read well."))


class IneligibleWordsCheck(MatchCheck):
    """Lines that name what is never paid for (R-CLM-16, R-CLM-35)."""

    code, rule = "ineligible_words", "R-CLM-16"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        for _invoice, file, name in files_of(evidence):
            hits = [(line, word) for line in file.printed if (word := ineligible_in(line.text))]
            for line, word in hits:
                reason = _("“%(word)s” is never paid for: “%(line)s”.") % {"word": word, "line": line.text.strip()}
                todo = _("Leave its amount out of the lines.")
                place = Place(file.id, line.page, line.box)
                yield Found(INVOICES_SLUG, name, reason, todo, place=place, document_id=file.id)
            if file.printed and not hits:
                yield _found(name, _("Nothing on it that is never paid for."), file, None, good=True)
