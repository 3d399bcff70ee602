"""The certification statement and report as PDF (D-19), and its blank template. Pure: same report, same bytes."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.money import format_amount
from core.papers import NOTHING, Blank, day, gap, paper, table, text
from proofs.models import CertificationLine, CertificationReport, Proof
from proofs.signature import digest_of

TEMPLATE_LINES = 8  # people and other costs a blank page takes; who has more fills in a second one
_FACTS = (40, 130)
_WORK = (40, 35, 30, 15, 25, 25)
_COSTS = (130, 40)


def render_pdf(report: CertificationReport) -> bytes:
    """The report on A4 pages, with its signature where it has one; typed text is escaped, it never becomes markup."""
    certifier = f"{report.certifier_name or NOTHING}, {report.certifier_title or NOTHING}"
    parts = [table(_facts(report), _FACTS, ruled=False), gap(5), *_lines(report)]
    parts += [gap(6), text(report.statement), gap(10), text(certifier), text(day(report.certified_on))]
    if report.signed_digest:
        parts += [gap(8), table(_signature(report), _FACTS)]
    return paper(_("Certification statement and report"), _about(report.proof), parts)


def render_template(proof: Proof) -> bytes:
    """The same paper with blanks, for who collects the figures away from the application; a form that can be filled in
    on screen or by hand."""
    program = proof.enrollment.program
    facts: list[list[Any]] = [
        [_("Work done"), Blank("activity", _("Work done"), 124)],
        [_("Period"), Blank("period", _("Period"), 124)],
        [_("Location"), proof.enrollment.location],
        [_("Total"), Blank("total", _("Total"), 124)],
        [_("Currency"), proof.currency],
    ]
    parts = [table(facts, _FACTS, ruled=False), gap(5)]
    parts += [table(_blank_rows("work", _work_head(), _WORK), _WORK, _work_head()), gap(4)]
    parts += [table(_blank_rows("cost", _cost_head(), _COSTS), _COSTS, _cost_head()), gap(6)]
    parts += [text(program.certification_statement), gap(6)]
    certifier = (_("Name of the person who certifies"), _("Title"), _("Date"))
    names = ("certifier_name", "certifier_title", "certified_on")
    rows = [[label, Blank(name, label, 114)] for name, label in zip(names, certifier, strict=True)]
    parts.append(table(rows, (50, 120), ruled=False))
    return paper(_("Certification statement and report"), _about(proof), parts)


def _about(proof: Proof) -> str:
    return f"{proof.number} · {proof.enrollment.location.partner.name}"


def _blank_rows(kind: str, head: Iterable[str], widths: tuple[int, ...]) -> list[list[Any]]:
    columns = list(zip(head, widths, strict=True))
    return [
        [Blank(f"{kind}{row}_{place}", f"{label} {row}", width - 5) for place, (label, width) in enumerate(columns)]
        for row in range(1, TEMPLATE_LINES + 1)
    ]


def _work_head() -> list[str]:
    return [_("Person"), _("Role"), _("Period"), _("Hours"), _("Hourly rate"), _("Cost")]


def _cost_head() -> list[str]:
    return [_("Other cost"), _("Amount")]


def _facts(report: CertificationReport) -> list[list[Any]]:
    return [
        [_("Work done"), report.activity],
        [_("Period"), f"{day(report.period_from)} – {day(report.period_to)}"],
        [_("Location"), report.proof.enrollment.location],
        [_("Total"), format_amount(report.total(), report.currency or report.proof.currency)],
    ]


def _signature(report: CertificationReport) -> list[list[Any]]:
    signer: Any = report.signed_by
    return [
        [_("Signed electronically by"), report.signed_name],
        [_("Account"), f"{signer.display_name}, {signer.email}"],
        [_("Date and time"), signing_time(report)],
        [_("SHA-256 of the report"), digest_of(report)],
        [_("SHA-256 of the signature"), report.signed_digest],
    ]


def signing_time(report: CertificationReport) -> str:
    """When it was signed, to the second, in the zone of the program, which stands beside it."""
    zone = report.proof.enrollment.program.deadline_zone
    at: Any = report.signed_at
    local = at.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M:%S} ({zone.replace('_', ' ')}, UTC{local:%z})"


def _lines(report: CertificationReport) -> list[Any]:
    lines = list(report.lines.all())
    currency = report.currency or report.proof.currency
    work = [line for line in lines if line.is_work]
    other = [line for line in lines if not line.is_work]
    parts: list[Any] = []
    if work:
        parts += [table([_work(line, currency) for line in work], _WORK, _work_head()), gap(4)]
    if other:
        rows = [[line.description, format_amount(line.cost(), currency)] for line in other]
        parts.append(table(rows, _COSTS, _cost_head()))
    return parts


def _work(line: CertificationLine, currency: str) -> list[Any]:
    rate = format_amount(line.rate, currency) if line.rate is not None else NOTHING
    return [line.person, line.role, line.period, line.hours, rate, format_amount(line.cost(), currency)]
