"""Equipment that waits to be installed 待安装 (clause 4.1.3.2): one row a line of a receipt."""

from domain.operations.goods import stock_number
from domain.operations.procurement.receipt_messages import EquipmentInstalled, InstallationAwaited
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import View

WAITING = table(
    "waiting_for_installation",
    column("subject", "subject", "入库单", "Receipt", key=True),
    column("number", "line", "行号", "Line", key=True),
    column("text", "order", "采购订单", "Order"),
    column("department", "department", "使用部门", "Department"),
    column("subject", "stock", "库存", "Stock"),
    column("text", "item", "物品", "Item"),
    column("text", "specification", "规格型号", "Specification"),
    column("quantity", "quantity", "待安装数量", "Quantity"),
    column("text", "unit", "单位", "Unit"),
    column("employees", "informed", "已通知", "Told"),
    column("moment", "since", "开始时间", "Since"),
    indexes=(("since",), ("stock",)),
)

VIEW = View(
    WAITING,
    zh="待安装",
    en="Waiting for installation",
    clauses=("4.1.3.2",),
    own=("informed",),
    department="department",
    order=("since",),
)


@VIEW.on(InstallationAwaited)
def awaited(event: InstallationAwaited, at: Happened, rows: Rows) -> None:
    """So much more of the line."""
    row = rows.add(
        {
            "subject": at.subject,
            "line": event.line,
            "order": event.order,
            "department": event.department,
            "stock": f"stock-{stock_number(event.item, event.specification, event.unit)}",
            "item": event.item,
            "specification": event.specification,
            "quantity": event.quantity - event.quantity,
            "unit": event.unit,
            "informed": [],
            "since": at.occurred_at,
        },
        quantity=event.quantity,
    )
    row["informed"] = sorted({*row["informed"], *event.informed})


@VIEW.on(EquipmentInstalled)
def installed(event: EquipmentInstalled, at: Happened, rows: Rows) -> None:
    """So much less; the last of it ends the waiting."""
    row = rows.change(at.subject, event.line)
    left = row["quantity"] - event.quantity
    if left > 0:
        rows.change(at.subject, event.line, quantity=left)
    else:
        rows.drop(at.subject, event.line)
