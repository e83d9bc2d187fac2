"""Figures of the budget 预算数据: what reports are computed from, as of a position of the journal. Amounts in CNY.

Months are those of the fiscal year in order; tuples over months have twelve values.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LineFigures:
    """A budget line 预算行: what was planned, what became of it."""

    line: str
    """Its id, e.g. ``2026.D06.office``."""
    year: int
    department: str
    account: str
    category: str
    months: tuple[str, ...]
    original: tuple[Decimal, ...]
    """The budget as published, by month."""
    budget: tuple[Decimal, ...]
    """The budget after transfers, draws and carry-forward, by month."""
    actual: tuple[Decimal, ...]
    """What was spent, by month."""
    reserved: Decimal
    committed: Decimal
    last_year: tuple[Decimal, ...] | None = None
    """What the department spent on the account in the year before, by month; None where that is not on record."""


@dataclass(frozen=True, slots=True)
class PurchasedGoods:
    """A line of an order 采购明细 as far as it concerns a budget line, for price, quantity and timing variances."""

    line: str
    """Id of the budget line."""
    order: str
    number: int
    planned_price: Decimal
    """Unit price estimated in the requisition."""
    price: Decimal
    """Unit price ordered at."""
    ordered: Decimal
    promised: str
    """Month of the promised delivery."""
    accepted: tuple[tuple[str, Decimal], ...]
    """Quantities accepted, by month."""


@dataclass(frozen=True, slots=True)
class LabourShare:
    """A department's labour cost of a month beside all its cost, spent and budgeted 人工占比."""

    department: str
    month: str
    labour: Decimal
    total: Decimal
    budget_labour: Decimal
    budget_total: Decimal


@dataclass(frozen=True, slots=True)
class CostFigures:
    """A department's cost of a month on an account 成本, against budget, with how many entries and corrections."""

    department: str
    month: str
    account: str
    category: str
    heading: str
    project: str
    """Project it was spent for, empty where it was none."""
    amount: Decimal
    budget: Decimal
    """On the account for the month; given once, with the row without a project."""
    entries: int
    corrected: int
