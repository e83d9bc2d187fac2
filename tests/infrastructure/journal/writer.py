"""A process that appends as fast as it can and tells what was acknowledged, until it is killed."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from application.journal import Appended, Repeated, Submission
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.sample import submission

TASKS = 16
ACKNOWLEDGED = struct.Struct("!16sqi")
"""Command id, first position, number of entries: short enough for a pipe to take it whole or not at all."""
NAMESPACE = UUID("5b1f5f0e-52b5-5c4f-9a0a-5d7c0f0d9a11")

Acknowledge = Callable[[UUID, tuple[int, ...]], None]


def command(writer: int, task: int, number: int) -> Submission:
    """The ``number``-th command of a task: one to three entries of the task's own stream."""
    after = sum(1 + earlier % 3 for earlier in range(number))
    command_id = uuid5(NAMESPACE, f"{writer} {task} {number}")
    return submission(f"sample-{writer}-{task}", after, 1 + number % 3, command_id=command_id, text="")


async def write(journal: PostgresJournal, writer: int, acknowledged: Acknowledge, stop: Callable[[], bool]) -> None:
    """Sixteen tasks, each appending one command after the other."""

    async def task(name: int) -> None:
        number = 0
        while not stop():
            each = command(writer, name, number)
            outcome = await journal.append(each)
            assert isinstance(outcome, Appended | Repeated), outcome
            acknowledged(each.command_id, outcome.positions)
            number += 1

    await asyncio.gather(*map(task, range(TASKS)))


def run(url: str, writer: int, pipe: Any) -> None:
    """What the process does: never ends by itself. ``pipe`` is a handed-over file descriptor."""
    telling = pipe.detach()

    def tell(command_id: UUID, positions: tuple[int, ...]) -> None:
        os.write(telling, ACKNOWLEDGED.pack(command_id.bytes, positions[0], len(positions)))

    async def main() -> None:
        async with PostgresJournal(url) as journal:
            await write(journal, writer, tell, lambda: False)

    asyncio.run(main())
