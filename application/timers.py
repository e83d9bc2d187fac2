"""What time brings about by itself 定时: reminders, misses, escalation, ended steps, and what the calendar opens.

``Timers.tick(now)`` looks at the deadlines and steps that are open and at the schedules every aggregate declares, and
asks what has to follow. Whatever it asks has an id made of what it is and when it was due, so that it happens once,
however often the clock ticks and in however many processes; a simulated clock drives it just as the real one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from application.acts import Act
from application.handler import Handler
from domain import catalogue
from domain.governance.approvals import EndStepTime, Remind
from domain.governance.obligation import (
    EscalateObligation,
    FromCalendar,
    RecordMiss,
    RemindObligation,
    obligation_stream,
)
from domain.governance.open_deadlines import OpenObligation, OpenStep, escalated_at, reminded_at, still_open
from domain.kernel import SYSTEM, Command, Obligation, Refusal, Schedule, Stream
from domain.policy import Policy
from domain.working_time import SHANGHAI

_NAMES = UUID("9b7d2b0c-9a0e-5d53-9f1d-0a7c3f5e2b11")
CATCH_UP_DAYS = 40
"""How many days back a schedule is still acted on after a stop: longer than any month."""


class OpenDeadlines(Protocol):
    """The deadlines and steps that are open; a view keeps them."""

    async def obligations(self, until: datetime) -> Sequence[OpenObligation]:
        """Deadlines neither fulfilled, closed nor waived, of which something falls before ``until``.

        A reminder falls before the due time by the hours the deadline declares; rows not yet touched by ``until`` may
        be among them.
        """

    async def steps(self, until: datetime) -> Sequence[OpenStep]:
        """Approval steps that wait and are to be reminded of, or are due, by ``until``."""


@dataclass(frozen=True, slots=True)
class _Asked:
    subject: Stream
    command: Command
    id: UUID


@dataclass(slots=True)
class Timers:
    """Drives the deadlines of one journal. Schedules missed while nothing ran are caught up on from the day ``since``,
    by default the day the journal began.
    """

    handler: Handler
    open: OpenDeadlines
    since: date | None = None
    _acted_until: date | None = None
    _done: set[UUID] = field(default_factory=set)

    async def tick(self, now: datetime) -> int:
        """Ask whatever is due at ``now`` (with a zone); how many events came of it.

        One thing that fails does not keep the others: the failures are raised together at the end, as an
        ExceptionGroup, and tried again at the next tick.
        """
        await self.handler.standing.refresh(self.handler.journal, self.handler.codec)
        if self.since is None:
            self.since = await self._began() or _day(now)
        failures: list[Exception] = []
        count = 0
        live: set[UUID] = set()
        for asked in [
            *await self._deadlines(now, failures),
            *_steps(await self.open.steps(now), now),
            *self._schedules(now, failures),
        ]:
            live.add(asked.id)
            if asked.id in self._done:
                continue
            try:
                count += await self._ask(asked, now)
            except Exception as error:
                failures.append(error)
            else:
                self._done.add(asked.id)
        self._done &= live
        if failures:
            raise ExceptionGroup("some of what was due could not be done 部分到期事项未能办理", failures)
        self._acted_until = _day(now)
        return count

    async def _began(self) -> date | None:
        first = self.handler.codec.decode_all(await self.handler.journal.read(-1, 1))
        return _day(first[0].recorded_at) if first else None

    async def _ask(self, asked: _Asked, now: datetime) -> int:
        act = Act(asked.subject, asked.command, SYSTEM, asked.id, at=now, by_house=True)
        try:
            done = await self.handler.handle(act)
        except Refusal:
            # The subject moved on since the view was read (decided, withdrawn): nothing is left to do here.
            return 0
        return 0 if done.repeated else len(done.events)

    async def _deadlines(self, now: datetime, failures: list[Exception]) -> list[_Asked]:
        asked: list[_Asked] = []
        policy = self.handler.standing.policy(now)
        for row in await self.open.obligations(now):
            try:
                declared = declared_obligation(row)
                each = [_about(row, declared, kind) for kind in _wanted(row, declared, policy, now)]
                if all(one.id in self._done for one in each) or await self._is_open(row, declared):
                    asked.extend(each)
            except Exception as error:
                failures.append(error)
        return asked

    async def _is_open(self, row: OpenObligation, declared: Obligation) -> bool:
        """Whether the subject itself says so: a view may be behind, and a miss is a reproach."""
        history = await self.handler.history(row.subject)
        return still_open(declared, row.key, row.due_at, (each.event for each in history))

    def _schedules(self, now: datetime, failures: list[Exception]) -> Iterator[_Asked]:
        standing = self.handler.standing
        policy, working_time = standing.policy(now), standing.working_time()
        for name, schedule in declared_schedules():
            for day in self._days(now):
                try:
                    if schedule.due_on(day, policy, working_time):
                        subject, command = schedule.act(day)
                        key = ("schedule", name, schedule.clause, type(command).__name__, str(schedule.period(day)))
                        yield _Asked(addressed(name, subject), command, _id(*key))
                except Exception as error:
                    failures.append(error)

    def _days(self, now: datetime) -> Iterator[date]:
        """Today, and before it every day not acted on yet."""
        today = _day(now)
        first = self._acted_until or self.since or today
        day = max(first, today - timedelta(days=CATCH_UP_DAYS))
        while day < today:
            yield day
            day += timedelta(days=1)
        yield today


def declared_obligation(row: OpenObligation) -> Obligation:
    """The declaration behind a row; raises LookupError where its aggregate declares no such deadline."""
    aggregate = catalogue.aggregates()[row.subject.aggregate]
    for declared in aggregate.obligations:
        if declared.clause == row.clause and declared.opened_by.__name__ == row.opened_by:
            return declared
    raise LookupError(f"{row.subject.aggregate} declares no deadline of clause {row.clause} opened by {row.opened_by}")


def declared_schedules() -> tuple[tuple[str, Schedule], ...]:
    """Every schedule with the name of its aggregate."""
    return tuple((name, each) for name, found in catalogue.aggregates().items() for each in found.schedules)


def addressed(aggregate: str, subject: str) -> Stream:
    """The stream a schedule acts on: ``subject`` is a whole stream, or an id within the aggregate that declares it."""
    kind, _, id = subject.partition("-")
    return Stream(kind, id) if id and kind in catalogue.aggregates() else Stream(aggregate, subject)


def _wanted(row: OpenObligation, declared: Obligation, policy: Policy, now: datetime) -> list[type[FromCalendar]]:
    """What the calendar has to say of a deadline that is open at ``now``."""
    if escalated_at(declared, row.due_at, policy) <= now:
        return [RecordMiss, EscalateObligation]
    if row.due_at <= now:
        return [RecordMiss]
    reminder = reminded_at(declared, row.due_at, policy)
    return [RemindObligation] if reminder is not None and reminder <= now else []


def _about(row: OpenObligation, declared: Obligation, kind: type[FromCalendar]) -> _Asked:
    command = kind(
        subject=str(row.subject),
        obliged_by=row.clause,
        key=row.key,
        what_zh=declared.zh,
        due_at=row.due_at,
        owed_by=row.owed_by,
    )
    key = (kind.__name__, str(row.subject), row.clause, row.key, row.due_at.isoformat())
    return _Asked(obligation_stream(row.subject, row.clause, row.key), command, _id(*key))


def _steps(rows: Sequence[OpenStep], now: datetime) -> Iterator[_Asked]:
    for row in rows:
        which = (str(row.subject), str(row.round), str(row.step))
        if row.due_at is not None and row.due_at <= now:
            yield _Asked(
                row.subject,
                EndStepTime(step=row.step),
                _id("EndStepTime", *which, row.due_at.isoformat()),
            )
        elif row.remind_at is not None and row.remind_at <= now:
            yield _Asked(row.subject, Remind(), _id("Remind", *which, row.remind_at.isoformat()))


def _id(*what: str) -> UUID:
    return uuid5(_NAMES, "\0".join(what))


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
