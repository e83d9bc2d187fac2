"""The house at work: views follow, reactions ask, checkpoints are signed; what goes wrong is told and tried again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psycopg
import pytest

from infrastructure.journal import checkpoint
from infrastructure.server import Server
from infrastructure.settings import Settings
from interfaces import working
from interfaces.bootstrap import House, running
from interfaces.working import InBackground, work
from tests.database import Database, kill
from tests.interfaces.acting import act, clock, prepare

PURCHASES = ("A", "B")


@pytest.fixture
async def settings(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The sample company at its first morning; what is tried again is tried again at once."""
    monkeypatch.setattr(working, "TICK", 0.05)
    monkeypatch.setattr(working, "RETRY", 0.05)
    found = Settings(home=tmp_path, database_url=database.url)
    await prepare(found)
    return found


@contextlib.asynccontextmanager
async def at_work(house: House) -> AsyncIterator[asyncio.Task[None]]:
    """The house's own work, as long as the block."""
    task = asyncio.create_task(work(house))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Comes back once it holds; fails where it does not within half a minute."""
    async with asyncio.timeout(30):
        while not await holds():
            await asyncio.sleep(0.02)


def says(database: Database, question: str) -> Callable[[], Awaitable[bool]]:
    """Whether the database says yes."""

    async def ask() -> bool:
        async with await psycopg.AsyncConnection.connect(database.url) as connection:
            row = await (await connection.execute(question.encode())).fetchone()
        return bool(row and row[0])

    return ask


SEEN = (
    "select min(position) = (select size - 1 from journal.head) and count(*) > 10 from views.progress "
    "where (select count(*) from views.requisitions where status = 'ordered') = 2"
)
NOTED = "select count(*) >= 2 from journal.entries where type = 'RequestNoted'"
SIGNED = "select max(size) = (select size from journal.head) from journal.checkpoints"


async def test_views_follow_reactions_ask_and_checkpoints_are_signed(settings: Settings, database: Database) -> None:
    async with running(settings, clock=clock) as house, at_work(house):
        await act(house, iter(PURCHASES), lambda id, positions: None)
        for question in (SEEN, NOTED, SIGNED):
            await until(says(database, question))
        note = await checkpoint.latest(house.journal)
        assert note is not None
        checkpoint.signing_key(settings).verifier.verify(note)


async def test_one_process_leads_and_another_takes_over(settings: Settings, database: Database) -> None:
    async with running(settings, clock=clock) as first, running(settings, clock=clock) as second, at_work(first):
        await until(first.reactor.leads)
        assert not await second.reactor.leads()
        await act(second, iter(PURCHASES[:1]), lambda id, positions: None)
        await until(says(database, NOTED.replace(">= 2", "= 1")))
    async with running(settings, clock=clock) as third, at_work(third):
        await act(third, iter(PURCHASES[1:]), lambda id, positions: None)
        for question in (SEEN, NOTED):
            await until(says(database, question))


async def test_what_fails_is_told_and_tried_again_while_the_rest_goes_on(
    settings: Settings, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute("alter table journal.checkpoints rename to away")
        owner.execute("alter table reactions.places rename to away")
        async with running(settings, clock=clock) as house, at_work(house) as task:
            await act(house, iter(PURCHASES), lambda id, positions: None)
            await until(says(database, SEEN))

            async def told() -> bool:
                said = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
                return all(any(name in line for line in said) for name in ("checkpoints", "places"))

            await until(told)
            assert not task.done()
            owner.execute("alter table journal.away rename to checkpoints")
            owner.execute("alter table reactions.away rename to places")
            for question in (NOTED, SIGNED):
                await until(says(database, question))


async def test_in_the_background_it_works_and_ends_with_the_block(settings: Settings, database: Database) -> None:
    background = InBackground(settings)
    with background:
        async with running(settings, clock=clock) as house:
            await act(house, iter(PURCHASES), lambda id, positions: None)
        for question in (SEEN, NOTED):
            await until(says(database, question))
    assert not background._thread.is_alive()
    with InBackground(settings) as ended_at_once:
        pass
    assert not ended_at_once._thread.is_alive()


async def test_a_house_that_cannot_be_opened_is_opened_later(
    settings: Settings, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute("alter schema journal rename to away")
        with InBackground(settings):

            async def told() -> bool:
                return any("等待数据库" in record.getMessage() for record in caplog.records)

            await until(told)
            owner.execute("alter schema away rename to journal")
            await until(says(database, SIGNED))


async def test_an_embedded_server_that_crashed_is_started_again_and_one_that_was_stopped_is_not(
    private_home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(working, "RETRY", 0.05)
    settings, server = Settings(home=private_home), Server(private_home)
    await prepare(settings)
    async with running(settings, clock=clock) as house, at_work(house):

        async def told() -> bool:
            return any("crashed and is started again" in record.getMessage() for record in caplog.records)

        await until(house.reactor.leads)
        await asyncio.to_thread(kill, server)
        await until(told)
        await act(house, iter(PURCHASES[:1]), lambda id, positions: None)
    server.stop()
    assert not server.crashed
    await asyncio.to_thread(working._revive, server)
    assert server.pid is None
