"""The ledger as a file: the rows one may see, complete, safe for spreadsheets, the same as COPY and as a workbook."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core import exports
from core.cells import FORMULA_SIGNS
from core.exports import BOM, csv_chunks, listing_of, write_xlsx
from incentives import services
from incentives.exports import LEDGER
from incentives.models import FundEntry
from tests.factories.funds import earn, make_fund
from tests.factories.incentives import make_enrollment
from tests.factories.people import (
    make_incentive_user,
    make_location,
    make_partner,
    make_user,
    make_vendor_admin,
)

pytestmark = pytest.mark.django_db


def read(listing, user, **filters):
    content = b"".join(csv_chunks(listing, user, filters))
    assert content.startswith(BOM)
    return list(csv.DictReader(io.StringIO(content.removeprefix(BOM).decode(), newline="")))


@pytest.fixture
def fund():
    made = make_fund(1000)
    made.user = make_incentive_user(made.enrollment)
    return made


def test_each_reader_gets_exactly_the_rows_of_the_page(fund):
    other = make_fund(77, enrollment=make_enrollment(fund.enrollment.program, make_location(make_partner("Northwind"))))
    elsewhere = make_fund(55)
    readers = {
        fund.user: {fund},
        make_incentive_user(other.enrollment): {other},
        fund.vendor_admin: {fund, other},
        make_vendor_admin(): {fund, other, elsewhere},
        make_user(): set(),
    }
    for reader, funds in readers.items():
        rows = read(LEDGER, reader)
        assert sorted(row["cause"] for row in rows) == sorted(
            FundEntry.objects.filter(fund__in=funds).values_list("cause", flat=True)
        )
        assert LEDGER.at_most(reader, {}) == len(rows)


def test_the_filters_of_the_page_hold_for_the_file(fund):
    earn(fund, 500)
    services.adjust_fund(
        fund.pk, Decimal(-250), reason_code="ar_compliance", reason="Paid late", after=2, actor=fund.vendor_admin
    )
    assert [row["kind"] for row in read(LEDGER, fund.user)] == ["earned", "earned", "adjusted"]
    assert [row["freeChange"] for row in read(LEDGER, fund.user, kind="adjusted")] == ["-250.00"]
    for filters, count in (
        ({"fund": str(fund.pk)}, 3),
        ({"program": str(fund.enrollment.program_id)}, 3),
        ({"program": "999999999999999999999999"}, 0),
        ({"period": fund.period.label}, 3),
        ({"period": "FY99\0 H9'; --"}, 0),
        ({"q": fund.enrollment.location.name[:4]}, 3),
        ({"q": "%' OR 1=1 --"}, 0),
        ({"about": "expired"}, 0),
        ({"about": "earned"}, 3),
        ({"fund": "no key", "kind": "none", "about": "none", "expiring": "x", "holds": "outside"}, 3),
    ):
        assert (filters, len(read(LEDGER, fund.user, **filters))) == (filters, count)


def test_numbers_keep_their_minus_and_texts_are_no_formulas(fund):
    partner = make_partner('=HYPERLINK("http://bad","x")')
    signs = list(FORMULA_SIGNS)
    for sign in signs:
        enrollment = make_enrollment(fund.enrollment.program, make_location(partner, name=f"{sign}1+1"))
        made = make_fund(10, enrollment=enrollment)
        services.adjust_fund(
            made.pk, Decimal("-2.5"), reason_code="ar_compliance", reason=f"{sign}cmd|' /C calc'!A0", after=1,
            actor=fund.vendor_admin,
        )  # fmt: skip
    rows = [row for row in read(LEDGER, fund.vendor_admin) if row["kind"] == "adjusted"]
    assert [row["participantName"] for row in rows] == [f"'{sign}1+1" for sign in signs]
    assert {row["partnerName"] for row in rows} == {'\'=HYPERLINK("http://bad","x")'}
    visible = [sign for sign in signs if sign.strip()]  # a reason is stripped before it is booked
    assert sorted(row["reason"][:2] for row in rows if row["reason"][0] == "'") == sorted(f"'{one}" for one in visible)
    assert {(row["amount"], row["freeChange"], row["freeAfter"]) for row in rows} == {("2.50", "-2.50", "7.50")}


def test_no_text_column_of_any_list_goes_out_as_it_is():
    for name in ("ledger", "claims", "payments"):
        listing = listing_of(name)
        cells = listing.rows(make_vendor_admin(), {}).annotate(
            **{f"c{n}": exports.F(one.value) if isinstance(one.value, str) else one.value
               for n, one in enumerate(listing.columns)}
        ).query.annotations  # fmt: skip
        texts = {
            column.name
            for number, column in enumerate(listing.columns)
            if cells[f"c{number}"].output_field.get_internal_type() in ("CharField", "TextField", "SlugField")
        }
        assert {column.name for column in listing.columns if isinstance(column.value, exports.Text)} == texts


@pytest.mark.parametrize(("currency", "amount", "shown"), [("JPY", 1200, "1200"), ("KWD", "1.234", "1.234")])
def test_amounts_have_the_digits_of_their_currency(fund, currency, amount, shown):
    enrollment = make_enrollment(fund.enrollment.program, make_location(), currency=currency)
    made = make_fund(amount, enrollment=enrollment)
    [row] = read(LEDGER, fund.vendor_admin, fund=str(made.pk))
    assert (row["amount"], row["freeAfter"], row["currency"]) == (shown, shown, currency)


def test_cells_with_quotes_line_ends_and_percent_signs_survive(fund):
    reason = 'Says "100 %", see %s;\r\nsecond line, with a comma \\ and ´'
    services.adjust_fund(
        fund.pk, Decimal(1), reason_code="ops_adjustment", reason=reason, after=1, actor=fund.vendor_admin
    )
    assert read(LEDGER, fund.user)[-1]["reason"] == reason


def test_the_workbook_holds_the_same_with_numbers_as_numbers(fund):
    services.adjust_fund(
        fund.pk, Decimal("-0.5"), reason_code="ar_compliance", reason="=1+1\x0b", after=1, actor=fund.vendor_admin
    )
    steps, sink = [], io.BytesIO()
    assert write_xlsx(LEDGER, fund.user, {}, sink, steps.append) == 2
    rows = list(load_workbook(sink).active.iter_rows())
    assert [cell.value for cell in rows[0]] == LEDGER.header
    last = dict(zip(LEDGER.header, rows[2], strict=True))
    assert (last["freeChange"].value, last["freeChange"].data_type) == (-0.5, "n")
    assert (last["reason"].value, last["reason"].data_type) == ("'=1+1", "s")
    assert last["bookedAtUtc"].is_date


def test_a_workbook_without_rows_has_its_header(fund):
    sink = io.BytesIO()
    assert write_xlsx(LEDGER, make_user(), {}, sink, lambda done: None) == 0
    assert [cell.value for cell in next(load_workbook(sink).active.iter_rows())] == LEDGER.header


def test_a_full_sheet_is_followed_by_another(fund, monkeypatch):
    earn(fund, 5)
    earn(fund, 6)
    monkeypatch.setattr(exports, "SHEET_ROWS", 3)
    sink = io.BytesIO()
    assert write_xlsx(LEDGER, fund.user, {}, sink, lambda done: None) == 3
    book = load_workbook(sink)
    assert [(sheet.title, sheet.max_row) for sheet in book.worksheets] == [("Ledger", 3), ("Ledger 2", 2)]


def test_the_header_goes_out_before_the_database_is_asked(fund):
    with CaptureQueriesContext(connection) as found:
        chunks = csv_chunks(LEDGER, fund.user, {})
        assert next(chunks).startswith(BOM + b"bookedAtUtc,")
    assert len(found) == 0


@pytest.mark.django_db(transaction=True)
def test_who_breaks_off_stops_the_statement_and_the_next_request_works(fund, monkeypatch):
    for number in range(300):
        earn(fund, number + 1)
    monkeypatch.setattr(exports, "CHUNK", 100)
    monkeypatch.setattr(exports, "PIPE_BYTES", 4096)
    chunks = csv_chunks(LEDGER, fund.user, {})
    next(chunks), next(chunks)
    chunks.close()
    assert len(read(LEDGER, fund.user)) == 301


@pytest.mark.django_db(transaction=True)
def test_an_error_midway_breaks_the_answer_off(fund):
    broken = exports.Column(
        "bad", exports.Func(template="(1 / (number - number))", output_field=exports.DecimalField())
    )
    listing = exports.Listing("broken", "Broken", "incentives.see_funds", (broken,), LEDGER.rows, LEDGER.scope)
    with pytest.raises(Exception, match="division by zero"):
        list(csv_chunks(listing, fund.user, {}))
    assert len(read(LEDGER, fund.user)) == 1
