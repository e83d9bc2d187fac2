"""A table somebody hands in 表格文件, from whatever kind of file: rows of text under headings, and what is wrong.

``infrastructure.tabular`` reads CSV and XLSX files into it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class RowError:
    """What is wrong with a row 行错误: its line in the file from 1, the column if it is one, the reason twice."""

    line: int
    column: str
    en: str
    zh: str

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        return f"line {self.line}{column}: {self.en} 第{self.line}行{column}：{self.zh}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of text under the headings of its table; a cell that is missing or blank is empty."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings as the file has them, rows that hold anything, and what was wrong with rows while reading."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    errors: tuple[RowError, ...] = ()


class BadTable(ValueError):
    """A file that cannot be read as a table 文件无法读取; says what to do in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        self.en, self.zh = en, zh
        super().__init__(f"{en} {zh}")


class BadRows(ValueError):
    """Some rows are wrong, so nothing of the file is applied 有错误行,整个文件均未导入; ``errors`` names each."""

    def __init__(self, errors: Iterable[RowError]) -> None:
        self.errors = tuple(sorted(errors))
        count = len({error.line for error in self.errors})
        self.en = f"Nothing was imported: {count} rows are wrong."
        self.zh = f"未导入任何内容：{count}行有误。"
        super().__init__("\n".join([f"{self.en} {self.zh}", *map(str, self.errors)]))


def columns(table: Table, names: Mapping[str, Sequence[str]], required: Iterable[str]) -> dict[str, str]:
    """The heading under which the table has each column, by the names a column may go by (case does not matter).

    Raises BadTable for a heading nobody knows, one that stands twice, and a required column that is missing.
    """
    known = {name.casefold(): column for column, each in names.items() for name in (column, *each)}
    found: dict[str, str] = {}
    for heading in table.headings:
        column = known.get(heading.casefold())
        if column is None:
            allowed = ", ".join("/".join(each) for each in names.values())
            raise BadTable(
                f"There is no column {heading[:40]!r}; the columns are: {allowed}.",
                f"没有名为“{heading[:40]}”的列；可用的列：{allowed}。",
            )
        if column in found:
            raise BadTable(
                f"The columns {found[column]!r} and {heading!r} are the same.", f"“{found[column]}”与“{heading}”重复。"
            )
        found[column] = heading
    missing = [names[column] for column in required if column not in found]
    if missing:
        told = ", ".join("/".join(each) for each in missing)
        raise BadTable(f"Columns are missing: {told}.", f"缺少列：{told}。")
    return found
