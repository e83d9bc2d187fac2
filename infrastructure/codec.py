"""Events to the journal's bytes and back 事件编解码.

An entry's body is canonical JSON: keys sorted, no white space, decimals and times as strings. It is hashed as written
and never written again; reading goes through stable names, upcasts and the keys of personal data.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import orjson

from application.acts import Envelope
from application.journal import Entry, EntryTooLarge
from domain import catalogue
from domain.history import Recorded
from domain.kernel import Basis, Event, Stream
from infrastructure.journal.canonical import canonical
from infrastructure.upcasts import raised

LIMIT = 65_535
"""Bytes an entry may have: the length prefix of a C2SP entry bundle is 16 bits."""


class Sealer(Protocol):
    """Encrypts and decrypts the fields of an event marked personal. ``infrastructure.personal`` does it."""

    def seal(self, kind: type[Event], data: dict[str, Any]) -> dict[str, Any]:
        """``data`` with personal fields encrypted."""

    def open(self, kind: type[Event], data: dict[str, Any]) -> dict[str, Any]:
        """``data`` with personal fields readable, or ``ERASED`` where the key is gone."""


class NewerJournal(LookupError):
    """The journal holds an event this release does not know 日志由更新版本写入; says which, and what to do."""

    def __init__(self, event: str) -> None:
        self.en = f"The journal holds {event}, which this release does not know: install the release that wrote it."
        self.zh = f"日志中有 {event}，本版本不识别；请安装写入该日志的版本。"
        super().__init__(f"{self.en} {self.zh}")


class Codec:
    """Implements ``application.acts.Codec``. Without a sealer, events with personal data are refused."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def encode(self, envelope: Envelope) -> bytes:
        """The bytes to store."""
        event = envelope.event
        body = canonical(
            {
                "actor": envelope.actor,
                "basis": [each.model_dump(mode="json") for each in envelope.basis],
                "causation": str(envelope.causation) if envelope.causation else None,
                "command": str(envelope.command_id),
                "correlation": envelope.correlation,
                "data": self._sealer.seal(type(event), event.model_dump(mode="json")),
                "delegation": envelope.delegation,
                "for": envelope.acting_for,
                "id": str(envelope.event_id),
                "occurred": instant(envelope.occurred_at),
                "recorded": instant(envelope.recorded_at),
                "schema": event.schema_version,
                "source": envelope.source,
                "stream": str(envelope.subject),
                "type": type(event).__name__,
                "v": envelope.version,
            },
            may_hold_floats=_may_hold_floats(type(event)),
        )
        if len(body) > LIMIT:
            raise EntryTooLarge(
                f"{type(event).__name__} would be {len(body)} bytes, over {LIMIT}: shorten it or attach the content "
                f"as a file 内容超过{LIMIT}字节，请精简或改为附件"
            )
        return body

    def decode(self, entry: Entry) -> Recorded:
        """An entry read back; raises NewerJournal for a type or schema version this release does not know."""
        body = orjson.loads(entry.body)
        event = self.event(body["type"], body["schema"], body["data"])
        return Recorded(
            position=entry.position,
            event=event,
            subject=Stream.parse(body["stream"]),
            version=body["v"],
            event_id=UUID(body["id"]),
            command_id=UUID(body["command"]),
            occurred_at=datetime.fromisoformat(body["occurred"]),
            recorded_at=datetime.fromisoformat(body["recorded"]),
            actor=body["actor"],
            acting_for=body["for"],
            delegation=body["delegation"],
            correlation=body["correlation"],
            causation=UUID(body["causation"]) if body["causation"] else None,
            basis=tuple(Basis.model_construct(**each) for each in body["basis"]),
            source=body["source"],
        )

    def decode_all(self, entries: Sequence[Entry]) -> list[Recorded]:
        """Entries read back, in order."""
        return [self.decode(entry) for entry in entries]

    def event(self, name: str, schema: int, data: dict[str, Any]) -> Event:
        """The event of a stored type, schema version and data, in its newest shape."""
        kind = _kind(name)
        if schema > kind.schema_version:
            raise NewerJournal(f"{name} in schema version {schema}")
        if schema != kind.schema_version:
            data = raised(kind.__name__, schema, kind.schema_version, data)
        return kind.model_validate(self._sealer.open(kind, data))


@cache
def _may_hold_floats(kind: type[Event]) -> bool:
    """Whether an event's types leave room for a float: a number that is no integer, or any JSON value."""
    text = json.dumps(kind.model_json_schema(mode="serialization"))
    return '"number"' in text or "{}" in text


@cache
def _kind(name: str) -> type[Event]:
    try:
        return catalogue.events()[name]
    except KeyError:
        raise NewerJournal(f"the event {name!r}") from None


def instant(moment: datetime) -> str:
    """A moment as stored: UTC, microseconds, e.g. ``2026-03-03T02:00:00.000000+00:00``."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
