"""A purchase reserves, commits and spends its budget in its own transactions, or not at all 采购占用预算 (2.1.2.2)."""

from collections.abc import Iterable
from datetime import date

from application.together import Asked, Together, together
from domain.finance.encumbrance_messages import (
    CommitFunds,
    FollowOrder,
    FreeOrder,
    Reason,
    ReleaseFunds,
    ReserveFunds,
)
from domain.governance.approvals import ApprovalRejected, ApprovalReturned, ApprovalWithdrawn
from domain.kernel import Context, Stream
from domain.operations.procurement.order_messages import (
    OrderExceptionSettled,
    OrderReceiptNoted,
    PurchaseOrderCancelled,
    PurchaseOrderPlaced,
)
from domain.operations.procurement.order_state import Order
from domain.operations.procurement.requisition import Requisition
from domain.operations.procurement.requisition_messages import (
    RequisitionCancelled,
    RequisitionRevised,
    RequisitionSubmitted,
)
from domain.working_time import SHANGHAI

Asks = RequisitionSubmitted | RequisitionRevised
Moved = OrderReceiptNoted | OrderExceptionSettled | PurchaseOrderCancelled
Decided = RequisitionCancelled | ApprovalRejected | ApprovalReturned | ApprovalWithdrawn


def _reserve(event: Asks, context: Context, requisition: Requisition) -> Iterable[Asked]:
    """What is asked for, on the account named or that of the goods."""
    command = ReserveFunds(
        department=requisition.department,
        goods=event.lines[0].category,
        account=event.account,
        amount=event.amount,
        on=_today(context),
    )
    yield Asked(_encumbrance(context.subject.id), command)


def _release(event: Decided, context: Context) -> Iterable[Asked]:
    """What was asked for and is not to be bought gives its reservation back."""
    if context.subject.aggregate != "requisition":
        return
    reason: Reason
    match event:
        case RequisitionCancelled():
            reason = "cancelled"
        case ApprovalRejected():
            reason = "rejected"
        case ApprovalReturned(to_step=to_step):
            if to_step is not None:
                return
            reason = "returned"
        case ApprovalWithdrawn():
            reason = "withdrawn"
    yield Asked(_encumbrance(context.subject.id), ReleaseFunds(reason=reason, on=_today(context)))


@together(PurchaseOrderPlaced)
def commit_what_is_ordered(placed: PurchaseOrderPlaced, context: Context) -> Iterable[Asked]:
    """In place of what its requisition reserved."""
    command = CommitFunds(
        order=context.subject.id,
        department=placed.department,
        goods=placed.category,
        amount=placed.amount,
        on=placed.ordered_on,
    )
    yield Asked(_encumbrance(placed.requisition), command)


def _follow(event: Moved, context: Context, order: Order) -> Iterable[Asked]:
    """What was accepted is spent, what was given up goes back."""
    assert order.placed is not None
    received = order.received_amount
    command = FollowOrder(
        order=context.subject.id, incurred=received, outstanding=order.amount - received, on=_today(context)
    )
    yield Asked(_encumbrance(order.placed.requisition), command)


@together(PurchaseOrderCancelled)
def give_back_what_is_cancelled(cancelled: PurchaseOrderCancelled, context: Context, order: Order) -> Iterable[Asked]:
    """Whole, its requisition may be ordered again and keeps its budget; else the rest goes back."""
    if cancelled.whole:
        command = FreeOrder(order=context.subject.id, on=_today(context))
        yield Asked(_encumbrance(cancelled.requisition), command)
        return
    yield from _follow(cancelled, context, order)


def _today(context: Context) -> date:
    return context.now.astimezone(SHANGHAI).date()


def _encumbrance(requisition: str) -> Stream:
    return Stream("encumbrance", requisition)


reserve_what_is_requested = Together(RequisitionSubmitted, _reserve)
reserve_what_is_requested_now = Together(RequisitionRevised, _reserve)
release_what_is_cancelled = Together(RequisitionCancelled, _release)
release_what_is_rejected = Together(ApprovalRejected, _release)
release_what_is_returned = Together(ApprovalReturned, _release)
release_what_is_withdrawn = Together(ApprovalWithdrawn, _release)
follow_a_receipt = Together(OrderReceiptNoted, _follow)
follow_a_settlement = Together(OrderExceptionSettled, _follow)
