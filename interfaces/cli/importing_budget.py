"""``guicheng import budget-actuals`` and ``budget-lines``: last year's figures, a department's budget 预算导入."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from application.import_budget import ImportedBudget, import_actuals, import_budget
from application.tables import BadRows, BadTable, Table
from interfaces.bootstrap import House
from interfaces.cli.output import AsJson, fail, out, say_json, say_table
from interfaces.cli.running import on_house

File = Annotated[Path, typer.Argument(help="CSV or XLSX 文件")]
Year = Annotated[int, typer.Option("--year", help="Fiscal year that is planned 预算财年", min=1990, max=2190)]
By = Annotated[str, typer.Option("--by", help="In whose name: the head or the finance manager 操作人")]
Reason = Annotated[str, typer.Option("--reason", help="Why it is replaced or revised 原因")]


def actuals(file: File, year: Year, actor: By, reason: Reason = "", as_json: AsJson = False) -> None:
    """Last year's actuals by department and cost category or account, for the round of a year 导入上年实际支出."""

    async def do(house: House, table: Table, sha256: str) -> ImportedBudget:
        return await import_actuals(
            house.handler, table, file=file.name, sha256=sha256, year=year, actor=actor, reason=reason
        )

    _imported(file, do, as_json)


def lines(
    file: File,
    year: Year,
    actor: By,
    department: Annotated[str, typer.Option("--department", help="Where the file does not name it 部门")] = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """A department's budget: filed, or revised where it is filed already 导入部门预算."""

    async def do(house: House, table: Table, sha256: str) -> ImportedBudget:
        return await import_budget(
            house.handler,
            table,
            file=file.name,
            sha256=sha256,
            year=year,
            actor=actor,
            department=department,
            reason=reason,
        )

    _imported(file, do, as_json)


def _imported(file: Path, do: Callable[[House, Table, str], Awaitable[ImportedBudget]], as_json: bool) -> None:
    from infrastructure.tabular import read_table  # reads workbooks too, and takes a while to load

    try:
        data = file.read_bytes()
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror or error}.", f"无法读取 {file}。") from error

    async def run(house: House) -> Any:
        await house.adopt()
        return await do(house, read_table(data), hashlib.sha256(data).hexdigest())

    try:
        found: ImportedBudget = on_house(run)
    except BadRows as wrong:
        told = [{"line": each.line, "column": each.column, "en": each.en, "zh": each.zh} for each in wrong.errors]
        if as_json:
            say_json({"applied": False, "errors": told})
        else:
            say_table(
                f"{file}: nothing was applied, this is wrong 未导入任何内容，错误如下",
                ("line 行", "column 列", "what is wrong", "错误"),
                [tuple(each.values()) for each in told],
            )
        raise typer.Exit(1) from None
    except BadTable as wrong:
        raise fail(f"{file}: {wrong.en}", wrong.zh) from None
    applied = found.done is not None
    if as_json:
        departments = list(found.departments)
        say_json({"applied": applied, "departments": departments, "rows": found.rows, "total": str(found.total)})
    elif applied:
        where = ", ".join(found.departments)
        out.print(f"Imported {found.rows} rows, {found.total} CNY: {where}. 已导入{found.rows}行，共{found.total}元。")
    else:
        out.print("Nothing to change: all of it is on record as the file says. 与文件一致，无需变更。")
