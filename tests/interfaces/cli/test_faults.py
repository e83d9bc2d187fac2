"""A database that goes away, a disk that is full, amid a command: told clearly, nothing acknowledged lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infrastructure.server import Server
from tests.database import kill
from tests.interfaces.cli.command import Guicheng

FIRST_PURCHASE = "select exists (select from journal.entries where type = 'ApprovalGiven')"


def entries(server: Server) -> list[str]:
    """The journal as it was written."""
    with psycopg.connect(server.url()) as connection:
        return [row[0] for row in connection.execute("select body::text from journal.entries order by position")]


def wait_for_work(server: Server, process: subprocess.Popen[str]) -> None:
    """Comes back once the company is at work."""
    while process.poll() is None:
        try:
            with psycopg.connect(server.url()) as connection:
                row = connection.execute("select to_regclass('journal.entries')").fetchone()
                if row and row[0] and (connection.execute(FIRST_PURCHASE).fetchone() or (False,))[0]:
                    return
        except psycopg.OperationalError:
            continue
    raise AssertionError(process.communicate()[1])


def test_a_database_that_goes_away_in_mid_command_is_told_and_the_next_command_goes_on(private_home: Path) -> None:
    guicheng, server = Guicheng(private_home), Server(private_home)
    server.start()
    process = guicheng.start("simulate", "--days", "500", "--json")
    wait_for_work(server, process)
    before = entries(server)
    kill(server)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3, err
    assert out == "" and "Traceback" not in err
    assert "database" in err and "已确认的数据不会丢失" in err
    assert guicheng.done("audit", "verify", "--json").json["holds"], "the next command starts it again"
    assert entries(server)[: len(before)] == before
    assert guicheng.done("simulate", "--days", "1", "--json").json["entries"] > len(before)
    assert guicheng.done("audit", "replay", "--json").json["holds"]


@pytest.fixture
def small_home(run: Path) -> Iterator[Path]:
    """A home on a disk of 400 MB of its own."""
    home = run / f"small-{os.urandom(4).hex()}"
    home.mkdir(mode=0o711)
    asked = ["mount", "-t", "tmpfs", "-o", "size=400M,mode=0711", "tmpfs", str(home)]
    done = subprocess.run(asked, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a file system cannot be mounted here: {done.stderr.strip()}")
    try:
        yield home
    finally:
        Server(home).remove()
        subprocess.run(["umount", str(home)], check=True)
        home.rmdir()


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="only root may mount a file system")
def test_a_full_disk_is_told_and_after_making_room_everything_acknowledged_is_there(small_home: Path) -> None:
    guicheng, server = Guicheng(small_home), Server(small_home)
    guicheng.done("init")
    filler = small_home / "filler"
    filler.write_bytes(bytes(64 << 20))
    process = guicheng.start("simulate", "--days", "500", "--json")
    wait_for_work(server, process)
    before = entries(server)
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
    out, err = process.communicate(timeout=120)
    assert process.returncode in (2, 3), err
    assert out == "" and "Traceback" not in err
    assert ("space" in err or "full" in err) and "磁盘" in err, err
    still_full = guicheng("simulate", "--days", "1")
    still_full.said("磁盘")
    assert still_full.code in (2, 3)
    filler.unlink()
    assert guicheng.done("audit", "verify", "--json").json["holds"]
    assert entries(server)[: len(before)] == before
    assert guicheng.done("simulate", "--days", "1", "--json").json["entries"] > len(before)
    assert guicheng.done("views", "status").code == 0
