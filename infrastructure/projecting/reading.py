"""Reads the journal for the views: many entries in one round trip, parsed at once, decoded when a view asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, LiteralString

import orjson
import psycopg
from psycopg.adapt import Loader

from projections.happened import Decode, Happened

_EVERY = """
    select '[' || string_agg(body::text, ',') || ']'
    from (select body from journal.entries where position > %s and position <= %s order by position) entry
"""
_SOME = """
    select '[' || string_agg(body::text, ',') || ']', array_agg(position)
    from (select body, position from journal.entries
          where position > %s and position <= %s and type = any(%s) order by position) entry
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries as read, positions ``after`` to ``upto``; bytes, so that reading can go on while others are parsed."""

    after: int
    upto: int
    text: bytes | None
    positions: list[int] | None

    def parse(self, decode: Decode) -> list[Happened]:
        """What happened, in order."""
        if self.text is None:
            return []
        bodies = orjson.loads(self.text)
        positions = range(self.after + 1, self.upto + 1) if self.positions is None else self.positions
        return [Happened(position, body, decode) for position, body in zip(positions, bodies, strict=True)]


def read(connection: psycopg.Connection[Any], after: int, upto: int, types: Collection[str] | None) -> Stretch:
    """Entries with ``after`` < position <= ``upto``, all (``types`` None) or those of ``types``."""
    if types is None:
        row = _one(connection, _EVERY, [after, upto])
        return Stretch(after, upto, row[0], None)
    row = _one(connection, _SOME, [after, upto, sorted(types)])
    return Stretch(after, upto, row[0], row[1])


class _Bytes(Loader):
    """Text as the bytes that were stored."""

    format = psycopg.pq.Format.BINARY

    def load(self, data: Any) -> bytes:
        return bytes(data)


def _one(connection: psycopg.Connection[Any], statement: LiteralString, values: list[Any]) -> tuple[Any, ...]:
    with connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader("text", _Bytes)
        row: tuple[Any, ...] | None = cursor.execute(statement, values).fetchone()
    assert row is not None
    return row


def size(connection: psycopg.Connection[Any]) -> int:
    """How many entries the journal has."""
    row = connection.execute("select size from journal.head").fetchone()
    assert row is not None
    return int(row[0])
