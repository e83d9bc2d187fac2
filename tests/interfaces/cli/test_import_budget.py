"""``guicheng import budget-lines`` and ``budget-actuals``: what is wrong is told by line, what is refused with why."""

from __future__ import annotations

from pathlib import Path

from tests.interfaces.cli.command import EXAMPLES, Guicheng

YEAR = ("--year", "2027")


def test_wrong_rows_are_named_and_without_an_open_round_it_is_told_what_to_do(
    guicheng: Guicheng, tmp_path: Path
) -> None:
    guicheng.done("import", "org", EXAMPLES / "organisation.csv", "--json")
    file = tmp_path / "销售部预算.csv"
    file.write_text("部门,科目,年度金额,测算依据\nD04,advertising,sixty,示例\nD04,nothing,1,示例\n", encoding="utf-8")
    wrong = guicheng("import", "budget-lines", file, *YEAR, "--by", "E009", "--json")
    assert wrong.code == 1
    assert [(each["line"], each["column"]) for each in wrong.json["errors"]] == [(2, "年度金额"), (3, "科目")]
    for_people = guicheng("import", "budget-lines", file, *YEAR, "--by", "E009")
    assert for_people.code == 1 and all(each["zh"] in for_people.out for each in wrong.json["errors"][:1])
    file.write_text("部门,科目,年度金额,测算依据\nD04,advertising,60000,示例\n", encoding="utf-8")
    refused = guicheng("import", "budget-lines", file, *YEAR, "--by", "E009")
    assert refused.code == 1 and "预算编制" in refused.err
    file.write_text("部门,科目,金额\nD04,advertising,60000\n", encoding="utf-8")
    actuals = guicheng("import", "budget-actuals", file, *YEAR, "--by", "E003")
    assert actuals.code == 1 and "预算编制" in actuals.err
