"""Encumbrance 预算占用 (clause 2.1.2.2): what one purchase reserves, commits and spends, and of which budget line.

It has the number of its requisition and follows it and its order in their own transactions; with every event its budget
line moves too. Where no budget binds yet (``budget_book``) nothing is recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.finance.accounts import Account
from domain.finance.budget_book import BOOK, binds
from domain.finance.chart_of_accounts import CHART, NoSuchAccount, chart_in
from domain.finance.encumbrance_messages import (
    CarryEncumbrance,
    CommitFunds,
    CommitmentChanged,
    CostIncurred,
    EncumbranceCarried,
    EncumbranceCommand,
    EncumbranceEvent,
    FollowOrder,
    FreeOrder,
    FundsCommitted,
    FundsReleased,
    FundsReserved,
    Reason,
    ReleaseFunds,
    ReserveFunds,
)
from domain.finance.periods import fiscal_start, fiscal_year, month_of, months_of
from domain.kernel import Aggregate, Context, Decision, Event, Refusal, Stream
from domain.money import ZERO


class NoAccount(Refusal):
    """The category of goods has no account, so no budget line can be found for it.

    该采购类别未指定科目，无法确定预算行。

    → Name the account on the requisition, or have finance assign one to the category.
    → 请在采购申请中填写科目，或由财务为该类别指定科目。
    """

    clause = "2.1.2.2"


@dataclass(frozen=True, slots=True)
class Encumbrance:
    """An encumbrance as its history left it; amounts in CNY. ``year`` is 0 before the first reservation."""

    year: int = 0
    department: str = ""
    account: str = ""
    requested: Decimal = ZERO
    """What was last reserved or approved."""
    reserved: Decimal = ZERO
    committed: Decimal = ZERO
    incurred: Decimal = ZERO
    order: str | None = None

    def on(self, day: date, context: Context) -> dict[str, Any]:
        """The line its events name, and the month they count in: what comes after the year counts in its last month."""
        months = months_of(self.year, fiscal_start(context.policy))
        month = min(max(month_of(day), months[0]), months[-1])
        return {"year": self.year, "department": self.department, "account": self.account, "month": month}


def decide(command: EncumbranceCommand, state: Encumbrance, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case ReserveFunds():
            return _reserve(command, state, context)
        case ReleaseFunds(reason=reason, on=on):
            return [_released(state, reason, on, context)] if state.reserved else []
        case CommitFunds():
            return _commit(command, state, context)
        case FollowOrder():
            return _follow(command, state, context)
        case FreeOrder(order=order, on=on):
            if state.order != order:
                return []
            line = state.on(on, context)
            # Never more than is freed, and in one move, so that no cancellation fails for want of budget.
            kept = min(state.requested, state.committed)
            return [FundsReserved(**line, amount=kept, freed=state.committed)]
        case CarryEncumbrance(year=year, by=by):
            if not (state.reserved or state.committed):
                return []
            start = fiscal_start(context.policy)
            return [
                EncumbranceCarried(
                    department=state.department,
                    account=state.account,
                    from_year=state.year,
                    to_year=year,
                    from_month=months_of(state.year, start)[-1],
                    to_month=months_of(year, start)[0],
                    reserved=state.reserved,
                    committed=state.committed,
                    by=by,
                )
            ]


def evolve(state: Encumbrance, event: EncumbranceEvent) -> Encumbrance:
    """The encumbrance after ``event``."""
    match event:
        case FundsReserved():
            return replace(
                state,
                year=event.year,
                department=event.department,
                account=event.account,
                requested=event.amount,
                reserved=event.amount,
                committed=state.committed - event.freed,
                order=None,
            )
        case FundsReleased(amount=amount):
            return replace(state, reserved=state.reserved - amount)
        case FundsCommitted():
            return replace(
                state,
                year=event.year,
                department=event.department,
                account=event.account,
                requested=state.requested or event.amount,
                reserved=state.reserved - event.released,
                committed=event.amount,
                order=event.order,
            )
        case CommitmentChanged(change=change):
            return replace(state, committed=state.committed + change)
        case CostIncurred(amount=amount, released=released):
            return replace(state, committed=state.committed - released, incurred=state.incurred + amount)
        case EncumbranceCarried(to_year=year):
            return replace(state, year=year)


def _reserve(command: ReserveFunds, state: Encumbrance, context: Context) -> Decision:
    found = _line(command, state, context)
    if found is None:
        return []
    target = replace(state, **found)
    same = (target.year, target.department, target.account) == (state.year, state.department, state.account)
    if state.reserved and same and state.reserved == command.amount:
        return []
    line = target.on(command.on, context)
    if same:
        # A change asks only for the difference, and one for less asks for nothing.
        return [FundsReserved(**line, amount=command.amount, released=state.reserved)]
    given_back: list[Event] = [_released(state, "changed", command.on, context)] if state.reserved else []
    return [*given_back, FundsReserved(**line, amount=command.amount)]


def _commit(command: CommitFunds, state: Encumbrance, context: Context) -> Decision:
    if not state.year:
        found = _line(command, state, context)
        if found is None:
            return []
        state = replace(state, **found)
    line = state.on(command.on, context)
    return [FundsCommitted(**line, order=command.order, amount=command.amount, released=state.reserved)]


def _follow(command: FollowOrder, state: Encumbrance, context: Context) -> Decision:
    if state.order != command.order:
        return []
    line = state.on(command.on, context)
    spent = command.incurred - state.incurred
    used = min(max(spent, ZERO), state.committed)
    events: list[Event] = []
    if spent:
        events.append(CostIncurred(**line, order=command.order, amount=spent, released=used))
    change = command.outstanding - (state.committed - used)
    if change:
        reason: Reason = "given_up" if change < 0 else "changed"
        events.append(CommitmentChanged(**line, order=command.order, change=change, reason=reason))
    return events


def _released(state: Encumbrance, reason: Reason, on: date, context: Context) -> FundsReleased:
    return FundsReleased(**state.on(on, context), amount=state.reserved, reason=reason)


def _line(command: ReserveFunds | CommitFunds, state: Encumbrance, context: Context) -> dict[str, Any] | None:
    """Year, department and account of the line it is for, None where no budget binds yet."""
    year = fiscal_year(month_of(command.on), fiscal_start(context.policy))
    if not binds(year, context):
        return None
    return {"year": year, "department": command.department, "account": _account(command, context).code}


def _account(command: ReserveFunds | CommitFunds, context: Context) -> Account:
    chart = chart_in(context)
    code = command.account or chart.goods.get(command.goods)
    if code is None:
        raise NoAccount(field="account", goods=command.goods)
    if code not in chart.accounts:
        raise NoSuchAccount(field="account", account=code)
    return chart.accounts[code]


def consults(command: EncumbranceCommand, state: Encumbrance) -> Iterable[Stream]:
    """The chart of accounts and the book, where a line has to be found."""
    if isinstance(command, ReserveFunds | CommitFunds):
        yield from (CHART, BOOK)


def department(command: EncumbranceCommand, state: Encumbrance, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    return command.department if isinstance(command, ReserveFunds | CommitFunds) else state.department or None


ENCUMBRANCE = Aggregate(
    name="encumbrance",
    zh="预算占用",
    prefix="EN",
    initial=Encumbrance(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    department=department,
)
