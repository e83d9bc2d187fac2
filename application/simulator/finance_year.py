"""Finance in the sample company, day by day 财务日程; and the quiet year before the busy days in which it is shown.

From the October in which the round for 2025 opens by itself to the Friday before the busy days begin: a budget made,
kept and reviewed, while now and then something is bought. What deviates is listed in ``planted``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from application.simulator.alerts import answered
from application.simulator.budgeting import budget_round
from application.simulator.company import DEPARTMENTS
from application.simulator.costing import CHOSEN_ON, method_chosen
from application.simulator.deciding import at, nth_of_month, working_day
from application.simulator.duties import regulation_reviewed, suppliers_evaluated
from application.simulator.gathering import month_end, prepare
from application.simulator.habits import somebody_needs
from application.simulator.house import House
from application.simulator.overruns import explained
from application.simulator.planted import CLOSED_LATE, OPEN_AT_YEAR_END, REFUSED, TRANSFERS
from application.simulator.savings import IDEAS, saved
from application.simulator.simulation import Simulation
from application.simulator.transfers import in_vain, late_in_the_year, transferred
from application.simulator.year_end import carried_forward, reviewed
from domain.finance.periods import first_day, month_after, month_of
from domain.working_time import SHANGHAI

BUDGET_YEAR_START = date(2024, 10, 8)
"""The first working day of that October."""
BUYS_FROM = date(2025, 1, 2)
ROUND_MONTH, REVIEW_MONTH = 10, 2
STOPS_BUYING = (12, 5)
"""After that day of a year nothing new is asked for in it."""
NEEDS_PERCENT = 40
"""On so many working days in a hundred something is bought."""
HOURS = (9, 19)
"""When reactions and the calendar have their turn on a quiet day."""


def finance_day(simulation: Simulation, day: date) -> None:
    """Put on the agenda what finance and the heads do on a working day."""
    start, last_month = simulation.agenda.start, month_after(month_of(day), -1)
    number, left = nth_of_month(simulation, day)
    if number == 1 and day.month == ROUND_MONTH:
        start(budget_round(simulation, day.year + 1), at(day, 10))
    if number == 2:
        start(explained(simulation, last_month), at(day, 10))
    if number == 5 and day.month == 1:
        start(suppliers_evaluated(simulation, day.year - 1), at(day, 10))
    if number == 1:
        start(regulation_reviewed(simulation, month_of(day)), at(day, 15))
    if number == 1 and day.month == REVIEW_MONTH:
        start(reviewed(simulation, day.year - 1), at(day, 15))
    if left == 1:
        start(month_end(simulation, month_of(day)), at(day, 14.5))
    if left == 0 and day.month == 12:
        start(carried_forward(simulation, day.year), at(day, 15))
    if day == _answered_on(simulation, last_month):
        start(answered(simulation, last_month), at(day, 10))
    if day == CHOSEN_ON:
        start(method_chosen(simulation), at(day, 10))
    if day in TRANSFERS:
        start(transferred(simulation, TRANSFERS[day]), at(day, 10.5))
    if day in REFUSED:
        start(in_vain(simulation, REFUSED[day]), at(day, 11))
    if day in IDEAS:
        start(saved(simulation, IDEAS[day]), at(day, 13.5))
    if day == OPEN_AT_YEAR_END[0]:
        start(late_in_the_year(simulation, *OPEN_AT_YEAR_END[1:]), at(day, 10))


def _answered_on(simulation: Simulation, month: str) -> date:
    """The working day after the month is closed."""
    closed = CLOSED_LATE.get(month) or working_day(simulation, first_day(month_after(month)), 10)
    return working_day(simulation, closed, 1)


async def budget_year(
    simulation: Simulation,
    house: House,
    until: date,
    needs_percent: int = NEEDS_PERCENT,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Let the quiet time pass, from the day on the agenda up to the morning of ``until``; how many happenings."""
    await prepare(simulation, month_of(simulation.now.astimezone(SHANGHAI).date()))
    departments = [each for each in DEPARTMENTS for _ in range(each.staff)]
    day, happenings = simulation.now.astimezone(SHANGHAI).date(), 0
    first, days = day, (until - day).days
    while day < until:
        # Asked anew every day: the calendar of a coming year is published meanwhile.
        if simulation.handler.standing.working_time().is_working_day(day):
            finance_day(simulation, day)
            if day >= BUYS_FROM and (day.month, day.day) <= STOPS_BUYING and simulation.chance(needs_percent):
                story = somebody_needs(simulation, simulation.pick(departments))
                simulation.agenda.start(story, at(day, 9.25) + timedelta(minutes=simulation.dice.randint(0, 480)))
            for hour in HOURS:
                happenings += await simulation.agenda.run(_moment(day, hour))
                await house.react()
                await house.tick(simulation.now)
        day += timedelta(days=1)
        progress((day - first).days, days)
    return happenings + await simulation.agenda.run(_moment(until, 8))


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)
