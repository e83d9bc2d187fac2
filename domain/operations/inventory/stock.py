"""Stock of an item 库存 (clause 4.1.3.2): how much lies in which bin, how much is held as 待处理, and who took what.

Goods come in with their receipt, in its transaction. What is held is here but not available; nothing ever falls below
zero. The number of a stock is made of item, specification and unit (``domain.operations.goods.stock_number``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from domain.directory import Role
from domain.kernel import Aggregate, Context, Decision, Fact
from domain.operations.inventory.stock_messages import (
    GoodsHeld,
    HeldReleased,
    HeldSentBack,
    HoldGoods,
    IssueStock,
    MoveStock,
    ReceiveIntoStock,
    ReleaseHeld,
    SendHeldBack,
    StockCommand,
    StockEvent,
    StockIssued,
    StockMoved,
    StockReceived,
    StockTakenBack,
    TakeBack,
)
from domain.operations.inventory.stock_rules import KeptByWarehouse, NothingHandedOut, NothingHeld, NotInStock

NOWHERE = "UNSORTED"
"""Where goods lie that came in without a bin, if the policy asks for none."""


@dataclass(frozen=True, slots=True)
class StockStanding(Fact):
    """What a stock tells of itself 库存概况."""

    item: str
    specification: str
    unit: str
    available: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class Stock:
    """How much lies in which bin, and how much is held for which exception."""

    item: str = ""
    specification: str = ""
    unit: str = ""
    bins: Mapping[str, Decimal] = field(default_factory=dict)
    held: Mapping[tuple[str, int], Decimal] = field(default_factory=dict)
    handed_out: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        """What can be handed out, over all bins."""
        return sum(self.bins.values(), Decimal(0))


def decide(command: StockCommand, state: Stock, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case ReceiveIntoStock():
            return [StockReceived(**dict(command))]
        case HoldGoods():
            return [GoodsHeld(**dict(command))]
        case ReleaseHeld(receipt=receipt, exception=exception, bin=bin):
            held = _held(receipt, exception, state)
            return [HeldReleased(receipt=receipt, exception=exception, quantity=held, bin=bin)]
        case SendHeldBack(receipt=receipt, exception=exception):
            held = _held(receipt, exception, state)
            return [HeldSentBack(receipt=receipt, exception=exception, quantity=held)]
    if not context.directory.holds(context.principal, Role.WAREHOUSE_KEEPER):
        raise KeptByWarehouse()
    match command:
        case IssueStock():
            _check_available(command.bin, command.quantity, state)
            return [StockIssued(**dict(command))]
        case TakeBack():
            if command.quantity > state.handed_out:
                raise NothingHandedOut(field="quantity", handed_out=state.handed_out)
            return [StockTakenBack(**dict(command))]
        case MoveStock():
            _check_available(command.source, command.quantity, state)
            return [StockMoved(**dict(command))]


def evolve(state: Stock, event: StockEvent) -> Stock:
    """The stock after ``event``."""
    match event:
        case StockReceived(quantity=quantity, bin=bin):
            named = replace(state, item=event.item, specification=event.specification, unit=event.unit)
            return replace(named, bins=_changed(state.bins, bin, quantity))
        case GoodsHeld(receipt=receipt, exception=exception, quantity=quantity):
            named = replace(state, item=event.item, specification=event.specification, unit=event.unit)
            return replace(named, held={**state.held, (receipt, exception): quantity})
        case HeldReleased(quantity=quantity, bin=bin):
            return replace(_without_held(state, event), bins=_changed(state.bins, bin, quantity))
        case HeldSentBack():
            return _without_held(state, event)
        case StockIssued(quantity=quantity, bin=bin):
            return replace(state, bins=_changed(state.bins, bin, -quantity), handed_out=state.handed_out + quantity)
        case StockTakenBack(quantity=quantity, bin=bin):
            return replace(state, bins=_changed(state.bins, bin, quantity), handed_out=state.handed_out - quantity)
        case StockMoved(quantity=quantity, source=source, target=target):
            return replace(state, bins=_changed(_changed(state.bins, source, -quantity), target, quantity))


def _held(receipt: str, exception: int, state: Stock) -> Decimal:
    held = state.held.get((receipt, exception))
    if held is None:
        raise NothingHeld(receipt=receipt, exception=exception)
    return held


def _check_available(bin: str, quantity: Decimal, state: Stock) -> None:
    there = state.bins.get(bin, Decimal(0))
    if quantity > there:
        held = sum(state.held.values(), Decimal(0))
        raise NotInStock(field="quantity", bin=bin, available=there, asked=quantity, held=held)


def _changed(bins: Mapping[str, Decimal], bin: str, by: Decimal) -> dict[str, Decimal]:
    changed = {**bins, bin: bins.get(bin, Decimal(0)) + by}
    return {each: quantity for each, quantity in changed.items() if quantity}


def _without_held(state: Stock, event: HeldReleased | HeldSentBack) -> Stock:
    gone = (event.receipt, event.exception)
    return replace(state, held={key: quantity for key, quantity in state.held.items() if key != gone})


def standing(state: Stock) -> StockStanding | None:
    """What others may know of it."""
    held = sum(state.held.values(), Decimal(0))
    return StockStanding(state.item, state.specification, state.unit, state.available, held)


STOCK = Aggregate(name="stock", zh="库存", prefix="ST", initial=Stock(), decide=decide, evolve=evolve, fact=standing)
