"""Group commit 成组提交: concurrent submissions share one call of ``journal.append``.

While a call is under way the next group gathers. A call that was cut off is repeated as it was: the database knows the
commands it has stored by their ids, so what was acknowledged is there once, and what could not be is told Unavailable.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import psycopg
from psycopg import errors

from application.journal import EntryTooLarge, Outcome, Submission, Unavailable
from infrastructure.journal.line import Line
from infrastructure.journal.wire import CALL, PARAMETERS, decode, encode

LIMIT = 65_535
"""Bytes of an entry: the length prefix in a C2SP entry bundle has 16 bits."""

GROUP = 256
GROUP_BYTES = 8 << 20
PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0, 3.0, 3.0)
"""Seconds before a call that was cut off is repeated; after the last, Unavailable."""
PATIENCE = 30.0
"""Seconds a call may take before the connection counts as lost."""

_LOST = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.SerializationFailure,
    errors.DeadlockDetected,
    TimeoutError,
    OSError,
)
_FULL = (errors.DiskFull, errors.OutOfMemory, errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege)


class _Waiting(NamedTuple):
    submission: Submission
    answer: asyncio.Future[Outcome]
    size: int


@dataclass(slots=True)
class Appender:
    """Takes submissions from any number of tasks of one event loop; ``grown`` is told the size after each call."""

    url: str
    grown: Callable[[int], None] = lambda size: None
    pauses: tuple[float, ...] = PAUSES
    _queue: deque[_Waiting] = field(default_factory=deque)
    _line: Line | None = None
    _working: asyncio.Task[None] | None = None
    _closed: bool = True

    async def open(self) -> None:
        """Connects; raises Unavailable."""
        try:
            self._line = await Line.open(self.url, CALL, PARAMETERS)
        except (psycopg.Error, OSError) as error:
            raise unavailable(error) from error
        self._closed = False

    async def close(self) -> None:
        """Finishes what was submitted, then lets go."""
        self._closed = True
        if self._working is not None:
            await self._working
        if self._line is not None:
            await self._line.close()
            self._line = None

    async def append(self, submission: Submission) -> Outcome:
        """One command, whole or not at all. Raises EntryTooLarge, Unavailable, ValueError for a wrong draft."""
        if self._closed:
            raise Unavailable("the journal is closed 日志已关闭")
        size = checked(submission)
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(submission, answer, size))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        while self._queue:
            await self._answer(self._gather())

    def _gather(self) -> list[_Waiting]:
        """The next group: bounded in number and bytes, no command twice."""
        group: list[_Waiting] = []
        known: set[UUID] = set()
        size = 0
        while self._queue and len(group) < GROUP:
            waiting = self._queue[0]
            if waiting.submission.command_id in known or (group and size + waiting.size > GROUP_BYTES):
                break
            group.append(self._queue.popleft())
            known.add(waiting.submission.command_id)
            size += waiting.size
        return group

    async def _answer(self, group: list[_Waiting]) -> None:
        try:
            outcomes = await self.call([waiting.submission for waiting in group])
        except Unavailable as error:
            for waiting in group:
                _fail(waiting, error)
        except psycopg.Error as error:
            if len(group) == 1:
                _fail(group[0], ValueError(f"the journal does not take this entry 日志不接受该事件: {error}"))
            else:
                # One of them is wrong; the others must not suffer for it.
                for waiting in group:
                    await self._answer([waiting])
        except BaseException as error:
            cut_off = Unavailable("appending was cut off; repeat the same command 写入中断，请重试同一命令")
            cut_off.__cause__ = error
            for waiting in group:
                _fail(waiting, cut_off)
            if not isinstance(error, Exception):
                raise
        else:
            for waiting, outcome in zip(group, outcomes, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(outcome)

    async def call(self, group: Sequence[Submission]) -> list[Outcome]:
        """One call of the database for a group without a repeated command; raises Unavailable, psycopg.Error."""
        values = encode(group)
        pauses = iter(self.pauses)
        while True:
            try:
                if self._line is None:
                    self._line = await Line.open(self.url, CALL, PARAMETERS)
                outcomes, size = decode(group, await self._line.call(values, PATIENCE))
                self.grown(size)
                return outcomes
            except _FULL as error:
                raise unavailable(error) from error
            except _LOST as error:
                await self._hang_up()
                pause = next(pauses, None)
                if pause is None:
                    raise unavailable(error) from error
                await asyncio.sleep(pause)

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.close()


def checked(submission: Submission) -> int:
    """Bytes of a submission; raises ValueError where it makes no sense, EntryTooLarge."""
    versions = dict(submission.expected)
    size = 0
    for draft in submission.drafts:
        if versions.get(draft.stream) != draft.version - 1:
            raise ValueError(
                f"version {draft.version} of {draft.stream} does not follow version {versions.get(draft.stream)} "
                f"事件版本不连续"
            )
        versions[draft.stream] = draft.version
        if len(draft.body) > LIMIT:
            raise EntryTooLarge(
                f"{draft.type} is {len(draft.body)} bytes, over {LIMIT}: shorten it or attach the content as a file "
                f"内容超过{LIMIT}字节，请精简或改为附件"
            )
        size += len(draft.body)
    return size


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)


def unavailable(error: BaseException) -> Unavailable:
    """What to raise where the database is away or full."""
    return Unavailable(
        f"the database cannot be reached or refused to store; check that it runs and has space, then repeat the same "
        f"command 数据库不可用或拒绝写入，请检查其运行与磁盘空间，然后重试同一命令: "
        f"{str(error).strip() or type(error).__name__}"
    )
