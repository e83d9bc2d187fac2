"""Repeat and split purchases 重复与拆分采购 (clauses 4.1.1.3, 4.1.1.2): what finance was warned of, and why."""

from domain.operations.procurement.purchase_month import RepeatPurchaseWarned
from domain.operations.procurement.split_watch import SplitPurchaseFlagged
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import View

WARNINGS = table(
    "repeat_and_split_purchases",
    column("number", "position", "日志序号", "Position", key=True),
    column("text", "kind", "类型", "Repeat or split"),
    column("clause", "clause", "依据条款", "Clause"),
    column("department", "department", "部门", "Department", null=True),
    column("text", "grouping", "归集方式", "Grouped by", null=True),
    column("text", "who", "申请人或供应商", "Requester or supplier", null=True),
    column("text", "item", "物品", "Item", null=True),
    column("text", "category", "类别", "Category", null=True),
    column("texts", "months", "月份", "Months"),
    column("number", "window_days", "窗口(天)", "Window, days", null=True),
    column("money", "limit", "限额", "Limit", null=True),
    column("money", "amount", "合计金额", "Amount together", null=True),
    column("texts", "requisitions", "采购申请", "Requisitions"),
    column("employees", "informed", "已通知", "Told"),
    column("moment", "warned_at", "预警时间", "Warned at"),
    partition="position",
    indexes=(("kind", "position"), ("department",)),
)

VIEW = View(
    WARNINGS,
    zh="重复与拆分采购",
    en="Repeat and split purchases",
    clauses=("4.1.1.3", "4.1.1.2"),
    own=("informed",),
    department="department",
    order=("-position",),
    appends=True,
)


@VIEW.on(RepeatPurchaseWarned)
def repeated(event: RepeatPurchaseWarned, at: Happened, rows: Rows) -> None:
    """The same item, month after month."""
    rows.put(
        {
            "position": at.position,
            "kind": "repeat",
            "clause": event.clause,
            "department": event.department,
            "grouping": None,
            "who": None,
            "item": event.item,
            "category": None,
            "months": event.months,
            "window_days": None,
            "limit": None,
            "amount": None,
            "requisitions": event.requisitions,
            "informed": event.informed,
            "warned_at": at.occurred,
        }
    )


@VIEW.on(SplitPurchaseFlagged)
def split(event: SplitPurchaseFlagged, at: Happened, rows: Rows) -> None:
    """Each within a limit, together above it."""
    rows.put(
        {
            "position": at.position,
            "kind": "split",
            "clause": event.clause,
            "department": None,
            "grouping": event.grouping,
            "who": event.who,
            "item": None,
            "category": event.category,
            "months": (),
            "window_days": event.window_days,
            "limit": event.limit,
            "amount": event.amount,
            "requisitions": event.purchases,
            "informed": event.informed,
            "warned_at": at.occurred,
        }
    )
