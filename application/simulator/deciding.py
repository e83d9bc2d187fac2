"""How finance matters are decided in the sample company: without detours, by whomever they wait for 财务审批."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from application.simulator.agenda import Story
from application.simulator.simulation import Simulation
from domain.directory import Role
from domain.governance.approvals import Approval, Approve
from domain.kernel import Command, Stream
from domain.working_time import SHANGHAI

MOST_STEPS = 12


async def approved(simulation: Simulation, subject: Stream, comment: str = "同意 agreed") -> Story:
    """Everybody it waits for agrees within a working day or so."""
    for _ in range(MOST_STEPS):
        yield simulation.working_hours(1, 6)
        approval: Approval = (await simulation.state(subject)).approval
        if approval.status != "open":
            return
        await by(simulation, subject, Approve(comment=comment), approval.waits_for)


async def by(simulation: Simulation, subject: Stream, command: Command, people: Iterable[str]) -> Any:
    """Have the first of ``people`` who is there do it, or the delegate of the first."""
    who = tuple(people)
    for person in who:
        if person not in simulation.away:
            return await simulation.ask(subject, command, person)
    return await simulation.ask(subject, command, simulation.away[who[0]], acting_for=who[0])


def finance(simulation: Simulation) -> Sequence[str]:
    """Who works in finance, without the manager, those present first."""
    managers = simulation.directory.holders(Role.FINANCE_MANAGER)
    people = [each for each in simulation.directory.holders(Role.FINANCE) if each not in managers]
    return sorted(people, key=lambda each: (each in simulation.away, each))


def manager(simulation: Simulation) -> tuple[str, ...]:
    """The finance manager."""
    return simulation.directory.holders(Role.FINANCE_MANAGER)


def head(simulation: Simulation, department: str) -> tuple[str, ...]:
    """The head of a department."""
    return simulation.directory.holders(Role.DEPARTMENT_HEAD, department)


def at(day: date, hour: float) -> datetime:
    """A moment of a day in Shanghai."""
    return datetime.combine(day, time(int(hour), int(hour % 1 * 60)), SHANGHAI)


def working_day(simulation: Simulation, day: date, count: int) -> date:
    """The ``count``-th working day after ``day``; before it for a negative count."""
    working_time, step = simulation.handler.standing.working_time(), 1 if count > 0 else -1
    while count:
        day = date.fromordinal(day.toordinal() + step)
        count -= step if working_time.is_working_day(day) else 0
    return day


def nth_of_month(simulation: Simulation, day: date) -> tuple[int, int]:
    """Which working day of its month a day is, from 1; and how many follow."""
    return _count(simulation, day, range(1, day.day + 1)), _count(simulation, day, range(day.day + 1, 32))


def _count(simulation: Simulation, day: date, days: range) -> int:
    is_working_day: Callable[[date], bool] = simulation.handler.standing.working_time().is_working_day
    last = _last_of(day)
    return sum(is_working_day(day.replace(day=each)) for each in days if each <= last)


def _last_of(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1).day
