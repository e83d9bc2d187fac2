"""The reactions' places in PostgreSQL 反应进度, and the claim that one process at a time reacts."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

import psycopg
from psycopg.rows import dict_row

from application.journal import Unavailable
from application.reacting import Place

CLAIM = 0x72656163
"""Key of the advisory lock behind the claim."""


class PostgresPlaces:
    """Implements ``application.reacting.Places`` on one connection, which holds the claim."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection | None = None
        self._claimed = False
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> PostgresPlaces:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def load(self) -> dict[str, Place]:
        """Every reaction's place."""
        rows = await self._execute("select name, position, error from reactions.places")
        return {row["name"]: Place(**row) for row in rows}

    async def save(self, place: Place) -> None:
        """Keep one."""
        await self._execute(
            "insert into reactions.places (name, position, error) values (%s, %s, %s) on conflict (name) do update "
            "set position = excluded.position, error = excluded.error, moved_at = now()",
            (place.name, place.position, place.error),
        )

    async def claim(self) -> bool:
        """Whether this process reacts; lost with the connection, and taken again by whoever asks first."""
        if not self._claimed:
            rows = await self._execute("select pg_try_advisory_lock(%s) as taken", (CLAIM,))
            self._claimed = bool(rows[0]["taken"])
        return self._claimed

    async def _execute(self, query: str, values: tuple[object, ...] = ()) -> list[dict[str, Any]]:
        async with self._one_at_a_time:
            try:
                connection = await self._open()
                async with connection.cursor(row_factory=dict_row) as cursor:
                    await cursor.execute(query, values)
                    return await cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError as error:
                raise Unavailable(f"the database went away 数据库连接中断: {error}") from error

    async def _open(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._claimed = False
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
            # A place lost in a crash is an event read twice, and that asks nothing twice: no need to wait for the disk.
            await self._connection.execute("set synchronous_commit = off")
        return self._connection
