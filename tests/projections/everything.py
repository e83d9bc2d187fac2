"""A history of some of everything, so that no view stays empty and every handler is heard."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from domain.governance.approvals import ApprovalReminded, ApprovalStepExpired, ApprovalTransferred, SignerAdded
from domain.governance.attempt import AttemptRefused
from domain.governance.notice import NoticeIssued, NoticeRead
from domain.governance.obligation import ObligationEscalated, ObligationMissed, ObligationReminded, ObligationWaived
from domain.operations.goods import stock_number
from domain.operations.inventory.stock_messages import (
    GoodsHeld,
    HeldReleased,
    StockIssued,
    StockMoved,
    StockReceived,
    StockTakenBack,
)
from domain.operations.procurement.order_messages import (
    OrderArrivalNoted,
    OrderExceptionSettled,
    OrderHeld,
    OrderReceiptNoted,
    PurchaseOrderCancelled,
    PurchaseOrderPlaced,
)
from domain.operations.procurement.purchase_month import RepeatPurchaseWarned
from domain.operations.procurement.quotes import QuotedLine
from domain.operations.procurement.receipt_messages import (
    EquipmentInstalled,
    GoodsAccepted,
    GoodsArrived,
    GoodsExceptionFound,
    InstallationAwaited,
)
from domain.operations.procurement.rfq_messages import (
    AwardRevoked,
    QuoteDeclined,
    QuoteReceived,
    RfqAwarded,
    RfqOpened,
    SampleTested,
    SupplierInvited,
)
from domain.operations.procurement.split_watch import SplitPurchaseFlagged
from domain.operations.procurement.supplier_evaluation import DeliveryRecorded, QuoteCompared, SupplierEvaluated
from domain.operations.procurement.supplier_messages import (
    SupplierEvaluationOpened,
    SupplierProposed,
    SupplierQualified,
    SupplierReinstated,
    SupplierScored,
    SupplierSuspended,
)
from domain.operations.procurement.terms import LineQuantity, OrderedLine
from tests.projections.budgeting import budgets
from tests.projections.buying import DOCK, LAPTOP, completed, given, opened, submitted
from tests.projections.finance_control import close, finance_year
from tests.projections.history import NINE, History
from tests.projections.importing import imported

PHOTO = "a" * 64
STOCK = f"stock-{stock_number(LAPTOP.item, LAPTOP.specification, LAPTOP.unit)}"
LINES = (
    OrderedLine(number=1, price=Decimal("5300.00"), **LAPTOP.model_dump(exclude={"estimated_price"})),
    OrderedLine(number=2, price=Decimal("580.00"), **DOCK.model_dump(exclude={"estimated_price"})),
)


def everything() -> History:
    """All of it."""
    history = History()
    approvals(history)
    notices_and_attempts(history)
    quotations(history)
    orders_and_receipts(history)
    stock(history)
    suppliers(history)
    warnings(history)
    imported(history)
    finance_year(history)
    budgets(history)
    close(history)
    return history


def approvals(history: History) -> None:
    """An approval with everything that can befall one, and one that waits."""
    one = "requisition-1"
    history.happens(one, submitted(), opened(1, due=NINE + timedelta(hours=2)), by="ANN")
    history.happens(one, ApprovalReminded(round=1, step=1, signers=("HEAD",)))
    history.happens(one, ApprovalStepExpired(round=1, step=1, late=("HEAD",)))
    history.happens(one, ApprovalTransferred(round=1, step=1, giver="HEAD", receiver="HAL", reason="出差"), by="HEAD")
    beside = SignerAdded(
        round=1, step=1, by="HAL", signer="LEA", place="beside", decided_under="4.1.1.2", policy="2026.1"
    )
    history.happens(one, beside, by="HAL")
    history.happens(one, given(1, "HAL"), by="HAL").happens(one, given(1, "LEA"), opened(2), by="LEA")
    history.happens(
        one, given(2, "DEPUTY", acting_for="FINN"), opened(3), by="DEPUTY", acting_for="FINN", delegation="DL1"
    )
    history.happens(one, given(3, "VICE"), completed(), by="VICE")
    history.happens("requisition-2", submitted("BOB"), opened(1), by="BOB")


def notices_and_attempts(history: History) -> None:
    """Somebody is told, somebody tries what he may not."""
    notice = NoticeIssued(
        to=("HEAD", "FINN"), kind="approval_waits", text_zh="等待审批", text_en="Waits", about="requisition-2"
    )
    history.happens("notice-1", notice).happens("notice-1", NoticeRead(reader="FINN"), by="FINN")
    attempt = AttemptRefused(
        who="BOB", subject="requisition-2", command="Approve", rule="OwnRequest", decided_under="5.1", facts={"a": "b"}
    )
    history.happens("attempt-1", attempt)


def quotations(history: History) -> None:
    """Three asked, a fourth as well, two quote, one declines; an award is taken back."""
    rfq = "rfq-1"
    asked = RfqOpened(
        requisition="1",
        requester="ANN",
        department="RND",
        buyer="BUY",
        category="it_equipment",
        lines=(LAPTOP, DOCK),
        suppliers=("S1", "S2", "S3"),
        quotes_due_at=NINE + timedelta(days=5),
        warnings=("S3 in evaluation",),
    )
    history.happens(rfq, asked, by="BUY").happens(rfq, SupplierInvited(supplier="S4"), by="BUY")
    for supplier, revision, price in (("S1", 1, "5300.00"), ("S2", 1, "5000.00"), ("S2", 2, "5200.00")):
        history.happens(rfq, quote(supplier, revision, price), by="BUY")
    history.happens(rfq, QuoteDeclined(supplier="S3", reason="缺货"), by="BUY")
    sample = SampleTested(
        supplier="S1", passed=True, score=Decimal("88.50"), findings="合格", tester="ANN", tested_as="using"
    )
    history.happens(rfq, sample, by="ANN")
    awarded = RfqAwarded(
        requisition="1",
        supplier="S1",
        ground="sample_test",
        reason="样品更优",
        awarded_by="BUY",
        amount=Decimal("5880.00"),
        lines=quote("S1", 1, "5300.00").lines,
        delivery_days=7,
        valid_until=date(2026, 4, 30),
        difference_percent=Decimal("1.73"),
        compared=(),
    )
    history.happens(rfq, awarded, by="BUY").happens(rfq, AwardRevoked(reason="供应商停产"), by="BUY")


def quote(supplier: str, revision: int, price: str) -> QuoteReceived:
    """A quote for a laptop at ``price`` and a dock at 580."""
    prices = enumerate((price, "580.00"), 1)
    return QuoteReceived(
        supplier=supplier,
        revision=revision,
        lines=tuple(QuotedLine(line=line, price=Decimal(each), detail="现货", brand="样例牌") for line, each in prices),
        amount=Decimal(price) + Decimal("580.00"),
        delivery_days=7,
        after_sales="三年上门",
        valid_until=date(2026, 4, 30),
        late=False,
    )


def placed() -> PurchaseOrderPlaced:
    """An order of a laptop and a dock."""
    return PurchaseOrderPlaced(
        requisition="1",
        rfq="1",
        supplier="S1",
        buyer="BUY",
        requester="ANN",
        department="RND",
        category="it_equipment",
        lines=LINES,
        amount=Decimal("5880.00"),
        approved_amount=Decimal("6000.00"),
        ordered_on=date(2026, 3, 5),
        promised_on=date(2026, 3, 12),
    )


def arrived(receipt: str = "1") -> GoodsArrived:
    """Goods of that order."""
    return GoodsArrived(
        order="1",
        requisition="1",
        supplier="S1",
        buyer="BUY",
        requester="ANN",
        department="RND",
        delivery_note=f"DN{receipt}",
        promised_on=date(2026, 3, 12),
        arrived_at=NINE,
        check_due_at=NINE + timedelta(hours=4),
        keeper="KIM",
    )


def found(number: int) -> GoodsExceptionFound:
    """The dock came damaged."""
    return GoodsExceptionFound(
        number=number,
        order="1",
        supplier="S1",
        buyer="BUY",
        line=2,
        item=DOCK.item,
        specification=DOCK.specification,
        category="it_equipment",
        unit="个",
        stocked=True,
        kind="damaged",
        quantity=Decimal(1),
        remark="破损",
        photographs=(PHOTO,),
        informed=("BUY",),
        settle_due_at=NINE + timedelta(days=3),
    )


def orders_and_receipts(history: History) -> None:
    """An order with a delivery that is partly faulty; two that are given up; deadlines reminded, missed, waived."""
    order, receipt = "purchase_order-1", "goods_receipt-1"
    history.happens(order, placed(), by="BUY")
    history.happens(receipt, arrived(), by="KIM").happens(order, OrderArrivalNoted(receipt="1"))
    awaited = InstallationAwaited(
        order="1",
        department="RND",
        line=1,
        item=LAPTOP.item,
        specification=LAPTOP.specification,
        quantity=Decimal(2),
        unit="台",
        informed=("IT",),
    )
    history.happens(receipt, found(1), found(2), awaited, awaited, by="KIM")
    held = OrderHeld(receipt="1", exception=1, line=2, kind="damaged", quantity=Decimal(1))
    accepted = (LineQuantity(line=1, quantity=Decimal(1)),)
    history.happens(order, held, OrderReceiptNoted(receipt="1", accepted=accepted))
    history.happens(receipt, EquipmentInstalled(line=1, quantity=Decimal(1), installed_by="IT"), by="IT")
    kept = GoodsAccepted(
        number=1,
        order="1",
        item=DOCK.item,
        specification=DOCK.specification,
        unit="个",
        stocked=True,
        kind="damaged",
        quantity=Decimal(1),
        reason="可用",
        accepted_by="HEAD",
        bin="A-01",
    )
    history.happens(receipt, kept, by="HEAD")
    settled = OrderExceptionSettled(
        receipt="1",
        exception=1,
        line=2,
        kind="damaged",
        quantity=Decimal(1),
        settlement="exchange",
        amount=Decimal("5880.00"),
    )
    history.happens(order, settled)
    whole = PurchaseOrderCancelled(requisition="9", reason="不再需要", whole=True, rest=())
    history.happens("purchase_order-2", placed(), by="BUY").happens("purchase_order-2", whole, by="BUY")
    deadlines(history)


def deadlines(history: History) -> None:
    """What the calendar adds to the deadline to check receipt 1 and to settle exceptions 1 and 2."""
    check = {
        "subject": "goods_receipt-1",
        "obliged_by": "4.1.3.1",
        "what_zh": "收货后验收",
        "due_at": NINE + timedelta(hours=4),
        "owed_by": ("KIM",),
    }
    history.happens("obligation-1", ObligationReminded.model_validate(check))
    history.happens("obligation-1", ObligationMissed.model_validate(check))
    history.happens("obligation-1", ObligationEscalated.model_validate({**check, "to": ("HEAD",)}))
    settle = {**check, "obliged_by": "4.1.3.3", "key": "2", "due_at": NINE + timedelta(days=3), "owed_by": ("BUY",)}
    waived = ObligationWaived.model_validate({**settle, "waived_by": "HEAD", "reason": "供应商已道歉"})
    history.happens("obligation-2", waived, by="HEAD")


def stock(history: History) -> None:
    """In, held, released, out, back, moved."""
    named = {"item": LAPTOP.item, "specification": LAPTOP.specification, "unit": LAPTOP.unit}
    into = StockReceived.model_validate({**named, "receipt": "1", "order": "1", "quantity": "5", "bin": "A-01"})
    held = GoodsHeld.model_validate({**named, "receipt": "1", "exception": 1, "quantity": "2"})
    history.happens(STOCK, into, held, by="KIM")
    history.happens(STOCK, HeldReleased(receipt="1", exception=1, quantity=Decimal(1), bin="A-02"), by="KIM")
    history.happens(STOCK, StockIssued(quantity=Decimal(2), bin="A-01", to="ANN", purpose="入职"), by="KIM")
    history.happens(STOCK, StockTakenBack(quantity=Decimal(1), bin="A-01", giver="ANN", reason="多领"), by="KIM")
    history.happens(STOCK, StockMoved(quantity=Decimal(4), source="A-01", target="B-01"), by="KIM")


def suppliers(history: History) -> None:
    """A supplier from its proposal to its yearly score."""
    supplier, record = "supplier-S1", "supplier_evaluation-S1"
    known = {"name": "样例供应商一", "credit_code": "91310000MA1K00000X", "categories": ("it_equipment",)}
    contact = {"contact": "C1", "contact_name": "示例", "contact_phone": "", "contact_email": ""}
    about = {"reason": "报价好", "proposer": "BUY", "department": "ADM", **contact}
    history.happens(supplier, SupplierProposed.model_validate({**known, **about}), by="BUY")
    history.happens(
        supplier, SupplierQualified.model_validate({**known, "findings": "合格", "qualified_by": "FINN"}), by="FINN"
    )
    history.happens(supplier, SupplierSuspended(reason="整改"), by="FINN")
    history.happens(supplier, SupplierReinstated(reason="已整改"), by="FINN")
    history.happens(
        record, QuoteCompared(rfq="1", on=date(2026, 3, 4), amount=Decimal("5880.00"), lowest=Decimal("5780.00"))
    )
    delivered = DeliveryRecorded(
        receipt="1",
        order="1",
        promised_on=date(2026, 3, 12),
        arrived_on=date(2026, 3, 11),
        on_time=True,
        received=Decimal(2),
        good=Decimal(1),
        faults={"damaged": Decimal(1)},
    )
    history.happens(record, delivered)
    due = NINE + timedelta(days=300)
    history.happens(supplier, SupplierEvaluationOpened(year=2026, evaluators=("FINN",), due_at=due))
    evaluated = SupplierEvaluated(
        year=2026,
        price=Decimal("98.29"),
        quality=Decimal("50.00"),
        delivery=Decimal("100.00"),
        score=Decimal("82.91"),
        minimum=Decimal("60.00"),
        evaluator="FINN",
    )
    history.happens(record, evaluated, by="FINN")
    history.happens(supplier, SupplierScored(year=2026, score=Decimal("82.91")))


def warnings(history: History) -> None:
    """What finance is warned of."""
    repeat = RepeatPurchaseWarned(
        department="RND", item="扩展坞", months=("2026-01", "2026-02"), requisitions=("1", "2"), informed=("FINN",)
    )
    split = SplitPurchaseFlagged(
        grouping="requester_category",
        who="ANN",
        category="it_equipment",
        window_days=7,
        limit=Decimal("1000.00"),
        amount=Decimal("1800.00"),
        purchases=("1", "2"),
        informed=("FINN",),
    )
    history.happens("purchase_month-2026-02", repeat).happens("split_watch-requester.ANN.it_equipment", split)
