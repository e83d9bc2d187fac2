"""Whose detailed rules apply 适用细则 (clause 5.2): those of the department that asked, from the need to the stock."""

from types import SimpleNamespace
from typing import Any

import pytest

from domain.kernel import Aggregate, Command, Fact, Stream
from domain.operations.procurement.order import PURCHASE_ORDER
from domain.operations.procurement.order_messages import CancelPurchaseOrder, PlacePurchaseOrder
from domain.operations.procurement.receipt import GOODS_RECEIPT
from domain.operations.procurement.receipt_messages import RecordArrival
from domain.operations.procurement.rfq import RFQ
from domain.operations.procurement.rfq_messages import CancelRfq, OpenRfq
from tests.domain.procurement.rfq_samples import opened
from tests.domain.procurement.samples import SUPPLIERS, approved, check, on_order
from tests.domain.procurement.test_order import placed
from tests.domain.procurement.test_receipt import arrived
from tests.spec import clauses

FIRST: list[tuple[Any, Command, Stream, Fact]] = [
    (RFQ, OpenRfq(requisition="PR1", suppliers=SUPPLIERS), Stream("requisition", "PR1"), approved()),
    (
        PURCHASE_ORDER,
        PlacePurchaseOrder(rfq="RQ1", requisition="PR1", supplier="S1"),
        Stream("requisition", "PR1"),
        approved(),
    ),
    (GOODS_RECEIPT, RecordArrival(order="PO1", delivery_note="1"), Stream("purchase_order", "PO1"), on_order()),
]


@clauses("5.2")
@pytest.mark.parametrize(("aggregate", "command", "stream", "fact"), FIRST, ids=lambda each: getattr(each, "name", ""))
def test_what_begins_takes_the_department_from_what_it_begins_with(
    aggregate: Aggregate[Any, Any, Any], command: Command, stream: Stream, fact: Fact
) -> None:
    known: Any = SimpleNamespace(facts={stream: fact})
    assert aggregate.department(command, aggregate.initial, known) == "D-SALES"
    unknown: Any = SimpleNamespace(facts={stream: None})
    assert aggregate.department(command, aggregate.initial, unknown) is None


@clauses("5.2")
@pytest.mark.parametrize(
    ("aggregate", "command", "event"),
    [
        (RFQ, CancelRfq(reason="示例"), opened()),
        (PURCHASE_ORDER, CancelPurchaseOrder(reason="示例"), placed()),
        (GOODS_RECEIPT, check(), arrived()),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_what_goes_on_keeps_it(aggregate: Aggregate[Any, Any, Any], command: Command, event: Any) -> None:
    nothing: Any = SimpleNamespace(facts={})
    assert aggregate.department(command, aggregate.fold((event,)), nothing) == "D-SALES"
    assert aggregate.department(command, aggregate.initial, nothing) is None
