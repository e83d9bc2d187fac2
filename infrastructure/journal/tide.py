"""Knows how far the journal has grown: by our own appends at once, by LISTEN from elsewhere, by a poll in any case."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg

from application.journal import Unavailable
from infrastructure.journal.line import CONNECTION_OPTIONS

POLL = 1.0
"""Seconds between polls."""


class Tide:
    """One listener for all followers of a process."""

    def __init__(self, url: str, size: Callable[[], Awaitable[int]]) -> None:
        self._url = url
        self._ask = size
        self._size = 0
        self._risen = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    def rise(self, size: int) -> None:
        """Wakes the followers if the journal has grown."""
        if size > self._size:
            self._size = size
            risen, self._risen = self._risen, asyncio.Event()
            risen.set()

    async def follow(self, after: int) -> AsyncIterator[int]:
        """Yields the size whenever it has grown past ``after``, the latest each time."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        while True:
            risen = self._risen
            if self._size > after:
                after = self._size
                yield after
                continue
            try:
                await asyncio.wait_for(risen.wait(), POLL)
            except TimeoutError:
                with contextlib.suppress(Unavailable):
                    self.rise(await self._ask())

    async def close(self) -> None:
        """Stops listening."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    async def _listen(self) -> None:
        while True:
            # Without a listener the poll goes on, so a database that is away only makes followers slower.
            with contextlib.suppress(psycopg.Error, OSError, Unavailable):
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, **CONNECTION_OPTIONS
                ) as connection:
                    await connection.execute("listen journal")
                    self.rise(await self._ask())
                    async for notice in connection.notifies():
                        self.rise(int(notice.payload))
            await asyncio.sleep(POLL)
