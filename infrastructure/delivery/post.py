"""The post office 投递: a queue of letters in PostgreSQL, and workers in this process that carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any

import dramatiq
from dramatiq.middleware import AgeLimit, Callbacks, Retries, ShutdownNotifications, TimeLimit
from dramatiq_postgres import PostgresBroker

from application.delivery import Channel, Letter, Undeliverable
from infrastructure.delivery.letters import SCHEMA, attempt, delivered, failed

QUEUE = "notices"
MAX_TRIES = 12
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 15_000, 6 * 3_600_000
"""Pauses double from the first to the longest; twelve tries take about a day."""


class Post:
    """Takes letters, and carries them while it is open: ``with Post(url, channels) as post: post.hand_in(letters)``.

    ``url`` is the database as the application's role. ``threads`` is 0 where other processes carry.
    """

    def __init__(
        self,
        url: str,
        channels: Sequence[Channel],
        *,
        threads: int = 2,
        max_tries: int = MAX_TRIES,
        first_pause_ms: int = FIRST_PAUSE_MS,
        poll_seconds: float = 1.0,
    ) -> None:
        self.channels = tuple(channels)
        self._threads = threads
        self._carriers: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        self._broker = PostgresBroker(
            url=url,
            schema=SCHEMA,
            results=False,
            poll_interval=poll_seconds,
            purge_maxage=None,
            middleware=[
                AgeLimit(),
                TimeLimit(),
                ShutdownNotifications(),
                Callbacks(),
                Retries(max_retries=max_tries - 1, min_backoff=first_pause_ms, max_backoff=LONGEST_PAUSE_MS),
            ],
        )
        declared = dramatiq.actor(
            actor_name="deliver_notice", queue_name=QUEUE, broker=self._broker, throws=(Undeliverable,)
        )
        self._deliver: dramatiq.Actor[..., None] = declared(self._carry)
        self._worker: dramatiq.Worker | None = None

    def __enter__(self) -> Post:
        if self._threads:
            # Workers that run inside a process of ours: what dramatiq's own command would announce is announced here.
            self._broker.emit_after("process_boot")
            self._worker = dramatiq.Worker(self._broker, worker_threads=self._threads)
            self._worker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._worker is not None:
            self._worker.stop()
        self._broker.close()

    def hand_in(self, letters: Sequence[Letter]) -> None:
        """Queue them; a letter handed in again is the same job."""
        for letter in letters:
            job = self._deliver.message(**_written(letter))
            self._broker.enqueue(job.copy(message_id=str(letter.id)))

    def _carry(self, **written: Any) -> None:
        letter = _read(written)
        with self._broker.pool.connection() as connection:
            if not attempt(connection, letter):
                return
        try:
            channel = self._carriers.get(letter.channel)
            if channel is None:
                raise LookupError(f"no channel {letter.channel} is set up here 此处未配置该投递渠道")
            outcome = channel.send(letter)
        except Exception as error:
            with self._broker.pool.connection() as connection:
                failed(connection, letter, error)
            raise
        with self._broker.pool.connection() as connection:
            delivered(connection, letter, outcome)


def _written(letter: Letter) -> dict[str, Any]:
    return {
        "channel": letter.channel,
        "notice": letter.notice,
        "to": list(letter.to),
        "kind": letter.kind,
        "text_zh": letter.text_zh,
        "text_en": letter.text_en,
        "about": letter.about,
        "issued_at": letter.issued_at.isoformat(),
    }


def _read(written: Mapping[str, Any]) -> Letter:
    issued_at = datetime.fromisoformat(written["issued_at"])
    return Letter(**{**written, "to": tuple(written["to"]), "issued_at": issued_at})
