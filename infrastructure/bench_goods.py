"""How sample purchases are quoted, ordered, received and put into stock 样例采购执行, as events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from domain.kernel import SYSTEM, Event
from domain.operations.inventory.stock_messages import GoodsHeld, HeldSentBack, StockReceived
from domain.operations.procurement.order_messages import (
    OrderArrivalNoted,
    OrderExceptionSettled,
    OrderHeld,
    OrderReceiptNoted,
    PurchaseOrderClosed,
    PurchaseOrderPlaced,
)
from domain.operations.procurement.quotes import ComparedQuote, QuotedLine
from domain.operations.procurement.receipt_messages import (
    GoodsArrived,
    GoodsChecked,
    GoodsExceptionFound,
    GoodsReturned,
    InstallationAwaited,
)
from domain.operations.procurement.receiving import ReceivedLine
from domain.operations.procurement.requisition_messages import (
    RequisitionOrdered,
)
from domain.operations.procurement.rfq_messages import QuoteReceived, RfqAwarded, RfqOpened
from domain.operations.procurement.supplier_evaluation import DeliveryRecorded, QuoteCompared
from domain.operations.procurement.terms import LineQuantity, OrderedLine
from infrastructure.bench_words import SUPPLIERS, YEAR, Done, at, basis, lines_at


def quoted(price: str) -> Iterator[Done]:
    """Three suppliers asked, three quotes, an award, and what stands on the suppliers' records."""
    rfq = "rfq-RQ~n~"
    opened = RfqOpened(
        requisition="PR~n~",
        requester="~requester~",
        department="~department~",
        buyer="~buyer~",
        category="~category~",
        lines=lines_at(price),
        suppliers=SUPPLIERS,
        quotes_due_at=at(80),
    )
    yield Done(24, "~buyer~", ((rfq, opened),), (basis("4.1.2.3", "minimum_suppliers", "opened", qualified=3),))
    compared = []
    for number, supplier in enumerate(SUPPLIERS):
        each = Decimal(price) * (100 + number * 2) / 100
        quoted = tuple(
            QuotedLine(line=line, price=each.quantize(Decimal("0.01")), detail="样例报价", brand="样例牌")
            for line in (1, 2)
        )
        amount = sum((line.price * 2 for line in quoted), Decimal(0))
        quote = QuoteReceived(
            supplier=supplier,
            revision=1,
            lines=quoted,
            amount=amount,
            delivery_days=7,
            after_sales="三年上门服务",
            valid_until=date(YEAR, 3, 1),
            late=False,
        )
        yield Done(
            30 + number, "~buyer~", ((rfq, quote),), (basis("4.1.2.3", "quotes", "recorded", supplier=supplier),)
        )
        compared.append(
            ComparedQuote(
                supplier=supplier,
                amount=amount,
                delivery_days=7,
                after_sales="三年上门服务",
                brands=("样例牌",),
                valid_until=date(YEAR, 3, 1),
                counted=True,
            )
        )
    awarded = RfqAwarded(
        requisition="PR~n~",
        supplier=SUPPLIERS[0],
        ground="better_service",
        reason="服务更优",
        awarded_by="~buyer~",
        amount=compared[0].amount,
        lines=tuple(QuotedLine(line=line, price=Decimal(price), detail="样例报价", brand="样例牌") for line in (1, 2)),
        delivery_days=7,
        valid_until=date(YEAR, 3, 1),
        difference_percent=Decimal("2.00"),
        compared=tuple(compared),
    )
    yield Done(36, "~buyer~", ((rfq, awarded),), (basis("4.1.2.4", "award", "better_service", difference="2.00"),))
    for each_quote in compared:
        record = QuoteCompared(rfq="RQ~n~", on=date(YEAR, 1, 9), amount=each_quote.amount, lowest=compared[0].amount)
        yield Done(36, SYSTEM, ((f"supplier_evaluation-{each_quote.supplier}", record),))


def ordered(price: str, rfq: str | None) -> Iterator[Done]:
    """The order, and the requisition marked with it."""
    lines = tuple(
        OrderedLine(number=number, price=Decimal(price), **line.model_dump(exclude={"estimated_price"}))
        for number, line in enumerate(lines_at(price), 1)
    )
    amount = sum((line.amount for line in lines), Decimal(0))
    placed = PurchaseOrderPlaced(
        requisition="PR~n~",
        rfq=rfq,
        supplier=SUPPLIERS[0],
        buyer="~buyer~",
        requester="~requester~",
        department="~department~",
        category="~category~",
        lines=lines,
        amount=amount,
        approved_amount=amount,
        ordered_on=date(YEAR, 1, 10),
        promised_on=date(YEAR, 1, 17),
    )
    ruling = basis("4.1.1.2", "price_tolerance_percent", "within", amount=amount, approved=amount)
    events = (("purchase_order-PO~n~", placed), ("requisition-PR~n~", RequisitionOrdered(order="PO~n~")))
    yield Done(48, "~buyer~", events, (ruling,))


def arrived() -> Iterator[Done]:
    """Goods are here, and the order says so."""
    arrived = GoodsArrived(
        order="PO~n~",
        requisition="PR~n~",
        supplier=SUPPLIERS[0],
        buyer="~buyer~",
        requester="~requester~",
        department="~department~",
        delivery_note="DN~n~",
        promised_on=date(YEAR, 1, 17),
        arrived_at=at(170),
        check_due_at=at(174),
        keeper="~keeper~",
    )
    noted = OrderArrivalNoted(receipt="GR~n~")
    yield Done(170, "~keeper~", (("goods_receipt-GR~n~", arrived), ("purchase_order-PO~n~", noted)))


def checked(hours: float, faulty: bool) -> Iterator[Done]:
    """Checked, ``faulty`` with one piece damaged, put into stock, told to the supplier's record."""
    received = tuple(
        ReceivedLine(
            line=number,
            item=line.item,
            specification=line.specification,
            category=line.category,
            unit=line.unit,
            noted=Decimal(2),
            counted=Decimal(2),
            accepted=Decimal(1 if faulty and number == 2 else 2),
            bin="A-01-01",
        )
        for number, line in enumerate(lines_at("1.00"), 1)
    )
    receipt, order = "goods_receipt-GR~n~", "purchase_order-PO~n~"
    done = GoodsChecked(
        order="PO~n~",
        supplier=SUPPLIERS[0],
        promised_on=date(YEAR, 1, 17),
        arrived_at=at(170),
        lines=received,
        photographs=("0" * 64,),
        signature="~keeper~",
        checked_by="~keeper~",
    )
    install = InstallationAwaited(
        order="PO~n~",
        department="~department~",
        line=1,
        item=received[0].item,
        specification=received[0].specification,
        quantity=Decimal(2),
        unit="台",
        informed=("~it~",),
    )
    events: list[tuple[str, Event]] = [(receipt, install), (receipt, done)]
    if faulty:
        events = [*_fault(received[1]), *events]
    events.append((order, OrderReceiptNoted(receipt="GR~n~", accepted=_accepted(received))))
    if not faulty:
        events.append((order, PurchaseOrderClosed(amount=Decimal("4.00"))))
    for number, line in enumerate(received, 1):
        into = StockReceived(
            item=line.item,
            specification=line.specification,
            unit=line.unit,
            receipt="GR~n~",
            order="PO~n~",
            quantity=line.accepted,
            bin="A-01-01",
        )
        events.append((f"stock-~stock{number}~", into))
    late = basis("4.1.3.1", "hours", "in time" if hours <= 174 else "late", due_at=at(174), checked_at=at(hours))
    yield Done(hours, "~keeper~", tuple(events), (late,))
    delivery = DeliveryRecorded(
        receipt="GR~n~",
        order="PO~n~",
        promised_on=date(YEAR, 1, 17),
        arrived_on=date(YEAR, 1, 15),
        on_time=True,
        received=Decimal(4),
        good=Decimal(3 if faulty else 4),
        faults={"damaged": Decimal(1)} if faulty else {},
    )
    yield Done(hours, SYSTEM, ((f"supplier_evaluation-{SUPPLIERS[0]}", delivery),))


def _accepted(received: tuple[ReceivedLine, ...]) -> tuple[LineQuantity, ...]:
    return tuple(LineQuantity(line=each.line, quantity=each.accepted) for each in received)


def _fault(line: ReceivedLine) -> list[tuple[str, Event]]:
    found = GoodsExceptionFound(
        number=1,
        order="PO~n~",
        supplier=SUPPLIERS[0],
        buyer="~buyer~",
        line=line.line,
        item=line.item,
        specification=line.specification,
        category=line.category,
        unit=line.unit,
        stocked=True,
        kind="damaged",
        quantity=Decimal(1),
        remark="外包装破损",
        photographs=("1" * 64,),
        informed=("~buyer~",),
        settle_due_at=at(240),
    )
    held = OrderHeld(receipt="GR~n~", exception=1, line=line.line, kind="damaged", quantity=Decimal(1))
    apart = GoodsHeld(
        item=line.item,
        specification=line.specification,
        unit=line.unit,
        receipt="GR~n~",
        exception=1,
        quantity=Decimal(1),
    )
    return [("goods_receipt-GR~n~", found), ("purchase_order-PO~n~", held), ("stock-~stock2~", apart)]


def returned_goods() -> Iterator[Done]:
    """The damaged piece goes back, and the order closes."""
    returned = GoodsReturned(
        number=1,
        order="PO~n~",
        item="~item2~",
        specification="样例规格 B",
        unit="个",
        stocked=True,
        kind="damaged",
        quantity=Decimal(1),
        reason="破损退货",
    )
    settled = OrderExceptionSettled(
        receipt="GR~n~",
        exception=1,
        line=2,
        kind="damaged",
        quantity=Decimal(1),
        settlement="return",
        amount=Decimal("3.00"),
    )
    back = HeldSentBack(receipt="GR~n~", exception=1, quantity=Decimal(1))
    closed = PurchaseOrderClosed(amount=Decimal("3.00"))
    order = "purchase_order-PO~n~"
    events = (("goods_receipt-GR~n~", returned), (order, settled), (order, closed), ("stock-~stock2~", back))
    yield Done(200, "~buyer~", events, (basis("4.1.3.3", "settlements", "return", kind="damaged"),))
