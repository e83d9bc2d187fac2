"""A supplier's yearly score stands in the register with its evaluation 登记年度评分 (clause 4.1.2.2)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.kernel import Context, Stream
from domain.operations.procurement.supplier_evaluation import SupplierEvaluated, SupplierNotEvaluated
from domain.operations.procurement.supplier_messages import RecordScore


@together(SupplierEvaluated)
def enter_the_score_of_a_supplier(evaluated: SupplierEvaluated, context: Context) -> Iterable[Asked]:
    """Below the minimum the supplier is removed in the same transaction."""
    command = RecordScore(year=evaluated.year, score=evaluated.score, minimum=evaluated.minimum)
    yield Asked(Stream("supplier", context.subject.id), command)


@together(SupplierNotEvaluated)
def enter_that_there_was_nothing_to_score(nothing: SupplierNotEvaluated, context: Context) -> Iterable[Asked]:
    """The evaluation is done all the same."""
    command = RecordScore(year=nothing.year, score=None, minimum=nothing.minimum)
    yield Asked(Stream("supplier", context.subject.id), command)
