"""What happened 已发生, as a view reads it: the envelope at hand, the event decoded once when the first view asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from domain.kernel import Event
from domain.working_time import SHANGHAI

Decode = Callable[[str, int, dict[str, Any]], Event]
"""From stored name, schema version and data to the event in its newest shape."""


class Happened:
    """An entry of the journal. Fields read like those of ``domain.history.Recorded``; ``subject`` is the stream's text.

    Times exist as moments and (``occurred``, ``recorded``) as the text stored, which a view that only passes them on
    should take: it is far cheaper.
    """

    __slots__ = ("_decode", "_event", "body", "position", "subject", "type", "version")

    def __init__(self, position: int, body: dict[str, Any], decode: Decode) -> None:
        self.position = position
        self.body = body
        self.type: str = body["type"]
        self.subject: str = body["stream"]
        self.version: int = body["v"]
        self._decode = decode
        self._event: Event | None = None

    @property
    def event(self) -> Event:
        """The event; decoded once, whoever asks."""
        if self._event is None:
            body = self.body
            self._event = self._decode(self.type, body["schema"], body["data"])
        return self._event

    @property
    def event_id(self) -> str:
        """The event's id."""
        return str(self.body["id"])

    @property
    def actor(self) -> str:
        """Who acted, ``SYSTEM`` for the house."""
        actor: str = self.body["actor"]
        return actor

    @property
    def acting_for(self) -> str | None:
        """Whom he stood in for."""
        acting_for: str | None = self.body["for"]
        return acting_for

    @property
    def delegation(self) -> str | None:
        """Under which delegation."""
        delegation: str | None = self.body["delegation"]
        return delegation

    @property
    def basis(self) -> list[dict[str, Any]]:
        """The rulings behind it: clause, policy, rule, inputs, outcome."""
        basis: list[dict[str, Any]] = self.body["basis"]
        return basis

    @property
    def source(self) -> str | None:
        """Where an imported event comes from."""
        source: str | None = self.body["source"]
        return source

    @property
    def occurred(self) -> str:
        """When it happened, as stored (ISO 8601 in UTC)."""
        occurred: str = self.body["occurred"]
        return occurred

    @property
    def recorded(self) -> str:
        """When it was recorded, as stored."""
        recorded: str = self.body["recorded"]
        return recorded

    @property
    def occurred_at(self) -> datetime:
        """When it happened."""
        return datetime.fromisoformat(self.body["occurred"])

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded."""
        return datetime.fromisoformat(self.body["recorded"])

    @property
    def day(self) -> date:
        """The day it happened, in Shanghai."""
        return _day_of_hour(self.body["occurred"][:13])


@lru_cache(maxsize=1024)
def _day_of_hour(hour: str) -> date:
    """The day in Shanghai of an hour in UTC, e.g. ``2026-03-03T17``; both zones change at full hours."""
    return datetime.fromisoformat(f"{hour}:00+00:00").astimezone(SHANGHAI).date()
