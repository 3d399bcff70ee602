"""The certification statement and report as PDF (D-19). Pure: same report, same bytes."""

from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from core.money import format_amount
from proofs.models import CertificationLine, CertificationReport

MARGIN = 20 * mm
_STYLES = getSampleStyleSheet()
TITLE = ParagraphStyle("title", parent=_STYLES["Title"], alignment=0, fontSize=16, leading=20)
TEXT = ParagraphStyle("text", parent=_STYLES["BodyText"], fontSize=9.5, leading=13)
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=8.5, leading=11)
GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#8a95a6")),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f2f4f7")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def render_pdf(report: CertificationReport) -> bytes:
    """The report on A4 pages; text is escaped, so that nothing typed becomes markup."""
    proof = report.proof
    buffer = BytesIO()
    page = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"{_('Certification statement and report')} {proof.number}",
        invariant=1,
    )
    page.build(
        [
            Paragraph(_("Certification statement and report"), TITLE),
            Paragraph(f"{proof.number} · {_safe(proof.enrollment.location.partner.name)}", TEXT),
            Spacer(1, 5 * mm),
            _facts(report),
            Spacer(1, 5 * mm),
            *_lines(report),
            Spacer(1, 6 * mm),
            Paragraph(_safe(report.statement), TEXT),
            Spacer(1, 10 * mm),
            Paragraph(f"{_safe(report.certifier_name)}, {_safe(report.certifier_title)}", TEXT),
            Paragraph(_day(report.certified_on), TEXT),
        ]
    )
    return buffer.getvalue()


def _safe(text: Any) -> str:
    return str(text or "—").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _day(day: Any) -> str:
    return date_format(day) if day else "—"


def _cell(text: Any) -> Paragraph:
    return Paragraph(_safe(text), SMALL)


def _facts(report: CertificationReport) -> Table:
    rows = [
        [_cell(_("Work done")), _cell(report.activity)],
        [_cell(_("Period")), _cell(f"{_day(report.period_from)} – {_day(report.period_to)}")],
        [_cell(_("Location")), _cell(report.proof.enrollment.location)],
        [_cell(_("Total")), _cell(format_amount(report.total(), report.currency or report.proof.currency))],
    ]
    return Table(rows, colWidths=[40 * mm, 130 * mm])


def _lines(report: CertificationReport) -> list[Any]:
    lines = list(report.lines.all())
    currency = report.currency or report.proof.currency
    work = [line for line in lines if line.is_work]
    other = [line for line in lines if not line.is_work]
    parts: list[Any] = []
    if work:
        head = [_("Person"), _("Role"), _("Period"), _("Hours"), _("Hourly rate"), _("Cost")]
        parts += [
            _table(head, [_work(line, currency) for line in work], [40, 35, 30, 15, 25, 25]),
            Spacer(1, 4 * mm),
        ]
    if other:
        rows = [[line.description, format_amount(line.cost(), currency)] for line in other]
        parts.append(_table([_("Other cost"), _("Amount")], rows, [130, 40]))
    return parts


def _work(line: CertificationLine, currency: str) -> list[Any]:
    rate = format_amount(line.rate, currency) if line.rate is not None else "—"
    return [line.person, line.role, line.period, line.hours, rate, format_amount(line.cost(), currency)]


def _table(head: list[str], rows: list[list[Any]], widths: list[int]) -> Table:
    cells = [[_cell(value) for value in row] for row in [head, *rows]]
    table = Table(cells, colWidths=[width * mm for width in widths], repeatRows=1)
    table.setStyle(GRID)
    return table
