"""Lists as files: CSV that streams out of the database as it is read, and sheets for spreadsheets.

An app registers a Listing; every reader gets the rows of its own `visible_to`, compiled to SQL with the filters of
the page. Nothing of a row passes through Python on its way into a CSV.
"""

import csv
import fcntl
import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any, BinaryIO
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateTimeField, DecimalField, F, Func, QuerySet, TextField

from core.cells import FORMULA_SIGNS
from core.money import DEFAULT_MINOR_UNITS, MINOR_UNITS

BOM = b"\xef\xbb\xbf"  # spreadsheets read UTF-8 as such only with it
CSV_ROWS_AT_ONCE = 1_000_000  # longer ones are made by a job
CHUNK = 64 * 1024
PIPE_BYTES = 1024 * 1024  # so that the two threads wake each other seldom


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, and a field or expression of the row."""

    name: str
    value: Any


@dataclass(frozen=True)
class Listing:
    """A list that can be fetched as a file.

    rows(user, filters): what this person may see, filtered as the page is · at_most(user, filters): a cheap number
    that the rows do not exceed, or None when that needs counting · scope(user): a text that changes when the person's
    reach does, so that a file made before is not handed out afterwards · filters: names of the page's filters.
    """

    name: str
    title: Any
    permission: str
    columns: tuple[Column, ...]
    rows: Callable[[Any, Mapping[str, str]], QuerySet]
    scope: Callable[[Any], str]
    filters: tuple[str, ...] = ()
    at_most: Callable[[Any, Mapping[str, str]], int | None] = lambda user, filters: None

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def values(self, user: Any, filters: Mapping[str, str]) -> QuerySet:
        """The cells, as tuples in the order of the columns."""
        cells = {
            f"cell_{number:02}": F(column.value) if isinstance(column.value, str) else column.value
            for number, column in enumerate(self.columns)
        }
        return self.rows(user, filters).annotate(**cells).values_list(*cells)

    def chosen(self, params: Mapping[str, Any]) -> dict[str, str]:
        """Of the parameters of a page those that filter this list."""
        return {name: str(params[name]) for name in self.filters if params.get(name)}


_listings: dict[str, Listing] = {}


def register(listing: Listing) -> Listing:
    """Make a list fetchable under its name, which is registered once."""
    if listing.name in _listings:
        raise ValueError(f"{listing.name} is registered twice")
    _listings[listing.name] = listing
    return listing


def listing_of(name: str) -> Listing | None:
    return _listings.get(name)


class Text(Func):
    """A text cell that no spreadsheet takes for a formula: an apostrophe goes before the signs one can begin with."""

    output_field = TextField()

    def __init__(self, expression: Any):
        super().__init__(F(expression) if isinstance(expression, str) else expression)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        sql, params = compiler.compile(self.source_expressions[0])
        signs = ", ".join(str(ord(sign)) for sign in FORMULA_SIGNS)
        return f"CASE WHEN ascii({sql}) IN ({signs}) THEN '''' || {sql} ELSE {sql} END", [*params, *params, *params]


class Amount(Func):
    """An amount with the digits its currency has (core/money.py). A number: a negative one keeps its minus."""

    output_field = DecimalField()

    def __init__(self, amount: Any, currency: str):
        super().__init__(F(amount) if isinstance(amount, str) else amount, F(currency))

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        (amount, amount_params), (currency, currency_params) = map(compiler.compile, self.source_expressions)
        whens = []
        for digits in sorted(set(MINOR_UNITS.values())):
            codes = ", ".join(f"'{code}'" for code, units in MINOR_UNITS.items() if units == digits)
            whens.append(f"WHEN {currency} IN ({codes}) THEN round({amount}, {digits})")
        sql = f"CASE {' '.join(whens)} ELSE round({amount}, {DEFAULT_MINOR_UNITS}) END"
        pairs = [*currency_params, *amount_params] * len(whens)
        return sql, [*pairs, *amount_params]


class Moment(Func):
    """A point in time in UTC, to the second; the column's name says so."""

    template = "date_trunc('second', %(expressions)s AT TIME ZONE 'UTC')"
    output_field = DateTimeField()


# CSV ------------------------------------------------------------------------------------------------------------


def csv_chunks(listing: Listing, user: Any, filters: Mapping[str, str]) -> Iterator[bytes]:
    """The whole file: the header at once, then the rows as the database sends them. Memory stays flat.

    The rows are those of one moment, being one statement. An error of the database is raised midway, so that the
    answer breaks off instead of ending as if it were complete.
    """
    yield BOM + _line(listing.header)
    statement = _copy_statement(listing.values(user, filters))
    if statement:
        yield from _copied(statement)


def _line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


def _copy_statement(rows: QuerySet) -> str:
    """COPY of exactly the query the ORM would run, its parameters put in by the driver; "" when no row can match."""
    try:
        sql, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return ""
    with connection.cursor() as cursor:
        return f"COPY ({cursor.cursor.mogrify(sql, params).decode()}) TO STDOUT WITH (FORMAT csv)"


def _copied(statement: str) -> Iterator[bytes]:
    """What COPY sends, chunk by chunk. A thread reads the database into a pipe, this one reads the pipe."""
    reading, writing = os.pipe()
    with suppress(OSError):  # an ordinary user may be held to smaller pipes: slower, nothing else
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    failure: list[BaseException] = []
    cursor = connection.cursor()
    reader = Thread(target=_copy_into, args=(cursor.cursor, statement, writing, failure), daemon=True)
    reader.start()
    try:
        while chunk := os.read(reading, CHUNK):
            yield chunk
        reader.join()
        if failure:
            raise failure[0]
    finally:
        os.close(reading)
        if reader.is_alive():  # nobody wants the rest: the statement is stopped, the connection is of no use any more
            connection.connection.cancel()
            reader.join()
            connection.close()


def _copy_into(cursor: Any, statement: str, writing: int, failure: list[BaseException]) -> None:
    try:
        with os.fdopen(writing, "wb", buffering=CHUNK) as sink:
            cursor.copy_expert(statement, sink)
    except BaseException as error:  # whatever it is, it belongs to the thread that waits for the rows
        failure.append(error)


# XLSX -----------------------------------------------------------------------------------------------------------

SHEET_ROWS = 1_048_576  # a sheet of the format holds no more, the header included
READ_AT_ONCE = 2_000


def write_xlsx(
    listing: Listing, user: Any, filters: Mapping[str, str], sink: BinaryIO, step: Callable[[int], None]
) -> int:
    """Write the workbook into `sink`, further sheets where one is full; returns how many rows. Memory stays flat.

    step(done) is called now and then; what it raises stops the work.
    """
    from openpyxl import Workbook  # heavy: only the worker that writes a workbook pays for it
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # comes with it, and only with it

    book, sheet, done = Workbook(write_only=True), None, 0
    for row in listing.values(user, filters).iterator(chunk_size=READ_AT_ONCE):
        if sheet is None or done % (SHEET_ROWS - 1) == 0:
            sheet = book.create_sheet(str(listing.title)[:24] + (f" {len(book.worksheets) + 1}" if sheet else ""))
            sheet.append(listing.header)
        sheet.append([_cell(value, ILLEGAL_CHARACTERS_RE) for value in row])
        done += 1
        if done % READ_AT_ONCE == 0:
            step(done)
    if sheet is None:
        book.create_sheet(str(listing.title)[:24]).append(listing.header)
    book.save(sink)
    return done


def _cell(value: Any, illegal: Any) -> Any:
    """Texts stay texts without what the format cannot hold; numbers and dates are cells of their kind."""
    if isinstance(value, str):
        return illegal.sub("", value)
    return str(value) if isinstance(value, UUID) else value
