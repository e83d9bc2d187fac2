"""Labour shares 人工占比 (clause 2.2.2.1): of every department and month, beside that of its budget.

Drawn from the cost table, which the alerts are judged by as well; it shows every month, not only those warned of.
"""

from typing import Any

from sqlalchemy import Select, case, func, select

from domain.money import ZERO
from projections.columns import column, table
from projections.finance.cost_table import CELLS
from projections.view import View

SHARES = table(
    "labour_shares",
    column("text", "month", "月份", "Month", key=True),
    column("department", "department", "部门", "Department", key=True),
    column("money", "labour", "人工成本", "Labour"),
    column("money", "total", "总成本", "Total cost"),
    column("percent", "share", "人工占比(%)", "Labour share, %", null=True),
    column("money", "budget_labour", "人工预算", "Labour budget"),
    column("money", "budget_total", "总预算", "Total budget"),
    column("percent", "budget_share", "预算占比(%)", "Budgeted share, %", null=True),
    column("percent", "points_over", "超出百分点", "Points over budget", null=True),
    partition="month",
)


def drawn() -> Select[Any]:
    """One row for every department and month with costs; shares where there is a whole to share."""
    cells = CELLS.c
    labour = case((cells.category == "labour", cells.amount), else_=ZERO)
    budget = func.coalesce(cells.budget, ZERO)
    budget_labour = case((cells.category == "labour", budget), else_=ZERO)
    summed = (
        select(
            cells.month,
            cells.department,
            func.sum(labour).label("labour"),
            func.sum(cells.amount).label("total"),
            func.sum(budget_labour).label("budget_labour"),
            func.sum(budget).label("budget_total"),
        )
        .group_by(cells.month, cells.department)
        .having(func.bool_or((cells.entries > 0) | (cells.amount != 0)))
        .subquery("summed")
    )
    s = summed.c
    share, budget_share = 100 * s.labour / s.total, 100 * s.budget_labour / s.budget_total
    spent, planned = s.total > 0, s.budget_total > 0
    return select(
        s.month,
        s.department,
        s.labour,
        s.total,
        case((spent, func.round(share, 2))).label("share"),
        s.budget_labour,
        s.budget_total,
        case((planned, func.round(budget_share, 2))).label("budget_share"),
        case((spent & planned, func.round(share - budget_share, 2))).label("points_over"),
    )


VIEW = View(
    SHARES,
    zh="人工占比",
    en="Labour shares",
    clauses=("2.2.2.1",),
    department="department",
    order=("-month", "department"),
    drawn=drawn,
)
