"""An accepted explanation lets its line be exceeded; what is granted, the pool gives to it 差异说明生效 (2.1.2.2)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.finance.budget_line import line_of
from domain.finance.budget_line_messages import AdjustLine, AllowOverrun
from domain.finance.reserve_pool import DrawPool, pool_of
from domain.finance.variance_explanation_messages import ExplanationAccepted, PoolDecided
from domain.kernel import Context


@together(ExplanationAccepted)
def allow_the_overrun(accepted: ExplanationAccepted, context: Context) -> Iterable[Asked]:
    """By as much as was asked and accepted."""
    if accepted.allowance:
        line = line_of(accepted.year, accepted.department, accepted.account)
        yield Asked(line, AllowOverrun(explanation=context.subject.id, amount=accepted.allowance))


@together(PoolDecided)
def give_from_the_pool(decided: PoolDecided, context: Context) -> Iterable[Asked]:
    """Out of the pool and into the line, or neither."""
    if not decided.granted:
        return
    by = str(context.subject)
    yield Asked(pool_of(decided.year), DrawPool(amount=decided.granted, by=by))
    line = line_of(decided.year, decided.department, decided.account)
    yield Asked(line, AdjustLine(cause="from_pool", amount=decided.granted, by=by, month=decided.month))
