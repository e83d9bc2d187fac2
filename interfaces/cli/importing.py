"""``guicheng import``: bring in the organisation, budgets, or a history of approvals 导入."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import uuid5

import typer

from application.import_approvals import Importer
from application.import_organisation import import_organisation
from application.log_cases import LogError
from application.standing import ORGANISATION
from application.tables import BadRows, BadTable
from domain.kernel import SYSTEM
from infrastructure.identifiers import uuid7
from infrastructure.procedure_file import ProcedureFileError, load
from infrastructure.xes import XesFile
from interfaces.bootstrap import NAMESPACE, House
from interfaces.cli import importing_budget, importing_costs
from interfaces.cli.output import AsJson, fail, out, progress, say_json, say_table, tell
from interfaces.cli.running import on_house

NAME = "import"
app = typer.Typer(help="Bring in the organisation, budgets, or a history of approvals 导入", no_args_is_help=True)
app.command("budget-actuals")(importing_budget.actuals)
app.command("budget-lines")(importing_budget.lines)
app.command("costs")(importing_costs.costs)


@app.command("org")
def organisation(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX 组织架构文件")],
    actor: Annotated[str, typer.Option("--by", help="In whose name 操作人")] = SYSTEM,
    as_json: AsJson = False,
) -> None:
    """Departments, people and roles from one CSV or XLSX file, all of it or nothing 导入组织架构."""
    from infrastructure.tabular import read_table  # reads workbooks too, and takes a while to load

    data = _read(file)

    async def do(house: House) -> Any:
        await house.adopt()
        table = read_table(data)
        version = (await house.handler.state(ORGANISATION))[1]
        id = uuid5(NAMESPACE, f"organisation {version} {file.name}")
        return await import_organisation(house.handler, table, actor=actor, command_id=id)

    try:
        found = on_house(do)
    except BadRows as wrong:
        if as_json:
            say_json({"applied": False, "errors": [_row_error(each) for each in wrong.errors]})
        else:
            rows = [(each.line, each.column, each.en, each.zh) for each in wrong.errors]
            say_table(
                f"{file}: nothing was applied, this is wrong 未导入任何内容，错误如下",
                ("line 行", "column 列", "what is wrong", "错误"),
                rows,
            )
        raise typer.Exit(1) from None
    except BadTable as wrong:
        raise fail(f"{file}: {wrong.en}", wrong.zh) from None
    if as_json:
        say_json({"applied": found.done is not None, "changes": dict(found.changes)})
    elif found.done is None:
        out.print("Nothing to change: the organisation is as the file says. 组织架构与文件一致，无需变更。")
    else:
        say_table("Imported 已导入", ("change", "count"), sorted(found.changes.items()), numeric=(1,))


@app.command("approvals")
def approvals(
    file: Annotated[Path, typer.Argument(help="XES, plain or gzip 审批历史文件")],
    procedure: Annotated[Path, typer.Option("--procedure", help="How the process is meant to run, YAML 流程文件")],
    as_json: AsJson = False,
) -> None:
    """A history of approvals, every case decided again under a procedure 导入审批历史."""
    try:
        read = load(procedure)
    except ProcedureFileError as wrong:
        for fault in wrong.faults:
            where = f"{procedure}:{fault.line}:{fault.column}"
            tell(f"{where}: {fault.en}", f"{where}：{fault.zh}")
        raise typer.Exit(1) from None

    async def do(house: House) -> Any:
        await house.adopt()
        await house.handler.standing.refresh(house.journal, house.codec)
        importer = Importer(house.journal, house.codec, house.clock, uuid7)
        with progress("importing 导入", quiet=as_json) as report:
            return await importer.run(XesFile(file), read.procedure, read.keys, sha256=read.sha256, progress=report)

    try:
        report = on_house(do)
    except LogError as wrong:
        raise fail(f"{file}: {wrong.en}", wrong.zh) from None
    except OSError as error:
        raise _unreadable(file, error) from error
    if as_json:
        say_json(report.as_dict())
    else:
        out.print(report.text(), soft_wrap=True)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> typer.Exit:
    return fail(f"{file} cannot be read: {error.strerror or error}.", f"无法读取 {file}。")


def _row_error(error: Any) -> dict[str, Any]:
    return {"line": error.line, "column": error.column, "en": error.en, "zh": error.zh}
