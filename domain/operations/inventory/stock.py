"""Stock of an item 库存 (clause 4.1.3.2): how much lies in which bin, how much is held as 待处理, and who took what.

Goods come in with their receipt, in its transaction. What is held is here but not available; nothing ever falls below
zero. The number of a stock is made of item, specification and unit (``domain.operations.goods.stock_number``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from domain.directory import Role
from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Refusal
from domain.money import Quantity
from domain.operations.goods import Bin

CLAUSE = "4.1.3.2"
NOWHERE = "UNSORTED"
"""Where goods lie that came in without a bin, if the policy asks for none."""


class _Goods(Command):
    item: str
    specification: str
    unit: str


class ReceiveIntoStock(_Goods):
    """Put accepted goods into a bin 入库; issued together with the check."""

    zh: ClassVar[str] = "入库"
    by_house: ClassVar[bool] = True
    receipt: str
    order: str
    quantity: Quantity
    bin: Bin


class HoldGoods(_Goods):
    """Keep faulty or surplus goods apart 待处理; issued together with the finding."""

    zh: ClassVar[str] = "货物待处理"
    by_house: ClassVar[bool] = True
    receipt: str
    exception: int
    quantity: Quantity


class ReleaseHeld(Command):
    """Make held goods available 解除待处理; issued together with their acceptance."""

    zh: ClassVar[str] = "解除待处理"
    by_house: ClassVar[bool] = True
    receipt: str
    exception: int
    bin: Bin


class SendHeldBack(Command):
    """Let held goods go back to the supplier 待处理货物退回; issued together with a return or exchange."""

    zh: ClassVar[str] = "待处理货物退回"
    by_house: ClassVar[bool] = True
    receipt: str
    exception: int


class IssueStock(Command):
    """Hand goods out 领用出库."""

    zh: ClassVar[str] = "领用出库"
    quantity: Quantity
    bin: Bin
    to: str = Field(min_length=1, max_length=64, description="Who gets it 领用人或部门")
    purpose: str = Field(min_length=1, max_length=500)


class TakeBack(Command):
    """Put goods back that were handed out 退库."""

    zh: ClassVar[str] = "退库"
    quantity: Quantity
    bin: Bin
    giver: str = Field(min_length=1, max_length=64, description="Who gives it back 退库人或部门")
    reason: str = Field(min_length=1, max_length=500)


class MoveStock(Command):
    """Move goods to another bin 移库."""

    zh: ClassVar[str] = "移库"
    quantity: Quantity
    source: Bin
    target: Bin


StockCommand = ReceiveIntoStock | HoldGoods | ReleaseHeld | SendHeldBack | IssueStock | TakeBack | MoveStock


class StockReceived(Event):
    """Goods came into stock 已入库."""

    zh: ClassVar[str] = "已入库"
    clause: ClassVar[str] = CLAUSE
    item: str
    specification: str
    unit: str
    receipt: str
    order: str
    quantity: Quantity
    bin: str


class GoodsHeld(Event):
    """Goods are here but not available 货物待处理."""

    zh: ClassVar[str] = "货物待处理"
    clause: ClassVar[str] = "4.1.3.3"
    item: str
    specification: str
    unit: str
    receipt: str
    exception: int
    quantity: Quantity


class HeldReleased(Event):
    """Held goods became available 待处理已解除."""

    zh: ClassVar[str] = "待处理已解除"
    clause: ClassVar[str] = "4.1.3.3"
    receipt: str
    exception: int
    quantity: Quantity
    bin: str


class HeldSentBack(Event):
    """Held goods left for the supplier 待处理货物已退回."""

    zh: ClassVar[str] = "待处理货物已退回"
    clause: ClassVar[str] = "4.1.3.3"
    receipt: str
    exception: int
    quantity: Quantity


class StockIssued(Event):
    """Goods were handed out 已领用."""

    zh: ClassVar[str] = "已领用"
    clause: ClassVar[str] = CLAUSE
    quantity: Quantity
    bin: str
    to: str
    purpose: str


class StockTakenBack(Event):
    """Goods that were handed out came back 已退库."""

    zh: ClassVar[str] = "已退库"
    clause: ClassVar[str] = CLAUSE
    quantity: Quantity
    bin: str
    giver: str
    reason: str


class StockMoved(Event):
    """Goods moved to another bin 已移库."""

    zh: ClassVar[str] = "已移库"
    clause: ClassVar[str] = CLAUSE
    quantity: Quantity
    source: str
    target: str


StockEvent = StockReceived | GoodsHeld | HeldReleased | HeldSentBack | StockIssued | StockTakenBack | StockMoved


class KeptByWarehouse(Refusal):
    """Goods are handed out, taken back and moved by a warehouse keeper.

    领用出库、退库和移库由仓库管理员办理。

    → Ask a warehouse keeper.
    → 请联系仓库管理员办理。
    """

    clause = CLAUSE
    attempt = True


class NotInStock(Refusal):
    """Stock never falls below zero: only what lies available in the bin can leave it.

    库存不得为负：仅库位中可用的数量可以出库或移库。

    → Take less, or from another bin; goods in 待处理 are not available until settled.
    → 请减少数量或改用其他库位；待处理的货物在处理完毕前不可用。
    """

    clause = CLAUSE


class NothingHandedOut(Refusal):
    """Not more comes back than was handed out.

    退库数量不得超过已领用数量。

    → Correct the quantity.
    → 请更正数量。
    """

    clause = CLAUSE


class NothingHeld(Refusal):
    """Released or sent back is what is held for that exception.

    仅可解除或退回该异常项下的待处理货物。

    → Look at what the stock holds.
    → 请查看库存中的待处理货物。
    """

    clause = "4.1.3.3"


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
