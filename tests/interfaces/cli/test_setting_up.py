"""``guicheng init`` and ``stop``, and everything that can be wrong with the settings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from infrastructure.embedded import Server
from tests.database import Database
from tests.interfaces.cli.command import Guicheng, on


def test_init_twice_does_it_once(guicheng: Guicheng) -> None:
    first = guicheng.done("init", "--json").json
    assert first["policy"] and first["entries"] > 1 and first["home"] == str(guicheng.home)
    assert guicheng.done("init", "--json").json == first
    told = guicheng.done("init").out
    assert first["verifier_key"] in told and "已初始化" in told


def test_without_settings_the_embedded_server_is_started_and_stopped(private_home: Path) -> None:
    guicheng = Guicheng(private_home)
    found = guicheng.in_process("init", "--json").json
    assert Server(private_home).pid is not None, "it goes on between commands"
    assert guicheng("stop").code == 0
    assert Server(private_home).pid is None
    assert "was not running 未在运行" in guicheng.done("stop").out
    assert guicheng.done("init", "--json").json == found


def test_a_setting_nobody_knows_is_named(guicheng: Guicheng) -> None:
    result = Guicheng(guicheng.home, {"GUICHENG_DATABSE_URL": "x"})("init")
    result.said("GUICHENG_DATABSE_URL", "guicheng --help")
    assert result.code == 2 and not guicheng.home.exists()


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("GUICHENG_DATABASE_URL", "mysql://somewhere/x", "GUICHENG_DATABASE_URL"),
        ("GUICHENG_DATABASE_URL", "postgresql://nobody:hush@127.0.0.1:1/guicheng", "nobody:***@127.0.0.1:1"),
        ("GUICHENG_KEYS_DATABASE_URL", "postgresql://nobody:hush@127.0.0.1:1/k", "GUICHENG_KEYS_DATABASE_URL"),
        ("GUICHENG_PORT", "high", "GUICHENG_PORT"),
        ("GUICHENG_HOME", "/proc/guicheng", "/proc/guicheng"),
        ("GUICHENG_HOME", "/etc/passwd", "/etc/passwd"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    database: Database, tmp_path: Path, setting: str, value: str, named: str
) -> None:
    result = on(database, tmp_path, **{setting: value})("init")
    if setting == "GUICHENG_HOME":
        result = Guicheng(Path(value))("init")
    result.said(named)
    assert result.code == 2
    assert "hush" not in result.err


def test_a_wrong_password_is_told_without_showing_it(database: Database, tmp_path: Path) -> None:
    result = on(database, tmp_path, GUICHENG_DATABASE_URL=database.url.replace(database.secret, "guessed"))("init")
    result.said("GUICHENG_DATABASE_URL", "password")
    assert result.code == 2
    assert "guessed" not in result.err


def test_a_database_in_another_encoding_is_refused(database: Database, tmp_path: Path) -> None:
    latin = f"latin_{database.name}"
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {latin} ENCODING 'LATIN1' TEMPLATE template0 LOCALE_PROVIDER libc".encode())
    url = database.url.replace(f"/{database.name}?", f"/{latin}?")
    result = on(database, tmp_path, GUICHENG_DATABASE_URL=url)("init")
    result.said("LATIN1", "ENCODING 'UTF8'")
    assert result.code == 2
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute(f"DROP DATABASE {latin}".encode())


def test_an_owner_who_may_not_create_is_told(database: Database, tmp_path: Path) -> None:
    result = on(database, tmp_path, GUICHENG_DATABASE_URL=database.app_url)("init")
    result.said("owner", "所有者")
    assert result.code in (2, 3)


def test_a_home_nobody_may_write_to_is_told(private_home: Path) -> None:
    private_home.mkdir()
    os.chmod(private_home, 0o500)
    guicheng = Guicheng(private_home / "in" / "there")
    if os.geteuid() == 0:
        # Root writes everywhere but where the file system itself says no.
        guicheng = Guicheng(Path("/sys/guicheng"))
    result = guicheng("init")
    result.said(str(guicheng.home), "GUICHENG_HOME")
    assert result.code == 2


def test_what_is_piped_into_something_that_ends_early_ends_quietly(company: Guicheng) -> None:
    process = company.start("stream", "tail", "--after", "-1")
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 1


def test_an_interrupted_command_says_so(company: Guicheng) -> None:
    process = company.start("stream", "tail", "--follow", stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline()
    process.send_signal(2)
    assert process.wait(60) == 130
    assert process.stderr.read().strip() == "✗ stopped 已中止"
