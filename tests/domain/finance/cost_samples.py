"""Costs of the sample company of the specs 示例成本."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.finance.budget_book import BudgetYearEntered
from domain.finance.cost_period_messages import (
    BookEntries,
    ClosePeriod,
    EntryValues,
    FileEntry,
    OpenPeriod,
    PeriodClosed,
    PeriodOpened,
)
from domain.kernel import SYSTEM
from domain.working_time import SHANGHAI
from tests.domain.finance.samples import opened
from tests.domain.procurement.samples import world_with_suppliers
from tests.domain.procurement.world import World

FILE, OTHER_FILE = "1" * 64, "2" * 64
MARCH = "cost_period-2026-03"
APRIL_1, APRIL_20, APRIL_25, APRIL_28 = (datetime(2026, 4, day, 10, 0, tzinfo=SHANGHAI) for day in (1, 20, 25, 28))
OPENED = PeriodOpened(
    month="2026-03",
    fiscal_year=2026,
    due_at=datetime(2026, 4, 25, 23, 59, 59, tzinfo=SHANGHAI),
    owed_by=("FAY", "FRED"),
)


def cost(account: str, amount: str, department: str = "D-SALES", line: int = 2, **more: Any) -> FileEntry:
    """An entry of a file."""
    return FileEntry(account=account, department=department, amount=Decimal(amount), line=line, **more)


def file_of(*entries: FileEntry, sha256: str = FILE, name: str = "工资表.csv") -> BookEntries:
    """A file with these entries."""
    return BookEntries(file=name, sha256=sha256, entries=entries)


def world_with_costs(*lines: str, budget: bool = True) -> World:
    """March is open; budgets of 2026 bind, with a line of 120,000 for each ``department/account``."""
    world = world_with_suppliers()
    if budget:
        world.given("budget_book-company", BudgetYearEntered(year=2026, entered_on=date(2025, 11, 28)))
    for each in lines:
        department, account = each.split("/")
        world.given(f"budget_line-2026.{department}.{account}", opened("120000", department, account))
    world.act(MARCH, OpenPeriod(month="2026-03"), by=SYSTEM, by_house=True)
    return world


def values(account: str, amount: str, department: str = "D-SALES", **more: Any) -> EntryValues:
    """What is right."""
    return EntryValues(account=account, department=department, amount=Decimal(amount), **more)


def spent(world: World, account: str, department: str = "D-SALES") -> Decimal:
    """What was spent on a budget line."""
    found = world.state(f"budget_line-2026.{department}.{account}").spent
    assert isinstance(found, Decimal)
    return found


def closed(world: World) -> PeriodClosed:
    """March, closed on the first of April."""
    world.now = APRIL_1
    (event,) = world.act(MARCH, ClosePeriod(), by="FAY")
    assert isinstance(event, PeriodClosed)
    return event
