"""Benchmarks of the journal, each against a baseline that runs in the same call on the same server.

They work in a database of their own beside the one given, so that no sample ever enters a real journal.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from application.journal import Appended, Submission
from infrastructure import migrations
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.sample import submission
from infrastructure.journal.verify import verify as verify_journal
from infrastructure.server import pg_tool

SCRATCH = "guicheng_bench"
CALLERS = 64
T = TypeVar("T")


def append(
    url: str, *, callers: int = CALLERS, events: int = 30_000, alone: int = 4_000, seconds: int = 3, rounds: int = 3
) -> dict[str, float]:
    """Events a second by ``callers`` at once and by one, each over pgbench with 8 clients and with one.

    Baseline and journal take turns, ``rounds`` times, and the medians count: machines are not equally quick all the
    time. ``url`` is the owner's. Goals: ratio >= 1.2, sequential_ratio >= 0.5, bulk >= 50,000 a second.
    """
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)

    with scratch_database(url) as scratch:
        size = len(submission("sample-0").drafts[0].body)
        with _pgbench(scratch, size, seconds) as pgbench:
            for round_ in range(rounds):
                note("pgbench_events_per_s", pgbench(8))
                note("events_per_s", _run(_together(scratch, _samples(f"{round_}-a", events), callers)))
                note("pgbench_sequential_events_per_s", pgbench(1))
                note("sequential_events_per_s", _run(_together(scratch, _samples(f"{round_}-b", alone), 1)))
                note("bulk_events_per_s", _run(_bulk(scratch, _samples(f"{round_}-c", events // 10, 10))))
    medians = {name: statistics.median(values) for name, values in found.items()}
    return {
        **{name: round(value, 1) for name, value in medians.items()},
        "ratio": round(medians["events_per_s"] / medians["pgbench_events_per_s"], 2),
        "sequential_ratio": round(medians["sequential_events_per_s"] / medians["pgbench_sequential_events_per_s"], 2),
        "entry_bytes": size,
        "callers": callers,
    }


def verify(
    url: str, *, entries: int = 500_000, progress: Callable[[int, int], None] = lambda done, size: None
) -> dict[str, float]:
    """Entries a second that the whole verification takes, from stored bytes to the root. Goal: >= 150,000."""
    with scratch_database(url) as scratch:
        streams = entries // 10
        for start in range(0, streams, 2_000):
            group = _samples(f"v-{start}", min(2_000, streams - start), 10)
            _run(_bulk(scratch, group))
            progress(min(start + 2_000, streams) * 10, entries)
        with psycopg.connect(scratch, autocommit=True) as connection:
            connection.execute("vacuum analyze journal.entries, journal.commands")
        report = verify_journal(scratch)
        if not report.holds:
            raise RuntimeError(f"the benchmark's own journal does not hold: {report.problem}")
        return {"entries_per_s": report.entries_per_s, "entries": report.size, "seconds": report.seconds}


async def _together(url: str, samples: Sequence[Submission], callers: int) -> float:
    """Events a second by so many tasks, each with one command under way."""
    async with PostgresJournal(url) as journal:
        waiting = iter(samples)

        async def caller() -> None:
            for each in waiting:
                outcome = await journal.append(each)
                if not isinstance(outcome, Appended):
                    raise RuntimeError(f"the benchmark's own entry was not appended: {outcome}")

        began = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(callers)))
        return len(samples) / (time.perf_counter() - began)


async def _bulk(url: str, samples: Sequence[Submission]) -> float:
    async with PostgresJournal(url) as journal:
        began = time.perf_counter()
        async for _, outcome in journal.bulk_append(samples):
            if not isinstance(outcome, Appended):
                raise RuntimeError(f"the benchmark's own entry was not appended: {outcome}")
        return sum(len(each.drafts) for each in samples) / (time.perf_counter() - began)


def _samples(name: str, commands: int, entries: int = 1) -> list[Submission]:
    """Made beforehand: what is measured is appending, as pgbench measures inserting."""
    return [submission(f"sample-{name}-{number}", count=entries) for number in range(commands)]


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """A migrated database beside ``url``'s, dropped at the end."""
    name = sql.Identifier(SCRATCH)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        owner.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(name))
        try:
            scratch = urlunsplit(urlsplit(url)._replace(path=f"/{SCRATCH}"))
            migrations.upgrade(scratch)
            yield scratch
        finally:
            owner.execute(sql.SQL("drop database if exists {} with (force)").format(name))


@contextmanager
def _pgbench(url: str, size: int, seconds: int) -> Iterator[Callable[[int], float]]:
    """Rows a second that pgbench inserts with so many clients, one row of ``size`` bytes a transaction."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("create table public.plain_rows (position bigserial primary key, body json not null)")
    body = json.dumps({"text": "x" * (size - 12)})
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(f"insert into public.plain_rows (body) values ('{body}');\n")

        def run(clients: int) -> float:
            command = [str(pg_tool("pgbench")), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2))]
            done = subprocess.run(
                [*command, "-T", str(seconds), "-f", str(script), url], capture_output=True, text=True, check=False
            )
            tps = re.search(r"tps = ([0-9.]+)", done.stdout)
            if tps is None:
                raise RuntimeError(f"pgbench failed: {done.stderr.strip()}")
            return float(tps[1])

        yield run


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
