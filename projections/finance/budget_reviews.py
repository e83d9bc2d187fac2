"""Budget reviews 年度预算复盘 (clause 2.1.3.2): lines over budget, findings, who answers for them, lessons."""

from domain.finance.budget_review_messages import (
    BudgetFindingRecorded,
    BudgetReviewCompleted,
    BudgetReviewOpened,
    OverrunsNoted,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, Computed, View

REVIEWS = table(
    "budget_reviews",
    column("subject", "subject", "年度复盘", "Review", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("text", "status", "状态", "Status"),
    column("employees", "owed_by", "责任人", "Owed by"),
    column("moment", "opened_at", "启动时间", "Opened at"),
    column("moment", "due_at", "时限", "Due at"),
    column("number", "overruns", "超支预算行", "Lines over budget"),
    column("number", "beyond", "严重超支预算行", "Lines far over budget"),
    column("number", "findings", "结论数", "Findings"),
    column("number", "serious", "严重结论数", "Serious findings"),
    column("text", "conclusion", "复盘结论", "Conclusion", null=True),
    column("employee", "completed_by", "完成人", "Completed by", null=True),
    column("moment", "completed_at", "完成时间", "Completed at", null=True),
    indexes=(("year",),),
)

OVERRUNS = table(
    "budget_review_overruns",
    column("subject", "subject", "年度复盘", "Review", key=True),
    column("department", "department", "部门", "Department", key=True),
    column("text", "account", "科目", "Account", key=True),
    column("text", "category", "成本类别", "Cost category"),
    column("money", "budget", "年度预算", "Budget"),
    column("money", "actual", "实际", "Spent"),
    column("money", "over", "超支", "Over"),
    column("percent", "percent", "超支比例(%)", "Over, %", null=True),
    column("flag", "beyond", "严重超支", "Far over budget"),
)

FINDINGS = table(
    "budget_review_findings",
    column("subject", "subject", "年度复盘", "Review", key=True),
    column("number", "number", "序号", "Number", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("department", "department", "部门", "Department"),
    column("text", "account", "科目", "Account", null=True),
    column("text", "cause_kind", "原因类别", "Kind of cause"),
    column("text", "cause", "原因分析", "Cause"),
    column("flag", "own_making", "自身原因", "Of its own making"),
    column("money", "over", "超支", "Over"),
    column("percent", "percent", "超支比例(%)", "Over, %", null=True),
    column("flag", "serious", "严重", "Serious"),
    column("employee", "responsible", "责任人", "Who answers for it", null=True),
    column("text", "improvement", "改进措施", "Improvement"),
    column("text", "lesson", "经验教训", "Lesson"),
    column("employee", "by", "记录人", "Recorded by"),
)

VIEW = View(
    REVIEWS,
    zh="年度预算复盘",
    en="Budget reviews",
    clauses=("2.1.3.2",),
    children=(Child(FINDINGS, "复盘结论", "Findings"), Child(OVERRUNS, "超支预算行", "Lines over budget")),
    order=("-year",),
    computed=(
        Computed(
            "overdue", "flag", "已逾期", "Overdue", lambda t, now: (t.c.completed_at.is_(None)) & (t.c.due_at < now)
        ),
        Computed("late", "flag", "迟完成", "Completed late", lambda t, now: (t.c.completed_at > t.c.due_at).is_(True)),
    ),
)


@VIEW.on(BudgetReviewOpened)
def opened(event: BudgetReviewOpened, at: Happened, rows: Rows) -> None:
    """Due."""
    rows.put(
        {
            "subject": at.subject,
            "year": event.year,
            "status": "open",
            "owed_by": list(event.owed_by),
            "opened_at": at.occurred_at,
            "due_at": event.due_at,
            **dict.fromkeys(("overruns", "beyond", "findings", "serious"), 0),
            **dict.fromkeys(("conclusion", "completed_by", "completed_at")),
        }
    )


@VIEW.on(OverrunsNoted)
def noted(event: OverrunsNoted, at: Happened, rows: Rows) -> None:
    """The lines over their budget."""
    overruns = rows.of_table(OVERRUNS)
    for each in event.lines:
        overruns.put({"subject": at.subject, **dict(each)})
    there = overruns.of(at.subject)
    rows.change(at.subject, overruns=len(there), beyond=sum(each["beyond"] for each in there))


@VIEW.on(BudgetFindingRecorded)
def found(event: BudgetFindingRecorded, at: Happened, rows: Rows) -> None:
    """What was found of a department or line."""
    row = rows.change(at.subject)
    rows.change(at.subject, findings=row["findings"] + 1, serious=row["serious"] + event.serious)
    rows.of_table(FINDINGS).put({"subject": at.subject, **dict(event)})


@VIEW.on(BudgetReviewCompleted)
def completed(event: BudgetReviewCompleted, at: Happened, rows: Rows) -> None:
    """Complete."""
    rows.change(
        at.subject,
        status="completed",
        conclusion=event.conclusion,
        completed_by=event.by,
        completed_at=at.occurred_at,
    )
