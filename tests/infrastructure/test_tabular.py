"""Files somebody hands in 表格文件: what can be read is read the same whatever wrote it, the rest is told plainly."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from application.tables import BadTable, Row, RowError, Table
from infrastructure.tabular import LARGEST_FILE, MOST_ROWS, read_table

TEXT = "编号,名称\nD1,示例一部\n\nD2,示例二部\n"
READ = Table(
    ("编号", "名称"),
    (Row(2, {"编号": "D1", "名称": "示例一部"}), Row(4, {"编号": "D2", "名称": "示例二部"})),
)


def sheet(*rows: list[Any]) -> bytes:
    """An XLSX file of these rows."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refused(data: bytes) -> BadTable:
    with pytest.raises(BadTable) as told:
        read_table(data)
    assert told.value.zh and told.value.en
    return told.value


# ── What can be read ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_reads_the_same_in_every_encoding(encoding: str, delimiter: str, end: str) -> None:
    text = TEXT.replace(",", delimiter).replace("\n", end)
    assert read_table(text.encode(encoding)) == READ


def test_a_sheet_reads_like_a_csv() -> None:
    assert read_table(sheet(["编号", "名称"], ["D1", "示例一部"], [], [" D2 ", "示例二部"])) == READ


def test_dates_and_numbers_of_a_sheet_read_as_people_write_them() -> None:
    values = [date(2026, 3, 1), datetime(2026, 3, 1), 3, 3.0, 2.5, True, None, "x"]
    table = read_table(sheet([f"h{index}" for index in range(8)], values))
    assert list(table.rows[0].cells.values()) == ["2026-03-01", "2026-03-01", "3", "3", "2.5", "True", "", "x"]


def test_quoted_cells_may_hold_commas_and_line_ends_and_lines_are_counted_as_in_an_editor() -> None:
    table = read_table('编号,名称\n"D1","一,\n二"\nD2,三\n'.encode())
    assert [(row.line, row.cells["名称"]) for row in table.rows] == [(2, "一,\n二"), (4, "三")]


def test_a_short_row_is_filled_up() -> None:
    assert read_table(b"a,b,c\n1\n").rows == (Row(2, {"a": "1", "b": "", "c": ""}),)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1), min_size=1, max_size=4))
def test_what_is_written_is_read(cells: list[str]) -> None:
    wanted = [cell.strip() for cell in cells]
    assume(any(wanted) and not any(cell.startswith("=") for cell in wanted))
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    headings = ",".join(f"h{index}" for index in range(len(cells)))
    table = read_table(f"{headings}\n{quoted}\n".encode())
    assert list(table.rows[0].cells.values()) == wanted


# ── Rows that are wrong ────────────────────────────────────────────────────────────────────────────────────


def test_formulas_and_errors_are_named_by_line_and_column() -> None:
    table = read_table(sheet(["编号", "名称"], ["D1", "=1+1"], ["D2", "#REF!"], ["D3", "示例"]))
    assert [(error.line, error.column, error.en.split(":")[0]) for error in table.errors] == [
        (2, "名称", "A formula, not a value"),
        (3, "名称", "The cell holds an error of the spreadsheet."),
    ]
    (formula,) = read_table("编号,名称\nD1,=1+1\n".encode()).errors
    assert (formula.line, formula.column) == (2, "名称")


def test_a_row_with_more_cells_than_headings_is_named() -> None:
    (error,) = read_table("编号,名称\nD1,一,二\n".encode()).errors
    assert error == RowError(2, "", error.en, error.zh)
    assert error.en.startswith("More cells than headings")


# ── Files that are wrong ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "The file is empty."),
        (b" \r\n ", "The file is empty."),
        (b"x" * (LARGEST_FILE + 1), "The file is larger than 10 MB"),
        (b"\xd0\xcf\x11\xe0 old", "An old Excel file"),
        (b"a,b\n\x00\x01\x02", "Not a CSV or XLSX file"),
        (b"%PDF-1.7\n\x93\x8c\x8b\x9e\xff\xff", "Not a CSV or XLSX file"),
        (b"a,b\n", "The file has no rows"),
        (b"a,,b\n1,2,3\n", "Line 1: every column needs a heading."),
        (b'a,b\n1,"2\n3,4\n', "Line 2 is no row of a CSV file"),
        (b'a,b\n1,"2"x\n', "Line 2 is no row of a CSV file"),
        (b"a\n" + b"x\n" * (MOST_ROWS + 1), f"More than {MOST_ROWS} rows"),
        (b"PK\x03\x04 nonsense", "The XLSX file is damaged"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, told: str) -> None:
    assert refused(data).en.startswith(told)


def test_a_damaged_sheet_never_raises_anything_else() -> None:
    whole = sheet(["编号", "名称"], *[[f"D{number}", "示例"] for number in range(50)])
    for cut in range(30, len(whole), 97):
        assert refused(whole[:cut]).en.startswith("The XLSX file is damaged")
    for at in range(0, len(whole), 61):
        spoiled = whole[:at] + bytes((whole[at] ^ 0xFF,)) + whole[at + 1 :]
        try:
            read_table(spoiled)
        except BadTable:
            continue


def test_a_zip_that_is_no_sheet_and_one_that_unpacks_to_too_much_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("readme.txt", "示例")
    assert refused(out.getvalue()).en.startswith("The XLSX file is damaged")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed, packed.open("big", "w") as big:
        for _ in range(201):
            big.write(bytes(1024 * 1024))
    assert refused(out.getvalue()).en.startswith("The XLSX file unpacks to too much")
