"""Tables as people save them: encodings, separators, quotes, line ends; constant memory."""

import io

import pytest

from incentives.earnings.reading import MAX_LINE, CopySource, Unreadable, open_table

COLUMNS = ("id", "name")


def rows(text, columns=COLUMNS):
    data = text.encode() if isinstance(text, str) else text
    return list(open_table(io.BytesIO(data), columns).rows)


def refusal(data, columns=COLUMNS):
    with pytest.raises(Unreadable) as refused:
        rows(data, columns)
    return refused.value


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_byte_order_mark(separator, end, mark):
    text = mark + end.join([f"Name{separator}ID", f"Käthe{separator} 7 ", "", f'"a{separator}b"{separator}8', ""])
    assert rows(text) == [(2, 0, "7", "Käthe"), (4, 0, "8", f"a{separator}b")]


def test_a_spreadsheets_hint_and_blank_lines_before_the_header_keep_the_line_numbers():
    assert rows("\nsep=;\nid;name\n1;x\n") == [(4, 0, "1", "x")]


def test_a_quoted_line_end_counts_as_a_line():
    assert rows('id,name\n1,"a\nb"\n2,c\n') == [(2, 0, "1", "a\nb"), (4, 0, "2", "c")]


def test_lines_of_another_width_are_told_with_what_they_have():
    assert rows("id,name,more\n1,x\n2,y,z,1.234\n3,y,z\n") == [
        (2, 2, "1", "x"), (3, 4, "2", "y"), (4, 0, "3", "y"),
    ]  # fmt: skip


def test_columns_that_are_not_read_are_named():
    table = open_table(io.BytesIO(b"id,color,name\n"), COLUMNS)
    assert table.notes == ["Columns are separated by comma.", "Columns that were not read: color."]


def test_missing_and_doubled_columns_are_named_at_once():
    assert refusal("ID;id;x\n").message == (
        "These columns are missing: name. These columns are there twice: id."
    )  # fmt: skip
    assert refusal("what,ever\n").message.startswith("The first line has to name the columns")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("id,name\n1,x\n".encode("utf-16"), "UTF-16"),
        ("id,name\n1,x\n".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"", "empty"),
        (b"\n\n\n", "empty"),
    ],
)
def test_what_is_no_such_table_is_refused_by_name(data, says):
    assert says in refusal(data).message


def test_windows_1252_is_refused_with_its_line():
    data = b"id,name\n" + b"1,x\n" * 200_000 + "2,Käthe\n".encode("cp1252")
    refused = refusal(data)
    assert (refused.line, "Windows-1252" in refused.message) == (200_002, True)


def test_a_line_without_end_is_not_collected():
    refused = refusal(b"id,name\n" + b"x" * (MAX_LINE * 8))
    assert (refused.line, "does not end" in refused.message) == (2, True)


def test_a_quote_that_is_never_closed_is_refused():
    refused = refusal('id,name\n1,"x\n' + "2,yyyyyyyyyyyyyyyyyy\n" * 20_000)
    assert "a quote is never closed" in refused.message


def test_nul_becomes_a_mark_that_a_text_can_hold():
    assert rows("id,name\n1,a\0b\n") == [(2, 0, "1", "a\N{REPLACEMENT CHARACTER}b")]


def test_the_source_of_a_copy_gives_all_rows_and_tells_how_many():
    told = []
    source = CopySource(((n, 0, "x,y") for n in range(4500)), told.append)
    data = b"".join(iter(lambda: source.read(10), b""))
    assert (data.count(b"\n"), data[:10], told) == (4500, b'0,0,"x,y"\n', [2000, 4000, 4500])
