"""《预算执行分析报告》 as a document 报告文档 (clause 2.1.2.1), and rendered: canonical JSON, XLSX with charts, PDF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from domain.finance.accounts import STANDARD
from domain.finance.execution_report_compiling import group
from domain.finance.execution_report_figures import Against, ExecutionReport, GroupStanding, LineStanding
from domain.finance.variance import Split
from infrastructure.budget_reports import Compiled
from infrastructure.documents import pdf, xlsx
from infrastructure.documents.model import (
    Cell,
    Column,
    Document,
    Fact,
    Footer,
    Language,
    Section,
    Table,
    Text,
    Words,
    chart_of,
)

Format = Literal["json", "xlsx", "pdf"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
CATEGORIES = {
    "labour": Words("人工成本", "Labour"),
    "materials": Words("材料成本", "Materials"),
    "depreciation": Words("折旧摊销", "Depreciation"),
    "marketing": Words("营销费用", "Marketing"),
    "administration": Words("管理费用", "Administration"),
}
_ACCOUNTS = {each.code: Words(each.zh, each.en) for each in STANDARD}
METHODS = {
    "run_rate": Words("当年执行率", "run rate"),
    "seasonal_run_rate": Words("按上年季节性修正的执行率", "run rate with last year's seasonality"),
}
BASES = {
    "year": Words("全年", "year"),
    "year_to_date": Words("累计", "year to date"),
    "month": Words("当月", "month"),
}
WHOLE = Words("合计", "Total")
_MONEY = (("budget", "预算", "Budget"), ("actual", "实际", "Actual"), ("difference", "差异", "Difference"))
_YUAN = Words("元", "CNY")


def rendered(
    compiled: Compiled, format: Format, language: Language, departments: Mapping[str, str] | None = None
) -> bytes:
    """The report in ``format``; JSON is canonical and in no language."""
    if format == "json":
        return compiled.body
    document = report_document(compiled, departments or {})
    return xlsx.render(document, language) if format == "xlsx" else pdf.render(document, language)


def report_document(compiled: Compiled, departments: Mapping[str, str]) -> Document:
    """The report as a document, in both languages; ``departments`` are names by id."""
    report, published = compiled.report, compiled.published
    sections = (
        _overview(report),
        _groups(Words("按成本类别", "By cost category"), report.categories, CATEGORIES),
        _shares(report),
        _groups(Words("按部门", "By department"), report.departments, departments),
        _variances(report, departments),
        _overruns(report, departments),
        _back_test(report),
        _lines(report, departments),
    )
    part = Words("全公司", "The whole company") if compiled.whole else Words("所辖部门", "Your departments")
    return Document(
        title_zh="预算执行分析报告",
        title_en="Budget execution report",
        subtitle=report.month,
        facts=(
            Fact(Words("月份", "Month"), report.month),
            Fact(Words("财年", "Fiscal year"), str(report.year)),
            Fact(Words("范围", "Scope"), part),
        ),
        sections=sections,
        footer=Footer(clause="2.1.2.1", position=published.position, sha256=published.sha256, at=compiled.at),
    )


def _overview(report: ExecutionReport) -> Section:
    whole, terms = report.company.standing, report.terms
    rows = (
        (Words("当月", "Month"), *_against(whole.month)),
        (Words("累计", "Year to date"), *_against(whole.to_date)),
        (
            Words("全年预测", "Forecast of the year"),
            whole.budget,
            whole.forecast,
            whole.forecast_difference,
            whole.forecast_percent,
        ),
    )
    flat = len(report.lines) - report.seasonal_lines
    method = METHODS[terms.forecast]
    named = Words(
        f"预测方法：{method.zh}；按季节性修正 {report.seasonal_lines} 行，无上年记录而按执行率 {flat} 行。"
        f"预测不低于已发生与已承诺之和。",
        f"Forecast by {method.en}: {report.seasonal_lines} lines with seasonality, {flat} by run rate. "
        "No forecast is below what is spent and committed.",
    )
    over = Words(
        f"超支 {len(report.over)} 行（口径：{BASES[terms.overrun_basis].zh}，容差 {terms.overrun_percent}%），"
        f"预计全年超支 {len(report.likely)} 行（容差 {terms.likely_percent}%）。",
        f"Lines over: {len(report.over)} (by {BASES[terms.overrun_basis].en}, tolerance {terms.overrun_percent} %); "
        f"likely to overrun: {len(report.likely)} (tolerance {terms.likely_percent} %).",
    )
    facts = (
        Fact(Words("年初预算", "Budget as published"), whole.original, "money"),
        Fact(Words("调整后预算", "Budget"), whole.budget, "money"),
        Fact(Words("已预留", "Reserved"), whole.reserved, "money"),
        Fact(Words("已承诺", "Committed"), whole.committed, "money"),
        Fact(Words("可用余额", "Left"), whole.available, "money"),
    )
    table = Table((Column("期间", "Period"), *_columns()), rows)
    return Section(Words("总体情况", "Overview"), (named, over), facts, (table,))


def _columns(prefix_zh: str = "", prefix_en: str = "") -> tuple[Column, ...]:
    money = (Column(f"{prefix_zh}{zh}", f"{prefix_en}{en}".strip(), "money") for _, zh, en in _MONEY)
    return (*money, Column(f"{prefix_zh}差异率", f"{prefix_en}Percent".strip(), "percent"))


def _against(against: Against) -> tuple[Cell, ...]:
    return against.budget, against.actual, against.difference, against.percent


def _named(key: str, names: Mapping[str, Words] | Mapping[str, str]) -> Text:
    name = names.get(key)
    return key if name is None else f"{key} {name}" if isinstance(name, str) else name


def _group_row(name: Text, group: GroupStanding) -> tuple[Cell, ...]:
    standing = group.standing
    return (
        name,
        *_against(standing.month),
        *_against(standing.to_date),
        standing.budget,
        standing.reserved,
        standing.committed,
        standing.available,
        standing.forecast,
        standing.forecast_percent,
    )


_GROUP = (
    *_columns("当月", "Month "),
    *_columns("累计", "To date "),
    Column("全年预算", "Year's budget", "money"),
    Column("已预留", "Reserved", "money"),
    Column("已承诺", "Committed", "money"),
    Column("可用余额", "Left", "money"),
    Column("全年预测", "Forecast", "money"),
    Column("预测差异率", "Forecast percent", "percent"),
)


def _groups(heading: Words, groups: Sequence[GroupStanding], names: Mapping[str, Words] | Mapping[str, str]) -> Section:
    rows = tuple(_group_row(_named(each.key, names), each) for each in groups)
    totals = _total(groups)
    table = Table((Column("项目", "Item"), *_GROUP), rows, totals)
    charts = (
        chart_of(
            table, "bar", Words("累计预算与实际", "Budget and actual to date"), category=0, values=(5, 6), unit=_YUAN
        ),
    )
    return Section(heading, tables=(table,), charts=charts if rows else ())


def _total(groups: Sequence[GroupStanding]) -> tuple[Cell, ...] | None:
    if not groups:
        return None
    return _group_row(WHOLE, group("", [each.standing for each in groups]))


def _shares(report: ExecutionReport) -> Section:
    columns = (
        Column("成本类别", "Cost category"),
        Column("当月占比", "Share of the month", "percent"),
        Column("上月占比", "Share of the month before", "percent"),
        Column("变动（百分点）", "Change (points)", "quantity"),
        Column("累计占比", "Share to date", "percent"),
        Column("预算占比", "Share of the budget", "percent"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_named(each.category, CATEGORIES), each.month, each.before, each.change, each.to_date, each.budget)
        for each in report.shares
    )
    table = Table(columns, rows)
    drawable = bool(rows) and all(each.to_date is not None and each.to_date >= 0 for each in report.shares)
    pie = (
        chart_of(table, "pie", Words("累计成本结构", "Cost structure to date"), category=0, values=(4,), unit="%")
        if drawable
        else None
    )
    return Section(Words("成本结构及变动", "Shares of the categories"), tables=(table,), charts=(pie,) if pie else ())


def _variances(report: ExecutionReport, departments: Mapping[str, str]) -> Section:
    columns = (
        Column("项目", "Item"),
        Column("累计差异", "Difference to date", "money"),
        Column("价格差异", "Price", "money"),
        Column("数量差异", "Quantity", "money"),
        Column("时间差异", "Timing", "money"),
        Column("无采购明细", "Without purchases", "money"),
    )
    named: Iterable[tuple[Text, GroupStanding]] = (
        *((_named(each.key, CATEGORIES), each) for each in report.categories),
        *((_named(each.key, departments), each) for each in report.departments),
    )
    rows = tuple(_split_row(name, each.standing.to_date) for name, each in named if each.standing.to_date.split)
    note = Words(
        "价格差异：验收数量×（订购单价−预算单价）；时间差异：承诺月份与到货月份不同的货物，按预算单价；数量差异：其余。",
        "Price: accepted × (ordered − planned price). Timing: goods that came in another month than promised, at the "
        "planned price. Quantity: the rest.",
    )
    return Section(Words("差异分解", "Variance by cause"), (note,), tables=(Table(columns, rows),))


def _split_row(name: Text, against: Against) -> tuple[Cell, ...]:
    parts = against.split or Split(Decimal(0), Decimal(0), Decimal(0))
    return name, against.difference, parts.price, parts.quantity, parts.timing, parts.unsplit


def _overruns(report: ExecutionReport, departments: Mapping[str, str]) -> Section:
    place = (Column("部门", "Department"), Column("科目", "Account"), Column("成本类别", "Cost category"))
    money = (Column("预算", "Budget", "money"),)
    over = Table(
        (*place, *money, Column("实际", "Actual", "money"), Column("超支", "Over", "money")),
        tuple(
            (
                _named(each.department, departments),
                _named(each.account, _ACCOUNTS),
                _named(each.category, CATEGORIES),
                each.budget,
                each.actual,
                each.over,
            )
            for each in report.over
        ),
        title=Words("超支预算行（须提交《预算差异说明》）", "Lines over their budget, to be explained"),
    )
    by_line = {each.line: each for each in report.lines}
    likely = Table(
        (*place, *money, Column("预测", "Forecast", "money"), Column("预计超支", "Expected over", "money")),
        tuple(
            (
                *_place(by_line[line], departments),
                by_line[line].standing.budget,
                by_line[line].standing.forecast,
                by_line[line].standing.forecast_difference,
            )
            for line in report.likely
        ),
        title=Words("预计全年超支的预算行", "Lines likely to overrun in the year"),
    )
    return Section(Words("超支与预计超支", "Overruns and likely overruns"), tables=(over, likely))


def _place(line: LineStanding, departments: Mapping[str, str]) -> tuple[Text, Text, Text]:
    return (
        _named(line.department, departments),
        _named(line.account, _ACCOUNTS),
        _named(line.category, CATEGORIES),
    )


def _back_test(report: ExecutionReport) -> Section:
    columns = (
        Column("月份", "Month"),
        Column("上月末预测", "Forecast a month before", "money"),
        Column("实际", "Actual", "money"),
        Column("绝对误差", "Absolute error", "money"),
        Column("误差率", "Error", "percent"),
    )
    test = report.back_test
    rows = tuple((each.month, each.forecast, each.actual, each.error, each.error_percent) for each in test.months)
    table = Table(columns, rows)
    mape = "–" if test.mape is None else f"{test.mape}%"
    told = Words(f"平均绝对百分比误差（MAPE）：{mape}", f"Mean absolute percentage error (MAPE): {mape}")
    title = Words("预测与实际", "Forecast and actual")
    charts = (chart_of(table, "line", title, category=0, values=(1, 2), unit=_YUAN),) if rows else ()
    return Section(Words("预测回测", "Back-test of the forecast"), (told,), tables=(table,), charts=charts)


def _lines(report: ExecutionReport, departments: Mapping[str, str]) -> Section:
    columns = (
        Column("部门", "Department"),
        Column("科目", "Account"),
        Column("成本类别", "Cost category"),
        *_columns("当月", "Month "),
        *_columns("累计", "To date "),
        Column("可用余额", "Left", "money"),
        Column("全年预测", "Forecast", "money"),
        Column("预测方法", "Method"),
    )
    rows = tuple(
        (
            *_place(each, departments),
            *_against(each.standing.month),
            *_against(each.standing.to_date),
            each.standing.available,
            each.standing.forecast,
            METHODS[each.method],
        )
        for each in report.lines
    )
    return Section(Words("预算行明细", "Budget lines"), tables=(Table(columns, rows),))
