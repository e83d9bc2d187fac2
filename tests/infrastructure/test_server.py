"""The embedded server starts by itself, whatever state it was left in, and opens nothing to others."""

import os
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from infrastructure import unprivileged
from infrastructure.embedded import ADMIN, DURABLE, Server, pg_tool
from infrastructure.server import database_url, keys_database_url, role_url
from infrastructure.settings import SettingError, Settings
from tests.database import FAST, Clones, Database, kill

START = """
import pathlib, sys
from infrastructure.server import Server
server = Server(pathlib.Path(sys.argv[1]))
server.start()
print(server.pid)
"""
DURABLY = {"fsync", "synchronous_commit", "full_page_writes"}


def ask(url: str, question: str, *before: str) -> object:
    """The one value that answers ``question``, after doing what is to be done before."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in before:
            connection.execute(statement.encode())
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture(scope="module")
def server(run: Path, worker_id: str) -> Server:
    """One that these tests share; each may find it running or not, and leaves it fit to start."""
    return Server(run / f"server-{worker_id}", FAST)


@pytest.fixture(scope="module")
def durable(run: Path, worker_id: str) -> Server:
    """One that is set up as a user's is; shared in the same way."""
    return Server(run / f"durable-{worker_id}")


def test_a_second_start_finds_the_server_running(server: Server) -> None:
    server.start()
    first = server.pid
    Server(server.home).start()
    assert server.pid == first is not None


def test_stop_ends_it_and_start_brings_the_data_back(server: Server) -> None:
    ask(server.start(), "SELECT 1", "DROP TABLE IF EXISTS kept", "CREATE TABLE kept AS SELECT 7 AS n")
    assert server.stop()
    assert server.pid is None
    assert not server.stop()
    assert ask(server.start(), "SELECT n FROM kept") == 7


def test_it_starts_again_after_being_killed_with_everything_acknowledged(durable: Server) -> None:
    ask(durable.start(), "SELECT 1", "CREATE TABLE kept AS SELECT 7 AS n")
    for _ in range(3):
        kill(durable)
        assert ask(durable.start(), "SELECT n FROM kept") == 7


def test_a_pid_file_that_names_somebody_else_is_seen_through(server: Server) -> None:
    server.start()
    pid_file = server.data / "postmaster.pid"
    left_behind = pid_file.read_text()
    server.stop()
    pid_file.write_text(left_behind.replace(left_behind.split("\n", 1)[0], str(os.getpid()), 1))
    assert ask(server.start(), "SELECT 1") == 1
    assert server.pid != os.getpid()


def test_a_running_server_that_lost_its_socket_is_started_again(server: Server) -> None:
    server.start()
    (server.socket_folder / ".s.PGSQL.5432").unlink()
    assert ask(server.start(), "SELECT 1") == 1


def test_a_set_up_that_was_cut_short_is_done_again(private_home: Path) -> None:
    server = Server(private_home, FAST)
    unprivileged.make_home(server.home)
    unprivileged.make_place(server.home)
    (server.folder / "data.new").mkdir()
    (server.folder / "data.new" / "PG_VERSION").write_text("18\n")
    assert ask(server.start(), "SELECT 1") == 1


def test_many_starting_at_once_start_one(private_home: Path) -> None:
    server = Server(private_home)

    def start(_: int) -> str:
        done = subprocess.run([sys.executable, "-c", START, server.home], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(start, range(3))) == {str(server.pid)}


def test_commits_are_durable_unless_a_test_says_otherwise(durable: Server) -> None:
    url = durable.start()
    assert {name: ask(url, f"SHOW {name}") for name in DURABLY} == dict.fromkeys(DURABLY, "on")
    assert {DURABLE[name] for name in DURABLY} == {"on"}


def test_an_operators_own_settings_go_over_ours(server: Server) -> None:
    server.start()
    server.stop()
    local = server.folder / "local.conf"
    local.write_text("work_mem = '5MB'\n")
    assert ask(server.start(), "SHOW work_mem") == "5MB"
    server.stop()
    local.unlink()
    assert ask(server.start(), "SHOW work_mem") == DURABLE["work_mem"]


def test_only_a_socket_and_only_with_the_password(server: Server) -> None:
    url = server.start()
    pid = server.pid
    assert pid is not None
    assert psutil.Process(pid).net_connections("inet") == []
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(server.secret, "guessed"))
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"user={ADMIN} dbname=guicheng host={server.socket_folder} passfile=/dev/null")


def test_data_and_secrets_are_closed_to_others(server: Server) -> None:
    server.start()
    for closed in (server.data, server.socket_folder, server.folder / "log", server.home / "secrets"):
        assert stat.S_IMODE(closed.stat().st_mode) & 0o077 == 0, closed
    assert stat.S_IMODE((server.home / "secrets" / "database").stat().st_mode) == 0o600


def test_a_long_home_with_spaces_commas_and_chinese_serves(private_home: Path) -> None:
    server = Server(private_home / ("规程 数据, " + "long" * 20), FAST)
    try:
        assert ask(server.start(), "SELECT 1") == 1
    finally:
        server.remove()


def test_a_closed_folder_above_the_home_stays_closed(private_home: Path) -> None:
    closed = private_home / "closed"
    closed.mkdir(parents=True, mode=0o700)
    server = Server(closed / "home", FAST)
    try:
        assert ask(server.start(), "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        server.remove()


def test_programs_in_a_closed_folder_are_copied_where_the_database_s_user_can_run_them(run: Path) -> None:
    closed = run / "closed-wheel"
    (closed / "bin").mkdir(parents=True)
    shutil.copy(pg_tool("pg_config"), closed / "bin" / "postgres")
    closed.chmod(0o700)
    owner = unprivileged.account()
    programs = unprivileged.programs(closed, "0", store=run / "programs")
    assert (programs == closed) is (owner is None)
    command = [str(programs / "bin" / "postgres"), "--version"]
    subprocess.run(command, check=True, user=owner.pw_uid if owner else None, cwd="/")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_data_of_another_postgresql_are_left_alone(server: Server) -> None:
    server.start()
    server.stop()
    version = server.data / "PG_VERSION"
    ours = version.read_text()
    version.write_text("17\n")
    with pytest.raises(SettingError, match="written by PostgreSQL 17") as told:
        server.start()
    assert "pg_dumpall" in told.value.zh
    version.write_text(ours)
    assert ask(server.start(), "SELECT 1") == 1


def test_a_home_that_is_a_file_is_named(private_home: Path) -> None:
    private_home.mkdir()
    occupied = private_home / "file"
    occupied.write_text("")
    with pytest.raises(SettingError, match=str(occupied)) as told:
        Server(occupied).start()
    assert "GUICHENG_HOME" in told.value.zh


def test_what_postgresql_complains_of_is_told(server: Server) -> None:
    server.start()
    server.stop()
    broken = Server(server.home, {**FAST, "work_mem": "lots"})
    with pytest.raises(SettingError, match='invalid value for parameter "work_mem"'):
        broken.start()
    assert ask(server.start(), "SELECT 1") == 1


def test_a_full_disk_is_told(server: Server) -> None:
    unprivileged.make_home(server.home)
    unprivileged.make_place(server.home)
    said = 'FATAL: could not extend file "base/5/2619": No space left on device'
    assert "磁盘已满" in server._failure("postgres", said).zh


def test_the_programs_for_clients_are_in_the_wheel() -> None:
    version = subprocess.run([pg_tool("pgbench"), "--version"], check=True, capture_output=True, text=True).stdout
    assert "pgbench (PostgreSQL)" in version
    with pytest.raises(SettingError, match="no program pgbanch"):
        pg_tool("pgbanch")


def test_without_settings_the_embedded_server_serves_journal_and_keys(durable: Server) -> None:
    settings = Settings(home=durable.home)
    assert ask(database_url(settings), "SELECT current_database()") == "guicheng"
    assert ask(keys_database_url(settings), "SELECT current_database()") == "guicheng_keys"


def test_a_database_of_ones_own_is_used_as_it_is(database: Database, private_home: Path) -> None:
    settings = Settings(home=private_home, database_url=database.url)
    assert database_url(settings) == keys_database_url(settings) == database.url
    assert not private_home.exists()


def test_an_unreachable_database_is_named_without_its_password(private_home: Path) -> None:
    with pytest.raises(SettingError) as told:
        database_url(Settings(home=private_home, database_url="postgresql://me:hush@127.0.0.1:1/guicheng"))
    assert "me:***@127.0.0.1:1" in told.value.en and "127.0.0.1:1" in told.value.zh
    assert "hush" not in str(told.value)


def test_a_database_that_is_too_old_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infrastructure.server.OLDEST", 99)
    with pytest.raises(SettingError, match="needs 99 or newer") as told:
        database_url(Settings(home=Path("/nowhere"), database_url=database.url))
    assert "规程需要 99" in told.value.zh


def test_a_database_in_another_encoding_is_told(database: Database) -> None:
    latin = f"latin_{database.name}"
    ask(database.url, "SELECT 1", f"CREATE DATABASE {latin} ENCODING 'LATIN1' TEMPLATE template0 LOCALE_PROVIDER libc")
    url = database.url.replace(f"/{database.name}?", f"/{latin}?")
    with pytest.raises(SettingError, match="encoded in LATIN1"):
        database_url(Settings(home=Path("/nowhere"), database_url=url))


def test_a_role_that_could_not_log_in_gets_a_password_and_keeps_it(database: Database, private_home: Path) -> None:
    settings = Settings(home=private_home, database_url=database.url)
    ask(database.url, "SELECT 1", "DROP ROLE IF EXISTS newcomer", "CREATE ROLE newcomer NOLOGIN")
    url = role_url(settings, "newcomer")
    assert ask(url, "SELECT current_user::text") == "newcomer"
    assert role_url(Settings(home=private_home / "another-host", database_url=database.url), "newcomer") == url


def test_roles_log_in_with_what_they_may(database: Database) -> None:
    assert ask(database.app_url, "SELECT current_user::text") == "guicheng_app"
    assert ask(database.reader_url, "SELECT current_user::text") == "guicheng_reader"
    assert ask(database.app_url, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False


def test_clones_share_nothing(clones: Clones) -> None:
    with clones.clone() as one, clones.clone() as other:
        assert ask(one.url, "SELECT to_regclass('mine') IS NOT NULL", "CREATE TABLE mine ()") is True
        assert ask(other.url, "SELECT to_regclass('mine') IS NOT NULL") is False
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(one.url)
