"""What a department can afford 量入为出: whoever needs something looks at what his budget line has left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from application.simulator.buying import Need
from application.simulator.goods import SampleItem
from application.simulator.simulation import Simulation
from domain.finance.accounts import STANDARD_GOODS
from domain.finance.budget_line import BudgetLine, line_of
from domain.finance.periods import month_of
from domain.working_time import SHANGHAI

ROOM = Decimal("1.25")
"""Prices may turn out higher than estimated."""


async def affordable(simulation: Simulation, need: Need) -> Need | None:
    """The need as far as the months up to now have budget for it, None if for nothing; unchanged without budgets."""
    day = simulation.now.astimezone(SHANGHAI).date()
    line: BudgetLine = await simulation.state(line_of(day.year, need.department, STANDARD_GOODS[need.category]))
    if not line.year:
        return need
    left = line.left(month_of(day), "year_to_date") / ROOM
    items = list(need.items)
    while items and _cost(items) > left:
        item, quantity = items.pop()
        fewer = int((left - _cost(items)) / item.price)
        if item.usual[0] <= fewer < quantity:
            items.append((item, fewer))
    return replace(need, items=tuple(items)) if items else None


def _cost(items: list[tuple[SampleItem, int]]) -> Decimal:
    return sum((item.price * quantity for item, quantity in items), Decimal(0))
