"""Cost watch 成本警戒 (clause 2.2.2.1): a month's labour shares are looked at, days before its cost table is published.

A month's stream is numbered ``2026-03``. The calendar opens the watch ahead of the day the table is due, or the close
of the month does where that comes first; a reaction then puts every department's figures before its cost alert.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from domain.finance.cost_alert_messages import CLAUSE_ALERT
from domain.finance.periods import Month, first_day, month_after, month_of
from domain.kernel import Aggregate, Command, Context, Decision, Event, Schedule
from domain.policy import Policy
from domain.working_time import WorkingTime

CLAUSE_TABLE = "2.2.1.1"


class OpenCostWatch(Command):
    """Look at the labour shares of a month 启动成本警戒; issued by the calendar or with the month's close."""

    zh: ClassVar[str] = "启动成本警戒"
    by_house: ClassVar[bool] = True
    month: Month


class CostWatchOpened(Event):
    """A month's labour shares are looked at 成本警戒已启动.

    ``months`` are those in a row that count, the watched one last; ``table_due_on`` is when its cost table is due.
    """

    zh: ClassVar[str] = "成本警戒已启动"
    clause: ClassVar[str] = CLAUSE_ALERT
    month: str
    months: tuple[str, ...]
    table_due_on: date


@dataclass(frozen=True, slots=True)
class CostWatch:
    """A month's watch: the months that count, and the day its cost table is due, once opened."""

    months: tuple[str, ...] = ()
    table_due_on: date | None = None


def decide(command: OpenCostWatch, state: CostWatch, context: Context) -> Decision:
    """Once for every month."""
    if state.months:
        return []
    count = int(context.policy.value(CLAUSE_ALERT, "consecutive_months"))
    ahead = int(context.policy.value(CLAUSE_ALERT, "ahead_days"))
    months = tuple(month_after(command.month, -each) for each in reversed(range(count)))
    due = table_due_on(command.month, context.policy)
    opened = CostWatchOpened(month=command.month, months=months, table_due_on=due)
    ruling = context.basis(
        CLAUSE_ALERT, "ahead_days", "opened", month=command.month, table_due_on=due, ahead_days=ahead, months=count
    )
    return [opened.under(ruling)]


def evolve(state: CostWatch, event: CostWatchOpened) -> CostWatch:
    """The watch after ``event``."""
    return CostWatch(event.months, event.table_due_on)


def table_due_on(month: str, policy: Policy) -> date:
    """The day of the following month on which the cost table of ``month`` is due (2.2.1.1)."""
    return first_day(month_after(month)).replace(day=int(policy.value(CLAUSE_TABLE, "day_of_month")))


def watch_day(day: date, policy: Policy, working_time: WorkingTime) -> bool:
    """Whether the last month is looked at on ``day``: so many days before its table is due, yet once it is over."""
    due = table_due_on(last_month(day), policy)
    ahead = due - timedelta(days=int(policy.value(CLAUSE_ALERT, "ahead_days")))
    return day == max(ahead, due.replace(day=1))


def last_month(day: date) -> str:
    """The month before that of ``day``."""
    return month_after(month_of(day), -1)


COST_WATCH = Aggregate(
    name="cost_watch",
    zh="成本警戒",
    prefix="CW",
    initial=CostWatch(),
    decide=decide,
    evolve=evolve,
    schedules=(
        Schedule(
            clause=CLAUSE_ALERT,
            zh="人工占比检查",
            due_on=watch_day,
            period=last_month,
            act=lambda day: (last_month(day), OpenCostWatch(month=last_month(day))),
        ),
    ),
)
