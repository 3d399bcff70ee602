"""Invoices as suppliers of several countries write them, made here: text with places, and what a person reads in them.

Each is a list of (x, y, text) in points from the top left corner of an A4 page, with the values that are on it.
"""

from dataclasses import dataclass, field
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

ASIAN = {"zh": "STSong-Light", "ja": "HeiseiKakuGo-W5"}


@dataclass(frozen=True)
class Paper:
    """lang: decides on the font · lines: (x, y, text) · values: by field, as they are handed on."""

    lang: str
    lines: tuple[tuple[float, float, str], ...]
    values: dict[str, str] = field(default_factory=dict)

    def pdf(self) -> bytes:
        """The same bytes for the same paper."""
        font = ASIAN.get(self.lang, "Helvetica")
        if self.lang in ASIAN:
            pdfmetrics.registerFont(UnicodeCIDFont(font))
        buffer = BytesIO()
        page = canvas.Canvas(buffer, pagesize=A4, invariant=1)
        page.setFont(font, 10)
        for x, y, text in self.lines:
            page.drawString(x, A4[1] - y, text)
        page.save()
        return buffer.getvalue()


def _table(top: float, rows: list[tuple[str, ...]], at: tuple[float, ...]) -> list[tuple[float, float, str]]:
    return [
        (x, top + 16 * number, cell)
        for number, row in enumerate(rows) for x, cell in zip(at, row, strict=True) if cell
    ]  # fmt: skip


PAPERS = {
    "german, block at the right": Paper(
        "de",
        (
            (50, 50, "Druckhaus Sommer GmbH"),
            (50, 64, "Lindenstraße 12, 04229 Leipzig"),
            (50, 78, "Tel. 0341 555 01 77 · www.druckhaus-sommer.de"),
            (50, 140, "Rechnungsadresse"),
            (50, 154, "Fabrikam Handels AG"),
            (50, 168, "Ringstraße 5, 60311 Frankfurt"),
            (360, 140, "Rechnungsnummer:"), (470, 140, "RE-2026-00417"),
            (360, 154, "Rechnungsdatum:"), (470, 154, "14.10.2026"),
            (360, 168, "Lieferdatum:"), (470, 168, "02.10.2026"),
            (50, 230, "RECHNUNG"),
            *_table(270, [
                ("Pos", "Beschreibung", "Menge", "Einzelpreis", "Betrag"),
                ("1", "Plakate A1, 4-farbig", "500", "2,10", "1.050,00"),
                ("2", "Flyer DIN lang", "5.000", "0,04", "200,00"),
            ], (50, 80, 320, 400, 490)),
            (400, 340, "Zwischensumme netto"), (510, 340, "1.250,00 €"),
            (400, 354, "zzgl. 19 % MwSt."), (510, 354, "237,50 €"),
            (400, 368, "Rechnungsbetrag"), (510, 368, "1.487,50 €"),
            (50, 420, "Zahlbar bis 28.10.2026 ohne Abzug."),
            (50, 780, "Druckhaus Sommer GmbH · HRB 12345 Leipzig · USt-IdNr. DE123456789 · IBAN DE02 1203"),
        ),
        {"supplier": "Druckhaus Sommer GmbH", "invoice_number": "RE-2026-00417", "date": "2026-10-14",
         "currency": "EUR", "net": "1250.00", "tax": "237.50", "total": "1487.50"},
    ),
    "french": Paper(
        "fr",
        (
            (50, 50, "Imprimerie Lemaire SARL"),
            (50, 64, "18 rue des Carmes, 44000 Nantes"),
            (50, 78, "SIRET 812 345 678 00012 · TVA FR12812345678"),
            (330, 120, "Facturé à"),
            (330, 134, "Northwind France SAS"),
            (330, 148, "3 avenue Foch, 75116 Paris"),
            (50, 190, "FACTURE N° FA-20261103-7"),
            (50, 206, "Date de facturation : 3 novembre 2026"),
            (50, 220, "Échéance : 3 décembre 2026"),
            (360, 330, "Total HT"), (490, 330, "2 400,00 €"),
            (360, 346, "TVA 20 %"), (490, 346, "480,00 €"),
            (360, 362, "Total TTC"), (490, 362, "2 880,00 €"),
        ),
        {"supplier": "Imprimerie Lemaire SARL", "invoice_number": "FA-20261103-7", "date": "2026-11-03",
         "currency": "EUR", "net": "2400.00", "tax": "480.00", "total": "2880.00"},
    ),
    "spanish": Paper(
        "es",
        (
            (50, 50, "Publicidad Ibérica S.L."),
            (50, 64, "Calle Mayor 8, 28013 Madrid"),
            (50, 78, "CIF B12345678"),
            (350, 50, "Factura"),
            (350, 66, "Número de factura: 2026/0915"),
            (350, 80, "Fecha de factura: 15/09/2026"),
            (50, 140, "Cliente"),
            (50, 154, "Fabrikam España S.A."),
            (360, 330, "Base imponible"), (490, 330, "800,00 EUR"),
            (360, 346, "IVA 21 %"), (490, 346, "168,00 EUR"),
            (360, 362, "Total factura"), (490, 362, "968,00 EUR"),
        ),
        {"supplier": "Publicidad Ibérica S.L.", "invoice_number": "2026/0915", "date": "2026-09-15",
         "currency": "EUR", "net": "800.00", "tax": "168.00", "total": "968.00"},
    ),
    "dutch, headings over values": Paper(
        "nl",
        (
            (50, 50, "Reclamebureau De Molen B.V."),
            (50, 64, "Keizersgracht 101, 1015 CJ Amsterdam"),
            (50, 78, "KvK 34567890 · BTW NL001234567B01"),
            *_table(170, [
                ("Factuurnummer", "Factuurdatum", "Vervaldatum", "Klantnummer"),
                ("F26-0088", "21 oktober 2026", "20 november 2026", "40017"),
            ], (50, 170, 300, 430)),
            (330, 330, "Totaal excl. BTW"), (490, 330, "€ 650,00"),
            (330, 346, "BTW 21%"), (490, 346, "€ 136,50"),
            (330, 362, "Te betalen"), (490, 362, "€ 786,50"),
        ),
        {"supplier": "Reclamebureau De Molen B.V.", "invoice_number": "F26-0088", "date": "2026-10-21",
         "currency": "EUR", "net": "650.00", "tax": "136.50", "total": "786.50"},
    ),
    "english, two columns": Paper(
        "en",
        (
            (50, 50, "INVOICE"),
            (50, 80, "Harbour Lights Media Ltd"),
            (50, 94, "4 Quay Street, Bristol BS1 4DJ"),
            (50, 108, "VAT Reg No GB 123 4567 89"),
            (350, 80, "Bill to"),
            (350, 94, "Adatum Corporation Ltd"),
            (350, 108, "1 King Street, London"),
            (50, 150, "Invoice No."), (150, 150, "HLM-1093"),
            (50, 164, "Date of issue"), (150, 164, "30 September 2026"),
            (50, 178, "Order date"), (150, 178, "2 September 2026"),
            (360, 330, "Subtotal"), (490, 330, "£3,250.00"),
            (360, 346, "VAT @ 20%"), (490, 346, "£650.00"),
            (360, 362, "Amount due"), (490, 362, "£3,900.00"),
        ),
        {"supplier": "Harbour Lights Media Ltd", "invoice_number": "HLM-1093", "date": "2026-09-30",
         "currency": "GBP", "net": "3250.00", "tax": "650.00", "total": "3900.00"},
    ),
    "american, month first": Paper(
        "en",
        (
            (50, 50, "Cascade Print & Sign, Inc."),
            (50, 64, "900 Pine St, Seattle, WA 98101"),
            (50, 78, "Phone (206) 555-0134"),
            (400, 50, "Invoice # 88213"),
            (400, 66, "Date: 09/28/2026"),
            (400, 82, "Due date: 10/28/2026"),
            (360, 330, "Subtotal"), (490, 330, "$1,180.00"),
            (360, 346, "Sales tax (10.25%)"), (490, 346, "$120.95"),
            (360, 362, "TOTAL"), (490, 362, "$1,300.95"),
            (50, 420, "All amounts in USD."),
        ),
        {"supplier": "Cascade Print & Sign, Inc.", "invoice_number": "88213", "date": "2026-09-28",
         "currency": "USD", "net": "1180.00", "tax": "120.95", "total": "1300.95"},
    ),
    "chinese": Paper(
        "zh",
        (
            (220, 50, "电子发票（普通发票）"),
            (400, 80, "发票号码：25117000000123456789"),
            (400, 96, "开票日期：2026年09月18日"),
            (50, 130, "购买方"), (100, 130, "名称：法布里卡姆贸易有限公司"),
            (300, 130, "销售方"), (350, 130, "名称：上海晨光印务有限公司"),
            (50, 300, "合计"), (330, 300, "¥5000.00"), (450, 300, "¥300.00"),
            (50, 330, "价税合计（大写）伍仟叁佰圆整"), (380, 330, "（小写）¥5300.00"),
        ),
        {"supplier": "上海晨光印务有限公司", "invoice_number": "25117000000123456789", "date": "2026-09-18",
         "currency": "CNY", "net": "5000.00", "tax": "300.00", "total": "5300.00"},
    ),
    "japanese": Paper(
        "ja",
        (
            (260, 50, "請求書"),
            (50, 90, "ファブリカム株式会社 御中"),
            (350, 90, "請求書番号：INV-20260905"),
            (350, 106, "発行日：2026年9月5日"),
            (350, 130, "株式会社さくら印刷"),
            (350, 146, "東京都千代田区神田1-2-3"),
            (350, 162, "登録番号 T1234567890123"),
            (330, 300, "小計"), (470, 300, "¥120,000"),
            (330, 316, "消費税（10%）"), (470, 316, "¥12,000"),
            (330, 332, "ご請求金額"), (470, 332, "¥132,000"),
        ),
        {"supplier": "株式会社さくら印刷", "invoice_number": "INV-20260905", "date": "2026-09-05",
         "currency": "JPY", "net": "120000", "tax": "12000", "total": "132000"},
    ),
}  # fmt: skip
