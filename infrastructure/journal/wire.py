"""Groups of submissions in PostgreSQL's binary array format, and the answers back.

``journal.append`` takes seventeen arrays. Encoding them here costs a tenth of what general adapters do, which matters
because it is the larger half of what the client does for an event.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from application.journal import Appended, Moved, Outcome, Repeated, Reused, Submission

BOOL, BYTEA, INT8, INT4, TEXT, TIMESTAMPTZ, UUID_ = 16, 17, 20, 23, 25, 1184, 2950
CALL = (
    b"select base, left_out, reasons, a, b, c from journal.append("
    b"$1::uuid[], $2::bytea[], $3::bigint[], $4::boolean[], $5::integer[], $6::integer[], $7::integer[], "
    b"$8::integer[], $9::text[], $10::integer[], $11::uuid[], $12::text[], $13::integer[], $14::integer[], "
    b"$15::timestamptz[], $16::text[], $17::bytea[])"
)
PARAMETERS = 17

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LENGTH = struct.Struct("!i").pack
_MOMENT = struct.Struct("!iq").pack
_NULL = _LENGTH(-1)


def encode(group: Sequence[Submission]) -> list[bytes]:
    """The parameters of one call of ``journal.append``."""
    streams = _streams(group)
    check_ends, entry_ends, check_streams, check_versions, owners, entry_streams = [], [], [], [], [], []
    drafts = []
    for index, submission in enumerate(group, 1):
        for checks in (submission.expected, submission.guards):
            for stream, version in checks.items():
                check_streams.append(streams[stream])
                check_versions.append(version)
        for draft in submission.drafts:
            drafts.append(draft)
            owners.append(index)
            entry_streams.append(streams[draft.stream])
        check_ends.append(len(check_streams))
        entry_ends.append(len(drafts))
    return [
        _uuids([each.command_id for each in group]),
        _byteas([each.digest for each in group]),
        _int8s([each.standing for each in group]),
        _booleans([each.governing for each in group]),
        _int4s(check_ends),
        _int4s(entry_ends),
        _int4s(check_streams),
        _int4s(check_versions),
        _texts(streams),
        _int4s(owners),
        _uuids([each.event_id for each in drafts]),
        _texts([each.type for each in drafts]),
        _int4s(entry_streams),
        _int4s([each.version for each in drafts]),
        _moments([each.occurred_at for each in drafts]),
        _texts([each.actor for each in drafts]),
        _byteas([each.body for each in drafts]),
    ]


def decode(group: Sequence[Submission], row: Sequence[bytes | None]) -> tuple[list[Outcome], int]:
    """What a call answered: one outcome a submission, and the size of the journal after the call."""
    assert row[0] is not None
    position = int.from_bytes(row[0], signed=True)
    outcomes: list[Outcome] = []
    if row[1] is None:
        for submission in group:
            outcomes.append(Appended(tuple(range(position, position := position + len(submission.drafts)))))
        return outcomes, position
    columns = zip(*(_integers(column) for column in row[1:]), strict=True)
    left_out = {index: facts for index, *facts in columns}
    streams = list(_streams(group))
    for index, submission in enumerate(group, 1):
        if index in left_out:
            outcomes.append(_left_out(streams, *left_out[index]))
        else:
            outcomes.append(Appended(tuple(range(position, position := position + len(submission.drafts)))))
    return outcomes, position


def _streams(group: Sequence[Submission]) -> dict[str, int]:
    """Every stream a group checks, numbered from 1."""
    streams: dict[str, int] = {}
    for submission in group:
        for stream in submission.expected:
            streams.setdefault(stream, len(streams) + 1)
        for stream in submission.guards:
            streams.setdefault(stream, len(streams) + 1)
    return streams


def _left_out(streams: list[str], reason: int, a: int, b: int, c: int) -> Outcome:
    match reason:
        case 1:
            return Repeated(tuple(range(a, a + b)))
        case 2:
            return Reused(tuple(range(a, a + b)))
        case 3:
            return Moved(streams[c - 1], a, b)
        case _:
            return Moved(None, a, b)


@lru_cache(maxsize=1024)
def _header(oid: int, count: int, nulls: bool = False) -> bytes:
    return struct.pack("!iiiii", 1, nulls, oid, count, 1) if count else struct.pack("!iii", 0, 0, oid)


@lru_cache(maxsize=1024)
def _pairs(count: int) -> struct.Struct:
    return struct.Struct(f"!{2 * count}i")


def _int4s(values: Sequence[int]) -> bytes:
    spread = [4] * (2 * len(values))
    spread[1::2] = values
    return _header(INT4, len(values)) + _pairs(len(values)).pack(*spread)


def _int8s(values: Sequence[int | None]) -> bytes:
    return _header(INT8, len(values), None in values) + b"".join(
        [_NULL if value is None else _MOMENT(8, value) for value in values]
    )


def _booleans(values: Sequence[bool]) -> bytes:
    return _header(BOOL, len(values)) + b"".join([b"\0\0\0\1\1" if value else b"\0\0\0\1\0" for value in values])


def _uuids(values: Sequence[UUID]) -> bytes:
    return _header(UUID_, len(values)) + b"".join([b"\0\0\0\x10" + value.bytes for value in values])


def _moments(values: Sequence[datetime]) -> bytes:
    return _header(TIMESTAMPTZ, len(values)) + b"".join(
        [_MOMENT(8, (value - _EPOCH) // _MICROSECOND) for value in values]
    )


def _byteas(values: Sequence[bytes], oid: int = BYTEA) -> bytes:
    parts = [_header(oid, len(values))]
    for value in values:
        parts.append(_LENGTH(len(value)))
        parts.append(value)
    return b"".join(parts)


def _texts(values: Iterable[str]) -> bytes:
    return _byteas([value.encode() for value in values], TEXT)


def _integers(array: bytes | None) -> list[int]:
    """The numbers of a one-dimensional array of int4 or int8 without nulls."""
    assert array is not None
    size = struct.unpack_from("!i", array, 20)[0]
    step = 4 + size
    return [int.from_bytes(array[at + 4 : at + step], signed=True) for at in range(20, len(array), step)]
