"""Runs the sample company for a number of working days, with the calendar's own work done every hour.

With a budget year before them, they are days on which budgets bind and finance does what the calendar asks of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from application.simulator.finance_year import NEEDS_PERCENT, budget_year, finance_day
from application.simulator.founding import found
from application.simulator.habits import working_day
from application.simulator.house import House
from application.simulator.simulation import Simulation
from domain.finance.budget_book import BOOK
from domain.working_time import SHANGHAI

__all__ = ["NEEDS_A_DAY", "START", "House", "run"]

START = date(2026, 1, 26)
"""The first busy day: one seed gives the same course of events whenever it is run. Sixty working days from here take in
the Spring Festival and three months' ends, so that what happens monthly is there to be seen."""
NEEDS_A_DAY = 9


async def run(
    simulation: Simulation,
    house: House,
    *,
    days: int,
    needs_a_day: int = NEEDS_A_DAY,
    quiet_needs_percent: int = NEEDS_PERCENT,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Found the company if need be, then let ``days`` working days pass; how many happenings there were.

    Where the clock of a company just founded stands before ``START``, the budget year comes first.
    """
    await simulation.handler.standing.refresh(simulation.handler.journal, simulation.handler.codec)
    happenings = 0
    if not simulation.directory.employees:
        await found(simulation)
        await house.react()
        if simulation.now.astimezone(SHANGHAI).date() < START:
            happenings += await budget_year(simulation, house, START, quiet_needs_percent, progress)
    budgets_bind = bool((await simulation.state(BOOK)).years)
    day = simulation.now.astimezone(SHANGHAI).date()
    for done in range(days):
        day = _next_working_day(simulation, day, first=done == 0)
        await working_day(simulation, day, needs_a_day)
        if budgets_bind:
            finance_day(simulation, day)
        for hour in range(8, 21):
            happenings += await simulation.agenda.run(datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC))
            await house.react()
            await house.tick(simulation.now)
        progress(done + 1, days)
    return happenings


def _next_working_day(simulation: Simulation, day: date, first: bool) -> date:
    if not first:
        day += timedelta(days=1)
    while not simulation.handler.standing.working_time().is_working_day(day):
        day += timedelta(days=1)
    return day
