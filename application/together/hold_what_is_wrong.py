"""What is wrong with a delivery holds its order and its goods until it is settled 待处理 (clause 4.1.3.3)."""

from collections.abc import Iterable

from application.together import Asked, Together, together
from domain.kernel import Command, Context, Stream
from domain.operations.goods import stock_number
from domain.operations.inventory.stock import NOWHERE
from domain.operations.inventory.stock_messages import HoldGoods, ReleaseHeld, SendHeldBack
from domain.operations.procurement.order_messages import HoldForException, SettleException
from domain.operations.procurement.receipt_messages import (
    GoodsAccepted,
    GoodsExceptionFound,
    GoodsExchanged,
    GoodsReturned,
)

Settled = GoodsReturned | GoodsExchanged | GoodsAccepted


@together(GoodsExceptionFound)
def hold_what_is_wrong(found: GoodsExceptionFound, context: Context) -> Iterable[Asked]:
    """The order is 待处理; goods that are here lie apart, not available."""
    hold = HoldForException(
        receipt=context.subject.id,
        exception=found.number,
        line=found.line,
        kind=found.kind,
        quantity=found.quantity,
    )
    yield Asked(Stream("purchase_order", found.order), hold)
    if _lies_here(found):
        apart = HoldGoods(
            item=found.item,
            specification=found.specification,
            unit=found.unit,
            receipt=context.subject.id,
            exception=found.number,
            quantity=found.quantity,
        )
        yield Asked(_stock(found), apart)


def _settle(event: Settled, context: Context) -> Iterable[Asked]:
    receipt, number = context.subject.id, event.number
    goods: Command
    match event:
        case GoodsReturned():
            settled = SettleException(receipt=receipt, exception=number, settlement="return")
            goods = SendHeldBack(receipt=receipt, exception=number)
        case GoodsExchanged():
            settled = SettleException(receipt=receipt, exception=number, settlement="exchange")
            goods = SendHeldBack(receipt=receipt, exception=number)
        case GoodsAccepted(bin=bin):
            settled = SettleException(receipt=receipt, exception=number, settlement="acceptance")
            goods = ReleaseHeld(receipt=receipt, exception=number, bin=bin or NOWHERE)
    yield Asked(Stream("purchase_order", event.order), settled)
    if _lies_here(event):
        yield Asked(_stock(event), goods)


def _lies_here(event: Settled | GoodsExceptionFound) -> bool:
    return event.stocked and event.kind != "shortage"


def _stock(event: Settled | GoodsExceptionFound) -> Stream:
    return Stream("stock", stock_number(event.item, event.specification, event.unit))


settle_a_return = Together(GoodsReturned, _settle)
settle_an_exchange = Together(GoodsExchanged, _settle)
settle_an_acceptance = Together(GoodsAccepted, _settle)
