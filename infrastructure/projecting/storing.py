"""Loads and writes the rows of the views, each in one statement, however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Table

from projections.columns import LISTS, SCHEMA
from projections.rows import Added, Row, Rows

MANY = 200
"""From this number on, new rows are copied."""


def load(
    connection: psycopg.Connection[Any], wanted: Sequence[tuple[Rows, Sequence[Any]]], schema: str = SCHEMA
) -> None:
    """Loads these partitions into their rows, in one round trip."""
    if not wanted:
        return
    with connection.pipeline():
        cursors = []
        for rows, partitions in wanted:
            cursor = connection.cursor(row_factory=dict_row)
            cursor.execute(_words(rows.table, schema).select, [list(partitions)])
            cursors.append(cursor)
    for (rows, partitions), cursor in zip(wanted, cursors, strict=True):
        rows.load(cursor.fetchall(), partitions)


def attach(connection: psycopg.Connection[Any], every: Iterable[Rows], schema: str = SCHEMA) -> None:
    """Lets handlers load what only other rows name."""
    for rows in every:
        rows.fetch = lambda rows, partitions: load(connection, [(rows, partitions)], schema)


def write(connection: psycopg.Connection[Any], every: Iterable[Rows], schema: str = SCHEMA) -> None:
    """Writes what was changed. Small changes share one round trip."""
    small: list[tuple[bytes, str]] = []
    for rows in every:
        words = _words(rows.table, schema)
        if rows.gone:
            keys = [dict(zip(words.key, key, strict=True)) for key in rows.gone]
            small.append((words.delete, _json(keys)))
        if isinstance(rows, Added):
            fresh, changed = rows.new, []
        else:
            fresh = [row for key, row in rows.changed.items() if key not in rows.stored]
            changed = [row for key, row in rows.changed.items() if key in rows.stored]
        if len(fresh) < MANY:
            changed, fresh = [*changed, *fresh], []
        if changed:
            small.append((words.upsert, _json(changed)))
        if fresh:
            _copy(connection, words, fresh)
        rows.written()
    if small:
        with connection.pipeline():
            for statement, parameter in small:
                connection.execute(statement, [parameter])


def _copy(connection: psycopg.Connection[Any], words: _Words, fresh: Sequence[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(words.copy) as copy:
        write_row, in_order, rendered = copy.write_row, words.in_order, words.rendered
        if not rendered:
            for row in fresh:
                write_row(in_order(row))
            return
        for row in fresh:
            values = list(in_order(row))
            for index, render in rendered:
                if values[index] is not None:
                    values[index] = render(values[index])
            write_row(values)


def _array(values: Iterable[str]) -> str:
    """An array of text as COPY reads it."""
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


class _Words:
    """The statements of one table."""

    def __init__(self, table: Table, schema: str) -> None:
        where = f'{schema}."{table.name}"'
        self.names = [str(column.name) for column in table.columns]
        self.key = [str(column.name) for column in table.primary_key.columns]
        self.in_order = itemgetter(*self.names)
        self.rendered = [
            (index, _json if column.info["kind"] == "json" else _array)
            for index, column in enumerate(table.columns)
            if column.info["kind"] == "json" or column.info["kind"] in LISTS
        ]
        listed = ", ".join(f'"{name}"' for name in self.names)
        key = ", ".join(f'"{name}"' for name in self.key)
        rest = [name for name in self.names if name not in self.key]
        change = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
        then = f"do update set {change}" if rest else "do nothing"
        given = f"json_populate_recordset(null::{where}, %s::json)"
        same = " and ".join(f'kept."{name}" = given."{name}"' for name in self.key)
        self.select = f'select {listed} from {where} where "{table.info["partition"]}" = any(%s)'.encode()
        self.upsert = f"insert into {where} ({listed}) select {listed} from {given} on conflict ({key}) {then}".encode()
        self.delete = f"delete from {where} kept using {given} given where {same}".encode()
        self.copy = f"copy {where} ({listed}) from stdin".encode()


@cache
def _words(table: Table, schema: str) -> _Words:
    return _Words(table, schema)


def _json(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"a row cannot hold {type(value).__name__}")
