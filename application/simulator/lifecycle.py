"""One purchase without detours 采购全程, for the benches: 6,000 CNY in two lines, from the requisition to the stock."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal

from application.acts import Done
from domain.directory import Directory, Role
from domain.governance.approvals import Approve
from domain.kernel import Command, Stream
from domain.operations.procurement.order_messages import PlacePurchaseOrder
from domain.operations.procurement.quotes import QuotedLine
from domain.operations.procurement.receipt_messages import CheckGoods, RecordArrival
from domain.operations.procurement.receiving import CheckedLine
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.operations.procurement.rfq_messages import AwardRfq, OpenRfq, RecordQuote
from domain.operations.procurement.terms import RequestedLine

Ask = Callable[[Stream, Command, str], Awaitable[Done]]
DEPARTMENT = "D10"
SUPPLIERS = ("SP05", "SP06", "SP07")
PRICES = ("2995.00", "3000.00", "3040.00")
PHOTOGRAPH = hashlib.sha256(b"sample photograph").hexdigest()


async def lifecycle(ask: Ask, number: str, directory: Directory, today: date) -> int:
    """Do it all, under ``number``; how many commands that took. Goods go into stock of their own, so nobody waits."""
    requisition, rfq = Stream("requisition", f"PR{number}"), Stream("rfq", f"RQ{number}")
    order, receipt = Stream("purchase_order", f"PO{number}"), Stream("goods_receipt", f"GR{number}")
    requester = max(each.id for each in directory.employees.values() if each.department == DEPARTMENT)
    buyer = directory.holders(Role.BUYER)[0]
    keeper = directory.holders(Role.WAREHOUSE_KEEPER)[0]
    lines = tuple(
        RequestedLine(
            item=f"示例设备 {number} {each}",
            specification="标准",
            category="it_equipment",
            quantity=Decimal(1),
            unit="台",
            estimated_price=Decimal(3000),
        )
        for each in (1, 2)
    )
    asked: list[tuple[Stream, Command, str]] = [
        (requisition, SubmitRequisition(department=DEPARTMENT, lines=lines, purpose="性能测试"), requester),
        *((requisition, Approve(), signer) for signer in _signers(directory)),
        (rfq, OpenRfq(requisition=requisition.id, suppliers=SUPPLIERS), buyer),
        *((rfq, _quote(supplier, price, today), buyer) for supplier, price in zip(SUPPLIERS, PRICES, strict=True)),
        (rfq, AwardRfq(supplier=SUPPLIERS[0], ground="better_service", reason="上门服务"), buyer),
        (order, PlacePurchaseOrder(rfq=rfq.id, requisition=requisition.id, supplier=SUPPLIERS[0]), buyer),
        (receipt, RecordArrival(order=order.id, delivery_note=f"送货单 {number}"), keeper),
        (receipt, _check(), keeper),
    ]
    for subject, command, by in asked:
        await ask(subject, command, by)
    return len(asked)


def _signers(directory: Directory) -> tuple[str, ...]:
    head = directory.holders(Role.DEPARTMENT_HEAD, DEPARTMENT)[0]
    finance = directory.holders(Role.FINANCE_MANAGER)[0]
    return head, finance, directory.holders(Role.VICE_PRESIDENT, DEPARTMENT)[0]


def _quote(supplier: str, price: str, today: date) -> RecordQuote:
    return RecordQuote(
        supplier=supplier,
        lines=tuple(QuotedLine(line=line, price=Decimal(price), detail="标准配置") for line in (1, 2)),
        delivery_days=3,
        after_sales="一年质保,上门服务",
        valid_until=today + timedelta(days=30),
    )


def _check() -> CheckGoods:
    lines = tuple(
        CheckedLine(
            line=line,
            noted=Decimal(1),
            counted=Decimal(1),
            checked=("quantity", "condition", "specification"),
            bin="A-01-01",
        )
        for line in (1, 2)
    )
    return CheckGoods(lines=lines, photographs=(PHOTOGRAPH,), signature="签收")
