"""A document 文档, as data: title, facts, sections with text, tables and charts, and what it rests on.

Texts that the product writes are ``Words`` in both languages; texts people wrote are plain strings and shown as they
are. Money 金额, percent 百分比 (12.5 is 12.5 %) and quantities 数量 are exact decimals, never floats. What does not fit
together (a row of the wrong length, a float, a series of another length) is refused where the document is built, with a
ValueError that says where.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args

Language = Literal["zh", "en"]
Kind = Literal["money", "percent", "quantity", "text", "day"]
ChartKind = Literal["bar", "stacked", "line", "pie"]


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages 双语文本."""

    zh: str
    en: str


Text = str | Words
Cell = str | Words | Decimal | int | date | None
"""None is an empty cell."""


def said(text: Text, language: Language) -> str:
    """``text`` in ``language``."""
    if isinstance(text, Words):
        return text.zh if language == "zh" else text.en
    return text


EMPTY = Words("没有记录。", "No entries.")


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value 要素, e.g. month: 2026-03. A decimal value needs its ``kind``."""

    label: Text
    value: Cell
    kind: Kind = "text"

    def __post_init__(self) -> None:
        _check(self.value, self.kind, f"the fact {said(self.label, 'en')!r}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column 列: its title in both languages and what its cells hold."""

    zh: str
    en: str
    kind: Kind = "text"

    @property
    def title(self) -> Words:
        """In both languages."""
        return Words(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Table:
    """A table 表格. ``totals`` is a last row of the same shape; ``notes`` stand under it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    totals: tuple[Cell, ...] | None = None
    title: Text = ""
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("a table needs a column")
        totals = () if self.totals is None else (self.totals,)
        for number, row in enumerate((*self.rows, *totals), 1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} cells, the table {len(self.columns)} columns")
            for cell, column in zip(row, self.columns, strict=True):
                # A total of a column of figures or days may be a word.
                _check(cell, column.kind, f"row {number}, column {column.en}")


@dataclass(frozen=True, slots=True)
class Series:
    """The values of a chart under one name 系列, one for each category; None is a gap."""

    name: Text
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart 图表: bars beside each other or stacked, lines over the categories, or one series as a pie.

    ``unit`` is told at the values, e.g. 元.
    """

    kind: ChartKind
    title: Text
    categories: tuple[Text, ...]
    series: tuple[Series, ...]
    unit: Text = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(ChartKind):
            raise ValueError(f"no chart is called {self.kind}; there are: {', '.join(get_args(ChartKind))}")
        for each in self.series:
            name = said(each.name, "en")
            if len(each.values) != len(self.categories):
                raise ValueError(f"{name} has {len(each.values)} values for {len(self.categories)} categories")
            for value in each.values:
                if value is not None:
                    _check(value, "money", f"the series {name}")
        if self.kind == "pie":
            if len(self.series) != 1:
                raise ValueError("a pie shows one series")
            if any(value is not None and value < 0 for value in self.series[0].values):
                raise ValueError("a pie cannot show a value below zero; use a bar chart")


def chart_of(
    table: Table, kind: ChartKind, title: Text, *, category: int, values: tuple[int, ...], unit: Text = ""
) -> Chart:
    """A chart of a table's columns, by index; in XLSX it refers to the table's own cells. Totals are left out."""
    series = tuple(
        Series(table.columns[index].title, tuple(_figure(row[index]) for row in table.rows)) for index in values
    )
    return Chart(kind, title, tuple(category_of(row[category]) for row in table.rows), series, unit)


def category_of(cell: Cell) -> Text:
    """A cell as it names a category of a chart."""
    return cell if isinstance(cell, str | Words) else "" if cell is None else str(cell)


def _figure(cell: Cell) -> Decimal | None:
    return Decimal(cell) if isinstance(cell, Decimal | int) else None


@dataclass(frozen=True, slots=True)
class Section:
    """A section 章节, and a sheet of its own in XLSX: facts, paragraphs, tables, charts, in this order."""

    heading: Text
    paragraphs: tuple[Text, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Footer:
    """What a document rests on 依据: clauses, version of the policy, position in the journal, digest of its content.

    ``at`` is when that position was recorded, with its zone; it is the file's creation date: no clock enters.
    """

    clause: str = ""
    policy: str = ""
    position: int | None = None
    sha256: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.at is not None and self.at.utcoffset() is None:
            raise ValueError("the time of a document carries its zone")

    def facts(self) -> tuple[Fact, ...]:
        """What is known, labelled."""
        known: tuple[tuple[Words, Cell], ...] = (
            (Words("制度条款", "Clause"), self.clause),
            (Words("制度版本", "Policy"), self.policy),
            (Words("日志位置", "Position"), None if self.position is None else str(self.position)),
            (Words("截至", "As of"), self.at and f"{self.at:%Y-%m-%d %H:%M %z}"),
            (Words("内容摘要", "Content"), self.sha256 and f"sha256:{self.sha256}"),
        )
        return tuple(Fact(label, value) for label, value in known if value)


@dataclass(frozen=True, slots=True)
class Document:
    """A report or form 报表或表单, ready to be rendered."""

    title_zh: str
    title_en: str
    sections: tuple[Section, ...]
    subtitle: Text = ""
    facts: tuple[Fact, ...] = ()
    footer: Footer = Footer()

    @property
    def title(self) -> Words:
        """In both languages."""
        return Words(self.title_zh, self.title_en)


_FITS: dict[str, Callable[[Cell], bool]] = {
    "text": lambda cell: isinstance(cell, str | Words),
    "day": lambda cell: isinstance(cell, str | Words | date) and not isinstance(cell, datetime),
}


def _check(cell: Cell, kind: Kind, where: str) -> None:
    """A cell holds what its column says; a word may stand where a figure is not known."""
    if kind not in get_args(Kind):
        raise ValueError(f"{where}: no column is of kind {kind}; there are: {', '.join(get_args(Kind))}")
    fits = _FITS.get(kind, _is_figure_or_word)
    if cell is not None and not fits(cell):
        raise ValueError(f"{where}: {cell!r} is no {kind}")


def _is_figure_or_word(cell: Cell) -> bool:
    if isinstance(cell, Decimal):
        return cell.is_finite()
    return isinstance(cell, str | Words | int) and not isinstance(cell, bool)


def shown(cell: Cell, kind: Kind, language: Language) -> str:
    """A cell as people read it: 1,234.50 · 12.50% · 3.5 · 2026-03-31."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str | Words):
        return said(cell, language)
    if kind == "quantity":
        text = f"{cell:,.3f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    text = f"{cell:,.2f}"
    text = "0.00" if text == "-0.00" else text
    return f"{text}%" if kind == "percent" else text


def width(text: str) -> float:
    """How wide a text is, in Chinese characters; the widest of its lines."""
    return max(sum(1.0 if ord(sign) > 0x2E7F else 0.56 for sign in line) for line in text.split("\n"))
