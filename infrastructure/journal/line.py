"""A connection that does nothing but append: one prepared statement, driven straight from the event loop.

General cursors cost more than the database does for a single event; this sends the parameters as they are and wakes
once, when the answer is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import pq
from psycopg.pq.abc import PGconn, PGresult

CONNECTION_OPTIONS: dict[str, Any] = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "guicheng journal",
}
_STATEMENT = b"append"


class Line:
    """Opened by ``Line.open(url, statement)``; ``call`` is for one caller at a time."""

    def __init__(self, connection: psycopg.AsyncConnection[tuple[object, ...]], parameters: int) -> None:
        self._connection = connection
        self._pg: PGconn = connection.pgconn
        self._formats = [pq.Format.BINARY] * parameters
        self._loop = asyncio.get_running_loop()
        self._socket = self._pg.socket
        self._answer: asyncio.Future[PGresult | None] | None = None
        self._result: PGresult | None = None
        self._loop.add_reader(self._socket, self._readable)

    @classmethod
    async def open(cls, url: str, statement: bytes, parameters: int) -> Line:
        """Connects and prepares; raises psycopg.Error."""
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True, **CONNECTION_OPTIONS)
        line = cls(connection, parameters)
        try:
            await line._answered(lambda: line._pg.send_prepare(_STATEMENT, statement), 10.0)
        except BaseException:
            await line.close()
            raise
        return line

    async def call(self, values: Sequence[bytes], timeout: float) -> list[bytes | None]:
        """The one row the statement gives; raises psycopg.Error, or TimeoutError after ``timeout`` seconds."""
        result = await self._answered(
            lambda: self._pg.send_query_prepared(_STATEMENT, values, self._formats, pq.Format.BINARY), timeout
        )
        return [result.get_value(0, column) for column in range(result.nfields)]

    async def close(self) -> None:
        """Lets go of the connection; whatever is under way is abandoned."""
        self._loop.remove_reader(self._socket)
        if self._answer is not None and not self._answer.done():
            self._answer.cancel()
        await self._connection.close()

    async def _answered(self, send: Callable[[], None], timeout: float) -> PGresult:
        # The answer may be there before this task runs again, so who waits for it is known before it is asked.
        answer: asyncio.Future[PGresult | None] = self._loop.create_future()
        self._answer = answer
        self._result = None
        late = self._loop.call_later(timeout, _too_late, answer)
        try:
            send()
            await self._flush(answer)
            result = await answer
        finally:
            late.cancel()
            self._answer = None
        if result is None:
            raise psycopg.OperationalError("the connection was lost 连接中断")
        if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            raise psycopg.errors.error_from_result(result, "utf-8")
        return result

    async def _flush(self, answer: asyncio.Future[PGresult | None]) -> None:
        while self._pg.flush() == 1 and not answer.done():
            writable = asyncio.Event()
            self._loop.add_writer(self._socket, writable.set)
            answer.add_done_callback(lambda _, wake=writable.set: wake())  # type: ignore[misc]
            try:
                await writable.wait()
            finally:
                self._loop.remove_writer(self._socket)

    def _readable(self) -> None:
        answer = self._answer
        try:
            self._pg.consume_input()
            while not self._pg.is_busy():
                result = self._pg.get_result()
                if result is None:
                    if answer is not None and not answer.done():
                        answer.set_result(self._result)
                    return
                self._result = result
        except psycopg.Error as error:
            self._loop.remove_reader(self._socket)
            if answer is not None and not answer.done():
                answer.set_exception(error)


def _too_late(answer: asyncio.Future[PGresult | None]) -> None:
    if not answer.done():
        answer.set_exception(TimeoutError("the database does not answer 数据库无响应"))
