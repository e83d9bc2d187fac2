"""How far every view has come 视图进度, which ones stopped and why; and waiting until one shows what was just done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row
from sqlalchemy import Table
from sqlalchemy.sql import visitors

from application.journal import Unavailable
from projections import catalogue
from projections.view import View

CLAIM, REBUILD, MAKING = 0x67756976, 0x67756977, 0x67756978
"""Advisory locks: whoever projects a view live, whoever fills it again (first halves), whoever makes tables."""


@dataclass(frozen=True, slots=True)
class Status:
    """A view's progress. ``lag`` counts journal entries not yet read; ``error`` says why it stopped, ``since`` when."""

    name: str
    position: int
    lag: int
    moved_at: datetime | None
    failed_at: int | None
    error: str | None
    since: datetime | None
    stale: bool
    """Filled under an older declaration, or never: it waits to be filled."""


class ViewsBehind(Unavailable):
    """Views have not read as far as is asked for 视图尚未更新到该位置; they will if somebody projects them."""


class ViewStopped(RuntimeError):
    """A view stopped at an error, so it will not show anything newer 视图已停止更新."""

    def __init__(self, name: str, error: str) -> None:
        self.name, self.error = name, error
        super().__init__(f"{name}: {error}")


_STATUS = """
    select name, position, (select size from journal.head) - 1 - position as lag, moved_at, failed_at, error, since,
           fingerprint <> all(%s) as stale
    from views.progress where name = any(%s) order by name
"""


def status(connection: psycopg.Connection[Any], names: Iterable[str] | None = None) -> list[Status]:
    """Every view's progress, in name order; one never filled stands at -1."""
    wanted = [
        each for each in catalogue.views().values() if each.drawn is None and (names is None or each.name in names)
    ]
    prints = [each.fingerprint for each in wanted]
    with connection.cursor(row_factory=class_row(Status)) as cursor:
        known = {each.name: each for each in cursor.execute(_STATUS, [prints, [each.name for each in wanted]])}
    row = connection.execute("select size from journal.head").fetchone()
    entries = int(row[0]) if row else 0
    return [
        known.get(each.name) or Status(each.name, -1, entries, None, None, None, None, True)
        for each in sorted(wanted, key=lambda each: each.name)
    ]


def read_by(view: View) -> tuple[str, ...]:
    """The names under which the view's progress is kept: its own, or those of the views it is drawn from."""
    if view.drawn is None:
        return (view.name,)
    owners = {
        table.name: each.name for each in catalogue.views().values() if each.drawn is None for table in each.tables
    }
    tables = view.drawn().get_final_froms()
    return tuple(sorted({owners[name] for each in tables for name in _names(each) if name in owners}))


def _names(source: Any) -> Iterable[str]:
    return (each.name for each in visitors.iterate(source) if isinstance(each, Table))


async def wait_for(
    connection: psycopg.AsyncConnection[Any], names: Sequence[str], position: int, timeout: float = 5.0
) -> bool:
    """Waits until these views show entry ``position``; False when ``timeout`` seconds were not enough.

    Raises ViewStopped where one of them stopped before it.
    """
    deadline = time.monotonic() + timeout
    pause = 0.004
    while True:
        cursor = await connection.execute(
            "select wanted, position, error from unnest(%s::text[]) wanted left join views.progress on name = wanted "
            "where coalesce(position, -1) < %s",
            [list(names), position],
        )
        behind = await cursor.fetchall()
        if not behind:
            return True
        for name, _, error in behind:
            if error is not None:
                raise ViewStopped(name, error)
        if time.monotonic() + pause > deadline:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.05)
