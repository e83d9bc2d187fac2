"""Budgets from a table 预算导入 (2.1.1.1, 2.1.1.2): all of a file or nothing, every wrong row named, twice is once."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal

import pytest

from application.import_budget import ImportedBudget, import_actuals, import_budget
from application.tables import BadRows, BadTable
from domain.finance.budget_round_messages import OpenBudgetRound
from domain.finance.budget_round_rules import SetByFinance
from domain.finance.department_budget import DepartmentBudget
from domain.finance.department_budget_messages import ForecastChanges
from domain.finance.department_budget_rules import FiledByItsHead, ReasonForCorrection, RoundClosed
from domain.finance.department_budget_terms import SourceFile, budget_of, round_of
from domain.kernel import SYSTEM
from domain.working_time import SHANGHAI
from infrastructure.tabular import read_table
from tests.domain.finance.budget_round_samples import SALES, YEAR
from tests.domain.finance.test_department_budget import COMPUTED
from tests.house import TestHouse
from tests.spec import clauses

pytestmark = clauses("2.1.1.1", "2.1.1.2")
OCTOBER = datetime(2026, 10, 9, 9, 0, tzinfo=SHANGHAI)
SALES_BUDGET = str(budget_of(YEAR, SALES))
ONE = """部门,成本类别,金额
D-SALES,人工,"900,000.50"
D-SALES,materials,0
D-SALES,折旧,0
D-SALES,marketing,60000
D-SALES,行政,1200
"""
TWO = """部门,科目,金额
D-SALES,wages,900000
D-SALES,bonus,0.5
D-IT,it_equipment,30000
"""
LINES = """部门,科目,年度金额,测算依据,业务依据,明细,数量,单价
D-SALES,advertising,60000,按上年合同,,展位,2,25000
D-SALES,advertising,,,,宣传册,1000,10
D-SALES,travel,1200,人均100元,,,,
"""


@pytest.fixture
async def opened(company: TestHouse) -> AsyncIterator[TestHouse]:
    company.clock.now = OCTOBER
    await company.do(str(round_of(YEAR)), OpenBudgetRound(year=YEAR), SYSTEM, by_house=True)
    yield company


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def actuals(house: TestHouse, text: str, by: str = "FAY", reason: str = "") -> ImportedBudget:
    table = read_table(text.encode())
    return await import_actuals(
        house.handler, table, file="示例.csv", sha256=sha(text), year=YEAR, actor=by, reason=reason
    )


async def lines(house: TestHouse, text: str, by: str = "SAM", department: str = "") -> ImportedBudget:
    table = read_table(text.encode())
    return await import_budget(
        house.handler, table, file="示例.csv", sha256=sha(text), year=YEAR, actor=by, department=department
    )


async def sales(house: TestHouse) -> DepartmentBudget:
    state, _ = await house.handler.state(budget_of(YEAR, SALES))
    assert isinstance(state, DepartmentBudget)
    return state


async def wrong(house: TestHouse, text: str, *, of_lines: bool = False) -> dict[int, str]:
    """Lines of the file that are wrong, with the first reason of each; nothing is stored."""
    before = await house.journal.size()
    with pytest.raises(BadRows) as refused:
        await (lines if of_lines else actuals)(house, text)
    assert await house.journal.size() == before
    return {each.line: each.en for each in reversed(refused.value.errors)}


async def test_a_departments_actuals_come_with_their_file_and_once(opened: TestHouse) -> None:
    first = await actuals(opened, ONE, by="SAM")
    assert (first.departments, first.rows, first.total) == ((SALES,), 5, Decimal("961200.50"))
    assert first.done is not None
    (recorded,) = first.done.events
    assert recorded.event.source == SourceFile(file="示例.csv", sha256=sha(ONE), rows=5)  # type: ignore[attr-defined]
    assert (await sales(opened)).actuals["labour"] == Decimal("900000.50")
    assert (await actuals(opened, ONE, by="SAM")).done is None
    assert await opened.events(SALES_BUDGET) == ["ActualsGathered"]


async def test_a_file_of_several_departments_is_one_act_of_finance(opened: TestHouse) -> None:
    with pytest.raises(SetByFinance):
        await actuals(opened, TWO, by="SAM")
    done = (await actuals(opened, TWO)).done
    assert done is not None
    assert [str(each.subject) for each in done.events] == [
        str(round_of(YEAR)),
        "department_budget-2027.D-IT",
        SALES_BUDGET,
    ]
    assert (await sales(opened)).actuals == {
        "labour": Decimal("900000.50"),
        **dict.fromkeys(("materials", "depreciation", "marketing", "administration"), Decimal("0.00")),
    }
    assert (await actuals(opened, TWO)).done is None


async def test_every_wrong_row_of_actuals_is_named_and_nothing_is_applied(opened: TestHouse) -> None:
    rows = "D-NO,wages,1\nD-SALES,gifts,1\nD-SALES,wages,-1\nD-SALES,wages,1.005\nD-SALES,bonus,\nD-IT,bonus,7\n"
    told = await wrong(opened, f"部门,科目,金额\n{rows}")
    assert sorted(told) == [2, 3, 4, 5, 6]
    short = await wrong(opened, "部门,成本类别,金额\nD-SALES,labour,1\nD-SALES,marketing,2\n")
    assert short == {2: "D-SALES lacks: materials, depreciation, administration; zero is an amount."}
    for headings in ("部门,金额", "部门,科目,成本类别,金额", "部门,科目,金额,备注"):
        with pytest.raises(BadTable):
            await actuals(opened, f"{headings}\n{','.join('1' for _ in headings.split(','))}\n")


async def test_what_the_house_computed_is_replaced_with_a_reason_only(opened: TestHouse) -> None:
    await opened.do(SALES_BUDGET, COMPUTED, SYSTEM, by_house=True)
    with pytest.raises(ReasonForCorrection):
        await actuals(opened, ONE, by="SAM")
    assert (await actuals(opened, ONE, by="SAM", reason="上线前未入账")).done is not None


async def test_lines_with_items_are_filed_then_revised_and_the_same_file_changes_nothing(opened: TestHouse) -> None:
    await actuals(opened, ONE, by="SAM")
    await opened.do(SALES_BUDGET, ForecastChanges(), "SAM")
    first = await lines(opened, LINES)
    assert (first.departments, first.rows, first.total) == ((SALES,), 3, Decimal("61200.00"))
    state = await sales(opened)
    assert [(each.account, each.amount, len(each.items)) for each in state.lines] == [
        ("advertising", Decimal("60000.00"), 2),
        ("travel", Decimal("1200.00"), 0),
    ]
    assert (await lines(opened, LINES)).done is None
    other = LINES.replace("travel,1200", "travel,1100")
    assert (await lines(opened, other)).done is not None
    assert (await lines(opened, LINES)).done is not None
    assert [each.number for each in (await sales(opened)).versions] == [1, 2, 3]


async def test_months_are_those_of_the_fiscal_year(opened: TestHouse) -> None:
    await actuals(opened, ONE, by="SAM")
    await opened.do(SALES_BUDGET, ForecastChanges(), "SAM")
    months = ",".join(f"2027-{month:02}" for month in range(1, 13))
    row = "travel,人均100元," + ",".join(["0"] * 10 + ["500", "700"])
    await lines(opened, f"科目,测算依据,{months}\n{row}\n", department=SALES)
    (found,) = (await sales(opened)).lines
    assert (found.amount, found.phasing[-1]) == (Decimal("1200.00"), Decimal("700.00"))
    with pytest.raises(BadTable):
        await lines(opened, "科目,测算依据,2027-01\ntravel,示例,1\n", department=SALES)


async def test_every_wrong_row_of_lines_is_named_and_so_is_what_the_rules_refuse(opened: TestHouse) -> None:
    await actuals(opened, ONE, by="SAM")
    await opened.do(SALES_BUDGET, ForecastChanges(), "SAM")
    bad = "部门,科目,年度金额,测算依据,明细,数量,单价\nD-SALES,no,1,x,,,\nD-IT,rent,1,x,,,\nD-SALES,travel,一,x,,,\n"
    bad += "D-SALES,office,1,x,,2,\nD-SALES,wages,1,x,,,\nD-SALES,wages,2,x,,,\n"
    assert sorted(await wrong(opened, bad, of_lines=True)) == [2, 3, 4, 5, 7]
    no_basis = await wrong(opened, LINES.replace("人均100元", ""), of_lines=True)
    assert list(no_basis) == [4]
    assert await opened.events(SALES_BUDGET) == ["ActualsGathered", "ChangesForecast"]
    with pytest.raises(FiledByItsHead):
        await lines(opened, LINES, by="ANN")


async def test_without_an_open_round_nothing_is_imported(company: TestHouse) -> None:
    with pytest.raises(RoundClosed):
        await actuals(company, ONE)
