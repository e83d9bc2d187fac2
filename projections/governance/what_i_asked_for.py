"""What I asked for 我的申请 (clause 5.1): one row a subject that was filed for approval, and whom it waits for."""

from typing import Any

from domain.governance.approvals import (
    ApprovalCompleted,
    ApprovalGiven,
    ApprovalRejected,
    ApprovalReturned,
    ApprovalStepEscalated,
    ApprovalStepOpened,
    ApprovalTransferred,
    ApprovalWithdrawn,
    SignerAdded,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Computed, View

ASKED = table(
    "what_i_asked_for",
    column("subject", "subject", "单据", "Subject", key=True),
    column("text", "aggregate", "单据类型", "Kind of subject"),
    column("employee", "requester", "申请人", "Requester"),
    column("employee", "filed_by", "代为提交", "Filed by", null=True),
    column("text", "status", "状态", "Status"),
    column("number", "round", "轮次", "Round"),
    column("number", "step", "当前步骤", "Open step", null=True),
    column("text", "authority", "当前审批权限", "Open authority", null=True),
    column("employees", "waits_for", "等待", "Waits for"),
    column("moment", "waits_since", "到达时间", "Waits since", null=True),
    column("moment", "due_at", "时限", "Due at", null=True),
    column("moment", "filed_at", "提交时间", "Filed at"),
    column("moment", "changed_at", "最近变动", "Last change"),
    indexes=(("requester", "changed_at"), ("status", "changed_at")),
)

VIEW = View(
    ASKED,
    zh="我的申请",
    en="What I asked for",
    clauses=("5.1", "4.1.1.2"),
    own=("requester", "filed_by"),
    order=("-changed_at",),
    computed=(Computed("overdue", "flag", "已超时", "Overdue", lambda t, now: (t.c.due_at < now).is_(True)),),
    weight=3,
)


@VIEW.on(ApprovalStepOpened)
def opened(event: ApprovalStepOpened, at: Happened, rows: Rows) -> None:
    """Whoever files it opens its first step; from then on the row is his."""
    waits = {
        "status": "open",
        "round": event.round,
        "step": event.step,
        "authority": event.authority,
        "waits_for": list(event.signers),
        "waits_since": at.occurred_at,
        "due_at": event.due_at,
        "changed_at": at.occurred_at,
    }
    if rows.get(at.subject) is not None:
        rows.change(at.subject, **waits)
        return
    filed = {"requester": at.acting_for or at.actor, "filed_by": event.filed_by, "filed_at": at.occurred_at}
    rows.put({"subject": at.subject, "aggregate": at.subject.partition("-")[0], **filed, **waits})


@VIEW.on(ApprovalGiven)
def given(event: ApprovalGiven, at: Happened, rows: Rows) -> None:
    """It no longer waits for who signed; whoever else it waits for, the next event says."""
    signed = event.acting_for or event.signer
    _waits_for(at, rows, lambda waiting: [person for person in waiting if person != signed])


@VIEW.on(ApprovalTransferred)
def transferred(event: ApprovalTransferred, at: Happened, rows: Rows) -> None:
    """It waits for the receiver instead."""
    _waits_for(at, rows, lambda waiting: [event.receiver if person == event.giver else person for person in waiting])


@VIEW.on(SignerAdded)
def added(event: SignerAdded, at: Happened, rows: Rows) -> None:
    """Beside: it waits for both; before and after are steps of their own and open as such."""
    if event.place == "beside":
        _waits_for(at, rows, lambda waiting: [*waiting, event.signer])


@VIEW.on(ApprovalStepEscalated)
def escalated(event: ApprovalStepEscalated, at: Happened, rows: Rows) -> None:
    """It waits for the superiors of who is late as well."""
    _waits_for(at, rows, lambda waiting: [*waiting, *event.to])


@VIEW.on(ApprovalCompleted)
def completed(event: ApprovalCompleted, at: Happened, rows: Rows) -> None:
    """Every step agreed."""
    _over("approved", at, rows)


@VIEW.on(ApprovalRejected)
def rejected(event: ApprovalRejected, at: Happened, rows: Rows) -> None:
    """Refused for good."""
    _over("rejected", at, rows)


@VIEW.on(ApprovalReturned)
def returned(event: ApprovalReturned, at: Happened, rows: Rows) -> None:
    """Back to its author, or to an earlier step, which then opens."""
    _over("returned", at, rows)


@VIEW.on(ApprovalWithdrawn)
def withdrawn(event: ApprovalWithdrawn, at: Happened, rows: Rows) -> None:
    """Taken back."""
    _over("withdrawn", at, rows)


def _over(status: str, at: Happened, rows: Rows) -> None:
    if rows.get(at.subject) is not None:
        ended: dict[str, Any] = {"step": None, "authority": None, "waits_for": [], "waits_since": None, "due_at": None}
        rows.change(at.subject, status=status, changed_at=at.occurred_at, **ended)


def _waits_for(at: Happened, rows: Rows, change: Any) -> None:
    row = rows.get(at.subject)
    if row is not None:
        waiting = list(dict.fromkeys(change(row["waits_for"])))
        rows.change(at.subject, waits_for=waiting, changed_at=at.occurred_at)
