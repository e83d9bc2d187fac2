"""From a need to goods in stock 从申请到入库, through every aggregate and the hooks between them (clauses 4.1.*)."""

from decimal import Decimal

import pytest

from domain.operations.goods import stock_number
from domain.operations.procurement.order_messages import CancelPurchaseOrder
from domain.operations.procurement.order_rules import ExceptionUnsettled, OverApprovedAmount
from domain.operations.procurement.receipt_messages import AcceptGoods, ExchangeGoods, MarkInstalled, ReturnGoods
from domain.operations.procurement.requisition_messages import MarkOrdered
from domain.operations.procurement.requisition_rules import NotApproved
from domain.operations.procurement.rfq_messages import OpenRfq
from domain.operations.procurement.rfq_rules import RequisitionNotApproved
from tests.domain.procurement.samples import (
    DOCKS,
    LAPTOPS,
    SUPPLIERS,
    arrive,
    buy,
    check,
    checked,
    fault,
    world_with_suppliers,
)
from tests.spec import clauses

LAPTOP_STOCK = f"stock-{stock_number(LAPTOPS.item, LAPTOPS.specification, LAPTOPS.unit)}"
DOCK_STOCK = f"stock-{stock_number(DOCKS.item, DOCKS.specification, DOCKS.unit)}"


@clauses("4.1.1.1", "4.1.1.2", "4.1.2.3", "4.1.2.4", "4.1.3.1", "4.1.3.2")
def test_two_lines_are_asked_for_approved_quoted_awarded_ordered_received_and_in_stock() -> None:
    world = world_with_suppliers()
    buy(world, LAPTOPS, DOCKS)
    assert world.state("requisition-PR1").status == "ordered"
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(1), checked(2, bin="B-02")), by="KIM")
    world.react()

    assert world.state("purchase_order-PO1").status == "closed"
    assert world.state(LAPTOP_STOCK).bins == {"A-01": Decimal("2.000")}
    assert world.state(DOCK_STOCK).bins == {"B-02": Decimal("2.000")}
    assert world.notices("installation") == [("IRIS",), ("IRIS",)]
    assert world.events("supplier_evaluation-S1") == ["QuoteCompared", "DeliveryRecorded"]
    assert world.events("supplier_evaluation-S3") == ["QuoteCompared"]


@clauses("4.1.3.3")
def test_a_damaged_laptop_holds_the_order_until_its_replacement_is_in_stock() -> None:
    world = world_with_suppliers()
    buy(world)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(faults=(fault(),))), by="KIM")
    world.react()

    assert world.state("purchase_order-PO1").status == "pending"
    assert (world.state(LAPTOP_STOCK).available, sum(world.state(LAPTOP_STOCK).held.values())) == (1, 1)
    assert world.notices("goods_exception") == [("BUD",)]
    with pytest.raises(ExceptionUnsettled):
        world.act("purchase_order-PO1", CancelPurchaseOrder(reason="不再需要"), by="BUD")

    world.act("goods_receipt-GR1", ExchangeGoods(exception=1, reason="供应商换新"), by="BUD")
    assert world.state("purchase_order-PO1").status == "partly_received"
    arrive(world, "GR2")
    world.act("goods_receipt-GR2", check(checked(counted="1")), by="KIM")
    assert world.state("purchase_order-PO1").status == "closed"
    assert world.state(LAPTOP_STOCK).available == 2
    assert world.state(LAPTOP_STOCK).held == {}


@clauses("4.1.3.1")
def test_a_delivery_recorded_by_mistake_is_checked_with_nothing_in_it_and_counts_for_nobody() -> None:
    world = world_with_suppliers()
    buy(world)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(counted="0", bin=None)), by="KIM")
    world.react()
    assert world.state("purchase_order-PO1").status == "placed"
    assert world.events("supplier_evaluation-S1") == ["QuoteCompared"]
    world.act("purchase_order-PO1", CancelPurchaseOrder(reason="不要了"), by="BUD")


@clauses("4.1.3.3")
def test_goods_that_go_back_close_the_order_without_them() -> None:
    world = world_with_suppliers()
    buy(world)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(faults=(fault("wrong_specification"),))), by="KIM")
    world.act("goods_receipt-GR1", ReturnGoods(exception=1, reason="规格不符"), by="BUD")
    assert world.events("purchase_order-PO1")[-2:] == ["OrderExceptionSettled", "PurchaseOrderClosed"]
    assert (world.state(LAPTOP_STOCK).available, world.state(LAPTOP_STOCK).held) == (1, {})


@clauses("4.1.3.3", "4.1.3.2")
def test_goods_accepted_as_they_are_become_available_and_wait_for_installation() -> None:
    world = world_with_suppliers()
    buy(world)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(faults=(fault(),))), by="KIM")
    world.act("goods_receipt-GR1", AcceptGoods(exception=1, reason="仅外箱破损", bin="A-02"), by="SAM")
    assert world.state(LAPTOP_STOCK).bins == {"A-01": Decimal("1.000"), "A-02": Decimal("1.000")}
    assert world.state("purchase_order-PO1").status == "closed"
    world.act("goods_receipt-GR1", MarkInstalled(line=1, quantity=Decimal("2")), by="IRIS")
    assert world.state("goods_receipt-GR1").to_install == {1: Decimal("0.000")}


@clauses("4.1.1.2", "4.1.3.3")
def test_surplus_beyond_what_was_approved_cannot_be_kept_in_the_same_breath() -> None:
    world = world_with_suppliers()
    buy(world)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(counted="3")), by="KIM")
    with pytest.raises(OverApprovedAmount):
        world.act("goods_receipt-GR1", AcceptGoods(exception=1, reason="多一台也好", bin="A-02"), by="SAM")
    assert world.state(LAPTOP_STOCK).available == 2
    assert world.state("goods_receipt-GR1").status == "pending"


@clauses("4.1.1.2")
def test_a_requisition_is_ordered_once_and_is_free_again_when_the_order_is_cancelled_whole() -> None:
    world = world_with_suppliers()
    buy(world)
    with pytest.raises(RequisitionNotApproved):
        world.act("rfq-RQ9", OpenRfq(requisition="PR1", suppliers=SUPPLIERS), by="BUD")
    world.act("purchase_order-PO1", CancelPurchaseOrder(reason="供应商停产"), by="BUD")
    assert world.state("purchase_order-PO1").status == "cancelled"
    assert world.state("requisition-PR1").status == "approved"
    world.act("rfq-RQ9", OpenRfq(requisition="PR1", suppliers=SUPPLIERS), by="BUD")


@clauses("4.1.1.2")
def test_two_orders_for_one_requisition_cannot_both_stand() -> None:
    world = world_with_suppliers()
    buy(world)
    with pytest.raises(NotApproved):
        world.act("requisition-PR1", MarkOrdered(order="PO2"), by="BUD", by_house=True)
