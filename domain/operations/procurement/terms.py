"""Words the procurement aggregates share: lines of goods, and what one stream tells another of itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from domain.kernel import Fact, Message
from domain.money import Money, Price, Quantity, rounded, total


class RequestedLine(Message):
    """A line of a purchase requisition 采购明细: what, how much of it, at what estimated unit price."""

    item: str = Field(min_length=1, max_length=200, description="Item 物品名称")
    specification: str = Field(min_length=1, max_length=500, description="Specification 规格型号")
    category: str = Field(min_length=1, max_length=64, description="Category of the supplier register 类别")
    quantity: Quantity
    unit: str = Field("件", min_length=1, max_length=16, description="Unit 单位")
    estimated_price: Price

    @property
    def amount(self) -> Decimal:
        """Quantity times estimated unit price, in CNY to the fen."""
        return rounded(self.quantity * self.estimated_price)


class OrderedLine(Message):
    """A line of a purchase order 订单明细; ``number`` counts from 1 and is the requisition's line too."""

    number: int = Field(ge=1)
    item: str
    specification: str
    category: str
    quantity: Quantity
    unit: str
    price: Price

    @property
    def amount(self) -> Decimal:
        """Quantity times price, in CNY to the fen."""
        return rounded(self.quantity * self.price)


class LineQuantity(Message):
    """So much of an order's line 明细数量."""

    line: int = Field(ge=1)
    quantity: Quantity


ExceptionKind = Literal["damaged", "defective", "wrong_specification", "excess", "shortage"]
"""What may be wrong with goods 异常类型: 破损, 故障, 规格不符, 多送, 少送 (the last two: a wrong quantity)."""

Settlement = Literal["return", "exchange", "acceptance"]
"""How an exception ends 处理方式: 退货, 换货, 让步接收."""


def amount_of(lines: Iterable[RequestedLine | OrderedLine]) -> Money:
    """The amount of lines in CNY: estimated for a requisition, agreed for an order."""
    return total(line.amount for line in lines)


def goods_of(lines: Iterable[RequestedLine | OrderedLine]) -> tuple[tuple[str, str, str, Decimal, str], ...]:
    """What lines ask for, whatever it may cost: equal where the same goods are meant in the same order."""
    return tuple((each.item, each.specification, each.category, each.quantity, each.unit) for each in lines)


@dataclass(frozen=True, slots=True)
class RequisitionStanding(Fact):
    """What a requisition tells of itself 采购申请概况."""

    status: str
    requester: str
    department: str
    category: str
    amount: Decimal
    lines: tuple[RequestedLine, ...]
    authority: str
    """The highest authority that approved it."""
    ordered_by: str | None = None


@dataclass(frozen=True, slots=True)
class SupplierStanding(Fact):
    """What the register tells of a supplier 供应商状态."""

    status: str
    """``proposed``, ``rejected``, ``qualified``, ``suspended`` or ``removed``."""
    name: str
    categories: tuple[str, ...]
    score: Decimal | None = None
    """Its last yearly score of 100, None before the first."""
    failed: bool = False
    """Whether it left the register because its yearly score was below the minimum."""
    evaluation_due_at: datetime | None = None
    """When the yearly evaluation that is still open for it is due."""


@dataclass(frozen=True, slots=True)
class AwardStanding(Fact):
    """What a request for quotation tells of its award 定标结果."""

    status: str
    requisition: str
    supplier: str
    lines: tuple[OrderedLine, ...]
    amount: Decimal
    delivery_days: int
    valid_until: date


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An order's line and how much of it is still to come 未到数量."""

    line: OrderedLine
    outstanding: Decimal


@dataclass(frozen=True, slots=True)
class OrderStanding(Fact):
    """What a purchase order tells of itself 订单概况."""

    status: str
    requisition: str
    supplier: str
    buyer: str
    requester: str
    department: str
    promised_on: date
    lines: tuple[OpenLine, ...]
