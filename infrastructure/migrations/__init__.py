"""Schema migrations, by Alembic: ``upgrade(url)`` brings a database to the newest schema, from whatever it has.

How to add tables of another area (views, access, jobs): put a file ``versions/<area>_<what>.py`` beside the others with

    revision = "access_1"               # a short name of your own
    down_revision = None                # or your area's previous revision
    branch_labels = ("access",)         # only in your area's first revision
    depends_on = "journal_1"            # where you need the roles guicheng_owner and guicheng_app

Every area is a branch of its own, so nobody waits for anybody's revision number; ``upgrade`` runs all heads. Long SQL
goes to ``sql/<name>.sql`` and runs by ``run("<name>")``. What was released is never edited: add a revision.
"""

from pathlib import Path

import psycopg
from alembic import command, op
from alembic.config import Config
from sqlalchemy import Connection, create_engine, pool, text

HERE = Path(__file__).parent
LOCK = 0x67756963  # any number of our own: two processes that start together migrate one after the other


def upgrade(url: str, target: str = "heads") -> None:
    """Brings the database at ``url`` (a libpq URL) to the newest schema; does nothing where it is there already."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("create schema if not exists migrations"))
        command.upgrade(_config(connection), target)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def run(name: str) -> None:
    """Runs ``sql/<name>.sql`` inside a revision."""
    script = (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(script, prepare=False)
