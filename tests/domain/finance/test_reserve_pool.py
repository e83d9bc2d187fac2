"""Reserve pool 预算调剂池 (clause 2.1.2.2): funded, drawn on, given back; never below zero."""

from domain.finance.reserve_pool import (
    RESERVE_POOL,
    DrawPool,
    FundPool,
    NoReservePool,
    PoolBelowZero,
    PoolDrawn,
    PoolFunded,
    PoolReturned,
    ReturnToPool,
)
from domain.kernel import SYSTEM, IssuedByTheHouse
from tests.domain.finance.adjusting import yuan
from tests.spec import clauses, spec

BY = "budget_transfer-BT1"
FUNDED = PoolFunded(year=2026, amount=yuan(1000), by="budget_round-2026", balance=yuan(1000))
POOL = spec(RESERVE_POOL).where(id="2026")


@clauses("2.1.2.2")
def test_a_pool_is_funded_with_the_publication_of_the_year() -> None:
    fund = FundPool(year=2026, amount=yuan(1000), by="budget_round-2026")
    POOL.when(fund, by=SYSTEM, by_house=True).then(FUNDED)


@clauses("2.1.2.2")
def test_it_gives_its_last_fen_and_no_more() -> None:
    pool = POOL.given(FUNDED)
    emptied = pool.when(DrawPool(amount=yuan(1000), by=BY), by="FAY", by_house=True)
    emptied.then(PoolDrawn(year=2026, amount=yuan(1000), by=BY, balance=yuan(0)))
    emptied.because("2.1.2.2", outcome="drawn", balance="1000.00")
    one_fen = DrawPool(amount=yuan("0.01"), by=BY)
    emptied.and_then().when(one_fen, by="FAY", by_house=True).refused(PoolBelowZero, balance="0.00", wanted="0.01")


@clauses("2.1.2.2")
def test_what_comes_back_may_be_drawn_again() -> None:
    pool = POOL.given(FUNDED, PoolDrawn(year=2026, amount=yuan(900), by=BY, balance=yuan(100)))
    back = pool.when(ReturnToPool(amount=yuan(50), by=BY), by="FAY", by_house=True)
    back.then(PoolReturned(year=2026, amount=yuan(50), by=BY, balance=yuan(150)))
    again = back.and_then().when(DrawPool(amount=yuan(150), by=BY), by="FAY", by_house=True)
    again.then(PoolDrawn(year=2026, amount=yuan(150), by=BY, balance=yuan(0)))


@clauses("2.1.2.2")
def test_a_year_without_a_pool_gives_and_takes_nothing() -> None:
    POOL.when(DrawPool(amount=yuan(1), by=BY), by="FAY", by_house=True).refused(NoReservePool, year="2026")
    POOL.when(ReturnToPool(amount=yuan(1), by=BY), by="FAY", by_house=True).refused(NoReservePool, year="2026")


@clauses("2.1.2.2")
def test_nobody_draws_on_it_by_hand() -> None:
    POOL.given(FUNDED).when(DrawPool(amount=yuan(1), by=BY), by="GINA").refused(IssuedByTheHouse)
