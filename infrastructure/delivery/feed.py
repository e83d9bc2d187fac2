"""Feeds the post from the journal: every notice issued since the place it keeps, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType

import psycopg

from application.acts import Codec
from application.delivery import letters
from application.journal import Journal, Unavailable
from domain.governance.notice import NoticeIssued
from infrastructure.delivery.post import Post

NAME = "notices"
BATCH = 500
TYPES = (NoticeIssued.__name__,)
TOGETHER = 0.2
STRIDE = 10_000
"""Entries without a notice that are read over before the place is stored again."""


class Feed:
    """``async with Feed(journal, codec, post, url) as feed: await feed.follow()``; one for a database is enough.

    The place moves after the letters are queued: dying in between queues them again, as the same jobs.
    """

    def __init__(self, journal: Journal, codec: Codec, post: Post, url: str) -> None:
        self._journal = journal
        self._codec = codec
        self._post = post
        self._url = url
        self._read_to: int | None = None
        self._stored = -1
        self._connection: psycopg.AsyncConnection | None = None

    async def __aenter__(self) -> Feed:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def drain(self) -> int:
        """Hand in what is new; how many notices. Raises Unavailable."""
        count = 0
        while True:
            after = await self._place()
            size = await self._journal.size()
            if after >= size - 1:
                return count
            entries = await self._journal.read(after, BATCH, TYPES)
            for issued in self._codec.decode_all(entries):
                await asyncio.to_thread(self._post.hand_in, letters(issued, self._post.channels))
            count += len(entries)
            self._read_to = entries[-1].position if len(entries) == BATCH else size - 1
            if entries or self._read_to - self._stored >= STRIDE:
                await self._store(self._read_to)

    async def pass_over(self) -> None:
        """Move the place to the journal's end, handing in nothing. Raises Unavailable."""
        self._read_to = await self._journal.size() - 1
        await self._store(self._read_to)

    async def follow(self, before: Callable[[], Awaitable[None]] | None = None) -> None:
        """Feed for ever, woken by the journal; ``before`` is awaited before each look. Raises Unavailable."""
        while True:
            if before is not None:
                await before()
            await self.drain()
            # What comes close together is fetched together.
            await asyncio.sleep(TOGETHER)
            async for _ in self._journal.follow(await self._place() + 1):
                break

    async def _place(self) -> int:
        if self._read_to is None:
            try:
                connection = await self._open()
                cursor = await connection.execute("select position from jobs.place where name = %s", (NAME,))
                row = await cursor.fetchone()
            except psycopg.OperationalError as error:
                raise Unavailable(f"the database went away 数据库连接中断: {error}") from error
            self._read_to = self._stored = int(row[0]) if row else -1
        return self._read_to

    async def _store(self, position: int) -> None:
        try:
            connection = await self._open()
            await connection.execute(
                "insert into jobs.place as known (name, position) values (%s, %s) on conflict (name) do update "
                "set position = greatest(known.position, excluded.position), moved_at = now()",
                (NAME, position),
            )
        except psycopg.OperationalError as error:
            raise Unavailable(f"the database went away 数据库连接中断: {error}") from error
        self._stored = position

    async def _open(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        return self._connection
