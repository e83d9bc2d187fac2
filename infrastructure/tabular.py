"""Reads a CSV or XLSX file into an ``application.tables.Table``; what cannot be read is told in English and Chinese.

CSV: UTF-8 (with or without BOM), UTF-16 with BOM, or GB 18030 (what Excel writes in Chinese), parted by comma,
semicolon or tab. XLSX: the first sheet, values only. Line numbers are those an editor or Excel shows.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from application.tables import BadTable, Row, RowError, Table

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes."""
MOST_ROWS = 20_000
_LARGEST_UNPACKED = 200 * 1024 * 1024
_LAST_SHEET_ROW = 100_000
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_FORMULA = (
    "A formula, not a value: copy the column and paste it as values.",
    "单元格为公式：请将该列复制后“粘贴为数值”。",
)
_CELL_ERROR = ("The cell holds an error of the spreadsheet.", "单元格为表格错误值。")
_TOO_MANY = ("More cells than headings; a comma inside a text needs quotes.", "单元格多于表头；文字中的逗号须加引号。")

_WHAT_A_DAMAGED_FILE_RAISES = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RuntimeError,
)

Lines = Iterator[tuple[int, list[str | RowError]]]


def read_table(data: bytes) -> Table:
    """The table in a file's bytes. Raises BadTable; rows that are wrong are told in ``errors``."""
    if len(data) > LARGEST_FILE:
        raise BadTable(
            f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB; split it.",
            f"文件超过{LARGEST_FILE // 1024 // 1024}MB，请拆分。",
        )
    if not data.strip():
        raise BadTable("The file is empty.", "文件为空。")
    if data.startswith(_OLD_EXCEL):
        raise BadTable("An old Excel file: save it as .xlsx or .csv.", "旧版Excel文件：请另存为.xlsx或.csv。")
    return _table(_sheet_lines(data) if data.startswith(_ZIP) else _csv_lines(_text(data)))


def _table(lines: Lines) -> Table:
    headings: tuple[str, ...] = ()
    rows: list[Row] = []
    errors: list[RowError] = []
    for line, cells in lines:
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        wrong = [cell for cell in cells if isinstance(cell, RowError)]
        texts = ["" if isinstance(cell, RowError) else cell for cell in cells]
        if not headings:
            if wrong or "" in texts:
                raise BadTable(f"Line {line}: every column needs a heading.", f"第{line}行：每一列都须有表头。")
            headings = tuple(texts)
            continue
        if len(texts) > len(headings):
            wrong.append(RowError(line, "", *_TOO_MANY))
        named = (_named(each, headings) for each in wrong)
        errors.extend(named)
        rows.append(Row(line, dict(zip(headings, texts + [""] * len(headings), strict=False))))
        if len(rows) > MOST_ROWS:
            raise BadTable(f"More than {MOST_ROWS} rows; split the file.", f"超过{MOST_ROWS}行，请拆分文件。")
    if not rows:
        raise BadTable("The file has no rows under its headings.", "表头下没有数据行。")
    return Table(headings, tuple(rows), tuple(errors))


def _named(error: RowError, headings: tuple[str, ...]) -> RowError:
    """The error with its column's heading instead of its number."""
    if not error.column:
        return error
    index = int(error.column)
    return RowError(error.line, headings[index] if index < len(headings) else f"#{index + 1}", error.en, error.zh)


def _text(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ord(sign) < 32 and sign not in "\r\n\t" for sign in text):
            return text
    raise BadTable(
        "Not a CSV or XLSX file, or in an encoding that cannot be told; save it as CSV UTF-8 or as .xlsx.",
        "不是CSV或XLSX文件，或编码无法识别；请另存为“CSV UTF-8”或.xlsx。",
    )


def _csv_lines(text: str) -> Lines:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for record in reader:
            line = before + 1
            before = reader.line_num
            yield line, [_csv_cell(line, index, cell.strip()) for index, cell in enumerate(record)]
    except csv.Error as error:
        raise BadTable(
            f"Line {before + 1} is no row of a CSV file ({error}); look for a quote that is not closed.",
            f"第{before + 1}行不是有效的CSV行，请检查未闭合的引号。",
        ) from None


def _csv_cell(line: int, index: int, text: str) -> str | RowError:
    return RowError(line, str(index), *_FORMULA) if text.startswith("=") else text


def _sheet_lines(data: bytes) -> Lines:
    book = _opened(data)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for cells in sheet.iter_rows():
            line = next((cell.row for cell in cells if getattr(cell, "row", None)), None)
            if line is None:
                continue
            if line > _LAST_SHEET_ROW:
                raise BadTable(
                    f"The sheet goes on past row {_LAST_SHEET_ROW}; split it.",
                    f"工作表超过{_LAST_SHEET_ROW}行，请拆分。",
                )
            yield line, [_sheet_cell(line, index, cell) for index, cell in enumerate(cells)]
    except BadTable:
        raise
    except _WHAT_A_DAMAGED_FILE_RAISES:
        raise _broken() from None
    finally:
        book.close()


def _opened(data: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST_UNPACKED:
                raise BadTable("The XLSX file unpacks to too much; split it.", "XLSX文件解压后过大，请拆分。")
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except BadTable:
        raise
    except _WHAT_A_DAMAGED_FILE_RAISES:
        raise _broken() from None


def _broken() -> BadTable:
    return BadTable(
        "The XLSX file is damaged or is none; open it in Excel and save it again.",
        "XLSX文件已损坏或格式不符；请用Excel打开后重新保存。",
    )


def _sheet_cell(line: int, index: int, cell: Any) -> str | RowError:
    if cell.data_type == "f":
        return RowError(line, str(index), *_FORMULA)
    if cell.data_type == "e":
        return RowError(line, str(index), *_CELL_ERROR)
    return _shown(cell.value).strip()


_SHOWN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (datetime, lambda value: f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else value.isoformat()),
    (date, lambda value: value.isoformat()),
    (bool, str),
    (float, lambda value: str(int(value)) if value.is_integer() else repr(value)),
)


def _shown(value: object) -> str:
    if value is None:
        return ""
    return next((show(value) for kind, show in _SHOWN if isinstance(value, kind)), str(value))
