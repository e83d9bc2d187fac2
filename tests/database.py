"""The database of the tests: one embedded server a run, a migrated template in it, a clone for every test that asks."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from infrastructure.server import Server, as_role, let_in

PREFIX = "guicheng-tests-"
MEMORY = Path("/dev/shm")
TEMPLATE = "template_guicheng"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""What a database may do that nobody will miss. Tests of faults start a durable one of their own."""


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated database that nobody else uses."""

    url: str
    """As the owner, who is superuser."""
    secret: str

    @property
    def name(self) -> str:
        """Its name on the server."""
        return urlsplit(self.url).path.strip("/")

    @property
    def app_url(self) -> str:
        """As ``guicheng_app``: execute the journal's function and read, nothing more."""
        return as_role(self.url, "guicheng_app", self.secret)

    @property
    def projector_url(self) -> str:
        """As ``guicheng_projector``: fill the views."""
        return as_role(self.url, "guicheng_projector", self.secret)

    @property
    def reader_url(self) -> str:
        """As ``guicheng_reader``: read the views, nothing more."""
        return as_role(self.url, "guicheng_reader", self.secret)


def make_run() -> Path:
    """A folder for one run of the tests; what runs left behind that were killed is cleared away."""
    disk = Path(tempfile.gettempdir())
    for folder in (*disk.glob(f"{PREFIX}*"), *MEMORY.glob(f"{PREFIX}*")):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not (owner.isdigit() and psutil.pid_exists(int(owner))):
            clear(folder)
    made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=disk))
    # The database's user must get through where the tests run as root; there is nothing to see here.
    made.chmod(0o711)
    return made


def in_memory(run: Path) -> Path:
    """The run's folder in memory, where there is room: a clone is 300 files, 10 ms there and 200 on ext4."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < 2 << 30:
        return run
    folder = MEMORY / run.name
    folder.mkdir(mode=0o711, exist_ok=True)
    return folder


def clear(run: Path) -> None:
    """End every server that was started in a run's folders, and delete them."""
    for folder in (run, MEMORY / run.name):
        for database in folder.glob("*/database"):
            Server(database.parent).remove()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".template").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Clones:
    """Hands out clones of the template; every worker has one of these, all on the run's one server."""

    def __init__(self, run: Path) -> None:
        server = Server(in_memory(run) / "shared", FAST)
        server.start()
        self.secret = server.secret
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.made = 0
        self._url = server.url("postgres")
        self._connection = psycopg.connect(self._url, autocommit=True)
        with _alone(run):
            self._make_template()

    def _make_template(self) -> None:
        ready = "SELECT FROM pg_database WHERE datname = %s AND datistemplate"
        if self._connection.execute(ready, [TEMPLATE]).fetchone() is not None:
            return
        self._connection.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate(_on(self._url, TEMPLATE), self.secret)
        self._connection.execute(f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true")

    @contextmanager
    def clone(self) -> Iterator[Database]:
        """A fresh database, dropped at the end whoever is still connected."""
        self.made += 1
        name = f"test_{self.worker}_{self.made}"
        known = sql.Identifier(name)
        self._connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(known, sql.Identifier(TEMPLATE)))
        try:
            yield Database(_on(self._url, name), self.secret)
        finally:
            self._connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(known))

    def close(self) -> None:
        """Let go of the server; the run ends it."""
        self._connection.close()


def kill(server: Server) -> None:
    """``kill -9`` the server; comes back once it is dead. Its children notice a little later."""
    pid = server.pid
    assert pid is not None
    process = psutil.Process(pid)
    process.kill()
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        os.sched_yield()


def migrate(url: str, secret: str) -> None:
    """All migrations, and a password for the roles they made."""
    from infrastructure.migrations import upgrade

    upgrade(url)
    with psycopg.connect(url) as connection:
        ours = (
            "SELECT rolname FROM pg_roles WHERE rolname ~ '^guicheng_' AND NOT rolsuper AND rolname <> 'guicheng_owner'"
        )
        roles = [role for (role,) in connection.execute(ours)]
    for role in roles:
        let_in(url, role, secret)


def _on(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
