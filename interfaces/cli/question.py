"""One table of a summary 汇总表: how it is asked of the views, and how its rows read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What it is called, its columns for people, which are numbers, how it is asked, how a row reads."""

    title: str
    columns: Sequence[str]
    numeric: Sequence[int]
    query: LiteralString
    reads: Callable[[Row], Row] = lambda row: row
    always: bool = True
    """Whether it is shown with no rows as well."""


def named(*columns: tuple[str, Mapping[str, str]]) -> Callable[[Row], Row]:
    """A row whose ``columns`` have their Chinese names beside them."""

    def read(row: Row) -> Row:
        return row | {
            column: f"{row[column]} {names.get(row[column], '')}".strip()
            for column, names in columns
            if row[column] is not None
        }

    return read
