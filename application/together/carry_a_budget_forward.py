"""With an approved carry-forward the budget and then the claims on it go to the next year 预算结转生效 (2.1.3.1)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.finance.budget_line import BudgetLineStanding, line_of
from domain.finance.budget_line_messages import AdjustLine, OpenLine
from domain.finance.carry_forward import claims_going
from domain.finance.carry_forward_messages import BudgetCarriedForward
from domain.finance.encumbrance_messages import CarryEncumbrance
from domain.finance.periods import MONTHS
from domain.kernel import Context, Stream
from domain.money import ZERO


@together(BudgetCarriedForward)
def carry_a_budget_forward(carried: BudgetCarriedForward, context: Context) -> Iterable[Asked]:
    """Line by line: the new line has its budget before the claims come; the old one gives it up once they are gone."""
    by = str(context.subject)
    for each in carried.lines:
        old = line_of(carried.from_year, carried.department, each.account)
        new = line_of(carried.to_year, carried.department, each.account)
        if each.opens:
            opened = OpenLine(
                year=carried.to_year,
                department=carried.department,
                account=each.account,
                category=each.category,
                phasing=(ZERO,) * MONTHS,
            )
            yield Asked(new, opened)
        yield Asked(new, AdjustLine(cause="carry_in", amount=each.amount, by=by, month=carried.to_month))
        line = context.fact(BudgetLineStanding, *old)
        assert line is not None, "the decision looked at it"
        going = claims_going(line, each.amount)
        for claim in going:
            yield Asked(Stream.parse(claim), CarryEncumbrance(year=carried.to_year, by=by))
        yield Asked(old, AdjustLine(cause="carry_out", amount=-each.amount, by=by, month=carried.from_month))
