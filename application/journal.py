"""The journal as the application sees it 日志: what is handed in, what comes back.

``infrastructure.journal`` keeps it on PostgreSQL. Positions are dense from 0 in commit order; position n is leaf n of
an RFC 6962 Merkle tree over the entries' exact bytes.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be appended: the envelope's indexed fields, and ``body``, the canonical JSON that is hashed."""

    event_id: UUID
    type: str
    stream: str
    version: int
    """Version of the stream after this entry, from 1."""
    occurred_at: datetime
    actor: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """What one command wants appended, whole or not at all.

    ``expected`` maps each stream it writes to the version it was decided on (0 = new). ``guards`` maps streams it only
    read to the version it read. ``standing`` is the position of the last governance entry the decision knew
    (rulebook, organisation, calendar; see ``governing``), or None where it relied on none.
    """

    command_id: UUID
    digest: bytes
    """sha256 of the command as given: a repeat with another digest is refused, not answered."""
    drafts: Sequence[Draft]
    expected: Mapping[str, int]
    guards: Mapping[str, int] = field(default_factory=dict)
    standing: int | None = None
    governing: bool = False
    """Whether these entries change what every decision stands on."""


@dataclass(frozen=True, slots=True)
class Appended:
    """It is in the journal, durably; ``positions`` are those of its drafts, in order."""

    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same command was appended before, at ``positions``."""

    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A stream moved since the decision, so nothing was appended. ``stream`` is None when governance moved."""

    stream: str | None
    expected: int
    actual: int


@dataclass(frozen=True, slots=True)
class Reused:
    """The command id was used before for another command; nothing was appended."""

    positions: tuple[int, ...]


Outcome = Appended | Repeated | Moved | Reused


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as stored."""

    position: int
    type: str
    stream: str
    version: int
    body: bytes


class EntryTooLarge(ValueError):
    """An entry would exceed 64 KiB: large content belongs in an attachment."""


class Unavailable(ConnectionError):
    """The database cannot be reached or refused to store; whether the command was stored is unknown until repeated."""


class Journal(Protocol):
    """Append and read. All methods may raise Unavailable."""

    async def append(self, submission: Submission) -> Outcome:
        """Append one command's entries; concurrent callers share a round trip (group commit)."""

    async def positions_of(self, command_id: UUID) -> tuple[int, ...] | None:
        """Where that command's entries stand, or None if it never was appended."""

    async def stream(self, stream: str, after_version: int = 0, up_to_position: int | None = None) -> Sequence[Entry]:
        """A stream's entries in order of version."""

    async def entries(self, positions: Sequence[int]) -> Sequence[Entry]:
        """The entries at these positions, in order."""

    async def read(self, after: int, limit: int, types: Sequence[str] | None = None) -> Sequence[Entry]:
        """Up to ``limit`` entries with position > ``after`` (-1 for the start), of these types if given."""

    async def size(self) -> int:
        """How many entries there are."""

    async def standing(self) -> int:
        """Position of the last governing entry, -1 if there is none."""

    def follow(self, after: int) -> AsyncIterator[int]:
        """Yields the tree size whenever it has grown past ``after`` (LISTEN, with a poll of a second)."""
