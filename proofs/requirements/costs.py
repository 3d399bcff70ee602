"""Cards of cost evidence: invoices, certification report, coverage of the amount (R-POE-07, R-POE-12)."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import Problem
from core.money import format_amount, minor_units
from incentives.catalogue import ActivitySpec
from incentives.catalogue.vocabulary import COST_DEFAULT, COST_VENDOR_INVOICE_ONLY
from proofs.requirements.checklist import MISSING, Card, anchor_of, state_of
from proofs.requirements.documents import file_problems, kind_problems
from proofs.requirements.evidence import (
    BROKEN,
    SECTION_INVOICE,
    SOUND,
    VOID,
    Evidence,
    EvidenceCertification,
    EvidenceInvoice,
    EvidenceLine,
)

SECTION_COST = "cost"
INVOICES_SLUG = "invoices"
CERTIFICATION_SLUG = "csr"
COVERAGE_SLUG = "coverage"
INVOICE_KINDS = ("pdf", "image")
UNSIGNED_CODE, TAMPERED_CODE = "certification_unsigned", "certification_tampered"
SIGNATURE_CODES = frozenset({UNSIGNED_CODE, TAMPERED_CODE})
ZERO = Decimal(0)
HUNDRED = Decimal(100)


def cost_cards(evidence: Evidence) -> list[Card]:
    """Invoices, the certification report where it is allowed or present, coverage of the amount."""
    cards = [_invoices_card(evidence)]
    if accepts_certification(evidence) or evidence.certification is not None:
        cards.append(_certification_card(evidence))
    return [*cards, _coverage_card(evidence)]


def accepts_certification(evidence: Evidence) -> bool:
    """D-23: activity types with invoice-only cost evidence refuse a certification report."""
    return evidence.spec.cost_evidence == COST_DEFAULT


def eligible_total(evidence: Evidence) -> Decimal:
    return eligible_sum(evidence.spec, evidence.currency, evidence.invoices, evidence.certification)


def eligible_sum(
    spec: ActivitySpec,
    currency: str,
    invoices: Iterable[EvidenceInvoice],
    report: EvidenceCertification | None,
) -> Decimal:
    """First rung of D-11, in the proof's currency: what the evidence proves of eligible cost.

    Net of each line whose expense type the activity allows, its tax too on fares and rooms, plus the total
    of the certification report. Evidence in another currency counts nothing; it is a problem of its own.
    """
    counted = [one for one in invoices if one.currency == currency]
    total = sum((eligible_of(spec, line, currency, one.used_share) for one in counted for line in one.lines), ZERO)
    if report is not None and spec.cost_evidence == COST_DEFAULT and report.currency == currency:
        total += report.total or ZERO
    return total


def eligible_of(spec: ActivitySpec, line: Any, currency: str, share: Decimal | None = None) -> Decimal:
    """What counts of one invoice line (expense_type, net, tax): net, on fares and rooms its tax too (D-11).

    share: per cent of the invoice that is used here, none = all of it; the part is rounded down to the currency's
    minor unit, so that all parts together never exceed the invoice (R-CLM-12).
    """
    expense = spec.expense(line.expense_type)
    if expense is None:
        return ZERO
    whole = (line.net or ZERO) + ((line.tax or ZERO) if expense.tax_eligible else ZERO)
    if share is None:
        return whole
    return (whole * share / HUNDRED).quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_DOWN)


def _invoices_card(evidence: Evidence) -> Card:
    only_invoices = not accepts_certification(evidence)
    required = only_invoices or evidence.certification is None
    problems = []
    for position, invoice in enumerate(evidence.invoices, start=1):
        problems += _invoice_problems(evidence, invoice, position)
    problems += _other_file_problems(evidence)
    present = bool(evidence.invoices) or bool(problems)
    if required and not evidence.invoices:
        problems.append(_none_problem(only_invoices))
    return Card(
        slug=INVOICES_SLUG,
        section=SECTION_COST,
        title=_("Invoices"),
        help=_("Invoices for outside costs, each with its file and details."),
        required=required,
        state=state_of(problems, present=present),
        kinds=INVOICE_KINDS,
        min_items=1 if required else 0,
        items=tuple(invoice.id for invoice in evidence.invoices),
        problems=tuple(problems),
    )


def _none_problem(only_invoices: bool) -> Problem:
    """R-POE-07, T-POE-2."""
    text = _("Add an invoice.") if only_invoices else _("Add an invoice or a certification report.")
    return _problem("cost_evidence_missing", text, "R-POE-07")


def _other_file_problems(evidence: Evidence) -> list[Problem]:
    """Invoice files that are no invoice's first file: further pages, or left without an invoice."""
    invoices = {str(invoice.id) for invoice in evidence.invoices}
    first = {file.id for file in map(evidence.file_of, evidence.invoices) if file is not None}
    problems = []
    for document in evidence.documents:
        if document.section != SECTION_INVOICE or document.id in first:
            continue
        if str(document.invoice_id) not in invoices:
            text = _("“%(name)s” belongs to no invoice. Enter the invoice or remove the file.")
            message = text % {"name": document.name}
            problems.append(_problem("invoice_file_unused", message, "R-POE-07", document.name))
        anchor = anchor_of(INVOICES_SLUG)
        problems += file_problems(document, anchor) or kind_problems(document, INVOICE_KINDS, anchor)
    return problems


def _invoice_problems(evidence: Evidence, invoice: EvidenceInvoice, position: int) -> list[Problem]:
    """R-CLM-12: file, supplier, number, date, currency and lines of one invoice."""
    name = invoice.number.strip() or invoice.supplier.strip() or str(position)
    problems = _header_problems(evidence, invoice, name)
    file = evidence.file_of(invoice)
    if file is None:
        text = _("Invoice %(name)s: attach its file.") % {"name": name}
        problems.append(_problem("invoice_file_missing", text, "R-POE-07", name))
    else:
        anchor = anchor_of(INVOICES_SLUG)
        problems += file_problems(file, anchor) or kind_problems(file, INVOICE_KINDS, anchor)
    if not invoice.lines:
        text = _("Invoice %(name)s: add at least one line.") % {"name": name}
        problems.append(_problem("invoice_lines_missing", text, "R-CLM-12", name))
    for number, line in enumerate(invoice.lines, start=1):
        problems += _line_problems(evidence, line, {"name": name, "line": number})
    return problems


def _header_problems(evidence: Evidence, invoice: EvidenceInvoice, name: str) -> list[Problem]:
    wanted = (
        (_("supplier"), invoice.supplier.strip()),
        (_("number"), invoice.number.strip()),
        (_("date"), invoice.date),
        (_("currency"), invoice.currency),
    )
    problems = []
    empty = ", ".join(label for label, value in wanted if not value)
    if empty:
        text = _("Invoice %(name)s: enter %(fields)s.") % {"name": name, "fields": empty}
        problems.append(_problem("invoice_incomplete", text, "R-CLM-12", name))
    if invoice.date and invoice.date > evidence.today:
        text = _("Invoice %(name)s: its date is in the future. Correct it.") % {"name": name}
        problems.append(_problem("invoice_date_future", text, "R-CLM-15", name))
    if invoice.currency and invoice.currency != evidence.currency:
        text = _("Invoice %(name)s is in %(other)s. Only evidence in %(currency)s counts here.")
        message = text % {"name": name, "other": invoice.currency, "currency": evidence.currency}
        problems.append(_problem("invoice_currency", message, "R-POE-12", name))
    vendor = evidence.vendor_name.casefold()
    vendor_only = evidence.spec.cost_evidence == COST_VENDOR_INVOICE_ONLY
    if vendor_only and vendor and invoice.supplier.strip() and vendor not in invoice.supplier.casefold():
        text = _("Invoice %(name)s is from %(supplier)s. Only original invoices of %(vendor)s count here.")
        message = text % {"name": name, "supplier": invoice.supplier, "vendor": evidence.vendor_name}
        problems.append(_problem("invoice_not_of_vendor", message, "D-23", name))
    return problems


def _line_problems(evidence: Evidence, line: EvidenceLine, where: dict[str, object]) -> list[Problem]:
    problems = []
    name = str(where["name"])
    if not line.expense_type:
        text = _("Invoice %(name)s, line %(line)d: choose the expense type.") % where
        problems.append(_problem("expense_type_missing", text, "R-CLM-12", name))
    elif evidence.spec.expense(line.expense_type) is None:
        expense = line.expense_label or line.expense_type.replace("_", " ")
        text = _("Invoice %(name)s, line %(line)d: this activity does not pay for “%(expense)s”. Remove the line.")
        message = text % {**where, "expense": evidence.text(expense)}
        problems.append(_problem("expense_not_eligible", message, "D-11", name))
    if line.net is None or line.tax is None or line.gross is None:
        text = _("Invoice %(name)s, line %(line)d: enter net, tax and gross.") % where
        problems.append(_problem("line_incomplete", text, "R-CLM-12", name))
    elif line.net + line.tax != line.gross:
        text = _("Invoice %(name)s, line %(line)d: net and tax do not add up to gross. Correct it.") % where
        problems.append(_problem("line_sum", text, "R-CLM-12", name))
    return problems + _traveller_problems(evidence, line, where)


def _traveller_problems(evidence: Evidence, line: EvidenceLine, where: dict[str, object]) -> list[Problem]:
    """D-11: a travel line names one of the attendees, because its cap counts by person and conference (R-CAP-04)."""
    if line.expense_type not in evidence.spec.travel_expenses:
        return []
    name = str(where["name"])
    if not line.attendee.strip():
        text = _("Invoice %(name)s, line %(line)d: choose who travelled.") % where
        return [_problem("traveller_missing", text, "D-11", name)]
    if line.attendee not in evidence.attendees:
        text = _("Invoice %(name)s, line %(line)d: %(person)s is not among the attendees of the conference.")
        message = text % {**where, "person": line.attendee}
        return [_problem("traveller_unknown", message, "D-11", name)]
    return []


def _certification_card(evidence: Evidence) -> Card:
    report = evidence.certification
    problems = []
    if report is not None and not accepts_certification(evidence):
        text = _("This activity accepts invoices only. Remove the certification report.")
        problems = [_report_problem("certification_refused", text, "D-23")]
    elif report is not None:
        problems = _report_problems(evidence, report)
    files = evidence.documents_for(CERTIFICATION_SLUG)
    for file in files:
        problems += file_problems(file, anchor_of(CERTIFICATION_SLUG))
    return Card(
        slug=CERTIFICATION_SLUG,
        section=SECTION_COST,
        title=_("Certification report"),
        help=_("Certification statement and report for work done in-house."),
        required=False,
        state=state_of(problems, present=report is not None),
        items=tuple(file.id for file in files),
        problems=tuple(problems),
    )


def _report_problems(evidence: Evidence, report: EvidenceCertification) -> list[Problem]:
    """D-19: everything the report holds must be there."""
    wanted = (
        (_("activity"), report.activity.strip()),
        (_("period of work"), report.period_from and report.period_to),
        (_("currency"), report.currency),
        (_("name of the certifier"), report.certifier_name.strip()),
        (_("title of the certifier"), report.certifier_title.strip()),
        (_("date of the certification"), report.certified_on),
    )
    problems = []
    empty = ", ".join(label for label, value in wanted if not value)
    if empty:
        text = _("Certification report: enter %(fields)s.") % {"fields": empty}
        problems.append(_report_problem("certification_incomplete", text))
    if report.period_from and report.period_to and report.period_from > report.period_to:
        text = _("Certification report: the period ends before it starts. Correct it.")
        problems.append(_report_problem("certification_period", text))
    if report.line_count < 1:
        text = _("Certification report: add at least one line of work or cost.")
        problems.append(_report_problem("certification_lines_missing", text))
    elif report.total is None or report.total <= 0:
        text = _("Certification report: the total must be greater than zero.")
        problems.append(_report_problem("certification_total", text))
    if report.currency and report.currency != evidence.currency:
        text = _("The certification report is in %(other)s. Only evidence in %(currency)s counts here.")
        message = text % {"other": report.currency, "currency": evidence.currency}
        problems.append(_report_problem("certification_currency", message, "R-POE-12"))
    return problems or _signature_problems(report)


def _signature_problems(report: EvidenceCertification) -> list[Problem]:
    """D-19: asked for once nothing else is missing; only a complete report can be signed."""
    if report.signature == SOUND:
        return []
    if report.signature == BROKEN:
        text = _("The certification report no longer says what was signed. Look through it and sign it again.")
        return [_report_problem(TAMPERED_CODE, text)]
    text = _("The certification report needs your signature.")
    if report.signature == VOID:
        text = _("The certification report was changed after it was signed. It needs your signature again.")
    return [_report_problem(UNSIGNED_CODE, text)]


def _coverage_card(evidence: Evidence) -> Card:
    """R-POE-12 as a stop at submission (D-23). Waits silently until there is an amount and evidence."""
    begun = bool(evidence.invoices) or evidence.certification is not None
    proven = eligible_total(evidence)
    problems = []
    state = MISSING
    if evidence.amount is not None and evidence.amount.is_finite() and begun:
        if proven < evidence.amount:
            text = _("The evidence proves %(proven)s, but you ask for %(asked)s. Add evidence or ask for less.")
            message = text % {"proven": _money(evidence, proven), "asked": _money(evidence, evidence.amount)}
            problems = [Problem("evidence_short", message, "R-POE-12", anchor_of(COVERAGE_SLUG))]
        state = state_of(problems, present=True)
    return Card(
        slug=COVERAGE_SLUG,
        section=SECTION_COST,
        title=_("Evidence covers the amount"),
        help=_("Proven so far: %(proven)s.") % {"proven": _money(evidence, proven)},
        state=state,
        problems=tuple(problems),
    )


def _money(evidence: Evidence, amount: Decimal) -> str:
    return format_amount(amount, evidence.currency, get_language() or "en")


def _problem(code: str, message: str, rule: str, subject: str = "") -> Problem:
    return Problem(code, message, rule, anchor_of(INVOICES_SLUG), subject)


def _report_problem(code: str, message: str, rule: str = "D-19") -> Problem:
    return Problem(code, message, rule, anchor_of(CERTIFICATION_SLUG))
