"""What became of every letter 投递记录, and the dead letters 死信: those given up, to be looked at and sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from application.delivery import Letter

SCHEMA = "jobs"
ERROR = 1000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A letter that was given up 死信: after how many tries, with which error, since when."""

    id: UUID
    notice: str
    channel: str
    recipients: list[str]
    attempts: int
    error: str | None
    last_at: datetime


def attempt(connection: psycopg.Connection[Any], letter: Letter) -> bool:
    """Count a try; False where it is delivered already."""
    found = connection.execute(
        "insert into jobs.deliveries as known (id, notice, channel, recipients, attempts) values (%s, %s, %s, %s, 1) "
        "on conflict (id) do update set attempts = known.attempts + 1, last_at = now() where known.outcome is null "
        "returning id",
        (letter.id, letter.notice, letter.channel, list(letter.to)),
    )
    return found.fetchone() is not None


def delivered(connection: psycopg.Connection[Any], letter: Letter, outcome: str) -> None:
    """It arrived."""
    connection.execute(
        "update jobs.deliveries set outcome = %s, error = null, last_at = now() where id = %s", (outcome, letter.id)
    )


def failed(connection: psycopg.Connection[Any], letter: Letter, error: Exception) -> None:
    """A try failed."""
    told = f"{type(error).__name__}: {error}"[:ERROR]
    connection.execute("update jobs.deliveries set error = %s, last_at = now() where id = %s", (told, letter.id))


def dead_letters(url: str, limit: int = 500) -> list[DeadLetter]:
    """The letters given up, newest first."""
    with psycopg.connect(url, row_factory=class_row(DeadLetter)) as connection:
        return connection.execute(
            "select d.id, d.notice, d.channel, d.recipients, d.attempts, d.error, d.last_at "
            "from jobs.deliveries d join jobs.queue q on q.message_id = d.id "
            "where q.state = 'rejected' and d.outcome is null order by d.last_at desc, d.id limit %s",
            (limit,),
        ).fetchall()


def waiting(url: str) -> int:
    """How many letters wait to be carried, tries to come included."""
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from jobs.queue where state <> 'rejected'").fetchone()
        return int(row[0]) if row else 0


def send_again(url: str, ids: Sequence[UUID]) -> int:
    """Queue dead letters once more, with all their tries before them; how many there were."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "update jobs.queue set state = 'queued', available_at = now(), mtime = now(), worker_id = null, "
            "queue_name = replace(queue_name, '.DQ', ''), "
            "message = jsonb_set(message #- '{options,retries}' #- '{options,eta}', '{queue_name}', "
            "to_jsonb(replace(queue_name, '.DQ', ''))) "
            "where state = 'rejected' and message_id = any(%s)",
            (list(ids),),
        ).rowcount
