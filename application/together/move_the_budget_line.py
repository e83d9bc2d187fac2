"""With whatever an encumbrance records its budget line moves, or neither is stored 预算行同步变动 (2.1.2.2)."""

from collections.abc import Iterable
from decimal import Decimal

from application.together import Asked, Together, together
from domain.finance.budget_line import line_of
from domain.finance.budget_line_messages import Cause, MoveLine
from domain.finance.encumbrance_messages import (
    CommitmentChanged,
    CostIncurred,
    EncumbranceCarried,
    FundsCommitted,
    FundsReleased,
    FundsReserved,
)
from domain.kernel import Context
from domain.money import ZERO

OnLine = FundsReserved | FundsReleased | FundsCommitted | CommitmentChanged | CostIncurred


def _moves(event: OnLine, context: Context) -> Iterable[Asked]:
    match event:
        case FundsReserved(amount=amount, released=released, freed=freed):
            yield _asked(event, "reserve", context, reserved=amount - released, committed=-freed)
        case FundsReleased(amount=amount):
            yield _asked(event, "release", context, reserved=-amount)
        case FundsCommitted(amount=amount, released=released):
            yield _asked(event, "commit", context, reserved=-released, committed=amount)
        case CommitmentChanged(change=change):
            # What an open order comes to is a fact; it is never refused for want of budget.
            yield _asked(event, "release" if change < 0 else "incur", context, committed=change)
        case CostIncurred(amount=amount, released=released):
            yield _asked(event, "incur", context, committed=-released, actual=amount)


def _asked(
    event: OnLine,
    cause: Cause,
    context: Context,
    *,
    reserved: Decimal = ZERO,
    committed: Decimal = ZERO,
    actual: Decimal = ZERO,
) -> Asked:
    move = MoveLine(
        year=event.year,
        department=event.department,
        account=event.account,
        claim=str(context.subject),
        cause=cause,
        month=event.month,
        reserved=reserved,
        committed=committed,
        actual=actual,
    )
    return Asked(line_of(event.year, event.department, event.account), move)


reserve = Together(FundsReserved, _moves)
release = Together(FundsReleased, _moves)
commit = Together(FundsCommitted, _moves)
change_a_commitment = Together(CommitmentChanged, _moves)
incur = Together(CostIncurred, _moves)


@together(EncumbranceCarried)
def carry_an_encumbrance(carried: EncumbranceCarried, context: Context) -> Iterable[Asked]:
    """Off the line of the old year, onto that of the new one."""
    for year, month, sign in (
        (carried.from_year, carried.from_month, -1),
        (carried.to_year, carried.to_month, 1),
    ):
        move = MoveLine(
            year=year,
            department=carried.department,
            account=carried.account,
            claim=str(context.subject),
            cause="carry",
            month=month,
            reserved=sign * carried.reserved,
            committed=sign * carried.committed,
        )
        yield Asked(line_of(year, carried.department, carried.account), move)
