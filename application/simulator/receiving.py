"""Arrival, checking, exceptions and installation in the sample company 到货、验收、异常与安装."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from application.simulator.agenda import Story
from application.simulator.goods import SampleSupplier
from application.simulator.simulation import Simulation
from domain.directory import Role
from domain.kernel import Command, Refusal, Stream
from domain.operations.goods import stock_number
from domain.operations.inventory.stock_messages import IssueStock
from domain.operations.procurement.order_state import Order
from domain.operations.procurement.receipt_messages import (
    AcceptGoods,
    CheckGoods,
    ExchangeGoods,
    MarkInstalled,
    RecordArrival,
    ReturnGoods,
)
from domain.operations.procurement.receipt_state import Receipt
from domain.operations.procurement.receiving import CheckedLine, Fault
from domain.operations.procurement.terms import LineQuantity
from domain.working_time import SHANGHAI

MOST_DELIVERIES = 4


async def delivered(
    simulation: Simulation, order: Stream, supplier: SampleSupplier, requester: str, buyer: str
) -> Story:
    """Deliveries until nothing is outstanding."""
    state: Order = await simulation.state(order)
    if state.placed is None:
        return
    days = (state.placed.promised_on - simulation.now.astimezone(SHANGHAI).date()).days
    late = simulation.dice.randint(1, 6) if simulation.chance(supplier.late_percent) else 0
    yield simulation.days(max(days - simulation.pick((0, 0, 1)), 0) + late, simulation.dice.uniform(9, 16))
    for _ in range(MOST_DELIVERIES):
        async for moment in _delivery(simulation, order, supplier, requester, buyer):
            yield moment
        state = await simulation.state(order)
        if state.ended or not state.rest:
            return
        yield simulation.days(simulation.dice.randint(1, 5), simulation.dice.uniform(9, 16))


async def _delivery(
    simulation: Simulation, order: Stream, supplier: SampleSupplier, requester: str, buyer: str
) -> Story:
    keeper = simulation.pick(simulation.holders(Role.WAREHOUSE_KEEPER))
    receipt = simulation.number("goods_receipt")
    note = f"送货单-{receipt.id}"
    arrival = RecordArrival(order=order.id, delivery_note=note)
    if isinstance(await simulation.ask(receipt, arrival, keeper), Refusal):
        return
    yield simulation.working_hours(5, 9) if simulation.chance(7) else simulation.working_hours(0.3, 2.8)
    state: Order = await simulation.state(order)
    part = simulation.chance(10)
    lines = tuple(_checked(simulation, each, supplier, part) for each in state.rest)
    if simulation.chance(2):
        # Without a photograph nothing is received.
        await simulation.ask(receipt, CheckGoods(lines=lines, photographs=(), signature=keeper), keeper)
    photograph = simulation.attach(f"示例照片 sample photograph {receipt.id}".encode())
    check = CheckGoods(lines=lines, photographs=(photograph,), signature=f"{keeper} 签收")
    if isinstance(await simulation.ask(receipt, check, keeper), Refusal):
        return
    async for moment in _settled(simulation, receipt, buyer):
        yield moment
    found: Receipt = await simulation.state(receipt)
    for line, quantity in sorted(found.to_install.items()):
        yield simulation.working_hours(3, 20)
        installer = simulation.pick(simulation.holders(Role.IT))
        await simulation.ask(receipt, MarkInstalled(line=line, quantity=quantity, remark="已安装调试"), installer)
    if simulation.chance(60):
        yield simulation.working_hours(1, 8)
        await _issue(simulation, lines, state, requester, keeper)


async def _settled(simulation: Simulation, receipt: Stream, buyer: str) -> Story:
    """Every exception is settled, the faulty mostly exchanged."""
    state: Receipt = await simulation.state(receipt)
    for number, found in sorted(state.open.items()):
        yield simulation.working_hours(2, 40)
        command: Command
        by = buyer
        if found.kind == "excess" or (found.kind != "shortage" and simulation.chance(25)):
            command = ReturnGoods(exception=number, reason="不合格退回" if found.kind != "excess" else "多送退回")
        elif found.kind != "shortage" and simulation.chance(25) and state.arrived is not None:
            command = AcceptGoods(exception=number, reason="不影响使用,让步接收", bin=_bin(simulation))
            by = simulation.pick(simulation.holders(Role.DEPARTMENT_HEAD, state.arrived.department))
        else:
            command = ExchangeGoods(exception=number, reason="请更换或补送")
        await simulation.ask(receipt, command, by)


async def _issue(
    simulation: Simulation, lines: tuple[CheckedLine, ...], order: Order, requester: str, keeper: str
) -> None:
    """The requester draws what came in."""
    for checked in lines:
        line = order.lines[checked.line].line
        sound = checked.counted - sum((fault.quantity for fault in checked.faults), Decimal(0))
        if sound <= 0 or checked.bin is None or line.category == "services":
            continue
        subject = Stream("stock", stock_number(line.item, line.specification, line.unit))
        draw = IssueStock(quantity=sound, bin=checked.bin, to=requester, purpose="部门领用")
        await simulation.ask(subject, draw, keeper)


def _checked(simulation: Simulation, rest: LineQuantity, supplier: SampleSupplier, part: bool) -> CheckedLine:
    counted = rest.quantity
    if part and counted > 1:
        counted = Decimal(int(counted) // 2)
    noted = counted
    faults: tuple[Fault, ...] = ()
    if simulation.chance(supplier.bad_percent):
        picture = simulation.attach(f"示例照片 sample photograph of a fault {simulation.now.isoformat()}".encode())
        kinds: tuple[Literal["damaged", "defective", "wrong_specification"], ...]
        kinds = ("damaged", "defective", "wrong_specification")
        quantity = Decimal(simulation.dice.randint(1, max(int(counted) // 4, 1)))
        faults = (
            Fault(
                kind=simulation.pick(kinds),
                quantity=min(quantity, counted),
                remark="外观或功能异常",
                photographs=(picture,),
            ),
        )
    elif simulation.chance(2):
        noted = counted + 1
    return CheckedLine(
        line=rest.line,
        noted=noted,
        counted=counted,
        checked=("quantity", "condition", "specification"),
        faults=faults,
        bin=_bin(simulation),
        remark="",
    )


def _bin(simulation: Simulation) -> str:
    return f"{simulation.pick('ABC')}-{simulation.dice.randint(1, 6):02}-{simulation.dice.randint(1, 9):02}"
