"""Cost alerts 成本预警 (clauses 2.2.2.1 - 2.2.2.3): who was warned, the root cause, the report and its review."""

from domain.finance.cost_alert_messages import (
    AnomalyReportAccepted,
    AnomalyReportFiled,
    AnomalyReportReturned,
    CostAlertRaised,
    FiveWhysRecorded,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, Computed, View

ALERTS = table(
    "cost_alerts",
    column("subject", "subject", "成本预警", "Alert", key=True),
    column("department", "department", "部门", "Department"),
    column("text", "month", "月份", "Month"),
    column("text", "status", "状态", "Status"),
    column("percent", "share", "人工占比(%)", "Labour share, %"),
    column("percent", "budget_share", "预算占比(%)", "Budgeted share, %"),
    column("percent", "over", "超出", "Over"),
    column("text", "over_means", "超出口径", "What over means"),
    column("day", "table_due_on", "成本表应出日", "Cost table due on"),
    column("employees", "informed", "已通知", "Informed"),
    column("employees", "owed_by", "责任人", "Owed by"),
    column("moment", "raised_at", "预警时间", "Raised at"),
    column("moment", "due_at", "报告时限", "Report due at"),
    column("text", "phenomenon", "现象", "Phenomenon", null=True),
    column("number", "whys", "追问层数", "Whys answered", null=True),
    column("number", "whys_asked_for", "要求层数", "Whys asked for", null=True),
    column("text", "ends_because", "不足层数原因", "Why the chain ends early", null=True),
    column("employee", "whys_by", "分析人", "Analysed by", null=True),
    column("moment", "whys_at", "分析时间", "Analysed at", null=True),
    column("number", "version", "报告版本", "Version of the report", null=True),
    column("text", "analysis", "分析", "Analysis", null=True),
    column("employee", "filed_by", "提交人", "Filed by", null=True),
    column("moment", "first_filed_at", "首次提交时间", "First filed at", null=True),
    column("moment", "filed_at", "提交时间", "Filed at", null=True),
    column("flag", "late", "迟交", "Filed late", null=True),
    column("number", "returned", "退回次数", "Times returned"),
    column("text", "review", "审核意见", "What the review says", null=True),
    column("employee", "reviewed_by", "审核人", "Reviewed by", null=True),
    column("moment", "reviewed_at", "审核时间", "Reviewed at", null=True),
    indexes=(("department", "month"), ("month",), ("status", "due_at"), ("owed_by",)),
)

MONTHS = table(
    "cost_alert_months",
    column("subject", "subject", "成本预警", "Alert", key=True),
    column("text", "month", "月份", "Month", key=True),
    column("money", "labour", "人工成本", "Labour"),
    column("money", "total", "总成本", "Total cost"),
    column("percent", "share", "人工占比(%)", "Labour share, %"),
    column("money", "budget_labour", "人工预算", "Labour budget"),
    column("money", "budget_total", "总预算", "Total budget"),
    column("percent", "budget_share", "预算占比(%)", "Budgeted share, %"),
    column("percent", "over", "超出", "Over"),
)

CAUSES = table(
    "cost_alert_causes",
    column("subject", "subject", "成本预警", "Alert", key=True),
    column("number", "level", "层级", "Level", key=True),
    column("number", "explains", "所解释层级", "Level it explains"),
    column("text", "cause", "原因", "Cause"),
)

MEASURES = table(
    "cost_alert_measures",
    column("subject", "subject", "成本预警", "Alert", key=True),
    column("number", "number", "序号", "Number", key=True),
    column("text", "measure", "整改措施", "Measure"),
    column("employee", "responsible", "责任人", "Who does it"),
    column("day", "until", "完成日期", "Until when"),
)

VIEW = View(
    ALERTS,
    zh="成本预警",
    en="Cost alerts",
    clauses=("2.2.2.1", "2.2.2.2", "2.2.2.3"),
    children=(
        Child(MONTHS, "连续月份", "Months in a row"),
        Child(CAUSES, "5Why分析", "Five whys"),
        Child(MEASURES, "整改措施", "What is done about it"),
    ),
    own=("owed_by",),
    department="department",
    order=("-month", "department"),
    computed=(
        Computed(
            "overdue",
            "flag",
            "已逾期",
            "Overdue",
            lambda t, now: (t.c.first_filed_at.is_(None)) & (t.c.due_at < now),
        ),
    ),
)


@VIEW.on(CostAlertRaised)
def raised(event: CostAlertRaised, at: Happened, rows: Rows) -> None:
    """Head and finance are warned; the report is due."""
    last = event.months[-1]
    rows.put(
        {
            **{str(each.name): None for each in ALERTS.columns},
            "subject": at.subject,
            "department": event.department,
            "month": event.month,
            "status": "raised",
            "share": last.share,
            "budget_share": last.budget_share,
            "over": event.over,
            "over_means": event.over_means,
            "table_due_on": event.table_due_on,
            "informed": list(event.informed),
            "owed_by": list(event.owed_by),
            "raised_at": at.occurred_at,
            "due_at": event.due_at,
            "returned": 0,
        }
    )
    for each in event.months:
        rows.of_table(MONTHS).put({"subject": at.subject, **dict(each)})


@VIEW.on(FiveWhysRecorded)
def analysed(event: FiveWhysRecorded, at: Happened, rows: Rows) -> None:
    """The root cause; the last analysis counts."""
    rows.change(
        at.subject,
        phenomenon=event.phenomenon,
        whys=event.depth,
        whys_asked_for=event.asked_for,
        ends_because=event.ends_because or None,
        whys_by=event.by,
        whys_at=at.occurred_at,
    )
    causes = rows.of_table(CAUSES)
    for row in causes.of(at.subject):
        causes.drop(at.subject, row["level"])
    for level, each in enumerate(event.causes, 1):
        causes.put({"subject": at.subject, "level": level, "explains": each.explains, "cause": each.cause})


@VIEW.on(AnomalyReportFiled)
def filed(event: AnomalyReportFiled, at: Happened, rows: Rows) -> None:
    """A version of the report waits for finance."""
    rows.change(
        at.subject,
        status="filed",
        version=event.version,
        analysis=event.analysis,
        filed_by=event.by,
        first_filed_at=event.first_filed_at,
        filed_at=at.occurred_at,
        late=event.late,
    )
    measures = rows.of_table(MEASURES)
    for row in measures.of(at.subject):
        measures.drop(at.subject, row["number"])
    for number, each in enumerate(event.measures, 1):
        measures.put({"subject": at.subject, "number": number, **dict(each)})


@VIEW.on(AnomalyReportAccepted)
def accepted(event: AnomalyReportAccepted, at: Happened, rows: Rows) -> None:
    """Accepted."""
    rows.change(at.subject, status="accepted", review=event.remark, reviewed_by=event.by, reviewed_at=at.occurred_at)


@VIEW.on(AnomalyReportReturned)
def returned(event: AnomalyReportReturned, at: Happened, rows: Rows) -> None:
    """To be filed again."""
    row = rows.change(
        at.subject, status="returned", review=event.reason, reviewed_by=event.by, reviewed_at=at.occurred_at
    )
    rows.change(at.subject, returned=row["returned"] + 1, owed_by=list(event.to) or row["owed_by"])
