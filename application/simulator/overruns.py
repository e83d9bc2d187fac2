"""Overruns in the sample company 超支说明: the head explains, finance reviews, management decides (2.1.2.2)."""

from __future__ import annotations

from decimal import Decimal

from application.simulator.agenda import Story
from application.simulator.company import GENERAL_MANAGER
from application.simulator.deciding import at, by, finance, head
from application.simulator.planted import OVERRUNS, Overrun
from application.simulator.simulation import Simulation
from domain.finance.variance_explanation import explanation_of
from domain.finance.variance_explanation_messages import (
    AcceptExplanation,
    DecideOnPool,
    FileExplanation,
    ReturnExplanation,
)
from domain.kernel import Stream

UNFORESEEN = Overrun(
    Decimal(0), "execution", "支出早于计划 spent earlier than planned", False, "后续月份调减 less in later months"
)
"""What is said of an overrun nobody planted."""


async def explained(simulation: Simulation, month: str) -> Story:
    """Every overrun the report of a month found is explained by its head."""
    yield simulation.working_hours(0.2, 0.5)
    published = (await simulation.state(Stream("execution_report", month))).published
    for each in published.overruns if published else ():
        year = int(each.line[:4])
        story = _explained(simulation, year, each.department, each.account, month)
        simulation.agenda.start(story, simulation.working_hours(6, 12))


async def _explained(simulation: Simulation, year: int, department: str, account: str, month: str) -> Story:
    told = OVERRUNS.get((department, account, month), UNFORESEEN)
    subject, who = explanation_of(year, department, account, month), head(simulation, department)
    command = FileExplanation(
        year=year,
        department=department,
        account=account,
        month=month,
        cause_kind=told.kind,
        cause=told.cause,
        controllable=told.controllable,
        remedy=told.remedy,
        from_pool=told.asked,
    )
    if told.filed_on is not None:
        yield at(told.filed_on, 16)
    await by(simulation, subject, command, who)
    yield simulation.working_hours(3, 8)
    if told.returned:
        returned = ReturnExplanation(reason="请说明责任人与逐项改进 name who answers for it, and each measure")
        await by(simulation, subject, returned, finance(simulation))
        yield simulation.working_hours(6, 12)
        again = command.model_copy(update={"remedy": f"{told.remedy}；责任人：部门主管 the head answers for it"})
        await by(simulation, subject, again, who)
        yield simulation.working_hours(3, 8)
    await by(simulation, subject, AcceptExplanation(comment="情况属实 as it is"), finance(simulation))
    if told.asked:
        yield simulation.working_hours(3, 8)
        decision = DecideOnPool(granted=told.granted, reason="须于年末清退 to be given up by the year's end")
        await by(simulation, subject, decision, (GENERAL_MANAGER,))
