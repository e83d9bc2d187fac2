"""``guicheng budget``: the budget as of any day, and the monthly reports 预算."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.finance.budget_as_of import BudgetAsOf, BudgetRow
from domain.finance.execution_report import Report
from domain.finance.execution_report_figures import Against, GroupStanding
from domain.finance.periods import fiscal_start, fiscal_year, month_of
from domain.kernel import Stream
from domain.working_time import SHANGHAI
from infrastructure.budget_document import CATEGORIES, METHODS, rendered
from infrastructure.budget_reports import Compiled, ReportDiffers, budget_as_of, published_report
from interfaces.bootstrap import House
from interfaces.cli.output import AsJson, fail, out, say_fields, say_json, say_table
from interfaces.cli.running import on_house, plain

app = typer.Typer(help="The budget as of any day; monthly reports 预算", no_args_is_help=True)


class By(StrEnum):
    """What is summed."""

    DEPARTMENT = "department"
    CATEGORY = "category"
    LINE = "line"
    MONTH = "month"


class Format(StrEnum):
    """What a report is written as."""

    JSON = "json"
    XLSX = "xlsx"
    PDF = "pdf"


class Language(StrEnum):
    """In which language."""

    ZH = "zh"
    EN = "en"


_COLUMNS = (
    "published 年初预算",
    "budget 预算",
    "reserved 已预留",
    "committed 已承诺",
    "spent 实际",
    "left 可用",
    "forecast 预测",
)


@app.command("show")
def show(
    year: Annotated[int | None, typer.Option("--year", help="Fiscal year; none: this one 财年")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="A day, e.g. 2026-03-31, or a position; none: now 截至日期或日志位置")
    ] = None,
    by: Annotated[By, typer.Option("--by", help="What is summed 汇总方式")] = By.DEPARTMENT,
    as_json: AsJson = False,
) -> None:
    """Budget, reserved, committed, spent, left and forecast, as of any day 预算执行情况."""
    day, position = _as_of(as_of)

    async def asked(house: House) -> tuple[int, BudgetAsOf]:
        await house.handler.standing.refresh(house.journal, house.codec)
        now = house.clock()
        policy, today = house.handler.standing.policy(now), now.astimezone(SHANGHAI).date()
        wanted = fiscal_year(month_of(day or today), fiscal_start(policy)) if year is None else year
        method = policy.value("2.1.2.1", "forecast")
        found = await budget_as_of(
            house.figures, wanted, by.value, today=today, forecast=method, day=day, position=position
        )
        return wanted, found

    shown_year, found = on_house(asked)
    if as_json:
        say_json({"year": shown_year, "day": day, "position": position, **plain(found)})
        return
    rows = [_row(each) for each in found.rows]
    if rows:
        rows.append(_row(found.total, "total 合计"))
    since = "" if as_of is None else f" as of 截至 {as_of}"
    say_table(f"Budget 预算 {shown_year}{since}", (f"{by.value} 项目", *_COLUMNS), rows, numeric=range(1, 8))


@app.command("report")
def report(
    month: Annotated[str | None, typer.Option("--month", help="Month, e.g. 2026-03; none: the last one 月份")] = None,
    format: Annotated[Format | None, typer.Option("--format", help="Write it as xlsx, pdf or json 输出格式")] = None,
    to: Annotated[Path | None, typer.Option("--out", help="File to write 输出文件")] = None,
    language: Annotated[Language, typer.Option("--language", help="Of xlsx and pdf 语言")] = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """A monthly report, compiled again and checked against what was published 预算执行分析报告."""
    if (format is None) != (to is None):
        raise fail("--format and --out go together.", "--format 与 --out 须同时给出。")

    async def asked(house: House) -> tuple[str, Compiled | None, dict[str, str]]:
        await house.handler.standing.refresh(house.journal, house.codec)
        wanted = month or await _last(house)
        state, _ = await house.handler.state(Stream("execution_report", wanted))
        assert isinstance(state, Report)
        names = {id: each.name for id, each in house.handler.standing.directory(house.clock()).departments.items()}
        return wanted, await published_report(house.figures, state), names

    try:
        wanted, found, names = on_house(asked)
    except ReportDiffers as error:
        raise fail(
            f"{error}. Fill the views again: guicheng views rebuild.", "重新编制的结果与已发布的不一致。"
        ) from None
    if found is None:
        raise fail(f"There is no published budget report of {wanted}.", f"没有已发布的 {wanted} 预算执行分析报告。")
    if format is not None and to is not None:
        to.write_bytes(rendered(found, format.value, language.value, names))
        out.print(f"✓ {to}", soft_wrap=True)
    elif as_json:
        say_json(json.loads(found.body))
    else:
        _say(found)


async def _last(house: House) -> str:
    """The month of the last report that was published."""
    rows = await house.journal.rows(
        "select stream from journal.entries where type = 'ReportPublished' order by position desc limit 1"
    )
    if not rows:
        raise fail("No budget report was published yet.", "尚未发布预算执行分析报告。")
    return str(rows[0][0]).partition("-")[2]


def _as_of(text: str | None) -> tuple[date | None, int | None]:
    if text is None:
        return None, None
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return None, int(text)
    try:
        return date.fromisoformat(text), None
    except ValueError:
        raise fail(
            f"{text!r} is neither a day nor a position. Write 2026-03-31 or 48211.",
            f"{text!r} 既不是日期也不是日志位置；请写作 2026-03-31 或 48211。",
        ) from None


def _row(row: BudgetRow, name: str | None = None) -> tuple[Any, ...]:
    forecast = "" if row.forecast is None else row.forecast
    return (
        name or row.key, row.original, row.budget, row.reserved, row.committed, row.actual, row.available, forecast,
    )  # fmt: skip


def _say(found: Compiled) -> None:
    told = found.report
    whole = told.company.standing
    fields = {
        "month 月份": told.month,
        "position 日志位置": str(found.published.position),
        "sha256": found.published.sha256,
        "forecast 预测方法": f"{METHODS[told.terms.forecast].en} {METHODS[told.terms.forecast].zh}",
        "back-test 回测误差 (MAPE)": "–" if told.back_test.mape is None else f"{told.back_test.mape} %",
        "left 可用余额": whole.available,
        "lines over 超支预算行": len(told.over),
        "likely to overrun 预计超支": len(told.likely),
    }
    say_fields("Budget execution report 预算执行分析报告", fields)
    out.print()
    columns = (
        "budget 当月预算",
        "spent 当月实际",
        "% 差异",
        "budget 累计预算",
        "spent 累计实际",
        "% 差异",
        "year 全年预算",
        "forecast 预测",
    )
    for title, groups in (("By cost category 按成本类别", told.categories), ("By department 按部门", told.departments)):
        rows = [_group(each) for each in groups] + [_group(told.company, "total 合计")]
        say_table(title, ("item 项目", *columns), rows, numeric=range(1, 9))
    say_table(
        "Lines over their budget 超支预算行",
        ("line 预算行", "budget 预算", "spent 实际", "over 超支"),
        [(each.line, each.budget, each.actual, each.over) for each in told.over],
        numeric=range(1, 4),
    )


def _group(group: GroupStanding, name: str | None = None) -> tuple[Any, ...]:
    standing = group.standing
    words = CATEGORIES.get(group.key)
    shown = name or (f"{group.key} {words.zh}" if words else group.key)
    return shown, *_against(standing.month), *_against(standing.to_date), standing.budget, standing.forecast


def _against(against: Against) -> tuple[Any, ...]:
    return against.budget, against.actual, "" if against.percent is None else against.percent
