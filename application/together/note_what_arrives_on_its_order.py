"""An order knows what arrived for it and what of it was accepted 订单到货与入库 (clauses 4.1.3.1, 4.1.3.2)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.kernel import Context, Stream
from domain.operations.procurement.order_messages import NoteArrival, NoteReceipt
from domain.operations.procurement.receipt_messages import GoodsArrived, GoodsChecked
from domain.operations.procurement.terms import LineQuantity


@together(GoodsArrived)
def note_an_arrival_on_its_order(arrived: GoodsArrived, context: Context) -> Iterable[Asked]:
    """So that the order is not cancelled under goods that are here."""
    yield Asked(Stream("purchase_order", arrived.order), NoteArrival(receipt=context.subject.id))


@together(GoodsChecked)
def note_a_receipt_on_its_order(checked: GoodsChecked, context: Context) -> Iterable[Asked]:
    """The quantities accepted, line by line."""
    accepted = tuple(LineQuantity(line=each.line, quantity=each.accepted) for each in checked.lines if each.accepted)
    yield Asked(Stream("purchase_order", checked.order), NoteReceipt(receipt=context.subject.id, accepted=accepted))
