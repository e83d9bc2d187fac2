"""What is accepted on an order is a cost of the month 入库成本自动入账 (clause 2.2.1.4)."""

from collections.abc import Sequence

from application.reactions import Asked, Known, after
from domain.finance.cost_period import period_of
from domain.finance.cost_period_messages import BookReceipt
from domain.finance.encumbrance import Encumbrance
from domain.finance.periods import month_of
from domain.history import Recorded
from domain.kernel import Stream
from domain.operations.procurement.order_messages import OrderExceptionSettled, OrderReceiptNoted
from domain.operations.procurement.order_state import Order
from domain.working_time import SHANGHAI


@after(OrderReceiptNoted, OrderExceptionSettled)
async def book_what_a_receipt_costs(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """By how much the amount received of the order rose with this event; on the account its purchase names."""
    event = recorded.event
    assert isinstance(event, OrderReceiptNoted | OrderExceptionSettled)
    before: Order = await known.state(recorded.subject, recorded.position - 1)
    now: Order = await known.state(recorded.subject, recorded.position)
    amount = now.received_amount - before.received_amount
    if not amount or now.placed is None:
        return []
    requisition = now.placed.requisition
    encumbrance: Encumbrance = await known.state(Stream("encumbrance", requisition), recorded.position)
    account = encumbrance.account or (await known.state(Stream("requisition", requisition), recorded.position)).account
    month = month_of(recorded.occurred_at.astimezone(SHANGHAI).date())
    order = recorded.subject.id
    book = BookReceipt(
        month=month,
        id=f"{order}:{recorded.version}",
        order=order,
        receipt=event.receipt,
        department=now.placed.department,
        goods=now.placed.category,
        account=account or None,
        amount=amount,
    )
    return [Asked(period_of(month), book)]
