"""How the command line speaks: tables for people, JSON for programs, errors in both languages, progress bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Protocol

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

# Piped output is read by programs and pagers: wide enough that nothing is folded for want of a terminal.
out = Console(width=None if sys.stdout.isatty() else 180)
err = Console(stderr=True)

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
    """A table for people; says so where it has no rows."""
    right = set(numeric)
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", pad_edge=False, box=SIMPLE
    )
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(shown(cell) for cell in row))
    if table.row_count:
        out.print(table)
    else:
        out.print(f"[bold]{title}[/bold]\n  (nothing 无)")


def say_fields(title: str, fields: Mapping[str, Any]) -> None:
    """Names and values, one a line."""
    out.print(f"[bold]{title}[/bold]")
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        out.print(f"  {name:<{width}}  {shown(value)}", highlight=False, soft_wrap=True)


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ("; " if any(isinstance(each, Mapping) for each in value) else ", ").join(shown(each) for each in value)
    return str(value)


def fail(en: str, zh: str, code: int = 1) -> typer.Exit:
    """Say what is wrong and what to do, in both languages; ``raise fail(…)`` ends the command."""
    err.print(f"[red]✗[/red] {en}", highlight=False)
    err.print(f"  {zh}", highlight=False)
    return typer.Exit(code)


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
