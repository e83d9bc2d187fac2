"""Budget lines 预算行 (clauses 2.1.1.6, 2.1.2.2, 2.1.3.1): budget, reserved, committed, spent and left, as of now.

How a line stood at any earlier moment is a sum over ``budget_movements``.
"""

from typing import NamedTuple

from domain.finance.budget_line_messages import BudgetLineAdjusted, BudgetLineMoved, BudgetLineOpened, OverrunAllowed
from domain.money import ZERO
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, View

LINES = table(
    "budget_lines",
    column("subject", "subject", "预算行", "Budget line", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("department", "department", "部门", "Department"),
    column("text", "account", "科目", "Account"),
    column("text", "category", "成本类别", "Cost category"),
    column("money", "original", "年初预算", "Budget as published"),
    column("money", "budget", "调整后预算", "Budget"),
    column("money", "reserved", "已预留", "Reserved"),
    column("money", "committed", "已承诺", "Committed"),
    column("money", "actual", "实际发生", "Spent"),
    column("money", "available", "可用余额", "Left"),
    column("money", "allowed", "准许超支", "Overrun allowed"),
    column("texts", "months", "月份", "Months"),
    column("moment", "changed_at", "最近变动", "Last change"),
    indexes=(("year", "department"), ("department",)),
)

MONTHS = table(
    "budget_line_months",
    column("subject", "subject", "预算行", "Budget line", key=True),
    column("text", "month", "月份", "Month", key=True),
    column("money", "original", "年初预算", "Budget as published"),
    column("money", "budget", "调整后预算", "Budget"),
    column("money", "actual", "实际发生", "Spent"),
)

VIEW = View(
    LINES,
    zh="预算行",
    en="Budget lines",
    clauses=("2.1.2.2", "2.1.3.1"),
    children=(Child(MONTHS, "各月", "By month"),),
    department="department",
    order=("-year", "department", "account"),
    weight=3,
)


class Parts(NamedTuple):
    """What a line's number says."""

    year: int
    department: str
    account: str


def parts_of(subject: str) -> Parts:
    """Year, department and account of ``budget_line-2026.D06.office``; a department's id may hold points."""
    year, rest = subject.removeprefix("budget_line-").split(".", 1)
    department, account = rest.rsplit(".", 1)
    return Parts(int(year), department, account)


@VIEW.on(BudgetLineOpened)
def opened(event: BudgetLineOpened, at: Happened, rows: Rows) -> None:
    """A row, and one for each month."""
    rows.put(
        {
            "subject": at.subject,
            "year": event.year,
            "department": event.department,
            "account": event.account,
            "category": event.category,
            "original": event.amount,
            "budget": event.amount,
            "reserved": ZERO,
            "committed": ZERO,
            "actual": ZERO,
            "available": event.amount,
            "allowed": ZERO,
            "months": list(event.months),
            "changed_at": at.occurred_at,
        }
    )
    for month, amount in zip(event.months, event.phasing, strict=True):
        months = rows.of_table(MONTHS)
        months.put({"subject": at.subject, "month": month, "original": amount, "budget": amount, "actual": ZERO})


@VIEW.on(BudgetLineMoved)
def moved(event: BudgetLineMoved, at: Happened, rows: Rows) -> None:
    """Reserved, committed or spent, or given back."""
    row = rows.change(at.subject)
    rows.change(
        at.subject,
        reserved=row["reserved"] + event.reserved,
        committed=row["committed"] + event.committed,
        actual=row["actual"] + event.actual,
        available=event.available,
        changed_at=at.occurred_at,
    )
    if event.actual:
        fresh: Row = {"subject": at.subject, "month": event.month, "original": ZERO, "budget": ZERO, "actual": ZERO}
        months = rows.of_table(MONTHS)
        known = months.get(at.subject, event.month) or fresh
        months.put({**known, "actual": known["actual"] + event.actual})


@VIEW.on(BudgetLineAdjusted)
def adjusted(event: BudgetLineAdjusted, at: Happened, rows: Rows) -> None:
    """Another budget."""
    row = rows.change(at.subject, budget=event.budget, available=event.available, changed_at=at.occurred_at)
    for month, amount in zip(row["months"], event.phasing, strict=True):
        rows.of_table(MONTHS).change(at.subject, month, budget=amount)


@VIEW.on(OverrunAllowed)
def overrun_allowed(event: OverrunAllowed, at: Happened, rows: Rows) -> None:
    """It may be exceeded by so much."""
    rows.change(at.subject, allowed=event.allowed, changed_at=at.occurred_at)
