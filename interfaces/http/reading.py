"""Asking the views over HTTP 查询视图: connections of their own, waiting for one's own writes, errors in words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from application.journal import Unavailable
from infrastructure.projecting.progress import ViewStopped, read_by, wait_for
from projections.asking import Page, Scope
from projections.view import View

__all__ = ["Asked", "NotFilled", "NotReadYet", "Progress", "Reading", "ViewStopped"]

CONNECTIONS = 4
LONGEST = "15s"
"""How long the database may take over one question."""
PATIENCE = 5.0
"""Seconds to wait for a connection, and until a view has read so far."""

_REACTIONS = "select name, position, error from reactions.places order by name"
_PROGRESS = "select name, position, error from views.progress order by name"


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, and the position up to which the view had read at least when it was asked."""

    page: Page
    position: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a view has read; ``error`` is what it stopped at."""

    name: str
    position: int
    error: str | None


class NotReadYet(Exception):
    """A view has not read as far as was asked 视图尚未更新到该位置."""


class NotFilled(Exception):
    """A view has no tables yet 视图尚未建立; whoever projects makes them."""


class Reading:
    """Reads the views. All methods may raise Unavailable."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]] = AsyncConnectionPool(
            url,
            min_size=0,
            max_size=CONNECTIONS,
            open=False,
            timeout=patience,
            reconnect_timeout=1.0,  # then whoever asks next tries again, instead of waiting ever longer
            kwargs={"autocommit": True, "options": f"-c statement_timeout={LONGEST}"},
        )

    async def __aenter__(self) -> Reading:
        await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def ask(self, view: View, scope: Scope, **asked: Any) -> Asked:
        """A page of rows. Raises BadQuestion, NotFilled."""
        async with self._connection() as connection:
            known = {each.name: each.position for each in await _progress(connection)}
            page = await view.aquery(connection, scope=scope, **asked)
            return Asked(page, min((known.get(name, -1) for name in read_by(view)), default=-1))

    async def progress(self) -> list[Progress]:
        """How far every view has come that was ever filled."""
        async with self._connection() as connection:
            return await _progress(connection)

    async def health(self) -> tuple[int, list[Progress], list[Progress]]:
        """Size of the journal, and how far views and reactions have read."""
        async with self._connection() as connection:
            row = await (await connection.execute("select size from journal.head")).fetchone()
            reactions = await (await connection.execute(_REACTIONS)).fetchall()
            return int(row[0]) if row else 0, await _progress(connection), [Progress(*each) for each in reactions]

    async def wait(self, view: View, position: int) -> None:
        """Until the view shows entry ``position``; raises NotReadYet after ``patience`` seconds, ViewStopped."""
        async with self._connection() as connection:
            if not await wait_for(connection, read_by(view), position, self._patience):
                raise NotReadYet(view.name)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except psycopg.errors.UndefinedTable as error:
            raise NotFilled() from error
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            raise Unavailable(f"the database went away 数据库连接中断: {error}") from error


async def _progress(connection: psycopg.AsyncConnection[Any]) -> list[Progress]:
    return [Progress(*row) for row in await (await connection.execute(_PROGRESS)).fetchall()]
