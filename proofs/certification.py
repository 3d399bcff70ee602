"""The certification statement and report as PDF (D-19). Pure: same report, same bytes."""

from typing import Any

from django.utils.translation import gettext as _

from core.money import format_amount
from core.papers import NOTHING, day, gap, paper, table, text
from proofs.models import CertificationLine, CertificationReport


def render_pdf(report: CertificationReport) -> bytes:
    """The report on A4 pages; text is escaped, so that nothing typed becomes markup."""
    proof = report.proof
    parts = [
        table(_facts(report), (40, 130), ruled=False),
        gap(5),
        *_lines(report),
        gap(6),
        text(report.statement),
        gap(10),
        text(f"{report.certifier_name or NOTHING}, {report.certifier_title or NOTHING}"),
        text(day(report.certified_on)),
    ]
    about = f"{proof.number} · {proof.enrollment.location.partner.name}"
    return paper(_("Certification statement and report"), about, parts)


def _facts(report: CertificationReport) -> list[list[Any]]:
    return [
        [_("Work done"), report.activity],
        [_("Period"), f"{day(report.period_from)} – {day(report.period_to)}"],
        [_("Location"), report.proof.enrollment.location],
        [_("Total"), format_amount(report.total(), report.currency or report.proof.currency)],
    ]


def _lines(report: CertificationReport) -> list[Any]:
    lines = list(report.lines.all())
    currency = report.currency or report.proof.currency
    work = [line for line in lines if line.is_work]
    other = [line for line in lines if not line.is_work]
    parts: list[Any] = []
    if work:
        head = [_("Person"), _("Role"), _("Period"), _("Hours"), _("Hourly rate"), _("Cost")]
        parts += [table([_work(line, currency) for line in work], (40, 35, 30, 15, 25, 25), head), gap(4)]
    if other:
        rows = [[line.description, format_amount(line.cost(), currency)] for line in other]
        parts.append(table(rows, (130, 40), [_("Other cost"), _("Amount")]))
    return parts


def _work(line: CertificationLine, currency: str) -> list[Any]:
    rate = format_amount(line.rate, currency) if line.rate is not None else NOTHING
    return [line.person, line.role, line.period, line.hours, rate, format_amount(line.cost(), currency)]
