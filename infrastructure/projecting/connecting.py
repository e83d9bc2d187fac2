"""Connections of the projector."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

PROJECTOR = "guicheng_projector"


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection as the projector. Its commits need no wait for the disk: what a crash loses is projected again."""
    connection = psycopg.connect(url, application_name="guicheng-views", autocommit=True)
    connection.execute(sql.SQL("set role {}").format(sql.Identifier(PROJECTOR)))
    connection.execute("set synchronous_commit = off")
    connection.autocommit = False
    return connection
