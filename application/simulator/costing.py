"""Product costs in the sample company 成本核算: research and development charges its work to two products (2.2.1.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from application.simulator.agenda import Story
from application.simulator.deciding import approved, by, finance, head
from application.simulator.simulation import Simulation
from domain.finance.cost_calculation import CalculateCosts, Output
from domain.finance.costing_method import ChooseMethod
from domain.kernel import Stream

DEPARTMENT, SINCE = "D10", "2025-01"
CHOSEN_ON = date(2025, 1, 6)
PRODUCTS = (("示例产品甲", Decimal(3)), ("示例产品乙", Decimal(2)))
"""What is produced, and by what shares work in common is divided."""


async def method_chosen(simulation: Simulation) -> Story:
    """The head chooses by variety, the finance manager approves."""
    subject = Stream("costing_method", DEPARTMENT)
    objects = tuple(product for product, _ in PRODUCTS)
    reason = "按产品品种组织研发与试制 work is organised by product"
    command = ChooseMethod(method="variety_costing", objects=objects, reason=reason)
    await by(simulation, subject, command, head(simulation, DEPARTMENT))
    async for moment in approved(simulation, subject):
        yield moment


async def calculated(simulation: Simulation, month: str) -> None:
    """What a unit of each product cost in a month that is closed."""
    if month < SINCE:
        return
    number = int(month[5:])
    outputs = tuple(
        Output(
            object=product,
            finished=Decimal(300 + 20 * place + 7 * number),
            in_progress=Decimal(20 + number % 4),
            completion=Decimal(50),
        )
        for place, (product, _) in enumerate(PRODUCTS)
    )
    subject = Stream("cost_calculation", f"{month}.{DEPARTMENT}")
    await by(
        simulation, subject, CalculateCosts(month=month, department=DEPARTMENT, outputs=outputs), finance(simulation)
    )
