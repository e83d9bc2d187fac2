"""Runs the reactions: reads the journal from each one's position and asks what follows.

Every reaction keeps a position of its own. What it asks has an id made from the event's and its own name, so an event
read twice asks nothing twice, and the position may be stored after the fact. An error stops that reaction at that
event, with the error beside its position for everybody to see, until it is tried again; the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid5

from application.acts import Act
from application.figures import Figures
from application.handler import Handler
from application.journal import Unavailable
from application.reactions import Asked, Reaction, reactions
from domain.directory import Directory
from domain.history import Recorded
from domain.kernel import SYSTEM, Stream

BATCH = 500
PAUSES = (1.0, 5.0, 30.0, 120.0)
"""Seconds before a stopped reaction is tried again, the last one repeated."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a reaction has read, and the error it stopped at, if it did."""

    name: str
    position: int = -1
    error: str | None = None


class Places(Protocol):
    """Where the positions are kept; ``infrastructure.reaction_places`` keeps them in PostgreSQL."""

    async def load(self) -> dict[str, Place]:
        """Every reaction's place."""

    async def save(self, place: Place) -> None:
        """Keep one."""

    async def claim(self) -> bool:
        """Whether this process is the one that reacts; kept until the process ends or its connection does."""


class Reactor:
    """Drives every declared reaction through one handler."""

    def __init__(
        self,
        handler: Handler,
        places: Places,
        declared: Sequence[Reaction] | None = None,
        figures: Figures | None = None,
    ) -> None:
        self._handler = handler
        self._figures = figures
        self._places = places
        self._reactions = reactions() if declared is None else tuple(declared)
        self._known: dict[str, Place] | None = None

    async def drain(self) -> int:
        """React to all there is, what the reactions themselves cause included; how many events were reacted to."""
        count = 0
        while done := await self._pass():
            count += done
        return count

    async def leads(self) -> bool:
        """Whether this process is the one that reacts and keeps time."""
        return await self._places.claim()

    async def run(self) -> None:
        """React for ever, woken by the journal; one process at a time holds the claim."""
        while not await self.leads():
            await asyncio.sleep(PAUSES[1])
        failures = 0
        while True:
            try:
                await self.drain()
                failures = 0
            except Unavailable:
                await asyncio.sleep(PAUSES[0])
                continue
            stopped = [place for place in (self._known or {}).values() if place.error]
            if stopped:
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1
                self._known = {name: Place(name, place.position) for name, place in (self._known or {}).items()}
                continue
            async for _ in self._handler.journal.follow(self._read_to()):
                break

    def _read_to(self) -> int:
        known = self._known or {}
        return max((place.position for place in known.values()), default=-1) + 1

    async def _pass(self) -> int:
        """One batch for the reactions that are furthest behind."""
        if self._known is None:
            stored = await self._places.load()
            self._known = {each.name: stored.get(each.name, Place(each.name)) for each in self._reactions}
        going = [each for each in self._reactions if self._known[each.name].error is None]
        if not going:
            return 0
        size = await self._handler.journal.size()
        after = min(self._known[each.name].position for each in going)
        if after >= size - 1:
            return 0
        types = sorted({kind.__name__ for each in going for kind in each.events})
        entries = await self._handler.journal.read(after, BATCH, types)
        for recorded in self._handler.codec.decode_all(entries):
            for each in going:
                await self._react(each, recorded)
        # What is left of a batch that was not full holds nothing for anybody: the positions move over it. One that
        # reacted to the very last entry stands there already, but its place is not kept yet.
        end = entries[-1].position if len(entries) == BATCH else size - 1
        for each in going:
            place = self._known[each.name]
            if place.error is None and place.position <= end:
                await self._move(Place(each.name, end))
        return len(entries) or 1

    async def _react(self, reaction: Reaction, recorded: Recorded) -> None:
        assert self._known is not None
        place = self._known[reaction.name]
        if place.error is not None or recorded.position <= place.position:
            return
        if not isinstance(recorded.event, reaction.events):
            return
        try:
            for number, asked in enumerate(await reaction.react(recorded, self)):
                await self._handler.handle(_act(asked, recorded, reaction, number))
        except Unavailable:
            raise
        except Exception as error:
            await self._move(Place(reaction.name, recorded.position - 1, f"{type(error).__name__}: {error}"))
        else:
            self._known[reaction.name] = Place(reaction.name, recorded.position)

    async def _move(self, place: Place) -> None:
        assert self._known is not None
        self._known[place.name] = place
        await self._places.save(place)

    async def state(self, subject: Stream, up_to_position: int | None = None) -> Any:
        """A subject's state now, or as of a position (``Known``)."""
        return (await self._handler.state(subject, up_to_position))[0]

    def directory(self) -> Directory:
        """The organisation today (``Known``)."""
        return self._handler.standing.directory(self._handler.clock())

    @property
    def figures(self) -> Figures:
        """What the views answer (``Known``); a house without views has none, and a reaction that asks stops there."""
        if self._figures is None:
            raise LookupError("this house was wired without figures 未接入预算取数")
        return self._figures


def _act(asked: Asked, cause: Recorded, reaction: Reaction, number: int) -> Act:
    return Act(
        subject=asked.subject,
        command=asked.command,
        actor=SYSTEM,
        command_id=uuid5(cause.event_id, f"{reaction.name}/{number}"),
        correlation=cause.correlation,
        causation=cause.event_id,
        by_house=True,
    )
