"""Fixtures of the application's tests."""

from collections.abc import AsyncIterator

import pytest

from tests.database import Database
from tests.house import TestHouse, house


@pytest.fixture
async def company(database: Database) -> AsyncIterator[TestHouse]:
    """The company of the specs at work, on a fresh database."""
    async with house(database.app_url) as made:
        await made.found()
        yield made
