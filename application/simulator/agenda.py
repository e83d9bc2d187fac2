"""The simulated clock and its agenda 模拟日程: things happen in order of their time, none twice, none by chance."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial

Happening = Callable[[], Awaitable[None]]
Story = AsyncIterator[datetime]
"""Something that takes its time: it yields the moment at which it goes on."""


class Agenda:
    """A clock that moves from one happening to the next. Call it for the time."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self._queue: list[tuple[datetime, int, Happening]] = []
        self._order = itertools.count()

    def __call__(self) -> datetime:
        return self.now

    def at(self, moment: datetime, happening: Happening) -> None:
        """Have it happen at ``moment``, or now if that is past; at one moment, in the order they were put down."""
        heapq.heappush(self._queue, (max(moment, self.now), next(self._order), happening))

    def start(self, story: Story, moment: datetime | None = None) -> None:
        """Let a story begin, at ``moment`` or now."""
        self.at(moment or self.now, partial(self._go_on, story))

    async def _go_on(self, story: Story) -> None:
        moment = await anext(story, None)
        if moment is not None:
            self.at(moment, partial(self._go_on, story))

    async def run(self, until: datetime) -> int:
        """Let everything happen up to ``until``; how many happenings that were."""
        count = 0
        while self._queue and self._queue[0][0] <= until:
            self.now, _, happening = heapq.heappop(self._queue)
            await happening()
            count += 1
        self.now = max(self.now, until)
        return count
