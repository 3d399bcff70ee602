"""What is read of invoices and receipts: every value of papers made here, and never sure where it may be wrong."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from proofs.reading import pdf_words
from proofs.reading.amounts import amounts_in
from proofs.reading.base import Box, Page, Word
from proofs.reading.captured import read_captured, read_place
from proofs.reading.dates import dates_in
from proofs.reading.days import read_day
from proofs.reading.layout import rows_of, split_words
from proofs.reading.reader import values_of
from tests.factories.invoices import PAPERS

TODAY = date(2027, 1, 1)


def written(*lines, score=1.0):
    """A page of these lines, one under the other; words two spaces apart stand in columns."""
    words: list[Word] = []
    for number, line in enumerate(lines):
        top = 0.05 + 0.03 * number
        words += split_words(line, Box(0.1, top, 0.1 + 0.01 * len(line), top + 0.02), score)
    return Page(1, rows_of(words), drawn=True)


def read(*lines, country="", score=1.0):
    return {name: value.value for name, value in values_of([written(*lines, score=score)], country, TODAY).items()}


@pytest.mark.parametrize("name", PAPERS)
def test_every_value_of_a_paper_is_read(name):
    paper = PAPERS[name]
    document = pdf_words.opened(paper.pdf())
    page = pdf_words.text_page(document[0], 1)
    values = values_of([page], "", TODAY)
    assert {field: value.value for field, value in values.items()} == paper.values
    for value in values.values():
        inside = all(0 <= edge <= 1 for edge in value.box)
        assert (value.page, inside) == (1, True)


def test_the_box_of_a_value_lies_where_it_is_printed():
    paper = PAPERS["german, block at the right"]
    page = pdf_words.text_page(pdf_words.opened(paper.pdf())[0], 1)
    total = values_of([page], "", TODAY)["total"]
    assert total.box.left == pytest.approx(510 / 595.3, abs=0.01)
    assert total.box.top < 368 / 841.9 < total.box.bottom + 0.005


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Summe 1.234,56 €", [("1234.56", "EUR")]),
        ("Total 1,234.56 USD", [("1234.56", "USD")]),
        ("TTC 1 234,56 €", [("1234.56", "EUR")]),
        ("CHF 1'234.50", [("1234.50", "CHF")]),
        ("¥12,000", [("12000", "JPY")]),
        ("RM86.00 A", [("86.00", "MYR")]),
        ("-3.72", [("-3.72", "")]),
        ("6% 45.60 2.74", [("45.60", ""), ("2.74", "")]),
        ("Tel 0341 555 01 77", []),
        ("14.10.2026", []),
    ],
)
def test_amounts(text, expected):
    found = [(f"{one.value:f}", one.currency) for one in amounts_in(text) if one.exact]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("14.10.2026", "", [("2026-10-14", False)]),
        ("03/04/2026", "", [("2026-04-03", True)]),
        ("03/04/2026", "US", [("2026-03-04", False)]),
        ("03/04/2026", "GB", [("2026-04-03", False)]),
        ("03/20/2026", "", [("2026-03-20", False)]),
        ("05/05/2026", "", [("2026-05-05", False)]),
        ("2026-11-03", "", [("2026-11-03", False)]),
        ("August 3 , 2014", "", [("2014-08-03", False)]),
        ("24 MAR 18", "", [("2018-03-24", False)]),
        ("3. März 2026", "", [("2026-03-03", False)]),
        ("1er février 2026", "", [("2026-02-01", False)]),
        ("15 de septiembre de 2026", "", [("2026-09-15", False)]),
        ("2026年9月5日", "", [("2026-09-05", False)]),
        ("31.02.2026", "", []),
        ("HD03-04-06 - 5/40/160", "", []),
        ("1.2.3.4", "", []),
        ("18/03/18 15:17", "", [("2018-03-18", False)]),
    ],
)
def test_dates(text, country, expected):
    assert [(one.day.isoformat(), one.ambiguous) for one in dates_in(text, country)] == expected


def test_an_ambiguous_date_is_never_sure_without_a_country():
    page = written("Invoice date: 03/04/2026")
    unknown, known = read_day([page], "", TODAY), read_day([page], "GB", TODAY)
    assert (unknown.value, unknown.sure) == ("2026-04-03", False)
    assert (known.value, known.sure) == ("2026-04-03", True)


def test_a_date_said_twice_settles_which_is_meant():
    day = read_day([written("Invoice date: 03/04/2026", "printed on 3 April 2026")], "", TODAY)
    assert (day.value, day.sure) == ("2026-04-03", True)


def test_due_days_and_days_to_come_are_not_the_date():
    page = written("Due date: 14.11.2026", "Order date 02.10.2026", "Date: 14.10.2026", "Valid until 31.12.2029")
    assert read_day([page], "", TODAY).value == "2026-10-14"


RECEIPT = (
    "COPPER KETTLE CAFE SDN BHD", "(123456-X)", "12, JALAN BESAR", "TAX INVOICE", "Date: 18/03/2018 12:10",
    "2 COFFEE 8.00", "Sub Total 8.00", "GST 6% 0.48",
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "total", "sure"),
    [
        (("Total 8.48", "Cash 10.00", "Change 1.52"), "8.48", True),
        (("Total 8.48", "VISA 8.48"), "8.48", True),
        (("Total Sales (Inclusive GST) 8.48", "Rounding 8.50", "Cash 10.00", "Change 1.50"), "8.50", True),
        (("Total Qty: 2", "Total 8.48", "Total Saving 2.00"), "8.48", True),
    ],
)
def test_totals_of_receipts(lines, total, sure):
    values = values_of([written(*RECEIPT, *lines)], "MY", TODAY)
    assert (values["total"].value, values["total"].sure) == (total, sure)
    assert values["supplier"].value == "COPPER KETTLE CAFE SDN BHD"


def test_a_total_nothing_else_confirms_is_not_sure():
    values = values_of([written("CAFE", "Coffee 8.00", "Cake 3.10", "Amount 11.40")], "", TODAY)
    assert (values["total"].value, values["total"].sure) == ("11.40", False)


def test_a_sign_read_as_a_digit_is_taken_off_where_the_sums_say_so():
    assert (
        read("SHOP LTD", "Total 0% supplies: 20.67", "Total 6% supplies (Inc. GST): 73.52", "Total Payable: 194.19")[
            "total"
        ]
        == "94.19"
    )


def test_what_was_read_badly_is_not_sure():
    page = written(*RECEIPT, "Total 8.48", "Cash 10.00", "Change 1.52", score=0.6)
    assert [name for name, value in values_of([page], "MY", TODAY).items() if value.sure] == []


@pytest.mark.parametrize(
    ("lines", "field", "expected"),
    [
        (("SHOP GMBH", "Summe 2.074,40 289,74 2.364,14"), "tax", "289.74"),
        (("SHOP GMBH", "Summe 2.074,40 289,74 2.364,14"), "total", "2364.14"),
        (
            ("HALL LTD", "£5,100.00 Total including VAT", "£850.00 of which VAT @ 20%", "£4,250.00 Net of VAT"),
            "net",
            "4250.00",
        ),
        (
            ("SIGNS LTD", "Total Net Amount 1,669.00", "Total Tax Amount 383.87", "Invoice Total 2,052.87"),
            "total",
            "2052.87",
        ),
        (("AGENCY", "Total excl. VAT 4266.86", "VAT 0.00", "Total 4266.86"), "net", "4266.86"),
        (("SOUND", "Total ₹ 1,47,500.00"), "total", "147500.00"),
        (("ATELIER", "zusammen 925,80 Euro"), "currency", "EUR"),
        (("GRAND HOTEL", "Room 312  Rm 4", "Total 802.73 USD"), "currency", "USD"),
        (("SONIDO S.A. DE C.V.", "Total $1,160.00", "Moneda: MXN"), "currency", "MXN"),
    ],
)  # fmt: skip
def test_sums_in_many_forms(lines, field, expected):
    assert read(*lines)[field] == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("LOGO", "Lichtpunkt Events GmbH", "Osterfeldstr. 19", "Rechnung Nr. 118204", "Total 10,00 €",
          *["·"] * 12,
          "Hotel Seeblick Betriebsgesellschaft mbH · Uferweg 1", "Amtsgericht Ulm HRB 58112 · USt-ID DE142551987"),
         "Hotel Seeblick Betriebsgesellschaft mbH"),
        (("ATELIER DES LUMIÈRES", "SARL au capital de 8 000 €", "SIRET 512 884 701", "Total 10,00 €"),
         "ATELIER DES LUMIÈRES"),
        (("STADTWERKE AM SEE", "Stadtwerke am See GmbH", "Total 10,00 €"), "Stadtwerke am See GmbH"),
        (("99 SPEED MART 5/B (519537-X)", "LOT P.T. 2811", "Total 10.00"), "99 SPEED MART S/B"),
        (("Bill to  Northwind Ltd", "Invoice no. 12345", "Service Provider: Stratus SARL, 38 rue Foch", "Total $1.00"),
         "Stratus SARL"),
    ],
)  # fmt: skip
def test_suppliers_told_from_customers_and_logos(lines, expected):
    assert read(*lines)["supplier"] == expected


def test_a_table_of_days_has_no_day_of_issue():
    page = written("Date  Description", "09-17-26  Guest Room 219.00", "09-18-26  Guest Room 219.00", "Total 438.00")
    day = read_day([page], "US", TODAY)
    assert day is None or not day.sure


def test_a_number_in_groups_is_one():
    assert (
        read("NORDFUNK GMBH", "Rechnungsnummer 47 1180 9026 0812", "Total 10,00 €")["invoice_number"]
        == "47 1180 9026 0812"
    )


def test_a_poster_with_a_company_on_it_is_no_invoice():
    assert read("Fabrikam Ltd", "Summer sale", "14 October 2026") == {}


def picture(exif=None):
    image = Image.new("RGB", (40, 30), "white")
    buffer = BytesIO()
    image.save(buffer, "JPEG", **({"exif": exif} if exif is not None else {}))
    return Image.open(BytesIO(buffer.getvalue()))


def exif_of(**tags):
    exif = Image.Exif()
    inner = exif.get_ifd(0x8769)
    inner.update({{"taken": 0x9003, "offset": 0x9011}[name]: value for name, value in tags.items()})
    return exif


@pytest.mark.parametrize(
    ("exif", "expected"),
    [
        (exif_of(taken="2026:09:18 14:03:59"), "2026-09-18T14:03:59"),
        (exif_of(taken="2026:09:18 14:03:59", offset="+02:00"), "2026-09-18T14:03:59+02:00"),
        (exif_of(taken="0000:00:00 00:00:00"), None),
        (exif_of(taken="1970:01:01 00:00:00"), None),
        (exif_of(taken="yesterday"), None),
        (b"Exif\0\0broken", None),
        (None, None),
    ],
)
def test_when_a_picture_was_taken(exif, expected):
    found = read_captured(picture(exif))
    assert (found and found.value) == expected


def gps(north, east, south="N", west="E"):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: south, 2: north, 3: west, 4: east})
    return exif


@pytest.mark.parametrize(
    ("exif", "expected"),
    [
        (gps((48.0, 8.0, 14.75), (11.0, 34.0, 31.76)), "48.13743, 11.57549"),
        (gps((33.0, 51.0, 24.0), (151.0, 12.0, 36.0), south="S"), "-33.85667, 151.21000"),
        (gps((40.0, 44.0, 54.0), (73.0, 59.0, 8.0), west="W"), "40.74833, -73.98556"),
        (gps((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), None),
        (gps((97.0, 0.0, 0.0), (11.0, 0.0, 0.0)), None),
        (gps((48.0, 8.0), (11.0, 34.0)), None),
        (b"Exif\0\0broken", None),
        (None, None),
    ],
)
def test_where_a_picture_was_taken(exif, expected):
    found = read_place(picture(exif))
    assert (found and found.value) == expected


def test_amounts_keep_their_cents():
    assert amounts_in("Total 0.10")[0].value == Decimal("0.10")
