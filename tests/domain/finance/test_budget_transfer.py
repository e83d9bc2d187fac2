"""Budget transfer 预算调剂 (clause 2.1.3.1): who applies, who decides, what moves; never below zero, same total."""

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.directory import Role
from domain.finance.budget_line_rules import NeverBelowZero, NoBudgetLine
from domain.finance.budget_transfer import BUDGET_TRANSFER
from domain.finance.budget_transfer_messages import (
    BudgetTransferred,
    LineRef,
    ReviseTransfer,
    SubmitTransfer,
    TransferredTo,
    TransferSubmitted,
    TransferTarget,
)
from domain.finance.budget_transfer_rules import (
    AppliedAlready,
    AssessmentNeeded,
    CalculationDiffers,
    LineNamedTwice,
    NoDepartmentToReceive,
    NotForYouToTransfer,
    NothingMoves,
    OnlyRequesterRevises,
    PoolToPool,
    TotalStays,
    YearIsOver,
)
from domain.finance.chart_of_accounts import NoSuchAccount
from domain.finance.department_budget_terms import BudgetItem
from domain.finance.reserve_pool import NoReservePool, PoolBelowZero, PoolStanding
from domain.governance.approval_rules import NotASigner, OwnRequest
from domain.governance.approvals import Approve, Reject, Return
from domain.kernel import Refusal
from tests.domain.finance.adjusting import JANUARY, budgeted_world, line_in, reserved, spent, told, yuan
from tests.domain.finance.samples import opened
from tests.domain.procurement.world import World
from tests.spec import Spec, clauses, spec

ADS, OFFICE, SERVICES = (
    LineRef(department="D-SALES", account="advertising"),
    LineRef(department="D-SALES", account="office"),
    LineRef(department="D-IT", account="services"),
)
T = "budget_transfer-BT1"


def to(line: LineRef, amount: str, **more: Any) -> TransferTarget:
    return TransferTarget.model_validate({**line.model_dump(), "amount": amount, "calculation": "2×示例", **more})


def form(*targets: TransferTarget, source: LineRef | None = ADS, **more: Any) -> SubmitTransfer:
    return SubmitTransfer.model_validate(
        {"year": 2026, "source": source, "targets": targets, "grounds": "示例依据", **more}
    )


def situation() -> Spec:
    """Advertising has 12,000, of which 2,000 are reserved and 1,000 spent; services 2.4 million; a pool of 500,000."""
    ads = told(opened("12000", account="advertising", category="marketing"), reserved("2000"), spent("1000"))
    known = spec(BUDGET_TRANSFER).where(id="BT1").knowing("budget_line", "2026.D-SALES.advertising", ads)
    known = known.knowing("budget_line", "2026.D-IT.services", told(opened("2400000", "D-IT", "services")))
    pool = PoolStanding(year=2026, funded=yuan(500000), balance=yuan(500000))
    return known.knowing("reserve_pool", "2026", pool)


def signers(command: SubmitTransfer, by: str = "SAM", where: Spec | None = None) -> list[tuple[str, tuple[str, ...]]]:
    submitted = (where or situation()).when(command, by=by).events[0]
    assert isinstance(submitted, TransferSubmitted)
    return [(step.authority, step.signers) for step in submitted.path]


@clauses("2.1.3.1")
def test_an_application_says_what_moves_how_it_was_calculated_and_why() -> None:
    outcome = situation().when(form(to(OFFICE, "9000")), by="SAM")
    submitted = outcome.events[0]
    assert isinstance(submitted, TransferSubmitted)
    assert (submitted.amount, submitted.left, submitted.requester) == (yuan(9000), yuan(9000), "SAM")
    outcome.because("2.1.3.1", outcome="enough", left="9000.00", amount="9000.00")
    outcome.because("2.1.1.5", amount="9000.00")


@clauses("2.1.3.1", "2.1.1.5")
def test_finance_assesses_then_the_head_decides_and_for_him_his_superior() -> None:
    assert signers(form(to(OFFICE, "10"))) == [("finance_manager", ("FAY",)), ("department_head", ("VICE",))]


@clauses("2.1.3.1", "2.1.1.5")
def test_the_head_of_the_other_department_decides_on_what_it_gives() -> None:
    ask = form(to(OFFICE, "10"), source=SERVICES)
    assert signers(ask) == [("finance_manager", ("FAY",)), ("department_head", ("IAN",))]
    by_finance = [("finance_manager", ("FAY",)), ("department_head", ("IAN",)), ("department_head", ("SAM",))]
    assert signers(ask, by="FRED") == by_finance


@clauses("2.1.3.1", "2.1.1.5")
@pytest.mark.parametrize(("amount", "general_manager"), [("100000", False), ("100000.01", True), ("1000000", True)])
def test_above_the_heads_limit_the_general_manager_signs(amount: str, general_manager: bool) -> None:
    path = signers(form(to(OFFICE, amount), source=SERVICES))
    assert (("general_manager", ("GINA",)) in path) is general_manager


@clauses("2.1.2.2", "2.1.3.1")
def test_what_the_pool_gives_management_decides() -> None:
    assert signers(form(to(OFFICE, "10"), source=None)) == [
        ("finance_manager", ("FAY",)),
        ("management", ("CLEO", "GINA", "VICE")),
    ]
    large = signers(form(to(OFFICE, "200000"), source=None))
    assert [authority for authority, _ in large] == ["finance_manager", "general_manager"]


@clauses("2.1.3.1")
@pytest.mark.parametrize("who", ["ANN", "IAN", "PAT", "GINA"])
def test_only_a_head_concerned_or_finance_applies(who: str) -> None:
    situation().when(form(to(OFFICE, "10")), by=who).refused(NotForYouToTransfer, departments="D-SALES")


@clauses("2.1.3.1")
def test_a_line_gives_what_it_has_left_to_the_fen_and_no_more() -> None:
    assert situation().when(form(to(OFFICE, "9000")), by="SAM").events
    asked = form(to(OFFICE, "9000.01"))
    situation().when(asked, by="SAM").refused(NeverBelowZero, available="9000.00", wanted="9000.01")
    two = form(to(OFFICE, "5000"), to(SERVICES, "4000.01"))
    situation().when(two, by="SAM").refused(NeverBelowZero, available="9000.00", wanted="9000.01")


@clauses("2.1.3.1")
def test_where_the_policy_lets_a_source_go_negative_it_gives_its_budget_and_no_more() -> None:
    world = budgeted_world()
    world.given("budget_line-2026.D-SALES.advertising", spent("5000"))
    with pytest.raises(NeverBelowZero):
        world.act(T, form(to(OFFICE, "7000.01")), by="SAM")
    world.under("2.1.3.1", source_may_go_negative=True)
    with pytest.raises(NeverBelowZero):
        world.act(T, form(to(OFFICE, "12000.01")), by="SAM")
    world.act(T, form(to(OFFICE, "12000")), by="SAM")
    approve(world, T, "FAY", "VICE")
    assert line_in(world, "D-SALES", "advertising").available == yuan(-5000)


@clauses("2.1.3.1")
def test_costs_taken_back_are_no_budget_to_give() -> None:
    line = told(opened("12000", account="advertising"), spent("-500"))
    known = situation().knowing("budget_line", "2026.D-SALES.advertising", line)
    known.when(form(to(OFFICE, "12000.01")), by="SAM").refused(NeverBelowZero, available="12000.00")


@clauses("2.1.2.2", "2.1.3.1")
def test_the_pool_gives_no_more_than_it_holds_and_nothing_where_there_is_none() -> None:
    asked = form(to(OFFICE, "500000.01"), source=None)
    situation().when(asked, by="SAM").refused(PoolBelowZero, balance="500000.00")
    without = situation().knowing("reserve_pool", "2026", None)
    without.when(form(to(OFFICE, "1"), source=None), by="SAM").refused(NoReservePool)
    without.when(form(source=ADS, to_pool="1"), by="SAM").refused(NoReservePool)


@clauses("2.1.3.1")
def test_where_the_total_never_changes_the_pool_neither_gives_nor_takes() -> None:
    strict = situation().under("2.1.3.1", total_may_change="never")
    strict.when(form(to(OFFICE, "1"), source=None), by="SAM").refused(TotalStays)
    strict.when(form(source=ADS, to_pool="1"), by="SAM").refused(TotalStays)
    assert strict.when(form(to(OFFICE, "1")), by="SAM").events


@clauses("2.1.3.1")
def test_a_source_without_budget_is_an_error_that_names_it() -> None:
    travel = LineRef(department="D-SALES", account="travel")
    situation().when(form(to(OFFICE, "1"), source=travel), by="SAM").refused(
        NoBudgetLine, department="D-SALES", account="travel", year="2026"
    )


@clauses("2.1.3.1")
def test_a_form_that_moves_nothing_or_twice_is_refused() -> None:
    situation().when(form(), by="SAM").refused(NothingMoves)
    situation().when(form(source=None), by="SAM").refused(NothingMoves)
    situation().when(form(to(OFFICE, "0")), by="SAM").refused(NothingMoves, field="targets.0.amount")
    situation().when(form(to(ADS, "1")), by="SAM").refused(LineNamedTwice)
    situation().when(form(to(OFFICE, "1"), to(OFFICE, "2")), by="SAM").refused(LineNamedTwice, field="targets.1")
    situation().when(form(to(OFFICE, "1"), source=None, to_pool="1"), by="SAM").refused(PoolToPool)


@clauses("2.1.3.1")
def test_targets_are_accounts_of_the_chart_and_departments_of_the_company() -> None:
    nowhere = LineRef(department="D-SALES", account="yachts")
    situation().when(form(to(nowhere, "1")), by="SAM").refused(NoSuchAccount, account="yachts")
    nobody = LineRef(department="D-MOON", account="office")
    situation().when(form(to(nobody, "1")), by="SAM").refused(NoDepartmentToReceive, department="D-MOON")


@clauses("2.1.3.1")
def test_the_items_of_a_calculation_add_up_to_the_amount() -> None:
    items = (BudgetItem(item="示例椅", quantity=yuan(3), unit_price=yuan(100)),)
    assert situation().when(form(to(OFFICE, "300", items=items)), by="SAM").events
    wrong = form(to(OFFICE, "301", items=items))
    situation().when(wrong, by="SAM").refused(CalculationDiffers, items="300.00", amount="301.00")


@clauses("2.1.3.1")
def test_a_year_that_is_over_is_not_transferred_in() -> None:
    situation().when(form(to(OFFICE, "1")), by="SAM", at=JANUARY).refused(YearIsOver, year="2026", ended="2026-12")


@clauses("2.1.3.1")
def test_finance_agrees_with_an_assessment_never_without_a_word() -> None:
    filed = situation().when(form(to(OFFICE, "10")), by="SAM").and_then()
    filed.when(Approve(), by="FAY").refused(AssessmentNeeded)
    filed.when(Approve(), by="VICE").refused(NotASigner)
    filed.when(Approve(comment="自评"), by="SAM").refused(OwnRequest)
    assert filed.when(Approve(comment="确有必要"), by="FAY").events


@clauses("2.1.3.1")
def test_what_is_approved_takes_effect_with_the_last_signature() -> None:
    filed = situation().when(form(to(OFFICE, "10")), by="SAM").and_then()
    assessed = filed.when(Approve(comment="确有必要"), by="FAY").and_then()
    done = assessed.when(Approve(), by="VICE").events
    assert [type(each).__name__ for each in done] == ["ApprovalGiven", "ApprovalCompleted", "BudgetTransferred"]
    assert done[-1] == BudgetTransferred(
        year=2026,
        month="2026-03",
        source=ADS,
        targets=(
            TransferredTo(
                department="D-SALES", account="office", category="administration", amount=yuan(10), opens=True
            ),
        ),
        to_pool=yuan(0),
        amount=yuan(10),
        assessment="确有必要",
    )
    late = assessed.when(Approve(), by="VICE", at=JANUARY).events[-1]
    assert isinstance(late, BudgetTransferred) and late.month == "2026-12"


@clauses("2.1.3.1")
def test_a_returned_application_is_revised_by_its_requester_and_assessed_anew() -> None:
    filed = situation().when(form(to(OFFICE, "10")), by="SAM").and_then()
    returned = filed.when(Return(reason="测算不足"), by="FAY").and_then()
    again = ReviseTransfer(source=ADS, targets=(to(OFFICE, "8"),), grounds="示例依据")
    returned.when(again, by="IAN").refused(OnlyRequesterRevises, requester="SAM")
    returned.when(again, by="SAM", at=JANUARY).refused(YearIsOver, ended="2026-12")
    revised = returned.when(again, by="SAM").and_then()
    revised.when(Approve(), by="FAY").refused(AssessmentNeeded)
    returned.when(form(to(OFFICE, "8")), by="SAM").refused(AppliedAlready, status="returned")
    rejected = filed.when(Reject(reason="不必要"), by="FAY").and_then()
    rejected.when(again, by="SAM").refused(AppliedAlready, status="rejected")


def approve(world: World, subject: str, *people: str) -> None:
    for person in people:
        world.act(subject, Approve(comment="确有必要"), by=person)


@clauses("2.1.3.1")
def test_both_lines_move_and_the_total_stays() -> None:
    world = budgeted_world()
    world.act(T, form(to(OFFICE, "100.01"), to(SERVICES, "50")), by="SAM")
    approve(world, T, "FAY", "IAN")
    ads, office = line_in(world, "D-SALES", "advertising"), line_in(world, "D-SALES", "office")
    services = line_in(world, "D-IT", "services")
    assert (ads.budget, office.budget, services.budget) == (yuan("11849.99"), yuan("1300.01"), yuan(24050))
    assert ads.budget + office.budget + services.budget == 1200 + 12000 + 24000
    assert ads.phasing[:2] == (yuan(1000), yuan(1000)), "the months before this one are history"
    assert world.state("reserve_pool-2026").balance == yuan(50000)


@clauses("2.1.3.1")
def test_a_line_that_did_not_exist_is_opened_with_the_transfer() -> None:
    world = budgeted_world()
    world.act(T, form(to(LineRef(department="D-SALES", account="travel"), "30")), by="SAM")
    approve(world, T, "FAY", "VICE")
    travel = line_in(world, "D-SALES", "travel")
    assert (travel.category, travel.budget, travel.phasing[:2]) == ("administration", yuan(30), (yuan(0), yuan(0)))


@clauses("2.1.2.2", "2.1.3.1")
def test_only_the_pool_changes_the_total() -> None:
    world = budgeted_world()
    world.act(T, form(to(OFFICE, "300"), source=None), by="SAM")
    approve(world, T, "FAY", "GINA")
    assert line_in(world, "D-SALES", "office").budget == yuan(1500)
    assert world.state("reserve_pool-2026").balance == yuan(49700)
    world.act("budget_transfer-BT2", form(to(OFFICE, "5"), source=ADS, to_pool="1000"), by="SAM")
    approve(world, "budget_transfer-BT2", "FAY", "VICE")
    assert line_in(world, "D-SALES", "advertising").budget == yuan(10995)
    assert world.state("reserve_pool-2026").balance == yuan(50700)


@clauses("2.1.3.1")
def test_of_two_transfers_that_together_exceed_the_line_the_second_leaves_no_trace() -> None:
    world = budgeted_world()
    for id in ("BT1", "BT2"):
        world.act(f"budget_transfer-{id}", form(to(OFFICE, "7000")), by="SAM")
        approve(world, f"budget_transfer-{id}", "FAY")
    approve(world, "budget_transfer-BT1", "VICE")
    with pytest.raises(NeverBelowZero):
        approve(world, "budget_transfer-BT2", "VICE")
    assert world.state("budget_transfer-BT2").approval.status == "open"
    assert line_in(world, "D-SALES", "advertising").budget == yuan(5000)
    assert line_in(world, "D-SALES", "office").budget == yuan(8200)


@clauses("2.1.3.1")
def test_costs_taken_back_meanwhile_are_no_budget_to_give_either() -> None:
    world = budgeted_world()
    for id in ("BT1", "BT2"):
        world.act(f"budget_transfer-{id}", form(to(OFFICE, "7000")), by="SAM")
        approve(world, f"budget_transfer-{id}", "FAY")
    world.given("budget_line-2026.D-SALES.advertising", spent("-5000"))
    approve(world, "budget_transfer-BT1", "VICE")
    with pytest.raises(NeverBelowZero) as refused:
        approve(world, "budget_transfer-BT2", "VICE")
    assert refused.value.facts["available"] == "5000.00"


_MOVES = st.lists(
    st.tuples(
        st.sampled_from([ADS, OFFICE, SERVICES, None]),
        st.sampled_from([ADS, OFFICE, SERVICES, LineRef(department="D-SALES", account="travel")]),
        st.decimals(min_value="0.01", max_value="9000", places=2),
        st.decimals(min_value="0", max_value="500", places=2),
    ),
    max_size=8,
)


@clauses("2.1.2.2", "2.1.3.1")
@settings(max_examples=40, deadline=None)
@given(_MOVES)
def test_whatever_is_transferred_lines_and_pool_together_stay_what_they_were(moves: list[Any]) -> None:
    world = budgeted_world()
    moved = False
    for number, (source, target, amount, to_pool) in enumerate(moves):
        subject = f"budget_transfer-BT{number}"
        try:
            world.act(subject, form(to(target, str(amount)), source=source, to_pool=str(to_pool)), by="FRED")
        except Refusal:
            continue
        while (approval := world.state(subject).approval).status == "open":
            approve(world, subject, approval.waits_for[0])
        moved = True
    lines = [state for state in (world.state(str(each)) for each in world.streams if each.aggregate == "budget_line")]
    pool = world.state("reserve_pool-2026").balance
    assert sum((each.budget for each in lines), pool) == 1200 + 12000 + 24000 + 50000
    assert all(each.available >= 0 and min(each.phasing) >= 0 for each in lines) and pool >= 0
    event(f"something moved: {moved}")


@clauses("2.1.1.5")
def test_where_only_the_deciding_authority_signs_no_head_is_asked() -> None:
    alone = situation().under("2.1.1.5", chain="deciding_only")
    path = signers(form(to(OFFICE, "200000"), source=SERVICES), where=alone)
    assert [authority for authority, _ in path] == ["finance_manager", str(Role.GENERAL_MANAGER)]
