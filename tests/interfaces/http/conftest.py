"""Fixtures of the HTTP tests: the application on the company of the specs, and clients signed in as its people."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from pwdlib.hashers.argon2 import Argon2Hasher

from infrastructure.access import SCOPES, Scope
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.projecting.runner import Runner
from infrastructure.settings import Settings
from interfaces.http import build, opened
from interfaces.http.desk import Desk
from tests.database import Clones, Database
from tests.house import Clock, TestHouse, house

QUICK = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
"""Costs nothing to guess against, and nothing to wait for."""

_NUMBERS = itertools.count(1)

PAPER = {
    "department": "D-SALES",
    "lines": [
        {
            "item": "复印纸",
            "specification": "A4",
            "category": "office_supplies",
            "quantity": "10",
            "estimated_price": "24.50",
        }
    ],
    "purpose": "日常办公",
}


class HttpHouse(TestHouse):
    """The tests' house with what the HTTP application asks of one beside it."""

    __test__ = False

    def __init__(self, journal: PostgresJournal, clock: Clock, database: Database, home: Path) -> None:
        super().__init__(database.app_url, journal, clock)
        self.settings = Settings(home=home)
        self._numbers = itertools.count(1_000)  # the house that founded the company counted its acts from 1


class Site:
    """The application at work; ``await site.as_("ANN")`` is a client signed in as her."""

    def __init__(self, app: FastAPI, house: HttpHouse, desk: Desk, stack: AsyncExitStack) -> None:
        self.app, self.house, self.desk, self._stack = app, house, desk, stack

    async def client(self, token: str | None = None, language: str = "en") -> httpx.AsyncClient:
        """A client with this token."""
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://guicheng.example", headers=headers)
        return await self._stack.enter_async_context(client)

    async def as_(self, employee: str, language: str = "en") -> httpx.AsyncClient:
        """A client with a session of ``employee``."""
        token, _ = await self.desk.access.open_session(employee)
        return await self.client(token, language)

    async def with_key(self, employee: str, *scopes: Scope) -> httpx.AsyncClient:
        """A client with an API key of ``employee``."""
        token, _ = await self.desk.access.issue_key(employee, "test", scopes or SCOPES)
        return await self.client(token)

    async def attempts(self) -> list[Any]:
        """The refused attempts on record."""
        entries = await self.house.journal.read(-1, 1000, ["AttemptRefused"])
        return [each.event for each in self.house.codec.decode_all(entries)]


@pytest.fixture(scope="session")
def founded(clones: Clones) -> Iterator[Database]:
    """A database in which the company of the specs was founded and the views have read it; every test gets a copy."""

    async def found(database: Database) -> None:
        async with house(database.app_url) as made:
            await made.found()
            await asyncio.to_thread(Runner(database.app_url, lambda: made.codec.event).finish)

    with clones.clone() as database:
        asyncio.run(found(database))
        yield database


@pytest.fixture
def database(founded: Database) -> Iterator[Database]:
    """A copy of the founded company's database, of this test's own."""
    with copy_of(founded) as database:
        yield database


@contextmanager
def copy_of(founded: Database) -> Iterator[Database]:
    """A copy of a database, as long as the block lasts."""
    name = f"{founded.name}_{next(_NUMBERS)}"
    place = urlsplit(founded.url)
    with psycopg.connect(urlunsplit(place._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f"create database {name} template {founded.name}")
        try:
            yield Database(urlunsplit(place._replace(path=f"/{name}")), founded.secret)
        finally:
            server.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def built() -> FastAPI:
    """The application, built once: its routes follow from the catalogue and not from the house."""
    return build()


@pytest.fixture
async def site(built: FastAPI, database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on the company of the specs."""
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(PostgresJournal(database.app_url))
        made = HttpHouse(journal, Clock(), database, tmp_path)
        desk = await stack.enter_async_context(opened(built, made, hasher=QUICK))
        yield Site(built, made, desk, stack)
