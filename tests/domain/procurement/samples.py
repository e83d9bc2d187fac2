"""Sample goods, suppliers and quotes of the procurement specs 示例数据."""

from datetime import date
from decimal import Decimal
from typing import Any

from domain.governance.approvals import Approve
from domain.operations.procurement.order_messages import PlacePurchaseOrder
from domain.operations.procurement.quotes import QuotedLine
from domain.operations.procurement.receipt_messages import CheckGoods, RecordArrival
from domain.operations.procurement.receiving import CheckedLine, Fault
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.operations.procurement.rfq_messages import AwardRfq, OpenRfq, RecordQuote, RecordSampleTest
from domain.operations.procurement.supplier_messages import SupplierProposed, SupplierQualified
from domain.operations.procurement.terms import (
    LineQuantity,
    OpenLine,
    OrderedLine,
    OrderStanding,
    RequestedLine,
    RequisitionStanding,
    SupplierStanding,
)
from tests.domain.procurement.world import World

PHOTO, OTHER_PHOTO, NOTE = "a" * 64, "b" * 64, "c" * 64
ALL_CHECKS: tuple[Any, ...] = ("quantity", "condition", "specification")
SUPPLIERS = ("S1", "S2", "S3")
VALID = date(2026, 6, 30)
IT, OFFICE = "it_equipment", "office_supplies"


def requested(item: str = "笔记本电脑", price: str = "3000", quantity: str = "2", category: str = IT) -> RequestedLine:
    """A line of a requisition."""
    return RequestedLine(
        item=item,
        specification="14英寸 16GB",
        category=category,
        quantity=Decimal(quantity),
        unit="台",
        estimated_price=Decimal(price),
    )


LAPTOPS = requested()
DOCKS = requested("扩展坞", "500", "2")


def ordered(line: RequestedLine = LAPTOPS, price: str = "3000", number: int = 1) -> OrderedLine:
    """The same line on an order."""
    return OrderedLine(number=number, price=Decimal(price), **line.model_dump(exclude={"estimated_price"}))


def approved(*lines: RequestedLine, **changes: Any) -> RequisitionStanding:
    """An approved requisition of ANN's, as others know it."""
    lines = lines or (LAPTOPS,)
    told: dict[str, Any] = {
        "status": "approved",
        "requester": "ANN",
        "department": "D-SALES",
        "category": lines[0].category,
        "amount": Decimal(sum(line.amount for line in lines)),
        "lines": lines,
        "authority": "vice_president",
    }
    return RequisitionStanding(**{**told, **changes})


def qualified(*categories: str, **changes: Any) -> SupplierStanding:
    """A supplier of the register, as others know it."""
    told: dict[str, Any] = {"status": "qualified", "name": "示例供应商", "categories": categories or (IT, OFFICE)}
    return SupplierStanding(**{**told, **changes})


def on_order(*lines: OpenLine, **changes: Any) -> OrderStanding:
    """BUD's order for ANN's requisition, as the warehouse knows it; promised for 2026-03-05."""
    told: dict[str, Any] = {
        "status": "placed",
        "requisition": "PR1",
        "supplier": "S1",
        "buyer": "BUD",
        "requester": "ANN",
        "department": "D-SALES",
        "promised_on": date(2026, 3, 5),
        "lines": lines or (OpenLine(ordered(), Decimal("2.000")),),
    }
    return OrderStanding(**{**told, **changes})


def quote(supplier: str, *prices: str, **changes: Any) -> RecordQuote:
    """A supplier's quote, one price a line."""
    told: dict[str, Any] = {
        "supplier": supplier,
        "lines": tuple(
            QuotedLine(line=number, price=Decimal(price), detail="全新原装", brand=f"品牌{supplier}")
            for number, price in enumerate(prices, 1)
        ),
        "delivery_days": 7,
        "after_sales": "三年上门",
        "valid_until": VALID,
    }
    return RecordQuote(**{**told, **changes})


def checked(line: int = 1, counted: str = "2", noted: str | None = None, **changes: Any) -> CheckedLine:
    """A line as the keeper found it: all checks made, put into bin A-01."""
    told: dict[str, Any] = {
        "line": line,
        "noted": Decimal(noted or counted),
        "counted": Decimal(counted),
        "checked": ALL_CHECKS,
        "bin": "A-01",
    }
    return CheckedLine(**{**told, **changes})


def check(*lines: CheckedLine, **changes: Any) -> CheckGoods:
    """A signed and photographed check."""
    told: dict[str, Any] = {"lines": lines or (checked(),), "photographs": (PHOTO,), "signature": "KIM"}
    return CheckGoods(**{**told, **changes})


def fault(kind: Any = "damaged", quantity: str = "1", *photographs: str) -> Fault:
    """Goods that are wrong, photographed."""
    return Fault(kind=kind, quantity=Decimal(quantity), remark="外箱破损", photographs=photographs or (OTHER_PHOTO,))


def much(line: int, quantity: str) -> LineQuantity:
    """So much of a line."""
    return LineQuantity(line=line, quantity=Decimal(quantity))


def proposed(name: str = "示例科技有限公司", code: str = "91310000MA1K00001A", **changes: Any) -> SupplierProposed:
    """BUD proposed a supplier."""
    told: dict[str, Any] = {
        "name": name,
        "credit_code": code,
        "categories": (IT, OFFICE),
        "reason": "示例:报价合理",
        "proposer": "BUD",
        "department": "D-PUR",
        "contact": "S1-C1",
        "contact_name": "示例联系人",
        "contact_phone": "000-0000",
        "contact_email": "contact@supplier.example",
    }
    return SupplierProposed(**{**told, **changes})


def put_on_the_register(**changes: Any) -> SupplierQualified:
    """PAT qualified it."""
    told: dict[str, Any] = {
        "name": "示例科技有限公司",
        "credit_code": "91310000MA1K00001A",
        "categories": (IT, OFFICE),
        "findings": "资质齐全",
        "evidence": (NOTE,),
        "qualified_by": "PAT",
    }
    return SupplierQualified(**{**told, **changes})


def world_with_suppliers() -> World:
    """A world in which S1, S2 and S3 stand on the register."""
    world = World()
    for supplier in SUPPLIERS:
        world.given(f"supplier-{supplier}", proposed(), put_on_the_register())
    return world


def buy(world: World, *lines: RequestedLine, number: str = "1", prices: tuple[tuple[str, ...], ...] = ()) -> None:
    """From ANN's need to BUD's order ``PO<number>``: approved by all, three quotes, samples tested, S1 awarded."""
    lines = lines or (LAPTOPS,)
    prices = prices or tuple(
        tuple(str(line.estimated_price * factor) for line in lines)
        for factor in (Decimal("0.9"), Decimal("1"), Decimal("1.1"))
    )
    requisition, rfq, order = f"PR{number}", f"RQ{number}", f"PO{number}"
    submit = SubmitRequisition(department="D-SALES", lines=lines, purpose="新员工入职")
    world.act(f"requisition-{requisition}", submit, by="ANN")
    while (waiting := world.state(f"requisition-{requisition}").approval.waits_for) != ():
        world.act(f"requisition-{requisition}", Approve(), by=waiting[0])
    world.act(f"rfq-{rfq}", OpenRfq(requisition=requisition, suppliers=SUPPLIERS), by="BUD")
    for supplier, each in zip(SUPPLIERS, prices, strict=True):
        world.act(f"rfq-{rfq}", quote(supplier, *each), by="BUD")
    for supplier in SUPPLIERS[:2]:
        test = RecordSampleTest(supplier=supplier, passed=True, score=Decimal("90"), findings="合格")
        world.act(f"rfq-{rfq}", test, by="IRIS")
    world.act(f"rfq-{rfq}", AwardRfq(supplier="S1", ground="sample_test", reason="最低且合格"), by="BUD")
    world.act(
        f"purchase_order-{order}",
        PlacePurchaseOrder(rfq=rfq, requisition=requisition, supplier="S1"),
        by="BUD",
    )


def arrive(world: World, receipt: str = "GR1", order: str = "PO1") -> None:
    """KIM takes a delivery in."""
    world.act(f"goods_receipt-{receipt}", RecordArrival(order=order, delivery_note="示例-001"), by="KIM")
