"""Runs the sample company for a number of working days, with the calendar's own work done every hour."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from application.simulator.founding import found
from application.simulator.habits import working_day
from application.simulator.simulation import Simulation
from domain.working_time import SHANGHAI

START = date(2026, 1, 26)
"""The first simulated day: one seed gives the same course of events whenever it is run. Sixty working days from here
take in the Spring Festival and three months' ends, so that what happens monthly is there to be seen."""
NEEDS_A_DAY = 9


@dataclass(frozen=True, slots=True)
class House:
    """What the run asks of the house around the handler."""

    react: Callable[[], Awaitable[object]]
    """Let every reaction catch up."""
    tick: Callable[[datetime], Awaitable[object]]
    """Bring the views up to date and let the timers act."""


async def run(
    simulation: Simulation,
    house: House,
    *,
    days: int,
    needs_a_day: int = NEEDS_A_DAY,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Found the company if need be, then let ``days`` working days pass; how many happenings there were."""
    await simulation.handler.standing.refresh(simulation.handler.journal, simulation.handler.codec)
    if not simulation.directory.employees:
        await found(simulation)
        await house.react()
    happenings = 0
    day = simulation.now.astimezone(SHANGHAI).date()
    for done in range(days):
        day = _next_working_day(simulation, day, first=done == 0)
        await working_day(simulation, day, needs_a_day)
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
