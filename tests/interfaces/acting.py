"""A process that works as a house does: people buy things, views follow, reactions ask; until it is killed.

What was acknowledged is told through a pipe. Every command has an id made of the purchase and its place in it, so that
whoever takes a purchase over repeats what was done before and goes on from there.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from application.acts import Act, Done
from application.journal import Unavailable
from application.simulator.agenda import Agenda
from application.simulator.founding import found
from application.simulator.lifecycle import lifecycle
from application.simulator.simulation import Simulation
from domain.kernel import Command, Stream
from domain.working_time import SHANGHAI
from infrastructure.settings import Settings
from interfaces.bootstrap import House, running, set_up
from interfaces.working import work

BUYERS = 6
"""Purchases that are under way at once, in one process."""
ACKNOWLEDGED = struct.Struct("!16sqi")
"""Command id, first position, number of entries: short enough for a pipe to take it whole or not at all."""
NAMESPACE = UUID("0f6a7d7e-4d0e-5f0b-8a55-6c1f0b9a3d21")
NOW = datetime(2026, 3, 3, 10, tzinfo=SHANGHAI)

Acknowledge = Callable[[UUID, tuple[int, ...]], None]


def clock() -> datetime:
    """It is always the same morning, so that repeated commands say the same."""
    return NOW


async def prepare(settings: Settings) -> None:
    """The sample company at its first morning."""
    await asyncio.to_thread(set_up, settings)
    async with running(settings, clock=clock) as house:
        await house.adopt(first_year=2025, effective_from=NOW.date())
        await house.handler.standing.refresh(house.journal, house.codec)
        await found(Simulation(house.handler, Agenda(NOW), 1, lambda content: ""))
        await asyncio.to_thread(house.runner().finish)


async def act(house: House, names: Iterator[str], acknowledged: Acknowledge) -> None:
    """Purchases one after the other, as many at once as there are buyers, as long as there are names."""
    await house.handler.standing.refresh(house.journal, house.codec)
    directory = house.handler.standing.directory(NOW)
    await asyncio.gather(*(_buy(house, names, directory, acknowledged) for _ in range(BUYERS)))


async def _buy(house: House, names: Iterator[str], directory: Any, acknowledged: Acknowledge) -> None:
    for name in names:
        step = 0

        async def ask(subject: Stream, command: Command, by: str) -> Done:
            nonlocal step
            step += 1
            asked = Act(subject, command, by, uuid5(NAMESPACE, f"{name} {step}"))  # noqa: B023
            done = await _insisting(house, asked)
            acknowledged(asked.command_id, tuple(each.position for each in done.events))
            return done

        await lifecycle(ask, name, directory, NOW.date())


async def _insisting(house: House, asked: Act) -> Done:
    """What a client does that was told Unavailable: the same command again."""
    while True:
        try:
            return await house.handler.handle(asked)
        except Unavailable:
            await asyncio.sleep(0)


def run(settings: Settings, names: tuple[str, ...], pipe: Any) -> None:
    """What the process does, until it is killed: ``names`` first, then what nobody began before it."""
    telling = pipe.detach()

    def tell(command_id: UUID, positions: tuple[int, ...]) -> None:
        os.write(telling, ACKNOWLEDGED.pack(command_id.bytes, positions[0], len(positions)))

    async def main() -> None:
        async with running(settings, clock=clock) as house:
            working = asyncio.create_task(work(house))
            await act(house, iter(names), tell)
            await working

    asyncio.run(main())
