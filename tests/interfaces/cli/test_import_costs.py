"""``guicheng import costs``: booked with its totals, the same file once, what is wrong told by line and column."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from domain.working_time import SHANGHAI
from tests.interfaces.cli.command import EXAMPLES, Guicheng

PAYROLL = EXAMPLES / "costs-payroll.csv"
MAPPING = ("--mapping", EXAMPLES / "costs-payroll.yaml")


def test_the_example_is_tried_booked_and_booked_once(guicheng: Guicheng) -> None:
    guicheng.done("import", "org", EXAMPLES / "organisation.csv", "--json")
    month = f"{datetime.now(UTC).astimezone(SHANGHAI):%Y-%m}"
    costs = ("import", "costs", PAYROLL, *MAPPING, "--month", month)
    tried = guicheng.done(*costs, "--dry-run", "--json").json
    assert (tried["applied"], tried["entries"], tried["total"]) == (False, 14, "77961.64")
    booked = guicheng.done(*costs, "--json").json
    assert booked == {**tried, "applied": True}
    assert booked["sha256"] == hashlib.sha256(PAYROLL.read_bytes()).hexdigest()
    again = guicheng.done(*costs, "--json").json
    assert (again["applied"], again["already_booked"]) == (False, True)
    assert "无需变更" in guicheng.done(*costs).out


def test_what_is_wrong_with_rows_mapping_and_month_is_told(guicheng: Guicheng, tmp_path: Path) -> None:
    guicheng.done("import", "org", EXAMPLES / "organisation.csv", "--json")
    month = f"{datetime.now(UTC).astimezone(SHANGHAI):%Y-%m}"
    file = tmp_path / "工资表.csv"
    heading = "工号,部门,项目,应发工资,奖金,社保公司部分,培训费"
    file.write_text(f"{heading}\nE1,月球部,,1,,,\nE2,示例财务部,,x,,,\n", encoding="utf-8")
    wrong = guicheng("import", "costs", file, *MAPPING, "--month", month, "--json")
    assert wrong.code == 1
    assert [(each["line"], each["column"]) for each in wrong.json["errors"]] == [(2, "部门"), (3, "应发工资")]
    for_people = guicheng("import", "costs", file, *MAPPING, "--month", month)
    assert for_people.code == 1 and "应发工资" in for_people.out
    guicheng("import", "costs", PAYROLL, "--mapping", tmp_path / "none.yaml", "--month", month).said("mapping")
    guicheng("import", "costs", PAYROLL, *MAPPING, "--month", "2026-13").said("2026-13")
    guicheng("import", "costs", PAYROLL, *MAPPING, "--month", "2099-01").said("2099-01", "2.2.1.1")
    guicheng("import", "costs", PAYROLL, *MAPPING, "--month", month, "--by", "E009").said("finance", "财务")
