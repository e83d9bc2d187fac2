"""``bench as-of``: how long it takes to say what a subject was at a position, in a large journal 历史状态."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
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
WARM_UP = 50
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
    """Milliseconds to rebuild random subjects as of random positions, from the database each time. Goal: p99 <= 20.

    The figures called ``busy`` take the subject of a random entry, so that subjects with long histories (the stock of a
    common item, the record of a supplier) come up as often as they are written to.
    """
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
        begun = await journal.rows("select stream, min(position) from journal.entries group by stream")

        async def measured(picked: Callable[[], Awaitable[tuple[str, int]]]) -> tuple[list[float], int]:
            took, events = [], 0
            for number in range(WARM_UP + reads):
                stream, first = await picked()
                position = dice.randrange(first, size)
                began = time.perf_counter()
                _, version = await handler.state(Stream.parse(stream), up_to_position=position)
                if number >= WARM_UP:
                    took.append((time.perf_counter() - began) * 1000)
                    events += version
            return sorted(took), events

        async def of_any_subject() -> tuple[str, int]:
            stream, first = dice.choice(begun)
            return stream, first

        async def of_any_entry() -> tuple[str, int]:
            found = (await journal.entries([dice.randrange(size)]))[0]
            return found.stream, found.position

        took, events = await measured(of_any_subject)
        busy, busy_events = await measured(of_any_entry)
        return {
            "p50_ms": round(took[reads // 2], 2),
            "p99_ms": round(took[int(reads * 0.99)], 2),
            "events_folded_each": round(events / reads, 1),
            "busy_p50_ms": round(busy[reads // 2], 2),
            "busy_p99_ms": round(busy[int(reads * 0.99)], 2),
            "busy_events_folded_each": round(busy_events / reads, 1),
            "entries": size,
            "subjects": len(begun),
            "reads": reads,
        }
