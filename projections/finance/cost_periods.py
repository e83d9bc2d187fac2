"""Cost periods 成本期间 (clauses 2.2.1.1, 2.2.1.4): gathered when, how many entries were wrong, what was told."""

from decimal import Decimal

from domain.finance.cost_period_messages import (
    CostsBooked,
    CostTablePublished,
    EntryCorrected,
    PeriodClosed,
    PeriodOpened,
    ReceiptCostBooked,
    SharedCostAllocated,
)
from domain.money import ZERO
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, Computed, View

PERIODS = table(
    "cost_periods",
    column("subject", "subject", "成本期间", "Cost period", key=True),
    column("text", "month", "月份", "Month"),
    column("number", "year", "财年", "Fiscal year"),
    column("text", "status", "状态", "Status"),
    column("employees", "owed_by", "责任人", "Owed by"),
    column("moment", "due_at", "时限", "Due at"),
    column("number", "entries", "分录数", "Entries"),
    column("number", "corrected", "更正次数", "Entries corrected"),
    column("money", "total", "成本合计", "Total"),
    column("percent", "error_rate", "差错率(%)", "Error rate, %", null=True),
    column("percent", "limit", "差错率上限(%)", "Limit of it, %", null=True),
    column("flag", "within", "差错率达标", "Within the limit", null=True),
    column("employee", "closed_by", "归集人", "Closed by", null=True),
    column("moment", "closed_at", "归集完成时间", "Closed at", null=True),
    column("moment", "published_at", "成本表发布时间", "Table published at", null=True),
    indexes=(("month",), ("year",)),
)

FILES = table(
    "cost_period_files",
    column("subject", "subject", "成本期间", "Cost period", key=True),
    column("text", "sha256", "文件校验值", "SHA-256 of the file", key=True),
    column("text", "file", "文件名", "File"),
    column("text", "batch", "批次", "Batch"),
    column("number", "entries", "分录数", "Entries"),
    column("money", "amount", "金额", "Amount"),
    column("employee", "booked_by", "入账人", "Booked by"),
    column("moment", "booked_at", "入账时间", "Booked at"),
)

DEPARTMENTS = table(
    "cost_period_departments",
    column("subject", "subject", "成本期间", "Cost period", key=True),
    column("department", "department", "部门", "Department", key=True),
    column("money", "labour", "人工成本", "Labour"),
    column("money", "materials", "材料成本", "Materials"),
    column("money", "operating", "经营费用", "Operating expenses"),
    column("money", "period", "期间费用", "Period expenses"),
)

VIEW = View(
    PERIODS,
    zh="成本期间",
    en="Cost periods",
    clauses=("2.2.1.1", "2.2.1.3", "2.2.1.4"),
    children=(
        Child(DEPARTMENTS, "已发布的成本表", "The table as published"),
        Child(FILES, "入账文件", "Files booked"),
    ),
    order=("-month",),
    computed=(
        Computed("overdue", "flag", "已逾期", "Overdue", lambda t, now: (t.c.closed_at.is_(None)) & (t.c.due_at < now)),
        Computed("late", "flag", "迟归集", "Closed late", lambda t, now: (t.c.closed_at > t.c.due_at).is_(True)),
    ),
)


@VIEW.on(PeriodOpened)
def opened(event: PeriodOpened, at: Happened, rows: Rows) -> None:
    """Costs are gathered."""
    rows.put(
        {
            **{str(each.name): None for each in PERIODS.columns},
            "subject": at.subject,
            "month": event.month,
            "year": event.fiscal_year,
            "status": "open",
            "owed_by": list(event.owed_by),
            "due_at": event.due_at,
            "entries": 0,
            "corrected": 0,
            "total": ZERO,
        }
    )


@VIEW.on(CostsBooked)
def booked(event: CostsBooked, at: Happened, rows: Rows) -> None:
    """Rows of a file; a large one comes in parts."""
    amount = sum((each.amount for each in event.entries), ZERO)
    _count(at, rows, entries=len(event.entries), total=amount)
    named = {"file": event.file, "batch": event.batch, "booked_by": at.actor, "booked_at": at.occurred_at}
    rows.of_table(FILES).add(
        {"subject": at.subject, "sha256": event.sha256, **named}, entries=len(event.entries), amount=amount
    )


@VIEW.on(ReceiptCostBooked)
def receipt_booked(event: ReceiptCostBooked, at: Happened, rows: Rows) -> None:
    """What was accepted on an order."""
    _count(at, rows, entries=1, total=event.entry.amount)


@VIEW.on(EntryCorrected)
def corrected(event: EntryCorrected, at: Happened, rows: Rows) -> None:
    """It counts into the error rate."""
    right = event.right.amount if event.right else ZERO
    _count(at, rows, corrected=1, total=event.reversal.amount + right)


@VIEW.on(SharedCostAllocated)
def allocated(event: SharedCostAllocated, at: Happened, rows: Rows) -> None:
    """Entries that sum to nothing."""
    _count(at, rows, entries=len(event.entries))


def _count(at: Happened, rows: Rows, entries: int = 0, corrected: int = 0, total: Decimal = ZERO) -> None:
    row = rows.change(at.subject)
    rows.change(
        at.subject,
        entries=row["entries"] + entries,
        corrected=row["corrected"] + corrected,
        total=row["total"] + total,
    )


@VIEW.on(PeriodClosed)
def closed(event: PeriodClosed, at: Happened, rows: Rows) -> None:
    """Gathered, as the period itself counts."""
    rows.change(
        at.subject,
        status="closed",
        entries=event.entries,
        corrected=event.corrected,
        total=event.total,
        error_rate=event.error_rate,
        limit=event.limit,
        within=event.within,
        closed_by=event.by,
        closed_at=at.occurred_at,
    )


@VIEW.on(CostTablePublished)
def published(event: CostTablePublished, at: Happened, rows: Rows) -> None:
    """The month's table as it was told."""
    rows.change(at.subject, status="published", published_at=at.occurred_at)
    for each in event.departments:
        rows.of_table(DEPARTMENTS).put({"subject": at.subject, **dict(each)})
