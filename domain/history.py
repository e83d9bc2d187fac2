"""An event as recorded 已入账事件: what happened, with everything an auditor asks about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.kernel import Basis, Event, Stream


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of the journal, read back. Times carry a zone; ``occurred_at`` may be long before ``recorded_at``."""

    position: int
    event: Event
    subject: Stream
    version: int
    event_id: UUID
    command_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    acting_for: str | None = None
    delegation: str | None = None
    correlation: str = ""
    causation: UUID | None = None
    basis: tuple[Basis, ...] = ()
    source: str | None = None
    """Where an imported event comes from: file, sha256 and id in the original; None for what was done here."""
