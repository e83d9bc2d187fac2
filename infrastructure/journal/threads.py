"""The journal for whoever is not asynchronous: workers, command lines, libraries. One event loop in one thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, TypeVar

from application.journal import Outcome, Submission
from infrastructure.journal.postgres import PostgresJournal

T = TypeVar("T")


class JournalInThread:
    """Safe to call from any number of threads; their commands share calls of the database.

    with JournalInThread(url) as journal:
        outcome = journal.append(submission)
        entries = journal.run(journal.asynchronous.read(-1, 100))
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="journal", daemon=True)
        self.asynchronous: PostgresJournal

    def open(self) -> None:
        """Connects; raises Unavailable."""
        self._thread.start()
        try:
            self.asynchronous = self.run(_opened(self._url))
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """Finishes what was submitted, then lets go."""
        self.run(self.asynchronous.close())
        self._end()

    def __enter__(self) -> JournalInThread:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, submission: Submission) -> Outcome:
        """See ``PostgresJournal.append``."""
        return self.run(self.asynchronous.append(submission))

    def run(self, asked: Coroutine[Any, Any, T]) -> T:
        """Waits for anything of ``asynchronous``."""
        return self.start(asked).result()

    def start(self, asked: Coroutine[Any, Any, T]) -> Future[T]:
        """Does not wait."""
        return asyncio.run_coroutine_threadsafe(asked, self._loop)

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _opened(url: str) -> PostgresJournal:
    journal = PostgresJournal(url)
    await journal.open()
    return journal
