"""Words the sample lives share 样例用语: what a command recorded, rulings, lines of goods, and when it happened.

Text between tildes is a place: ``~n~`` the number of the purchase, ``~requester~`` an employee, and so on;
``infrastructure.bench_data`` fills them in. Dates lie in ``YEAR``, so that they can be moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.kernel import Basis, Event
from domain.operations.procurement.terms import RequestedLine
from domain.working_time import SHANGHAI

YEAR = 2001
MORNING = datetime(YEAR, 1, 8, 9, 0, tzinfo=SHANGHAI)
POLICY = "2026.1"
SUPPLIERS = ("~supplier1~", "~supplier2~", "~supplier3~")


@dataclass(frozen=True, slots=True)
class Done:
    """What one command recorded: events by subject, who, on what ground, how many hours after the purchase began."""

    hours: float
    by: str
    events: tuple[tuple[str, Event], ...]
    basis: tuple[Basis, ...] = ()
    acting_for: str | None = None
    delegation: str | None = None


def basis(clause: str, rule: str, outcome: str, **inputs: object) -> Basis:
    """A ruling 依据 under the benchmark's policy."""
    looked_at = {name: str(value) for name, value in inputs.items()}
    return Basis(clause=clause, policy=POLICY, rule=rule, inputs=looked_at, outcome=outcome)


def at(hours: float) -> datetime:
    """So many hours into the benchmark's first morning."""
    return MORNING + timedelta(hours=hours)


def lines_at(price: str) -> tuple[RequestedLine, ...]:
    """Two lines 采购明细 at this estimated price in CNY, with places for what differs."""
    first = RequestedLine(
        item="~item1~",
        specification="样例规格 A",
        category="~category~",
        quantity=Decimal(2),
        unit="台",
        estimated_price=Decimal(price),
    )
    second = first.model_copy(update={"item": "~item2~", "specification": "样例规格 B", "unit": "个"})
    return (first, second)
