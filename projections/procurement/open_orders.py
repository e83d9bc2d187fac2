"""Open orders 未结采购订单 (clauses 4.1.3.1 - 4.1.3.3): what was ordered of whom, and what came of it."""

from decimal import Decimal

from domain.operations.procurement.order_messages import (
    OrderArrivalNoted,
    OrderExceptionSettled,
    OrderHeld,
    OrderReceiptNoted,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    PurchaseOrderPlaced,
)
from domain.operations.procurement.order_state import LineTally, counts_as_held, settled
from domain.operations.procurement.terms import OrderedLine
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, Computed, View

ORDERS = table(
    "open_orders",
    column("subject", "subject", "采购订单", "Order", key=True),
    column("text", "requisition", "采购申请", "Requisition"),
    column("text", "rfq", "询价单", "Request for quotation", null=True),
    column("text", "supplier", "供应商", "Supplier"),
    column("employee", "buyer", "采购员", "Buyer"),
    column("employee", "requester", "申请人", "Requester"),
    column("department", "department", "申请部门", "Department"),
    column("text", "category", "类别", "Category"),
    column("money", "amount", "订单金额", "Amount"),
    column("money", "approved_amount", "批准金额", "Amount approved"),
    column("text", "status", "状态", "Status"),
    column("number", "arrivals", "待验收批次", "Arrivals to be checked"),
    column("number", "exceptions", "待处理异常", "Exceptions to be settled"),
    column("quantity", "outstanding", "未到数量", "Quantity still to come"),
    column("day", "ordered_on", "下单日期", "Ordered on"),
    column("day", "promised_on", "承诺交期", "Promised on"),
    column("moment", "changed_at", "最近变动", "Last change"),
    indexes=(("promised_on",), ("supplier",), ("department", "promised_on"), ("requisition",)),
)

LINES = table(
    "open_order_lines",
    column("subject", "subject", "采购订单", "Order", key=True),
    column("number", "line", "行号", "Line", key=True),
    column("text", "item", "物品", "Item"),
    column("text", "specification", "规格型号", "Specification"),
    column("text", "category", "类别", "Category"),
    column("quantity", "quantity", "订购数量", "Ordered"),
    column("text", "unit", "单位", "Unit"),
    column("money", "price", "单价", "Unit price"),
    column("quantity", "accepted", "已验收", "Accepted"),
    column("quantity", "held", "待处理", "Held"),
    column("quantity", "given_up", "放弃", "Given up"),
    column("quantity", "outstanding", "未到", "Still to come"),
)

EXCEPTIONS = table(
    "open_order_exceptions",
    column("subject", "subject", "采购订单", "Order", key=True),
    column("text", "receipt", "入库单", "Receipt", key=True),
    column("number", "exception", "异常号", "Exception", key=True),
    column("number", "line", "行号", "Line"),
    column("text", "kind", "异常类型", "Kind"),
    column("quantity", "quantity", "数量", "Quantity"),
    column("moment", "held_at", "发现时间", "Found at"),
)

VIEW = View(
    ORDERS,
    zh="未结采购订单",
    en="Open orders",
    clauses=("4.1.3.1", "4.1.3.2", "4.1.3.3"),
    children=(Child(LINES, "明细", "Lines"), Child(EXCEPTIONS, "待处理", "To be settled")),
    own=("buyer", "requester"),
    department="department",
    order=("promised_on",),
    computed=(
        Computed(
            "overdue",
            "flag",
            "逾期未到",
            "Overdue",
            lambda t, now: (t.c.promised_on < now.op("AT TIME ZONE")("Asia/Shanghai")) & (t.c.outstanding > 0),
        ),
    ),
    weight=4,
)


@VIEW.on(PurchaseOrderPlaced)
def placed(event: PurchaseOrderPlaced, at: Happened, rows: Rows) -> None:
    """A row, and one for each line."""
    rows.put(
        {
            "subject": at.subject,
            "requisition": event.requisition,
            "rfq": event.rfq,
            "supplier": event.supplier,
            "buyer": event.buyer,
            "requester": event.requester,
            "department": event.department,
            "category": event.category,
            "amount": event.amount,
            "approved_amount": event.approved_amount,
            "status": "placed",
            "arrivals": 0,
            "exceptions": 0,
            "outstanding": sum((line.quantity for line in event.lines), Decimal(0)),
            "ordered_on": event.ordered_on,
            "promised_on": event.promised_on,
            "changed_at": at.occurred_at,
        }
    )
    for line in event.lines:
        nothing = Decimal(0)
        rows.of_table(LINES).put(
            {
                "subject": at.subject,
                "line": line.number,
                "item": line.item,
                "specification": line.specification,
                "category": line.category,
                "quantity": line.quantity,
                "unit": line.unit,
                "price": line.price,
                "accepted": nothing,
                "held": nothing,
                "given_up": nothing,
                "outstanding": line.quantity,
            }
        )


@VIEW.on(OrderArrivalNoted)
def arrived(event: OrderArrivalNoted, at: Happened, rows: Rows) -> None:
    """Something is here, not checked yet."""
    row = rows.change(at.subject)
    rows.change(at.subject, arrivals=row["arrivals"] + 1, changed_at=at.occurred_at)


@VIEW.on(OrderReceiptNoted)
def received(event: OrderReceiptNoted, at: Happened, rows: Rows) -> None:
    """So much was accepted."""
    row = rows.change(at.subject)
    rows.change(at.subject, arrivals=row["arrivals"] - 1)
    for each in event.accepted:
        _keep(_tally(each.line, at, rows).changed(accepted=each.quantity), at, rows)
    _status(at, rows)


@VIEW.on(OrderHeld)
def held(event: OrderHeld, at: Happened, rows: Rows) -> None:
    """It waits for a settlement."""
    rows.of_table(EXCEPTIONS).put(
        {
            "subject": at.subject,
            "receipt": event.receipt,
            "exception": event.exception,
            "line": event.line,
            "kind": event.kind,
            "quantity": event.quantity,
            "held_at": at.occurred_at,
        }
    )
    _keep(_tally(event.line, at, rows).changed(held=counts_as_held(event)), at, rows)
    _status(at, rows)


@VIEW.on(OrderExceptionSettled)
def exception_settled(event: OrderExceptionSettled, at: Happened, rows: Rows) -> None:
    """Settled."""
    rows.of_table(EXCEPTIONS).drop(at.subject, event.receipt, event.exception)
    was = OrderHeld.model_construct(
        receipt=event.receipt, exception=event.exception, line=event.line, kind=event.kind, quantity=event.quantity
    )
    _keep(settled(_tally(event.line, at, rows), was, event.settlement), at, rows)
    rows.change(at.subject, amount=event.amount)
    _status(at, rows)


@VIEW.on(PurchaseOrderCancelled)
def cancelled(event: PurchaseOrderCancelled, at: Happened, rows: Rows) -> None:
    """What did not come is given up; a whole order is open no more."""
    if event.whole:
        _end(at, rows)
        return
    for each in event.rest:
        _keep(_tally(each.line, at, rows).changed(given_up=each.quantity), at, rows)
    _status(at, rows)


@VIEW.on(PurchaseOrderClosed)
def closed(event: PurchaseOrderClosed, at: Happened, rows: Rows) -> None:
    """Open no more."""
    _end(at, rows)


def _tally(number: int, at: Happened, rows: Rows) -> LineTally:
    row = rows.of_table(LINES).change(at.subject, number)
    line = OrderedLine.model_construct(
        number=number,
        item=row["item"],
        specification=row["specification"],
        category=row["category"],
        quantity=row["quantity"],
        unit=row["unit"],
        price=row["price"],
    )
    return LineTally(line, row["accepted"], row["held"], row["given_up"])


def _keep(tally: LineTally, at: Happened, rows: Rows) -> None:
    rows.of_table(LINES).change(
        at.subject,
        tally.line.number,
        accepted=tally.accepted,
        held=tally.held,
        given_up=tally.given_up,
        outstanding=tally.outstanding,
    )


def _status(at: Happened, rows: Rows) -> None:
    lines: list[Row] = rows.of_table(LINES).of(at.subject)
    exceptions = len(rows.of_table(EXCEPTIONS).of(at.subject))
    begun = any(line["accepted"] or line["given_up"] for line in lines)
    rows.change(
        at.subject,
        exceptions=exceptions,
        outstanding=sum((line["outstanding"] for line in lines), Decimal(0)),
        status="pending" if exceptions else "partly_received" if begun else "placed",
        changed_at=at.occurred_at,
    )


def _end(at: Happened, rows: Rows) -> None:
    for line in rows.of_table(LINES).of(at.subject):
        rows.of_table(LINES).drop(at.subject, line["line"])
    for each in rows.of_table(EXCEPTIONS).of(at.subject):
        rows.of_table(EXCEPTIONS).drop(at.subject, each["receipt"], each["exception"])
    rows.drop(at.subject)
