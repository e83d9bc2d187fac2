"""Makes the tables of the views from their declarations, and lets newly filled ones take the place of the old."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Index, MetaData, Table
from sqlalchemy.dialects.postgresql import psycopg as postgresql_psycopg
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql import visitors

from projections.columns import SCHEMA
from projections.view import View

NEXT = "views_next"
READER = "guicheng_reader"
_DIALECT = postgresql_psycopg.dialect()  # type: ignore[no-untyped-call]


def create(connection: psycopg.Connection[Any], view: View, schema: str = SCHEMA, *, keys: bool = True) -> None:
    """Makes the view's tables, dropping what stands under their names; without ``keys``, ``index`` follows later."""
    if view.drawn is not None:
        draw(connection, view)
        return
    for table in view.tables:
        drop(connection, table, schema)
        made = _in(schema, table)
        key = made.primary_key
        made.constraints.discard(key)
        connection.execute(str(CreateTable(made).compile(dialect=_DIALECT)).encode())
        _describe(connection, view, table, schema)
    if keys:
        index(connection, view, schema)


def index(connection: psycopg.Connection[Any], view: View, schema: str) -> None:
    """The view's keys and indexes, as far as they are missing."""
    for table in view.tables:
        row = connection.execute(
            "select array_agg(indexname) from pg_indexes where schemaname = %s and tablename = %s", [schema, table.name]
        ).fetchone()
        there = set((row[0] if row else None) or ())
        key = f"{table.name}_pkey"
        if key not in there:
            columns = sql.SQL(", ").join(sql.Identifier(c.name) for c in table.primary_key.columns)
            connection.execute(
                sql.SQL("alter table {} add constraint {} primary key ({})").format(
                    sql.Identifier(schema, table.name), sql.Identifier(key), columns
                )
            )
        for each in _in(schema, table).indexes:
            if each.name not in there:
                connection.execute(str(CreateIndex(each).compile(dialect=_DIALECT)).encode())


def drop(connection: psycopg.Connection[Any], table: Table, schema: str) -> None:
    """No table, or drawn view, of that name any more, and nothing drawn from it."""
    name = sql.Identifier(schema, table.name)
    row = connection.execute("select relkind from pg_class where oid = to_regclass(%s)", [name.as_string()]).fetchone()
    if row is not None:
        kind = sql.SQL("view" if row[0] == "v" else "table")
        connection.execute(sql.SQL("drop {} {} cascade").format(kind, name))


def swap(connection: psycopg.Connection[Any], view: View) -> None:
    """The tables in ``views_next`` take the place of those in ``views``; indexes and constraints move with them."""
    for table in view.tables:
        drop(connection, table, SCHEMA)
        connection.execute(
            sql.SQL("alter table {} set schema {}").format(sql.Identifier(NEXT, table.name), sql.Identifier(SCHEMA))
        )
        _grant(connection, table)


def draw(connection: psycopg.Connection[Any], view: View) -> None:
    """Makes a view that is drawn from the tables of others."""
    assert view.drawn is not None
    drop(connection, view.table, SCHEMA)
    chosen = view.drawn().compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}).string
    named = f'create view {SCHEMA}."{view.name}" as {chosen.replace("%%", "%")}'
    connection.execute(named.encode())
    _describe(connection, view, view.table, SCHEMA)


def draw_missing(connection: psycopg.Connection[Any], drawn: Iterable[View]) -> None:
    """Draws those that are missing or were drawn otherwise, once everything they are drawn from is there."""
    for view in drawn:
        assert view.drawn is not None
        if _drawn_as(connection, view) == view.fingerprint:
            continue
        sources = {each for each in visitors.iterate(view.drawn()) if isinstance(each, Table)}
        if all(_there(connection, table) for table in sources):
            draw(connection, view)


def _there(connection: psycopg.Connection[Any], table: Table) -> bool:
    name = sql.Identifier(SCHEMA, table.name).as_string()
    return connection.execute("select to_regclass(%s)", [name]).fetchone() != (None,)


def _drawn_as(connection: psycopg.Connection[Any], view: View) -> str | None:
    name = sql.Identifier(SCHEMA, view.name).as_string()
    row = connection.execute("select obj_description(to_regclass(%s), 'pg_class')", [name]).fetchone()
    return str(row[0]).rpartition("#")[2] if row is not None and row[0] else None


def _in(schema: str, table: Table) -> Table:
    made = table.to_metadata(MetaData(), schema=schema)
    made.indexes.clear()
    for each in table.indexes:
        Index(each.name, *(made.c[c.name] for c in each.columns), **each.dialect_kwargs)
    return made


def _describe(connection: psycopg.Connection[Any], view: View, table: Table, schema: str) -> None:
    titles = {child.table.name: f"{view.zh}：{child.zh} {view.en}: {child.en}" for child in view.children}
    title = f"{titles.get(table.name, f'{view.zh} {view.en}')} ({', '.join(view.clauses)})"
    if view.drawn is not None:
        title += f" #{view.fingerprint}"
    kind = sql.SQL("view" if view.drawn is not None else "table")
    name = sql.Identifier(schema, table.name)
    connection.execute(sql.SQL("comment on {} {} is {}").format(kind, name, title))
    for column in table.columns:
        where = sql.Identifier(schema, table.name, column.name)
        connection.execute(sql.SQL("comment on column {} is {}").format(where, column.comment))
    if schema == SCHEMA:
        _grant(connection, table)


def _grant(connection: psycopg.Connection[Any], table: Table) -> None:
    name = sql.Identifier(SCHEMA, table.name)
    connection.execute(sql.SQL("grant select on {} to {}").format(name, sql.Identifier(READER)))
