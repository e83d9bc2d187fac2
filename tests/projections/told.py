"""A history told, and a view filled, shown and asked, in few words."""

from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Table
from sqlalchemy.sql.visitors import iterate

from projections import catalogue
from projections.asking import Scope
from tests.database import Database
from tests.projections.history import History, main_rows, project, rows


def told(database: Database, *parts: Any) -> History:
    """A journal of these parts."""
    history = History()
    for part in parts:
        part(history)
    return history.write(database.url)


def fill(database: Database, name: str) -> None:
    """The view, and those it is drawn from."""
    view = catalogue.view(name)
    drawn_from = set() if view.drawn is None else {each for each in iterate(view.drawn()) if isinstance(each, Table)}
    sources = [each.name for each in catalogue.views().values() if drawn_from.intersection(each.tables)]
    project(database.url, *sources, name)


def shown(database: Database, view: str, *columns: str) -> list[tuple[Any, ...]]:
    fill(database, view)
    return main_rows(database.url, view, *columns)


def below(database: Database, view: str, lines: str, *columns: str) -> list[tuple[Any, ...]]:
    fill(database, view)
    return [tuple(row[name] for name in columns) for row in rows(database.url, view)[lines]]


def asked(database: Database, view: str, *columns: str, now: datetime, scope: Scope | None = None) -> list[Any]:
    """A page as somebody sees it at a moment, computed columns included."""
    fill(database, view)
    with psycopg.connect(database.url) as connection:
        page = catalogue.view(view).query(connection, now=now, **({"scope": scope} if scope else {}))
    return [tuple(row[name] for name in columns) for row in page.rows]
