"""Purchase order 采购订单 (clauses 4.1.1.2, 4.1.2.4, 4.1.3.2, 4.1.3.3): from award to closing.

Its amount may exceed what was approved by the policy's tolerance and no more. Arrivals, receipts and exceptions reach
it in their own transactions; while an exception is unsettled it is 待处理 and does not close.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.directory import Role
from domain.kernel import Aggregate, Basis, Context, Decision, Event, Ruled, Stream
from domain.operations.procurement import order_rules as rules
from domain.operations.procurement.order_messages import (
    CancelPurchaseOrder,
    HoldForException,
    NoteArrival,
    NoteReceipt,
    OrderArrivalNoted,
    OrderCommand,
    OrderEvent,
    OrderExceptionSettled,
    OrderHeld,
    OrderReceiptNoted,
    PlaceDirectOrder,
    PlacePurchaseOrder,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    PurchaseOrderPlaced,
    SettleException,
)
from domain.operations.procurement.order_placing import place, place_directly, within_tolerance
from domain.operations.procurement.order_state import LineTally, Order, counts_as_held, settled
from domain.operations.procurement.terms import (
    OpenLine,
    OrderStanding,
    RequisitionStanding,
)


def decide(command: OrderCommand, state: Order, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case PlacePurchaseOrder():
            _check_new(state, context)
            return [place(command, context)]
        case PlaceDirectOrder():
            _check_new(state, context)
            return [place_directly(command, context)]
        case CancelPurchaseOrder(reason=reason):
            return _cancel(reason, state, context)
        case NoteArrival(receipt=receipt):
            _check_open(state)
            return [OrderArrivalNoted(receipt=receipt)]
        case NoteReceipt(receipt=receipt, accepted=accepted):
            _check_open(state)
            return _and_closed(OrderReceiptNoted(receipt=receipt, accepted=accepted).under(), state)
        case HoldForException():
            _check_open(state)
            return [OrderHeld(**dict(command))]
        case SettleException():
            return _settle(command, state, context)


def evolve(state: Order, event: OrderEvent) -> Order:
    """The order after ``event``."""
    match event:
        case PurchaseOrderPlaced():
            return Order(placed=event, lines={line.number: LineTally(line) for line in event.lines})
        case OrderArrivalNoted(receipt=receipt):
            return replace(state, arrivals=state.arrivals | {receipt})
        case OrderReceiptNoted(receipt=receipt, accepted=accepted):
            lines = dict(state.lines)
            for each in accepted:
                lines[each.line] = lines[each.line].changed(accepted=each.quantity)
            return replace(state, lines=lines, arrivals=state.arrivals - {receipt})
        case OrderHeld():
            tally = state.lines[event.line].changed(held=counts_as_held(event))
            exceptions = {**state.exceptions, (event.receipt, event.exception): event}
            return replace(state, lines={**state.lines, event.line: tally}, exceptions=exceptions)
        case OrderExceptionSettled():
            held = state.exceptions[event.receipt, event.exception]
            tally = settled(state.lines[held.line], held, event.settlement)
            exceptions = {key: each for key, each in state.exceptions.items() if each is not held}
            return replace(state, lines={**state.lines, held.line: tally}, exceptions=exceptions)
        case PurchaseOrderCancelled(rest=rest, whole=whole):
            lines = dict(state.lines)
            for each in rest:
                lines[each.line] = lines[each.line].changed(given_up=each.quantity)
            return replace(state, lines=lines, ended="cancelled" if whole else None)
        case PurchaseOrderClosed():
            return replace(state, ended="closed")


def _cancel(reason: str, state: Order, context: Context) -> Decision:
    if not context.directory.holds(context.principal, Role.BUYER):
        raise rules.OrderedByBuyer()
    _check_open(state)
    if state.exceptions:
        raise rules.ExceptionUnsettled(exceptions=_named(state))
    if state.arrivals:
        raise rules.ArrivalUnchecked(receipts=", ".join(sorted(state.arrivals)))
    assert state.placed is not None
    cancelled = PurchaseOrderCancelled(
        requisition=state.placed.requisition, reason=reason, whole=state.status == "placed", rest=state.rest
    )
    return [cancelled] if cancelled.whole else _and_closed(cancelled.under(), state)


def _settle(command: SettleException, state: Order, context: Context) -> Decision:
    held = state.exceptions[command.receipt, command.exception]
    after = settled(state.lines[held.line], held, command.settlement)
    amount = replace(state, lines={**state.lines, held.line: after}).amount
    basis: tuple[Basis, ...] = ()
    if state.placed is not None and amount > state.placed.amount:
        basis = (within_tolerance(amount, state.placed.approved_amount, context),)
    event = OrderExceptionSettled(
        receipt=command.receipt,
        exception=command.exception,
        line=held.line,
        kind=held.kind,
        quantity=held.quantity,
        settlement=command.settlement,
        amount=amount,
    )
    return _and_closed(event.under(*basis), state)


def _and_closed(ruled: Ruled, state: Order) -> Decision:
    after = evolve(state, _own(ruled.event))
    return [ruled, PurchaseOrderClosed(amount=after.received_amount)] if after.is_finished else [ruled]


def _own(event: Event) -> OrderEvent:
    assert isinstance(event, OrderReceiptNoted | OrderExceptionSettled | PurchaseOrderCancelled)
    return event


def _check_new(state: Order, context: Context) -> None:
    if not context.directory.holds(context.principal, Role.BUYER):
        raise rules.OrderedByBuyer()
    if state.placed is not None:
        raise rules.OrderExists(status=state.status)


def _check_open(state: Order) -> None:
    if state.placed is None or state.ended:
        raise rules.OrderNotOpen(status=state.status)


def _named(state: Order) -> str:
    return ", ".join(f"{receipt}/{number}" for receipt, number in state.exceptions)


def consults(command: OrderCommand, state: Order) -> Iterable[Stream]:
    """The award, the requisition and the supplier of an order that is placed."""
    match command:
        case PlacePurchaseOrder(rfq=rfq, requisition=requisition, supplier=supplier):
            yield from (Stream("rfq", rfq), Stream("requisition", requisition), Stream("supplier", supplier))
        case PlaceDirectOrder(requisition=requisition, supplier=supplier):
            yield from (Stream("requisition", requisition), Stream("supplier", supplier))


def standing(state: Order) -> OrderStanding | None:
    """What others may know of it."""
    placed = state.placed
    if placed is None:
        return None
    return OrderStanding(
        status=state.status,
        requisition=placed.requisition,
        supplier=placed.supplier,
        buyer=placed.buyer,
        requester=placed.requester,
        department=placed.department,
        promised_on=placed.promised_on,
        lines=tuple(OpenLine(tally.line, tally.outstanding) for tally in state.lines.values()),
    )


def department(command: OrderCommand, state: Order, context: Context) -> str | None:
    """The requesting department, whose detailed rules apply."""
    if isinstance(command, PlacePurchaseOrder | PlaceDirectOrder):
        found = context.facts.get(Stream("requisition", command.requisition))
        return found.department if isinstance(found, RequisitionStanding) else None
    return state.placed.department if state.placed else None


PURCHASE_ORDER = Aggregate(
    name="purchase_order",
    zh="采购订单",
    prefix="PO",
    initial=Order(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    department=department,
)
