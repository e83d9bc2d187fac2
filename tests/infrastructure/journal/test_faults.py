"""Faults 故障: the writing process and the database are killed in the midst of it, over fifty times.

Whatever was acknowledged is there exactly once, whatever was not can be repeated safely, and the tree equals the stored
bytes. The last test lets the database acknowledge before it writes, to show that these tests can fail.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import Callable
from itertools import count
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from uuid import UUID

import psutil
import psycopg
import pytest

from application.journal import Appended, Repeated
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.verify import verify
from infrastructure.server import Server
from tests.database import Database
from tests.infrastructure.journal.writer import ACKNOWLEDGED, TASKS, command, run, write

PROCESS_KILLS = 60
DATABASE_KILLS = 8
PATIENT = (0.05,) * 600
"""A database that was killed is back within half a minute even on a busy machine."""

Acknowledged = dict[UUID, tuple[int, ...]]


async def test_the_writing_process_is_killed_and_nothing_acknowledged_is_lost_or_doubled(database: Database) -> None:
    chance = random.Random(20260303)
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.infrastructure.journal.writer"])
    acknowledged: Acknowledged = {}
    async with PostgresJournal(database.app_url) as journal:
        for writer in range(PROCESS_KILLS):
            known = _killed_after(context, database.app_url, writer, chance.randrange(1, 60))
            acknowledged |= known
            unanswered = [
                next(each for number in count() if (each := command(writer, task, number)).command_id not in known)
                for task in range(TASKS)
            ]
            outcomes = await asyncio.gather(*map(journal.append, unanswered))
            for each, outcome in zip(unanswered, outcomes, strict=True):
                assert isinstance(outcome, Appended | Repeated), outcome
                acknowledged[each.command_id] = outcome.positions
            again = await asyncio.gather(*map(journal.append, unanswered))
            assert again == [
                Repeated(outcome.positions) for outcome in outcomes if isinstance(outcome, Appended | Repeated)
            ]
    _everything_is_there_once(database.url, acknowledged)


async def test_the_database_is_killed_and_nothing_acknowledged_is_lost_or_doubled(
    private_server: Callable[..., Server],
) -> None:
    server = private_server()
    acknowledged = await _written_while_the_database_is_killed(server, DATABASE_KILLS)
    _everything_is_there_once(server.url(), acknowledged)


async def test_a_database_that_acknowledges_before_it_writes_is_found_out(
    private_server: Callable[..., Server],
) -> None:
    server = private_server(synchronous_commit="off", wal_writer_delay="10000ms", wal_writer_flush_after="1GB")
    with psycopg.connect(server.url(), autocommit=True) as superuser:
        superuser.execute("checkpoint")
    with pytest.raises(AssertionError):
        acknowledged = await _written_while_the_database_is_killed(server, 3)
        _everything_is_there_once(server.url(), acknowledged)


def _killed_after(context: ForkServerContext, url: str, writer: int, acknowledgements: int) -> Acknowledged:
    """What a writing process was answered until it was killed, some time after so many answers."""
    reading, writing = os.pipe()
    process = context.Process(target=run, args=(url, writer, DupFd(writing)))
    process.start()
    os.close(writing)
    known: Acknowledged = {}
    with os.fdopen(reading, "rb") as pipe:
        while answer := pipe.read(ACKNOWLEDGED.size):
            command_id, first, number = ACKNOWLEDGED.unpack(answer)
            known[UUID(bytes=command_id)] = tuple(range(first, first + number))
            if len(known) == acknowledgements:
                process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    return known


async def _written_while_the_database_is_killed(server: Server, kills: int) -> Acknowledged:
    chance = random.Random(20260303)
    acknowledged: Acknowledged = {}
    answered = asyncio.Event()
    done = False

    def note(command_id: UUID, positions: tuple[int, ...]) -> None:
        assert command_id not in acknowledged
        acknowledged[command_id] = positions
        answered.set()

    async with PostgresJournal(server.url(), pauses=PATIENT) as journal:
        writing = asyncio.create_task(write(journal, 0, note, lambda: done))
        for _ in range(kills):
            enough = len(acknowledged) + chance.randrange(20, 200)
            while len(acknowledged) < enough and not writing.done():
                answered.clear()
                await asyncio.wait(
                    {writing, waiting := asyncio.create_task(answered.wait())}, return_when="FIRST_COMPLETED"
                )
                waiting.cancel()
            await asyncio.to_thread(_kill, server)
            await asyncio.to_thread(server.start)
        done = True
        await writing
    return acknowledged


def _kill(server: Server) -> None:
    """Every process of the server at once, as a power cut would."""
    assert server.pid is not None
    postmaster = psutil.Process(server.pid)
    for process in [postmaster, *postmaster.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    while server.pid is not None:
        pass  # it takes a moment to die


def _everything_is_there_once(url: str, acknowledged: Acknowledged) -> None:
    report = verify(url)
    assert report.holds, report.problem
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select command_id, array_agg(position order by position) from journal.entries group by command_id"
        ).fetchall()
    stored = {command_id: tuple(positions) for command_id, positions in rows}
    assert {each: stored.get(each) for each in acknowledged} == acknowledged
    assert report.size == sum(len(positions) for positions in stored.values())
