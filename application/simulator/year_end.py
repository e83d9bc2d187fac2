"""The end of a year in the sample company 年末: what is carried forward, and the yearly review in February (2.1.3)."""

from __future__ import annotations

from decimal import Decimal

from application.simulator.agenda import Story
from application.simulator.company import DEPARTMENTS
from application.simulator.deciding import approved, at, by, head, manager, working_day
from application.simulator.planted import OVERRUNS, Overrun
from application.simulator.simulation import Simulation
from domain.finance.accounts import STANDARD_GOODS
from domain.finance.budget_line import BudgetLine, line_of
from domain.finance.budget_review import BudgetReview, review_of
from domain.finance.budget_review_messages import CompleteBudgetReview, RecordBudgetFinding
from domain.finance.carry_forward import carry_of
from domain.finance.carry_forward_messages import CarryRequest, FileCarryForward
from domain.working_time import SHANGHAI

UNFORESEEN = Overrun(Decimal(0), "plan", "预算编制偏低 planned too low", False, "提高测算精度 plan better")
"""What is found of a line nobody planted."""


async def carried_forward(simulation: Simulation, year: int) -> Story:
    """Departments whose purchases are still open ask to take their budget along."""
    yield simulation.working_hours(0.2, 0.5)
    for department in DEPARTMENTS:
        accounts = []
        for account in sorted({STANDARD_GOODS[goods] for goods in department.buys}):
            line: BudgetLine = await simulation.state(line_of(year, department.id, account))
            if line.reserved + line.committed > 0:
                accounts.append(account)
        if accounts:
            simulation.agenda.start(_carried(simulation, year, department.id, accounts))


async def _carried(simulation: Simulation, year: int, department: str, accounts: list[str]) -> Story:
    command = FileCarryForward(
        year=year,
        department=department,
        lines=tuple(CarryRequest(account=each) for each in accounts),
        grounds="采购在途，跨年交付 under way, to be delivered next year",
    )
    await by(simulation, carry_of(year, department), command, head(simulation, department))
    async for moment in approved(simulation, carry_of(year, department), "确属在途 indeed under way"):
        yield moment


async def reviewed(simulation: Simulation, year: int) -> Story:
    """Finance goes through the lines that spent more than their year's budget, and draws its lessons."""
    subject = review_of(year)
    yield at(working_day(simulation, simulation.now.astimezone(SHANGHAI).date(), 4), 14)
    review: BudgetReview = await simulation.state(subject)
    if not review.year:
        return
    for department, account in sorted(review.overruns):
        told = _told(department, account)
        finding = RecordBudgetFinding(
            department=department,
            account=account,
            cause_kind=told.kind,
            cause=told.cause,
            own_making=told.controllable,
            improvement=told.remedy,
            responsible=head(simulation, department)[0] if told.controllable else None,
            lesson="差旅计划须按季审批 travel plans are approved by quarter",
        )
        await by(simulation, subject, finding, manager(simulation))
    conclusion = "全年预算总体可控，个别差旅失控 the year kept within its budget but for some travel"
    await by(simulation, subject, CompleteBudgetReview(conclusion=conclusion), manager(simulation))


def _told(department: str, account: str) -> Overrun:
    """What was said of a line when it was over last."""
    found = [each for (of, on, _), each in sorted(OVERRUNS.items()) if (of, on) == (department, account)]
    return found[-1] if found else UNFORESEEN
