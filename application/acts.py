"""An act 业务操作: somebody asks one thing of one subject; and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from application.journal import Entry
from domain.history import Recorded
from domain.kernel import Basis, Command, Event, Stream


@dataclass(frozen=True, slots=True)
class Act:
    """What is asked, by whom, of what.

    ``command_id`` makes it repeatable: the same id gives the first result. ``at`` is when it happened, for simulated
    clocks and imported histories, else the handler's clock is read. ``expected_version`` refuses the act if the subject
    moved past it (If-Match); 0 says that the subject is new, which spares reading it. ``by_house`` is set by reactions
    and the calendar alone.
    """

    subject: Stream
    command: Command
    actor: str
    command_id: UUID
    acting_for: str | None = None
    at: datetime | None = None
    expected_version: int | None = None
    correlation: str | None = None
    causation: UUID | None = None
    by_house: bool = False
    source: str | None = None


def digest_of(act: Act) -> bytes:
    """sha256 of what is asked, of what, by whom and for whom: a repeat with another one is another act."""
    said = (
        str(act.subject),
        type(act.command).__name__,
        act.command.model_dump_json(),
        act.actor,
        act.acting_for or "",
    )
    return hashlib.sha256("\0".join(said).encode()).digest()


@dataclass(frozen=True, slots=True)
class Done:
    """The act is in the journal: the subject's version after it, and the events in order (other subjects' included)."""

    subject: Stream
    version: int
    events: tuple[Recorded, ...]
    repeated: bool = False

    @property
    def position(self) -> int:
        """Position of its last entry; a view that has read up to it shows the act. -1 where nothing had to be done."""
        return self.events[-1].position if self.events else -1


class StaleVersion(Exception):
    """The subject moved past the version the caller had seen 版本已过期; look again, then decide."""

    def __init__(self, subject: Stream, expected: int, actual: int) -> None:
        self.subject, self.expected, self.actual = subject, expected, actual
        super().__init__(f"{subject} is at version {actual}, not {expected} 单据已更新至版本{actual}")


class CommandIdReused(Exception):
    """A command id (Idempotency-Key) was sent before with another command 幂等键已用于其他操作; use a new one."""


class Busy(Exception):
    """The subject kept moving while the act was decided 单据正被频繁更新; nothing was stored, try again."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything of an entry but its position."""

    event: Event
    subject: Stream
    version: int
    event_id: UUID
    command_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    acting_for: str | None
    delegation: str | None
    correlation: str
    causation: UUID | None
    basis: tuple[Basis, ...]
    source: str | None

    def recorded(self, position: int) -> Recorded:
        """The event as it stands in the journal at ``position``."""
        return Recorded(
            position=position,
            event=self.event,
            subject=self.subject,
            version=self.version,
            event_id=self.event_id,
            command_id=self.command_id,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            actor=self.actor,
            acting_for=self.acting_for,
            delegation=self.delegation,
            correlation=self.correlation,
            causation=self.causation,
            basis=self.basis,
            source=self.source,
        )


class Codec(Protocol):
    """Events to stored bytes and back: stable names, upcasts, personal data. ``infrastructure.codec`` keeps it."""

    def encode(self, envelope: Envelope) -> bytes:
        """The canonical JSON that is hashed and stored; raises EntryTooLarge above 64 KiB."""

    def decode(self, entry: Entry) -> Recorded:
        """An entry read back, in the newest shape of its event."""

    def decode_all(self, entries: Sequence[Entry]) -> list[Recorded]:
        """Many at once."""
