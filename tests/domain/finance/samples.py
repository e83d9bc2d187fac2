"""Budgets of the sample company of the specs 示例预算."""

from datetime import date
from decimal import Decimal

from domain.finance.budget_book import BudgetYearEntered
from domain.finance.budget_line_messages import BudgetLineOpened
from domain.finance.periods import months_of
from tests.domain.procurement.samples import world_with_suppliers
from tests.domain.procurement.world import World

IT_LINE = "budget_line-2026.D-SALES.it_equipment"


def opened(
    amount: str, department: str = "D-SALES", account: str = "it_equipment", category: str = "materials"
) -> BudgetLineOpened:
    """A line of 2026 with a twelfth of ``amount`` in every month; the amount has to divide by twelve."""
    month = (Decimal(amount) / 12).quantize(Decimal("0.01"))
    assert month * 12 == Decimal(amount)
    return BudgetLineOpened(
        year=2026,
        department=department,
        account=account,
        category=category,
        months=months_of(2026),
        phasing=(month,) * 12,
        amount=Decimal(amount),
    )


def world_with_budget(amount: str = "120000", **line: str) -> World:
    """Suppliers on the register, and a budget of 2026 for what sales buys of IT equipment."""
    world = world_with_suppliers()
    world.given("budget_book-company", BudgetYearEntered(year=2026, entered_on=date(2025, 11, 28)))
    found = opened(amount, **line)
    world.given(f"budget_line-2026.{found.department}.{found.account}", found)
    return world
