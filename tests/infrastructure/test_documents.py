"""Reports and forms 报表与表单: figures are figures, texts stay texts, and the same document is the same bytes."""

import hashlib
import io
import os
import re
import subprocess
import sys
import zlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from infrastructure.documents import pdf, xlsx
from infrastructure.documents.charts import placed
from infrastructure.documents.model import (
    Chart,
    Column,
    Document,
    Fact,
    Footer,
    Language,
    Section,
    Series,
    Table,
    Words,
    chart_of,
)

D = Decimal
HOUSE = Path(__file__).parents[2]
HOSTILE = ('=HYPERLINK("x","y")', "+1+1", "-2+3", "@SUM(A1)", "{=1}", "#panic() $x$ *b* [c] \\ //", 'a"\\u0041"')
LINES = Table(
    (
        Column("部门", "Department"),
        Column("预算", "Budget", "money"),
        Column("差异", "Variance", "money"),
        Column("差异率", "Variance %", "percent"),
        Column("数量", "Quantity", "quantity"),
        Column("日期", "Day", "day"),
    ),
    (
        ("样例研发中心", D("1234567.80"), D("-20000.05"), D("-1.62"), D("1.5"), date(2026, 3, 31)),
        ("样例生产制造一部（含样例工厂与外协车间）", D("99.00"), D("0.10"), D("0.10"), 12, None),
    ),
    ("合计", D("1234666.80"), D("-19999.95"), D("-1.62"), None, None),
    Words("预算执行", "Execution"),
    (Words("负数为节约。", "Below zero is a saving."),),
)
MONEY = Words("元", "CNY")
BARS = chart_of(LINES, "bar", Words("预算与差异", "Budget and variance"), category=0, values=(1, 2), unit=MONEY)
SHARES = Chart("pie", Words("占比", "Shares"), ("甲", "乙"), (Series("x", (D(3), D(1))),))
LINE = Chart("line", "走势", ("1", "2", "3"), (Series("a", (D(1), None, D(3))), Series("b", (D(-2), D(0), D(2)))))
STACK = Chart("stacked", "构成", ("1", "2"), (Series("a", (D(1), D(2))), Series("b", (D(-2), D(3)))))
REPORT = Document(
    "预算执行分析报告",
    "Budget execution report",
    (
        Section(
            Words("总体情况", "Overview"),
            (Words("须提交《预算差异说明》。", "Explain what is over."),),
            (Fact(Words("差异", "Variance"), D("-5.00"), "money"),),
            (LINES,),
            (BARS,),
        ),
        Section("图", charts=(SHARES, LINE, STACK)),
        Section("填报", tables=(Table((Column("说明", "Text"),), tuple((text,) for text in HOSTILE)),)),
        Section("空", tables=(Table((Column("科目", "Line"), Column("金额", "Amount", "money"))),)),
    ),
    Words("样例公司", "Sample company"),
    (Fact(Words("月份", "Month"), "2026-03"),),
    Footer("2.1.2.1", "v3", 1048576, "ab" * 32, datetime(2026, 4, 2, 1, 30, tzinfo=UTC)),
)


def book(document: Document, language: Language = "zh") -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx.render(document, language)))


def text_of(data: bytes) -> str:
    """Every text of a PDF in the order it is drawn, by the font's ToUnicode table (ISO 32000, 9.10)."""
    streams = []
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            streams.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    [table] = [each for each in streams if b"beginbfchar" in each]
    signs = {
        int(code, 16): bytes.fromhex(sign.decode()).decode("utf-16-be")
        for code, sign in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    }
    shown = []
    for drawn in (array for each in streams for array in re.findall(rb"Tm\[?(.*?)\]?T[Jj]\n", each, re.DOTALL)):
        codes = b"".join(_string(part) for part in re.findall(rb"<[0-9A-Fa-f]*>|\((?:\\.|[^\\)])*\)", drawn, re.DOTALL))
        shown.append("".join(signs[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2)))
    return "\n".join(shown)


def _string(token: bytes) -> bytes:
    if token.startswith(b"<"):
        return bytes.fromhex(token[1:-1].decode())
    names = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def meant(found: re.Match[bytes]) -> bytes:
        escaped = found[1]
        return bytes([int(escaped, 8)]) if escaped.isdigit() else names.get(escaped, escaped)

    return re.sub(rb"\\([0-7]{1,3}|.)", meant, token[1:-1], flags=re.DOTALL)


# ── The same document is the same bytes ────────────────────────────────────────────────────────────────────


def digests() -> list[str]:
    files = (render(REPORT, language) for render in (xlsx.render, pdf.render) for language in ("zh", "en"))
    return [hashlib.sha256(each).hexdigest() for each in files]


def test_another_process_at_another_time_and_place_renders_the_same_bytes() -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import digests; print(*digests())"],
        cwd=HOUSE,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == digests()
    assert len(set(digests())) == 4


def test_the_time_of_a_document_is_that_of_its_position() -> None:
    assert book(REPORT).properties.created == datetime(2026, 4, 2, 1, 30)
    assert b"D:20260402013000" in pdf.render(REPORT)


# ── A workbook ─────────────────────────────────────────────────────────────────────────────────────────────


def test_figures_are_numbers_with_formats() -> None:
    sheet = book(REPORT)["总体情况"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "样例研发中心")
    assert [cell.value for cell in row[1:6]] == [1234567.8, -20000.05, -0.0162, 1.5, datetime(2026, 3, 31)]
    formats = [cell.number_format.split(";")[0] for cell in row[1:6]]
    assert formats == ["#,##0.00", "#,##0.00", "0.00%", "#,##0.###", "yyyy-mm-dd"]


def test_the_header_of_a_table_stays_in_sight_and_its_totals_stand_last() -> None:
    sheet = book(REPORT)["总体情况"]
    header = next(row[0].row for row in sheet.iter_rows() if row[0].value == "部门")
    assert sheet.freeze_panes == f"A{header + 1}"
    assert [cell.value for cell in sheet[header + 3]][:3] == ["合计", 1234666.8, -19999.95]
    assert sheet.cell(header + 3, 1).font.bold


def test_a_chart_refers_to_the_cells_of_its_table() -> None:
    sheet = book(REPORT)["总体情况"]
    header = next(row[0].row for row in sheet.iter_rows() if row[0].value == "部门")
    [chart] = sheet._charts
    assert [series.val.numRef.f for series in chart.series] == [
        f"总体情况!${column}${header + 1}:${column}${header + 2}" for column in "BC"
    ]
    assert chart.series[0].cat.strRef.f == f"总体情况!$A${header + 1}:$A${header + 2}"


def test_a_chart_of_figures_of_its_own_brings_them_along() -> None:
    sheet = book(REPORT)["图"]
    assert len(sheet._charts) == 3
    values = [[cell.value for cell in row[:3]] for row in sheet.iter_rows()]
    assert ["甲", 3, None] in values
    assert ["2", None, 0] in values


def test_no_text_becomes_a_formula() -> None:
    cells = [cell for row in book(REPORT)["填报"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells[-len(HOSTILE) :]] == list(HOSTILE)


def test_no_title_becomes_a_reference_of_a_chart() -> None:
    chart = Chart("bar", "=Sheet!$A$1", ("a",), (Series("注意!A1", (D(1),)),), "=2!B2")
    [drawn] = book(Document("题", "T", (Section("s", charts=(chart,)),)))["s"]._charts
    titles = (drawn.title, drawn.y_axis.title, drawn.x_axis.title)
    assert [each.tx.strRef for each in titles if each] == [None, None]
    assert drawn.series[0].tx.strRef.f.startswith("s!$B$")


def test_sheets_have_names_that_excel_accepts_and_none_twice() -> None:
    headings = ("摘要", "A:[B]/C*?\\", "A  B  C", "'", "History", "长" * 40, "长" * 40, "")
    names = book(Document("题", "T", tuple(Section(heading) for heading in headings))).sheetnames
    assert len({name.lower() for name in names}) == len(headings) + 1
    assert [name for name in names if len(name) > 31 or re.search(r"[\[\]:*?/\\]|^'|'$|^history$|^$", name)] == []


def test_a_text_longer_than_a_cell_is_cut_visibly() -> None:
    long = Table((Column("文", "Text"),), (("文" * 40_000,),))
    value = book(Document("题", "T", (Section("s", tables=(long,)),)))["s"]["A3"].value
    assert len(value) <= 32_767
    assert value.endswith("…[cut 截断]")


# ── A PDF ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pdf_says_what_the_document_says() -> None:
    text = text_of(pdf.render(REPORT))
    for said in ("预算执行分析报告", "样例公司", "1,234,567.80", "-20,000.05", "-1.62%", "2026-03-31", "负数为节约。"):
        assert said in text
    assert "制度条款2.1.2.1" in text.replace(" ", "")
    assert "ab" * 32 in text


def test_a_pdf_is_archivable_and_carries_its_font() -> None:
    data = pdf.render(REPORT)
    assert b"NotoSansSC" in data
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in data


def test_a_pdf_shows_what_people_wrote_and_runs_none_of_it() -> None:
    text = text_of(pdf.render(REPORT)).replace("\n", "").replace(" ", "")
    for hostile in HOSTILE:
        assert hostile.replace(" ", "") in text


def test_a_sign_that_the_font_lacks_is_told_by_its_code() -> None:
    text = text_of(pdf.render(Document("题😀", "T", (Section("\u202eab\u0007"),))))
    assert "题[U+1F600]" in text.replace("\n", "")
    assert "[U+202E]ab[U+0007]" in text


def test_the_header_of_a_table_is_on_every_page() -> None:
    long = Table(LINES.columns, LINES.rows * 60)
    document = Document("题", "T", (Section("s", tables=(long,)),))
    pages = len(pdf.pictures(document, dots=20))
    assert pages > 2
    assert text_of(pdf.render(document)).split("\n").count("差异率") == pages


def test_a_wide_table_lies_on_its_side() -> None:
    wide = Table(tuple(Column(f"第{n}列", f"Column {n}", "money") for n in range(12)), ((D("1234567.89"),) * 12,))
    data = pdf.render(Document("题", "T", (Section("s", tables=(wide,)),)))
    [box] = set(re.findall(rb"/MediaBox\[0 0 (\d+)[.\d]* (\d+)", data))
    assert box == (b"841", b"595")


# ── Both ───────────────────────────────────────────────────────────────────────────────────────────────────


def texts(document: Document, language: Language) -> tuple[str, str]:
    """What the workbook and the PDF say."""
    cells = (cell.value for sheet in book(document, language) for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(value) for value in cells if value is not None), text_of(pdf.render(document, language))


@pytest.mark.parametrize(
    ("language", "own", "other"),
    [("zh", ("预算执行分析报告", "部门", "没有记录。"), "Department"), ("en", ("Execution", "No entries."), "部门")],
)
def test_a_document_speaks_one_language_and_says_when_a_table_is_empty(
    language: Language, own: tuple[str, ...], other: str
) -> None:
    for text in texts(REPORT, language):
        assert [word for word in own if word not in text] == []
        assert other not in text


def test_a_document_of_nothing_still_renders() -> None:
    empty = Chart("line", "图", (), ())
    nothing = Chart("bar", "零", ("a",), (Series("x", (D(0),)),))
    flat = Chart("line", "平", ("a",), (Series("x", (D(5),)),))
    none = Chart("pie", "无", ("a",), (Series("x", (None,)),))
    for text in texts(Document("题", "T", (Section("s", charts=(empty, nothing, flat, none)),)), "zh"):
        assert "题" in text
    assert texts(Document("空", "T", ()), "zh")[1].startswith("空")


# ── Charts on paper ────────────────────────────────────────────────────────────────────────────────────────


def test_bars_start_at_zero_to_either_side() -> None:
    chart = Chart("bar", "c", ("a", "b"), (Series("x", (D(-1), D(3))),))
    drawn = placed(chart, "zh")
    assert drawn["zero"] == 0.25
    assert [row["lanes"] for row in drawn["rows"]] == [[[[0, 0.0, 0.25]]], [[[0, 0.25, 1.0]]]]


def test_a_gap_parts_a_line() -> None:
    runs = placed(LINE, "zh")["runs"]
    assert [(number, len(points)) for number, points in runs] == [(0, 1), (0, 1), (1, 3)]


def test_the_ticks_of_a_line_are_round_and_hold_all_of_it() -> None:
    drawn = placed(Chart("line", "c", ("a", "b"), (Series("x", (D("31.2"), D("38.9"))),)), "zh")
    assert [tick["text"] for tick in drawn["ticks"]] == ["30", "32", "34", "36", "38", "40"]


def test_slices_make_a_whole() -> None:
    slices = placed(SHARES, "zh")["slices"]
    assert [(each["from"], each["to"], each["share"]) for each in slices] == [
        (0.0, 0.75, "75.0%"),
        (0.75, 1.0, "25.0%"),
    ]


# ── What does not fit together is refused ──────────────────────────────────────────────────────────────────


def test_what_does_not_fit_together_is_refused_where_it_is_built() -> None:
    money: Any = (Column("额", "Amount", "money"),)
    wrong: tuple[Any, ...] = (
        lambda: Table(money, ((D(1), D(2)),)),
        lambda: Table(money, ((1.5,),)),  # type: ignore[arg-type]
        lambda: Table(money, ((D("NaN"),),)),
        lambda: Table(money, ((True,),)),
        lambda: Table(money, (), (D(1), D(2))),
        lambda: Table(()),
        lambda: Table((Column("日", "Day", "day"),), ((D(1),),)),
        lambda: Table((Column("文", "Text"),), ((D(1),),)),
        lambda: Fact("x", D(1)),
        lambda: Chart("bar", "c", ("a", "b"), (Series("x", (D(1),)),)),
        lambda: Chart("pie", "c", ("a",), (Series("x", (D(-1),)),)),
        lambda: Chart("pie", "c", ("a",), (Series("x", (D(1),)), Series("y", (D(1),)))),
        lambda: Footer(at=datetime(2026, 1, 1)),
    )
    for build in wrong:
        with pytest.raises(ValueError, match=r"\w"):
            build()
