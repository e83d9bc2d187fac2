"""Benchmarks of the views 视图性能: how quickly they are filled again, and how soon they show what was committed.

They work in a database of their own beside the one given, on a journal as a large company would have written it.
"""

from __future__ import annotations

import asyncio
import bisect
import multiprocessing
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from application.journal import Appended, Submission
from infrastructure import bench_data
from infrastructure.bench_data import decoding
from infrastructure.journal.bench import scratch_database
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.projecting import rebuild as rebuilding
from infrastructure.projecting.progress import wait_for
from infrastructure.projecting.runner import Runner
from projections import catalogue

Tell = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""
WARM_UP = 3
"""Seconds before the lag counts: plans and pages are warm in any process that runs."""
LOOK = 0.002
"""Seconds between looks at what the views show; the lag is measured to this."""


def _silent(what: str, done: int, of: int) -> None:
    return None


def rebuild(url: str, *, entries: int = 1_000_000, processes: int = 2, tell: Tell = _silent) -> dict[str, float]:
    """Journal entries a second that each view is filled with alone, and seconds for all of them in one pass.

    ``url`` is the owner's. Goals: >= 50,000 a second each, all in 60 seconds, on 2 cores.
    """
    with scratch_database(url) as place:
        asyncio.run(bench_data.fill(place, entries, lambda done, of: tell("journal", done, of)))
        found: dict[str, float] = {}
        names = [view.name for view in catalogue.views().values() if view.drawn is None]
        for name in names:
            done = rebuilding.rebuild(place, decoding, [name], processes=processes, tell=_part(tell, name))
            found[name] = round(done.entries / done.seconds)
        whole = rebuilding.rebuild(place, decoding, processes=processes, tell=_part(tell, "all views"))
        return {**found, "all_views_seconds": round(whole.seconds, 1)}


def lag(
    url: str, *, rate: int = 500, seconds: int = 20, before: int = 50_000, tell: Tell = _silent
) -> dict[str, float]:
    """Milliseconds from commit until every view shows the entry, at ``rate`` entries a second.

    The views are projected by a process of their own, as in service; the journal holds ``before`` entries when it
    begins. ``url`` is the owner's. Goal: p99 <= 100.
    """
    with scratch_database(url) as place:
        stop = multiprocessing.get_context("spawn").Event()
        projector = multiprocessing.get_context("spawn").Process(target=_project, args=(place, stop), daemon=True)
        projector.start()
        try:
            lags = asyncio.run(_lags(place, rate, seconds, before, tell))
        finally:
            stop.set()
            projector.join()
    cuts = statistics.quantiles(lags, n=100, method="inclusive")
    return {
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
        "entries": len(lags),
        "rate": rate,
    }


def _part(tell: Tell, what: str) -> Callable[[int, int], None]:
    return lambda done, of: tell(what, done, of)


def _project(url: str, stop: Any) -> None:
    runner = Runner(url, decoding)

    def end() -> None:
        stop.wait()
        runner.stop()

    threading.Thread(target=end, daemon=True).start()
    runner.run()


async def _lags(url: str, rate: int, seconds: int, before: int, tell: Tell) -> list[float]:
    entries = before + rate * (seconds + WARM_UP)
    made = iter(list(bench_data.submissions(entries)))
    names = [view.name for view in catalogue.views().values() if view.drawn is None]
    async with (
        PostgresJournal(url) as journal,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as eye,
    ):
        size = 0
        async for each, _ in journal.bulk_append(_until(made, before)):
            size += len(each.drafts)
        if not await wait_for(eye, names, size - 1, timeout=600):
            raise RuntimeError("the views do not follow 视图未能跟上")
        shown: list[tuple[int, float]] = []
        looking = asyncio.create_task(_look(eye, names, shown))
        try:
            committed = await _write(journal, made, rate, size, lambda done: tell("lag", done, entries - before))
            if not await _seen(shown, max(committed)):
                raise RuntimeError("the views do not follow 视图未能跟上")
        finally:
            looking.cancel()
    positions = [position for position, _ in shown]
    return [
        max(0.0, shown[bisect.bisect_left(positions, position)][1] - moment)
        for position, moment in committed.items()
        if position >= size + rate * WARM_UP
    ]


def _until(made: Iterator[Submission], entries: int) -> Iterator[Submission]:
    count = 0
    while count < entries:
        each = next(made)
        count += len(each.drafts)
        yield each


async def _write(
    journal: PostgresJournal, made: Iterator[Submission], rate: int, size: int, tell: Callable[[int], None]
) -> dict[int, float]:
    """Appends at ``rate`` entries a second; when the last entry of each command was acknowledged, by position."""
    committed: dict[int, float] = {}

    async def append(each: Submission) -> None:
        outcome = await journal.append(each)
        if not isinstance(outcome, Appended):
            raise RuntimeError(f"the benchmark's own entry was not appended: {outcome}")
        committed[outcome.positions[-1]] = time.perf_counter()

    began = time.perf_counter()
    written = 0
    async with asyncio.TaskGroup() as group:
        for each in made:
            group.create_task(append(each))
            written += len(each.drafts)
            tell(written)
            ahead = began + written / rate - time.perf_counter()
            await asyncio.sleep(max(0.0, ahead))
    return committed


async def _look(eye: psycopg.AsyncConnection[Any], names: list[str], shown: list[tuple[int, float]]) -> None:
    """When which position was shown by all views, as soon as it is seen."""
    while True:
        cursor = await eye.execute("select min(position) from views.progress where name = any(%s)", [names])
        row = await cursor.fetchone()
        if row is not None and (not shown or row[0] > shown[-1][0]):
            shown.append((row[0], time.perf_counter()))
        await asyncio.sleep(LOOK)


async def _seen(shown: list[tuple[int, float]], position: int) -> bool:
    for _ in range(3_000):
        if shown and shown[-1][0] >= position:
            return True
        await asyncio.sleep(0.02)
    return False
