"""Hand-made histories for the views: events as they were recorded, in a real journal, and what a view made of them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg
from psycopg.rows import dict_row

from application.acts import Envelope
from application.journal import Appended, Draft, Submission
from domain.kernel import Basis, Event, Stream
from domain.working_time import SHANGHAI
from infrastructure.codec import Codec
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.projecting.progress import status
from infrastructure.projecting.runner import Runner
from projections import catalogue
from projections.happened import Decode
from tests.house import OpenSealer

NAMES = UUID("5d0f2a52-5d0e-5f7c-9b54-0f1b1e8f7a11")
NINE = datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI)
CODEC = Codec(OpenSealer())


def opener() -> Decode:
    """The decoding of these tests."""
    return CODEC.event


class History:
    """``history.happens("requisition-1", RequisitionSubmitted(…), by="ANN")``; an hour goes by between commands."""

    def __init__(self) -> None:
        self.submissions: list[Submission] = []
        self.now = NINE
        self._versions: dict[str, int] = {}

    def happens(
        self,
        subject: str,
        *events: Event,
        by: str = "SYSTEM",
        acting_for: str | None = None,
        delegation: str | None = None,
        basis: Sequence[Basis] = (),
        at: datetime | None = None,
    ) -> History:
        """One command's events; the basis is that of the first."""
        moment = at or self.now
        self.now = moment + timedelta(hours=1)
        version = self._versions.get(subject, 0)
        command = uuid5(NAMES, f"{subject} {version}")
        drafts = []
        for number, event in enumerate(events, version + 1):
            envelope = Envelope(
                event=event,
                subject=Stream.parse(subject),
                version=number,
                event_id=uuid5(NAMES, f"{subject} {number} event"),
                command_id=command,
                occurred_at=moment,
                recorded_at=moment,
                actor=by,
                acting_for=acting_for,
                delegation=delegation,
                correlation=str(command),
                causation=None,
                basis=tuple(basis) if number == version + 1 else (),
                source=None,
            )
            body = CODEC.encode(envelope)
            drafts.append(Draft(envelope.event_id, type(event).__name__, subject, number, moment, by, body))
        self._versions[subject] = version + len(events)
        digest = hashlib.sha256(command.bytes).digest()
        self.submissions.append(Submission(command, digest, drafts, {subject: version}))
        return self

    def write(self, url: str) -> History:
        """Into the journal; may be called again after more has happened."""
        asyncio.run(self._write(url))
        self.submissions = []
        return self

    async def _write(self, url: str) -> None:
        async with PostgresJournal(url) as journal:
            for submission in self.submissions:
                assert isinstance(await journal.append(submission), Appended)


def project(url: str, *names: str, batch: int = 5_000) -> None:
    """Reads the journal to its end into these views (or all)."""
    Runner(url, opener, names or None, batch=batch).finish()
    with psycopg.connect(url) as connection:
        assert [each.error for each in status(connection, names or None) if each.error] == []


def rows(url: str, view: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of a view, in the order of their keys."""
    found: dict[str, list[dict[str, Any]]] = {}
    with psycopg.connect(url, row_factory=dict_row) as connection:
        for table in catalogue.view(view).tables:
            order = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
            statement = f'select * from views."{table.name}" order by {order or 1}'
            found[table.name] = connection.execute(statement.encode()).fetchall()
    return found


def main_rows(url: str, view: str, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of a view's rows, in the order of their keys."""
    return [tuple(row[name] for name in columns) for row in rows(url, view)[view]]
