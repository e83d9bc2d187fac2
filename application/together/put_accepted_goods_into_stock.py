"""Accepted goods are in stock with the check that accepted them 验收即入库 (clause 4.1.3.2)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.kernel import Context, Stream
from domain.operations.goods import stock_number
from domain.operations.inventory.stock import NOWHERE
from domain.operations.inventory.stock_messages import ReceiveIntoStock
from domain.operations.procurement.receipt_messages import GoodsChecked


@together(GoodsChecked)
def put_accepted_goods_into_stock(checked: GoodsChecked, context: Context) -> Iterable[Asked]:
    """Line by line into the bin named; services go into no stock."""
    for line in checked.lines:
        if line.accepted and line.stocked:
            command = ReceiveIntoStock(
                item=line.item,
                specification=line.specification,
                unit=line.unit,
                receipt=context.subject.id,
                order=checked.order,
                quantity=line.accepted,
                bin=line.bin or NOWHERE,
            )
            yield Asked(Stream("stock", stock_number(line.item, line.specification, line.unit)), command)
