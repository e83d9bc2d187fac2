"""Budget rounds 年度预算编制 (clauses 2.1.1.1 - 2.1.1.6): each year's round, its pool, negotiations and meetings."""

from domain.finance.budget_round_messages import (
    BudgetPublished,
    BudgetRoundOpened,
    DepartmentExcluded,
    DepartmentIncluded,
    MeetingHeld,
    NegotiationRecorded,
    ReservePoolSet,
)
from domain.money import ZERO
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, Computed, View

ROUNDS = table(
    "budget_rounds",
    column("subject", "subject", "预算编制", "Round", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("text", "status", "状态", "Status"),
    column("number", "of_year", "上年实际财年", "Year whose actuals are gathered"),
    column("number", "departments", "部门数", "Departments"),
    column("employees", "owed_by", "责任人", "Owed by"),
    column("day", "opened_on", "启动日期", "Opened on"),
    column("moment", "due_at", "发布时限", "To be published by"),
    column("number", "negotiations", "协商次数", "Negotiations"),
    column("number", "meetings", "管理层会议", "Management meetings"),
    column("money", "pool", "调剂池", "Reserve pool"),
    column("money", "departments_total", "部门预算合计", "Total of the departments", null=True),
    column("money", "total", "预算总额", "Total", null=True),
    column("moment", "published_at", "发布时间", "Published at", null=True),
    indexes=(("year",),),
)

TALKS = table(
    "budget_round_talks",
    column("subject", "subject", "预算编制", "Round", key=True),
    column("number", "position", "日志位置", "Position", key=True),
    column("text", "kind", "类型", "Kind"),
    column("day", "held_on", "日期", "Held on"),
    column("texts", "departments", "部门", "Departments"),
    column("employees", "people", "参加人", "Who took part"),
    column("employees", "management", "管理层", "Who of them is of management"),
    column("text", "outcome", "结果或纪要", "What was agreed, or the minutes"),
)

VIEW = View(
    ROUNDS,
    zh="年度预算编制",
    en="Budget rounds",
    clauses=("2.1.1.1", "2.1.1.3", "2.1.1.4", "2.1.1.5", "2.1.1.6"),
    children=(Child(TALKS, "协商与会议", "Negotiations and meetings"),),
    order=("-year",),
    computed=(
        Computed(
            "overdue", "flag", "已逾期", "Overdue", lambda t, now: (t.c.published_at.is_(None)) & (t.c.due_at < now)
        ),
        Computed("late", "flag", "迟发布", "Published late", lambda t, now: (t.c.published_at > t.c.due_at).is_(True)),
    ),
)


@VIEW.on(BudgetRoundOpened)
def opened(event: BudgetRoundOpened, at: Happened, rows: Rows) -> None:
    """Under way."""
    rows.put(
        {
            "subject": at.subject,
            "year": event.year,
            "status": "open",
            "of_year": event.of_year,
            "departments": len(event.departments),
            "owed_by": list(event.owed_by),
            "opened_on": event.opened_on,
            "due_at": event.publish_due_at,
            "negotiations": 0,
            "meetings": 0,
            "pool": ZERO,
            "departments_total": None,
            "total": None,
            "published_at": None,
        }
    )


@VIEW.on(DepartmentIncluded)
def included(event: DepartmentIncluded, at: Happened, rows: Rows) -> None:
    """One more."""
    rows.change(at.subject, departments=rows.change(at.subject)["departments"] + 1)


@VIEW.on(DepartmentExcluded)
def excluded(event: DepartmentExcluded, at: Happened, rows: Rows) -> None:
    """One less."""
    rows.change(at.subject, departments=rows.change(at.subject)["departments"] - 1)


@VIEW.on(NegotiationRecorded)
def negotiated(event: NegotiationRecorded, at: Happened, rows: Rows) -> None:
    """What departments and finance agreed on."""
    rows.change(at.subject, negotiations=event.number)
    rows.of_table(TALKS).put(
        {
            "subject": at.subject,
            "position": at.position,
            "kind": "negotiation",
            "held_on": at.day,
            "departments": list(event.departments),
            "people": list(event.participants),
            "management": [],
            "outcome": event.agreed,
        }
    )


@VIEW.on(MeetingHeld)
def deliberated(event: MeetingHeld, at: Happened, rows: Rows) -> None:
    """What management deliberated on."""
    rows.change(at.subject, meetings=rows.change(at.subject)["meetings"] + 1)
    rows.of_table(TALKS).put(
        {
            "subject": at.subject,
            "position": at.position,
            "kind": "meeting",
            "held_on": event.held_on,
            "departments": [each.department for each in event.departments],
            "people": list(event.attendees),
            "management": list(event.management),
            "outcome": event.minutes,
        }
    )


@VIEW.on(ReservePoolSet)
def pool_set(event: ReservePoolSet, at: Happened, rows: Rows) -> None:
    """What is to be held back."""
    rows.change(at.subject, pool=event.amount)


@VIEW.on(BudgetPublished)
def published(event: BudgetPublished, at: Happened, rows: Rows) -> None:
    """It binds."""
    rows.change(
        at.subject,
        status="published",
        departments=len(event.departments),
        departments_total=event.departments_total,
        pool=event.pool,
        total=event.total,
        published_at=at.occurred_at,
    )
