"""What is requested and ordered is watched for repeat and split purchases 采购监控 (clauses 4.1.1.3, 4.1.1.2)."""

from collections.abc import Iterable, Sequence

from application.reactions import Asked, Known, after
from domain.governance.approvals import ApprovalCompleted, ApprovalRejected, ApprovalWithdrawn
from domain.history import Recorded
from domain.kernel import Command, Stream
from domain.operations.procurement.order_messages import PurchaseOrderCancelled, PurchaseOrderPlaced
from domain.operations.procurement.order_state import Order
from domain.operations.procurement.purchase_month import DropRequest, NoteRequest, NoteRequestApproved, RequestedItem
from domain.operations.procurement.requisition import Requisition
from domain.operations.procurement.requisition_messages import (
    RequisitionCancelled,
    RequisitionRevised,
    RequisitionSubmitted,
)
from domain.operations.procurement.split_watch import DropPurchase, NotePurchase
from domain.operations.procurement.terms import RequestedLine


@after(
    RequisitionSubmitted,
    RequisitionRevised,
    RequisitionCancelled,
    ApprovalCompleted,
    ApprovalWithdrawn,
    ApprovalRejected,
)
async def watch_what_is_requested(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """A requisition counts in the month it was filed in, and among its requester's purchases of the category."""
    if recorded.subject.aggregate != "requisition":
        return []
    id = recorded.subject.id
    requisition = await _requisition(recorded, known)
    match recorded.event:
        case RequisitionSubmitted(lines=lines, amount=amount) | RequisitionRevised(lines=lines, amount=amount):
            requester, department, on = requisition.requester, requisition.department, requisition.submitted_on
        case event:
            return list(_no_more(event, id, requisition))
    assert on is not None
    category = lines[0].category
    return [
        Asked(_month(f"{on:%Y-%m}"), NoteRequest(requisition=id, department=department, items=_items(lines))),
        Asked(
            _watch("requester", requester, category),
            NotePurchase(
                grouping="requester_category",
                who=requester,
                category=category,
                purchase=id,
                amount=amount,
                on=on,
            ),
        ),
    ]


@after(PurchaseOrderPlaced, PurchaseOrderCancelled)
async def watch_what_is_ordered(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """An order counts among its supplier's in the category."""
    id = recorded.subject.id
    match recorded.event:
        case PurchaseOrderPlaced(supplier=supplier, category=category):
            placed = recorded.event
            command: Command = NotePurchase(
                grouping="supplier_category",
                who=supplier,
                category=category,
                purchase=id,
                amount=placed.amount,
                on=placed.ordered_on,
            )
            return [Asked(_watch("supplier", supplier, category), command)]
        case PurchaseOrderCancelled(whole=True):
            order = await known.state(recorded.subject)
            assert isinstance(order, Order) and order.placed is not None
            return [Asked(_watch("supplier", order.placed.supplier, order.placed.category), DropPurchase(purchase=id))]
        case _:
            return []


def _no_more(event: object, id: str, requisition: Requisition) -> Iterable[Asked]:
    assert requisition.submitted_on is not None
    month = _month(f"{requisition.submitted_on:%Y-%m}")
    if isinstance(event, ApprovalCompleted):
        yield Asked(month, NoteRequestApproved(requisition=id))
        return
    if not isinstance(event, ApprovalRejected):
        yield Asked(month, DropRequest(requisition=id))
    category = requisition.lines[0].category
    yield Asked(_watch("requester", requisition.requester, category), DropPurchase(purchase=id))


async def _requisition(recorded: Recorded, known: Known) -> Requisition:
    found = await known.state(recorded.subject)
    assert isinstance(found, Requisition)
    return found


def _items(lines: Sequence[RequestedLine]) -> tuple[RequestedItem, ...]:
    return tuple(dict.fromkeys(RequestedItem(item=each.item, specification=each.specification) for each in lines))


def _month(month: str) -> Stream:
    return Stream("purchase_month", month)


def _watch(kind: str, who: str, category: str) -> Stream:
    return Stream("split_watch", f"{kind}.{who}.{category}")
