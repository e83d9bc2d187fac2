"""The open deadlines and steps, read from the views 未结时限, for the timers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

import psycopg
from psycopg.rows import dict_row

from application.journal import Unavailable
from domain.governance.open_deadlines import OpenObligation, OpenStep
from domain.kernel import Stream

HORIZON = timedelta(days=31)
"""How long before its due time a deadline may be reminded of at the earliest, whatever the policy says."""
_OBLIGATIONS = """
    select subject, clause, key, opened_by, due_at, owed_by from views.obligations
    where status in ('open', 'missed') and ended_at is null and escalated_at is null and due_at <= %s
    order by due_at, subject, clause, key
"""
_STEPS = """
    select subject, round, step, array_agg(distinct signer order by signer) as signers, remind_at, due_at
    from views.what_waits_for_me where remind_at <= %s or due_at <= %s
    group by subject, round, step, remind_at, due_at order by subject
"""


class DeadlinesInViews:
    """Implements ``application.timers.OpenDeadlines`` on the views ``obligations`` and ``what_waits_for_me``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection[dict[str, Any]] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> DeadlinesInViews:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def obligations(self, until: datetime) -> Sequence[OpenObligation]:
        """Deadlines neither fulfilled, closed, waived nor escalated, whose reminder or due time may have come."""
        rows = await self._rows(_OBLIGATIONS, until + HORIZON)
        return [
            OpenObligation(
                subject=Stream.parse(row["subject"]),
                clause=row["clause"],
                key=row["key"],
                opened_by=row["opened_by"],
                due_at=row["due_at"],
                owed_by=tuple(row["owed_by"]),
            )
            for row in rows
        ]

    async def steps(self, until: datetime) -> Sequence[OpenStep]:
        """Approval steps that wait and are to be reminded of, or are due."""
        rows = await self._rows(_STEPS, until, until)
        return [
            OpenStep(
                subject=Stream.parse(row["subject"]),
                round=row["round"],
                step=row["step"],
                signers=tuple(row["signers"]),
                remind_at=row["remind_at"],
                due_at=row["due_at"],
            )
            for row in rows
        ]

    async def _rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        async with self._one_at_a_time:
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = await psycopg.AsyncConnection.connect(
                        self._url, autocommit=True, row_factory=dict_row
                    )
                cursor = await self._connection.execute(query.encode(), values)
                return await cursor.fetchall()
            except psycopg.errors.UndefinedTable:
                # A house that was opened a moment ago: whoever projects makes the tables and fills them first.
                return []
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                raise Unavailable(f"the database went away 数据库连接中断: {error}") from error
