"""Reserve pool 预算调剂池 (clause 2.1.2.2): one for every fiscal year; what is held back for what nobody planned.

It is funded with the publication of the year's budget, drawn on where management decided so, and takes back what is
returned. It never goes below zero: who draws more than is left is refused, and with him whatever he does it for.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from domain.finance.periods import Year
from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Refusal, Stream
from domain.money import ZERO, Money

CLAUSE = "2.1.2.2"


class FundPool(Command):
    """Fund the pool of a year 设立调剂池; issued together with the publication of its budget. ``by`` is that stream."""

    zh: ClassVar[str] = "设立调剂池"
    by_house: ClassVar[bool] = True
    year: Year
    amount: Money
    by: str = Field("", max_length=200)


class DrawPool(Command):
    """Take from the pool 动用调剂池; issued together with what it is for: ``by`` is the stream that was decided."""

    zh: ClassVar[str] = "动用调剂池"
    by_house: ClassVar[bool] = True
    amount: Money
    by: str = Field(min_length=1, max_length=200)


class ReturnToPool(Command):
    """Put back into the pool 退回调剂池; issued together with the transfer ``by`` that gives it."""

    zh: ClassVar[str] = "退回调剂池"
    by_house: ClassVar[bool] = True
    amount: Money
    by: str = Field(min_length=1, max_length=200)


PoolCommand = FundPool | DrawPool | ReturnToPool


class PoolFunded(Event):
    """The pool was funded 调剂池已设立; ``balance`` is what it holds afterwards."""

    zh: ClassVar[str] = "调剂池已设立"
    clause: ClassVar[str] = CLAUSE
    year: int
    amount: Money
    by: str
    balance: Money


class PoolDrawn(Event):
    """So much was taken from the pool 调剂池已动用."""

    zh: ClassVar[str] = "调剂池已动用"
    clause: ClassVar[str] = CLAUSE
    year: int
    amount: Money
    by: str
    balance: Money


class PoolReturned(Event):
    """So much came back to the pool 调剂池已退回."""

    zh: ClassVar[str] = "调剂池已退回"
    clause: ClassVar[str] = CLAUSE
    year: int
    amount: Money
    by: str
    balance: Money


PoolEvent = PoolFunded | PoolDrawn | PoolReturned


class NoReservePool(Refusal):
    """There is no reserve pool for that fiscal year.

    该财年未设立预算调剂池。

    → Transfer from another budget line, or wait until the year's budget with its pool is published.
    → 请从其他预算行调出，或待该年度预算（含调剂池）发布后办理。
    """

    clause = CLAUSE


class PoolBelowZero(Refusal):
    """The reserve pool gives no more than it holds.

    预算调剂池余额不足。

    → Ask for less, or transfer from another budget line.
    → 请减少金额，或从其他预算行调出。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Pool:
    """The pool as its history left it; amounts in CNY, ``year`` 0 before it is funded."""

    year: int = 0
    funded: Decimal = ZERO
    balance: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PoolStanding(Fact):
    """What a pool tells of itself 调剂池概况, in CNY."""

    year: int
    funded: Decimal
    balance: Decimal


def pool_of(year: int) -> Stream:
    """The stream of a year's pool, e.g. ``reserve_pool-2026``."""
    return Stream("reserve_pool", str(year))


def decide(command: PoolCommand, state: Pool, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    amount = command.amount
    match command:
        case FundPool(year=year, by=by):
            return [PoolFunded(year=year, amount=amount, by=by, balance=state.balance + amount)] if amount else []
        case DrawPool(by=by):
            if not state.year:
                raise NoReservePool(year=context.subject.id)
            if amount > state.balance:
                raise PoolBelowZero(field="amount", year=state.year, balance=state.balance, wanted=amount)
            drawn = PoolDrawn(year=state.year, amount=amount, by=by, balance=state.balance - amount)
            return [drawn.under(context.basis(CLAUSE, "pool", "drawn", balance=state.balance, amount=amount, by=by))]
        case ReturnToPool(by=by):
            if not state.year:
                raise NoReservePool(year=context.subject.id)
            return [PoolReturned(year=state.year, amount=amount, by=by, balance=state.balance + amount)]


def evolve(state: Pool, event: PoolEvent) -> Pool:
    """The pool after ``event``."""
    match event:
        case PoolFunded():
            return Pool(event.year, state.funded + event.amount, event.balance)
        case PoolDrawn() | PoolReturned():
            return Pool(event.year, state.funded, event.balance)


def check_pool(amount: Decimal, year: int, context: Context) -> Decimal:
    """What the pool holds, as a decision that consults it sees it; raises where it holds less than ``amount``."""
    pool = context.fact(PoolStanding, *pool_of(year))
    if pool is None:
        raise NoReservePool(year=year)
    if amount > pool.balance:
        raise PoolBelowZero(field="amount", year=year, balance=pool.balance, wanted=amount)
    return pool.balance


def standing(state: Pool) -> PoolStanding:
    """What others may know of it."""
    return PoolStanding(state.year, state.funded, state.balance)


RESERVE_POOL = Aggregate(
    name="reserve_pool",
    zh="预算调剂池",
    prefix="RP",
    initial=Pool(),
    decide=decide,
    evolve=evolve,
    fact=standing,
)
