"""Transfers and purchases without budget in the sample company 预算调剂与无预算采购 (2.1.3.1, 2.1.2.2)."""

from __future__ import annotations

from application.simulator.agenda import Story
from application.simulator.buying import Need, carried_through, purchase
from application.simulator.deciding import approved, by, head, manager
from application.simulator.goods import ITEMS, SampleItem
from application.simulator.planted import Transfer, Wanted
from application.simulator.simulation import Simulation
from domain.finance.budget_transfer_messages import LineRef, SubmitTransfer, TransferTarget
from domain.governance.approvals import Reject
from domain.kernel import Refusal
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.working_time import SHANGHAI


async def transferred(simulation: Simulation, told: Transfer) -> Story:
    """One application, as far as it comes."""
    subject = simulation.number("budget_transfer")
    calculation = f"{told.grounds}：{told.amount} 元 CNY"
    target = TransferTarget(
        department=told.department, account=told.target, amount=told.amount, calculation=calculation
    )
    command = SubmitTransfer(
        year=simulation.now.astimezone(SHANGHAI).year,
        source=LineRef(department=told.department, account=told.source) if told.source else None,
        targets=(target,),
        grounds=told.grounds,
    )
    if isinstance(await by(simulation, subject, command, head(simulation, told.department)), Refusal):
        return
    if told.outcome == "rejected":
        yield simulation.working_hours(3, 6)
        await by(simulation, subject, Reject(reason="非必要，明年预算再列 not needed this year"), manager(simulation))
        return
    async for moment in approved(simulation, subject, "必要性已评估 the need was assessed"):
        yield moment


async def in_vain(simulation: Simulation, told: Wanted) -> Story:
    """Somebody asks for what his department has no budget for."""
    async for moment in purchase(simulation, wish(simulation, told.department, told.item, told.quantity)):
        yield moment


async def late_in_the_year(simulation: Simulation, department: str, name: str, quantity: int) -> Story:
    """Asked for in the last days of the year, approved and bought in the next."""
    need = wish(simulation, department, name, quantity)
    requisition = simulation.number("requisition")
    form = SubmitRequisition(department=department, lines=need.lines(), purpose=need.purpose)
    await simulation.ask(requisition, form, need.requester)
    yield simulation.days(10, 10)
    async for moment in carried_through(simulation, requisition, need):
        yield moment


def wish(simulation: Simulation, department: str, name: str, quantity: int) -> Need:
    """A need of somebody of the department; the last one on its list."""
    staff = sorted(each.id for each in simulation.directory.employees.values() if each.department == department)
    return Need(staff[-1], department, ((item(name), quantity),), "业务需要 needed for work")


def item(name: str) -> SampleItem:
    """The item of that name."""
    return next(each for each in ITEMS if each.item == name)
