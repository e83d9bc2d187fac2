"""Goods receipt 入库单 (clauses 4.1.3.1 - 4.1.3.3): goods arrive, are checked in time, go into stock or wait as 待处理.

The arrival starts the time to check. The keeper checks note against order, signs and photographs; sound goods become
stock, faulty ones wait until they are returned, exchanged or accepted with a reason. Equipment waits for installation.
"""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.directory import Role
from domain.kernel import Aggregate, Context, Decision, Event, Obligation, Ruled, Stream
from domain.operations.procurement import receipt_rules as rules
from domain.operations.procurement.duties import plays
from domain.operations.procurement.receipt_check import check, installation
from domain.operations.procurement.receipt_messages import (
    AcceptGoods,
    CheckGoods,
    EquipmentInstalled,
    ExchangeGoods,
    GoodsAccepted,
    GoodsArrived,
    GoodsChecked,
    GoodsExceptionFound,
    GoodsExchanged,
    GoodsReturned,
    MarkInstalled,
    ReceiptCommand,
    RecordArrival,
    ReturnGoods,
)
from domain.operations.procurement.receipt_rules import CLAUSE_CHECK, CLAUSE_EXCEPTION, CLAUSE_STOCK
from domain.operations.procurement.receipt_state import Receipt, evolve
from domain.operations.procurement.terms import OrderStanding, Settlement


def decide(command: ReceiptCommand, state: Receipt, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case RecordArrival():
            return [_arrival(command, state, context)]
        case CheckGoods():
            _check_keeper(context)
            if state.arrived is None:
                raise rules.NothingArrived()
            if state.checked_by is not None:
                raise rules.ReceiptExists(status=state.status)
            _check_not_buyer(state.arrived.buyer, context)
            return check(command, state, state.arrived, context)
        case ReturnGoods(exception=number, reason=reason):
            found = _open_exception(number, "return", state, context)
            _check_settled_by_buyer(context)
            return [GoodsReturned(reason=reason, **_of(found))]
        case ExchangeGoods(exception=number, reason=reason, expected_on=expected_on):
            found = _open_exception(number, "exchange", state, context)
            _check_settled_by_buyer(context)
            return [GoodsExchanged(reason=reason, expected_on=expected_on, **_of(found))]
        case AcceptGoods():
            return _accept(command, state, context)
        case MarkInstalled():
            return [_installed(command, state, context)]


def _arrival(command: RecordArrival, state: Receipt, context: Context) -> Ruled:
    _check_keeper(context)
    if state.arrived is not None:
        raise rules.ReceiptExists(status=state.status)
    order = context.fact(OrderStanding, "purchase_order", command.order)
    if order is None or order.status in ("closed", "cancelled"):
        raise rules.NoOpenOrder(field="order", order=command.order, status="none" if order is None else order.status)
    _check_not_buyer(order.buyer, context)
    hours = int(context.policy.value(CLAUSE_CHECK, "hours"))
    counting = context.policy.value(CLAUSE_CHECK, "hours_counted")
    if counting == "working":
        due_at = context.working_time.working_hours_after(context.now, hours)
    else:
        due_at = context.now + timedelta(hours=hours)
    arrived = GoodsArrived(
        order=command.order,
        requisition=order.requisition,
        supplier=order.supplier,
        buyer=order.buyer,
        requester=order.requester,
        department=order.department,
        delivery_note=command.delivery_note,
        promised_on=order.promised_on,
        arrived_at=context.now,
        check_due_at=due_at,
        keeper=context.principal,
        remark=command.remark,
    )
    return arrived.under(context.basis(CLAUSE_CHECK, "hours", "due", hours=hours, hours_counted=counting))


def _accept(command: AcceptGoods, state: Receipt, context: Context) -> Decision:
    found = _open_exception(command.exception, "acceptance", state, context)
    assert state.arrived is not None
    roles = context.policy.value(CLAUSE_EXCEPTION, "accepted_by")
    may = plays(context.principal, roles, state.arrived.department, context.directory)
    if not may or {state.arrived.buyer, state.checked_by} & {context.actor, context.principal}:
        raise rules.AcceptedByAuthority(roles=", ".join(roles), department=state.arrived.department)
    here = found.kind != "shortage"
    if here and found.stocked and command.bin is None and context.policy.value(CLAUSE_STOCK, "bin_required"):
        raise rules.BinMissing(field="bin", line=found.line)
    accepted = GoodsAccepted(reason=command.reason, accepted_by=context.principal, bin=command.bin, **_of(found))
    ruling = context.basis(
        CLAUSE_EXCEPTION, "accepted_by", "accepted", by=context.principal, kind=found.kind, quantity=found.quantity
    )
    return [accepted.under(ruling), *(installation(found, found.quantity, state.arrived, context) if here else ())]


def _installed(command: MarkInstalled, state: Receipt, context: Context) -> Event:
    roles = context.policy.value(CLAUSE_STOCK, "install_informed")
    department = state.arrived.department if state.arrived else None
    if not plays(context.principal, roles, department, context.directory):
        raise rules.InstalledByIt(roles=", ".join(roles))
    waiting = state.to_install.get(command.line, Decimal(0))
    if command.quantity > waiting:
        raise rules.NothingToInstall(field="quantity", line=command.line, waiting=waiting)
    return EquipmentInstalled(
        line=command.line, quantity=command.quantity, installed_by=context.principal, remark=command.remark
    )


def _open_exception(number: int, settlement: Settlement, state: Receipt, context: Context) -> GoodsExceptionFound:
    found = state.open.get(number)
    if found is None or state.checked_by is None:
        raise rules.NoSuchException(field="exception", exception=number)
    unfit = {("shortage", "return"), ("excess", "exchange")}
    if (found.kind, settlement) in unfit or settlement not in context.policy.value(CLAUSE_EXCEPTION, "settlements"):
        raise rules.SettlementDoesNotFit(kind=found.kind, settlement=settlement)
    return found


def _of(found: GoodsExceptionFound) -> dict[str, Any]:
    return found.model_dump(include={"number", "order", "item", "specification", "unit", "stocked", "kind", "quantity"})


def _check_settled_by_buyer(context: Context) -> None:
    if not context.directory.holds(context.principal, Role.BUYER):
        raise rules.SettledByBuyer()


def _check_keeper(context: Context) -> None:
    if not context.directory.holds(context.principal, Role.WAREHOUSE_KEEPER):
        raise rules.CheckedByWarehouse()


def _check_not_buyer(buyer: str, context: Context) -> None:
    if buyer in (context.actor, context.principal):
        raise rules.CheckedByAnother(buyer=buyer)


def consults(command: ReceiptCommand, state: Receipt) -> Iterable[Stream]:
    """The order the goods came for."""
    match command:
        case RecordArrival(order=order):
            yield Stream("purchase_order", order)
        case CheckGoods() if state.arrived is not None:
            yield Stream("purchase_order", state.arrived.order)


def department(command: ReceiptCommand, state: Receipt, context: Context) -> str | None:
    """The using department, whose detailed rules apply."""
    if isinstance(command, RecordArrival):
        found = context.facts.get(Stream("purchase_order", command.order))
        return found.department if isinstance(found, OrderStanding) else None
    return state.arrived.department if state.arrived else None


GOODS_RECEIPT = Aggregate(
    name="goods_receipt",
    zh="入库单",
    prefix="GR",
    initial=Receipt(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    department=department,
    obligations=(
        Obligation(
            clause=CLAUSE_CHECK,
            zh="收货后验收",
            opened_by=GoodsArrived,
            fulfilled_by=(GoodsChecked,),
            due=lambda arrived: arrived.check_due_at,
            owed_by=lambda arrived: (arrived.keeper,),
        ),
        Obligation(
            clause=CLAUSE_EXCEPTION,
            zh="到货异常处理",
            opened_by=GoodsExceptionFound,
            fulfilled_by=(GoodsReturned, GoodsExchanged, GoodsAccepted),
            due=lambda found: found.settle_due_at,
            owed_by=lambda found: (found.buyer,),
            key=lambda event: str(event.number),
        ),
    ),
)
