"""Call for savings ideas 成本优化金点子征集 (clause 2.2.3.1): opened by the calendar, ideas are taken until it closes.

A call is numbered by its period: ``2026-Q2``, or ``2026-05`` and ``2026`` where the policy calls every month or year.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from domain.directory import Role
from domain.finance.periods import first_day, month_after, month_of, quarter_of
from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Schedule
from domain.policy import Policy
from domain.working_time import WorkingTime

CLAUSE_CALL = "2.2.3.1"

Period = Annotated[
    str,
    Field(
        pattern=r"^(19|20|21)\d\d(-Q[1-4]|-0[1-9]|-1[0-2])?$",
        description="Period of the call 征集期",
        examples=["2026-Q2"],
    ),
]
"""A quarter ``2026-Q2``, a month ``2026-05`` or a year ``2026``, of the calendar."""


class OpenCall(Command):
    """Call for savings ideas 征集成本优化金点子; issued by the calendar."""

    zh: ClassVar[str] = "征集成本优化金点子"
    by_house: ClassVar[bool] = True
    period: Period


class CallOpened(Event):
    """Savings ideas are called for 金点子征集已启动; taken until the end of ``closes_on``."""

    zh: ClassVar[str] = "金点子征集已启动"
    clause: ClassVar[str] = CLAUSE_CALL
    period: str
    closes_on: date
    informed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallStanding(Fact):
    """What a call tells of itself 征集概况: its last day."""

    closes_on: date


@dataclass(frozen=True, slots=True)
class Call:
    """A call; opened once ``closes_on`` is set."""

    closes_on: date | None = None


def decide(command: OpenCall, state: Call, context: Context) -> Decision:
    """Once for every period."""
    if state.closes_on:
        return []
    heads = {
        head
        for department in context.directory.departments
        for head in context.directory.holders(Role.DEPARTMENT_HEAD, department)
    }
    closes_on = last_day(command.period)
    opened = CallOpened(period=command.period, closes_on=closes_on, informed=tuple(sorted(heads)))
    every = context.policy.value(CLAUSE_CALL, "every")
    return [opened.under(context.basis(CLAUSE_CALL, "every", "opened", every=every, period=command.period))]


def evolve(state: Call, event: CallOpened) -> Call:
    """The call after ``event``."""
    return Call(event.closes_on)


def standing(state: Call) -> CallStanding | None:
    """What others may know of it."""
    return CallStanding(state.closes_on) if state.closes_on else None


def last_day(period: str) -> date:
    """The last day of a quarter, month or year."""
    year, _, part = period.partition("-")
    last = int(part[1:]) * 3 if part.startswith("Q") else int(part or 12)
    month = f"{year}-{last:02}"
    return date.fromordinal(first_day(month_after(month)).toordinal() - 1)


def _every(every: str, months: int, period: Callable[[date], str]) -> Schedule:
    """On the first working day of each period, where the policy calls so often."""

    def due_on(day: date, policy: Policy, working_time: WorkingTime) -> bool:
        if policy.value(CLAUSE_CALL, "every") != every or (day.month - 1) % months:
            return False
        return day == working_time.nth_working_day(day.year, day.month, 1)

    return Schedule(
        clause=CLAUSE_CALL,
        zh="金点子征集",
        due_on=due_on,
        period=period,
        act=lambda day: (period(day), OpenCall(period=period(day))),
    )


def _year_of(day: date) -> str:
    return f"{day.year:04}"


SAVINGS_CALL = Aggregate(
    name="savings_call",
    zh="金点子征集",
    prefix="SC",
    initial=Call(),
    decide=decide,
    evolve=evolve,
    fact=standing,
    schedules=(_every("quarter", 3, quarter_of), _every("month", 1, month_of), _every("year", 12, _year_of)),
)
