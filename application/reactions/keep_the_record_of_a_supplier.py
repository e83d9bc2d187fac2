"""Quotes compared and deliveries checked stand on the supplier's record 供应商履约记录 (clause 4.1.2.2)."""

from collections.abc import Sequence

from application.reactions import Asked, Known, after
from domain.history import Recorded
from domain.kernel import Stream
from domain.operations.procurement.receipt_messages import GoodsChecked
from domain.operations.procurement.rfq_messages import RfqAwarded
from domain.operations.procurement.supplier_evaluation import RecordComparedQuote, RecordDelivery
from domain.working_time import SHANGHAI

FAULTS = {"excess": "wrong_quantity", "shortage": "wrong_quantity"}
"""What the policy's list of bad quality calls a wrong quantity."""


@after(RfqAwarded)
async def record_compared_quotes(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Each quote that took part, beside the lowest of them."""
    awarded = recorded.event
    assert isinstance(awarded, RfqAwarded)
    compared = [each for each in awarded.compared if each.counted]
    lowest = min((each.amount for each in compared), default=awarded.amount)
    on = recorded.occurred_at.astimezone(SHANGHAI).date()
    return [
        Asked(
            Stream("supplier_evaluation", each.supplier),
            RecordComparedQuote(rfq=recorded.subject.id, on=on, amount=each.amount, lowest=lowest),
        )
        for each in compared
    ]


@after(GoodsChecked)
async def record_a_delivery(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """When it came, when it was promised, how much was counted, how much was wrong; nothing where nothing came."""
    checked = recorded.event
    assert isinstance(checked, GoodsChecked)
    if not any(line.counted or line.noted for line in checked.lines):
        return []
    faults: dict[str, object] = {}
    for kind, quantity in checked.faults.items():
        name = FAULTS.get(kind, kind)
        faults[name] = quantity + faults.get(name, 0)  # type: ignore[operator]
    delivery = RecordDelivery.model_validate(
        {
            "receipt": recorded.subject.id,
            "order": checked.order,
            "promised_on": checked.promised_on,
            "arrived_on": checked.arrived_at.astimezone(SHANGHAI).date(),
            "received": sum(line.counted for line in checked.lines),
            "faults": faults,
        }
    )
    return [Asked(Stream("supplier_evaluation", checked.supplier), delivery)]
