"""Carry-forward 预算结转 (clause 2.1.3.1): what the policy lets go to the next year, the claims with their budget."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.finance.budget_book import BookStanding, BudgetYearEntered
from domain.finance.budget_line import BudgetLine, BudgetLineStanding
from domain.finance.budget_line_rules import NoBudgetLine
from domain.finance.budget_transfer_rules import (
    AppliedAlready,
    AssessmentNeeded,
    LineNamedTwice,
    MoreThanMayBeCarried,
    NextYearUnpublished,
    NotAYearOfADepartment,
    NotCarriedForward,
    NotForYouToTransfer,
    NotYetOver,
    OnlyRequesterRevises,
)
from domain.finance.carry_forward import CARRY_FORWARD, claims_going, may_carry
from domain.finance.carry_forward_messages import (
    BudgetCarriedForward,
    CarryForwardFiled,
    FileCarryForward,
    RequestedCarry,
    ReviseCarryForward,
)
from domain.finance.encumbrance_messages import FundsCommitted, FundsReserved
from domain.governance.approvals import Approve, Return
from domain.working_time import SHANGHAI, WorkingTime, Year
from tests.domain.finance.adjusting import JANUARY, budgeted_world, line_in, of_2027, reserved, spent, told, yuan
from tests.domain.finance.samples import opened
from tests.domain.procurement.world import World
from tests.spec import Spec, clauses, spec

ID = "2026.D-SALES"
CF = f"carry_forward-{ID}"
DECEMBER = datetime(2026, 12, 10, 9, 0, tzinfo=SHANGHAI)
PUBLISHED = BookStanding({2026: date(2025, 11, 28), 2027: date(2026, 11, 27)})
OFFICE = told(opened("1200", account="office", category="administration"), reserved("300"), spent("500"))


def ask(*accounts: str, **amounts: str) -> FileCarryForward:
    lines: list[dict[str, Any]] = [{"account": each} for each in accounts]
    lines += [{"account": account, "amount": amount} for account, amount in amounts.items()]
    return FileCarryForward.model_validate(
        {"year": 2026, "department": "D-SALES", "lines": lines, "grounds": "示例：合同未履行完毕"}
    )


def situation(office: BudgetLineStanding = OFFICE) -> Spec:
    """The year ends; of 1,200 for the office 300 are reserved, 500 spent, 400 left."""
    known = spec(CARRY_FORWARD).where(id=ID, now=DECEMBER).knowing("budget_line", "2026.D-SALES.office", office)
    return known.knowing("budget_book", "company", PUBLISHED)


@clauses("2.1.3.1")
def test_of_an_encumbered_category_goes_what_is_reserved_and_committed() -> None:
    filed = situation().when(ask("office"), by="SAM").events[0]
    assert isinstance(filed, CarryForwardFiled)
    assert filed.lines == (
        RequestedCarry(
            account="office",
            category="administration",
            rule="encumbered",
            unspent=yuan(700),
            encumbered=yuan(300),
            amount=yuan(300),
        ),
    )
    assert [step.signers for step in filed.path] == [("FAY",), ("VICE",)]


@clauses("2.1.3.1")
def test_of_an_all_category_goes_all_that_was_not_spent() -> None:
    everything = situation().under("2.1.3.1", carry_forward={"administration": "all"})
    filed = everything.when(ask("office"), by="SAM").events[0]
    assert isinstance(filed, CarryForwardFiled) and filed.total == yuan(700)
    everything.when(ask(office="700.01"), by="SAM").refused(MoreThanMayBeCarried, most="700.00", allowed="all")


@clauses("2.1.3.1")
@pytest.mark.parametrize("policy", [{"administration": "none"}, {}])
def test_of_other_categories_goes_nothing(policy: dict[str, str]) -> None:
    nothing = situation().under("2.1.3.1", carry_forward=policy)
    nothing.when(ask("office"), by="SAM").refused(NotCarriedForward, account="office", allowed="none")


@clauses("2.1.3.1")
def test_more_than_the_policy_allows_is_refused() -> None:
    assert situation().when(ask(office="300"), by="SAM").events
    situation().when(ask(office="300.01"), by="SAM").refused(MoreThanMayBeCarried, most="300.00", allowed="encumbered")
    situation().when(ask(office="0"), by="SAM").refused(NotCarriedForward)


@clauses("2.1.3.1")
def test_an_exceeded_line_has_nothing_to_give() -> None:
    over = told(opened("1200", account="office", category="administration"), reserved("300"), spent("900.01"))
    situation(over).when(ask("office"), by="SAM").refused(NotCarriedForward)


@clauses("2.1.3.1")
def test_it_is_asked_for_in_the_last_month_of_the_year_or_after_it() -> None:
    november = datetime(2026, 11, 30, 18, 0, tzinfo=SHANGHAI)
    situation().when(ask("office"), by="SAM", at=november).refused(NotYetOver, last_month="2026-12")
    assert situation().when(ask("office"), by="SAM", at=datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI)).events
    next_year = WorkingTime({2027: Year(2027, holidays=frozenset(), workdays=frozenset())})
    assert situation().where(working_time=next_year).when(ask("office"), by="SAM", at=JANUARY).events


@clauses("2.1.3.1")
def test_it_goes_into_a_year_whose_budget_is_published() -> None:
    early = situation().knowing("budget_book", "company", BookStanding({2026: date(2025, 11, 28)}))
    early.when(ask("office"), by="SAM").refused(NextYearUnpublished, year="2027")


@clauses("2.1.3.1")
def test_it_is_asked_for_by_the_head_or_finance_line_by_line_under_its_number() -> None:
    situation().when(ask("office"), by="ANN").refused(NotForYouToTransfer)
    situation().when(ask("office", "office"), by="SAM").refused(LineNamedTwice)
    situation().when(ask("travel"), by="SAM").refused(NoBudgetLine, account="travel")
    situation().where(id="2025.D-SALES").when(ask("office"), by="SAM").refused(NotAYearOfADepartment, wanted=ID)
    assert situation().when(ask("office"), by="FRED").events


@clauses("2.1.3.1")
def test_it_is_revised_by_its_requester_and_filed_once_while_open() -> None:
    filed = situation().when(ask("office"), by="SAM").and_then()
    filed.when(ask("office"), by="SAM").refused(AppliedAlready, status="open")
    filed.when(Approve(), by="FAY").refused(AssessmentNeeded)
    returned = filed.when(Return(reason="金额过高"), by="FAY").and_then()
    again = ReviseCarryForward(lines=ask(office="200").lines, grounds="示例")
    returned.when(again, by="FRED").refused(OnlyRequesterRevises, requester="SAM")
    assert returned.when(again, by="SAM").events


@clauses("2.1.3.1")
def test_a_claim_goes_only_where_its_budget_goes() -> None:
    line = told(opened("1200", account="office"), reserved("300", "encumbrance-A"), reserved("200", "encumbrance-B"))
    assert claims_going(line, yuan(500)) == ("encumbrance-A", "encumbrance-B")
    assert claims_going(line, yuan("499.99")) == ("encumbrance-A",)
    assert claims_going(line, yuan("299.99")) == ("encumbrance-B",)
    assert may_carry(line, "all") == 1200 and may_carry(line, "encumbered") == 500 and may_carry(line, "none") == 0


def purchased(world: World) -> None:
    """PR1 has 300 reserved and PR2 has 150 on order, both on the office line, in December."""
    at: dict[str, Any] = {"year": 2026, "department": "D-SALES", "account": "office", "month": "2026-12"}
    world.given("encumbrance-PR1", FundsReserved(**at, amount=yuan(300)))
    world.given("encumbrance-PR2", FundsCommitted(**at, order="PO2", amount=yuan(150), released=yuan(0)))
    line = "budget_line-2026.D-SALES.office"
    world.given(line, reserved("300", "encumbrance-PR1", "2026-12"))
    moved = reserved("150", "encumbrance-PR2", "2026-12")
    world.given(line, moved.model_copy(update={"reserved": yuan(0), "committed": yuan(150), "cause": "commit"}))
    world.given(line, spent("500", "2026-11"))


def year_end() -> World:
    world = budgeted_world()
    world.given("budget_book-company", BudgetYearEntered(year=2027, entered_on=date(2026, 11, 27)))
    purchased(world)
    world.now = DECEMBER
    return world


def carry(world: World, command: FileCarryForward) -> BudgetCarriedForward:
    world.act(CF, command, by="SAM")
    world.act(CF, Approve(comment="合同未履行完毕"), by="FAY")
    done = world.act(CF, Approve(), by="VICE")
    return next(each for each in done if isinstance(each, BudgetCarriedForward))


def amounts(line: BudgetLine) -> list[Decimal]:
    return [line.budget, line.reserved, line.committed, line.spent, line.available]


@clauses("2.1.3.1")
def test_budget_and_claims_leave_the_old_line_and_enter_the_new_one() -> None:
    world = year_end()
    world.given("budget_line-2027.D-SALES.office", of_2027("100"))
    carried = carry(world, ask("office"))
    assert (carried.total, carried.lines[0].claims, carried.lines[0].opens) == (yuan(450), 2, False)
    assert amounts(line_in(world, "D-SALES", "office")) == [yuan(750), yuan(0), yuan(0), yuan(500), yuan(250)]
    assert amounts(line_in(world, "D-SALES", "office", 2027)) == [yuan(550), yuan(300), yuan(150), yuan(0), yuan(100)]
    assert world.state("encumbrance-PR1").year == world.state("encumbrance-PR2").year == 2027


@clauses("2.1.3.1")
def test_a_line_missing_next_year_is_opened_and_an_exhausted_one_still_gives_its_claims() -> None:
    world = year_end()
    world.given("budget_line-2026.D-SALES.office", spent("250", "2026-12"))
    assert line_in(world, "D-SALES", "office").available == 0
    assert carry(world, ask("office")).lines[0].opens
    assert amounts(line_in(world, "D-SALES", "office")) == [yuan(750), yuan(0), yuan(0), yuan(750), yuan(0)]
    assert amounts(line_in(world, "D-SALES", "office", 2027)) == [yuan(450), yuan(300), yuan(150), yuan(0), yuan(0)]


@clauses("2.1.3.1")
def test_what_stays_behind_keeps_the_budget_of_its_claims() -> None:
    world = year_end()
    world.under("2.1.3.1", carry_forward={"administration": "all"})
    carried = carry(world, ask(office="400"))
    assert (carried.total, carried.lines[0].encumbered) == (yuan(400), yuan(300))
    assert amounts(line_in(world, "D-SALES", "office"))[-1] == yuan(150)
    assert world.state("encumbrance-PR2").year == 2026
    nothing_left = year_end()
    nothing_left.under("2.1.3.1", carry_forward={"administration": "all"})
    nothing_left.given("budget_line-2026.D-SALES.office", spent("250", "2026-12"))
    assert carry(nothing_left, ask(office="400")).total == yuan(300)
    assert amounts(line_in(nothing_left, "D-SALES", "office"))[-1] == yuan(0)


@clauses("2.1.3.1")
def test_less_is_carried_where_less_is_open_by_then() -> None:
    world = year_end()
    world.act(CF, ask("office"), by="SAM")
    world.act(CF, Approve(comment="合同未履行完毕"), by="FAY")
    released = reserved("-300", "encumbrance-PR1", "2026-12")
    world.given("budget_line-2026.D-SALES.office", released)
    done = world.act(CF, Approve(), by="VICE")
    carried = next(each for each in done if isinstance(each, BudgetCarriedForward))
    assert carried.total == yuan(150)
    assert world.state(CF).carried
    world.under("2.1.3.1", carry_forward={"administration": "all"})
    assert world.act(CF, ask("office"), by="SAM"), "the rest may be asked for anew"


@clauses("2.1.3.1")
def test_of_an_encumbered_category_no_more_goes_than_the_claims_that_fit() -> None:
    world = year_end()
    assert carry(world, ask(office="400")).total == yuan(300)
    assert world.state("encumbrance-PR2").year == 2026


@clauses("2.1.3.1")
def test_of_a_line_exceeded_by_then_nothing_goes() -> None:
    world = year_end()
    world.under("2.1.3.1", carry_forward={"administration": "all"})
    world.act(CF, ask("office"), by="SAM")
    world.act(CF, Approve(comment="合同未履行完毕"), by="FAY")
    world.given("budget_line-2026.D-SALES.office", spent("250.01", "2026-12"))
    done = world.act(CF, Approve(), by="VICE")
    carried = next(each for each in done if isinstance(each, BudgetCarriedForward))
    assert (carried.lines, carried.total) == ((), yuan(0))
    assert world.state("encumbrance-PR1").year == 2026
