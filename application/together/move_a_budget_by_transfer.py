"""With an approved transfer its lines and the reserve pool move, or it is not approved 预算调剂同步生效 (2.1.3.1)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.finance.budget_line import line_of
from domain.finance.budget_line_messages import AdjustLine, Adjustment, OpenLine
from domain.finance.budget_transfer_messages import BudgetTransferred
from domain.finance.periods import MONTHS
from domain.finance.reserve_pool import DrawPool, ReturnToPool, pool_of
from domain.kernel import Context
from domain.money import ZERO


@together(BudgetTransferred)
def move_a_budget_by_transfer(transferred: BudgetTransferred, context: Context) -> Iterable[Asked]:
    """What gives first: where it has too little left, nothing moves."""
    by, year, month, source = str(context.subject), transferred.year, transferred.month, transferred.source
    given = transferred.amount - transferred.to_pool
    if source is None:
        yield Asked(pool_of(year), DrawPool(amount=transferred.amount, by=by))
    else:
        line = line_of(year, source.department, source.account)
        if given:
            yield Asked(line, AdjustLine(cause="transfer_out", amount=-given, by=by, month=month))
        if transferred.to_pool:
            yield Asked(line, AdjustLine(cause="to_pool", amount=-transferred.to_pool, by=by, month=month))
            yield Asked(pool_of(year), ReturnToPool(amount=transferred.to_pool, by=by))
    for target in transferred.targets:
        line = line_of(year, target.department, target.account)
        if target.opens:
            opened = OpenLine(
                year=year,
                department=target.department,
                account=target.account,
                category=target.category,
                phasing=(ZERO,) * MONTHS,
            )
            yield Asked(line, opened)
        cause: Adjustment = "from_pool" if source is None else "transfer_in"
        yield Asked(line, AdjustLine(cause=cause, amount=target.amount, by=by, month=month))
