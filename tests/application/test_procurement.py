"""Procurement through the real handler on a real journal: what happens together, what follows, what leaves no trace."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from application.reacting import Place, Reactor
from domain.governance.approvals import Approve
from domain.governance.notice import NoticeIssued
from domain.kernel import SYSTEM, Command, Refusal, Stream
from domain.operations.goods import stock_number
from domain.operations.inventory.stock_messages import IssueStock
from domain.operations.inventory.stock_rules import NotInStock
from domain.operations.procurement.order_messages import CancelPurchaseOrder, PlacePurchaseOrder
from domain.operations.procurement.order_rules import ExceptionUnsettled, OverApprovedAmount
from domain.operations.procurement.receipt_messages import AcceptGoods, ExchangeGoods, RecordArrival
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.operations.procurement.rfq_messages import AwardRfq, OpenRfq, RecordSampleTest
from domain.operations.procurement.rfq_rules import SupplierBelowMinimum, SupplierNotQualified
from domain.operations.procurement.supplier_evaluation import EvaluateSupplier, RecordDelivery
from domain.operations.procurement.supplier_messages import ProposeSupplier, QualifySupplier
from domain.operations.procurement.supplier_register import OpenYearlyEvaluation
from domain.operations.procurement.supplier_rules import SupplierRegistered
from domain.working_time import SHANGHAI
from infrastructure.reaction_places import PostgresPlaces
from tests.database import Database
from tests.domain.procurement.samples import IT, LAPTOPS, SUPPLIERS, check, checked, fault, quote
from tests.house import TestHouse
from tests.spec import clauses

STOCK = f"stock-{stock_number(LAPTOPS.item, LAPTOPS.specification, LAPTOPS.unit)}"
ORDER, RECEIPT = "purchase_order-PO1", "goods_receipt-GR1"


def propose(number: int) -> ProposeSupplier:
    return ProposeSupplier(
        name=f"示例供应商{number}",
        credit_code=f"91310000MA1K0000{number}A",
        categories=(IT,),
        reason="示例",
        contact_name="示例联系人",
    )


async def put_on_the_register(company: TestHouse) -> None:
    for number, supplier in enumerate(SUPPLIERS, 1):
        await company.do(f"supplier-{supplier}", propose(number), "BUD")
        await company.do(f"supplier-{supplier}", QualifySupplier(findings="资质齐全"), "PAT")


async def order_laptops(company: TestHouse) -> None:
    await company.do(
        "requisition-PR1", SubmitRequisition(department="D-SALES", lines=(LAPTOPS,), purpose="入职"), "ANN"
    )
    for signer in ("SAM", "FAY", "VICE"):
        await company.do("requisition-PR1", Approve(), signer)
    await company.do("rfq-RQ1", OpenRfq(requisition="PR1", suppliers=SUPPLIERS), "BUD")
    for supplier, price in zip(SUPPLIERS, ("2700", "3000", "3300"), strict=True):
        await company.do("rfq-RQ1", quote(supplier, price), "BUD")
    for supplier in SUPPLIERS[:2]:
        test = RecordSampleTest(supplier=supplier, passed=True, score=Decimal("90"), findings="合格")
        await company.do("rfq-RQ1", test, "IRIS")
    await company.do("rfq-RQ1", AwardRfq(supplier="S1", ground="sample_test", reason="最低且合格"), "BUD")
    await company.do(ORDER, PlacePurchaseOrder(rfq="RQ1", requisition="PR1", supplier="S1"), "BUD")


@pytest.fixture
async def ordered(company: TestHouse) -> AsyncIterator[TestHouse]:
    """Two laptops are on order with S1."""
    await put_on_the_register(company)
    await order_laptops(company)
    yield company


@pytest.fixture
async def reactor(company: TestHouse, database: Database) -> AsyncIterator[Reactor]:
    """Every reaction of the house."""
    async with PostgresPlaces(database.app_url) as places:
        yield Reactor(company.handler, places)


async def refused(company: TestHouse, subject: str, command: Command, by: str, rule: type[Refusal]) -> None:
    """It is refused, and nothing but the attempt is in the journal."""
    before = await company.journal.size()
    with pytest.raises(rule):
        await company.do(subject, command, by)
    assert await company.journal.size() == before + rule.attempt


async def told(company: TestHouse, kind: str) -> list[tuple[str, ...]]:
    entries = await company.journal.read(-1, 10_000, ["NoticeIssued"])
    notices = [each.event for each in company.codec.decode_all(entries)]
    return [each.to for each in notices if isinstance(each, NoticeIssued) and each.kind.startswith(kind)]


@clauses("4.1.3.2", "4.1.3.3")
async def test_order_receipt_and_stock_move_together(ordered: TestHouse) -> None:
    await ordered.do(RECEIPT, RecordArrival(order="PO1", delivery_note="示例-001"), "KIM")
    done = await ordered.do(RECEIPT, check(checked(faults=(fault(),))), "KIM")
    assert [(str(each.subject), type(each.event).__name__) for each in done.events] == [
        (RECEIPT, "GoodsExceptionFound"),
        (RECEIPT, "InstallationAwaited"),
        (RECEIPT, "GoodsChecked"),
        (ORDER, "OrderHeld"),
        (STOCK, "GoodsHeld"),
        (ORDER, "OrderReceiptNoted"),
        (STOCK, "StockReceived"),
    ]
    assert {each.command_id for each in done.events} == {done.events[0].command_id}
    both = IssueStock(quantity=Decimal("2"), bin="A-01", to="ANN", purpose="入职")
    await refused(ordered, STOCK, both, "KIM", NotInStock)
    await refused(ordered, ORDER, CancelPurchaseOrder(reason="不要了"), "BUD", ExceptionUnsettled)

    await ordered.do(RECEIPT, ExchangeGoods(exception=1, reason="换新"), "BUD")
    await ordered.do("goods_receipt-GR2", RecordArrival(order="PO1", delivery_note="示例-002"), "KIM")
    await ordered.do("goods_receipt-GR2", check(checked(counted="1")), "KIM")
    assert (await ordered.events(ORDER))[-1] == "PurchaseOrderClosed"
    await ordered.do(STOCK, both, "KIM")


@clauses("4.1.1.2")
async def test_what_another_subject_refuses_leaves_no_trace_in_any(ordered: TestHouse) -> None:
    await ordered.do(RECEIPT, RecordArrival(order="PO1", delivery_note="示例-001"), "KIM")
    await ordered.do(RECEIPT, check(checked(counted="3")), "KIM")
    keep = AcceptGoods(exception=1, reason="多一台也好", bin="A-02")
    await refused(ordered, RECEIPT, keep, "SAM", OverApprovedAmount)
    assert (await ordered.events(RECEIPT))[-1] == "GoodsChecked"


@clauses("4.1.2.1")
async def test_no_company_stands_on_the_register_twice(company: TestHouse) -> None:
    await put_on_the_register(company)
    await company.do("supplier-S4", propose(1), "BUD")
    await refused(company, "supplier-S4", QualifySupplier(findings="资质齐全"), "PAT", SupplierRegistered)
    assert await company.events("supplier-S4") == ["SupplierProposed"]


@clauses("4.1.2.2")
async def test_receipts_make_the_score_and_a_low_score_ends_new_business(company: TestHouse, reactor: Reactor) -> None:
    await put_on_the_register(company)
    bad = RecordDelivery(
        receipt="GR0",
        order="PO0",
        promised_on=date(2025, 6, 1),
        arrived_on=date(2025, 6, 9),
        received=Decimal(10),
        faults={"damaged": Decimal(5)},
    )
    await company.do("supplier_evaluation-S1", bad, SYSTEM, by_house=True)
    await company.do("supplier_register-company", OpenYearlyEvaluation(year=2025), SYSTEM, by_house=True)
    await reactor.drain()
    assert (await company.events("supplier-S3"))[-1] == "SupplierEvaluationOpened"
    evaluated = await company.do("supplier_evaluation-S1", EvaluateSupplier(year=2025), "BUD")
    assert [type(each.event).__name__ for each in evaluated.events] == [
        "SupplierEvaluated",
        "SupplierScored",
        "SupplierRemoved",
        "SupplierStruck",
    ]
    await company.do(
        "requisition-PR1", SubmitRequisition(department="D-SALES", lines=(LAPTOPS,), purpose="入职"), "ANN"
    )
    for signer in ("SAM", "FAY", "VICE"):
        await company.do("requisition-PR1", Approve(), signer)
    opening = OpenRfq(requisition="PR1", suppliers=SUPPLIERS)
    await refused(company, "rfq-RQ1", opening, "BUD", SupplierBelowMinimum)
    unknown = OpenRfq(requisition="PR1", suppliers=("S2", "S3", "S9"))
    await refused(company, "rfq-RQ1", unknown, "BUD", SupplierNotQualified)


@clauses("4.1.2.2", "4.1.3.2", "4.1.3.3")
async def test_what_follows_from_a_delivery_follows_once(
    ordered: TestHouse, reactor: Reactor, database: Database
) -> None:
    ordered.clock.now = datetime(2026, 3, 12, 9, tzinfo=SHANGHAI)
    await ordered.do(RECEIPT, RecordArrival(order="PO1", delivery_note="示例-001"), "KIM")
    await ordered.do(RECEIPT, check(checked(faults=(fault(),))), "KIM")
    await reactor.drain()
    async with PostgresPlaces(database.app_url) as places:
        await places.save(Place("record_a_delivery", -1))
        await places.save(Place("tell_it_to_install", -1))
        await Reactor(ordered.handler, places).drain()
        assert {name: place.error for name, place in (await places.load()).items() if place.error} == {}
    assert await told(ordered, "goods_exception") == [("BUD",)]
    assert await told(ordered, "installation") == [("IRIS",)]
    history = await ordered.handler.history(Stream("supplier_evaluation", "S1"))
    recorded = [each.event for each in history]
    assert [type(each).__name__ for each in recorded] == ["QuoteCompared", "DeliveryRecorded"]
    # Promised for the 10th, here on the 12th, one of two damaged.
    assert (getattr(recorded[1], "on_time", None), getattr(recorded[1], "good", None)) == (False, Decimal("1.000"))
