"""Wires the house together; the only place that does.

async with running(Settings.load()) as house:
    await house.handler.handle(Act(…))
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from application.acts import Act
from application.handler import Handler
from application.reacting import Reactor
from application.standing import CALENDAR, RULEBOOK
from domain.governance.rulebook import AdoptRegulation
from domain.kernel import SYSTEM
from infrastructure import migrations, server
from infrastructure.codec import Codec
from infrastructure.holidays_seed import due_commands
from infrastructure.identifiers import uuid7
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.keys import KeyStore
from infrastructure.personal import Sealer
from infrastructure.reaction_places import PostgresPlaces
from infrastructure.settings import Settings

NAMESPACE = UUID("6e3f2f0a-6a0c-5d6e-9f0b-7d3b0c1a9e55")
"""Ids of what the set-up does are made from this and what it is, so that doing it twice does it once."""

APP = "guicheng_app"
FIRST_YEAR = 2020


@dataclass(slots=True)
class House:
    """Everything that runs, wired."""

    settings: Settings
    owner_url: str
    url: str
    journal: PostgresJournal
    codec: Codec
    keys: KeyStore
    handler: Handler
    reactor: Reactor
    clock: Callable[[], datetime]

    async def adopt(self, first_year: int = FIRST_YEAR, effective_from: date | None = None) -> None:
        """Put the regulation in force and publish the working calendars, as far as that was not done before."""
        adopted = Act(RULEBOOK, AdoptRegulation(effective_from=effective_from), SYSTEM, uuid5(NAMESPACE, "adopt"))
        if (await self.handler.state(RULEBOOK))[1] == 0:
            await self.handler.handle(adopted)
        calendar, _ = await self.handler.state(CALENDAR)
        for command in due_commands(calendar.years, range(first_year, self.clock().year + 2)):
            key = f"calendar {command.year} {command.status} {command.source}"
            await self.handler.handle(Act(CALENDAR, command, SYSTEM, uuid5(NAMESPACE, key)))


def set_up(settings: Settings) -> None:
    """Start the database where it is the embedded one, migrate it, make the keys. Safe to repeat; SettingError."""
    migrations.upgrade(server.database_url(settings))
    KeyStore.set_up(server.keys_database_url(settings), settings.home)


def real_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(settings: Settings, *, clock: Callable[[], datetime] = real_clock) -> AsyncIterator[House]:
    """The house on its database, set up before by ``set_up``; ends with the block."""
    owner_url = await asyncio.to_thread(server.database_url, settings)
    url = await asyncio.to_thread(server.role_url, settings, APP)
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(PostgresJournal(url))
        keys = stack.enter_context(KeyStore(server.keys_database_url(settings), settings.home))
        codec = Codec(Sealer(keys))
        handler = Handler(journal, codec, clock=clock, new_id=uuid7)
        places = await stack.enter_async_context(PostgresPlaces(url))
        reactor = Reactor(handler, places)
        yield House(settings, owner_url, url, journal, codec, keys, handler, reactor, clock)
