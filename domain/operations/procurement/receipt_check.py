"""Checking a delivery 验收 (clauses 4.1.3.1 - 4.1.3.3): accepted, wrong, or waiting for installation."""

from collections.abc import Iterable
from decimal import Decimal

from domain.directory import Role
from domain.kernel import Context, Decision, Event
from domain.operations.procurement import receipt_rules as rules
from domain.operations.procurement.duties import players
from domain.operations.procurement.receipt_messages import (
    CheckGoods,
    GoodsArrived,
    GoodsChecked,
    GoodsExceptionFound,
    InstallationAwaited,
)
from domain.operations.procurement.receipt_rules import CLAUSE_CHECK, CLAUSE_EXCEPTION, CLAUSE_STOCK
from domain.operations.procurement.receipt_state import Receipt
from domain.operations.procurement.receiving import CheckedLine, Found, ReceivedLine, missing_checks, outcome
from domain.operations.procurement.terms import OpenLine, OrderStanding


def check(command: CheckGoods, state: Receipt, arrived: GoodsArrived, context: Context) -> Decision:
    """The check as signed: exceptions found, equipment that waits, and what was received line by line."""
    order = context.fact(OrderStanding, "purchase_order", arrived.order)
    assert order is not None
    ordered = {each.line.number: each for each in order.lines}
    _check_complete(command, ordered, context)
    over = context.policy.value(CLAUSE_CHECK, "over_delivery_percent")
    lines: list[ReceivedLine] = []
    events: list[Event] = []
    for checked in command.lines:
        accepted, found = outcome(checked, ordered[checked.line], over)
        line = _received(checked, accepted, ordered[checked.line], context)
        lines.append(line)
        for wrong in found:
            number = state.found + 1 + sum(isinstance(each, GoodsExceptionFound) for each in events)
            events.append(_exception(number, wrong, line, command, arrived, context))
        events.extend(installation(line, accepted, arrived, context))
    faults: dict[str, Decimal] = {}
    for each in events:
        if isinstance(each, GoodsExceptionFound):
            faults[each.kind] = faults.get(each.kind, Decimal(0)) + each.quantity
    done = GoodsChecked(
        order=arrived.order,
        supplier=arrived.supplier,
        promised_on=arrived.promised_on,
        arrived_at=arrived.arrived_at,
        lines=tuple(lines),
        faults=faults,
        photographs=command.photographs,
        signature=command.signature,
        checked_by=context.principal,
    )
    due_at, now = arrived.check_due_at, context.now
    in_time = "in time" if now <= due_at else "late"
    ruling = context.basis(CLAUSE_CHECK, "hours", in_time, due_at=due_at.isoformat(), checked_at=now.isoformat())
    # What was found comes first, so that an order does not close before it knows what is wrong.
    return [*events, done.under(ruling)]


def _check_complete(command: CheckGoods, ordered: dict[int, OpenLine], context: Context) -> None:
    numbers = [each.line for each in command.lines]
    if len(set(numbers)) != len(numbers) or not set(numbers) <= set(ordered):
        raise rules.LinesAsOrdered(field="lines", lines=", ".join(map(str, numbers)))
    missing = missing_checks(command.lines, context.policy.value(CLAUSE_CHECK, "checks"))
    if missing:
        raise rules.CheckIncomplete(field="lines", missing=", ".join(missing))
    needed = int(context.policy.value(CLAUSE_CHECK, "photographs_minimum"))
    if len(set(command.photographs)) < needed:
        raise rules.PhotographsMissing(field="photographs", have=len(set(command.photographs)), need=needed)
    needed = int(context.policy.value(CLAUSE_EXCEPTION, "photographs_minimum"))
    for each in command.lines:
        if sum((fault.quantity for fault in each.faults), Decimal(0)) > each.counted:
            raise rules.FaultsExceedQuantity(field="lines", line=each.line, counted=each.counted)
        if any(len(set(fault.photographs)) < needed for fault in each.faults):
            raise rules.ExceptionPhotographsMissing(field="lines", line=each.line, need=needed)


def _received(checked: CheckedLine, accepted: Decimal, ordered: OpenLine, context: Context) -> ReceivedLine:
    line = ordered.line
    stocked = line.category not in context.policy.value(CLAUSE_STOCK, "not_stocked_categories")
    if accepted and stocked and checked.bin is None and context.policy.value(CLAUSE_STOCK, "bin_required"):
        raise rules.BinMissing(field="bin", line=checked.line)
    return ReceivedLine(
        line=line.number,
        item=line.item,
        specification=line.specification,
        category=line.category,
        unit=line.unit,
        noted=checked.noted,
        counted=checked.counted,
        accepted=accepted,
        bin=checked.bin if stocked else None,
        stocked=stocked,
        remark=checked.remark,
    )


def _exception(
    number: int, wrong: Found, line: ReceivedLine, command: CheckGoods, arrived: GoodsArrived, context: Context
) -> GoodsExceptionFound:
    policy = context.policy
    days = int(policy.value(CLAUSE_EXCEPTION, "settle_working_days"))
    roles = [role for role in policy.value(CLAUSE_EXCEPTION, "informed") if role != Role.BUYER]
    told = players(roles, arrived.department, context.directory)
    return GoodsExceptionFound(
        number=number,
        order=arrived.order,
        supplier=arrived.supplier,
        buyer=arrived.buyer,
        line=line.line,
        item=line.item,
        specification=line.specification,
        category=line.category,
        unit=line.unit,
        stocked=line.stocked,
        kind=wrong.kind,
        quantity=wrong.quantity,
        remark=wrong.remark,
        photographs=wrong.photographs or command.photographs,
        informed=tuple(dict.fromkeys((arrived.buyer, *told))),
        settle_due_at=context.working_time.working_days_after(context.now, days),
    )


def installation(
    line: ReceivedLine | GoodsExceptionFound, quantity: Decimal, arrived: GoodsArrived, context: Context
) -> Iterable[InstallationAwaited]:
    """Equipment to install waits, and those the policy names are told."""
    if quantity and line.category in context.policy.value(CLAUSE_STOCK, "install_categories"):
        roles = context.policy.value(CLAUSE_STOCK, "install_informed")
        yield InstallationAwaited(
            order=arrived.order,
            department=arrived.department,
            line=line.line,
            item=line.item,
            specification=line.specification,
            quantity=quantity,
            unit=line.unit,
            informed=players(roles, arrived.department, context.directory),
        )
