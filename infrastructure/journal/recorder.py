"""The journal behind the interfaces of the ``eventsourcing`` library: its applications, projections and subscriptions.

Reading, every entry is a notification: id = position + 1, topic = the event's stable name, state = the entry's bytes.
Writing, a state that is an entry of ours is kept as it is; any other is kept inside one (schema 0, in base64), and read
back as it was given. Positions are dense and in commit order, so a reader that follows loses nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    OperationalError,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    TrackingRecorder,
)

from application.journal import Appended, Draft, Entry, Moved, Repeated, Submission, Unavailable
from domain.kernel import SYSTEM
from infrastructure.identifiers import uuid7
from infrastructure.journal.canonical import canonical
from infrastructure.journal.threads import JournalInThread

_READ = "select position, type, stream, version, body from journal.entries "
_FOREIGN = 0
"""Schema version of an entry that holds a state of somebody else's."""


class JournalRecorder(ApplicationRecorder):
    """Records and selects events by ``journal``, which stays its owner's to open and close."""

    def __init__(self, journal: JournalInThread, originator_id_type: type[str] | type[UUID] = str) -> None:
        self._journal = journal
        self._id_type = originator_id_type

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """All or nothing; gives their notification ids. ``command_id=`` makes it safe to repeat.

        Versions of an originator are dense from 1. Raises IntegrityError where one moved, OperationalError where the
        database is away.
        """
        if not stored_events:
            return []
        command_id = kwargs.get("command_id") or uuid7()
        expected: dict[str, int] = {}
        for event in stored_events:
            expected.setdefault(str(event.originator_id), event.originator_version - 1)
        digest = sha256(
            repr([(e.originator_id, e.originator_version, e.topic, e.state) for e in stored_events]).encode()
        )
        drafts = [_draft(event, command_id) for event in stored_events]
        try:
            outcome = self._journal.append(Submission(command_id, digest.digest(), drafts, expected))
        except Unavailable as error:
            raise OperationalError(str(error)) from error
        except ValueError as error:
            raise IntegrityError(str(error)) from error
        match outcome:
            case Appended(positions=positions) | Repeated(positions=positions):
                return [position + 1 for position in positions]
            case Moved(stream=stream, expected=wanted, actual=actual):
                raise IntegrityError(f"{stream} is at version {actual}, not {wanted}")
            case _:
                raise IntegrityError(f"command {command_id} was used for something else")

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """An originator's events with gt < version <= lte."""
        where = "where stream = %b and (%b::int is null or version > %b) and (%b::int is null or version <= %b) "
        values = (str(originator_id), gt, gt, lte, lte, limit)
        if desc:
            rows = self._rows(_READ + where + "order by version desc limit %b", values)
        else:
            rows = self._rows(_READ + where + "order by version limit %b", values)
        return [StoredEvent(self._id_type(row.stream), row.version, row.type, _state(row)) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Notifications from ``start`` to ``stop``, of these topics if any are given."""
        first = max((start or 0) - (1 if inclusive_of_start else 0), 0)
        rows = self._rows(
            _READ + "where position >= %b and (%b::bigint is null or position < %b) and (%b or type = any(%b::text[])) "
            "order by position limit %b",
            (first, stop, stop, not topics, list(topics), limit),
        )
        return [
            Notification(self._id_type(row.stream), row.version, row.type, _state(row), id=row.position + 1)
            for row in rows
        ]

    def max_notification_id(self) -> int | None:
        """The id of the last notification, None without any."""
        return self._journal.run(self._journal.asynchronous.size()) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> JournalSubscription:
        """What was recorded after ``gt`` and whatever is recorded from now on."""
        return JournalSubscription(self, gt, topics)

    @property
    def journal(self) -> JournalInThread:
        """What it records by."""
        return self._journal

    def _rows(self, query: Any, values: tuple[Any, ...]) -> list[Entry]:
        try:
            return [Entry(*row) for row in self._journal.run(self._journal.asynchronous.rows(query, values))]
        except Unavailable as error:
            raise OperationalError(str(error)) from error


class JournalSubscription(ListenNotifySubscription[JournalRecorder]):
    """Woken by the journal's growth."""

    _following: Future[None] | None = None

    def __init__(self, recorder: JournalRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._following = recorder.journal.start(self._follow(gt or 0))

    def stop(self) -> None:
        """Ends the iteration."""
        if self._following is not None:
            self._following.cancel()
        super().stop()

    async def _follow(self, after: int) -> None:
        async for _ in self._recorder.journal.asynchronous.follow(after):
            self._has_been_notified.set()


class Factory(InfrastructureFactory[TrackingRecorder]):
    """For ``PERSISTENCE_MODULE=infrastructure.journal.recorder``: needs JOURNAL_URL.

    ORIGINATOR_ID_TYPE is ``uuid`` (the library's default) or ``text``.
    """

    _journal: JournalInThread | None = None

    def application_recorder(self) -> ApplicationRecorder:
        """The journal."""
        if self._journal is None:
            url = self.env.get("JOURNAL_URL")
            if url is None:
                raise OSError("JOURNAL_URL is not set: the journal's database 未设置日志数据库地址")
            self._journal = JournalInThread(url)
            self._journal.open()
        kind = str if (self.env.get("ORIGINATOR_ID_TYPE") or "uuid").lower() == "text" else UUID
        return JournalRecorder(self._journal, kind)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """The journal; snapshots are never kept in it."""
        if purpose != "events":
            raise ProgrammingError("the journal keeps events only 日志只存事件")
        return self.application_recorder()

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> TrackingRecorder:
        """Refused: positions of views are kept beside the views."""
        raise ProgrammingError("views keep their own positions 视图自存位置")

    def process_recorder(self) -> ProcessRecorder:
        """Refused, as above."""
        raise ProgrammingError("views keep their own positions 视图自存位置")

    def close(self) -> None:
        """Lets go of the journal."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None


def _draft(event: StoredEvent, command_id: UUID) -> Draft:
    stream, version, now = str(event.originator_id), event.originator_version, datetime.now(UTC)
    own = _own(event, command_id)
    if own is not None:
        occurred = datetime.fromisoformat(own["occurred"])
        return Draft(UUID(own["id"]), event.topic, stream, version, occurred, own["actor"], event.state)
    event_id = uuid7(now)
    body = canonical(
        {
            "actor": SYSTEM,
            "basis": [],
            "causation": None,
            "command": command_id,
            "correlation": stream,
            "data": {"state": base64.b64encode(event.state).decode()},
            "delegation": None,
            "for": None,
            "id": event_id,
            "occurred": now,
            "recorded": now,
            "schema": _FOREIGN,
            "source": None,
            "stream": stream,
            "type": event.topic,
            "v": version,
        }
    )
    return Draft(event_id, event.topic, stream, version, now, SYSTEM, body)


def _own(event: StoredEvent, command_id: UUID) -> dict[str, Any] | None:
    """The state as an entry of ours that says the same as the event; None for any other."""
    try:
        said = orjson.loads(event.state)
        same = (said["stream"], said["v"], said["type"], said["command"]) == (
            str(event.originator_id),
            event.originator_version,
            event.topic,
            str(command_id),
        )
        return said if same and {"id", "occurred", "actor", "schema"} <= said.keys() else None
    except (ValueError, TypeError, KeyError):
        return None


def _state(entry: Entry) -> bytes:
    if b'"schema":0,' in entry.body:
        said = orjson.loads(entry.body)
        if said["schema"] == _FOREIGN:
            return base64.b64decode(said["data"]["state"])
    return entry.body
