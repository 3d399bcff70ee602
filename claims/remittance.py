"""The remittance advice of one payment as PDF (R-CLM-31, R-DASH-07). Pure: same payment, same bytes."""

from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from claims.models import Payment, RunLine
from core.money import format_amount

MARGIN = 20 * mm
WIDE, NARROW = 120 * mm, 50 * mm
_STYLES = getSampleStyleSheet()
TITLE = ParagraphStyle("title", parent=_STYLES["Title"], alignment=0, fontSize=16, leading=20)
TEXT = ParagraphStyle("text", parent=_STYLES["BodyText"], fontSize=9.5, leading=13)
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=8.5, leading=11)
GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#8a95a6")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def render_pdf(line: RunLine, vendor: str) -> bytes:
    """The advice for what a run paid: parties, claim, rungs from asked to paid, rates, account (masked), reference."""
    payment = line.payment
    buffer = BytesIO()
    page = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"{_('Remittance advice')} {payment.number}",
        invariant=1,
    )
    page.build(
        [
            Paragraph(_("Remittance advice"), TITLE),
            Paragraph(_safe(f"{payment.number} · {vendor}"), TEXT),
            Spacer(1, 5 * mm),
            _table(_parties(line, vendor)),
            Spacer(1, 5 * mm),
            _table(_rungs(line), GRID),
            *_cost_lines(payment),
            Spacer(1, 5 * mm),
            _table(_rates(payment)),
        ]
    )
    return buffer.getvalue()


def _safe(text: Any) -> str:
    return str(text or "—").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _table(rows: list[tuple[Any, Any]], style: TableStyle | None = None) -> Table:
    cells = [[Paragraph(_safe(value), SMALL) for value in row] for row in rows]
    table = Table(cells, colWidths=[NARROW, WIDE])
    if style is not None:
        table.setStyle(style)
    return table


def _parties(line: RunLine, vendor: str) -> list[tuple[Any, Any]]:
    payment = line.payment
    place = payment.enrollment.location
    return [
        (_("From"), vendor),
        (_("To"), f"{place.partner.name}, {place.name}"),
        (_("Program"), payment.enrollment.program.name),
        (_("Account"), f"{line.profile.holder}, {line.profile.masked}"),
        (_("Sent on"), date_format(payment.sent_on) if payment.sent_on else "—"),
        (_("Reference"), payment.number),
    ]


def _rungs(line: RunLine) -> list[tuple[Any, Any]]:
    payment, claim = line.payment, line.payment.claim
    rows: list[tuple[Any, Any]] = []
    if claim is not None:
        rows = [
            (_("Claim"), f"{claim.number} {claim.proof.name}"),
            (_("Asked"), format_amount(claim.amount, claim.currency)),
        ]
        if claim.payable is not None:
            rows.append((_("Payable"), format_amount(claim.payable, claim.currency)))
        if claim.approved_amount is not None:
            rows.append((_("Approved"), format_amount(claim.approved_amount, claim.currency)))
    return [
        *rows,
        (_("From the fund"), format_amount(payment.amount, payment.currency)),
        (_("Paid"), format_amount(line.amount, line.currency)),
    ]


def _cost_lines(payment: Payment) -> list[Any]:
    """What the vendor decided on each cost line, of the last decision (R-FUND-16)."""
    if payment.claim is None:
        return []
    lines = list(payment.claim.line_decisions.all())
    last = max((one.round for one in lines), default=0)
    rows = [
        (
            one.label,
            " · ".join(
                part
                for part in (
                    format_amount(one.amount, payment.claim.currency),
                    str(one.get_outcome_display()),
                    one.reason,
                )
                if part
            ),
        )
        for one in lines
        if one.round == last
    ]
    return [Spacer(1, 5 * mm), _table(rows, GRID)] if rows else []


def _rates(payment: Payment) -> list[tuple[Any, Any]]:
    if payment.pay_currency in ("", payment.currency) or payment.rate_month is None:
        return [(_("Conversion"), _("none, fund and account have the same currency"))]
    month = date_format(payment.rate_month, "F Y")
    return [
        (_("Conversion"), _("at the vendor's rates of %(month)s, units per USD") % {"month": month}),
        (payment.currency, f"{payment.fund_rate:f}"),
        (payment.pay_currency, f"{payment.pay_rate:f}"),
    ]
