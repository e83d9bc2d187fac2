"""The journal 日志 on PostgreSQL: implements ``application.journal.Journal``.

    async with PostgresJournal(url) as journal:
        outcome = await journal.append(submission)

``url`` should log in as guicheng_app, which may append by the database's function and read, nothing more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.abc import Params
from psycopg.adapt import Loader
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from application.journal import Entry, Outcome, Submission
from infrastructure.journal.appender import PAUSES, Appender, checked, unavailable
from infrastructure.journal.line import CONNECTION_OPTIONS
from infrastructure.journal.tide import Tide

_ENTRY = "select position, type, stream, version, body from journal.entries "
READERS = 4
"""Connections for reading, at most."""
BULK = 2_000
BULK_BYTES = 16 << 20
"""Entries and bytes of one call of a bulk import: others wait for it, some 50 ms."""


class _Bytes(Loader):
    """JSON as the bytes that were stored."""

    format = psycopg.pq.Format.BINARY

    def load(self, data: Any) -> bytes:
        return bytes(data)


class PostgresJournal:
    """Opened with ``open`` or as a context manager, used from one event loop."""

    def __init__(self, url: str, *, readers: int = READERS, pauses: tuple[float, ...] = PAUSES) -> None:
        self._url = url
        self._pauses = pauses
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=readers,
            open=False,
            # A database that is away is given up on as soon by readers as by writers.
            timeout=max(sum(pauses), 1.0),
            kwargs={"autocommit": True, "prepare_threshold": 2, **CONNECTION_OPTIONS},
            configure=_configure,
        )
        self._tide = Tide(url, self.size)
        self._appender = Appender(url, self._tide.rise, pauses)

    async def open(self) -> None:
        """Connects; raises Unavailable."""
        await self._appender.open()
        await self._pool.open()

    async def close(self) -> None:
        """Finishes what was submitted, then lets go of every connection."""
        await self._appender.close()
        await self._tide.close()
        await self._pool.close()

    async def __aenter__(self) -> PostgresJournal:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def append(self, submission: Submission) -> Outcome:
        """See ``Appender.append``. After a lost connection an own entry may be answered as Repeated."""
        return await self._appender.append(submission)

    async def bulk_append(self, submissions: Iterable[Submission]) -> AsyncIterator[tuple[Submission, Outcome]]:
        """Many commands, in order, in calls of about 2,000 entries; for imports. Gives each with its outcome.

        The same checks, as safe to repeat: what was appended before is answered Repeated. While the database takes one
        call the next is made, so ``submissions`` should be an iterator that makes them as it goes.
        Raises ValueError for a wrong draft, EntryTooLarge, Unavailable.
        """
        groups = _groups(submissions)
        async with _own(Appender(self._url, self._tide.rise, self._pauses)) as appender:
            group = next(groups, None)
            while group is not None:
                call = asyncio.create_task(appender.call(group))
                await asyncio.sleep(0)
                try:
                    following = next(groups, None)
                finally:
                    outcomes = await call
                for pair in zip(group, outcomes, strict=True):
                    yield pair
                group = following

    async def positions_of(self, command_id: UUID) -> tuple[int, ...] | None:
        """Where that command's entries stand, or None if it never was appended."""
        rows = await self.rows("select first, count from journal.commands where command_id = %b", (command_id,))
        return tuple(range(rows[0][0], rows[0][0] + rows[0][1])) if rows else None

    async def stream(self, stream: str, after_version: int = 0, up_to_position: int | None = None) -> Sequence[Entry]:
        """A stream's entries in order of version."""
        if up_to_position is None:
            query = _ENTRY + "where stream = %b and version > %b order by version"
            return await self._entries(query, (stream, after_version))
        query = _ENTRY + "where stream = %b and version > %b and position <= %b order by version"
        return await self._entries(query, (stream, after_version, up_to_position))

    async def entries(self, positions: Sequence[int]) -> Sequence[Entry]:
        """The entries at these positions, in order; raises LookupError where there is none."""
        query = _ENTRY + "where position = any(%b::bigint[]) order by position"
        found = {entry.position: entry for entry in await self._entries(query, (list(positions),))}
        try:
            return [found[position] for position in positions]
        except KeyError as error:
            raise LookupError(f"there is no entry {error} 没有该位置的事件") from None

    async def read(self, after: int, limit: int, types: Sequence[str] | None = None) -> Sequence[Entry]:
        """Up to ``limit`` entries with position > ``after`` (-1 for the start), of these types if given."""
        if types is None:
            return await self._entries(_ENTRY + "where position > %b order by position limit %b", (after, limit))
        # By the index, type by type, so that rare types are found at once: positions first, then these entries.
        query = (
            _ENTRY + "where position = any(array(select found.position from unnest(%b::text[]) wanted, "
            "lateral (select position from journal.entries where type = wanted and position > %b "
            "order by position limit %b) found order by 1 limit %b)) order by position"
        )
        return await self._entries(query, (sorted(set(types)), after, limit, limit))

    async def size(self) -> int:
        """How many entries there are."""
        return int((await self.rows("select size from journal.head"))[0][0])

    async def standing(self) -> int:
        """Position of the last governing entry, -1 if there is none."""
        return int((await self.rows("select standing from journal.head"))[0][0])

    def follow(self, after: int) -> AsyncIterator[int]:
        """Yields the tree size whenever it has grown past ``after``."""
        return self._tide.follow(after)

    async def _entries(self, query: LiteralString, values: Params) -> list[Entry]:
        return [Entry(*row) for row in await self.rows(query, values)]

    async def rows(self, query: LiteralString, values: Params = ()) -> list[tuple[Any, ...]]:
        """What a query gives, in a transaction of its own; for what may be repeated. Raises Unavailable."""
        pauses = iter(self._pauses)
        while True:
            try:
                async with self._pool.connection() as connection:
                    cursor = await connection.cursor(binary=True).execute(query, values)
                    return await cursor.fetchall()
            except PoolTimeout as error:
                raise unavailable(error) from error
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
                pause = next(pauses, None)
                if pause is None or self._pool.closed:
                    raise unavailable(error) from error
                await asyncio.sleep(pause)


def _groups(submissions: Iterable[Submission]) -> Iterator[list[Submission]]:
    group: list[Submission] = []
    known: set[UUID] = set()
    entries = size = 0
    for submission in submissions:
        bytes_ = checked(submission)
        full = entries + len(submission.drafts) > BULK or size + bytes_ > BULK_BYTES
        if group and (full or submission.command_id in known):
            yield group
            group, known, entries, size = [], set(), 0, 0
        group.append(submission)
        known.add(submission.command_id)
        entries += len(submission.drafts)
        size += bytes_
    if group:
        yield group


@asynccontextmanager
async def _own(appender: Appender) -> AsyncIterator[Appender]:
    await appender.open()
    try:
        yield appender
    finally:
        await appender.close()


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    connection.adapters.register_loader("json", _Bytes)
