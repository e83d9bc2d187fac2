"""Execution reports 预算执行分析报告 (clause 2.1.2.1): of every month, published when, with its totals and overruns."""

from domain.finance.execution_report_messages import Overrun, ReportContinued, ReportOpened, ReportPublished, Total
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, Computed, View

REPORTS = table(
    "execution_reports",
    column("subject", "subject", "报告", "Report", key=True),
    column("text", "month", "月份", "Month"),
    column("number", "year", "财年", "Fiscal year"),
    column("text", "status", "状态", "Status"),
    column("employees", "owed_by", "责任人", "Owed by"),
    column("moment", "opened_at", "启动时间", "Opened at"),
    column("moment", "due_at", "时限", "Due at"),
    column("moment", "published_at", "发布时间", "Published at", null=True),
    column("money", "month_budget", "当月预算", "Budget of the month", null=True),
    column("money", "month_actual", "当月实际", "Spent in the month", null=True),
    column("money", "to_date_budget", "累计预算", "Budget to date", null=True),
    column("money", "to_date_actual", "累计实际", "Spent to date", null=True),
    column("money", "year_budget", "全年预算", "Budget of the year", null=True),
    column("money", "forecast", "全年预测", "Forecast of the year", null=True),
    column("text", "method", "预测方法", "Method of the forecast"),
    column("number", "likely", "预计超支行数", "Lines likely to overrun", null=True),
    column("number", "overruns", "超支行数", "Lines overrun", null=True),
    column("text", "overrun_basis", "超支口径", "Over which budget"),
    column("decimal", "overrun_percent", "超支阈值(%)", "Overrun from, %"),
    column("number", "position", "取数位置", "Figures as of position", null=True),
    column("text", "sha256", "报告指纹", "SHA-256 of the report", null=True),
    indexes=(("month",), ("year",)),
)

PARTS = table(
    "execution_report_totals",
    column("subject", "subject", "报告", "Report", key=True),
    column("text", "by", "维度", "By", key=True),
    column("text", "key", "部门或类别", "Department or category", key=True),
    column("money", "month_budget", "当月预算", "Budget of the month"),
    column("money", "month_actual", "当月实际", "Spent in the month"),
    column("money", "to_date_budget", "累计预算", "Budget to date"),
    column("money", "to_date_actual", "累计实际", "Spent to date"),
    column("money", "year_budget", "全年预算", "Budget of the year"),
    column("money", "forecast", "全年预测", "Forecast of the year"),
)

OVERRUNS = table(
    "execution_report_overruns",
    column("subject", "subject", "报告", "Report", key=True),
    column("text", "line", "预算行", "Budget line", key=True),
    column("department", "department", "部门", "Department"),
    column("text", "account", "科目", "Account"),
    column("text", "category", "成本类别", "Cost category"),
    column("money", "budget", "预算", "Budget"),
    column("money", "actual", "实际", "Spent"),
    column("money", "over", "超支", "Over"),
)

VIEW = View(
    REPORTS,
    zh="预算执行分析报告",
    en="Budget execution reports",
    clauses=("2.1.2.1",),
    children=(
        Child(PARTS, "按部门与类别", "By department and category"),
        Child(OVERRUNS, "超支预算行", "Lines overrun"),
    ),
    order=("-month",),
    computed=(
        Computed(
            "overdue",
            "flag",
            "已逾期",
            "Overdue",
            lambda t, now: (t.c.published_at.is_(None)) & (t.c.due_at < now),
        ),
        Computed("late", "flag", "迟发", "Published late", lambda t, now: (t.c.published_at > t.c.due_at).is_(True)),
    ),
)


@VIEW.on(ReportOpened)
def opened(event: ReportOpened, at: Happened, rows: Rows) -> None:
    """Due."""
    rows.put(
        {
            **{str(each.name): None for each in REPORTS.columns},
            "subject": at.subject,
            "month": event.month,
            "year": event.year,
            "status": "open",
            "owed_by": list(event.owed_by),
            "opened_at": at.occurred_at,
            "due_at": event.due_at,
            "method": event.forecast,
            "overrun_basis": event.overrun_basis,
            "overrun_percent": event.overrun_percent,
        }
    )


@VIEW.on(ReportPublished)
def published(event: ReportPublished, at: Happened, rows: Rows) -> None:
    """Published, with what it says."""
    rows.change(
        at.subject,
        status="published",
        published_at=at.occurred_at,
        likely=event.likely,
        overruns=event.overrun_lines,
        position=event.position,
        sha256=event.sha256,
        **_amounts(event.company),
    )
    _put_totals("department", event.departments, at, rows)
    _put_totals("category", event.categories, at, rows)
    _put_overruns(event.overruns, at, rows)


@VIEW.on(ReportContinued)
def continued(event: ReportContinued, at: Happened, rows: Rows) -> None:
    """More of it."""
    _put_totals("department", event.departments, at, rows)
    _put_overruns(event.overruns, at, rows)


def _amounts(total: Total) -> Row:
    return {name: value for name, value in total if name != "key"}


def _put_totals(by: str, totals: tuple[Total, ...], at: Happened, rows: Rows) -> None:
    for each in totals:
        rows.of_table(PARTS).put({"subject": at.subject, "by": by, "key": each.key, **_amounts(each)})


def _put_overruns(overruns: tuple[Overrun, ...], at: Happened, rows: Rows) -> None:
    for each in overruns:
        rows.of_table(OVERRUNS).put({"subject": at.subject, **dict(each)})
