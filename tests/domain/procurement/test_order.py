"""Purchase orders 采购订单 (clauses 4.1.1.2, 4.1.2.4, 4.1.3.2, 4.1.3.3): from award to closing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.governance.approvals import Approve
from domain.operations.procurement.duties import BuyerIsNotRequester
from domain.operations.procurement.order import PURCHASE_ORDER
from domain.operations.procurement.order_messages import (
    CancelPurchaseOrder,
    HoldForException,
    NoteArrival,
    NoteReceipt,
    OrderArrivalNoted,
    OrderExceptionSettled,
    OrderHeld,
    OrderReceiptNoted,
    PlaceDirectOrder,
    PlacePurchaseOrder,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    PurchaseOrderPlaced,
    SettleException,
)
from domain.operations.procurement.order_rules import (
    ArrivalUnchecked,
    ExceptionUnsettled,
    NotAsAwarded,
    OrderedByBuyer,
    OrderExists,
    OrderNotOpen,
    OverApprovedAmount,
    QuotesRequired,
)
from domain.operations.procurement.order_state import Order
from domain.operations.procurement.requisition_messages import ReviseRequisition, SubmitRequisition
from domain.operations.procurement.rfq_messages import AwardRfq, OpenRfq
from domain.operations.procurement.rfq_rules import (
    QuoteIncomplete,
    QuoteNotValid,
    RequisitionChangedSince,
    RequisitionNotApproved,
    SupplierBelowMinimum,
    SupplierNotQualified,
)
from domain.operations.procurement.terms import AwardStanding
from tests.domain.procurement.samples import (
    DOCKS,
    IT,
    LAPTOPS,
    SUPPLIERS,
    VALID,
    approved,
    much,
    ordered,
    qualified,
    quote,
    requested,
    world_with_suppliers,
)
from tests.spec import NOW, Spec, clauses, spec

PLACE = PlacePurchaseOrder(rfq="RQ1", requisition="PR1", supplier="S1")


def award_of(price: str = "3000", **changes: Any) -> AwardStanding:
    told: dict[str, Any] = {
        "status": "awarded",
        "requisition": "PR1",
        "supplier": "S1",
        "lines": (ordered(price=price),),
        "amount": 2 * Decimal(price),
        "delivery_days": 7,
        "valid_until": VALID,
    }
    return AwardStanding(**{**told, **changes})


def placed(price: str = "3000", **changes: Any) -> PurchaseOrderPlaced:
    told: dict[str, Any] = {
        "requisition": "PR1",
        "rfq": "RQ1",
        "supplier": "S1",
        "buyer": "BUD",
        "requester": "ANN",
        "department": "D-SALES",
        "category": IT,
        "lines": (ordered(price=price),),
        "amount": 2 * Decimal(price),
        "approved_amount": Decimal("6000"),
        "ordered_on": date(2026, 3, 3),
        "promised_on": date(2026, 3, 10),
    }
    return PurchaseOrderPlaced(**{**told, **changes})


def situation(price: str = "3000", **award: Any) -> Spec:
    given = spec(PURCHASE_ORDER).knowing("rfq", "RQ1", award_of(price, **award))
    return given.knowing("requisition", "PR1", approved()).knowing("supplier", "S1", qualified())


@clauses("4.1.2.4", "4.1.1.2")
def test_a_buyer_orders_what_was_awarded_at_the_prices_quoted() -> None:
    situation().when(PLACE, by="BUD").then(placed()).because("4.1.1.2", outcome="within", approved="6000.00")


@clauses("4.1.2.3")
def test_only_a_buyer_orders_and_never_what_he_asked_for() -> None:
    situation().when(PLACE, by="ANN").refused(OrderedByBuyer)
    own = situation().knowing("requisition", "PR1", approved(requester="BUD"))
    own.when(PLACE, by="BUD").refused(BuyerIsNotRequester)
    own.when(PLACE, by="BUD", acting_for="BEA").refused(BuyerIsNotRequester)


@clauses("4.1.1.2")
def test_five_percent_over_the_approved_amount_is_the_most() -> None:
    situation("3150").when(PLACE, by="BUD").then(placed("3150"))
    over = situation("3150.01").when(PLACE, by="BUD")
    over.refused(OverApprovedAmount, amount="6300.02", approved="6000.00", tolerance_percent="5")
    none = situation("3000.01").under("4.1.1.2", price_tolerance_percent=Decimal(0))
    none.when(PLACE, by="BUD").refused(OverApprovedAmount)


@clauses("4.1.2.4")
def test_an_order_follows_the_award() -> None:
    situation(supplier="S2").when(PLACE, by="BUD").refused(NotAsAwarded)
    situation(requisition="PR2").when(PLACE, by="BUD").refused(NotAsAwarded)
    situation(status="open").when(PLACE, by="BUD").refused(NotAsAwarded)
    situation().knowing("rfq", "RQ1", None).when(PLACE, by="BUD").refused(NotAsAwarded, status="none")
    situation(valid_until=date(2026, 3, 2)).when(PLACE, by="BUD").refused(QuoteNotValid)
    situation(valid_until=date(2026, 3, 3)).when(PLACE, by="BUD").then(placed())


@clauses("4.1.1.2")
def test_an_order_needs_the_requisition_approved_as_it_stands() -> None:
    for status in ("open", "ordered", "cancelled"):
        given = situation().knowing("requisition", "PR1", approved(status=status))
        given.when(PLACE, by="BUD").refused(RequisitionNotApproved, status=status)
    situation().knowing("requisition", "PR1", approved(DOCKS)).when(PLACE, by="BUD").refused(RequisitionChangedSince)


@clauses("4.1.2.1", "4.1.2.2")
def test_the_suppliers_standing_stops_or_warns_of_an_order() -> None:
    suspended = situation().knowing("supplier", "S1", qualified(status="suspended"))
    suspended.when(PLACE, by="BUD").refused(SupplierNotQualified)
    failed = situation().knowing("supplier", "S1", qualified(status="removed", failed=True, score=Decimal(50)))
    failed.when(PLACE, by="BUD").refused(SupplierBelowMinimum)
    warned = failed.under("4.1.2.2", standing_effect="warn")
    warned.when(PLACE, by="BUD").then(placed(warnings=("below_minimum S1",)))
    late = situation().knowing("supplier", "S1", qualified(evaluation_due_at=NOW - timedelta(1)))
    late.when(PLACE, by="BUD").then(placed(warnings=("not_evaluated S1",)))


@clauses("4.1.1.2")
def test_an_order_is_placed_once() -> None:
    situation().given(placed()).when(PLACE, by="BUD").refused(OrderExists, status="placed")


@clauses("4.1.2.3")
def test_without_quotes_nothing_is_ordered_above_the_policys_amount() -> None:
    direct = PlaceDirectOrder(requisition="PR1", supplier="S1", prices=(Decimal("250"),), delivery_days=7)
    small = situation().knowing("requisition", "PR1", approved(amount=Decimal("600")))
    small.when(direct, by="BUD").refused(QuotesRequired, amount="500.00", limit="0.00")
    allowed = small.under("4.1.2.3", required_over=Decimal("500"))
    allowed.when(direct, by="BUD").then(placed("250", rfq=None, approved_amount=Decimal("600")))
    two = direct.model_copy(update={"prices": (Decimal("250"), Decimal("1"))})
    allowed.when(two, by="BUD").refused(QuoteIncomplete, need="1")
    allowed.when(direct, by="ANN").refused(OrderedByBuyer)


@clauses("4.1.1.2")
def test_a_dearer_order_waits_until_the_requisition_is_approved_at_the_new_amount() -> None:
    world = world_with_suppliers()

    def approve_all() -> None:
        while (waiting := world.state("requisition-PR1").approval.waits_for) != ():
            world.act("requisition-PR1", Approve(), by=waiting[0])

    world.act("requisition-PR1", SubmitRequisition(department="D-SALES", lines=(LAPTOPS,), purpose="入职"), by="ANN")
    approve_all()
    world.act("rfq-RQ1", OpenRfq(requisition="PR1", suppliers=SUPPLIERS), by="BUD")
    for supplier, price in zip(SUPPLIERS, ("3200", "3210", "3900"), strict=True):
        world.act("rfq-RQ1", quote(supplier, price), by="BUD")
    world.act("rfq-RQ1", AwardRfq(supplier="S1", ground="better_service", reason="示例"), by="BUD")
    with pytest.raises(OverApprovedAmount):
        world.act("purchase_order-PO1", PLACE, by="BUD")
    dearer = ReviseRequisition(lines=(requested(price="3200"),), purpose="入职")
    world.act("requisition-PR1", dearer, by="ANN")
    with pytest.raises(RequisitionNotApproved):
        world.act("purchase_order-PO1", PLACE, by="BUD")
    approve_all()
    world.act("purchase_order-PO1", PLACE, by="BUD")
    assert world.state("requisition-PR1").status == "ordered"


# ── deliveries ──────────────────────────────────────────────────────────────────────────────────────────────

OPEN = spec(PURCHASE_ORDER, placed())
ARRIVED = OrderArrivalNoted(receipt="GR1")


def receipt(*lines: Any, number: int = 1) -> NoteReceipt:
    return NoteReceipt(receipt=f"GR{number}", accepted=lines)


def house(given: Spec, command: Any) -> Any:
    return given.when(command, by="KIM", by_house=True)


@clauses("4.1.3.2")
def test_partial_deliveries_close_the_order_with_the_last() -> None:
    first = house(OPEN.given(ARRIVED), receipt(much(1, "1")))
    first.then(OrderReceiptNoted(receipt="GR1", accepted=(much(1, "1"),)))
    half = first.and_then()
    assert OPEN.aggregate.fold(half.history).status == "partly_received"
    last = house(half.given(OrderArrivalNoted(receipt="GR2")), receipt(much(1, "1"), number=2))
    last.then(
        OrderReceiptNoted(receipt="GR2", accepted=(much(1, "1"),)), PurchaseOrderClosed(amount=Decimal("6000.00"))
    )
    house(last.and_then(), NoteArrival(receipt="GR3")).refused(OrderNotOpen, status="closed")


@clauses("4.1.3.2")
def test_an_order_does_not_close_while_another_delivery_is_unchecked() -> None:
    both = OPEN.given(ARRIVED, OrderArrivalNoted(receipt="GR2"))
    whole = house(both, receipt(much(1, "2")))
    whole.then(OrderReceiptNoted(receipt="GR1", accepted=(much(1, "2"),)))


def held(kind: Any, quantity: str) -> OrderHeld:
    return OrderHeld(receipt="GR1", exception=1, line=1, kind=kind, quantity=Decimal(quantity))


def with_exception(kind: Any, quantity: str, accepted: str) -> Spec:
    noted = OrderReceiptNoted(receipt="GR1", accepted=(much(1, accepted),) if Decimal(accepted) else ())
    return OPEN.given(ARRIVED, held(kind, quantity), noted)


@clauses("4.1.3.3")
def test_an_exception_makes_the_order_pending() -> None:
    hold = HoldForException(receipt="GR1", exception=1, line=1, kind="damaged", quantity=Decimal("1"))
    house(OPEN.given(ARRIVED), hold).then(held("damaged", "1"))
    assert OPEN.aggregate.fold(with_exception("damaged", "1", "1").history).status == "pending"


@clauses("4.1.3.3")
def test_goods_that_are_held_are_not_still_to_come() -> None:
    pending = with_exception("damaged", "0.5", "1")
    order: Order = pending.aggregate.fold(pending.history)
    assert order.rest == (much(1, "0.5"),)
    assert PURCHASE_ORDER.fact is not None
    told: Any = PURCHASE_ORDER.fact(order)
    assert [(line.line.number, line.outstanding) for line in told.lines] == [(1, Decimal("0.5"))]


@clauses("4.1.3.3")
def test_a_pending_order_is_not_cancelled_and_goods_received_do_not_close_it() -> None:
    pending = with_exception("damaged", "1", "0")
    pending.when(CancelPurchaseOrder(reason="不要了"), by="BUD").refused(ExceptionUnsettled, exceptions="GR1/1")
    more = house(pending.given(OrderArrivalNoted(receipt="GR2")), receipt(much(1, "1"), number=2))
    more.then(OrderReceiptNoted(receipt="GR2", accepted=(much(1, "1"),)))


@clauses("4.1.3.3")
@pytest.mark.parametrize(
    ("kind", "quantity", "accepted", "settlement", "status", "outstanding", "amount"),
    [
        ("damaged", "1", "1", "return", "closed", "0", "3000.00"),
        ("damaged", "1", "1", "exchange", "partly_received", "1", "6000.00"),
        ("damaged", "1", "1", "acceptance", "closed", "0", "6000.00"),
        ("shortage", "1", "1", "exchange", "partly_received", "1", "6000.00"),
        ("shortage", "1", "1", "acceptance", "closed", "0", "3000.00"),
        ("excess", "1", "2", "return", "closed", "0", "6000.00"),
    ],
)
def test_each_settlement_leaves_the_order_as_it_should_be(
    kind: str, quantity: str, accepted: str, settlement: Any, status: str, outstanding: str, amount: str
) -> None:
    settle = SettleException(receipt="GR1", exception=1, settlement=settlement)
    after = house(with_exception(kind, quantity, accepted), settle)
    first = after.events[0]
    assert isinstance(first, OrderExceptionSettled)
    assert first.amount == Decimal(amount)
    state: Order = OPEN.aggregate.fold(after.and_then().history)
    assert (state.status, state.lines[1].outstanding) == (status, Decimal(outstanding))


@clauses("4.1.3.3", "4.1.1.2")
def test_surplus_is_kept_only_within_the_tolerance_of_the_approved_amount() -> None:
    settle = SettleException(receipt="GR1", exception=1, settlement="acceptance")
    house(with_exception("excess", "1", "2"), settle).refused(OverApprovedAmount, amount="9000.00")
    little = house(with_exception("excess", "0.1", "2"), settle)
    assert [type(each).__name__ for each in little.events] == ["OrderExceptionSettled", "PurchaseOrderClosed"]


@clauses("4.1.3.3", "4.1.1.2")
def test_a_tolerance_tightened_later_does_not_touch_goods_within_the_order() -> None:
    settle = SettleException(receipt="GR1", exception=1, settlement="acceptance")
    dear = spec(PURCHASE_ORDER, placed("3150"), ARRIVED, held("damaged", "1"))
    tightened = dear.under("4.1.1.2", price_tolerance_percent=Decimal(0))
    assert house(tightened, settle).events


@clauses("4.1.3.3", "4.1.1.2")
def test_faulty_goods_beyond_the_order_go_back_without_owing_more_than_was_ordered() -> None:
    five = with_exception("damaged", "5", "0")
    keep = SettleException(receipt="GR1", exception=1, settlement="acceptance")
    house(five, keep).refused(OverApprovedAmount, amount="15000.00")
    back = house(five, SettleException(receipt="GR1", exception=1, settlement="return"))
    assert back.events[-1] == PurchaseOrderClosed(amount=Decimal("0.00"))
    again = house(five, SettleException(receipt="GR1", exception=1, settlement="exchange")).and_then()
    assert again.aggregate.fold(again.history).rest == (much(1, "2"),)


@clauses("4.1.1.2")
def test_an_order_is_cancelled_whole_or_the_rest_of_it() -> None:
    cancel = CancelPurchaseOrder(reason="不要了")
    rest = (much(1, "2"),)
    OPEN.when(cancel, by="BUD").then(PurchaseOrderCancelled(requisition="PR1", reason="不要了", whole=True, rest=rest))
    OPEN.when(cancel, by="ANN").refused(OrderedByBuyer)
    half = OPEN.given(ARRIVED, OrderReceiptNoted(receipt="GR1", accepted=(much(1, "0.5"),)))
    half.when(cancel, by="BUD").then(
        PurchaseOrderCancelled(requisition="PR1", reason="不要了", whole=False, rest=(much(1, "1.5"),)),
        PurchaseOrderClosed(amount=Decimal("1500.00")),
    )
    spec(PURCHASE_ORDER).when(cancel, by="BUD").refused(OrderNotOpen, status="none")


@clauses("4.1.3.1")
def test_an_order_is_not_cancelled_under_goods_that_are_here() -> None:
    OPEN.given(ARRIVED).when(CancelPurchaseOrder(reason="不要了"), by="BUD").refused(ArrivalUnchecked, receipts="GR1")
