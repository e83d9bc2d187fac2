"""Specs of costing methods and what products cost 成本核算 (clause 2.2.1.2)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.directory import Role
from domain.finance import cost_period_rules as rules
from domain.finance.cost_calculation import (
    CalculateCosts,
    CalculatedByFinance,
    CostsCalculated,
    CostsNotGathered,
    NoMethodInForce,
    NumberedByMonth,
    Output,
    OutputsAsObjects,
)
from domain.finance.cost_period_messages import BookReceipt, ClosePeriod, CorrectEntry, EntryValues, OpenPeriod
from domain.finance.costing import Calculated, Opening, Work, process_costs, variety_costs
from domain.finance.costing_method import (
    COSTING_METHOD,
    ChooseMethod,
    ChosenByHead,
    CostingMethodAdopted,
    MethodWaits,
    NoSuchMethod,
    ObjectTwice,
)
from domain.governance.approvals import Approve, Reject
from domain.kernel import SYSTEM
from domain.money import ZERO
from tests.domain.finance.cost_samples import APRIL_1, FILE, MARCH, OTHER_FILE, cost, file_of, world_with_costs
from tests.domain.procurement.world import World
from tests.spec import clauses, spec

METHOD, CALCULATION = "costing_method-D-WH", "cost_calculation-2026-03.D-WH"
STEPS, VARIETIES = ("切割", "组装"), ("甲型", "乙型")


def choose(method: str = "process_costing", *objects: str) -> ChooseMethod:
    return ChooseMethod(method=method, objects=objects or STEPS, reason="示例：连续加工")


def output(object: str, finished: str, in_progress: str = "0", completion: str = "0") -> Output:
    return Output(
        object=object,
        finished=Decimal(finished),
        in_progress=Decimal(in_progress),
        completion=Decimal(completion),
    )


def calculate(*outputs: Output, month: str = "2026-03") -> CalculateCosts:
    return CalculateCosts(month=month, department="D-WH", outputs=outputs)


def producing(method: str = "process_costing", *objects: str) -> World:
    """The warehouse assembles things, and its method is approved."""
    world = world_with_costs(budget=False)
    world.act(METHOD, choose(method, *objects), by="WES")
    world.act(METHOD, Approve(), by="FAY")
    return world


def gathered(world: World, *costs: tuple[str, str, str]) -> World:
    """These costs (account, amount, object) of the warehouse are booked, and March is closed."""
    rows = [
        cost(account, amount, "D-WH", line=number, object=object)
        for number, (account, amount, object) in enumerate(costs, 2)
    ]
    world.act(MARCH, file_of(*rows), by="FRED")
    world.now = APRIL_1
    world.act(MARCH, ClosePeriod(), by="FAY")
    return world


# ── The method ─────────────────────────────────────────────────────────────────────────────────────────────


@clauses("2.2.1.2")
def test_the_head_chooses_and_the_finance_manager_approves() -> None:
    chosen = spec(COSTING_METHOD).where(id="D-WH").when(choose(), by="WES")
    (step,) = chosen.events[0].path  # type: ignore[attr-defined]
    assert (step.authority, step.signers) == (Role.FINANCE_MANAGER, ("FAY",))
    adopted = chosen.and_then().when(Approve(), by="FAY")
    assert adopted.events[-1] == CostingMethodAdopted(department="D-WH", method="process_costing", objects=STEPS)
    rejected = chosen.and_then().when(Reject(reason="示例"), by="FAY").and_then()
    history: tuple[Any, ...] = rejected.history
    assert COSTING_METHOD.fold(history).method == ""


@clauses("2.2.1.2")
def test_only_the_head_of_the_department_chooses_its_method() -> None:
    for other in ("KIM", "SAM", "FAY"):
        spec(COSTING_METHOD).where(id="D-WH").when(choose(), by=other).refused(ChosenByHead, department="D-WH")


@clauses("2.2.1.2")
def test_only_a_method_of_the_policy_is_chosen() -> None:
    warehouse = spec(COSTING_METHOD).where(id="D-WH")
    warehouse.when(choose("job_costing"), by="WES").refused(NoSuchMethod, method="job_costing")
    only_varieties = warehouse.under("2.2.1.2", methods=("variety_costing",))
    only_varieties.when(choose(), by="WES").refused(NoSuchMethod)
    warehouse.when(choose("process_costing", "切割", "切割"), by="WES").refused(ObjectTwice)


@clauses("2.2.1.2")
def test_one_choice_is_decided_at_a_time_and_the_old_method_holds_meanwhile() -> None:
    world = producing()
    world.act(METHOD, choose("variety_costing", *VARIETIES), by="WES")
    with pytest.raises(MethodWaits):
        world.act(METHOD, choose(), by="WES")
    assert world.state(METHOD).method == "process_costing"
    world.act(METHOD, Approve(), by="FAY")
    assert (world.state(METHOD).method, world.state(METHOD).objects) == ("variety_costing", VARIETIES)


@clauses("2.2.1.2")
def test_direct_costs_of_a_department_that_produces_name_a_step_or_variety_of_its_own() -> None:
    world = producing()
    nameless = file_of(cost("materials", "10", "D-WH", line=3), cost("rent", "10", "D-WH", line=4))
    with pytest.raises(rules.ObjectNotNamed) as refused:
        world.act(MARCH, nameless, by="FRED")
    assert refused.value.facts["named"] == "– (rows 3)"
    with pytest.raises(rules.ObjectNotNamed):
        world.act(MARCH, file_of(cost("materials", "10", "D-WH", object="喷漆")), by="FRED")
    world.act(MARCH, file_of(cost("materials", "10", "D-WH", object="切割"), cost("materials", "1", line=9)), by="FRED")
    wrong = EntryValues(account="materials", department="D-WH", amount=Decimal(9), object="喷漆")
    with pytest.raises(rules.ObjectNotNamed):
        world.act(MARCH, CorrectEntry(entry=f"{FILE[:16]}:2.1", right=wrong, reason="示例"), by="FRED")


# ── What products cost ─────────────────────────────────────────────────────────────────────────────────────


@clauses("2.2.1.2")
def test_variety_costing_divides_by_finished_and_equivalent_units() -> None:
    costs = (("materials", "600.00", "甲型"), ("wages", "300.00", "乙型"), ("rent", "90.00", ""))
    world = gathered(producing("variety_costing", *VARIETIES), *costs)
    command = calculate(output("甲型", "50", "20", "50"), output("乙型", "30"))
    (event,) = world.act(CALCULATION, command, by="FRED")
    assert isinstance(event, CostsCalculated)
    first, second = event.costs
    assert (first.direct, first.indirect) == (Decimal("600.00"), Decimal("60.00"))
    assert (first.finished, first.in_progress_own) == (Decimal("550.00"), Decimal("110.00"))
    assert (first.unit_cost, second.unit_cost) == (Decimal("11.000000"), Decimal("11.000000"))
    assert event.total == Decimal("990.00")


@clauses("2.2.1.2")
def test_process_costing_transfers_what_a_step_finished_to_the_next() -> None:
    world = gathered(producing(), ("materials", "1000.00", "切割"), ("wages", "300.00", "组装"))
    command = calculate(output("切割", "80", "40", "50"), output("组装", "60", "20", "50"))
    (event,) = world.act(CALCULATION, command, by="FRED")
    assert isinstance(event, CostsCalculated)
    cutting, assembly = event.costs
    assert (cutting.finished, cutting.in_progress_own) == (Decimal("800.00"), Decimal("200.00"))
    assert assembly.transferred_in == cutting.finished
    # 800 over 80 units whole, 300 over 60 finished and 10 equivalent ones.
    assert assembly.in_progress_transferred == Decimal("200.00")
    assert assembly.in_progress_own == Decimal("42.86")
    assert assembly.finished == Decimal("857.14")


@clauses("2.2.1.2")
def test_what_was_in_progress_begins_the_next_month() -> None:
    world = gathered(producing(), ("materials", "1000.00", "切割"))
    world.act(CALCULATION, calculate(output("切割", "50", "50", "100"), output("组装", "0", "50", "0")), by="FRED")
    april = "cost_period-2026-04"
    world.act(april, OpenPeriod(month="2026-04"), by=SYSTEM, by_house=True)
    world.act(april, file_of(cost("wages", "1.00", "D-WH", object="组装"), sha256=OTHER_FILE), by="FRED")
    world.now = world.now.replace(month=5)
    world.act(april, ClosePeriod(), by="FAY")
    command = calculate(output("切割", "50"), output("组装", "100"), month="2026-04")
    (event,) = world.act("cost_calculation-2026-04.D-WH", command, by="FRED")
    assert isinstance(event, CostsCalculated)
    cutting, assembly = event.costs
    assert (cutting.opening, assembly.opening) == (Decimal("500.00"), Decimal("500.00"))
    assert assembly.finished == Decimal("1001.00")


@clauses("2.2.1.2")
def test_given_again_it_is_a_new_version_and_the_same_is_none() -> None:
    world = gathered(producing(), ("materials", "1000.00", "切割"))
    first = calculate(output("切割", "1"), output("组装", "1"))
    world.act(CALCULATION, first, by="FRED")
    assert world.act(CALCULATION, first, by="FRED") == ()
    (event,) = world.act(CALCULATION, calculate(output("切割", "2"), output("组装", "1")), by="FRED")
    assert event.version == 2  # type: ignore[attr-defined]


@clauses("2.2.1.2")
def test_a_receipt_names_no_object_and_is_shared_as_indirect() -> None:
    world = producing("variety_costing", *VARIETIES)
    booked = BookReceipt(
        month="2026-03",
        id="PO1:3",
        order="PO1",
        receipt="GR1",
        department="D-WH",
        goods="it_equipment",
        amount=Decimal("0.01"),
    )
    world.act(MARCH, booked, by=SYSTEM, by_house=True)
    world = gathered(world, ("materials", "600.00", "甲型"))
    (event,) = world.act(CALCULATION, calculate(output("甲型", "1"), output("乙型", "1")), by="FRED")
    assert [each.indirect for each in event.costs] == [Decimal("0.01"), ZERO]  # type: ignore[attr-defined]


@clauses("2.2.1.2")
def test_nothing_is_calculated_without_a_method_a_closed_month_and_all_outputs() -> None:
    world = producing()
    outputs = calculate(output("切割", "1"), output("组装", "1"))
    refusals: list[tuple[str, str, CalculateCosts, type[Exception]]] = [
        ("WES", CALCULATION, outputs, CalculatedByFinance),
        ("FRED", "cost_calculation-2026-02.D-WH", outputs, NumberedByMonth),
        ("FRED", CALCULATION, outputs, CostsNotGathered),
    ]
    for who, subject, command, rule in refusals:
        with pytest.raises(rule):
            world.act(subject, command, by=who)
    gathered(world, ("materials", "1000.00", "切割"))
    for wrong in (calculate(output("切割", "1")), calculate(output("切割", "1"), output("切割", "1"))):
        with pytest.raises(OutputsAsObjects):
            world.act(CALCULATION, wrong, by="FRED")
    other = CalculateCosts(month="2026-03", department="D-IT", outputs=(output("切割", "1"),))
    with pytest.raises(NoMethodInForce):
        world.act("cost_calculation-2026-03.D-IT", other, by="FRED")


# ── Sums ───────────────────────────────────────────────────────────────────────────────────────────────────

_QUANTITY = st.integers(0, 10**6).map(lambda thousandths: Decimal(thousandths) / 1000)
_FEN = st.integers(-(10**8), 10**9).map(lambda fens: Decimal(fens) / 100)
_STEP = st.tuples(_QUANTITY, _QUANTITY, st.integers(0, 100).map(Decimal), _FEN, _FEN, _FEN, _FEN)


def situation(steps: list[Any]) -> tuple[list[Work], dict[str, Opening], dict[str, Decimal], dict[str, Decimal]]:
    work = [Work(f"{n}", finished, left, percent) for n, (finished, left, percent, *_) in enumerate(steps)]
    opening = {f"{n}": Opening(each[3], each[4]) for n, each in enumerate(steps)}
    direct = {f"{n}": each[5] for n, each in enumerate(steps)}
    indirect = {f"{n}": each[6] for n, each in enumerate(steps)}
    return work, opening, direct, indirect


def exact(result: Calculated) -> bool:
    return result.finished + result.in_progress == result.came_in


@given(st.lists(_STEP, min_size=1, max_size=6))
def test_nothing_is_lost_between_varieties(steps: list[Any]) -> None:
    assert all(map(exact, variety_costs(*situation(steps))))


@given(st.lists(_STEP, min_size=1, max_size=6))
def test_nothing_is_lost_from_step_to_step(steps: list[Any]) -> None:
    work, opening, direct, indirect = situation(steps)
    results = process_costs(work, opening, direct, indirect)
    assert all(map(exact, results))
    assert [each.transferred_in for each in results[1:]] == [each.finished for each in results[:-1]]
    began = sum((each.transferred + each.own for each in opening.values()), ZERO)
    came_in = began + sum(direct.values(), ZERO) + sum(indirect.values(), ZERO)
    assert results[-1].finished + sum((each.in_progress for each in results), ZERO) == came_in
