"""Purchases by budget line 按预算行的采购 (clauses 2.1.2.1, 2.1.2.2): planned price, price, promised, what came when.

Changes carry their position, so that the variances of a report come out the same again. A purchase carried to the next
year (2.1.3.1) has a row for each year: the old one ends with what had come by then.
"""

from decimal import Decimal

from domain.finance.encumbrance_messages import EncumbranceCarried, FundsCommitted
from domain.finance.periods import month_of
from domain.operations.procurement.order_messages import (
    OrderExceptionSettled,
    OrderReceiptNoted,
    PurchaseOrderCancelled,
    PurchaseOrderPlaced,
)
from domain.operations.procurement.requisition_messages import RequisitionRevised, RequisitionSubmitted
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, View

NOTHING = Decimal("0.000")

PURCHASES = table(
    "purchases_by_line",
    column("text", "order", "采购订单", "Order", key=True),
    column("number", "number", "行号", "Line", key=True),
    column("number", "part", "结转次数", "Times carried", key=True),
    column("text", "requisition", "采购申请", "Requisition"),
    column("department", "department", "部门", "Department"),
    column("text", "line", "预算行", "Budget line", null=True),
    column("number", "year", "财年", "Fiscal year", null=True),
    column("number", "position", "日志位置", "Position"),
    column("number", "until", "结转位置", "Carried at", null=True),
    column("text", "item", "物品", "Item"),
    column("money", "planned_price", "预算单价", "Planned price"),
    column("money", "price", "订购单价", "Price"),
    column("quantity", "ordered", "订购数量", "Ordered"),
    column("quantity", "accepted", "已验收", "Accepted"),
    column("quantity", "given_up", "不再交付", "Given up"),
    column("text", "promised", "承诺交付月份", "Promised month"),
    partition="order",
    indexes=(("year",), ("department",), ("line",)),
)

CHANGES = table(
    "purchase_by_line_changes",
    column("text", "order", "采购订单", "Order", key=True),
    column("number", "number", "行号", "Line", key=True),
    column("number", "part", "结转次数", "Times carried", key=True),
    column("number", "position", "日志位置", "Position", key=True),
    column("text", "month", "月份", "Month"),
    column("quantity", "accepted", "验收数量", "Accepted"),
    column("quantity", "given_up", "放弃数量", "Given up"),
    partition="order",
)

PLANNED = table(
    "purchase_by_line_planned",
    column("text", "requisition", "采购申请", "Requisition", key=True),
    column("number", "number", "行号", "Line", key=True),
    column("money", "price", "预算单价", "Planned price"),
    column("text", "order", "采购订单", "Order", null=True),
    partition="requisition",
)

VIEW = View(
    PURCHASES,
    zh="按预算行的采购",
    en="Purchases by budget line",
    clauses=("2.1.2.1", "2.1.2.2"),
    children=(Child(CHANGES, "验收与放弃", "Accepted, given up"), Child(PLANNED, "预算单价", "Planned", hidden=True)),
    department="department",
    order=("-position",),
    weight=4,
)


def _id(at: Happened) -> str:
    return at.subject.split("-", 1)[1]


@VIEW.on(RequisitionSubmitted, RequisitionRevised, touches=lambda event, at: (_id(at),))
def planned(event: RequisitionSubmitted | RequisitionRevised, at: Happened, rows: Rows) -> None:
    """The prices the requisition reckons with."""
    requisition, plans = _id(at), rows.of_table(PLANNED)
    for old in plans.of(requisition):
        plans.drop(requisition, old["number"])
    for number, line in enumerate(event.lines, 1):
        plans.put({"requisition": requisition, "number": number, "price": line.estimated_price, "order": None})


@VIEW.on(PurchaseOrderPlaced, touches=lambda event, at: (_id(at), event.requisition))
def placed(event: PurchaseOrderPlaced, at: Happened, rows: Rows) -> None:
    """A row for each line, on no budget line before one is committed."""
    order, plans = _id(at), rows.of_table(PLANNED)
    for line in event.lines:
        plan = plans.get(event.requisition, line.number)
        if plan is not None:
            plans.change(event.requisition, line.number, order=order)
        rows.put(
            {
                "order": order,
                "number": line.number,
                "part": 1,
                "requisition": event.requisition,
                "department": event.department,
                "line": None,
                "year": None,
                "position": at.position,
                "until": None,
                "item": line.item,
                "planned_price": line.price if plan is None else plan["price"],
                "price": line.price,
                "ordered": line.quantity,
                "accepted": NOTHING,
                "given_up": NOTHING,
                "promised": month_of(event.promised_on),
            }
        )


@VIEW.on(FundsCommitted, touches=lambda event, at: (event.order,))
def committed(event: FundsCommitted, at: Happened, rows: Rows) -> None:
    """The line that pays for it."""
    for row in _current(event.order, rows):
        rows.change(*_key(row), line=f"{event.year}.{event.department}.{event.account}", year=event.year)


@VIEW.on(EncumbranceCarried, touches=lambda event, at: (_id(at),))
def carried(event: EncumbranceCarried, at: Happened, rows: Rows) -> None:
    """What is still to come goes on in the line of the next year."""
    plans = rows.of_table(PLANNED).of(_id(at))
    order = next((each["order"] for each in plans if each["order"] is not None), None)
    if order is None:
        return
    rows.need(order)
    rows.of_table(CHANGES).need(order)
    for row in _current(order, rows):
        rest = row["ordered"] - row["accepted"] - row["given_up"]
        if row["year"] != event.from_year or rest <= 0:
            continue
        rows.change(*_key(row), until=at.position, ordered=row["accepted"] + row["given_up"])
        rows.put(
            {
                **row,
                "part": row["part"] + 1,
                "line": f"{event.to_year}.{event.department}.{event.account}",
                "year": event.to_year,
                "position": at.position,
                "until": None,
                "ordered": rest,
                "accepted": NOTHING,
                "given_up": NOTHING,
            }
        )


@VIEW.on(OrderReceiptNoted, touches=lambda event, at: (_id(at),))
def received(event: OrderReceiptNoted, at: Happened, rows: Rows) -> None:
    """So much was accepted."""
    for each in event.accepted:
        _change(each.line, at, rows, accepted=each.quantity)


@VIEW.on(OrderExceptionSettled, touches=lambda event, at: (_id(at),))
def exception_settled(event: OrderExceptionSettled, at: Happened, rows: Rows) -> None:
    """Accepted after all, given up, or still to come."""
    match event.kind, event.settlement:
        case "shortage", "acceptance":
            _change(event.line, at, rows, given_up=event.quantity)
        case _, "acceptance":
            _change(event.line, at, rows, accepted=event.quantity)
        case "damaged" | "defective" | "wrong_specification", "return":
            _change(event.line, at, rows, given_up=event.quantity)


@VIEW.on(PurchaseOrderCancelled, touches=lambda event, at: (_id(at),))
def cancelled(event: PurchaseOrderCancelled, at: Happened, rows: Rows) -> None:
    """What did not come is given up."""
    for each in event.rest:
        _change(each.line, at, rows, given_up=each.quantity)


def _change(number: int, at: Happened, rows: Rows, accepted: Decimal = NOTHING, given_up: Decimal = NOTHING) -> None:
    row = next(each for each in _current(_id(at), rows) if each["number"] == number)
    given_up = max(min(given_up, row["ordered"] - row["accepted"] - row["given_up"]), NOTHING)
    rows.change(*_key(row), accepted=row["accepted"] + accepted, given_up=row["given_up"] + given_up)
    key = {"order": row["order"], "number": number, "part": row["part"], "position": at.position}
    rows.of_table(CHANGES).add(
        {**key, "month": month_of(at.day), "accepted": NOTHING, "given_up": NOTHING},
        accepted=accepted,
        given_up=given_up,
    )


def _key(row: Row) -> tuple[str, int, int]:
    return row["order"], row["number"], row["part"]


def _current(order: str, rows: Rows) -> list[Row]:
    """The rows of an order that are not carried on."""
    return [each for each in rows.of(order) if each["until"] is None]
