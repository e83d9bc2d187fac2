"""Budgets moved on a real journal 预算调整: lines, pool and claims together or not at all; deadlines met and missed."""

import asyncio
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pytest

from application.reacting import Reactor
from application.timers import Timers
from domain.finance.budget_book import BOOK, EnterYear
from domain.finance.budget_line import BudgetLine, line_of
from domain.finance.budget_line_messages import MoveLine, OpenLine
from domain.finance.budget_line_rules import NeverBelowZero
from domain.finance.budget_review import review_of
from domain.finance.budget_review_messages import CompleteBudgetReview, NoteOverruns, RecordBudgetFinding, YearLine
from domain.finance.budget_transfer_messages import LineRef, SubmitTransfer, TransferTarget
from domain.finance.carry_forward_messages import CarryRequest, FileCarryForward
from domain.finance.encumbrance_messages import ReserveFunds
from domain.finance.reserve_pool import FundPool, PoolBelowZero, pool_of
from domain.finance.variance_explanation import explanation_of
from domain.finance.variance_explanation_messages import (
    AcceptExplanation,
    DecideOnPool,
    DemandExplanation,
    FileExplanation,
    ReturnExplanation,
)
from domain.governance.approvals import Approve
from domain.governance.notice import NoticeIssued
from domain.governance.obligation import obligation_stream
from domain.kernel import SYSTEM, Command
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.working_time import SHANGHAI
from infrastructure.figures import FiguresInViews
from infrastructure.projecting.runner import Runner
from infrastructure.reaction_places import PostgresPlaces
from tests.application.test_timers import OpenInTheJournal
from tests.database import Database
from tests.domain.procurement.samples import requested
from tests.house import TestHouse
from tests.projections.history import opener
from tests.spec import clauses

ADS, OFFICE = (LineRef(department="D-SALES", account=each) for each in ("advertising", "office"))
EXPLANATION = explanation_of(2026, "D-SALES", "office", "2026-02")


async def by_house(company: TestHouse, subject: object, command: Command) -> None:
    await company.do(str(subject), command, SYSTEM, by_house=True)


async def open_line(company: TestHouse, account: str, category: str, amount: str, year: int = 2026) -> None:
    line = OpenLine(
        year=year,
        department="D-SALES",
        account=account,
        category=category,
        phasing=(Decimal(amount), *(Decimal(0),) * 11),
    )
    await by_house(company, line_of(year, "D-SALES", account), line)


@pytest.fixture
async def budgeted(company: TestHouse) -> TestHouse:
    """Sales has 1,000 for advertising, 200 for its office, 100 for training; the pool holds 500."""
    await by_house(company, BOOK, EnterYear(year=2026))
    await open_line(company, "advertising", "marketing", "1000")
    await open_line(company, "office", "administration", "200")
    await open_line(company, "training", "labour", "100")
    await by_house(company, pool_of(2026), FundPool(year=2026, amount=Decimal(500), by=str(BOOK)))
    return company


async def line(company: TestHouse, account: str, year: int = 2026) -> BudgetLine:
    state, _ = await company.handler.state(line_of(year, "D-SALES", account))
    assert isinstance(state, BudgetLine)
    return state


async def pool(company: TestHouse) -> Decimal:
    state, _ = await company.handler.state(pool_of(2026))
    balance = state.balance
    assert isinstance(balance, Decimal)
    return balance


async def ask(company: TestHouse, id: str, amount: str, source: LineRef | None = ADS, to_pool: str = "0") -> None:
    target = TransferTarget(**OFFICE.model_dump(), amount=Decimal(amount), calculation="示例测算")
    command = SubmitTransfer(year=2026, source=source, targets=(target,), to_pool=Decimal(to_pool), grounds="示例依据")
    await company.do(f"budget_transfer-{id}", command, "SAM")
    await company.do(f"budget_transfer-{id}", Approve(comment="确有必要"), "FAY")


async def decided(company: TestHouse, id: str) -> bool:
    """Whether the last signature went through."""
    try:
        await company.do(f"budget_transfer-{id}", Approve(), "VICE", key=f"decide {id}")
    except (NeverBelowZero, PoolBelowZero):
        return False
    return True


async def told(company: TestHouse, kind: str) -> list[tuple[str, ...]]:
    entries = await company.journal.read(-1, 10_000, ["NoticeIssued"])
    notices = [each.event for each in company.codec.decode_all(entries)]
    return [each.to for each in notices if isinstance(each, NoticeIssued) and each.kind == kind]


@clauses("2.1.3.1")
async def test_a_transfer_moves_both_lines_and_the_pool_in_one_transaction(budgeted: TestHouse) -> None:
    await ask(budgeted, "BT1", "70", to_pool="30")
    done = await budgeted.do("budget_transfer-BT1", Approve(), "VICE")
    assert [(str(each.subject), type(each.event).__name__) for each in done.events] == [
        ("budget_transfer-BT1", "ApprovalGiven"),
        ("budget_transfer-BT1", "ApprovalCompleted"),
        ("budget_transfer-BT1", "BudgetTransferred"),
        ("budget_line-2026.D-SALES.advertising", "BudgetLineAdjusted"),
        ("budget_line-2026.D-SALES.advertising", "BudgetLineAdjusted"),
        ("reserve_pool-2026", "PoolReturned"),
        ("budget_line-2026.D-SALES.office", "BudgetLineAdjusted"),
    ]
    positions = [each.position for each in done.events]
    assert positions == list(range(positions[0], positions[0] + 7))
    assert {each.command_id for each in done.events} == {done.events[0].command_id}
    assert [(await line(budgeted, each)).budget for each in ("advertising", "office")] == [900, 270]
    assert await pool(budgeted) == 530


@clauses("2.1.3.1")
async def test_two_transfers_that_together_exceed_the_source_are_never_both_approved(budgeted: TestHouse) -> None:
    await ask(budgeted, "BT1", "600")
    await ask(budgeted, "BT2", "600")
    through = await asyncio.gather(decided(budgeted, "BT1"), decided(budgeted, "BT2"))
    assert sorted(through) == [False, True]
    assert [(await line(budgeted, each)).budget for each in ("advertising", "office")] == [400, 800]
    refused = "BT2" if through[0] else "BT1"
    assert (await budgeted.events(f"budget_transfer-{refused}"))[-1] == "ApprovalStepOpened"


@clauses("2.1.2.2", "2.1.3.1")
async def test_nobody_takes_the_pools_last_yuan_twice(budgeted: TestHouse) -> None:
    for number in range(4):
        await ask(budgeted, f"BT{number}", "200", source=None)
    through = await asyncio.gather(*(decided(budgeted, f"BT{number}") for number in range(4)))
    assert sum(through) == 2
    assert await pool(budgeted) == 100
    assert (await line(budgeted, "office")).budget == 600


@clauses("2.1.3.1")
async def test_a_transfer_and_a_purchase_never_take_the_same_yuan(budgeted: TestHouse) -> None:
    await ask(budgeted, "BT1", "1000")
    reserve = ReserveFunds(
        department="D-SALES", goods="services", account="advertising", amount=Decimal("0.01"), on=_day(budgeted)
    )
    await by_house(budgeted, "encumbrance-PR1", reserve)
    assert not await decided(budgeted, "BT1")
    assert (await line(budgeted, "advertising")).available == Decimal("999.99")


def _day(company: TestHouse) -> date:
    return company.clock.now.astimezone(SHANGHAI).date()


async def demand(company: TestHouse) -> None:
    command = DemandExplanation(
        year=2026,
        department="D-SALES",
        account="office",
        month="2026-02",
        budget=Decimal(200),
        actual=Decimal(250),
        report="execution_report-2026-02",
    )
    await by_house(company, EXPLANATION, command)


def explanation(from_pool: str = "0") -> FileExplanation:
    return FileExplanation(
        year=2026,
        department="D-SALES",
        account="office",
        month="2026-02",
        cause_kind="execution",
        cause="示例",
        controllable=True,
        remedy="示例",
        from_pool=Decimal(from_pool),
    )


async def deadline(company: TestHouse, key: str = "") -> list[str]:
    return await company.events(str(obligation_stream(EXPLANATION, "2.1.2.2", key)))


@clauses("2.1.2.2")
async def test_an_overrun_explained_in_time_is_met(budgeted: TestHouse) -> None:
    await demand(budgeted)
    await budgeted.do(str(EXPLANATION), explanation(), "SAM")
    await Timers(budgeted.handler, OpenInTheJournal(budgeted)).tick(datetime(2026, 3, 11, 9, 0, tzinfo=SHANGHAI))
    assert await deadline(budgeted) == []


@clauses("2.1.2.2")
async def test_an_overrun_not_explained_is_missed_and_a_returned_one_as_well(budgeted: TestHouse) -> None:
    await demand(budgeted)
    clock = Timers(budgeted.handler, OpenInTheJournal(budgeted))
    budgeted.clock.now = datetime(2026, 3, 10, 18, 0, tzinfo=SHANGHAI)
    await clock.tick(budgeted.clock.now)
    assert "ObligationMissed" in await deadline(budgeted)
    await budgeted.do(str(EXPLANATION), explanation(), "SAM")
    await budgeted.do(str(EXPLANATION), ReturnExplanation(reason="原因不清"), "FRED")
    budgeted.clock.now = datetime(2026, 3, 17, 18, 0, tzinfo=SHANGHAI)
    await clock.tick(budgeted.clock.now)
    assert "ObligationMissed" in await deadline(budgeted, "returned")


@clauses("2.1.2.2")
async def test_what_management_grants_enters_the_line_as_it_leaves_the_pool(budgeted: TestHouse) -> None:
    await demand(budgeted)
    await budgeted.do(str(EXPLANATION), explanation("50"), "SAM")
    await budgeted.do(str(EXPLANATION), AcceptExplanation(), "FAY")
    done = await budgeted.do(str(EXPLANATION), DecideOnPool(granted=Decimal(40), reason="示例"), "GINA")
    assert [type(each.event).__name__ for each in done.events] == ["PoolDecided", "PoolDrawn", "BudgetLineAdjusted"]
    assert (await line(budgeted, "office")).budget == 240
    assert await pool(budgeted) == 460


@clauses("2.1.2.2")
async def test_the_head_hears_of_a_line_that_is_only_warned_of(budgeted: TestHouse, database: Database) -> None:
    for id, price in (("PR1", "100"), ("PR2", "0.01")):
        form = SubmitRequisition(
            department="D-SALES", lines=(requested(price=price, quantity="1"),), purpose="示例", account="training"
        )
        await budgeted.do(f"requisition-{id}", form, "ANN")
    async with PostgresPlaces(database.app_url) as places:
        await Reactor(budgeted.handler, places).drain()
    assert await told(budgeted, "line_overdrawn") == [("SAM",)]


@clauses("2.1.3.1")
async def test_budget_and_claims_go_to_the_next_year_together(budgeted: TestHouse) -> None:
    reserve = ReserveFunds(
        department="D-SALES", goods="office_supplies", account=None, amount=Decimal(150), on=_day(budgeted)
    )
    await by_house(budgeted, "encumbrance-PR1", reserve)
    await by_house(budgeted, BOOK, EnterYear(year=2027))
    budgeted.clock.now = datetime(2026, 12, 10, 9, 0, tzinfo=SHANGHAI)
    subject = "carry_forward-2026.D-SALES"
    file = FileCarryForward(
        year=2026, department="D-SALES", lines=(CarryRequest(account="office"),), grounds="合同未履行完毕"
    )
    await budgeted.do(subject, file, "SAM")
    await budgeted.do(subject, Approve(comment="属实"), "FAY")
    done = await budgeted.do(subject, Approve(), "VICE")
    assert [(str(each.subject), type(each.event).__name__) for each in done.events][2:] == [
        (subject, "BudgetCarriedForward"),
        ("budget_line-2027.D-SALES.office", "BudgetLineOpened"),
        ("budget_line-2027.D-SALES.office", "BudgetLineAdjusted"),
        ("encumbrance-PR1", "EncumbranceCarried"),
        ("budget_line-2026.D-SALES.office", "BudgetLineMoved"),
        ("budget_line-2027.D-SALES.office", "BudgetLineMoved"),
        ("budget_line-2026.D-SALES.office", "BudgetLineAdjusted"),
    ]
    old, new = await line(budgeted, "office"), await line(budgeted, "office", 2027)
    assert [old.budget, old.available, new.budget, new.available] == [
        Decimal(50),
        Decimal(50),
        Decimal(150),
        Decimal(0),
    ]


FEBRUARY = datetime(2027, 2, 1, 9, 0, tzinfo=SHANGHAI)
REVIEW = review_of(2026)


@clauses("2.1.3.2")
async def test_a_year_without_a_budget_is_not_reviewed(company: TestHouse) -> None:
    await by_house(company, BOOK, EnterYear(year=2027))
    company.clock.now = FEBRUARY
    await Timers(company.handler, OpenInTheJournal(company)).tick(FEBRUARY)
    assert await company.events(str(REVIEW)) == []


@clauses("2.1.3.2")
async def test_the_calendar_opens_the_review_of_last_year_and_asks_for_it_until_the_months_end(
    budgeted: TestHouse,
) -> None:
    clock = Timers(budgeted.handler, OpenInTheJournal(budgeted))
    budgeted.clock.now = FEBRUARY
    await clock.tick(FEBRUARY)
    assert await budgeted.events(str(REVIEW)) == ["BudgetReviewOpened"]
    over = YearLine(
        department="D-SALES", account="office", category="administration", budget=Decimal(200), actual=Decimal(250)
    )
    await by_house(budgeted, REVIEW, NoteOverruns(part=1, parts=1, lines=(over,)))
    owed = str(obligation_stream(REVIEW, "2.1.3.2"))
    budgeted.clock.now = datetime(2027, 3, 1, 0, 0, tzinfo=SHANGHAI)
    await clock.tick(budgeted.clock.now)
    assert "ObligationMissed" in await budgeted.events(owed)
    finding = RecordBudgetFinding(
        department="D-SALES",
        account="office",
        cause_kind="plan",
        cause="示例",
        own_making=True,
        improvement="示例",
        lesson="示例",
    )
    await budgeted.do(str(REVIEW), finding, "FRED")
    done = await budgeted.do(str(REVIEW), CompleteBudgetReview(conclusion="示例"), "FAY")
    assert done.events[0].event.model_dump()["serious"] == (1,)


@clauses("2.1.2.1", "2.1.2.2", "2.1.3.2")
async def test_an_overrun_is_reported_demanded_and_reviewed_by_itself(budgeted: TestHouse, database: Database) -> None:
    spent = MoveLine(
        year=2026,
        department="D-SALES",
        account="office",
        claim="cost_period-2026-03",
        cause="book",
        month="2026-03",
        actual=Decimal(250),
    )
    await by_house(budgeted, line_of(2026, "D-SALES", "office"), spent)
    clock = Timers(budgeted.handler, OpenInTheJournal(budgeted))
    async with (
        PostgresPlaces(database.app_url) as places,
        FiguresInViews(database.app_url, partial(Runner, database.app_url, opener)) as figures,
    ):
        reactor = Reactor(budgeted.handler, places, figures=figures)
        for first_working_day in (datetime(2026, 4, 1, 9, 0, tzinfo=SHANGHAI), FEBRUARY):
            budgeted.clock.now = first_working_day
            await clock.tick(first_working_day)
            await reactor.drain()
    explained = explanation_of(2026, "D-SALES", "office", "2026-03")
    assert (await budgeted.events(str(explained)))[0] == "ExplanationDemanded"
    assert ("SAM",) in await told(budgeted, "explanation_demanded")
    review, _ = await budgeted.handler.state(REVIEW)
    assert [(each.account, each.over, each.percent) for each in review.overruns.values()] == [
        ("office", Decimal(50), Decimal(25))
    ]
