"""A goods receipt as its history left it 入库单状态."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from domain.operations.procurement.receipt_messages import (
    EquipmentInstalled,
    GoodsAccepted,
    GoodsArrived,
    GoodsChecked,
    GoodsExceptionFound,
    GoodsExchanged,
    GoodsReturned,
    InstallationAwaited,
    ReceiptEvent,
)

Status = Literal["none", "arrived", "pending", "checked"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What arrived, what is still wrong with it, what waits for installation."""

    arrived: GoodsArrived | None = None
    checked_by: str | None = None
    open: Mapping[int, GoodsExceptionFound] = field(default_factory=dict)
    found: int = 0
    """How many exceptions were found."""
    to_install: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """Where it stands; ``pending`` is 待处理."""
        if self.arrived is None:
            return "none"
        if self.checked_by is None:
            return "arrived"
        return "pending" if self.open else "checked"


def evolve(state: Receipt, event: ReceiptEvent) -> Receipt:
    """The receipt after ``event``."""
    match event:
        case GoodsArrived():
            return Receipt(arrived=event)
        case GoodsExceptionFound(number=number):
            return replace(state, open={**state.open, number: event}, found=number)
        case InstallationAwaited(line=line, quantity=quantity):
            waiting = state.to_install.get(line, Decimal(0)) + quantity
            return replace(state, to_install={**state.to_install, line: waiting})
        case GoodsChecked(checked_by=checked_by):
            return replace(state, checked_by=checked_by)
        case GoodsReturned(number=number) | GoodsExchanged(number=number) | GoodsAccepted(number=number):
            return replace(state, open={each: found for each, found in state.open.items() if each != number})
        case EquipmentInstalled(line=line, quantity=quantity):
            return replace(state, to_install={**state.to_install, line: state.to_install[line] - quantity})
