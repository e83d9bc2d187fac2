"""``guicheng import costs``: payroll, rent, depreciation, travel from a file, by a stated mapping 成本导入."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from application.import_costs import ImportedCosts, import_costs
from application.tables import BadRows, BadTable
from domain.kernel import SYSTEM
from interfaces.bootstrap import House
from interfaces.cli.output import AsJson, fail, out, say_json, say_table
from interfaces.cli.running import on_house

_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")


def costs(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX 成本文件")],
    mapping: Annotated[Path, typer.Option("--mapping", help="What its columns mean, YAML 映射文件")],
    month: Annotated[str, typer.Option("--month", help="Month it is booked into, e.g. 2026-03 月份")],
    actor: Annotated[str, typer.Option("--by", help="In whose name: finance 操作人")] = SYSTEM,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is wrong, book nothing 仅检查")] = False,
    as_json: AsJson = False,
) -> None:
    """The costs of a month from one CSV or XLSX file, all of it or nothing 导入成本."""
    from infrastructure.cost_mapping_file import load_mapping  # YAML and workbooks take a while to load
    from infrastructure.tabular import read_table

    if not _MONTH.fullmatch(month):
        raise fail(f"{month[:20]!r} is no month; write 2026-03.", f"“{month[:20]}”不是月份，请写作 2026-03。")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror or error}.", f"无法读取 {file}。") from error

    async def do(house: House) -> Any:
        await house.adopt()
        return await import_costs(
            house.handler,
            read_table(data),
            load_mapping(mapping),
            month=month,
            file=file.name,
            sha256=hashlib.sha256(data).hexdigest(),
            actor=actor,
            dry_run=dry_run,
        )

    try:
        found: ImportedCosts = on_house(do)
    except BadRows as wrong:
        _say_wrong(file, wrong, as_json)
        raise typer.Exit(1) from None
    except BadTable as wrong:
        raise fail(f"{file}: {wrong.en}", wrong.zh) from None
    _say(found, dry_run, as_json)


def _say_wrong(file: Path, wrong: BadRows, as_json: bool) -> None:
    told = [{"line": each.line, "column": each.column, "en": each.en, "zh": each.zh} for each in wrong.errors]
    if as_json:
        say_json({"applied": False, "errors": told})
        return
    say_table(
        f"{file}: nothing was applied, this is wrong 未导入任何内容，错误如下",
        ("line 行", "column 列", "what is wrong", "错误"),
        [tuple(each.values()) for each in told],
    )


def _say(found: ImportedCosts, dry_run: bool, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "applied": found.done is not None and not found.already_booked,
                "already_booked": found.already_booked,
                "month": found.month,
                "file": found.file,
                "sha256": found.sha256,
                "rows": found.rows,
                "entries": found.entries,
                "total": str(found.total),
                "lines_moved": found.lines_moved,
            }
        )
    elif found.already_booked:
        out.print(
            f"This file is booked in {found.month} already; nothing changes. 该文件已计入{found.month}，无需变更。"
        )
    elif dry_run:
        out.print(
            f"Nothing is wrong: {found.rows} rows, {found.entries} entries, {found.total} CNY; nothing was booked. "
            f"检查无误：{found.rows}行，{found.entries}条分录，{found.total}元；未入账。"
        )
    else:
        out.print(
            f"Booked {found.rows} rows as {found.entries} entries, {found.total} CNY, on {found.lines_moved} budget "
            f"lines. 已入账{found.rows}行、{found.entries}条分录，共{found.total}元，变动{found.lines_moved}条预算行。"
        )
