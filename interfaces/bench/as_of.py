"""``bench as-of``: how long it takes to say what a subject was at a position, in a large journal 历史状态."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg

from application.handler import Handler
from domain.kernel import Stream
from infrastructure import bench_data
from infrastructure.codec import Codec
from infrastructure.identifiers import uuid7
from infrastructure.journal.bench import scratch_database
from infrastructure.journal.postgres import PostgresJournal

READS = 3_000
Tell = Callable[[int, int], None]


class _Plain:
    """Sample purchases hold no personal data."""

    def seal(self, kind: type, data: dict[str, Any]) -> dict[str, Any]:
        """As it is."""
        return data

    open = seal


def run(
    url: str, *, entries: int = 1_000_000, reads: int = READS, tell: Tell = lambda done, of: None
) -> dict[str, Any]:
    """Milliseconds to rebuild random subjects as of random positions, from the database each time. Goal: p99 <= 20."""
    with scratch_database(url) as place:
        asyncio.run(bench_data.fill(place, entries, tell))
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute("vacuum analyze journal.entries")
        return asyncio.run(_read(place, reads))


async def _read(url: str, reads: int) -> dict[str, Any]:
    dice = random.Random(1)
    async with PostgresJournal(url) as journal:
        handler = Handler(journal, Codec(_Plain()), clock=lambda: datetime.now(UTC), new_id=uuid7)
        size = await journal.size()
        took: list[float] = []
        events = 0
        for number in range(reads + 50):
            chosen = (await journal.entries([dice.randrange(size)]))[0]
            position = dice.randrange(chosen.position, size)
            began = time.perf_counter()
            _, version = await handler.state(Stream.parse(chosen.stream), up_to_position=position)
            if number >= 50:
                took.append((time.perf_counter() - began) * 1000)
                events += version
        took.sort()
        return {
            "p50_ms": round(took[len(took) // 2], 2),
            "p99_ms": round(took[int(len(took) * 0.99)], 2),
            "entries": size,
            "reads": reads,
            "events_folded_each": round(events / reads, 1),
        }
