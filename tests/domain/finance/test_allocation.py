"""Specs of allocation keys and of dividing shared costs 费用分摊 (clauses 2.2.1.3, 2.2.1.4)."""

from decimal import Decimal
from typing import Any, TypeGuard

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finance import cost_period_rules as rules
from domain.finance.allocation_key import (
    ALLOCATION_KEY,
    AllocationKey,
    AllocationKeyRecorded,
    EndsBeforeItStarts,
    KeysKeptByFinance,
    OneRegisterOfKeys,
    RecordKey,
    SharesNothingOut,
    Weight,
)
from domain.finance.budget_line_rules import NoBudgetLine
from domain.finance.chart_of_accounts import CloseAccount, NoSuchAccount
from domain.finance.cost_period_messages import AllocateShared, ClosePeriod, PeriodClosed, SharedCostAllocated
from domain.kernel import Event
from domain.money import ZERO
from tests.domain.finance.cost_samples import APRIL_1, MARCH, OTHER_FILE, cost, file_of, world_with_costs
from tests.domain.procurement.world import World
from tests.spec import Spec, clauses, spec

HEADCOUNT = {"D-SALES": "2", "D-IT": "3", "D-WH": "2"}


def key(weights: dict[str, str] | None = None, **changes: Any) -> AllocationKey:
    """Rent and utilities of the general manager's office by headcount."""
    told: dict[str, Any] = {
        "code": "K1",
        "zh": "办公楼费用",
        "basis": "人数",
        "department": "D-GM",
        "accounts": ("rent", "utilities"),
        "weights": tuple(
            Weight(department=each, weight=Decimal(weight)) for each, weight in (weights or HEADCOUNT).items()
        ),
        "source": "2026年3月花名册",
        "since": "2026-01",
    }
    return AllocationKey.model_validate({**told, **changes})


def keys(*history: Event) -> Spec:
    """The company's register."""
    return spec(ALLOCATION_KEY, *history).where(id="company")


def shared_rent(amount: str = "1000.00", **changes: Any) -> World:
    """The office's rent is booked, the key recorded."""
    world = world_with_costs("D-GM/rent", "D-SALES/rent", "D-IT/rent", "D-WH/rent")
    world.act("allocation_key-company", RecordKey(key=key(**changes)), by="FRED")
    world.act(MARCH, file_of(cost("rent", amount, "D-GM")), by="FRED")
    return world


def rents(world: World) -> list[str]:
    return [
        str(world.state(f"budget_line-2026.{department}.rent").spent)
        for department in ("D-GM", "D-SALES", "D-IT", "D-WH")
    ]


@clauses("2.2.1.4")
def test_a_key_is_recorded_by_finance_and_changed_in_versions() -> None:
    first = AllocationKeyRecorded(key=key(), version=1, by="FRED")
    keys().when(RecordKey(key=key()), by="FRED").then(first)
    keys().when(RecordKey(key=key()), by="SAM").refused(KeysKeptByFinance)
    elsewhere = spec(ALLOCATION_KEY).where(id="K1")
    elsewhere.when(RecordKey(key=key()), by="FRED").refused(OneRegisterOfKeys, number="K1", wanted="company")
    recorded = keys(first)
    recorded.when(RecordKey(key=key()), by="FRED").then()
    other = key({"D-IT": "1"})
    recorded.when(RecordKey(key=other), by="FAY").then(AllocationKeyRecorded(key=other, version=2, by="FAY"))


@clauses("2.2.1.4")
def test_a_key_names_others_once_with_weights_and_accounts_in_use() -> None:
    for weights in ({"D-GM": "1", "D-IT": "1"}, {"D-IT": "0"}):
        keys().when(RecordKey(key=key(weights)), by="FRED").refused(SharesNothingOut)
    twice = tuple(Weight(department="D-IT", weight=Decimal(1)) for _ in range(2))
    keys().when(RecordKey(key=key(weights=None).model_copy(update={"weights": twice})), by="FRED").refused(
        SharesNothingOut
    )
    keys().when(RecordKey(key=key({"D-MOON": "1"})), by="FRED").refused(rules.DepartmentsUnknown, named="D-MOON")
    keys().when(RecordKey(key=key(accounts=("moon",))), by="FRED").refused(NoSuchAccount, account="moon")
    ended = key(since="2026-02", until="2026-01")
    keys().when(RecordKey(key=ended), by="FRED").refused(EndsBeforeItStarts)


@clauses("2.2.1.3", "2.2.1.4")
def test_shared_costs_go_to_the_last_fen_to_those_the_key_names_and_move_their_lines() -> None:
    world = shared_rent()
    (allocated,) = (e for e in world.act(MARCH, AllocateShared(key="K1"), by="FRED") if hasattr(e, "key"))
    assert isinstance(allocated, SharedCostAllocated)
    assert [(each.department, str(each.amount)) for each in allocated.entries] == [
        ("D-GM", "-1000.00"),
        ("D-SALES", "285.72"),
        ("D-IT", "428.57"),
        ("D-WH", "285.71"),
    ]
    assert rents(world)[0] == "0.00"
    assert sum(map(Decimal, rents(world))) == Decimal("1000.00")
    assert {each.original for each in allocated.entries} == {"K1/1"}


@clauses("2.2.1.4")
def test_what_comes_after_is_allocated_on_its_own_and_nothing_twice() -> None:
    world = shared_rent()
    world.act(MARCH, AllocateShared(key="K1"), by="FRED")
    with pytest.raises(rules.NothingToAllocate):
        world.act(MARCH, AllocateShared(key="K1"), by="FRED")
    world.act(MARCH, file_of(cost("rent", "0.01", "D-GM"), sha256=OTHER_FILE), by="FRED")
    world.act(MARCH, AllocateShared(key="K1", accounts=("rent",)), by="FRED")
    assert rents(world)[0] == "0.00"
    assert sum(map(Decimal, rents(world))) == Decimal("1000.01")


@clauses("2.2.1.4")
def test_only_a_key_of_the_month_on_its_own_accounts_allocates() -> None:
    world = shared_rent()
    for command in (AllocateShared(key="K2"), AllocateShared(key="K1", accounts=("wages",))):
        with pytest.raises(rules.NoKeyForMonth):
            world.act(MARCH, command, by="FRED")
    later = shared_rent(since="2026-04")
    with pytest.raises(rules.NoKeyForMonth):
        later.act(MARCH, AllocateShared(key="K1"), by="FRED")


@clauses("2.2.1.1", "2.2.1.4")
def test_a_month_is_not_closed_while_a_key_declared_for_it_is_not_applied() -> None:
    world = shared_rent()
    world.now = APRIL_1
    with pytest.raises(rules.SharesNotAllocated) as refused:
        world.act(MARCH, ClosePeriod(), by="FAY")
    assert refused.value.facts == {"keys": "K1: D-GM/rent 1000.00"}
    world.act(MARCH, AllocateShared(key="K1"), by="FRED")
    assert isinstance(world.act(MARCH, ClosePeriod(), by="FAY")[0], PeriodClosed)
    ended = shared_rent(until="2026-02")
    ended.now = APRIL_1
    assert isinstance(ended.act(MARCH, ClosePeriod(), by="FAY")[0], PeriodClosed)


@clauses("2.2.1.3")
def test_costs_of_an_account_closed_meanwhile_are_shared_under_its_heading() -> None:
    world = shared_rent()
    world.act("chart_of_accounts-company", CloseAccount(code="rent", reason="示例"), by="FRED")
    (allocated,) = (each for each in world.act(MARCH, AllocateShared(key="K1"), by="FRED") if _is_allocated(each))
    assert {(each.category, each.heading) for each in allocated.entries} == {("administration", "operating")}


def _is_allocated(event: Event) -> TypeGuard[SharedCostAllocated]:
    return isinstance(event, SharedCostAllocated)


@clauses("2.1.2.2")
def test_a_department_that_bears_a_share_needs_a_budget_line() -> None:
    world = shared_rent(weights={"D-HR": "1"})
    with pytest.raises(NoBudgetLine) as refused:
        world.act(MARCH, AllocateShared(key="K1"), by="FRED")
    assert refused.value.facts["department"] == "D-HR"
    assert rents(world)[0] == "1000.00"


@given(
    st.integers(-(10**9), 10**9).filter(bool),
    st.lists(st.integers(0, 10**6), min_size=3, max_size=3).filter(any),
)
def test_shares_add_up_to_the_whole_and_none_is_a_fen_off(fens: int, weights: list[int]) -> None:
    amount = Decimal(fens) / 100
    world = shared_rent(str(amount), weights=dict(zip(HEADCOUNT, map(str, weights), strict=True)))
    world.act(MARCH, AllocateShared(key="K1"), by="FRED")
    source, *shares = map(Decimal, rents(world))
    assert source == ZERO
    assert sum(shares) == amount
    whole = sum(weights)
    assert all(
        abs(share - amount * weight / whole) < Decimal("0.01") for share, weight in zip(shares, weights, strict=True)
    )
