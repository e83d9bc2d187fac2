"""Faults of the whole house 故障: whoever acts, projects and reacts is killed in the midst of it; so is the database.

Whatever was acknowledged is there exactly once, whatever was cut off is finished by the next, the views are what a
rebuild makes of the journal, the journal holds, and no reaction asked anything twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg

from infrastructure.journal.verify import verify
from infrastructure.projecting.rebuild import rebuild
from infrastructure.server import Server, role_url
from infrastructure.settings import Settings
from interfaces.bootstrap import APP, opener, running
from interfaces.working import work
from projections import catalogue
from tests.database import Database
from tests.interfaces.acting import ACKNOWLEDGED, act, clock, prepare, run

PROCESS_KILLS = 14
DATABASE_KILLS = 4
AT_ONCE = 2
"""Processes at a time: one of them leads, and the other takes over."""
PURCHASES = 40


@dataclass(slots=True)
class Purchases:
    """Names of purchases, begun and to begin, and what was acknowledged of them."""

    acknowledged: dict[UUID, tuple[int, ...]] = field(default_factory=dict)

    def note(self, command_id: UUID, positions: tuple[int, ...]) -> None:
        """It was acknowledged: with the same answer as before, if it was before."""
        assert self.acknowledged.setdefault(command_id, positions) == positions


async def test_whoever_acts_is_killed_and_the_house_goes_on(database: Database, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=database.url)
    await prepare(settings)
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.interfaces.acting"])
    chance = random.Random(20260303)
    purchases = Purchases()
    names = [tuple(f"{lane}P{number}" for number in range(PURCHASES)) for lane in range(AT_ONCE)]
    await asyncio.gather(*(_killed_again_and_again(context, settings, each, chance, purchases) for each in names))
    async with running(settings, clock=clock) as house:
        begun = [name for name in itertools.chain(*names) if _begun(database.url, name)]
        await act(house, iter(begun), purchases.note)
    await _all_is_well(settings, database.url, purchases, len(begun))


async def test_the_database_is_killed_and_the_house_goes_on(
    private_server: Callable[..., Server], private_home: Path
) -> None:
    server = private_server()
    settings = Settings(home=private_home)
    await prepare(settings)
    chance = random.Random(20260303)
    purchases = Purchases()
    names = (f"P{number}" for number in itertools.count())
    begun: list[str] = []
    answered = asyncio.Event()
    done = False

    def next_ones() -> Any:
        while not done:
            begun.append(next(names))
            yield begun[-1]

    def note(command_id: UUID, positions: tuple[int, ...]) -> None:
        purchases.note(command_id, positions)
        answered.set()

    async with running(settings, clock=clock) as house:
        working = asyncio.create_task(work(house))
        acting = asyncio.create_task(act(house, next_ones(), note))
        for _ in range(DATABASE_KILLS):
            enough = len(purchases.acknowledged) + chance.randrange(20, 120)
            while len(purchases.acknowledged) < enough and not acting.done():
                answered.clear()
                await answered.wait()
            await asyncio.to_thread(_cut_the_power, server)
            await asyncio.to_thread(server.start)
        done = True
        await acting
        assert not working.done()
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
    await _all_is_well(settings, server.url(), purchases, len(begun))


async def _killed_again_and_again(
    context: ForkServerContext,
    settings: Settings,
    names: tuple[str, ...],
    chance: random.Random,
    purchases: Purchases,
) -> None:
    for _ in range(PROCESS_KILLS // AT_ONCE):
        reading, writing = os.pipe()
        process = context.Process(target=run, args=(settings, names, DupFd(writing)), daemon=True)
        process.start()
        os.close(writing)
        try:
            await asyncio.to_thread(_listen_and_kill, reading, process, chance.randrange(1, 40), purchases)
        finally:
            process.kill()
            process.join()
        assert process.exitcode == -signal.SIGKILL


def _listen_and_kill(reading: int, process: BaseProcess, enough: int, purchases: Purchases) -> None:
    """What was done before is answered again; the kill comes some time after so much that is new."""
    new = 0
    with os.fdopen(reading, "rb") as pipe:
        while answer := pipe.read(ACKNOWLEDGED.size):
            command_id, first, number = ACKNOWLEDGED.unpack(answer)
            new += UUID(bytes=command_id) not in purchases.acknowledged
            purchases.note(UUID(bytes=command_id), tuple(range(first, first + number)))
            if new == enough:
                process.kill()


def _cut_the_power(server: Server) -> None:
    """Every process of the server at once."""
    assert server.pid is not None
    postmaster = psutil.Process(server.pid)
    for process in [postmaster, *postmaster.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    while server.pid is not None:
        os.sched_yield()


def _begun(url: str, name: str) -> bool:
    with psycopg.connect(url) as connection:
        query = "select exists (select from journal.entries where stream = %s)"
        row = connection.execute(query, [f"requisition-PR{name}"]).fetchone()
    assert row is not None
    return bool(row[0])


async def _all_is_well(settings: Settings, url: str, purchases: Purchases, begun: int) -> None:
    async with running(settings, clock=clock) as house:
        await house.reactor.drain()
        await asyncio.to_thread(house.runner().finish)
        assert await house.reactor.drain() == 0
    report = verify(url)
    assert report.holds, report.problem
    with psycopg.connect(url) as connection:
        rows = connection.execute("select position, command_id, stream, type, body from journal.entries").fetchall()
        stopped = connection.execute(
            "select name, error from views.progress where error is not null "
            "union all select name, error from reactions.places where error is not null"
        ).fetchall()
    assert stopped == []
    stored: dict[UUID, list[int]] = {}
    for position, command_id, *_ in sorted(rows):
        stored.setdefault(command_id, []).append(position)
    assert {each: tuple(stored.get(each, ())) for each in purchases.acknowledged} == purchases.acknowledged
    kinds = Counter(type_ for _, _, _, type_, _ in rows)
    assert kinds["RequisitionSubmitted"] == kinds["GoodsChecked"] == kinds["PurchaseOrderClosed"] == begun > 3
    _nothing_was_asked_twice(rows)
    before = _tables(url)
    assert len(before["requisitions"]) == begun
    await asyncio.to_thread(rebuild, role_url(settings, APP), opener(settings))
    assert _tables(url) == before


def _nothing_was_asked_twice(rows: list[tuple[Any, ...]]) -> None:
    """One event brings one reaction to say one thing of one subject once; and every requisition was noted."""
    said = Counter((body["causation"], type_, stream) for _, _, stream, type_, body in rows if body["causation"])
    assert said and set(said.values()) == {1}
    ids = {type_: {body["id"] for *_, type_of, body in rows if type_of == type_} for type_ in ("RequisitionSubmitted",)}
    noted = {cause for cause, type_, _ in said if type_ == "RequestNoted"}
    assert noted == ids["RequisitionSubmitted"]


def _tables(url: str) -> dict[str, list[str]]:
    """Every row of every table of every view."""
    found = {}
    with psycopg.connect(url) as connection:
        for view in catalogue.views().values():
            for table in view.tables if view.drawn is None else ():
                rows = connection.execute(f'select to_jsonb(t) from views."{table.name}" t'.encode())
                found[table.name] = sorted(json.dumps(row[0], sort_keys=True) for row in rows)
    return found
