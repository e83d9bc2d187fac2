"""The monthly budget report is compiled and published as soon as it is due 编制并发布预算执行分析报告 (2.1.2.1)."""

from collections.abc import Sequence

from application.notices import shown, tell
from application.reactions import Asked, Known, after
from domain.directory import Role
from domain.finance.execution_report_compiling import (
    compile_report,
    digest,
    over_budget,
    terms_of,
    total_of,
)
from domain.finance.execution_report_messages import (
    PublishReport,
    ReportOpened,
    ReportPublished,
)
from domain.history import Recorded


@after(ReportOpened)
async def publish_the_budget_report(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """From the figures as they stood with the event that opened it."""
    opened = recorded.event
    assert isinstance(opened, ReportOpened)
    lines = await known.figures.budget_lines(opened.year, recorded.position)
    purchased = await known.figures.purchased(opened.year, recorded.position)
    report = compile_report(opened.month, opened.year, lines, purchased, terms_of(opened))
    publish = PublishReport(
        position=recorded.position,
        sha256=digest(report),
        company=total_of(report.company),
        departments=tuple(map(total_of, report.departments)),
        categories=tuple(map(total_of, report.categories)),
        likely=len(report.likely),
        candidates=over_budget(report.lines, opened.overrun_basis),
    )
    return [Asked(recorded.subject, publish)]


@after(ReportPublished)
async def tell_of_the_budget_report(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Finance managers, and the head of every department in it."""
    told = recorded.event
    assert isinstance(told, ReportPublished)
    directory = known.directory()
    heads = [head for each in told.departments for head in directory.holders(Role.DEPARTMENT_HEAD, each.key)]
    company = told.company
    budget, actual, when = company.to_date_budget, company.to_date_actual, shown(recorded.occurred_at)
    return tell(
        recorded,
        [*directory.holders(Role.FINANCE_MANAGER), *heads],
        "budget_report",
        f"{told.month} 预算执行分析报告已于 {when} 发布：累计预算 {budget} 元，实际 {actual} 元，"
        f"超支 {told.overrun_lines} 行，预计全年超支 {told.likely} 行",
        f"Budget report of {told.month}, published {when}: budget to date {budget} CNY, spent {actual} CNY; "
        f"lines over: {told.overrun_lines}, likely to overrun in the year: {told.likely}",
    )
