"""A budget round through the real handler on a real journal 年度预算编制: opened, filed, approved, published."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from application.reacting import Reactor
from application.timers import Timers
from domain.finance.accounts import STANDARD, Account
from domain.finance.budget_line import line_of
from domain.finance.budget_round_messages import (
    ExcludeDepartment,
    OpenBudgetRound,
    PublishBudget,
    RecordMeeting,
    SetReservePool,
)
from domain.finance.budget_round_rules import NotEverybodyApproved
from domain.finance.chart_of_accounts import CHART, AddAccount
from domain.finance.department_budget_messages import FileBudget, ForecastChanges, GatherActuals
from domain.finance.department_budget_terms import PlannedLine, budget_of, round_of
from domain.governance.approvals import Approve
from domain.governance.notice import NoticeIssued
from domain.governance.obligation import ObligationMissed, obligation_stream
from domain.governance.organisation_changes import FoundDepartment, ImportOrganisation
from domain.kernel import SYSTEM
from domain.working_time import SHANGHAI
from infrastructure.reaction_places import PostgresPlaces
from tests.application.test_timers import OpenInTheJournal
from tests.database import Database
from tests.domain.finance.budget_round_samples import DEPARTMENTS, SALES, YEAR, amounts, line
from tests.house import FOUNDED, TestHouse
from tests.spec import clauses

ROUND = str(round_of(YEAR))
OCTOBER = datetime(2026, 10, 9, 9, 0, tzinfo=SHANGHAI)
NOVEMBER = datetime(2026, 11, 10, 10, 0, tzinfo=SHANGHAI)
DUE = datetime(2026, 11, 30, 18, 0, tzinfo=SHANGHAI)
SALES_BUDGET = str(budget_of(YEAR, SALES))


class SalesOnRecord:
    """Views that know what sales spent on marketing in 2025, and nothing else."""

    async def yearly_actuals(self, year: int, up_to: int) -> Mapping[tuple[str, str], Decimal]:
        return {(SALES, "marketing"): Decimal("60000.00")} if year == 2025 else {}

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nobody asks for {name} here")


async def ticked(company: TestHouse, moment: datetime) -> int:
    company.clock.now = moment
    return await Timers(company.handler, OpenInTheJournal(company), since=OCTOBER.date() - timedelta(days=9)).tick(
        moment
    )


@pytest.fixture
async def opened(company: TestHouse) -> AsyncIterator[TestHouse]:
    """The calendar opened the round of 2027; only sales and finance take part."""
    await ticked(company, OCTOBER)
    for department in DEPARTMENTS:
        if department not in (SALES, "D-FIN"):
            await company.do(ROUND, ExcludeDepartment(department=department, reason="示例:不参与"), "FAY")
    yield company


async def filed(company: TestHouse, department: str, head: str, *lines: PlannedLine) -> None:
    """Its head gathers, forecasts and files."""
    subject = str(budget_of(YEAR, department))
    gather = GatherActuals(year=YEAR, department=department, actuals=amounts(marketing="60000"))
    await company.do(subject, gather, head)
    await company.do(subject, ForecastChanges(), head)
    await company.do(subject, FileBudget(year=YEAR, department=department, lines=lines or (line(),)), head)


async def approved(company: TestHouse) -> None:
    """Both file, management meets, both are approved."""
    await filed(company, SALES, "SAM")
    await filed(company, "D-FIN", "FAY", line(amount="12000"))
    company.clock.now = NOVEMBER
    await company.do(ROUND, SetReservePool(amount=Decimal("5000"), reason="示例"), "FAY")
    meeting = RecordMeeting(held_on=NOVEMBER.date(), attendees=("FAY", "GINA"), minutes="同意")
    await company.do(ROUND, meeting, "FAY")
    for department in (SALES, "D-FIN"):
        await company.do(str(budget_of(YEAR, department)), Approve(), "VICE")


@clauses("2.1.1.1")
async def test_the_round_opens_by_itself_tells_the_heads_and_looks_up_last_year(
    company: TestHouse, database: Database
) -> None:
    await ticked(company, OCTOBER)
    assert await ticked(company, OCTOBER + timedelta(days=1)) == 0
    assert await company.events(ROUND) == ["BudgetRoundOpened"]
    async with PostgresPlaces(database.app_url) as places:
        await Reactor(company.handler, places, figures=SalesOnRecord()).drain()
        assert {each.name: each.error for each in (await places.load()).values() if each.error} == {}
    entries = await company.journal.read(-1, 10_000, ["NoticeIssued"])
    notices = [each.event for each in company.codec.decode_all(entries)]
    told = [each.to for each in notices if isinstance(each, NoticeIssued) and each.kind == "budget_round_opened"]
    assert [set(each) for each in told] == [{"FAY", "GINA", "HAL", "IAN", "PAT", "SAM", "WES"}]
    state, _ = await company.handler.state(budget_of(YEAR, SALES))
    assert (state.how, state.actuals["marketing"], state.actuals["labour"]) == ("computed", Decimal(60000), 0)
    assert await company.events(str(budget_of(YEAR, "D-IT"))) == []


@clauses("2.1.1.6")
async def test_published_every_line_opens_the_year_binds_and_the_pool_is_funded_in_one_act(opened: TestHouse) -> None:
    await approved(opened)
    done = await opened.do(ROUND, PublishBudget(), "FAY")
    assert [(str(each.subject), type(each.event).__name__) for each in done.events] == [
        (ROUND, "BudgetPublished"),
        ("budget_book-company", "BudgetYearEntered"),
        ("department_budget-2027.D-FIN", "DepartmentBudgetPublished"),
        ("budget_line-2027.D-FIN.advertising", "BudgetLineOpened"),
        (SALES_BUDGET, "DepartmentBudgetPublished"),
        ("budget_line-2027.D-SALES.advertising", "BudgetLineOpened"),
        ("reserve_pool-2027", "PoolFunded"),
    ]
    state, _ = await opened.handler.state(line_of(YEAR, SALES, "advertising"))
    assert (state.budget, state.phasing[0], state.months[0]) == (Decimal(60000), Decimal(5000), "2027-01")


@clauses("2.1.1.6")
async def test_with_one_department_missing_nothing_of_the_year_is_published(opened: TestHouse) -> None:
    await filed(opened, SALES, "SAM")
    with pytest.raises(NotEverybodyApproved) as refused:
        await opened.do(ROUND, PublishBudget(), "FAY")
    assert refused.value.facts["missing"] == "D-FIN (none), D-SALES (open)"
    assert await opened.events("budget_book-company") == []


@clauses("2.1.1.6")
@pytest.mark.parametrize("published", [True, False], ids=["met", "missed"])
async def test_the_30th_of_november_is_met_or_missed(opened: TestHouse, published: bool) -> None:
    await approved(opened)
    if published:
        await opened.do(ROUND, PublishBudget(), "FAY", at=DUE)
    await ticked(opened, DUE + timedelta(minutes=1))
    history = await opened.handler.history(obligation_stream(round_of(YEAR), "2.1.1.6"))
    missed = [each.event for each in history if isinstance(each.event, ObligationMissed)]
    assert [(each.due_at, each.owed_by) for each in missed] == ([] if published else [(DUE, ("FAY",))])


@clauses("2.1.1.6")
async def test_a_large_company_is_published_at_once(company: TestHouse) -> None:
    """Fifty departments of forty lines: two thousand lines in one transaction."""
    young = tuple(
        FoundDepartment(department=f"L{number:02}", name=f"示例实验室{number}", parent="D-IT", since=FOUNDED)
        for number in range(50)
    )
    await company.do("organisation-company", ImportOrganisation(found=young), SYSTEM)
    more = [f"extra{number:02}" for number in range(40 - len(STANDARD))]
    for code in more:
        account = Account(code=code, zh="示例", category="administration", heading="operating")
        await company.do(str(CHART), AddAccount(account=account), "FAY")
    company.clock.now = OCTOBER
    await company.do(ROUND, OpenBudgetRound(year=YEAR), SYSTEM, by_house=True)
    for department in DEPARTMENTS:
        await company.do(ROUND, ExcludeDepartment(department=department, reason="示例"), "FAY")
    codes = (*(each.code for each in STANDARD), *more)
    lines = tuple(line(code, "1200", grounds="首年编制") for code in codes)
    for each in young:
        await filed(company, each.department, "IAN", *lines)
    company.clock.now = NOVEMBER
    meeting = RecordMeeting(held_on=date(2026, 11, 10), attendees=("FAY", "GINA"), minutes="同意")
    await company.do(ROUND, meeting, "FAY")
    for each in young:
        await company.do(str(budget_of(YEAR, each.department)), Approve(), "VICE")
    done = await company.do(ROUND, PublishBudget(), "FAY")
    assert len(done.events) == 1 + 1 + 50 + 2000
    state, _ = await company.handler.state(line_of(YEAR, "L49", more[-1]))
    assert state.budget == Decimal(1200)
