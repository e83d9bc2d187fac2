"""A budget round and what follows by itself 预算编制联动: who is told, what happens together (2.1.1.1-2.1.1.6)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

import pytest

from application.figures import Figures
from domain.finance.budget_round_messages import (
    DepartmentIncluded,
    ExcludeDepartment,
    ImportActuals,
    IncludeDepartment,
    OpenBudgetRound,
    PublishBudget,
    RecordMeeting,
    SetReservePool,
    SetTotal,
)
from domain.finance.department_budget_messages import ForecastChanges
from domain.finance.department_budget_rules import NotDeliberated
from domain.finance.department_budget_terms import DepartmentActuals, SourceFile
from domain.governance.approvals import Approve
from domain.kernel import SYSTEM
from tests.domain.finance.budget_round_samples import (
    DEPARTMENTS,
    FORECAST,
    NOVEMBER,
    OCTOBER,
    SALES,
    YEAR,
    amounts,
    file,
    gathered,
    line,
    revise,
)
from tests.domain.procurement.world import World
from tests.spec import clauses

ROUND, BUDGET = f"budget_round-{YEAR}", f"department_budget-{YEAR}.{SALES}"


class OnRecord:
    """What the views answer: sales took back more than it spent on labour, and spent on marketing."""

    async def yearly_actuals(self, year: int, up_to: int) -> Mapping[tuple[str, str], Decimal]:
        return {
            (SALES, "labour"): Decimal("-1.00"),
            (SALES, "marketing"): Decimal("60000.00"),
            ("D-GONE", "marketing"): Decimal("1.00"),
        }

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def world() -> World:
    """Only sales takes part; it has gathered and forecast."""
    found = World(now=OCTOBER, figures=cast(Figures, OnRecord()))
    found.act(ROUND, OpenBudgetRound(year=YEAR), by=SYSTEM, by_house=True)
    for each in DEPARTMENTS:
        if each != SALES:
            found.act(ROUND, ExcludeDepartment(department=each, reason="示例"), by="FAY")
    found.given(BUDGET, gathered(marketing="60000"), FORECAST)
    return found


@clauses("2.1.1.1")
def test_who_files_is_told_and_last_years_figures_are_looked_up() -> None:
    found = World(now=OCTOBER, figures=cast(Figures, OnRecord()))
    found.act(ROUND, OpenBudgetRound(year=YEAR), by=SYSTEM, by_house=True)
    found.react()
    assert [set(each) for each in found.notices("budget_round_opened")] == [
        {"SAM", "FAY", "IAN", "PAT", "WES", "HAL", "GINA"}
    ]
    assert found.state(BUDGET).actuals == {each.category: each.amount for each in amounts(marketing="60000")}
    assert [str(each) for each in found.streams if each.aggregate == "department_budget"] == [BUDGET]


@clauses("2.1.1.1")
def test_who_is_included_later_is_told_as_well() -> None:
    found = world()
    found.act(ROUND, IncludeDepartment(department="D-IT", reason="新设"), by="FAY")
    found.react()
    assert len(found.happened(DepartmentIncluded)) == 1
    assert found.notices("budget_round_included") == [("IAN",)]


@clauses("2.1.1.1")
def test_a_file_of_finance_reaches_every_department_and_replaces_what_was_stated() -> None:
    found = world()
    source = SourceFile(file="示例.csv", sha256="c" * 64, rows=5)
    told = DepartmentActuals(department=SALES, actuals=amounts(labour="7"))
    found.act(ROUND, ImportActuals(source=source, departments=(told,)), by="FAY")
    state = found.state(BUDGET)
    assert (state.how, state.actuals["labour"], state.actuals["marketing"]) == ("imported", 7, 0)


@clauses("2.1.1.3", "2.1.1.4")
def test_conflicts_are_told_to_whoever_filed_and_to_finance_and_none_is_told_where_there_is_none() -> None:
    found = world()
    found.act(BUDGET, file(line(amount="78000")), by="SAM")
    found.react()
    assert found.notices("budget_conflict") == []
    found.act(BUDGET, revise(line(amount="78000.01")), by="SAM")
    found.react()
    assert found.notices("budget_conflict") == [("SAM", "FAY")]


@clauses("2.1.1.3")
def test_a_total_below_what_is_filed_is_told_to_the_head() -> None:
    found = world()
    found.act(ROUND, SetTotal(department=SALES, total=Decimal(70000), reason="战略"), by="FAY")
    found.act(BUDGET, file(line(amount="60000")), by="SAM")
    found.react()
    assert found.notices("budget_total") == []
    found.act(ROUND, SetTotal(department=SALES, total=Decimal(50000), reason="压缩"), by="FAY")
    found.react()
    assert found.notices("budget_total") == [("SAM",)]


@clauses("2.1.1.3", "2.1.1.4", "2.1.1.5", "2.1.1.6")
def test_from_the_round_to_open_lines() -> None:
    found = world()
    found.act(BUDGET, ForecastChanges(), by="SAM")
    found.act(BUDGET, file(line(amount="72000"), line("promotion", "6000")), by="SAM")
    found.now = NOVEMBER
    found.act(ROUND, SetReservePool(amount=Decimal(4000), reason="示例"), by="FAY")
    meeting = RecordMeeting(held_on=NOVEMBER.date(), attendees=("FAY", "GINA"), minutes="同意")
    found.act(ROUND, meeting, by="GINA")
    found.act(BUDGET, Approve(), by="VICE")
    found.act(ROUND, PublishBudget(), by="FAY")
    lines = {str(each): found.state(str(each)).budget for each in found.streams if each.aggregate == "budget_line"}
    assert lines == {"budget_line-2027.D-SALES.advertising": 72000, "budget_line-2027.D-SALES.promotion": 6000}
    assert found.state(BUDGET).status == "published"
    assert found.state("reserve_pool-2027").balance == 4000
    assert list(found.state("budget_book-company").years) == [2027]


@clauses("2.1.1.5")
def test_what_is_raised_after_the_meeting_goes_before_it_again() -> None:
    found = world()
    found.act(BUDGET, ForecastChanges(), by="SAM")
    found.act(BUDGET, file(line(amount="70000")), by="SAM")
    found.now = NOVEMBER
    meeting = RecordMeeting(held_on=NOVEMBER.date(), attendees=("FAY", "GINA"), minutes="同意")
    found.act(ROUND, meeting, by="GINA")
    found.act(BUDGET, revise(line(amount="70000.01")), by="SAM")
    with pytest.raises(NotDeliberated) as refused:
        found.act(BUDGET, Approve(), by="VICE")
    assert refused.value.facts == {"department": SALES, "total": "70000.01", "deliberated": "70000.00"}
    found.act(ROUND, meeting, by="GINA")
    found.act(BUDGET, Approve(), by="VICE")
    found.act(BUDGET, revise(line(amount="65000")), by="SAM")
    found.act(BUDGET, Approve(), by="VICE")
    assert found.state(BUDGET).status == "approved"
