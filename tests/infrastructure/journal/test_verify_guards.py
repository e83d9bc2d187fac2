"""Verification of what keeps the journal 日志防护: a guard that was taken away or weakened is found and named."""

import psycopg
import pytest

from infrastructure.journal.guards import weakened
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.sample import submission
from infrastructure.journal.verify import verify
from tests.database import Database

TABLES = ("entries", "commands", "subtrees", "checkpoints", "cosignatures")
_APPEND = "(uuid[], bytea[], bigint[], boolean[], integer[], integer[], integer[], integer[], text[], integer[], "
APPEND = f"journal.append{_APPEND}uuid[], text[], integer[], integer[], timestamptz[], text[], bytea[])"
REFUSE = "create or replace function journal.refuse() returns trigger language plpgsql"


@pytest.mark.parametrize(
    ("act", "says"),
    [
        *((f"drop trigger only_grows on journal.{table}", f"only_grows on journal.{table}") for table in TABLES),
        *((f"alter table journal.{table} disable trigger only_grows", f"journal.{table}") for table in TABLES),
        ("drop trigger only_moves on journal.head", "only_moves on journal.head"),
        ("alter table journal.head disable trigger all", "only_moves on journal.head"),
        ("alter table journal.entries enable replica trigger only_grows", "only_grows on journal.entries"),
        (
            "create or replace trigger only_grows before delete on journal.entries "
            "for each statement execute function journal.refuse()",
            "only_grows on journal.entries",
        ),
        (
            "create or replace trigger only_grows before update or delete or truncate on journal.entries "
            "for each statement when (current_user <> 'forger') execute function journal.refuse()",
            "only_grows on journal.entries",
        ),
        (
            "create trigger one_more before insert on journal.entries "
            "for each statement execute function journal.refuse()",
            "one_more on journal.entries",
        ),
        ("create rule nothing as on insert to journal.commands do instead nothing", "nothing on journal.commands"),
        (f"{REFUSE} as $$ begin return null; end $$", "journal.refuse"),
        (f"alter function {APPEND} security invoker", "journal.append"),
        (f"alter function {APPEND} set search_path = public", "journal.append"),
        (f"alter function {APPEND} set session_replication_role = replica", "journal.append"),
        (f"alter function {APPEND} owner to current_user", "journal.append"),
        (f"alter function {APPEND} rename to appended", "journal.append"),
        (
            "create or replace function journal.keep_checkpoint(size bigint, root bytea, note text) returns void "
            "language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin end $$",
            "journal.keep_checkpoint",
        ),
        (
            "create or replace function journal.keep_cosignature(size bigint, key text, line text) returns void "
            "language sql security definer set search_path = pg_catalog, pg_temp "
            "begin atomic delete from journal.cosignatures; end",
            "journal.keep_cosignature",
        ),
        ("create function journal.append(a integer) returns void language sql as ''", "journal.append"),
        ("create function journal.other() returns void language sql security definer as ''", "journal.other"),
        ("grant insert on journal.entries to guicheng_app", "INSERT on journal.entries"),
        ("grant update (standing) on journal.head to guicheng_app", "UPDATE on journal.head.standing"),
        ("grant delete on journal.commands to public", "DELETE on journal.commands"),
        ("grant create on schema journal to guicheng_app", "CREATE on journal"),
        ("grant select on journal.entries to guicheng_app with grant option", "SELECT on journal.entries"),
        (f"grant execute on function {APPEND} to public", "EXECUTE on journal.append"),
        ("alter table journal.entries owner to current_user", "journal.entries"),
        ("alter schema journal owner to current_user", "journal"),
        ("alter table journal.commands drop constraint commands_pkey", "journal.commands (command_id)"),
        ("alter table journal.entries drop constraint entries_event_id_key", "journal.entries (event_id)"),
        ("alter role guicheng_owner in database {} set session_replication_role = replica", "guicheng_owner"),
        ("alter database {} set session_replication_role = replica", "session_replication_role"),
    ],
)
async def test_a_weakened_guard_is_found(database: Database, journal: PostgresJournal, act: str, says: str) -> None:
    await journal.append(submission("sample-0"))
    assert verify(database.url).holds
    with psycopg.connect(database.url) as superuser:
        superuser.execute(act.replace("{}", f'"{database.name}"').encode())
    for url in (database.url, database.app_url):
        problem = verify(url).problem
        assert problem is not None, "nothing was found"
        assert (problem.kind, problem.position, problem.until) == ("guards", -1, -1)
        assert says in problem.en and says in problem.zh
        assert "position" not in str(problem)


@pytest.mark.parametrize("role", ["guicheng_owner", "pg_write_all_data"])
async def test_the_application_let_into_a_role_that_may_write_is_found(database: Database, role: str) -> None:
    # In a transaction that is undone: roles are the whole server's.
    with psycopg.connect(database.url) as superuser, superuser.transaction(force_rollback=True):
        assert weakened(superuser) == []
        superuser.execute(f"grant {role} to guicheng_app".encode())
        assert any("guicheng_app" in en for en, _ in weakened(superuser))


async def test_several_weakened_guards_are_all_named(database: Database, journal: PostgresJournal) -> None:
    with psycopg.connect(database.url) as superuser:
        superuser.execute("drop trigger only_grows on journal.entries")
        superuser.execute("grant truncate on journal.entries to guicheng_app")
    problem = verify(database.url).problem
    assert problem is not None
    assert "only_grows on journal.entries" in problem.en and "TRUNCATE on journal.entries" in problem.en


async def test_what_was_done_to_an_entry_is_told_before_the_guard_that_was_taken_away(
    database: Database, journal: PostgresJournal
) -> None:
    await journal.append(submission("sample-0", count=3))
    with psycopg.connect(database.url) as superuser:
        superuser.execute("drop trigger only_grows on journal.entries")
        superuser.execute("delete from journal.entries where position = 1")
    problem = verify(database.url).problem
    assert problem is not None
    assert (problem.kind, problem.position) == ("deleted", 1)


async def test_a_role_that_only_reads_weakens_nothing(database: Database) -> None:
    with psycopg.connect(database.url) as superuser, superuser.transaction(force_rollback=True):
        superuser.execute("create role auditor_of_this_test")
        superuser.execute("grant usage on schema journal to auditor_of_this_test")
        superuser.execute("grant select on all tables in schema journal to auditor_of_this_test")
        assert weakened(superuser) == []
