"""Queues at what many acts write 热点排队: a budget line, a register; so that they wait instead of deciding in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from weakref import WeakValueDictionary


class Queue:
    """Where acts wait for each other at a stream several of them write, a budget line say 热点排队.

    The first that finds a stream moved stands at its head until it is through; whoever wants to write there meanwhile
    waits behind it instead of deciding in vain. An act stands in one queue at a time, so none waits in a circle.
    """

    def __init__(self, queues: WeakValueDictionary[str, asyncio.Lock]) -> None:
        self._queues = queues
        self._at: str | None = None
        self._lock: asyncio.Lock | None = None

    async def enter(self, stream: str) -> None:
        """Leave the queue stood in and wait at another."""
        if self._at == stream:
            return
        self.leave()
        lock = self._queues.get(stream)
        if lock is None:
            lock = self._queues[stream] = asyncio.Lock()
        await lock.acquire()
        self._at, self._lock = stream, lock

    async def waited_for(self, streams: Iterable[str]) -> bool:
        """Whether there was a queue at one of ``streams``; then it is stood in now."""
        if self._at is not None or not self._queues:
            return False
        for stream in streams:
            if stream in self._queues:
                await self.enter(stream)
                return True
        return False

    def leave(self) -> None:
        """Let the next one go."""
        if self._lock is not None:
            self._lock.release()
        self._at = self._lock = None
