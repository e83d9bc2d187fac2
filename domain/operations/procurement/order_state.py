"""A purchase order as its history left it 采购订单状态: what is received, held, given up and still to come, by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from domain.money import rounded, total
from domain.operations.procurement.order_messages import OrderHeld, PurchaseOrderPlaced
from domain.operations.procurement.terms import LineQuantity, OrderedLine, Settlement

Status = Literal["none", "placed", "partly_received", "pending", "closed", "cancelled"]
NOTHING = Decimal("0.000")


@dataclass(frozen=True, slots=True)
class LineTally:
    """How a line stands. ``held`` are goods here that wait for a settlement; ``given_up`` will not come any more."""

    line: OrderedLine
    accepted: Decimal = NOTHING
    held: Decimal = NOTHING
    given_up: Decimal = NOTHING

    @property
    def outstanding(self) -> Decimal:
        """What is still to come."""
        return max(self.unaccepted - self.held, NOTHING)

    @property
    def expected(self) -> Decimal:
        """What it comes to in the end: what was ordered and not given up, or what was accepted if that is more."""
        return max(self.line.quantity - self.given_up, self.accepted)

    @property
    def unaccepted(self) -> Decimal:
        """What was ordered and is neither accepted nor given up: here and held, or still to come."""
        return max(self.line.quantity - self.accepted - self.given_up, NOTHING)

    def changed(
        self, *, accepted: Decimal = NOTHING, held: Decimal = NOTHING, given_up: Decimal = NOTHING
    ) -> "LineTally":
        """The tally with these added."""
        return replace(
            self,
            accepted=self.accepted + accepted,
            held=self.held + held,
            given_up=self.given_up + given_up,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """What was ordered of whom, and how far it has come."""

    placed: PurchaseOrderPlaced | None = None
    lines: Mapping[int, LineTally] = field(default_factory=dict)
    arrivals: frozenset[str] = frozenset()
    """Receipts of goods that arrived and are not checked yet."""
    exceptions: Mapping[tuple[str, int], OrderHeld] = field(default_factory=dict)
    ended: Literal["closed", "cancelled"] | None = None

    @property
    def status(self) -> Status:
        """Where it stands; ``pending`` is 待处理."""
        if self.placed is None:
            return "none"
        if self.ended:
            return self.ended
        if self.exceptions:
            return "pending"
        return "partly_received" if any(each.accepted or each.given_up for each in self.lines.values()) else "placed"

    @property
    def rest(self) -> tuple[LineQuantity, ...]:
        """What is still to come, by line."""
        return tuple(
            LineQuantity(line=number, quantity=tally.outstanding)
            for number, tally in self.lines.items()
            if tally.outstanding
        )

    @property
    def amount(self) -> Decimal:
        """What the order comes to in CNY: what is accepted or still expected, at the prices agreed."""
        return total(rounded(tally.expected * tally.line.price) for tally in self.lines.values())

    @property
    def received_amount(self) -> Decimal:
        """What was accepted, in CNY at the prices agreed."""
        return total(rounded(tally.accepted * tally.line.price) for tally in self.lines.values())

    @property
    def is_finished(self) -> bool:
        """Whether nothing is to come, unchecked or unsettled."""
        return not (self.arrivals or self.exceptions or self.rest)


def settled(tally: LineTally, held: OrderHeld, settlement: Settlement) -> LineTally:
    """The line once an exception of it ended so.

    Faulty goods: accepted as they are, given up when returned, to come again when exchanged. Too many: accepted, or
    gone. Too few: given up when that is accepted, still to come when exchanged.
    """
    quantity = held.quantity
    match held.kind, settlement:
        case "excess", "acceptance":
            return tally.changed(accepted=quantity)
        case "excess", _:
            return tally
        case "shortage", "acceptance":
            return tally.changed(given_up=min(quantity, tally.outstanding))
        case "shortage", _:
            return tally
        case _, "acceptance":
            return tally.changed(held=-quantity, accepted=quantity)
        case _, "return":
            return tally.changed(held=-quantity, given_up=min(quantity, tally.unaccepted))
        case _:
            return tally.changed(held=-quantity)


def counts_as_held(held: OrderHeld) -> Decimal:
    """How much of the line waits here: faulty goods do; too many came on top, too few are still to come."""
    return NOTHING if held.kind in ("excess", "shortage") else held.quantity
