"""What is requested and ordered is watched for repeat and split purchases 采购监控 (clauses 4.1.1.3, 4.1.1.2)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

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
    if isinstance(recorded.event, RequisitionSubmitted):
        filed = recorded.event
        return _counts(id, filed.requester, filed.department, filed.submitted_on, filed.lines, filed.amount)
    found = await known.state(recorded.subject, recorded.position)
    assert isinstance(found, Requisition) and found.submitted_on is not None
    match recorded.event:
        case RequisitionRevised(lines=lines, amount=amount):
            before = await known.state(recorded.subject, recorded.position - 1)
            counts = _counts(id, found.requester, found.department, found.submitted_on, lines, amount)
            return [*counts, *_moved(id, found.requester, before.lines[0].category, lines[0].category)]
        case event:
            return list(_no_more(event, id, found))


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


def _counts(
    id: str, requester: str, department: str, on: date, lines: Sequence[RequestedLine], amount: Decimal
) -> Sequence[Asked]:
    category = lines[0].category
    purchase = NotePurchase(
        grouping="requester_category",
        who=requester,
        category=category,
        purchase=id,
        amount=amount,
        on=on,
    )
    request = NoteRequest(requisition=id, department=department, items=_items(lines))
    return [Asked(_month(on), request), Asked(_watch("requester", requester, category), purchase)]


def _moved(id: str, requester: str, before: str, now: str) -> Iterable[Asked]:
    """In the category it was in before it counts no more."""
    if before != now:
        yield Asked(_watch("requester", requester, before), DropPurchase(purchase=id))


def _no_more(event: object, id: str, requisition: Requisition) -> Iterable[Asked]:
    assert requisition.submitted_on is not None
    if isinstance(event, ApprovalCompleted):
        yield Asked(_month(requisition.submitted_on), NoteRequestApproved(requisition=id))
        return
    if not isinstance(event, ApprovalRejected):
        yield Asked(_month(requisition.submitted_on), DropRequest(requisition=id))
    category = requisition.lines[0].category
    yield Asked(_watch("requester", requisition.requester, category), DropPurchase(purchase=id))


def _items(lines: Sequence[RequestedLine]) -> tuple[RequestedItem, ...]:
    return tuple(dict.fromkeys(RequestedItem(item=each.item, specification=each.specification) for each in lines))


def _month(on: date) -> Stream:
    return Stream("purchase_month", f"{on:%Y-%m}")


def _watch(kind: str, who: str, category: str) -> Stream:
    return Stream("split_watch", f"{kind}.{who}.{category}")
