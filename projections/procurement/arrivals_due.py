"""Arrivals due 到货与验收提醒 (clause 4.1.3.1): what is promised for when, and what is here and has to be checked."""

from datetime import datetime, time

from domain.operations.procurement.order_messages import (
    OrderReceiptNoted,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    PurchaseOrderPlaced,
)
from domain.operations.procurement.receipt_messages import GoodsArrived, GoodsChecked
from domain.working_time import SHANGHAI
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Computed, View

ARRIVALS = table(
    "arrivals_due",
    column("subject", "subject", "订单或入库单", "Order or receipt", key=True),
    column("text", "waits_for", "等待", "Waits for"),
    column("text", "order", "采购订单", "Order"),
    column("text", "supplier", "供应商", "Supplier"),
    column("department", "department", "申请部门", "Department"),
    column("employee", "requester", "申请人", "Requester"),
    column("employee", "buyer", "采购员", "Buyer"),
    column("employee", "keeper", "仓库管理员", "Warehouse keeper", null=True),
    column("text", "goods", "货物", "Goods"),
    column("number", "deliveries", "已到批次", "Deliveries so far"),
    column("moment", "since", "开始时间", "Since"),
    column("moment", "due_at", "时限", "Due at"),
    indexes=(("due_at",), ("supplier", "due_at")),
)

VIEW = View(
    ARRIVALS,
    zh="到货与验收",
    en="Arrivals due",
    clauses=("4.1.3.1",),
    own=("buyer", "requester", "keeper"),
    department="department",
    order=("due_at",),
    computed=(Computed("overdue", "flag", "已逾期", "Overdue", lambda t, now: t.c.due_at < now),),
)


@VIEW.on(PurchaseOrderPlaced)
def placed(event: PurchaseOrderPlaced, at: Happened, rows: Rows) -> None:
    """Expected by the end of the day that was promised."""
    rows.put(
        {
            "subject": at.subject,
            "waits_for": "arrival",
            "order": at.subject.partition("-")[2],
            "supplier": event.supplier,
            "department": event.department,
            "requester": event.requester,
            "buyer": event.buyer,
            "keeper": None,
            "goods": "、".join(line.item for line in event.lines),
            "deliveries": 0,
            "since": at.occurred_at,
            "due_at": datetime.combine(event.promised_on, time(23, 59, 59), SHANGHAI),
        }
    )


@VIEW.on(OrderReceiptNoted)
def received(event: OrderReceiptNoted, at: Happened, rows: Rows) -> None:
    """One delivery of it is in; the order waits until it is closed."""
    row = rows.change(at.subject)
    rows.change(at.subject, deliveries=row["deliveries"] + 1)


@VIEW.on(PurchaseOrderCancelled)
def cancelled(event: PurchaseOrderCancelled, at: Happened, rows: Rows) -> None:
    """Nothing more will come."""
    rows.drop(at.subject)


@VIEW.on(PurchaseOrderClosed)
def closed(event: PurchaseOrderClosed, at: Happened, rows: Rows) -> None:
    """Nothing more will come."""
    rows.drop(at.subject)


@VIEW.on(GoodsArrived)
def arrived(event: GoodsArrived, at: Happened, rows: Rows) -> None:
    """Here, and to be checked within the hours of 4.1.3.1."""
    rows.put(
        {
            "subject": at.subject,
            "waits_for": "check",
            "order": event.order,
            "supplier": event.supplier,
            "department": event.department,
            "requester": event.requester,
            "buyer": event.buyer,
            "keeper": event.keeper,
            "goods": event.delivery_note,
            "deliveries": 1,
            "since": event.arrived_at,
            "due_at": event.check_due_at,
        }
    )


@VIEW.on(GoodsChecked)
def checked(event: GoodsChecked, at: Happened, rows: Rows) -> None:
    """Checked."""
    rows.drop(at.subject)
