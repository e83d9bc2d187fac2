"""Checks a chunk of the journal from its stored bytes: what one process of ``verify`` does.

Streams rows by binary COPY and looks at each once: density, leaf hash, columns against the bytes' own fields, versions,
tree. Tuned to about seven microseconds an entry; the common case takes no JSON parser, anything unusual does.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
import psycopg

CHUNK = 1 << 15
"""Entries a chunk: a power of two from 256 on, so that its full subtrees are those of the whole tree."""

_COPY = (
    "copy (select position, version, occurred_at, event_id::text, command_id::text, leaf, type, stream, actor, body "
    "from journal.entries where position >= {} and position < {} order by position) to stdout (format binary)"
)
_START = struct.Struct("!hiqiiiqi36si36si")
_HEAD = 19
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class Finding:
    """The first thing wrong in a chunk."""

    position: int
    kind: str
    en: str
    zh: str
    body: bytes = b""


@dataclass(slots=True)
class Chunk:
    """What came of checking the entries from ``start`` on."""

    start: int
    count: int = 0
    finding: Finding | None = None
    tiles: list[bytes] = field(default_factory=list)
    """Roots of its full runs of 256 entries."""
    edges: dict[int, list[bytes]] = field(default_factory=dict)
    """For every size asked for, and for its end: roots of the full subtrees since ``start``, largest first."""
    streams: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)
    """For every stream: position and version of its first entry here, version of its last."""


class _Bad(Exception):
    def __init__(self, kind: str, en: str, zh: str) -> None:
        self.kind, self.en, self.zh = kind, en, zh


def check(url: str, start: int, end: int, sizes: Sequence[int]) -> Chunk:
    """Checks positions ``start`` up to ``end``; ``sizes`` are those (start < size <= end) whose edge is wanted."""
    chunk = Chunk(start)
    query = _COPY.format(int(start), int(end)).encode()
    # Closed, not committed: a chunk with something wrong is left in the middle of the stream.
    with closing(psycopg.connect(url, autocommit=True)) as connection, connection.cursor().copy(query) as rows:
        _check(rows, chunk, frozenset(sizes))
    return chunk


def _check(rows: Iterable[Any], chunk: Chunk, wanted: frozenset[int]) -> None:
    """The loop every entry goes through; one function, since calls cost as much as what they do."""
    streams, tiles, edges = chunk.streams, chunk.tiles, chunk.edges
    unpack, size, from_bytes = _START.unpack_from, _START.size, int.from_bytes
    edge: list[bytes] = []
    expected = chunk.start
    last_text, last_moment = b"", 0
    skip = _HEAD
    for row in rows:
        data = bytes(row)[skip:]
        skip = 0
        if len(data) < size:
            continue  # the trailer
        _, _, position, _, version, _, occurred, _, event_id, _, command_id, length = unpack(data)
        at = size + length
        leaf = data[size:at]
        to = at + 4 + from_bytes(data[at : at + 4])
        type_ = data[at + 4 : to]
        at = to + 4 + from_bytes(data[to : to + 4])
        stream = data[to + 4 : at]
        to = at + 4 + from_bytes(data[at : at + 4])
        actor = data[at + 4 : to]
        body = data[to + 4 :]

        own = body.rfind(b',"id":"')
        moment = body[own + 57 : own + 89]
        if moment != last_text:
            last_text, last_moment = moment, _moment(moment)
        if not (
            position == expected
            and sha256(b"\x00" + body).digest() == leaf
            and body.endswith(b',"stream":"%b","type":"%b","v":%d}' % (stream, type_, version))
            and body.startswith(event_id + b'","occurred":"', own + 7)
            and last_moment == occurred
            and body.startswith(b'{"actor":"%b","basis":' % actor)
            and body.find(b',"command":"%b","correlation":' % command_id, 0, own) > 0
        ):
            try:
                _look_closer(
                    expected, position, version, occurred, event_id, command_id, leaf, type_, stream, actor, body
                )
            except _Bad as bad:
                chunk.finding = Finding(expected, bad.kind, bad.en, bad.zh, body if bad.kind == "edited" else b"")
                break

        known = streams.get(stream)
        if known is None:
            streams[stream] = (position, version, version)
        elif version == known[2] + 1:
            streams[stream] = (known[0], known[1], version)
        else:
            chunk.finding = jump(position, stream, known[2], version)
            break

        bits, height = expected - chunk.start, 0
        while bits & 1:
            leaf = sha256(b"\x01" + edge.pop() + leaf).digest()
            bits >>= 1
            height += 1
            if height == 8:
                tiles.append(leaf)
        edge.append(leaf)
        expected += 1
        if expected in wanted:
            edges[expected] = list(edge)
    chunk.count = expected - chunk.start
    edges[expected] = edge


def jump(position: int, stream: bytes, before: int, version: int) -> Finding:
    """A version that does not follow the one before it."""
    name = stream.decode(errors="replace")
    return Finding(
        position,
        "swapped",
        f"version {version} of {name} follows version {before}",
        f"{name} 的版本 {version} 出现在版本 {before} 之后",
    )


def _moment(text: bytes) -> int:
    """Microseconds since 2000 of a moment as stored; -1 if it is none."""
    try:
        return (datetime.fromisoformat(text.decode()) - _EPOCH) // _MICROSECOND
    except (ValueError, TypeError):
        return -1


def _look_closer(
    expected: int,
    position: int,
    version: int,
    occurred: int,
    event_id: bytes,
    command_id: bytes,
    leaf: bytes,
    type_: bytes,
    stream: bytes,
    actor: bytes,
    body: bytes,
) -> None:
    """The same by parsing, for an entry that does not look as usual; raises _Bad where it is not sound."""
    if position != expected:
        if position > expected:
            raise _Bad("deleted", "the entry is missing", "该条目缺失")
        raise _Bad("inserted", f"there is a second entry {position}", f"位置 {position} 重复")
    if sha256(b"\x00" + body).digest() != leaf:
        raise _Bad("edited", "its bytes do not hash to its leaf", "内容与其散列不符")
    try:
        said = orjson.loads(body)
        own = {name: said[name] for name in ("id", "command", "type", "stream", "actor", "v")}
        own["occurred"] = _moment(said["occurred"].encode())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _Bad("edited", f"it is not an entry of this journal ({error!r})", "不是本日志的条目") from None
    columns = {
        "id": event_id.decode(),
        "command": command_id.decode(),
        "type": type_.decode(),
        "stream": stream.decode(),
        "actor": actor.decode(),
        "v": version,
        "occurred": occurred,
    }
    differing = sorted(name for name, value in columns.items() if own[name] != value)
    if differing:
        names = ", ".join(differing)
        raise _Bad("edited", f"its columns differ from its bytes ({names})", f"索引列与内容不符（{names}）")


def unregistered(url: str, size: int) -> Finding | None:
    """The first command that does not stand where it is registered; what makes repeating a command safe."""
    with psycopg.connect(url) as connection:
        connection.execute("set local work_mem = '256MB'")
        row = connection.execute(_UNREGISTERED, {"size": size}).fetchone()
    if row is None:
        return None
    en, zh = f"command {row[1]} is not registered as its entries stand", f"命令 {row[1]} 的登记与其条目不符"
    return Finding(row[0], "command", en, zh)


_UNREGISTERED = """
with stored as (
    select command_id, min(position) as first, count(*) as count, max(position) as last
    from journal.entries where position < %(size)s group by command_id
)
select coalesce(s.first, c.first) as at, coalesce(s.command_id, c.command_id)
from stored s full join (
    -- What was appended since the verification began is for the next one; beyond the head there should be nothing.
    -- A command without entries would silence that command for ever: nothing in the house registers one.
    select * from journal.commands
    where count <= 0 or first < %(size)s or first >= (select size from journal.head)
) c using (command_id)
where s.first is distinct from c.first or s.count <> c.count or s.last <> c.first + c.count - 1
order by at limit 1
"""
