"""Who may do what to the journal: the application appends by the function and reads; nobody changes what is there."""

import psycopg
import pytest

from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.sample import submission
from tests.database import Database

TABLES = ("entries", "commands", "subtrees", "checkpoints", "cosignatures", "head")


async def test_the_application_reads_and_appends_and_nothing_else(database: Database) -> None:
    async with PostgresJournal(database.app_url) as journal:
        await journal.append(submission("sample-A"))
    for table in TABLES:
        _refused(database.app_url, f"insert into journal.{table} select * from journal.{table}")
        _refused(database.app_url, f"update journal.{table} set {_column(table)} = {_column(table)}")
        _refused(database.app_url, f"delete from journal.{table}")
        _refused(database.app_url, f"truncate journal.{table} cascade")
        _refused(database.app_url, f"select * from journal.{table} for update")
        with psycopg.connect(database.app_url) as connection:
            connection.execute(f"select * from journal.{table}".encode())
    _refused(database.app_url, "create table journal.mine (a int)")
    _refused(database.app_url, "alter table journal.entries disable trigger only_grows")


@pytest.mark.parametrize("as_owner", [True, False], ids=["owner", "superuser"])
async def test_not_even_the_owner_changes_what_is_there(database: Database, as_owner: bool) -> None:
    async with PostgresJournal(database.app_url) as journal:
        await journal.append(submission("sample-A"))
    for table in TABLES[:-1]:
        for statement in (
            f"update journal.{table} set {_column(table)} = {_column(table)}",
            f"delete from journal.{table}",
            f"truncate journal.{table} cascade",
        ):
            _refused(database.url, statement, "guicheng_owner" if as_owner else None, says="只可追加")
    _refused(database.url, "delete from journal.head", "guicheng_owner", says="只可追加")
    _refused(database.url, "truncate journal.head", "guicheng_owner", says="只可追加")


async def test_nobody_else_may_append(database: Database) -> None:
    with psycopg.connect(database.url, autocommit=True) as superuser:
        superuser.execute("create role stranger_of_this_test")
        try:
            with superuser.transaction(force_rollback=True):
                superuser.execute("set local role stranger_of_this_test")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    superuser.execute("select journal.keep_checkpoint(0, sha256(''), '')")
        finally:
            superuser.execute("drop role stranger_of_this_test")


def _column(table: str) -> str:
    return {"entries": "position", "commands": "first", "subtrees": "level"}.get(table, "size")


def _refused(url: str, statement: str, role: str | None = None, says: str | None = None) -> None:
    with psycopg.connect(url) as connection:
        if role is not None:
            connection.execute(f"set role {role}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=says):
            connection.execute(statement.encode())
