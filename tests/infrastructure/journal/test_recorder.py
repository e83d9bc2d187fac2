"""The journal behind ``eventsourcing``: that library's own expectations, and its applications on our entries."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any
from unittest import TestCase
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)

from infrastructure.journal.recorder import Factory, JournalRecorder
from infrastructure.journal.sample import submission
from infrastructure.journal.threads import JournalInThread
from infrastructure.journal.verify import verify
from tests.database import Database

# The library's tests import its cipher, which needs a package that nothing here does.
_cipher = ModuleType("eventsourcing.cipher")
_cipher.AESCipher = None  # type: ignore[attr-defined]
sys.modules.setdefault("eventsourcing.cipher", _cipher)
from eventsourcing.tests.persistence import ApplicationRecorderTestCase  # noqa: E402


@pytest.fixture
def thread(database: Database) -> Iterator[JournalInThread]:
    with JournalInThread(database.app_url) as journal:
        yield journal


class FromZero(JournalRecorder):
    """The library's concurrent tests count versions from 0, its aggregates and this journal from 1."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        events = [
            StoredEvent(each.originator_id, each.originator_version + 1, each.topic, each.state)
            for each in stored_events
        ]
        return super().insert_events(events, **kwargs)


@pytest.mark.parametrize("expectation", ["test_insert_select", "test_concurrent_no_conflicts"])
def test_the_librarys_own_expectations(thread: JournalInThread, expectation: str) -> None:
    class Expectations(ApplicationRecorderTestCase[JournalRecorder]):
        def create_recorder(self) -> JournalRecorder:
            kind = FromZero if "concurrent" in expectation else JournalRecorder
            return kind(thread, UUID)

    case: TestCase = Expectations(expectation)
    result = case.defaultTestResult()
    case.run(result)
    assert result.errors + result.failures == []
    assert result.testsRun == 1


class Order(Aggregate):
    """An aggregate in the library's own style."""

    @event("Opened")
    def __init__(self, item: str) -> None:
        self.item = item

    @event("Closed")
    def close(self) -> None:
        """Ends it."""


def test_an_application_of_the_library_runs_on_the_journal(database: Database) -> None:
    environment = {"PERSISTENCE_MODULE": "infrastructure.journal.recorder", "JOURNAL_URL": database.app_url}
    with Application[UUID](env=environment) as application:
        order = Order("样例")
        application.save(order)
        order.close()
        recordings = application.save(order)
        assert [each.notification.id for each in recordings] == [2]
        found: Order = application.repository.get(order.id)
        assert (found.item, found.version) == ("样例", 2)
        notifications = application.notification_log.select(start=1, limit=10)
        assert [each.originator_version for each in notifications] == [1, 2]
    assert verify(database.url).holds


def test_our_own_entries_are_notifications(thread: JournalInThread) -> None:
    command = submission("sample-A", count=2)
    thread.append(command)
    recorder = JournalRecorder(thread)
    assert recorder.select_notifications(start=1, limit=10) == [
        Notification("sample-A", draft.version, draft.type, draft.body, id=position)
        for position, draft in enumerate(command.drafts, 1)
    ]
    assert recorder.select_events("sample-A", gt=1, desc=True)[0].state == command.drafts[1].body


def test_an_entry_of_ours_written_through_the_library_is_kept_as_it_is(thread: JournalInThread) -> None:
    command = submission("sample-A", count=2)
    recorder = JournalRecorder(thread)
    events = [StoredEvent("sample-A", draft.version, draft.type, draft.body) for draft in command.drafts]
    assert recorder.insert_events(events, command_id=command.command_id) == [1, 2]
    assert recorder.insert_events(events, command_id=command.command_id) == [1, 2]
    stored = thread.run(thread.asynchronous.stream("sample-A"))
    assert [entry.body for entry in stored] == [draft.body for draft in command.drafts]
    assert recorder.max_notification_id() == 2


def test_a_conflict_is_an_integrity_error(thread: JournalInThread) -> None:
    recorder = JournalRecorder(thread)
    recorder.insert_events([StoredEvent("sample-A", 1, "Sample", b"state")])
    for version in (1, 3):
        with pytest.raises(IntegrityError, match="is at version 1"):
            recorder.insert_events([StoredEvent("sample-A", version, "Sample", b"state")])
    command_id = uuid4()
    recorder.insert_events([StoredEvent("sample-B", 1, "Sample", b"state")], command_id=command_id)
    with pytest.raises(IntegrityError, match="something else"):
        recorder.insert_events([StoredEvent("sample-C", 1, "Sample", b"state")], command_id=command_id)


def test_a_subscription_yields_what_is_there_and_what_comes(thread: JournalInThread) -> None:
    recorder = JournalRecorder(thread)
    thread.append(submission("sample-A"))
    with recorder.subscribe() as subscription:
        assert next(subscription).id == 1
        thread.append(submission("sample-B"))
        assert (next(subscription).originator_id) == "sample-B"
    with recorder.subscribe(gt=1, topics=["SampleNoted"]) as subscription:
        assert next(subscription).id == 2


def test_what_the_journal_does_not_keep_is_refused(database: Database) -> None:
    with Factory({"JOURNAL_URL": database.app_url}) as factory:
        for refused in (lambda: factory.aggregate_recorder("snapshots"), factory.tracking_recorder):
            with pytest.raises(ProgrammingError):
                refused()
    with pytest.raises(OSError, match="JOURNAL_URL"):
        Factory({}).application_recorder()


def test_a_journal_that_is_away_is_an_operational_error(thread: JournalInThread) -> None:
    recorder = JournalRecorder(thread)
    thread.run(thread.asynchronous.close())
    for use in (
        lambda: recorder.insert_events([StoredEvent("a-1", 1, "S", b"")]),
        lambda: recorder.select_events("a-1"),
    ):
        with pytest.raises(OperationalError):
            use()
