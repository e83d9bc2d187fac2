"""A request for quotation as its history left it 询价单状态."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.governance.approvals import Approval
from domain.operations.procurement.quotes import Quote, QuotedLine, Sample
from domain.operations.procurement.rfq_messages import AwardExceptionProposed, RfqAwarded
from domain.operations.procurement.terms import OrderedLine, RequestedLine

Status = Literal["none", "open", "awarded", "cancelled"]


@dataclass(frozen=True, slots=True)
class Rfq:
    """Who was asked for what, what they quoted, how samples did, what was awarded."""

    status: Status = "none"
    requisition: str = ""
    requester: str = ""
    department: str = ""
    category: str = ""
    lines: tuple[RequestedLine, ...] = ()
    suppliers: tuple[str, ...] = ()
    quotes_due_at: datetime | None = None
    quotes: Mapping[str, Quote] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    samples: Mapping[str, Sample] = field(default_factory=dict)
    exception: AwardExceptionProposed | None = None
    approval: Approval = Approval()
    award: RfqAwarded | None = None

    @property
    def everybody_answered(self) -> bool:
        """Whether each supplier asked has quoted or declined."""
        return all(each in self.quotes or each in self.declined for each in self.suppliers)


def at_prices(lines: tuple[RequestedLine, ...], quoted: tuple[QuotedLine, ...]) -> tuple[OrderedLine, ...]:
    """What was requested, at the prices quoted."""
    prices = {each.line: each.price for each in quoted}
    return tuple(
        OrderedLine(
            number=number,
            item=line.item,
            specification=line.specification,
            category=line.category,
            quantity=line.quantity,
            unit=line.unit,
            price=prices[number],
        )
        for number, line in enumerate(lines, 1)
    )
