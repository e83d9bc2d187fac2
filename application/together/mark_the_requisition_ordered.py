"""A requisition is on order once, and free again when its order is cancelled whole 标记已下单 (clause 4.1.1.2)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.kernel import Context, Stream
from domain.operations.procurement.order_messages import PurchaseOrderCancelled, PurchaseOrderPlaced
from domain.operations.procurement.requisition_messages import MarkOrderCancelled, MarkOrdered


@together(PurchaseOrderPlaced)
def mark_the_requisition_ordered(placed: PurchaseOrderPlaced, context: Context) -> Iterable[Asked]:
    """Two orders for one requisition cannot both be stored."""
    yield Asked(Stream("requisition", placed.requisition), MarkOrdered(order=context.subject.id))


@together(PurchaseOrderCancelled)
def free_the_requisition_of_a_cancelled_order(cancelled: PurchaseOrderCancelled, context: Context) -> Iterable[Asked]:
    """Only where nothing had been delivered."""
    if cancelled.whole:
        yield Asked(Stream("requisition", cancelled.requisition), MarkOrderCancelled(order=context.subject.id))
