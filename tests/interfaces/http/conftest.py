"""Fixtures of the HTTP tests: the application on the company of the specs, and clients signed in as its people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from infrastructure.access import SCOPES, Scope
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.settings import Settings
from interfaces.http import build, opened
from interfaces.http.desk import Desk
from tests.database import Database
from tests.house import Clock, TestHouse

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
def built() -> FastAPI:
    """The application, built once: its routes follow from the catalogue and not from the house."""
    return build()


@pytest.fixture
async def site(built: FastAPI, database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on the company of the specs."""
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(PostgresJournal(database.app_url))
        house = HttpHouse(journal, Clock(), database, tmp_path)
        await house.found()
        desk = await stack.enter_async_context(opened(built, house))
        yield Site(built, house, desk, stack)
