"""Renders a document as a workbook 电子表格 (XLSX): a summary sheet, and a sheet for each section.

Figures are numbers with formats, never texts and never formulas; a text that starts like a formula stays a text. Charts
are Excel's own and refer to the cells of their table where they show it (else to a block of figures beside them).
The same document gives the same bytes: the creation date is the document's, and the packing knows no clock.
"""

import io
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from infrastructure.documents.model import (
    EMPTY,
    Cell,
    Chart,
    Column,
    Document,
    Fact,
    Kind,
    Language,
    Section,
    Series,
    Table,
    Words,
    category_of,
    said,
    shown,
    width,
)

NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""The creation date of a document that names none."""
_LONGEST_TEXT = 32_767
_CUT = " …[cut 截断]"
_FONT = "微软雅黑"
_INK, _SHADE, _LINE = "#1F3A5F", "#E8EEF5", "#B8C4D2"
_COLOURS = ("#2F6DB5", "#E08A2E", "#4C9F70", "#B5485D", "#7A68AE", "#5FA8B8", "#8C7853", "#A0A8B0")
_NUMBERS: dict[Kind, str] = {
    "money": "#,##0.00;[Red]-#,##0.00",
    "percent": "0.00%;[Red]-0.00%",
    "quantity": "#,##0;[Red]-#,##0",
    "day": "yyyy-mm-dd",
    "text": "@",
}
_BROKEN = "#,##0.###;[Red]-#,##0.###"
"""A quantity with a fraction; at a whole one, Excel would show the point and nothing behind it."""
_CHART_ROWS = 17
_SUMMARY = Words("摘要", "Summary")


def render(document: Document, language: Language = "zh") -> bytes:
    """The document as the bytes of an .xlsx file."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(
        packed,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    )
    at = (document.footer.at or NO_TIME).astimezone(UTC).replace(tzinfo=None)
    about = {"title": _plain(said(document.title, language)), "created": at, "keywords": document.footer.sha256}
    book.set_properties(about)
    book.formats[0].set_font_name(_FONT)
    names = _Names()
    _Sheet(book, names.free(said(_SUMMARY, language)), document, language).summary()
    for section in document.sections:
        _Sheet(book, names.free(said(section.heading, language)), document, language).section(section)
    book.close()
    return packed.getvalue()


class _Names:
    """Names of sheets: what Excel allows, no longer than 31 units, none twice."""

    def __init__(self) -> None:
        self.taken = {"history"}

    def free(self, wanted: str) -> str:
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '") or "Sheet"
        name, number = _cut_to(base, 31), 1
        while name.lower() in self.taken:
            number += 1
            tail = f" ({number})"
            name = _cut_to(base, 31 - len(tail)) + tail
        self.taken.add(name.lower())
        return name


def _cut_to(text: str, units: int) -> str:
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text.strip(" '")


def _plain(text: str) -> str:
    """The text as a cell can hold it: no longer than Excel allows, marked where cut; no lone surrogate."""
    text = text.encode("utf-16-le", "replace").decode("utf-16-le")
    return text if len(text) <= _LONGEST_TEXT else _cut_to(text, _LONGEST_TEXT - len(_CUT)) + _CUT


def _label(text: str) -> str:
    """The text as a chart can hold it: XlsxWriter takes whatever looks like ``Sheet!A1`` for a reference."""
    return _plain(text.replace("!", "！") if re.match(r"[^!]+!\$?[A-Z]+\$?\d", text) else text)[:255]


@dataclass(frozen=True)
class _Placed:
    """A table, and the row of its first entry."""

    table: Table
    first: int

    def cells_of(self, sheet: str, column: int) -> list[Any]:
        return [sheet, self.first, column, self.first + len(self.table.rows) - 1, column]


@dataclass
class _Sheet:
    book: Any
    name: str
    document: Document
    language: Language
    row: int = 0
    widths: dict[int, float] = field(default_factory=dict)
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    paragraphs: list[tuple[int, str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sheet = self.book.add_worksheet(self.name)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.fit_to_pages(1, 0)
        digest = self.document.footer.sha256[:16]
        self.sheet.set_footer(f"&L&8{digest}&R&8&P / &N")

    def summary(self) -> None:
        """Title, subtitle, facts, and what the document rests on."""
        self._line(said(self.document.title, self.language), bold=True, font_size=16, font_color=_INK)
        if self.document.subtitle:
            self._line(said(self.document.subtitle, self.language), font_color="#606A75")
        self.row += 1
        self._facts(self.document.facts)
        self._facts(self.document.footer.facts())
        self._finish(portrait=True)

    def section(self, section: Section) -> None:
        title = said(self.document.title, self.language)
        self._line(f"{title}　{said(section.heading, self.language)}", bold=True, font_size=13, font_color=_INK)
        for text in section.paragraphs:
            self._paragraph(said(text, self.language))
        self._facts(section.facts)
        placed = [self._table(table) for table in section.tables]
        # One table's header stays in sight; of several, none may stand over the entries of another.
        frozen = placed[0].first if len(placed) == 1 and placed[0].first <= 12 else 1
        self.sheet.freeze_panes(frozen, 0)
        if len(placed) == 1:
            self.sheet.repeat_rows(placed[0].first - 1)
        columns = max((len(each.table.columns) for each in placed), default=1)
        self._charts(section.charts, placed, columns)
        self._finish(portrait=columns <= 6 and not section.charts)

    def _format(self, **properties: Any) -> Any:
        properties = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"} | properties
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def _line(self, text: str, **properties: Any) -> None:
        self.sheet.write_string(self.row, 0, _plain(text), self._format(**properties))
        self.row += 1

    def _paragraph(self, text: str, **properties: Any) -> None:
        """A text over the whole width of the sheet, which is known when all tables stand."""
        self.paragraphs.append((self.row, text, self._format(text_wrap=True, **properties)))
        self.row += 1

    def _facts(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            label = said(fact.label, self.language)
            self.sheet.write_string(self.row, 0, _plain(label), self._format(font_color="#606A75"))
            self._cell(1, fact.value, fact.kind, align="left")
            self._widen(0, label)
            self.row += 1
        self.row += bool(facts)

    def _table(self, table: Table) -> _Placed:
        if table.title:
            self._line(said(table.title, self.language), bold=True)
        ruled = {"bottom": 1, "bottom_color": _LINE}
        for index, column in enumerate(table.columns):
            title = said(column.title, self.language)
            align = "left" if column.kind == "text" else "right"
            look = self._format(bold=True, bg_color=_SHADE, text_wrap=True, align=align, top=2, top_color=_INK, **ruled)
            self.sheet.write_string(self.row, index, _plain(title), look)
            self._widen(index, title)
        self.row += 1
        placed = _Placed(table, self.row)
        for row in table.rows:
            self._row(table.columns, row, **ruled)
        if not table.rows:
            self._row((Column("", ""),), (EMPTY,), font_color="#606A75")
        if table.totals is not None:
            self._row(table.columns, table.totals, bold=True, bg_color=_SHADE, top=1, top_color=_INK, bottom=6)
        for note in table.notes:
            self._paragraph(said(note, self.language), font_size=9, font_color="#606A75")
        self.row += 1
        return placed

    def _row(self, columns: tuple[Column, ...], cells: tuple[Cell, ...], **properties: Any) -> None:
        for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            self._cell(index, cell, column.kind, **properties)
            self._widen(index, shown(cell, column.kind, self.language))
        self.row += 1

    def _cell(self, index: int, cell: Cell, kind: Kind, **properties: Any) -> None:
        if isinstance(cell, str | Words):
            properties.setdefault("align", "left" if kind == "text" else "right")
            look = self._format(text_wrap=True, **properties)
            self.sheet.write_string(self.row, index, _plain(said(cell, self.language)), look)
            return
        number_format = _BROKEN if kind == "quantity" and _is_broken(cell) else _NUMBERS[kind]
        look = self._format(**({"num_format": number_format} | properties))
        if cell is None:
            self.sheet.write_blank(self.row, index, None, look)
        elif isinstance(cell, date):
            self.sheet.write_datetime(self.row, index, cell, look)
        else:
            self.sheet.write_number(self.row, index, float(cell / Decimal(100) if kind == "percent" else cell), look)

    def _widen(self, index: int, text: str) -> None:
        self.widths[index] = max(self.widths.get(index, 0), width(text))

    def _finish(self, *, portrait: bool) -> None:
        for index, wide in self.widths.items():
            # Excel counts in digits; a Chinese character is two of them wide.
            self.widths[index] = min(max(wide * 2 + 2.5, 9), 48)
            self.sheet.set_column(index, index, self.widths[index])
        last = max(self.widths, default=0)
        across = max(sum(self.widths.values()), 60) / 2 - 1
        for row, text, look in self.paragraphs:
            if last:
                self.sheet.merge_range(row, 0, row, last, "", look)
            self.sheet.write_string(row, 0, _plain(text), look)
            lines = sum(max(1, math.ceil(width(line) / across)) for line in text.split("\n"))
            self.sheet.set_row(row, min(4 + 15 * lines, 400))
        if portrait:
            self.sheet.set_portrait()
        else:
            self.sheet.set_landscape()

    def _charts(self, charts: tuple[Chart, ...], placed: list[_Placed], columns: int) -> None:
        beside, row = columns + 1, 1
        for chart in charts:
            if not chart.categories or not chart.series:
                continue
            of = next((each for each in placed if _columns_of(chart, each.table)), None)
            found = _columns_of(chart, of.table) if of else None
            if of is None or found is None:
                of, found = self._block(chart)
            row = max(row, of.first - 1)
            categories, values = found
            percents = all(of.table.columns[index].kind == "percent" for index in values)
            drawn = self._drawn(chart, "0%" if percents else "")
            for number, (each, index) in enumerate(zip(chart.series, values, strict=True)):
                colours = _COLOURS[number % len(_COLOURS)], len(chart.categories)
                drawn.add_series(self._series(chart.kind, each, of, (categories, index), colours))
            self.sheet.insert_chart(row, beside, drawn, {"object_position": 3})
            tall = max(_CHART_ROWS, 4 + self._rows_of(chart))
            drawn.set_size({"width": 620, "height": tall * 20})
            row += tall + 1

    def _rows_of(self, chart: Chart) -> int:
        """How many rows of cells the bars of a chart want."""
        bars = len(chart.series) if chart.kind == "bar" else 1
        return min(len(chart.categories) * max(1, bars * 2 // 3), 60) if chart.kind in ("bar", "stacked") else 0

    def _drawn(self, chart: Chart, number_format: str) -> Any:
        kinds = {"bar": ("bar", None), "stacked": ("bar", "stacked"), "line": ("line", None), "pie": ("pie", None)}
        kind, subtype = kinds[chart.kind]
        drawn = self.book.add_chart({"type": kind} | ({"subtype": subtype} if subtype else {}))
        drawn.set_title(
            {"name": _label(said(chart.title, self.language)), "name_font": {"size": 12, "color": _INK, "name": _FONT}}
        )
        figures = {
            "name": _label(said(chart.unit, self.language)),
            "name_font": {"size": 9, "bold": False},
            "major_gridlines": {"visible": True, "line": {"color": "#D8DEE5"}},
            "num_format": number_format
            or ("#,##0.##" if any(_small(each.values) for each in chart.series) else "#,##0"),
        }
        if kind == "bar":
            # Excel draws bars from below; the first category belongs on top.
            drawn.set_x_axis(figures)
            drawn.set_y_axis({"reverse": True, "label_position": "low"})
        elif kind == "line":
            drawn.set_x_axis({"label_position": "low"})
            drawn.set_y_axis(figures)
        drawn.set_legend({"position": "bottom"} if kind == "pie" or len(chart.series) > 1 else {"none": True})
        return drawn

    def _series(
        self, kind: str, shown_as: Series, of: _Placed, at: tuple[int, int], colours: tuple[str, int]
    ) -> dict[str, Any]:
        (categories, index), (colour, points) = at, colours
        titled = said(of.table.columns[index].title, self.language) == said(shown_as.name, self.language)
        series: dict[str, Any] = {
            "name": [self.name, of.first - 1, index] if titled else _label(said(shown_as.name, self.language)),
            "categories": of.cells_of(self.name, categories),
            "values": of.cells_of(self.name, index),
        }
        if kind == "pie":
            shades = [{"fill": {"color": _COLOURS[number % len(_COLOURS)]}} for number in range(points)]
            return series | {"points": shades, "data_labels": {"percentage": True}}
        if kind == "line":
            return series | {"line": {"color": colour, "width": 2}, "marker": {"type": "circle", "size": 5}}
        return series | {"fill": {"color": colour}, "gap": 60}

    def _block(self, chart: Chart) -> tuple[_Placed, tuple[int, list[int]]]:
        """The figures of a chart that shows no table of the section, as a table of their own."""
        columns = [Column("类别", "Category")]
        columns += [Column(said(each.name, "zh"), said(each.name, "en"), "quantity") for each in chart.series]
        values = list(zip(*(each.values for each in chart.series), strict=True))
        rows = tuple((name, *cells) for name, cells in zip(chart.categories, values, strict=True))
        placed = self._table(Table(tuple(columns), rows, title=chart.title))
        return placed, (0, list(range(1, len(columns))))


def _columns_of(chart: Chart, table: Table) -> tuple[int, list[int]] | None:
    """The columns that hold a chart's categories and series, where the table is what it shows."""
    if len(table.rows) != len(chart.categories):
        return None
    held = list(zip(*table.rows, strict=True))
    names = [index for index, cells in enumerate(held) if tuple(map(category_of, cells)) == chart.categories]
    figures = []
    for each in chart.series:
        same = [index for index, cells in enumerate(held) if cells == each.values]
        named = [index for index in same if table.columns[index].title == each.name] or same
        if not named:
            return None
        figures.append(named[0])
    return (names[0], figures) if names else None


def _is_broken(cell: Cell) -> bool:
    return isinstance(cell, Decimal) and cell != cell.to_integral_value()


def _small(values: tuple[Decimal | None, ...]) -> bool:
    """Whether figures so small are shown that their fractions matter."""
    return max((abs(value) for value in values if value is not None), default=Decimal(0)) < 10
