"""The database goes away, the disk is full: said in words, with when to try again; nothing acknowledged is lost."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI

from infrastructure.journal.postgres import PostgresJournal
from interfaces.http import opened
from tests.database import Database
from tests.house import Clock
from tests.interfaces.http.conftest import PAPER, QUICK, HttpHouse, Site

SUBMIT = "/api/requisition/submit-requisition"


@pytest.fixture
async def hasty(built: FastAPI, database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on a journal that gives up at once where the database is away."""
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(PostgresJournal(database.app_url, pauses=(0.01, 0.05, 0.1)))
        house = HttpHouse(journal, Clock(), database, tmp_path)
        desk = await stack.enter_async_context(opened(built, house, patience=0.5, hasher=QUICK))
        yield Site(built, house, desk, stack)


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Nobody gets through to the database, and whoever was connected is cut off."""
    with psycopg.connect(database.url.replace(f"/{database.name}?", "/postgres?"), autocommit=True) as server:
        server.execute(f"alter database {database.name} allow_connections false")
        server.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [database.name])
        try:
            yield
        finally:
            server.execute(f"alter database {database.name} allow_connections true")


async def test_a_database_that_is_away_is_said_and_the_same_key_goes_on_when_it_is_back(
    hasty: Site, database: Database
) -> None:
    ann = await hasty.as_("ANN")
    first = {"Idempotency-Key": "first"}
    done = await ann.post(SUBMIT, json=PAPER, headers=first)
    with away(database):
        for answer in (
            await ann.post(SUBMIT, json=PAPER, headers={"Idempotency-Key": "second"}),
            await ann.get("/api/views/requisitions"),
            await ann.get("/session"),
        ):
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable"), answer.text
            assert answer.headers["retry-after"]
        answer = await ann.get("/health")
        assert (answer.status_code, answer.json()["database"]) == (503, False)
    again = await ann.post(SUBMIT, json=PAPER, headers=first)
    assert (again.status_code, again.json()["id"], again.json()["repeated"]) == (201, done.json()["id"], True)
    assert (await ann.post(SUBMIT, json=PAPER, headers={"Idempotency-Key": "second"})).status_code == 201


async def test_a_full_disk_is_said_and_nothing_is_half_stored(hasty: Site, database: Database) -> None:
    ann = await hasty.as_("ANN", "zh")
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute(
            "create function full_disk() returns trigger language plpgsql as "
            "$$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$"
        )
        owner.execute("create trigger full_disk before insert on journal.entries execute function full_disk()")
        size = await hasty.house.journal.size()
        answer = await ann.post(SUBMIT, json=PAPER)
        assert (answer.status_code, answer.json()["title"]) == (507, "存储空间已满"), answer.text
        assert await hasty.house.journal.size() == size
        owner.execute("drop trigger full_disk on journal.entries")
    assert (await ann.post(SUBMIT, json=PAPER)).status_code == 201


async def test_health_says_how_far_behind_everybody_is(hasty: Site) -> None:
    told = (await (await hasty.client()).get("/health")).json()
    assert (told["status"], told["database"]) == ("ok", True)
    assert told["entries"] == await hasty.house.journal.size()


async def test_a_view_that_stopped_shows_in_health_and_is_said_to_whoever_waits(
    hasty: Site, database: Database
) -> None:
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute(
            "update views.progress set position = 3, failed_at = 4, error = 'KeyError' where name = 'requisitions'"
        )
    ann = await hasty.as_("ANN")
    told = (await ann.get("/health")).json()
    assert told["status"] == "degraded"
    view = next(each for each in told["views"] if each["stopped"])
    assert view == {"name": "requisitions", "lag": told["entries"] - 4, "stopped": True}
    answer = await ann.get("/api/views/requisitions", params={"min_position": 10})
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/view-stopped")


async def test_a_budget_whose_views_are_behind_is_said_to_be_behind_not_away(hasty: Site) -> None:
    answer = await (await hasty.as_("ANN")).post(SUBMIT, json=PAPER)
    assert answer.status_code == 201, answer.text
    for language, told in (("en", "have not read everything yet"), ("zh", "尚未更新到最新")):
        answer = await (await hasty.as_("FAY", language)).get("/api/budget/as-of", params={"year": 2026})
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-read-yet")
        assert told in answer.json()["detail"] and answer.headers["retry-after"] == "1"
