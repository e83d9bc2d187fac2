"""Wires the house together; the only place that does.

set_up(settings)
async with running(settings) as house:
    await house.handler.handle(Act(…))
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

from application.acts import Act
from application.handler import Handler
from application.reacting import Reactor
from application.standing import CALENDAR, RULEBOOK
from application.timers import Timers
from domain.governance.rulebook import AdoptRegulation
from domain.kernel import SYSTEM
from infrastructure import migrations, server
from infrastructure.codec import Codec
from infrastructure.deadlines_in_views import DeadlinesInViews
from infrastructure.erasing import Eraser
from infrastructure.figures import FiguresInViews
from infrastructure.holidays_seed import due_commands
from infrastructure.identifiers import uuid7
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.keys import KeyStore
from infrastructure.personal import Sealer
from infrastructure.projecting.decoding import Decoder
from infrastructure.projecting.rebuild import rebuild
from infrastructure.projecting.runner import Runner
from infrastructure.reaction_places import PostgresPlaces
from infrastructure.settings import Settings
from interfaces.practice import clock_of, real_clock
from projections.happened import Decode

__all__ = ["APP", "FIRST_YEAR", "NAMESPACE", "House", "opener", "real_clock", "running", "set_up"]

NAMESPACE = UUID("6e3f2f0a-6a0c-5d6e-9f0b-7d3b0c1a9e55")
"""Ids of what the set-up does are made from this and what it is, so that doing it twice does it once."""

APP = "guicheng_app"
FIRST_YEAR = 2020


@dataclass(slots=True)
class House:
    """Everything that runs, wired."""

    settings: Settings
    url: str
    """The database, as the application's role."""
    journal: PostgresJournal
    codec: Codec
    keys: KeyStore
    handler: Handler
    reactor: Reactor
    eraser: Eraser
    timers: Timers
    figures: FiguresInViews
    clock: Callable[[], datetime]

    def runner(self) -> Runner:
        """What keeps the views up to date; ``run`` blocks, ``finish`` catches up once."""
        return Runner(self.url, opener(self.settings))

    async def adopt(self, first_year: int = FIRST_YEAR, effective_from: date | None = None) -> None:
        """Put the regulation in force and publish the working calendars, as far as that was not done before."""
        if (await self.handler.state(RULEBOOK))[1] == 0:
            adopt = AdoptRegulation(effective_from=effective_from)
            await self.handler.handle(Act(RULEBOOK, adopt, SYSTEM, uuid5(NAMESPACE, "adopt")))
        await self.publish_calendars(first_year)

    async def publish_calendars(self, first_year: int = FIRST_YEAR) -> None:
        """Publish the working calendars up to next year that are not, or are official by now; from the first one on."""
        calendar, _ = await self.handler.state(CALENDAR)
        first_year = min(calendar.years, default=first_year)
        for command in due_commands(calendar.years, range(first_year, self.clock().year + 2)):
            key = f"calendar {command.year} {command.status} {command.source}"
            await self.handler.handle(Act(CALENDAR, command, SYSTEM, uuid5(NAMESPACE, key)))


def set_up(settings: Settings) -> None:
    """Start the database if it is the embedded one, migrate it, make the keys. Safe to repeat. Raises SettingError."""
    migrations.upgrade(server.database_url(settings))
    KeyStore.set_up(server.keys_database_url(settings), settings.home)


def opener(settings: Settings) -> Callable[[], Decode]:
    """What a process of its own needs to read events: a function that can be sent there."""
    return partial(_decoding, server.keys_database_url(settings), settings.home)


def _decoding(keys_url: str, home: Path) -> Decode:
    return Decoder(Sealer(KeyStore(keys_url, home)))


@asynccontextmanager
async def running(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> AsyncIterator[House]:
    """The house on its database, set up before by ``set_up``; ends with the block.

    Without a ``clock`` it goes by the real time, or by the practice clock of an installation that has one.
    """
    clock = clock or clock_of(settings)
    url = await asyncio.to_thread(server.role_url, settings, APP)
    keys_url = await asyncio.to_thread(server.keys_database_url, settings)
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(PostgresJournal(url))
        keys = stack.enter_context(KeyStore(keys_url, settings.home))
        codec = Codec(Sealer(keys))
        handler = Handler(journal, codec, clock=clock, new_id=uuid7)
        places = await stack.enter_async_context(PostgresPlaces(url))
        eraser = Eraser(journal, codec, keys, places, partial(rebuild, url, opener(settings)))
        deadlines = await stack.enter_async_context(DeadlinesInViews(url))
        figures = await stack.enter_async_context(FiguresInViews(url, partial(Runner, url, opener(settings))))
        reactor, timers = Reactor(handler, places, figures=figures), Timers(handler, deadlines)
        yield House(settings, url, journal, codec, keys, handler, reactor, eraser, timers, figures, clock)
