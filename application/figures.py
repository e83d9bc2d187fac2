"""What the views answer to the house itself 取数: figures as of a position, so that a report comes out the same again.

Decisions never read views; what is read here goes into a command as given facts and is judged by the decider.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from domain.finance.figures import CostFigures, LabourShare, LineFigures, PurchasedGoods


class Figures(Protocol):
    """Figures after the entries up to and including a position. Waits until the views have read that far."""

    async def budget_lines(self, year: int, up_to: int) -> Sequence[LineFigures]:
        """Every line of a fiscal year, by department and account."""

    async def purchased(self, year: int, up_to: int) -> Sequence[PurchasedGoods]:
        """What was bought on the lines of a fiscal year."""

    async def labour_shares(self, months: Sequence[str], up_to: int) -> Sequence[LabourShare]:
        """Labour and total cost of every department with costs or budget in these months."""

    async def costs(self, month: str, up_to: int) -> Sequence[CostFigures]:
        """What every department spent in a month, by account and project."""

    async def yearly_actuals(self, year: int, up_to: int) -> Mapping[tuple[str, str], Decimal]:
        """What was spent in a fiscal year, by department and cost category; nothing where nothing is on record."""
