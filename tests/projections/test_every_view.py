"""What holds of every view: the same rows however the journal is read, titles and clauses, and a history for each."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest

from domain.governance import regulation
from infrastructure.bench_data import submissions
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.projecting import rebuild
from infrastructure.projecting.connecting import connect
from projections import catalogue
from projections.asking import columns, filters
from tests.database import Clones, Database
from tests.projections.everything import everything
from tests.projections.history import main_rows, opener, project, rows

FILLED = sorted(name for name, view in catalogue.views().items() if view.drawn is None)
EVERY = sorted(catalogue.views())


@pytest.fixture(scope="module")
def told(clones: Clones) -> Iterator[Database]:
    """A journal of some of everything, projected in batches as they come."""
    with clones.clone() as database:
        everything().write(database.url)
        asyncio.run(_append_purchases(database.url))
        project(database.url)
        yield database


async def _append_purchases(url: str) -> None:
    async with PostgresJournal(url) as journal:
        for submission in submissions(250, seed=7, under_way=5):
            await journal.append(submission)


@pytest.fixture(scope="module")
def as_told(told: Database) -> dict[str, object]:
    """The rows of every view."""
    return {name: rows(told.url, name) for name in EVERY}


@pytest.mark.parametrize("name", EVERY)
def test_a_history_has_rows_in_every_view(name: str, as_told: dict[str, dict[str, list[object]]]) -> None:
    assert as_told[name][name]


def test_one_event_at_a_time_gives_the_same_rows(told: Database, as_told: dict[str, object]) -> None:
    _start_again(told.url)
    project(told.url, batch=1)
    assert {name: rows(told.url, name) for name in EVERY} == as_told


@pytest.mark.parametrize("batch", [7, 5_000])
def test_a_rebuild_gives_the_same_rows(batch: int, told: Database, as_told: dict[str, object]) -> None:
    rebuild.rebuild(told.url, opener, processes=1, batch=batch)
    assert {name: rows(told.url, name) for name in EVERY} == as_told


def test_a_rebuild_that_forgets_its_rows_on_the_way_gives_the_same_rows(
    told: Database, as_told: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "KEPT", 20)
    monkeypatch.setattr(rebuild, "CHECKPOINT", 60)
    rebuild.rebuild(told.url, opener, processes=1, batch=25)
    assert {name: rows(told.url, name) for name in EVERY} == as_told


def test_a_rebuild_by_two_processes_gives_the_same_rows(told: Database, as_told: dict[str, object]) -> None:
    heard: list[tuple[int, int]] = []
    rebuild.rebuild(told.url, opener, processes=2, tell=lambda done, of: heard.append((done, of)))
    assert {name: rows(told.url, name) for name in EVERY} == as_told
    assert heard[-1][0] == heard[-1][1] > 0


def test_a_rebuild_that_was_cut_off_goes_on_where_it_was(told: Database, as_told: dict[str, object]) -> None:
    with connect(told.url) as work:
        for name in FILLED:
            rebuild._prepare(work, catalogue.view(name))
    rebuild.fill(told.url, opener(), FILLED, 150)
    heard: list[int] = []
    done = rebuild.rebuild(told.url, opener, processes=1, tell=lambda _, of: heard.append(of))
    assert {name: rows(told.url, name) for name in EVERY} == as_told
    assert heard[0] == done.entries - 151


@pytest.mark.parametrize("name", EVERY)
def test_every_column_has_a_title_in_both_languages_and_every_view_its_clauses(name: str) -> None:
    view = catalogue.view(name)
    known = {clause.id for clause in regulation.clauses().values()}
    assert view.zh and view.en and set(view.clauses) <= known and view.clauses
    for table in view.tables:
        assert [c.name for c in table.columns if not (c.info["zh"] and c.info["en"])] == []
    assert len({shown.name for shown in columns(view)}) == len(columns(view))


@pytest.mark.parametrize("name", EVERY)
def test_every_filter_of_every_view_can_be_asked(name: str, told: Database) -> None:
    view = catalogue.view(name)
    sample = {"number": "1", "day": "2026-03-03", "moment": "2026-03-03T09:00+08:00", "flag": "true"}
    with psycopg.connect(told.url) as connection:
        for found in filters(view).values():
            numeric = {"decimal", "percent", "price", "money", "quantity"}
            value = "1.5" if found.kind in numeric else sample.get(found.kind, "x")
            view.query(connection, filters={found.name: value}, limit=1)


@pytest.mark.parametrize("name", EVERY)
def test_pages_by_cursor_give_every_row_once(name: str, told: Database) -> None:
    view = catalogue.view(name)
    key = [column.name for column in view.table.primary_key.columns]
    with psycopg.connect(told.url) as connection:
        whole = view.query(connection, limit=1000).rows
        seen, cursor = [], None
        while True:
            page = view.query(connection, limit=max(1, len(whole) // 3), cursor=cursor)
            seen += page.rows
            cursor = page.next
            if cursor is None:
                break
    assert seen == whole
    assert sorted(main_rows(told.url, name, *key))[:1000] == sorted(tuple(row[each] for each in key) for row in seen)


def _start_again(url: str) -> None:
    with psycopg.connect(url) as connection:
        for name in FILLED:
            for table in catalogue.view(name).tables:
                connection.execute(f'truncate views."{table.name}"'.encode())
        connection.execute("update views.progress set position = -1")
