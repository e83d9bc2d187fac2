"""What the routes work with 服务台: the house, and who may come in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import FastAPI
from pwdlib.hashers import HasherProtocol
from starlette.requests import HTTPConnection

from application.acts import Act
from application.handler import Handler
from application.journal import Journal
from domain.directory import Directory
from domain.governance.attempt import RecordAttempt
from domain.kernel import Refusal, Stream
from infrastructure.access import Access
from infrastructure.figures import FiguresInViews
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.signed_note import Note
from infrastructure.settings import Settings
from interfaces.http.reading import PATIENCE, Reading

NAMESPACE = uuid5(NAMESPACE_URL, "guicheng/http")
"""Ids of what comes in here are made from this."""


class House(Protocol):
    """What of the wired house is needed here."""

    @property
    def settings(self) -> Settings:
        """Where things lie."""

    @property
    def url(self) -> str:
        """The database, as the application's role."""

    @property
    def journal(self) -> PostgresJournal:
        """What happened."""

    @property
    def handler(self) -> Handler:
        """Takes acts."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Now."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The house, who may come in, and the views."""

    house: House
    access: Access
    reading: Reading
    figures: FiguresInViews
    """What reports are computed from; this process waits for whoever projects the views."""
    checkpoints: dict[str, tuple[float, Note]] = field(default_factory=dict)
    """The last checkpoint handed out, and when."""

    @property
    def handler(self) -> Handler:
        """Takes acts."""
        return self.house.handler

    @property
    def journal(self) -> Journal:
        """What happened."""
        return self.house.handler.journal

    async def directory(self) -> Directory:
        """The organisation today, as every process of the house has it now."""
        await self.handler.standing.refresh(self.journal, self.handler.codec)
        return self.handler.standing.directory(self.house.clock())

    def session_hours(self) -> int:
        """How long a session lasts by the policy in force (4.3.2.1)."""
        return int(self.handler.standing.policy(self.house.clock()).value("4.3.2.1", "session_hours"))

    async def record_attempt(self, refusal: Refusal, *, who: str, subject: str, tried: str) -> None:
        """Journal what access refused; the same attempt of the same hour once."""
        hour = f"{self.house.clock():%Y-%m-%dT%H}"
        said = "\0".join((who, subject, tried, type(refusal).__name__, str(refusal.facts), hour))
        id = uuid5(NAMESPACE, said)
        command = RecordAttempt(
            who=who,
            subject=subject,
            command=tried,
            rule=type(refusal).__name__,
            decided_under=refusal.clause,
            facts=refusal.facts,
        )
        await self.handler.handle(Act(Stream("attempt", id.hex), command, who, id, correlation=subject, by_house=True))


def desk_of(request: HTTPConnection) -> Desk:
    """The desk the application was opened with."""
    return cast(Desk, request.app.state.desk)


@asynccontextmanager
async def opened(
    app: FastAPI, house: House, *, patience: float = PATIENCE, hasher: HasherProtocol | None = None
) -> AsyncIterator[Desk]:
    """``app`` working on ``house``, as long as the block lasts; ``patience`` is for the database, in seconds."""
    access, reading = Access(house.url, patience=patience, hasher=hasher), Reading(house.url, patience=patience)
    figures = FiguresInViews(house.url, patience=patience)
    async with access, reading, figures:
        app.state.desk = Desk(house, access, reading, figures)
        yield app.state.desk


def command_id(caller: str, key: str) -> UUID:
    """The id of a command sent with an Idempotency-Key: the same key of somebody else is another."""
    return uuid5(NAMESPACE, f"{caller}\0{key}")
