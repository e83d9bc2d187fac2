"""How the command line speaks: tables for people, JSON for programs, errors in both languages, progress bars."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Protocol

import typer
from rich.box import SIMPLE
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from domain.working_time import SHANGHAI

# What people wrote is printed as they wrote it: no markup, no emoji codes, nothing coloured for looking like a number.
_PLAIN: dict[str, Any] = {"markup": False, "emoji": False, "highlight": False}
# Piped output is read by programs and pagers: wide enough that nothing is folded for want of a terminal.
out = Console(width=None if sys.stdout.isatty() else 180, **_PLAIN)
err = Console(stderr=True, **_PLAIN)

_CHINESE = re.compile(r" ([\u4e00-\u9fff].*)")
_LONGEST_WORD = 24
"""Words up to this width are kept whole where the terminal is narrow."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON 输出 JSON")]


class Report(Protocol):
    """How far long work has come: done so far, of how many."""

    def __call__(self, done: int, total: int) -> None:
        """Tell."""


def say_json(value: Any) -> None:
    """Machine output: one JSON document on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def say_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, numeric: Iterable[int] = ()
) -> None:
    """A table for people; says so where it has no rows. A number that is no quantity is given as text."""
    right = set(numeric)
    cells = [[shown(cell) for cell in row] for row in rows]
    table = Table(header_style="bold", pad_edge=False, box=SIMPLE)
    for number, column in enumerate(columns):
        if number in right:
            # Figures are narrow, so their heading has a line for each language.
            table.add_column(Text(_CHINESE.sub(r"\n\1", column)), justify="right")
        else:
            words = (word for text in (column, *(row[number] for row in cells)) for word in text.split())
            least = min(max(map(cell_len, words), default=0), _LONGEST_WORD)
            table.add_column(Text(column), overflow="fold", min_width=least)
    for row in cells:
        table.add_row(*map(Text, row))
    # Outside the table, which would fold a title that is wider than the columns.
    out.print(title, style="bold", soft_wrap=True)
    out.print(table if table.row_count else "  (nothing 无)\n")


def say_fields(title: str, fields: Mapping[str, Any]) -> None:
    """Names and values, one a line; what has parts is told part by part."""
    out.print(title, style="bold", soft_wrap=True)
    for line in _lines(fields, "  "):
        out.print(line, soft_wrap=True)


def _lines(fields: Mapping[str, Any], indent: str) -> Iterator[str]:
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        parts = _parts(value)
        yield f"{indent}{name:<{width}}  {'' if parts else shown(value)}".rstrip()
        for number, part in parts:
            if number:
                yield f"{indent}  {number}"
            yield from _lines(part, indent + ("    " if number else "  "))


def _parts(value: Any) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping) and value:
        return [("", value)]
    if isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
        return [(f"{number}.", each) for number, each in enumerate(value, 1)]
    return []


def shown(value: Any) -> str:
    """A value as people read it: times as in Shanghai, where the working calendar is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes 是" if value else "no 否"
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ("; " if any(isinstance(each, Mapping) for each in value) else ", ").join(shown(each) for each in value)
    return str(value)


def fail(en: str, zh: str, code: int = 1) -> typer.Exit:
    """Say what is wrong and what to do, in both languages; ``raise fail(…)`` ends the command."""
    tell(en, zh)
    return typer.Exit(code)


def tell(en: str, zh: str = "", mark: str = "✗", style: str = "red") -> None:
    """Something people should know that is not what they asked for: on standard error, in both languages."""
    err.print(mark, style=style, end=" ")
    err.print(en, soft_wrap=True)
    if zh:
        err.print(f"  {zh}", soft_wrap=True)


@contextmanager
def progress(what: str, quiet: bool = False) -> Iterator[Report]:
    """A progress bar on standard error; silent where output is for programs or nobody watches."""
    if quiet or not err.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
