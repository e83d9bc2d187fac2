"""PostgreSQL refuses to run as root; here is who it runs as then, and what that user can reach.

No folder's permissions are opened that Guicheng did not make itself: what the database's user cannot reach is copied
(the programs) or lies elsewhere, with a link (the data).
"""

import os
import pwd
import shutil
import stat
import subprocess
from functools import cache
from pathlib import Path

from infrastructure.settings import ROOT_HOME, SettingError, unusable

NAME = "guicheng"


@cache
def account() -> pwd.struct_passwd | None:
    """Who the database runs as: None for whoever we are, or an account of its own where we are root.

    The account is made if there is none; where none can be made (no useradd, a read-only /etc) another that is made for
    servers stands in.
    """
    if os.geteuid() != 0:
        return None
    for name in (NAME, None, "postgres", "nobody"):
        if name is None:
            _make_account()
            name = NAME
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SettingError(
        f"PostgreSQL does not run as root and no other user could be made; add one: useradd --system {NAME}",
        f"PostgreSQL 不能以 root 运行，且无法新建其他用户；请添加: useradd --system {NAME}",
    )


def _make_account() -> None:
    ways = (
        ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", NAME],
    )
    for way in ways:
        program = shutil.which(way[0], path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if program and subprocess.run([program, *way[1:]], capture_output=True, check=False).returncode == 0:
            return


def give(path: Path) -> None:
    """Let the database's user own a folder that we made."""
    owner = account()
    if owner is not None:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def make_home(home: Path) -> None:
    """Make ``home`` if need be; a home of root's that holds nothing but ours lets the database's user through."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if account() is not None and set(os.listdir(home)) <= {".lock", "secrets", "database"}:
            home.chmod(0o711)
    except OSError as error:
        raise unusable(home, error) from error


def make_place(home: Path) -> None:
    """Make ``home/database``, where the server's own folders go.

    Where root's ``home`` lies in a closed folder (``/root/…``) it is a link to a folder in ``ROOT_HOME``.
    """
    folder = home / "database"
    try:
        if folder.exists():
            return
        folder.unlink(missing_ok=True)
        if account() is None:
            folder.mkdir(mode=0o700)
        elif passable(home):
            folder.mkdir(mode=0o711)
        else:
            ROOT_HOME.mkdir(parents=True, exist_ok=True, mode=0o711)
            elsewhere = ROOT_HOME / f"database-{os.urandom(6).hex()}"
            elsewhere.mkdir(mode=0o711)
            folder.symlink_to(elsewhere)
    except OSError as error:
        raise unusable(folder, error) from error


def passable(path: Path) -> bool:
    """Whether every user may pass through ``path`` and all folders above it."""
    path = path.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def programs(wheel: Path, version: str, store: Path = ROOT_HOME) -> Path:
    """PostgreSQL's programs where the database's user can run them: ``wheel`` itself, or a copy of it in ``store``."""
    if account() is None or _open_to_all(wheel):
        return wheel
    copy = store / f"postgresql-{version}"
    if not copy.exists():
        store.mkdir(parents=True, exist_ok=True, mode=0o711)
        draft = store / f"postgresql-{os.urandom(6).hex()}.new"
        shutil.copytree(wheel, draft, ignore=shutil.ignore_patterns("*.a", "include", "pgxs", "doc"))
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            draft.rename(copy)
        except OSError:
            # Another process was first.
            shutil.rmtree(draft)
    return copy


def _open_to_all(wheel: Path) -> bool:
    read = (wheel / "bin" / "postgres", wheel / "lib" / "libpq.so.5", wheel / "share" / "postgres.bki")
    return passable(wheel / "bin") and all(path.exists() and path.stat().st_mode & stat.S_IROTH for path in read)
