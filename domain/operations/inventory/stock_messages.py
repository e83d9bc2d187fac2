"""What may be asked of a stock, what happens to it 库存命令与事件 (clauses 4.1.3.2, 4.1.3.3)."""

from typing import ClassVar

from pydantic import Field

from domain.kernel import Command, Event
from domain.money import Quantity
from domain.operations.goods import Bin
from domain.operations.inventory.stock_rules import CLAUSE


class NamedGoods(Command):
    """Goods by item, specification and unit 物料."""

    item: str
    specification: str
    unit: str


class ReceiveIntoStock(NamedGoods):
    """Put accepted goods into a bin 入库; issued together with the check."""

    zh: ClassVar[str] = "入库"
    by_house: ClassVar[bool] = True
    receipt: str
    order: str
    quantity: Quantity
    bin: Bin


class HoldGoods(NamedGoods):
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
    purpose: str = Field(min_length=1, max_length=500, description="What the goods are for 领用用途")


class TakeBack(Command):
    """Put goods back that were handed out 退库."""

    zh: ClassVar[str] = "退库"
    quantity: Quantity
    bin: Bin
    giver: str = Field(min_length=1, max_length=64, description="Who gives it back 退库人或部门")
    reason: str = Field(min_length=1, max_length=500, description="Why they come back 退库原因")


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
