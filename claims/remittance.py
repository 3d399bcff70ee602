"""The remittance advice of one payment as PDF (R-CLM-31, R-DASH-07). Pure: same payment, same bytes."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from claims.models import Payment, RunLine
from core.money import format_amount
from core.papers import day, gap, paper, table

WIDTHS = (50, 120)  # millimetres


def render_pdf(line: RunLine, vendor: str) -> bytes:
    """The advice for what a run paid: parties, claim, rungs from asked to paid, rates, account (masked), reference."""
    payment = line.payment
    parts = [
        table(_parties(line, vendor), WIDTHS, ruled=False),
        gap(5),
        table(_rungs(line), WIDTHS),
        *_cost_lines(payment),
        gap(5),
        table(_rates(payment), WIDTHS, ruled=False),
    ]
    return paper(_("Remittance advice"), f"{payment.number} · {vendor}", parts)


def _parties(line: RunLine, vendor: str) -> list[tuple[Any, Any]]:
    payment = line.payment
    place = payment.enrollment.location
    return [
        (_("From"), vendor),
        (_("To"), f"{place.partner.name}, {place.name}"),
        (_("Program"), payment.enrollment.program.name),
        (_("Account"), f"{line.profile.holder}, {line.profile.masked}"),
        (_("Sent on"), day(payment.sent_on)),
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
    return [gap(5), table(rows, WIDTHS)] if rows else []


def _rates(payment: Payment) -> list[tuple[Any, Any]]:
    if payment.pay_currency in ("", payment.currency) or payment.rate_month is None:
        return [(_("Conversion"), _("none, fund and account have the same currency"))]
    month = date_format(payment.rate_month, "F Y")
    return [
        (_("Conversion"), _("at the vendor's rates of %(month)s, units per USD") % {"month": month}),
        (payment.currency, f"{payment.fund_rate:f}"),
        (payment.pay_currency, f"{payment.pay_rate:f}"),
    ]
