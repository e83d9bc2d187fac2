"""Variance explanations 预算差异说明 (clause 2.1.2.2): demanded, due, filed, reviewed, decided, with what is open."""

from domain.finance.budget_line import line_of
from domain.finance.variance_explanation_messages import (
    ExplanationAccepted,
    ExplanationDemanded,
    ExplanationFiled,
    ExplanationReturned,
    PoolDecided,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Computed, View

EXPLANATIONS = table(
    "variance_explanations",
    column("subject", "subject", "差异说明", "Explanation", key=True),
    column("subject", "line", "预算行", "Budget line"),
    column("number", "year", "财年", "Fiscal year"),
    column("department", "department", "部门", "Department"),
    column("text", "account", "科目", "Account"),
    column("text", "month", "月份", "Month"),
    column("text", "status", "状态", "Status"),
    column("flag", "demanded", "系统要求", "Asked for by the report"),
    column("text", "report", "月度报告", "Report that found it", null=True),
    column("money", "budget", "预算", "Budget", null=True),
    column("money", "actual", "实际", "Spent", null=True),
    column("money", "over", "超支", "Over", null=True),
    column("employees", "owed_by", "责任人", "Owed by"),
    column("employees", "waits_for", "等待", "Waits for"),
    column("moment", "demanded_at", "要求时间", "Demanded at", null=True),
    column("moment", "due_at", "时限", "Due at", null=True),
    column("moment", "first_due_at", "首次时限", "First due at", null=True),
    column("moment", "first_filed_at", "首次提交时间", "First filed at", null=True),
    column("moment", "filed_at", "提交时间", "Filed at", null=True),
    column("employee", "filed_by", "提交人", "Filed by", null=True),
    column("text", "cause_kind", "原因类别", "Kind of cause", null=True),
    column("text", "cause", "原因", "Cause", null=True),
    column("flag", "controllable", "是否可控", "Controllable", null=True),
    column("text", "remedy", "改进措施", "Remedy", null=True),
    column("money", "allowance", "申请超支额度", "Overrun asked for", null=True),
    column("money", "from_pool", "申请动用调剂池", "Asked of the pool", null=True),
    column("money", "granted", "调剂池批准", "Granted by the pool", null=True),
    column("number", "returned", "退回次数", "Times returned"),
    column("employee", "reviewed_by", "审核人", "Reviewed by", null=True),
    column("moment", "reviewed_at", "审核时间", "Reviewed at", null=True),
    column("text", "review", "审核意见", "What the review says", null=True),
    column("employee", "decided_by", "决定人", "Pool decided by", null=True),
    column("moment", "decided_at", "决定时间", "Pool decided at", null=True),
    column("text", "decision", "决定理由", "Why the pool was decided so", null=True),
    column("moment", "changed_at", "最近变动", "Last change"),
    indexes=(("department", "month"), ("status", "due_at"), ("month",), ("line",), ("owed_by",)),
)

VIEW = View(
    EXPLANATIONS,
    zh="预算差异说明",
    en="Variance explanations",
    clauses=("2.1.2.2",),
    own=("owed_by", "waits_for"),
    department="department",
    order=("-month", "department", "account"),
    computed=(
        Computed("open", "flag", "待说明或待审", "Open", lambda t, now: t.c.status != "accepted"),
        Computed(
            "overdue",
            "flag",
            "已逾期",
            "Overdue",
            lambda t, now: (t.c.status.in_(("demanded", "returned")) & (t.c.due_at < now)).is_(True),
        ),
        Computed(
            "late", "flag", "迟交", "Filed late", lambda t, now: (t.c.first_filed_at > t.c.first_due_at).is_(True)
        ),
    ),
)


@VIEW.on(ExplanationDemanded)
def demanded(event: ExplanationDemanded, at: Happened, rows: Rows) -> None:
    """The monthly report found the line over."""
    row = rows.get(at.subject) or _row(event, at)
    rows.put(
        {
            **row,
            "status": "demanded",
            "demanded": True,
            "report": event.report,
            "budget": event.budget,
            "actual": event.actual,
            "over": event.over,
            "owed_by": list(event.owed_by),
            "waits_for": list(event.owed_by),
            "demanded_at": at.occurred_at,
            "due_at": event.due_at,
            "first_due_at": row["first_due_at"] or event.due_at,
            "changed_at": at.occurred_at,
        }
    )


@VIEW.on(ExplanationFiled)
def filed(event: ExplanationFiled, at: Happened, rows: Rows) -> None:
    """Explained, perhaps before anybody asked; it waits for finance."""
    row = rows.get(at.subject) or _row(event, at)
    rows.put(
        {
            **row,
            "status": "filed",
            "waits_for": list(event.reviewers),
            "first_filed_at": row["first_filed_at"] or at.occurred_at,
            "filed_at": at.occurred_at,
            "filed_by": event.by,
            "cause_kind": event.cause_kind,
            "cause": event.cause,
            "controllable": event.controllable,
            "remedy": event.remedy,
            "allowance": event.allowance,
            "from_pool": event.from_pool,
            "granted": None,
            "changed_at": at.occurred_at,
        }
    )


@VIEW.on(ExplanationReturned)
def returned(event: ExplanationReturned, at: Happened, rows: Rows) -> None:
    """To be filed again."""
    row = rows.change(at.subject, **_reviewed(event.by, event.reason, at), status="returned", due_at=event.due_at)
    people = list(event.owed_by)
    rows.change(at.subject, owed_by=people, waits_for=people, returned=row["returned"] + 1)


@VIEW.on(ExplanationAccepted)
def accepted(event: ExplanationAccepted, at: Happened, rows: Rows) -> None:
    """Accepted; what it asks of the pool waits for management."""
    asks = bool(event.from_pool)
    rows.change(
        at.subject,
        **_reviewed(event.by, event.comment, at),
        status="waits_for_pool" if asks else "accepted",
        waits_for=list(event.decided_by) if asks else [],
    )


@VIEW.on(PoolDecided)
def decided(event: PoolDecided, at: Happened, rows: Rows) -> None:
    """Management decided what the pool gives."""
    rows.change(
        at.subject,
        status="accepted",
        waits_for=[],
        granted=event.granted,
        decided_by=event.by,
        decided_at=at.occurred_at,
        decision=event.reason,
        changed_at=at.occurred_at,
    )


def _reviewed(by: str, review: str, at: Happened) -> Row:
    return {"reviewed_by": by, "reviewed_at": at.occurred_at, "review": review, "changed_at": at.occurred_at}


def _row(event: ExplanationDemanded | ExplanationFiled, at: Happened) -> Row:
    return {
        **{str(each.name): None for each in EXPLANATIONS.columns},
        "subject": at.subject,
        "line": str(line_of(event.year, event.department, event.account)),
        "year": event.year,
        "department": event.department,
        "account": event.account,
        "month": event.month,
        "demanded": False,
        "owed_by": [],
        "waits_for": [],
        "returned": 0,
    }
