"""Budget handbook 《预算管理改进手册》 (clause 2.1.3.2): the lessons of all complete reviews, for everybody."""

from typing import Any

from sqlalchemy import Select, select

from projections.columns import column, table
from projections.finance.budget_reviews import FINDINGS, REVIEWS
from projections.view import View

LESSONS = table(
    "budget_handbook",
    column("number", "year", "财年", "Fiscal year", key=True),
    column("number", "number", "序号", "Number", key=True),
    column("department", "department", "部门", "Department"),
    column("text", "account", "科目", "Account", null=True),
    column("text", "cause_kind", "原因类别", "Kind of cause"),
    column("text", "lesson", "经验教训", "Lesson"),
    column("text", "improvement", "改进措施", "Improvement"),
    column("moment", "completed_at", "复盘完成时间", "Review completed at"),
    partition="year",
)


def drawn() -> Select[Any]:
    """One row a lesson."""
    of = FINDINGS.c
    lesson = (of.year, of.number, of.department, of.account, of.cause_kind, of.lesson, of.improvement)
    return (
        select(*lesson, REVIEWS.c.completed_at)
        .select_from(FINDINGS.join(REVIEWS, of.subject == REVIEWS.c.subject))
        .where(REVIEWS.c.completed_at.is_not(None))
    )


VIEW = View(
    LESSONS,
    zh="预算管理改进手册",
    en="Budget handbook",
    clauses=("2.1.3.2",),
    everyone=True,
    order=("-year", "number"),
    drawn=drawn,
)
