"""Costs of departments 部门成本明细 (clauses 2.2.1.1 - 2.2.1.4): every entry of the cost periods, one row each.

A correction is two rows of its own (the reversal and what is right) and names the entry it corrects and its month.
"""

from domain.finance.cost_period_messages import (
    CostEntry,
    CostsBooked,
    EntryCorrected,
    ReceiptCostBooked,
    SharedCostAllocated,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import View

COSTS = table(
    "costs_of_departments",
    column("number", "position", "日志位置", "Position", key=True),
    column("number", "number", "序号", "Number", key=True),
    column("text", "month", "月份", "Month"),
    column("text", "entry", "分录编号", "Entry"),
    column("department", "department", "部门", "Department"),
    column("text", "account", "科目", "Account"),
    column("text", "category", "成本类别", "Cost category"),
    column("text", "heading", "列示项目", "Heading"),
    column("text", "project", "项目", "Project"),
    column("text", "object", "成本对象", "Object of cost"),
    column("money", "amount", "金额", "Amount"),
    column("text", "origin", "来源", "Origin"),
    column("text", "description", "摘要", "What for"),
    column("text", "source", "来源单据", "File or receipt"),
    column("text", "sha256", "文件校验值", "SHA-256 of the file"),
    column("number", "line", "行号", "Line of the file"),
    column("text", "original", "原分录", "Entry corrected or key"),
    column("text", "original_month", "原分录月份", "Month of the entry corrected", null=True),
    column("moment", "booked_at", "入账时间", "Booked at"),
    partition="month",
    indexes=(("department",), ("entry",)),
)

VIEW = View(
    COSTS,
    zh="部门成本明细",
    en="Costs of departments",
    clauses=("2.2.1.1", "2.2.1.3", "2.2.1.4"),
    department="department",
    order=("-position", "number"),
    appends=True,
    weight=2,
)


def _put(
    entry: CostEntry,
    number: int,
    month: str,
    at: Happened,
    rows: Rows,
    source: str = "",
    sha256: str = "",
    original_month: str | None = None,
) -> None:
    rows.put(
        {
            "position": at.position,
            "number": number,
            "month": month,
            "entry": entry.id,
            "department": entry.department,
            "account": entry.account,
            "category": entry.category,
            "heading": entry.heading,
            "project": entry.project,
            "object": entry.object,
            "amount": entry.amount,
            "origin": entry.origin,
            "description": entry.description,
            "source": source,
            "sha256": sha256,
            "line": entry.line,
            "original": entry.original,
            "original_month": original_month,
            "booked_at": at.occurred,
        }
    )


@VIEW.on(CostsBooked)
def booked(event: CostsBooked, at: Happened, rows: Rows) -> None:
    """Rows of a file."""
    for number, entry in enumerate(event.entries, 1):
        _put(entry, number, event.month, at, rows, event.file, event.sha256)


@VIEW.on(ReceiptCostBooked)
def receipt_booked(event: ReceiptCostBooked, at: Happened, rows: Rows) -> None:
    """What was accepted on an order."""
    _put(event.entry, 1, event.month, at, rows, f"goods_receipt-{event.receipt}")


@VIEW.on(EntryCorrected)
def corrected(event: EntryCorrected, at: Happened, rows: Rows) -> None:
    """The reversal, and what is right."""
    _put(event.reversal, 1, event.month, at, rows, original_month=event.original_month)
    if event.right is not None:
        _put(event.right, 2, event.month, at, rows)


@VIEW.on(SharedCostAllocated)
def allocated(event: SharedCostAllocated, at: Happened, rows: Rows) -> None:
    """From the shared department to those that caused it."""
    for number, entry in enumerate(event.entries, 1):
        _put(entry, number, event.month, at, rows, event.key)
