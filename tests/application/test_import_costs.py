"""Costs from a file 成本导入 (clause 2.2.1.4): all of a file or nothing, every row traced, every wrong row named."""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from application.cost_mapping import CostMapping, mapped
from application.import_costs import ImportedCosts, import_costs
from application.tables import BadRows, BadTable, Table
from domain.finance.budget_book import EnterYear
from domain.finance.budget_line_messages import OpenLine
from domain.finance.cost_period_messages import ClosePeriod, CostsBooked, OpenPeriod
from domain.finance.cost_period_rules import GatheredByFinance, PeriodNotOpen
from domain.kernel import SYSTEM
from infrastructure.cost_mapping_file import load_mapping, parse_mapping
from infrastructure.tabular import read_table
from tests.house import TestHouse
from tests.spec import clauses

pytestmark = clauses("2.2.1.4")

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
MARCH = "cost_period-2026-03"
PAYROLL = CostMapping.model_validate(
    {
        "columns": {"department": "部门", "description": "工号"},
        "amounts": {"工资": "wages", "社保": "social_insurance"},
        "maps": {"department": {"销售部": "D-SALES", "信息部": "D-IT"}},
    }
)
RENT = CostMapping.model_validate(
    {"columns": {"department": "部门", "amount": "金额", "month": "月份"}, "values": {"account": "rent"}}
)
ROWS = '工号,部门,工资,社保\nE1,销售部,"9,000.00",2430\nE2,信息部,8000.5,\nE3,信息部,7000,0\n'


def table(text: str) -> Table:
    return read_table(text.encode())


def said(text: str, mapping: CostMapping = PAYROLL) -> list[tuple[int, int, str, str, str]]:
    """Line, part, department, account and amount of every entry."""
    found = mapped(table(text), mapping, "2026-03")
    assert found.errors == ()
    return [(each.line, each.part, each.department, each.account, str(each.amount)) for each, _ in found.made]


def wrong(text: str, mapping: CostMapping = PAYROLL) -> list[tuple[int, str]]:
    """Line and column of everything wrong, told in both languages."""
    found = mapped(table(text), mapping, "2026-03")
    assert all(each.en and each.zh for each in found.errors)
    return [(each.line, each.column) for each in found.errors]


# ── What a file says ───────────────────────────────────────────────────────────────────────────────────────


def test_a_payroll_row_makes_an_entry_for_every_amount_it_holds() -> None:
    assert said(ROWS) == [
        (2, 1, "D-SALES", "wages", "9000.00"),
        (2, 2, "D-SALES", "social_insurance", "2430.00"),
        (3, 1, "D-IT", "wages", "8000.50"),
        (4, 1, "D-IT", "wages", "7000.00"),
    ]


def test_constants_hold_for_every_row_and_amounts_are_read_as_people_write_them() -> None:
    text = '部门,金额,月份\nD-IT,"¥1,234.50",2026-03\nD-IT,(12.00),2026/03\nD-IT,-3,2026-03\n'
    assert [each[3:] for each in said(text, RENT)] == [("rent", "1234.50"), ("rent", "-12.00"), ("rent", "-3.00")]


def test_every_wrong_cell_is_named() -> None:
    assert wrong("工号,部门,工资,社保\nE1,,9,x\nE2,信息部,1.005,\n") == [(2, "部门"), (2, "社保"), (3, "工资")]
    assert wrong("部门,金额,月份\nD-IT,0,2026-03\nD-IT,,2026-03\nD-IT,5,2026-02\nD-IT,NaN,2026-03\n", RENT) == [
        (2, "金额"),
        (3, "金额"),
        (4, "月份"),
        (5, "金额"),
    ]


def test_a_column_the_file_does_not_have_is_named() -> None:
    with pytest.raises(BadTable, match="社保"):
        mapped(table("工号,部门,工资\nE1,销售部,1\n"), PAYROLL, "2026-03")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: {department: 部门}\n", "line 1: .*account, amount"),
        (
            "columns: {department: 部门}\nvalues: {department: D01}\namounts: {工资: wages}\n",
            "both in columns and values",
        ),
        ("values: {department: D01, account: rent}\namounts: {工资: wages}\n", "leave out amount and account"),
        ("values:\n  department: D01\ncolumn:\n  amount: 金额\n", "line 3: column"),
        ("columns:\n  department: a\n  department: b\n", "line 3: department stands here twice"),
        ("columns: &a {department: 部门}\nvalues: *a\n", "aliases"),
        ("columns: [department\n", "not YAML"),
        ("", "names with values"),
    ],
)
def test_a_mapping_that_says_too_little_or_too_much_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(BadTable, match=told):
        parse_mapping(text.encode())


def test_the_examples_fit_each_other() -> None:
    payroll = load_mapping(EXAMPLES / "costs-payroll.yaml")
    found = mapped(read_table((EXAMPLES / "costs-payroll.csv").read_bytes()), payroll, "2026-03")
    assert found.errors == ()
    assert len(found.made) == 14
    assert {each.department for each, _ in found.made} == {"D01", "D02", "D04", "D05"}
    assert load_mapping(EXAMPLES / "costs-rent.yaml").maps["account"]["房租"] == "rent"


# ── Booked for good ────────────────────────────────────────────────────────────────────────────────────────


async def budget(company: TestHouse, *lines: tuple[str, str]) -> None:
    """March is open, and the budget of 2026 binds with these lines."""
    await company.do("budget_book-company", EnterYear(year=2026), SYSTEM, by_house=True)
    for department, account in lines:
        opened = OpenLine(
            year=2026, department=department, account=account, category="labour", phasing=(Decimal("10000.00"),) * 12
        )
        await company.do(f"budget_line-2026.{department}.{account}", opened, SYSTEM, by_house=True)
    await company.do(MARCH, OpenPeriod(month="2026-03"), SYSTEM, by_house=True)


LINES = (("D-SALES", "wages"), ("D-SALES", "social_insurance"), ("D-IT", "wages"))


async def imported(
    company: TestHouse, text: str = ROWS, by: str = "FRED", mapping: CostMapping = PAYROLL, dry_run: bool = False
) -> ImportedCosts:
    return await import_costs(
        company.handler,
        table(text),
        mapping,
        month="2026-03",
        file="工资表.csv",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        actor=by,
        dry_run=dry_run,
    )


async def test_a_file_is_one_act_traced_to_its_lines_and_moves_every_budget_line_once(company: TestHouse) -> None:
    await budget(company, *LINES)
    found = await imported(company)
    assert (found.rows, found.entries, found.total, found.lines_moved) == (3, 4, Decimal("26430.50"), 3)
    assert found.done is not None
    booked = found.done.events[0].event
    assert isinstance(booked, CostsBooked)
    assert (booked.file, booked.sha256) == ("工资表.csv", hashlib.sha256(ROWS.encode()).hexdigest())
    assert [each.line for each in booked.entries] == [2, 2, 3, 4]
    assert len({each.command_id for each in found.done.events}) == 1
    line, _ = await company.handler.state(found.done.events[1].subject)
    assert line.spent == Decimal("15000.50")


async def test_the_same_file_twice_changes_nothing_and_says_so(company: TestHouse) -> None:
    await budget(company, *LINES)
    await imported(company)
    size = await company.journal.size()
    again = await imported(company)
    assert (again.already_booked, await company.journal.size()) == (True, size)


async def test_one_wrong_row_and_nothing_is_booked_and_every_wrong_row_is_named(company: TestHouse) -> None:
    await budget(company, *LINES[:1])
    size = await company.journal.size()
    with pytest.raises(BadRows) as refused:
        await imported(company, ROWS + "E4,月球部,1,\nE5,销售部,abc,\n")
    told = [(each.line, each.column) for each in refused.value.errors]
    assert told == [(2, "社保"), (3, "工资"), (4, "工资"), (5, "部门"), (6, "工资")]
    assert "D-SALES/social_insurance" in refused.value.errors[0].en
    assert await company.journal.size() == size


async def test_a_dry_run_finds_what_is_wrong_and_books_nothing(company: TestHouse) -> None:
    await budget(company, *LINES)
    size = await company.journal.size()
    found = await imported(company, dry_run=True)
    assert (found.entries, found.done, await company.journal.size()) == (4, None, size)
    with pytest.raises(GatheredByFinance):
        await imported(company, by="SAM", dry_run=True)


async def test_others_than_finance_and_months_that_are_not_open_are_refused(company: TestHouse) -> None:
    await budget(company, *LINES)
    with pytest.raises(GatheredByFinance):
        await imported(company, by="SAM")
    company.clock.now = company.clock.now.replace(month=4, day=1)
    assert company.clock().date() == date(2026, 4, 1)
    await company.do(MARCH, ClosePeriod(), "FAY")
    with pytest.raises(PeriodNotOpen):
        await imported(company)


async def test_the_first_file_of_a_month_opens_it_and_its_missing_lines_are_named_all_the_same(
    company: TestHouse,
) -> None:
    await company.do("budget_book-company", EnterYear(year=2026), SYSTEM, by_house=True)
    with pytest.raises(BadRows) as refused:
        await imported(company)
    assert [each.line for each in refused.value.errors] == [2, 2, 3, 4]
    assert await company.events(MARCH) == []


def test_more_entries_than_one_act_books_are_refused_with_the_limit() -> None:
    rows = "".join(f"E{number},信息部,{','.join('1' * 7)}\n" for number in range(9_000))
    amounts = {f"列{number}": "wages" for number in range(7)}
    wide = CostMapping.model_validate({"columns": {"department": "部门"}, "amounts": amounts})
    with pytest.raises(BadTable, match="63000 entries, one act books at most 60000"):
        mapped(table(f"工号,部门,{','.join(amounts)}\n{rows}"), wide, "2026-03")


async def test_twenty_thousand_rows_come_in_as_one_act(company: TestHouse) -> None:
    await budget(company, *LINES)
    rows = "".join(f"E{number},信息部,{number % 97 + 1}.25,\n" for number in range(20_000))
    found = await imported(company, "工号,部门,工资,社保\n" + rows)
    assert (found.entries, found.lines_moved) == (20_000, 1)
    state, _ = await company.handler.state(found.done.subject)  # type: ignore[union-attr]
    assert sum(each.amount for each in state.entries) == found.total
