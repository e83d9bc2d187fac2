"""Budget movements 预算变动明细 (clauses 2.1.1.6, 2.1.2.2, 2.1.3.1): everything that ever moved a line, one row each.

How a budget stood as of any position or day is the sum of the rows up to it: ``budget`` holds what was added to the
year's budget, ``reserved``, ``committed`` and ``actual`` what was added to those. What a line's budget was by month
stands in ``phasing`` of its last row that has one. The category of a line stands in ``budget_lines``.
"""

from decimal import Decimal

from domain.finance.budget_line_messages import BudgetLineAdjusted, BudgetLineMoved, BudgetLineOpened, OverrunAllowed
from domain.money import ZERO
from projections.columns import column, table
from projections.finance.budget_lines import parts_of
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import View

MOVEMENTS = table(
    "budget_movements",
    column("number", "position", "日志位置", "Position", key=True),
    column("subject", "subject", "预算行", "Budget line"),
    column("moment", "occurred_at", "发生时间", "Time"),
    column("number", "year", "财年", "Fiscal year"),
    column("department", "department", "部门", "Department"),
    column("text", "account", "科目", "Account"),
    column("text", "kind", "类型", "Kind"),
    column("text", "cause", "原因", "Cause"),
    column("text", "month", "月份", "Month"),
    column("text", "source", "来源单据", "For", null=True),
    column("money", "budget", "预算增减", "Budget more or less"),
    column("money", "reserved", "预留增减", "Reserved more or less"),
    column("money", "committed", "承诺增减", "Committed more or less"),
    column("money", "actual", "实际增减", "Spent more or less"),
    column("money", "allowed", "准许超支增加", "Overrun allowed"),
    column("json", "phasing", "月度分解", "Budget by month afterwards", null=True),
    indexes=(("year", "position"), ("source",)),
)

VIEW = View(
    MOVEMENTS,
    zh="预算变动明细",
    en="Budget movements",
    clauses=("2.1.2.2", "2.1.3.1"),
    department="department",
    order=("-position",),
    appends=True,
    weight=2,
)


def _row(at: Happened, kind: str, cause: str, month: str, source: str | None, **amounts: Decimal) -> Row:
    parts = parts_of(at.subject)
    return {
        "position": at.position,
        "subject": at.subject,
        "occurred_at": at.occurred,
        "year": parts.year,
        "department": parts.department,
        "account": parts.account,
        "kind": kind,
        "cause": cause,
        "month": month,
        "source": source,
        "budget": ZERO,
        "reserved": ZERO,
        "committed": ZERO,
        "actual": ZERO,
        "allowed": ZERO,
        "phasing": None,
        **amounts,
    }


@VIEW.on(BudgetLineOpened)
def opened(event: BudgetLineOpened, at: Happened, rows: Rows) -> None:
    """The budget as published."""
    row = _row(at, "opened", "published", event.months[0], None, budget=event.amount)
    rows.put({**row, "phasing": [str(each) for each in event.phasing]})


@VIEW.on(BudgetLineMoved)
def moved(event: BudgetLineMoved, at: Happened, rows: Rows) -> None:
    """Reserved, committed or spent, or given back."""
    amounts = {"reserved": event.reserved, "committed": event.committed, "actual": event.actual}
    rows.put(_row(at, "moved", event.cause, event.month, event.claim, **amounts))


@VIEW.on(BudgetLineAdjusted)
def adjusted(event: BudgetLineAdjusted, at: Happened, rows: Rows) -> None:
    """Another budget."""
    row = _row(at, "adjusted", event.cause, event.month, event.by, budget=event.amount)
    rows.put({**row, "phasing": [str(each) for each in event.phasing]})


@VIEW.on(OverrunAllowed)
def overrun_allowed(event: OverrunAllowed, at: Happened, rows: Rows) -> None:
    """It may be exceeded by so much."""
    rows.put(_row(at, "allowed", "explanation", "", event.explanation, allowed=event.amount))
