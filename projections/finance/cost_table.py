"""Cost table 部门成本分析表 (clauses 2.2.1.1 - 2.2.1.4): what each department bears, by month and account.

Labour, materials, operating and period expenses are shown apart by ``heading``, which is empty where a budget stands
and nothing was booked yet. Every entry below a cell is a row of ``costs_of_departments``.
"""

from collections.abc import Iterable

from domain.finance.budget_line_messages import BudgetLineAdjusted, BudgetLineOpened
from domain.finance.cost_period_messages import (
    CostEntry,
    CostsBooked,
    EntryCorrected,
    ReceiptCostBooked,
    SharedCostAllocated,
)
from domain.money import ZERO
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, Computed, View

CELLS = table(
    "cost_table",
    column("text", "month", "月份", "Month", key=True),
    column("department", "department", "部门", "Department", key=True),
    column("text", "account", "科目", "Account", key=True),
    column("text", "category", "成本类别", "Cost category"),
    column("text", "heading", "列示项目", "Heading"),
    column("money", "amount", "实际成本", "Cost"),
    column("money", "budget", "当月预算", "Budget of the month", null=True),
    column("money", "imported", "导入", "Imported"),
    column("money", "received", "入库", "From receipts"),
    column("money", "allocated", "分摊", "Allocated"),
    column("money", "correction", "更正", "Corrections"),
    column("number", "entries", "分录数", "Entries"),
    column("number", "corrected", "更正次数", "Entries corrected"),
    partition="month",
    indexes=(("department", "month"), ("heading", "month"), ("category", "month")),
)

BUDGETS = table(
    "cost_table_budgets",
    column("subject", "subject", "预算行", "Budget line", key=True),
    column("department", "department", "部门", "Department"),
    column("text", "account", "科目", "Account"),
    column("texts", "months", "月份", "Months"),
)

VIEW = View(
    CELLS,
    zh="部门成本分析表",
    en="Cost table",
    clauses=("2.2.1.1", "2.2.1.3", "2.2.1.4"),
    children=(Child(BUDGETS, "预算行月份", "Months of budget lines", hidden=True),),
    department="department",
    order=("-month", "department", "account"),
    computed=(
        Computed(
            "over_budget",
            "flag",
            "超出预算",
            "Over budget",
            lambda t, now: (t.c.amount > t.c.budget).is_(True),
        ),
    ),
    weight=2,
)

_COUNTED = {"import": "imported", "receipt": "received", "allocation": "allocated", "correction": "correction"}


@VIEW.on(CostsBooked, touches=lambda event, at: (event.month,))
def booked(event: CostsBooked, at: Happened, rows: Rows) -> None:
    """Rows of a file."""
    _add(event.entries, event.month, rows)


@VIEW.on(ReceiptCostBooked, touches=lambda event, at: (event.month,))
def receipt_booked(event: ReceiptCostBooked, at: Happened, rows: Rows) -> None:
    """What was accepted on an order."""
    _add((event.entry,), event.month, rows)


@VIEW.on(EntryCorrected, touches=lambda event, at: (event.month,))
def corrected(event: EntryCorrected, at: Happened, rows: Rows) -> None:
    """The reversal, and what is right; counted where the wrong entry stood."""
    _add((event.reversal,) if event.right is None else (event.reversal, event.right), event.month, rows)
    cell = _cell(event.month, event.reversal, rows)
    rows.put({**cell, "corrected": cell["corrected"] + 1})


@VIEW.on(SharedCostAllocated, touches=lambda event, at: (event.month,))
def allocated(event: SharedCostAllocated, at: Happened, rows: Rows) -> None:
    """From the shared department to those that caused it."""
    _add(event.entries, event.month, rows)


@VIEW.on(BudgetLineOpened, touches=lambda event, at: (at.subject, *event.months))
def line_opened(event: BudgetLineOpened, at: Happened, rows: Rows) -> None:
    """The budget of every month."""
    months = list(event.months)
    named = {"department": event.department, "account": event.account}
    rows.of_table(BUDGETS).put({"subject": at.subject, **named, "months": months})
    for month, amount in zip(months, event.phasing, strict=True):
        key = (month, event.department, event.account)
        rows.put({**(rows.get(*key) or _row(*key, event.category, "")), "budget": amount})


@VIEW.on(BudgetLineAdjusted)
def line_adjusted(event: BudgetLineAdjusted, at: Happened, rows: Rows) -> None:
    """Another budget of its months."""
    line = rows.of_table(BUDGETS).change(at.subject)
    rows.need(*line["months"])
    for month, amount in zip(line["months"], event.phasing, strict=True):
        rows.change(month, line["department"], line["account"], budget=amount)


def _add(entries: Iterable[CostEntry], month: str, rows: Rows) -> None:
    for entry in entries:
        cell = _cell(month, entry, rows)
        origin = _COUNTED[entry.origin]
        cell["amount"] += entry.amount
        cell[origin] += entry.amount
        cell["entries"] += entry.origin != "correction"
        rows.put(cell)


def _cell(month: str, entry: CostEntry, rows: Rows) -> Row:
    """The cell an entry counts in; its heading is known by now."""
    key = (month, entry.department, entry.account)
    row = rows.get(*key)
    if row is None:
        return _row(*key, entry.category, entry.heading)
    row["heading"] = row["heading"] or entry.heading
    return row


def _row(month: str, department: str, account: str, category: str, heading: str) -> Row:
    return {
        "month": month,
        "department": department,
        "account": account,
        "category": category,
        "heading": heading,
        "amount": ZERO,
        "budget": None,
        "imported": ZERO,
        "received": ZERO,
        "allocated": ZERO,
        "correction": ZERO,
        "entries": 0,
        "corrected": 0,
    }
