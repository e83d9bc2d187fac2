"""The organisation from a table 组织架构导入 (clause 5.1): all of a file or nothing, every wrong row named."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid5

import pytest

from application.import_organisation import counts, import_organisation, plan
from application.standing import ORGANISATION
from application.tables import BadRows, BadTable, Row, RowError, Table
from domain.directory import Directory, Role
from domain.governance.organisation import Organisation, change, changes_of, directory_on, evolve
from domain.governance.organisation_changes import EmployeeCorrected, ImportOrganisation
from domain.kernel import ERASED, SYSTEM
from infrastructure.tabular import read_table
from tests.house import TEST, TestHouse
from tests.spec import clauses

pytestmark = clauses("5.1")

SAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "organisation.csv"
TODAY = date(2026, 3, 3)
NEXT_MONTH = date(2026, 4, 1)
HEADINGS = "类型,编号,名称,上级,部门,岗位,级别,邮箱,角色,任职部门,生效日期,截止日期"
SMALL = """
部门,D0,示例总部,,,,,,,,2020-01-01,
部门,D1,示例一部,D0,,,,,,,2020-01-01,
员工,E2,示例乙,E1,D1,职员,2,e2@example.com,,,2021-01-01,
员工,E1,示例甲,,D0,主管,5,e1@example.com,,,2020-01-01,
任职,E1,,,,,,,部门主管,D0;D1,2020-01-01,
"""


def table(lines: str, headings: str = HEADINGS) -> Table:
    return read_table(f"{headings}\n{lines.strip()}\n".encode())


def done(command: ImportOrganisation | None, state: Organisation = Organisation()) -> Organisation:  # noqa: B008
    """The organisation after an import."""
    for each in changes_of(command) if command is not None else ():
        state = evolve(state, change(each, state, frozenset()))
    return state


KNOWN = done(plan(table(SMALL), Organisation(), TODAY))


def again(lines: str, today: date = TODAY, headings: str = HEADINGS) -> ImportOrganisation | None:
    """What a further file changes of what is known."""
    return plan(table(lines, headings), KNOWN, today)


def wrong(lines: str, state: Organisation = KNOWN) -> dict[int, str]:
    """The lines of a file that are wrong, and the first reason of each."""
    with pytest.raises(BadRows) as refused:
        plan(table(lines), state, TODAY)
    return {error.line: error.en for error in reversed(refused.value.errors)}


# ── What a file says ───────────────────────────────────────────────────────────────────────────────────────


def test_rows_come_in_any_order() -> None:
    directory = directory_on(KNOWN, TODAY)
    assert directory.employees["E2"].superior == "E1"
    assert directory.departments["D1"].parent == "D0"
    assert directory.holders(Role.DEPARTMENT_HEAD, "D1") == ("E1",)


def test_the_sample_is_a_whole_company() -> None:
    command = plan(read_table(SAMPLE.read_bytes()), Organisation(), TODAY)
    assert command is not None
    assert counts(command) == {"found": 7, "hire": 14, "assign": 20}
    directory: Directory = directory_on(done(command), TODAY)
    for department in directory.departments:
        assert directory.holders(Role.DEPARTMENT_HEAD, department), department
    for role in (Role.FINANCE_MANAGER, Role.VICE_PRESIDENT, Role.BUYER, Role.WAREHOUSE_KEEPER, Role.AUDITOR):
        assert directory.holders(role, "D02"), role


def test_english_headings_kinds_and_roles_mean_the_same() -> None:
    english = SMALL.replace("部门主管", "department_head").replace("部门,", "department,")
    english = english.replace("员工,", "Employee,").replace("任职,", "role,")
    headings = "kind,ID,name,superior,department,position,level,email,role,departments,since,until"
    assert plan(table(english, headings), Organisation(), TODAY) == plan(table(SMALL), Organisation(), TODAY)


def test_a_blank_day_means_the_day_of_the_import() -> None:
    command = again("员工,E3,示例丙,E1,D1,职员,2,,,,,")
    assert command is not None
    assert command.hire[0].since == TODAY


@pytest.mark.parametrize("written", ["2026-4-1", "2026/04/01", "2026.4.1", "2026年4月1日"])
def test_days_are_written_as_people_write_them(written: str) -> None:
    command = again(f"员工,E3,示例丙,E1,D1,职员,2,,,,{written},")
    assert command is not None
    assert command.hire[0].since == NEXT_MONTH


# ── Only what differs ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("today", [TODAY, NEXT_MONTH])
def test_the_same_file_again_changes_nothing(today: date) -> None:
    assert plan(table(SMALL), KNOWN, today) is None
    command = plan(read_table(SAMPLE.read_bytes()), Organisation(), TODAY)
    assert plan(read_table(SAMPLE.read_bytes()), done(command), today) is None


def test_what_differs_holds_from_the_day_of_the_import() -> None:
    command = again(
        """
        部门,D1,示例一部改名,,,,,,,,2020-01-01,
        员工,E2,示例乙,,D0,组长,3,new@example.com,,,2021-01-01,
        """.replace("        ", "")
    )
    assert command is not None
    assert counts(command) == {"rename": 1, "reparent": 1, "move": 1, "correct": 1}
    after = done(command, KNOWN)
    before, now = directory_on(after, TODAY - timedelta(days=1)), directory_on(after, TODAY)
    shown = [(each.department, each.position, each.superior) for each in (before.employees["E2"], now.employees["E2"])]
    assert shown == [("D1", "职员", "E1"), ("D0", "组长", None)]
    assert (before.departments["D1"].parent, now.departments["D1"].parent) == ("D0", None)


def test_what_differs_holds_from_the_day_the_row_names_if_it_is_later_than_the_first() -> None:
    row = "员工,E2,示例乙,E1,D0,职员,2,,,,2026-04-01,"
    command = again(row)
    assert command is not None
    assert [each.since for each in command.move] == [NEXT_MONTH]
    assert plan(table(row), done(command, KNOWN), TODAY) is None


def test_what_a_file_has_no_column_for_stays() -> None:
    assert again("员工,E2,示例乙,D1", headings="类型,编号,名称,部门") is None
    assert again("员工,E2,示例乙,E1,D1,职员,,,,,,") is None


def test_somebody_leaves_and_a_department_is_closed_by_their_last_day() -> None:
    command = again("员工,E2,示例乙,E1,D1,职员,2,,,,2021-01-01,2026-03-31\n部门,D1,示例一部,D0,,,,,,,,2026-03-31")
    assert command is not None
    assert counts(command) == {"leave": 1, "close": 1}
    after = done(command, KNOWN)
    assert "E2" not in directory_on(after, NEXT_MONTH).employees
    assert "D1" not in directory_on(after, NEXT_MONTH).departments


def test_roles_are_added_and_ended_by_their_last_day() -> None:
    command = again("任职,E1,,,,,,,部门主管,D1；D0,2020-01-01,2026-03-31\n任职,E2,,,,,,,采购员,,2026-04-01,")
    assert command is not None
    assert counts(command) == {"revoke": 1, "assign": 1}
    after = directory_on(done(command, KNOWN), NEXT_MONTH)
    assert not after.roles_of("E1")
    assert after.roles_of("E2") == {Role.BUYER}


def test_a_reporting_line_is_turned_round_in_one_file() -> None:
    command = again("员工,E1,示例甲,E2,D0,主管,5,,,,,\n员工,E2,示例乙,,D1,职员,2,,,,,")
    after = directory_on(done(command, KNOWN), TODAY)
    assert (after.employees["E1"].superior, after.employees["E2"].superior) == ("E2", None)


# ── What is wrong ──────────────────────────────────────────────────────────────────────────────────────────


def test_every_wrong_row_is_named_and_what_only_depends_on_one_is_not() -> None:
    told = wrong(
        """
部门,D2,,,,,,,,,,
员工,E3,示例丙,E1,D2,职员,2,,,,,
员工,E4,示例丁,E1,D1,职员,zero,,,,,
员工,E5,示例戊,E1,D1,职员,2,nonsense,,,2026-13-01,
员工,E6,示例己,E4,D1,职员,2,,,,,
任职,E1,,,,,,,皇帝,,,
人,E7,示例庚,,,,,,,,,
员工,E8,示例辛,E1,D1,职员,2,,,,2026-04-01,2026-03-01
任职,E1,,,,,,,分管副总,,,
员工,E9,示例壬,E9,D1,职员,2,,,,,
员工,E2,示例乙,E1,D1,职员,2,,采购员,,,
员工,E10,=1+1,E1,D1,职员,2,,,,,
员工,E11,示例癸,E1,D1,职员,2,,,,,,多余
任职,E1,,,,,,,审计,,2026-03-01,
任职,E1,,,,,,,审计,,2026-03-01,
员工,编号,示例子,E1,D1,职员,2,,,,,
"""
    )
    assert told == {
        2: "Must not be blank.",
        4: "A level is a whole number from 1 to 99.",
        5: "'2026-13-01' is no date; write 2026-03-01.",
        7: told[7],
        8: "There is no kind '人'; the kinds are: 部门 department, 员工 employee, 任职 role.",
        9: "Earlier than 2026-04-01.",
        10: told[10],
        11: told[11],
        12: "Must be blank for this kind of row.",
        13: "A formula, not a value: copy the column and paste it as values.",
        14: "More cells than headings; a comma inside a text needs quotes.",
        16: "The same as line 15.",
        17: "A number is 1 to 64 letters, digits, dots, dashes or underscores.",
    }
    assert told[7].startswith("There is no role '皇帝'; the roles are: 部门主管 department_head")
    assert told[10].startswith("A department head and a vice president hold their role for named departments.")
    assert told[11].startswith("Nobody reports to himself")


def test_a_row_says_everything_that_is_wrong_with_it_in_both_languages() -> None:
    with pytest.raises(BadRows) as refused:
        plan(table("员工,E5,示例戊,E1,D1,职员,2,nonsense,,,2026-13-01,"), KNOWN, TODAY)
    assert refused.value.errors == (
        RowError(
            2, "生效日期", "'2026-13-01' is no date; write 2026-03-01.", "“2026-13-01”不是日期，请写作2026-03-01。"
        ),
        RowError(2, "邮箱", "'nonsense' is no e-mail address.", "“nonsense”不是邮箱地址。"),
    )
    assert "line 2, 邮箱: 'nonsense' is no e-mail address. 第2行，邮箱" in str(refused.value).replace("行, ", "行，")


@pytest.mark.parametrize("written", ["9999-12-31", "0001-01-01", "2026-02-30", "明天", "20260301"])
def test_a_day_that_is_none_or_of_another_age_is_wrong(written: str) -> None:
    assert wrong(f"员工,E3,示例丙,E1,D1,职员,2,,,,{written},")[2] == f"{written!r} is no date; write 2026-03-01."


def test_a_circle_in_the_file_is_named_row_by_row_and_those_under_it_are_not() -> None:
    circle = "员工,E3,示例,E4,D1,,2,,,,,\n员工,E4,示例,E5,D1,,2,,,,,\n员工,E5,示例,E4,D1,,2,,,,,"
    assert sorted(wrong(circle)) == [3, 4]
    assert sorted(wrong("部门,D3,示例,D4,,,,,,,,\n部门,D4,示例,D3,,,,,,,,")) == [2, 3]


def test_what_a_file_cannot_take_back_is_wrong() -> None:
    gone = done(again("员工,E2,示例乙,E1,D1,职员,2,,,,2021-01-01,2026-03-31"), KNOWN)
    assert "leaves once" in wrong("员工,E2,示例乙,E1,D1,职员,2,,,,2021-01-01,", gone)[2]
    assert "cannot put it earlier" in wrong("员工,E2,示例乙,E1,D1,职员,2,,,,2020-06-01,")[2]
    erased = evolve(KNOWN, EmployeeCorrected(employee="E2", name=ERASED, email=ERASED))
    assert "personal data was erased" in wrong("员工,E2,示例乙,E1,D1,职员,2,,,,2021-01-01,", erased)[2]


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        ("类型,编号", "Columns are missing: 名称/name/姓名."),
        ("类型,编号,名称,薪资", "There is no column '薪资'; the columns are: 类型/kind, "),
        ("类型,编号,名称,姓名", "The columns '名称' and '姓名' are the same."),
    ],
)
def test_columns_are_those_of_an_organisation_file(headings: str, told: str) -> None:
    row: Mapping[str, str] = {heading: "x" for heading in headings.split(",")}
    with pytest.raises(BadTable) as refused:
        plan(Table(tuple(headings.split(",")), (Row(2, row),)), KNOWN, TODAY)
    assert refused.value.en.startswith(told)
    assert refused.value.zh


# ── On a real database ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_file_is_one_act_and_the_second_time_none(company: TestHouse) -> None:
    before = await company.journal.size()
    first = await import_organisation(
        company.handler, read_table(SAMPLE.read_bytes()), actor=SYSTEM, command_id=uuid5(TEST, "import")
    )
    assert first.changes == {"found": 7, "hire": 14, "assign": 20}
    assert first.done is not None
    assert {each.command_id for each in first.done.events} == {uuid5(TEST, "import")}
    after = await company.journal.size()
    assert after - before == 41
    second = await import_organisation(
        company.handler, read_table(SAMPLE.read_bytes()), actor=SYSTEM, command_id=uuid5(TEST, "import again")
    )
    assert (second.changes, second.done, await company.journal.size()) == ({}, None, after)


async def test_one_wrong_row_and_nothing_of_the_file_is_applied(company: TestHouse) -> None:
    before = await company.journal.size()
    spoiled = read_table(SAMPLE.read_bytes() + "员工,E099,示例,,D99,,,,,,,,\n".encode())
    with pytest.raises(BadRows) as refused:
        await import_organisation(company.handler, spoiled, actor=SYSTEM, command_id=uuid5(TEST, "spoiled"))
    assert [error.line for error in refused.value.errors] == [43]
    assert await company.journal.size() == before
    state, _ = await company.handler.state(ORGANISATION)
    assert "D01" not in state.departments


async def test_two_thousand_people_come_in_as_one_act(company: TestHouse) -> None:
    rows = [
        f"员工,X{number},示例{number},{f'X{(number - 1) // 8}' if number else ''},D-SALES,职员,2,,,,2026-01-01,"
        for number in range(2000)
    ]
    imported = await import_organisation(
        company.handler, table("\n".join(rows)), actor=SYSTEM, command_id=uuid5(TEST, "many")
    )
    assert imported.changes == {"hire": 2000}
    state, _ = await company.handler.state(ORGANISATION)
    assert len(directory_on(state, TODAY).employees) == 2018
