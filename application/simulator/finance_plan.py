"""What the sample company plans to spend 示例公司的费用计划: by department, account and month.

Labour makes up about half of every department's cost, and what is bought little enough of the rest that its share
stays where it was planned; what goes astray does so by ``planted``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from application.simulator.company import DEPARTMENTS, people
from domain.finance.accounts import STANDARD_CHART, STANDARD_GOODS, Account
from domain.finance.budget_line_messages import Phasing
from domain.money import rounded

FIRST_YEAR = 2025
OWN_ACCOUNTS = (
    Account(code="outside", zh="外包与咨询费", en="Outside services", category="administration", heading="period"),
    Account(code="cloud", zh="云服务费", en="Cloud services", category="administration", heading="period"),
)
"""What the sample company's finance adds to the chart of accounts."""
CATEGORIES = {**{code: each.category for code, each in STANDARD_CHART.accounts.items()}} | {
    each.code: each.category for each in OWN_ACCOUNTS
}
"""The category of cost of every account."""

SHARED_BY, SHARED = "D12", "utilities"
"""Administration pays for electricity and water; the others bear it by headcount."""
INSURANCE = Decimal("0.27")
"""Social insurance on wages."""
RENT, DEPRECIATION, UTILITIES = Decimal(5000), Decimal(4000), Decimal(500)
"""A head and month, CNY."""
RISE = Decimal("1.05")
"""From year to year."""


@dataclass(frozen=True, slots=True)
class DepartmentPlan:
    """A department: its average monthly wage, what it spends besides every month, what it buys in a busy month."""

    wage: int
    monthly: Mapping[str, int]
    """By account, CNY."""
    bought: Mapping[str, int]
    """By category of goods, CNY in a busy month."""


def _plan(wage: int, bought: tuple[int, int, int], **monthly: int) -> DepartmentPlan:
    goods = zip(("office_supplies", "it_equipment", "services"), bought, strict=True)
    return DepartmentPlan(wage, monthly, {category: amount for category, amount in goods if amount})


PLANS: Mapping[str, DepartmentPlan] = {
    "D01": _plan(26_000, (8_000, 0, 16_000), travel=30_000, outside=20_000),
    "D02": _plan(17_000, (24_000, 0, 50_000), travel=10_000, outside=150_000, cloud=40_000),
    "D03": _plan(16_000, (20_000, 0, 40_000), travel=20_000, outside=140_000),
    "D04": _plan(15_000, (32_000, 0, 0), travel=40_000, outside=20_000),
    "D05": _plan(12_000, (26_000, 0, 54_000), rent=200_000, travel=5_000),
    "D06": _plan(19_000, (0, 76_000, 60_000), cloud=380_000, amortisation=60_000, travel=10_000),
    "D07": _plan(18_000, (28_000, 72_000, 58_000), travel=260_000, promotion=220_000),
    "D08": _plan(18_000, (36_000, 94_000, 0), travel=200_000, promotion=200_000),
    "D09": _plan(17_000, (24_000, 0, 50_000), travel=20_000, advertising=200_000, promotion=80_000),
    "D10": _plan(21_000, (36_000, 94_000, 74_000), travel=40_000, amortisation=250_000, outside=220_000, cloud=130_000),
    "D11": _plan(19_000, (10_000, 0, 22_000), travel=8_000, outside=90_000),
    "D12": _plan(12_000, (22_000, 58_000, 46_000), travel=10_000, outside=300_000),
}

QUIET = (Decimal("0.2"),) * 12
BUSY = (Decimal("0.6"), Decimal("0.8"), Decimal(1), Decimal(1), *QUIET[4:])
"""How much of a busy month is bought in each month: quiet all through 2025, much at the beginning of later years."""


@cache
def heads() -> Mapping[str, int]:
    """How many people every department has, its head included."""
    found = dict.fromkeys((each.id for each in DEPARTMENTS), 0)
    for person in people():
        found[person.department] += 1
    return found


@cache
def planned(year: int) -> Mapping[str, Mapping[str, Phasing]]:
    """The year's plan: department, account, twelve amounts in CNY."""
    return {each.id: _department(each.id, year) for each in DEPARTMENTS}


def _department(department: str, year: int) -> Mapping[str, Phasing]:
    plan, count = PLANS[department], heads()[department]
    rise = RISE ** (year - FIRST_YEAR)
    wages = _round(plan.wage * count * rise)
    even = {
        "wages": wages,
        "bonus": _round(wages / 12),
        "social_insurance": rounded(wages * INSURANCE),
        "rent": _round(RENT * count) + plan.monthly.get("rent", 0),
        "depreciation": _round(DEPRECIATION * count),
        # What administration pays it passes on to the last fen; it plans a reserve for the bill only.
        "utilities": _round(UTILITIES * count) if department != SHARED_BY else Decimal(1000),
    }
    even |= {account: _round(amount * rise) for account, amount in plan.monthly.items() if account != "rent"}
    found: dict[str, Phasing] = {account: (rounded(amount),) * 12 for account, amount in even.items()}
    for goods, amount in plan.bought.items():
        parts = QUIET if year == FIRST_YEAR else BUSY
        found[STANDARD_GOODS[goods]] = tuple(max(rounded(amount * part), Decimal("2000.00")) for part in parts)
    return found


def _round(amount: Decimal) -> Decimal:
    """To whole hundreds, as people plan."""
    return Decimal(round(amount / 100) * 100)
