"""Obligations 时限义务 (clause 5.1 and every clause that sets a deadline): open, met, late, missed, waived.

Nothing here knows any deadline: they are declared beside their aggregates (``kernel.Obligation``), and this view
listens to whatever opens, fulfils or closes one. A deadline that opens again is a row of its own.
"""

from domain import catalogue
from domain.governance.obligation import (
    ObligationEscalated,
    ObligationMissed,
    ObligationReminded,
    ObligationWaived,
)
from domain.kernel import Event, Obligation
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Computed, View

OBLIGATIONS = table(
    "obligations",
    column("subject", "subject", "单据", "Subject", key=True),
    column("clause", "clause", "依据条款", "Clause", key=True),
    column("text", "key", "事项", "Of what", key=True),
    column("number", "opening", "第几次", "Opening", key=True),
    column("text", "aggregate", "单据类型", "Kind of subject"),
    column("text", "what", "义务", "Obligation"),
    column("text", "opened_by", "起因事件", "Opened by"),
    column("employees", "owed_by", "责任人", "Owed by"),
    column("text", "status", "状态", "Status"),
    column("moment", "opened_at", "开始时间", "Opened at"),
    column("moment", "due_at", "时限", "Due at"),
    column("moment", "ended_at", "完成时间", "Ended at", null=True),
    column("text", "ended_by", "完成事件", "Ended by", null=True),
    column("number", "seconds_late", "逾期秒数", "Seconds late", null=True),
    column("moment", "reminded_at", "提醒时间", "Reminded at", null=True),
    column("moment", "missed_at", "逾期记录时间", "Miss recorded at", null=True),
    column("moment", "escalated_at", "上报时间", "Escalated at", null=True),
    column("employees", "escalated_to", "上报至", "Escalated to"),
    column("employee", "waived_by", "豁免人", "Waived by", null=True),
    column("text", "reason", "豁免理由", "Why it was waived", null=True),
    indexes=(("status", "due_at"), ("clause", "status"), ("owed_by",)),
)

VIEW = View(
    OBLIGATIONS,
    zh="时限义务",
    en="Obligations",
    clauses=("5.1", "4.1.3.1", "4.1.3.3", "4.1.2.2", "5.2", "5.3"),
    own=("owed_by",),
    order=("due_at",),
    computed=(
        Computed(
            "overdue",
            "flag",
            "已逾期",
            "Overdue",
            lambda t, now: t.c.status.in_(("open", "missed")) & (t.c.due_at < now),
        ),
    ),
    weight=2,
)


@VIEW.declared_by
def declare(view: View) -> None:
    """Listens to every event that some declared deadline names."""
    for aggregate in catalogue.aggregates().values():
        for declared in aggregate.obligations:
            follow = _follow(aggregate.name, declared)
            named = (declared.opened_by, *declared.fulfilled_by, *declared.closed_by)
            for event in dict.fromkeys(named):
                view.on(event)(follow)


class _follow:
    """What the events of one declared deadline change."""

    def __init__(self, aggregate: str, declared: Obligation) -> None:
        self.aggregate, self.declared = aggregate, declared

    def __call__(self, event: Event, at: Happened, rows: Rows) -> None:
        declared = self.declared
        if at.subject.partition("-")[0] != self.aggregate:
            return
        key = declared.key(event)
        mine = [row for row in rows.of(at.subject) if row["clause"] == declared.clause]
        if isinstance(event, declared.opened_by):
            self.open(event, key, [row for row in mine if row["key"] == key], at, rows)
        elif isinstance(event, declared.fulfilled_by):
            for row in mine:
                if row["key"] == key and row["ended_at"] is None:
                    _fulfil(row, at, rows)
        else:
            for row in mine:
                if key in ("", row["key"]) and row["ended_at"] is None:
                    rows.change(*_key(row), status="closed", ended_at=at.occurred_at, ended_by=at.type)

    def open(self, event: Event, key: str, before: list[Row], at: Happened, rows: Rows) -> None:
        """A new deadline; one of the same key that was still open is replaced by it."""
        for row in before:
            if row["ended_at"] is None:
                rows.change(*_key(row), status="closed", ended_at=at.occurred_at, ended_by=at.type)
        rows.put(
            {
                "subject": at.subject,
                "clause": self.declared.clause,
                "key": key,
                "opening": len(before) + 1,
                "aggregate": self.aggregate,
                "what": self.declared.zh,
                "opened_by": type(event).__name__,
                "owed_by": list(self.declared.owed_by(event)),
                "status": "open",
                "opened_at": at.occurred_at,
                "due_at": self.declared.due(event),
                "ended_at": None,
                "ended_by": None,
                "seconds_late": None,
                "reminded_at": None,
                "missed_at": None,
                "escalated_at": None,
                "escalated_to": [],
                "waived_by": None,
                "reason": None,
            }
        )


def _subject(
    event: ObligationReminded | ObligationMissed | ObligationEscalated | ObligationWaived, _: Happened
) -> tuple[str]:
    return (event.subject,)


@VIEW.on(ObligationReminded, touches=_subject)
def reminded(event: ObligationReminded, at: Happened, rows: Rows) -> None:
    """Whoever owes it was reminded."""
    for row in _meant(event, rows):
        rows.change(*_key(row), reminded_at=at.occurred_at)


@VIEW.on(ObligationMissed, touches=_subject)
def missed(event: ObligationMissed, at: Happened, rows: Rows) -> None:
    """The due time passed and nothing was done; done later still, it counts as late."""
    for row in _meant(event, rows):
        status = "missed" if row["status"] == "open" else row["status"]
        rows.change(*_key(row), status=status, missed_at=at.occurred_at)


@VIEW.on(ObligationEscalated, touches=_subject)
def escalated(event: ObligationEscalated, at: Happened, rows: Rows) -> None:
    """The superior was told."""
    for row in _meant(event, rows):
        rows.change(*_key(row), escalated_at=at.occurred_at, escalated_to=list(event.to))


@VIEW.on(ObligationWaived, touches=_subject)
def waived(event: ObligationWaived, at: Happened, rows: Rows) -> None:
    """Management or the superior let him off."""
    for row in _meant(event, rows):
        status = "waived" if row["ended_at"] is None else row["status"]
        rows.change(*_key(row), status=status, waived_by=event.waived_by, reason=event.reason)


def _meant(
    event: ObligationReminded | ObligationMissed | ObligationEscalated | ObligationWaived, rows: Rows
) -> list[Row]:
    return [
        row
        for row in rows.of(event.subject)
        if (row["clause"], row["key"], row["due_at"]) == (event.obliged_by, event.key, event.due_at)
    ]


def _fulfil(row: Row, at: Happened, rows: Rows) -> None:
    when = at.occurred_at
    late = when > row["due_at"]
    status = "waived" if row["status"] == "waived" else "late" if late else "met"
    seconds = int((when - row["due_at"]).total_seconds()) if late else 0
    rows.change(*_key(row), status=status, ended_at=when, ended_by=at.type, seconds_late=seconds)


def _key(row: Row) -> tuple[str, str, str, int]:
    return row["subject"], row["clause"], row["key"], row["opening"]
