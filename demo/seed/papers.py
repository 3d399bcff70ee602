"""Paper evidence as real PDFs: invoices in several layouts and languages, invitations, agendas, scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from babel.dates import format_date
from babel.numbers import format_currency
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
LEFT, RIGHT = 22 * mm, WIDTH - 20 * mm
GREY, INK = colors.HexColor("#5b6677"), colors.HexColor("#17202e")
WORDS = {
    "de": (
        "Rechnung",
        "Rechnungsnummer",
        "Datum",
        "Leistung",
        "Netto",
        "USt.",
        "Gesamtbetrag",
        "Zahlbar innerhalb von 14 Tagen ohne Abzug.",
    ),
    "fr": (
        "Facture",
        "Numéro de facture",
        "Date",
        "Prestation",
        "Montant HT",
        "TVA",
        "Total TTC",
        "Paiement à 30 jours.",
    ),
    "nl": ("Factuur", "Factuurnummer", "Datum", "Omschrijving", "Netto", "BTW", "Totaal", "Betaling binnen 30 dagen."),
    "es": ("Factura", "Número de factura", "Fecha", "Concepto", "Base imponible", "IVA", "Total", "Pago a 30 días."),
    "en": ("Invoice", "Invoice number", "Date", "Description", "Net", "VAT", "Total due", "Payment within 30 days."),
}


@dataclass(frozen=True)
class Supplier:
    name: str
    street: str
    town: str
    tax_id: str
    colour: str
    layout: int = 0


@dataclass(frozen=True)
class Bill:
    """What one invoice says; the same figures are typed into the product. lines: (text, net, tax)."""

    supplier: Supplier
    number: str
    day: date
    customer: str
    customer_town: str
    currency: str
    language: str
    tax_rate: int
    lines: Sequence[tuple[str, Decimal, Decimal]]

    @property
    def net(self) -> Decimal:
        return sum((net for _text, net, _tax in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((tax for _text, _net, tax in self.lines), Decimal(0))


def invoice(bill: Bill) -> bytes:
    """The invoice on one page, in its supplier's layout."""
    buffer = BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    page.setTitle(f"{WORDS[bill.language][0]} {bill.number}")
    page.setAuthor(bill.supplier.name)
    head = (_band_head, _plain_head, _side_head)[bill.supplier.layout % 3]
    y = head(page, bill)
    y = _facts(page, bill, y)
    _total(page, bill, _rows(page, bill, y))
    page.showPage()
    page.save()
    return buffer.getvalue()


def _band_head(page: Canvas, bill: Bill) -> float:
    page.setFillColor(colors.HexColor(bill.supplier.colour))
    page.rect(0, HEIGHT - 30 * mm, WIDTH, 30 * mm, stroke=0, fill=1)
    page.setFillColor(colors.white)
    page.setFont("Helvetica-Bold", 20)
    page.drawString(LEFT, HEIGHT - 19 * mm, bill.supplier.name)
    return HEIGHT - 45 * mm


def _plain_head(page: Canvas, bill: Bill) -> float:
    page.setFillColor(colors.HexColor(bill.supplier.colour))
    page.setFont("Times-Bold", 22)
    page.drawRightString(RIGHT, HEIGHT - 24 * mm, bill.supplier.name)
    page.setFillColor(GREY)
    page.setFont("Times-Roman", 10)
    page.drawRightString(RIGHT, HEIGHT - 30 * mm, f"{bill.supplier.street} · {bill.supplier.town}")
    page.line(LEFT, HEIGHT - 34 * mm, RIGHT, HEIGHT - 34 * mm)
    return HEIGHT - 50 * mm


def _side_head(page: Canvas, bill: Bill) -> float:
    page.setFillColor(colors.HexColor(bill.supplier.colour))
    page.rect(0, 0, 9 * mm, HEIGHT, stroke=0, fill=1)
    page.circle(LEFT + 5 * mm, HEIGHT - 21 * mm, 5 * mm, stroke=0, fill=1)
    page.setFillColor(INK)
    page.setFont("Helvetica-Bold", 15)
    page.drawString(LEFT + 14 * mm, HEIGHT - 23 * mm, bill.supplier.name)
    return HEIGHT - 48 * mm


def _facts(page: Canvas, bill: Bill, y: float) -> float:
    words = WORDS[bill.language]
    page.setFillColor(GREY)
    page.setFont("Helvetica", 8)
    page.drawString(LEFT, y, f"{bill.supplier.name} · {bill.supplier.street} · {bill.supplier.town}")
    page.setFillColor(INK)
    page.setFont("Helvetica", 10.5)
    for offset, text in enumerate((*_wrapped(bill.customer, 52), bill.customer_town)):
        page.drawString(LEFT, y - (9 + 5 * offset) * mm, text)
    facts = ((words[1], bill.number), (words[2], format_date(bill.day, "medium", locale=bill.language)))
    for offset, (label, value) in enumerate((*facts, (words[5], bill.supplier.tax_id))):
        page.setFillColor(GREY)
        page.drawString(RIGHT - 72 * mm, y - (9 + 5 * offset) * mm, f"{label}")
        page.setFillColor(INK)
        page.drawRightString(RIGHT, y - (9 + 5 * offset) * mm, value)
    page.setFont("Helvetica-Bold", 15)
    page.drawString(LEFT, y - 44 * mm, f"{words[0]} {bill.number}")
    return y - 56 * mm


def _rows(page: Canvas, bill: Bill, y: float) -> float:
    words = WORDS[bill.language]
    page.setFont("Helvetica-Bold", 9)
    page.drawString(LEFT, y, words[3])
    page.drawRightString(RIGHT, y, words[4])
    page.setLineWidth(0.5)
    page.line(LEFT, y - 2 * mm, RIGHT, y - 2 * mm)
    page.setFont("Helvetica", 10)
    for text, net, _tax in bill.lines:
        y -= 8 * mm
        page.drawString(LEFT, y, text)
        page.drawRightString(RIGHT, y, _money(net, bill))
    page.line(LEFT, y - 3 * mm, RIGHT, y - 3 * mm)
    return y - 10 * mm


def _total(page: Canvas, bill: Bill, y: float) -> None:
    words = WORDS[bill.language]
    rows = ((words[4], bill.net), (f"{words[5]} {bill.tax_rate} %", bill.tax), (words[6], bill.net + bill.tax))
    for label, value in rows:
        page.setFont("Helvetica-Bold" if label == words[6] else "Helvetica", 10.5)
        page.drawRightString(RIGHT - 42 * mm, y, label)
        page.drawRightString(RIGHT, y, _money(value, bill))
        y -= 6 * mm
    page.setFillColor(GREY)
    page.setFont("Helvetica", 8.5)
    page.drawString(LEFT, y - 14 * mm, words[7])
    page.drawString(
        LEFT, 18 * mm, f"{bill.supplier.name} · {bill.supplier.street}, {bill.supplier.town} · {bill.supplier.tax_id}"
    )


def _money(value: Decimal, bill: Bill) -> str:
    return format_currency(value, bill.currency, locale=bill.language).replace("\u202f", " ").replace("\xa0", " ")


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def sheet(title: str, by: str, lines: Sequence[str], colour: str = "#1f4e9c") -> bytes:
    """A page or two of text with a coloured head: invitations, agendas, scripts, terms."""
    buffer = BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    page.setTitle(title)
    page.setFillColor(colors.HexColor(colour))
    page.rect(0, HEIGHT - 62 * mm, WIDTH, 62 * mm, stroke=0, fill=1)
    page.setFillColor(colors.white)
    page.setFont("Helvetica-Bold", 23)
    y = HEIGHT - 28 * mm
    for part in _wrapped(title, 40)[:3]:
        page.drawString(LEFT, y, part)
        y -= 10 * mm
    page.setFont("Helvetica", 11)
    page.drawString(LEFT, HEIGHT - 56 * mm, _wrapped(by, 86)[0])
    y = HEIGHT - 80 * mm
    for line in lines:
        for part in _wrapped(line, 88) if line else [""]:
            page.setFillColor(INK)
            page.setFont("Helvetica", 11)
            page.drawString(LEFT, y, part)
            y -= 7 * mm
    page.save()
    return buffer.getvalue()


def agenda(title: str, by: str, first: date, language: str) -> bytes:
    """A day's agenda with times."""
    slots = (
        ("09:00", "Registration and coffee"),
        ("09:30", "Welcome"),
        ("10:00", "Contoso cloud in daily work: live demo"),
        ("11:15", "Security for small companies"),
        ("12:30", "Lunch"),
        ("13:30", "Hands-on session with Contoso devices"),
        ("15:00", "Questions and one-to-one talks"),
        ("16:00", "End"),
    )
    day = format_date(first, "full", locale="en_GB" if language == "en" else language)
    return sheet(title, by, [day, "", *(f"{time}   {what}" for time, what in slots)], "#24604f")


def terms(title: str, by: str, first: date) -> bytes:
    last = first + timedelta(days=30)
    return sheet(
        title,
        by,
        [
            f"Valid from {first:%d %b %Y} to {last:%d %b %Y}.",
            "",
            "For every Contoso device bought with a three-year plan the customer gets a dock free of charge.",
            "One offer per customer. While stocks last. Cannot be combined with other offers.",
            "Send the proof of purchase within 14 days to the address on your receipt.",
        ],
        "#7a3d12",
    )
