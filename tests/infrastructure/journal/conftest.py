"""A journal on a fresh database, opened as the application opens it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from infrastructure.journal.postgres import PostgresJournal
from tests.database import Database


@pytest_asyncio.fixture
async def journal(database: Database) -> AsyncIterator[PostgresJournal]:
    async with PostgresJournal(database.app_url) as opened:
        yield opened
