"""Delivery of notices 通知投递, as the application sees it: letters, the channels that carry them, what came of each.

A notice stands in the inbox as soon as it is issued; a channel carries it further. Every letter has an id made from the
notice, the channel and whom it is for, so that it is delivered once however often it is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from domain.governance.notice import NoticeIssued
from domain.history import Recorded

_NAMES = UUID("8f2d6c58-0f5b-5b0e-8d57-6a3e2f0b9c41")


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice on its way over a channel to some of those it is for, by employee number."""

    channel: str
    notice: str
    to: tuple[str, ...]
    kind: str
    text_zh: str
    text_en: str
    about: str
    issued_at: datetime

    @property
    def id(self) -> UUID:
        """The same for the same notice, channel and people."""
        return uuid5(_NAMES, "\0".join((self.channel, self.notice, *self.to)))


class Undeliverable(Exception):
    """Trying again would not help 无法投递: it becomes a dead letter at once."""


class Channel(Protocol):
    """A way to carry letters. ``send`` blocks, and runs in a worker's thread."""

    @property
    def name(self) -> str:
        """Its stored name, e.g. ``mail``."""

    def addressed(self, to: Sequence[str]) -> Iterable[tuple[str, ...]]:
        """Who gets a letter together: everybody one of his own, or all the same."""

    def send(self, letter: Letter) -> str:
        """Carry it, and say what came of it, e.g. ``no address``. Raises Undeliverable; any other error is retried."""


def letters(issued: Recorded, channels: Iterable[Channel]) -> list[Letter]:
    """Every letter a notice makes."""
    notice = issued.event
    assert isinstance(notice, NoticeIssued)
    return [
        Letter(
            channel=channel.name,
            notice=str(issued.subject),
            to=people,
            kind=notice.kind,
            text_zh=notice.text_zh,
            text_en=notice.text_en,
            about=notice.about,
            issued_at=issued.occurred_at,
        )
        for channel in channels
        for people in channel.addressed(notice.to)
    ]
