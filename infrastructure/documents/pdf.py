"""Renders a document as PDF (PDF/A-2u, A4) with typst: the look stands in ``template.typ``, all else is data.

No text of a document becomes markup: the template reads one JSON value. The fonts come from a package, never from the
machine, and no clock enters: the same document gives the same bytes. A sign that the font lacks is told by its code,
e.g. [U+1F600], instead of an empty box.
"""

import json
import struct
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from infrastructure.documents.charts import placed
from infrastructure.documents.model import (
    EMPTY,
    Cell,
    Column,
    Document,
    Fact,
    Kind,
    Language,
    Section,
    Table,
    Words,
    said,
    shown,
    width,
)

NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""The creation date of a document that names none."""
_TEMPLATE = Path(__file__).with_name("template.typ")
_STANDARD: Final = "a-2u"
_PORTRAIT, _LANDSCAPE = 493.0, 740.0
"""Points between the margins."""
_INSET = 9.0
_SIZES = (9.0, 8.0, 7.0, 6.0)
_AIR = 1.04
_SHORT_TEXT = 9.0
"""A column of texts up to this many signs wide does not break; the longest column of a table always may."""
_TALL_TEXT = 16.0
"""What a column of texts is given, in signs, before the table gets smaller or its page wider."""


def render(document: Document, language: Language = "zh") -> bytes:
    """The document as the bytes of a PDF file."""
    at = document.footer.at or NO_TIME
    compiled = _compiler(document, language).compile(
        format="pdf", timestamp=int(at.timestamp()), pdf_standards=[_STANDARD]
    )
    assert isinstance(compiled, bytes)
    return compiled


def pictures(document: Document, language: Language = "zh", *, dots: float = 96) -> list[bytes]:
    """The pages as PNG, ``dots`` an inch, for looking at."""
    compiled = _compiler(document, language).compile(format="png", ppi=dots)
    return compiled if isinstance(compiled, list) else [compiled] if compiled is not None else []


def _compiler(document: Document, language: Language) -> typst.Compiler:
    data = json.dumps(_known(_data(document, language)), ensure_ascii=False)
    return typst.Compiler(
        _TEMPLATE.read_bytes(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"document": data}
    )


@cache
def _fonts() -> typst.Fonts:
    folder = str(pylopdf_fonts_zh_cn.sans_path().parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _data(document: Document, language: Language) -> dict[str, Any]:
    landscape = any(_needs(table, language) > _PORTRAIT for each in document.sections for table in each.tables)
    room = _LANDSCAPE if landscape else _PORTRAIT
    footer = " · ".join(f"{each['label']} {each['value']}" for each in _facts(document.footer.facts(), language))
    return {
        "language": language,
        "region": "cn" if language == "zh" else "us",
        "title": said(document.title, language),
        "subtitle": said(document.subtitle, language),
        "keywords": [document.footer.sha256] if document.footer.sha256 else [],
        "empty": said(EMPTY, language),
        "landscape": landscape,
        "facts": _facts(document.facts, language),
        "sections": [_section(each, language, room) for each in document.sections],
        "footer": footer,
    }


def _section(section: Section, language: Language, room: float) -> dict[str, Any]:
    return {
        "heading": said(section.heading, language),
        "paragraphs": [said(each, language) for each in section.paragraphs],
        "facts": _facts(section.facts, language),
        "tables": [_table(each, language, room) for each in section.tables],
        "charts": [placed(each, language) for each in section.charts],
    }


def _facts(facts: tuple[Fact, ...], language: Language) -> list[dict[str, Any]]:
    return [
        {
            "label": said(each.label, language),
            "value": shown(each.value, each.kind, language),
            "below": _is_below(each.value),
        }
        for each in facts
    ]


def _table(table: Table, language: Language, room: float) -> dict[str, Any]:
    size = next((size for size in _SIZES if _needs(table, language, size) <= room), _SIZES[-1])
    signs = _signs(table, language)
    texts = [wide for column, wide in zip(table.columns, signs, strict=True) if column.kind == "text"]
    short = min(_SHORT_TEXT, max(texts, default=0.0) - 0.01)
    return {
        "title": said(table.title, language),
        "columns": [said(each.title, language) for each in table.columns],
        "aligned": ["left" if each.kind == "text" else "right" for each in table.columns],
        "widths": [
            _column(wide, size, fixed=column.kind != "text" or wide <= short)
            for column, wide in zip(table.columns, signs, strict=True)
        ],
        "size": size,
        "rows": [_row(table.columns, row, language) for row in table.rows],
        "totals": [] if table.totals is None else _row(table.columns, table.totals, language),
        "notes": [said(each, language) for each in table.notes],
    }


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...], language: Language) -> list[str | dict[str, str]]:
    """Each cell as a text, or under ``below`` where it is less than zero."""
    return [_cell(cell, column.kind, language) for column, cell in zip(columns, row, strict=True)]


def _cell(cell: Cell, kind: Kind, language: Language) -> str | dict[str, str]:
    text = shown(cell, kind, language)
    return {"below": text} if _is_below(cell) else text


def _is_below(cell: Cell) -> bool:
    return not isinstance(cell, str | Words) and isinstance(cell, int | Decimal) and cell < 0


def _signs(table: Table, language: Language) -> list[float]:
    """How many signs wide the widest cell of each column is."""
    rows = (*table.rows, *(() if table.totals is None else (table.totals,)))
    return [
        max(
            min(width(said(column.title, language)), 6.0),
            max((width(shown(row[index], column.kind, language)) for row in rows), default=0.0),
        )
        for index, column in enumerate(table.columns)
    ]


def _column(signs: float, size: float, *, fixed: bool) -> dict[str, Any]:
    """Figures, days and short texts get what they need and never break; long texts share what is left."""
    if fixed:
        return {"fixed": True, "size": round(signs * _AIR + _INSET / size, 2)}
    return {"fixed": False, "size": round(min(max(signs, 3.0), 30.0), 2)}


def _needs(table: Table, language: Language, size: float = _SIZES[2]) -> float:
    """Points a table wants at ``size``."""
    signs = zip(table.columns, _signs(table, language), strict=True)
    return sum(
        (min(each, _TALL_TEXT) if column.kind == "text" else each) * _AIR * size + _INSET for column, each in signs
    )


def _known(data: Any) -> Any:
    """``data`` with every sign that the font lacks told by its code."""
    if isinstance(data, str):
        return data if _signs_of_font().issuperset(data) else "".join(map(_told, data))
    if isinstance(data, dict):
        return {key: _known(value) for key, value in data.items()}
    return [_known(each) for each in data] if isinstance(data, list) else data


def _told(sign: str) -> str:
    return sign if sign in _signs_of_font() else f"[U+{ord(sign):04X}]"


@cache
def _signs_of_font() -> frozenset[str]:
    """Every sign the font can show, and the newline (OpenType 1.9, table cmap, format 12)."""
    font = pylopdf_fonts_zh_cn.sans_path().read_bytes()
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    for number in range(struct.unpack_from(">H", font, start + 2)[0]):
        offset = start + struct.unpack_from(">HHI", font, start + 4 + 8 * number)[2]
        if struct.unpack_from(">H", font, offset)[0] == 12:
            groups = struct.unpack_from(">I", font, offset + 12)[0]
            spans = (struct.unpack_from(">II", font, offset + 16 + 12 * group) for group in range(groups))
            return frozenset(chr(code) for first, last in spans for code in range(first, last + 1)) | {"\n"}
    raise ValueError(f"{pylopdf_fonts_zh_cn.sans_path().name} has no table of signs in format 12")
