"""The live projection: every event counts once, an error stops its view alone and says so, nothing is skipped."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from domain.governance.notice import NoticeIssued
from infrastructure.projecting import rebuild as rebuilding
from infrastructure.projecting.connecting import connect
from infrastructure.projecting.progress import REBUILD, Status, ViewStopped, read_by, status, wait_for
from infrastructure.projecting.rebuild import BeingRebuilt, rebuild
from infrastructure.projecting.runner import Runner
from projections import catalogue
from projections.happened import Happened
from projections.rows import NotLoaded, Rows
from projections.view import Handler, View
from tests.database import Database
from tests.projections.history import History, main_rows, opener, project

COUNTS, INBOX = "journal_by_type_and_day", "notices"


def noted(history: History, number: int, to: str = "ANN") -> History:
    """Somebody is told something."""
    about = "requisition-1"
    return history.happens(
        f"notice-{number}", NoticeIssued(to=(to,), kind="sample", text_zh="样例", text_en="Sample", about=about)
    )


def many(number: int) -> History:
    """So many notices."""
    history = History()
    for each in range(number):
        noted(history, each)
    return history


def of(url: str, name: str) -> Status:
    """How that view stands."""
    with psycopg.connect(url) as connection:
        return status(connection, [name])[0]


@contextmanager
def running(*runners: Runner) -> Iterator[None]:
    """These runners at work, each in a thread of its own."""
    threads = [threading.Thread(target=runner.run) for runner in runners]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for runner in runners:
            runner.stop()
        for thread in threads:
            thread.join()


def shows(url: str, names: list[str], position: int) -> bool:
    """Whether these views show that entry, waited for."""

    async def wait() -> bool:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            return await wait_for(connection, names, position, timeout=30)

    return asyncio.run(wait())


@contextmanager
def failing(view: View, wrong: Callable[[Any], bool]) -> Iterator[None]:
    """A handler of this view that does not understand some of the events."""
    handlers = view.listens["NoticeIssued"]

    def fails(event: NoticeIssued, at: Happened, rows: Rows) -> None:
        if wrong(event):
            raise ValueError("this one is not understood")
        handlers[0].handle(event, at, rows)

    view.listens["NoticeIssued"] = (Handler(fails, None),)
    try:
        yield
    finally:
        view.listens["NoticeIssued"] = handlers


def test_two_runners_count_every_event_once(database: Database) -> None:
    history = many(40).write(database.url)
    with running(Runner(database.url, opener), Runner(database.url, opener, batch=3)):
        noted(noted(history, 100), 101).write(database.url)
        assert shows(database.url, [COUNTS, INBOX], 41)
    assert sum(row[0] for row in main_rows(database.url, COUNTS, "events")) == 42
    assert len(main_rows(database.url, INBOX, "recipient")) == 42


def test_runners_that_ignore_each_others_claims_still_count_once(database: Database) -> None:
    many(60).write(database.url)
    project(database.url, COUNTS, INBOX)
    with psycopg.connect(database.url) as connection:
        connection.execute('truncate views."journal_by_type_and_day", views."notices"')
        connection.execute("update views.progress set position = -1")
    runners = [Runner(database.url, opener, [COUNTS, INBOX], batch=1) for _ in range(3)]

    def all_of_it(runner: Runner) -> None:
        runner.claimed = {COUNTS, INBOX}
        with connect(database.url) as work:
            while runner.catch_up(work):
                pass

    threads = [threading.Thread(target=all_of_it, args=[runner]) for runner in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(row[0] for row in main_rows(database.url, COUNTS, "events")) == 60


def test_an_error_stops_its_view_at_the_entry_and_the_others_go_on(database: Database) -> None:
    history = many(10)
    noted(history, 10, to="TROUBLE")
    noted(history, 11).write(database.url)
    with failing(catalogue.view(INBOX), lambda event: event.to == ("TROUBLE",)):
        Runner(database.url, opener, [INBOX, COUNTS]).finish()
    stopped, other = of(database.url, INBOX), of(database.url, COUNTS)
    assert (stopped.position, stopped.failed_at, stopped.lag) == (9, 10, 2)
    assert stopped.error is not None and "this one is not understood" in stopped.error and stopped.since is not None
    assert (other.position, other.error) == (11, None)
    assert len(main_rows(database.url, INBOX, "subject")) == 10


def test_waiting_for_a_view_that_stopped_says_so(database: Database) -> None:
    noted(History(), 1).write(database.url)
    with failing(catalogue.view(INBOX), lambda event: True):
        Runner(database.url, opener, [INBOX]).finish()
    with pytest.raises(ViewStopped, match="this one is not understood"):
        shows(database.url, [INBOX], 0)


def test_a_view_that_stopped_goes_on_where_it_was_once_it_understands(database: Database) -> None:
    many(10).write(database.url)
    with failing(catalogue.view(INBOX), lambda event: True):
        Runner(database.url, opener, [INBOX]).finish()
    assert of(database.url, INBOX).error is not None
    project(database.url, INBOX)
    assert of(database.url, INBOX) == Status(INBOX, 9, 0, of(database.url, INBOX).moved_at, None, None, None, False)
    assert len(main_rows(database.url, INBOX, "subject")) == 10


def test_a_row_the_table_does_not_take_stops_the_view_too(database: Database) -> None:
    many(3).write(database.url)
    project(database.url, INBOX)
    with psycopg.connect(database.url) as connection:
        connection.execute("alter table views.notices add check (subject <> 'notice-4')")
    history = many(3)
    history.submissions = []
    for number in (3, 4, 5):
        noted(history, number)
    history.write(database.url)
    Runner(database.url, opener, [INBOX]).finish()
    stopped = of(database.url, INBOX)
    assert (stopped.position, stopped.failed_at) == (3, 4)
    assert stopped.error is not None and "CheckViolation" in stopped.error


def test_a_view_declared_otherwise_is_filled_again(database: Database) -> None:
    many(5).write(database.url)
    project(database.url, INBOX)
    with psycopg.connect(database.url) as connection:
        connection.execute("update views.progress set fingerprint = 'older'")
        connection.execute('truncate views."notices"')
    assert of(database.url, INBOX).stale
    project(database.url, INBOX)
    assert not of(database.url, INBOX).stale
    assert len(main_rows(database.url, INBOX, "subject")) == 5


def test_a_view_is_rebuilt_while_it_is_projected(database: Database) -> None:
    history = many(30).write(database.url)
    with running(Runner(database.url, opener)):
        assert shows(database.url, [INBOX, COUNTS], 29)
        for number in range(200, 220):
            noted(history, number)
            history.write(database.url)
            if number % 10 == 0:
                rebuild(database.url, opener, [INBOX, COUNTS], processes=1, batch=4)
        assert shows(database.url, [INBOX, COUNTS], 49)
    assert len(main_rows(database.url, INBOX, "subject")) == 50
    assert sum(row[0] for row in main_rows(database.url, COUNTS, "events")) == 50


def test_a_view_is_rebuilt_by_one_at_a_time(database: Database) -> None:
    many(2).write(database.url)
    with connect(database.url) as other:
        other.execute("select pg_advisory_lock(%s, hashtext(%s))", [REBUILD, INBOX])
        with pytest.raises(BeingRebuilt, match=INBOX):
            rebuild(database.url, opener, [INBOX], processes=1)


def test_a_rebuild_that_fails_leaves_the_old_view_in_service(database: Database) -> None:
    history = many(5).write(database.url)
    project(database.url, INBOX)
    noted(history, 9, to="TROUBLE").write(database.url)
    wrong = failing(catalogue.view(INBOX), lambda event: event.to == ("TROUBLE",))
    with wrong, pytest.raises(Exception, match="not understood"):
        rebuilding.rebuild(database.url, opener, [INBOX], processes=1)
    assert of(database.url, INBOX).position == 4
    assert len(main_rows(database.url, INBOX, "subject")) == 5
    project(database.url, INBOX)
    assert len(main_rows(database.url, INBOX, "subject")) == 6


def test_a_handler_that_looks_at_rows_it_did_not_name_is_told() -> None:
    rows = Rows(catalogue.view(INBOX).table)
    with pytest.raises(NotLoaded, match="notice-1"):
        rows.of("notice-1")
    with pytest.raises(NotLoaded):
        rows.get("notice-1", "ANN")


def test_a_view_drawn_from_others_shows_what_they_show() -> None:
    assert read_by(catalogue.view("compliance_by_clause")) == ("obligations", "refused_attempts")
    assert read_by(catalogue.view(INBOX)) == (INBOX,)


def test_bi_tools_read_the_views_and_cannot_change_them(database: Database) -> None:
    many(1).write(database.url)
    project(database.url)
    with psycopg.connect(database.reader_url, autocommit=True) as reader:
        for name in catalogue.views():
            reader.execute(f'select * from views."{name}"'.encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("delete from views.notices")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select * from journal.entries")


def test_the_application_projects_as_its_own_role(database: Database) -> None:
    many(3).write(database.url)
    project(database.app_url, INBOX)
    rebuild(database.app_url, opener, [INBOX], processes=1)
    assert len(main_rows(database.app_url, INBOX, "subject")) == 3
