"""What may be asked of a purchase order, and what happens to it 采购订单命令与事件."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from domain.kernel import Command, Event
from domain.money import Money, Price, Quantity
from domain.operations.procurement.order_rules import CLAUSE_ORDER
from domain.operations.procurement.terms import ExceptionKind, LineQuantity, OrderedLine, Settlement

_Number = Annotated[str, Field(min_length=1, max_length=64)]


class PlacePurchaseOrder(Command):
    """Order what was awarded 下达采购订单."""

    zh: ClassVar[str] = "下达采购订单"
    rfq: _Number = Field(description="Awarded request for quotation 询价单号")
    requisition: _Number = Field(description="Approved requisition 采购申请单号")
    supplier: _Number = Field(description="Awarded supplier 中标供应商")


class PlaceDirectOrder(Command):
    """Order without quotes, up to the amount the policy allows 直接下单; one price for each line of the requisition."""

    zh: ClassVar[str] = "直接下单"
    requisition: _Number = Field(description="Approved requisition 采购申请单号")
    supplier: _Number = Field(description="Supplier of the register 供应商编号")
    prices: tuple[Price, ...] = Field(
        min_length=1,
        max_length=500,
        description="Agreed unit prices in CNY, in the order of the requisition's lines 各行单价(元)",
    )
    delivery_days: int = Field(ge=0, le=3660, description="Delivery time in days 交货期(天)")


class CancelPurchaseOrder(Command):
    """Give up what was not delivered 取消未交部分."""

    zh: ClassVar[str] = "取消订单未交部分"
    reason: str = Field(min_length=1, max_length=2000, description="Why it is cancelled 取消原因")


class NoteArrival(Command):
    """Goods arrived for it 登记到货; issued together with the arrival."""

    zh: ClassVar[str] = "登记订单到货"
    by_house: ClassVar[bool] = True
    receipt: str


class NoteReceipt(Command):
    """Goods that arrived were checked 登记入库; issued together with the check."""

    zh: ClassVar[str] = "登记订单入库"
    by_house: ClassVar[bool] = True
    receipt: str
    accepted: tuple[LineQuantity, ...]


class HoldForException(Command):
    """Something was wrong with goods that arrived 订单转待处理; issued together with the finding."""

    zh: ClassVar[str] = "订单转待处理"
    by_house: ClassVar[bool] = True
    receipt: str
    exception: int
    line: int
    kind: ExceptionKind
    quantity: Quantity


class SettleException(Command):
    """An exception was settled 异常处理完毕; issued together with the settlement."""

    zh: ClassVar[str] = "订单异常处理完毕"
    by_house: ClassVar[bool] = True
    receipt: str
    exception: int
    settlement: Settlement


OrderCommand = (
    PlacePurchaseOrder
    | PlaceDirectOrder
    | CancelPurchaseOrder
    | NoteArrival
    | NoteReceipt
    | HoldForException
    | SettleException
)


class PurchaseOrderPlaced(Event):
    """An order was placed 采购订单已下达; ``rfq`` is None where no quotes were needed."""

    zh: ClassVar[str] = "采购订单已下达"
    clause: ClassVar[str] = CLAUSE_ORDER
    requisition: str
    rfq: str | None
    supplier: str
    buyer: str
    requester: str
    department: str
    category: str
    lines: tuple[OrderedLine, ...]
    amount: Money
    approved_amount: Money
    ordered_on: date
    promised_on: date
    warnings: tuple[str, ...] = ()


class OrderArrivalNoted(Event):
    """Goods arrived for the order 订单已到货."""

    zh: ClassVar[str] = "订单已到货"
    clause: ClassVar[str] = "4.1.3.1"
    receipt: str


class OrderReceiptNoted(Event):
    """Goods were received on the order 订单已入库, with the quantities that were accepted."""

    zh: ClassVar[str] = "订单已入库"
    clause: ClassVar[str] = "4.1.3.2"
    receipt: str
    accepted: tuple[LineQuantity, ...]


class OrderHeld(Event):
    """The order waits until an exception is settled 订单待处理."""

    zh: ClassVar[str] = "订单待处理"
    clause: ClassVar[str] = "4.1.3.3"
    receipt: str
    exception: int
    line: int
    kind: ExceptionKind
    quantity: Quantity


class OrderExceptionSettled(Event):
    """An exception of the order is settled 订单异常已处理; ``amount`` is what the order comes to now."""

    zh: ClassVar[str] = "订单异常已处理"
    clause: ClassVar[str] = "4.1.3.3"
    receipt: str
    exception: int
    line: int
    kind: ExceptionKind
    quantity: Quantity
    settlement: Settlement
    amount: Money


class PurchaseOrderCancelled(Event):
    """What was not delivered was given up 采购订单已取消; ``whole`` where nothing had been delivered."""

    zh: ClassVar[str] = "采购订单已取消"
    clause: ClassVar[str] = CLAUSE_ORDER
    requisition: str
    reason: str
    whole: bool
    rest: tuple[LineQuantity, ...]


class PurchaseOrderClosed(Event):
    """Everything is received, settled or given up 采购订单已关闭; ``amount`` is what was received."""

    zh: ClassVar[str] = "采购订单已关闭"
    clause: ClassVar[str] = "4.1.3.2"
    amount: Money


OrderEvent = (
    PurchaseOrderPlaced
    | OrderArrivalNoted
    | OrderReceiptNoted
    | OrderHeld
    | OrderExceptionSettled
    | PurchaseOrderCancelled
    | PurchaseOrderClosed
)
