"""Schema migrations, by Alembic: ``upgrade(url)`` brings a database to the newest schema, from whatever it has.

How to add tables of another area (views, access, jobs): put a file ``versions/<area>_<what>.py`` beside the others with

    revision = "access_1"               # a short name of your own
    down_revision = None                # or your area's previous revision
    branch_labels = ("access",)         # only in your area's first revision
    depends_on = "journal_1"            # where you need the roles guicheng_owner and guicheng_app

Every area is a branch of its own, so nobody waits for anybody's revision number; ``upgrade`` runs all heads. Long SQL
goes to ``sql/<name>.sql`` and runs by ``run("<name>")``. What was released is never edited: add a revision.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from infrastructure.settings import SettingError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

HERE = Path(__file__).parent
LOCK = 0x67756963  # any number of our own: two processes that start together migrate one after the other


def upgrade(url: str, target: str = "heads") -> None:
    """Brings the database at ``url`` (a libpq URL) to the newest schema; does nothing where it is there already.

    Raises SettingError where a newer release was here.
    """
    known, there = _declared(), _there(url)
    if newer := sorted(there - known.keys()):
        raise SettingError(
            f"A newer release of Guicheng was at work in this database ({', '.join(newer)}); install that release.",
            f"此数据库已由更新版本的规程升级（{'、'.join(newer)}）；请安装该版本。",
        )
    if target == "heads" and known.keys() == _implied(there, known):
        return
    # Every command comes by here, and few have anything to migrate: Alembic takes its time to load.
    from alembic import command
    from sqlalchemy import create_engine, pool, text

    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("create schema if not exists migrations"))
        command.upgrade(_config(connection), target)


def _declared() -> dict[str, set[str]]:
    """Every revision with those it follows or depends on, from its file."""
    found: dict[str, set[str]] = {}
    for file in (HERE / "versions").glob("*.py"):
        said = dict(re.findall(r"^(revision|down_revision|depends_on) = (.*)$", file.read_text("utf-8"), re.MULTILINE))
        if "revision" in said:
            before = said.get("down_revision", "") + said.get("depends_on", "")
            found[said["revision"].strip("\"'")] = set(re.findall(r'["\'](\w+)["\']', before))
    return found


def _there(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        table = connection.execute("select to_regclass('migrations.alembic_version')").fetchone()
        if table is None or table[0] is None:
            return set()
        return {row[0] for row in connection.execute("select version_num from migrations.alembic_version")}


def _implied(revisions: set[str], known: dict[str, set[str]]) -> set[str]:
    """These and all that went before them; the table of versions names the last alone."""
    found: set[str] = set()
    waiting = list(revisions)
    while waiting:
        if (each := waiting.pop()) not in found:
            found.add(each)
            waiting += known[each]
    return found


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def run(name: str) -> None:
    """Runs ``sql/<name>.sql`` inside a revision."""
    from alembic import op

    script = (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(script, prepare=False)
