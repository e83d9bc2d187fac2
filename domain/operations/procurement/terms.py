"""Words the procurement aggregates share: lines of goods, and what one stream tells another of itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

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


def amount_of(lines: Iterable[RequestedLine]) -> Money:
    """The estimated amount of a requisition in CNY."""
    return total(line.amount for line in lines)


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
