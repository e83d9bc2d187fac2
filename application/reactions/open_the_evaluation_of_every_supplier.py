"""When the yearly evaluation opens, it opens for every supplier on the register 逐一开启年度评估 (clause 4.1.2.2)."""

from collections.abc import Sequence

from application.reactions import Asked, Known, after
from domain.history import Recorded
from domain.kernel import Stream
from domain.operations.procurement.supplier_messages import OpenSupplierEvaluation
from domain.operations.procurement.supplier_register import YearlyEvaluationOpened


@after(YearlyEvaluationOpened)
async def open_the_evaluation_of_every_supplier(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """In the order of their numbers."""
    opened = recorded.event
    assert isinstance(opened, YearlyEvaluationOpened)
    command = OpenSupplierEvaluation(year=opened.year)
    return [Asked(Stream("supplier", supplier), command) for supplier in opened.suppliers]
