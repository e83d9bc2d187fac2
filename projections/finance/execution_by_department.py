"""Budget execution by department 部门预算执行 (clause 2.1.2.1): what the published reports say of each department."""

from typing import Any

from sqlalchemy import Select, case, func, select

from domain.money import ZERO
from projections.columns import column, table
from projections.finance.execution_reports import OVERRUNS, PARTS, REPORTS
from projections.view import View

EXECUTION = table(
    "execution_by_department",
    column("text", "month", "月份", "Month", key=True),
    column("department", "department", "部门", "Department", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("money", "month_budget", "当月预算", "Budget of the month"),
    column("money", "month_actual", "当月实际", "Spent in the month"),
    column("money", "to_date_budget", "累计预算", "Budget to date"),
    column("money", "to_date_actual", "累计实际", "Spent to date"),
    column("percent", "to_date_percent", "累计执行率(%)", "Spent of the budget to date, %", null=True),
    column("money", "year_budget", "全年预算", "Budget of the year"),
    column("money", "forecast", "全年预测", "Forecast of the year"),
    column("number", "overruns", "超支行数", "Lines overrun"),
    column("money", "over", "超支金额", "Over"),
    column("moment", "published_at", "发布时间", "Published at"),
    partition="month",
)


def drawn() -> Select[Any]:
    """One row for every department of every report."""
    parts, reports = PARTS.c, REPORTS.c
    over = (
        select(
            OVERRUNS.c.subject,
            OVERRUNS.c.department,
            func.count().label("lines"),
            func.sum(OVERRUNS.c.over).label("over"),
        )
        .group_by(OVERRUNS.c.subject, OVERRUNS.c.department)
        .subquery("over")
    )
    percent = func.round(100 * parts.to_date_actual / parts.to_date_budget, 2)
    return (
        select(
            reports.month,
            parts.key.label("department"),
            reports.year,
            parts.month_budget,
            parts.month_actual,
            parts.to_date_budget,
            parts.to_date_actual,
            case((parts.to_date_budget > 0, percent)).label("to_date_percent"),
            parts.year_budget,
            parts.forecast,
            func.coalesce(over.c.lines, 0).label("overruns"),
            func.coalesce(over.c.over, ZERO).label("over"),
            reports.published_at,
        )
        .select_from(PARTS.join(REPORTS, parts.subject == reports.subject))
        .outerjoin(over, (over.c.subject == parts.subject) & (over.c.department == parts.key))
        .where(parts.by == "department")
    )


VIEW = View(
    EXECUTION,
    zh="部门预算执行",
    en="Budget execution by department",
    clauses=("2.1.2.1",),
    department="department",
    order=("-month", "department"),
    drawn=drawn,
)
