"""``guicheng serve`` and ``work``: they start, do their work, answer, and end cleanly when they are told to."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.database import Database
from tests.interfaces.cli.command import EXAMPLES, Guicheng


def said(process: subprocess.Popen[str]) -> str:
    """What it says up to the address it serves at, once it answers there."""
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if found := re.search(r"http://\S+/", line):
            with httpx.Client(transport=httpx.HTTPTransport(retries=100)) as client:
                assert client.get(f"{found[0]}health").status_code == 200
            return told
    raise AssertionError(process.communicate()[1])


def behind(database: Database) -> int:
    """How many entries the views have not yet read; all of them where there are no views yet."""
    with psycopg.connect(database.url) as connection:
        query = "select size - 1 - coalesce((select min(position) from views.progress), -1) from journal.head"
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def test_it_serves_works_and_stops_cleanly(guicheng: Guicheng, database: Database) -> None:
    guicheng.done("import", "org", EXAMPLES / "organisation.csv")
    assert behind(database) > 0
    process = guicheng.start("serve", "--port", "0")
    try:
        assert "E012" in said(process), "the administrator's first password"
        while behind(database) > 0:
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "已停止" in out and err == ""
    assert guicheng.done("audit", "verify", "--json").json["holds"]

    process = guicheng.start("serve", "--port", "0", "--no-work")
    try:
        assert "E012" not in said(process), "a password is shown once"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == (0, "")


def test_work_is_done_until_it_is_stopped(guicheng: Guicheng, database: Database) -> None:
    guicheng.done("import", "org", EXAMPLES / "organisation.csv")
    process = guicheng.start("work")
    try:
        while behind(database) > 0:
            assert process.poll() is None
        process.terminate()
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "后台作业已启动" in out and "已停止" in out and err == ""


def test_a_port_that_is_taken_is_named(guicheng: Guicheng) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = guicheng("serve", "--port", port)
        result.said(str(port), "--port")
        assert result.code == 2


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--port", "70000"), "--port"),
        (("--port", "-1"), "--port"),
        (("--host", "nowhere.example.invalid"), "nowhere.example.invalid"),
        (("--host", "203.0.113.7"), "203.0.113.7"),
        (("--workers", "0"), "--workers"),
    ],
)
def test_what_cannot_be_served_at_is_named(guicheng: Guicheng, arguments: tuple[str, str], named: str) -> None:
    result = guicheng("serve", *arguments)
    result.said(named)
    assert result.code == 2


def test_the_demonstration_is_served_to_people_who_can_sign_in(guicheng: Guicheng, tmp_path: Path) -> None:
    process = guicheng.start("demo", "--days", "1", "--port", "0")
    try:
        told = said(process)
        rows = re.findall(r"^ *(E\d{4}) +(\S+) .*?(\S+) *$", told[told.index("Sign in as") :], re.MULTILINE)
        assert {role for _, role, _ in rows} >= {"ceo", "buyer", "warehouse_keeper", "auditor", "employee"}, told
        employee, _, password = rows[-1]
        address = re.search(r"http://\S+/", told)
        assert address is not None
        answer = httpx.post(f"{address[0]}session", json={"user": employee, "password": password})
        assert answer.status_code == 201, answer.text
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, err
