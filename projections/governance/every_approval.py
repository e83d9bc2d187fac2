"""Every decision of every approval 审批记录 (clause 5.1): by whom, with what authority, how long it lay at the step."""

from typing import Any

from domain.governance.approvals import (
    ApprovalGiven,
    ApprovalRejected,
    ApprovalReturned,
    ApprovalStepEscalated,
    ApprovalStepExpired,
    ApprovalStepOpened,
    ApprovalTransferred,
    ApprovalWithdrawn,
    SignerAdded,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, View

DECISIONS = table(
    "every_approval",
    column("subject", "subject", "单据", "Subject", key=True),
    column("number", "version", "版本", "Version", key=True),
    column("number", "position", "日志序号", "Position"),
    column("text", "aggregate", "单据类型", "Kind of subject"),
    column("text", "decision", "决定", "Decision"),
    column("number", "round", "轮次", "Round"),
    column("number", "step", "步骤", "Step", null=True),
    column("text", "authority", "审批权限", "Authority", null=True),
    column("employee", "signer", "经办人", "Signer"),
    column("employee", "acting_for", "代理", "Acting for", null=True),
    column("text", "delegation", "授权", "Delegation", null=True),
    column("clause", "clause", "依据条款", "Clause", null=True),
    column("text", "policy", "制度版本", "Policy version", null=True),
    column("text", "remark", "意见", "Remark"),
    column("moment", "reached_at", "到达时间", "Reached the step at", null=True),
    column("moment", "decided_at", "决定时间", "Decided at"),
    column("number", "seconds", "停留秒数", "Seconds at the step", null=True),
    column("flag", "late", "超时", "After its time limit"),
    indexes=(("signer", "decided_at"), ("decided_at",), ("position",)),
)

STEPS = table(
    "approval_steps_at_work",
    column("subject", "subject", "单据", "Subject", key=True),
    column("text", "authority", "审批权限", "Authority"),
    column("clause", "clause", "依据条款", "Clause"),
    column("text", "policy", "制度版本", "Policy version"),
    column("moment", "opened_at", "到达时间", "Opened at"),
    column("moment", "due_at", "时限", "Due at", null=True),
)

VIEW = View(
    DECISIONS,
    zh="审批记录",
    en="Every approval",
    clauses=("5.1", "4.1.1.2"),
    children=(Child(STEPS, "当前步骤", "Steps open", hidden=True),),
    own=("signer", "acting_for"),
    order=("-decided_at",),
    weight=5,
)


@VIEW.on(ApprovalStepOpened)
def opened(event: ApprovalStepOpened, at: Happened, rows: Rows) -> None:
    """From now on it lies at this step."""
    rows.of_table(STEPS).put(
        {
            "subject": at.subject,
            "authority": event.authority,
            "clause": event.decided_under,
            "policy": event.policy,
            "opened_at": at.occurred_at,
            "due_at": event.due_at,
        }
    )


@VIEW.on(ApprovalGiven)
def given(event: ApprovalGiven, at: Happened, rows: Rows) -> None:
    """Agreed."""
    _decided("given", event, event.signer, event.comment, at, rows)


@VIEW.on(ApprovalRejected)
def rejected(event: ApprovalRejected, at: Happened, rows: Rows) -> None:
    """Refused for good."""
    _decided("rejected", event, event.signer, event.reason, at, rows)


@VIEW.on(ApprovalReturned)
def returned(event: ApprovalReturned, at: Happened, rows: Rows) -> None:
    """Sent back."""
    where = "author" if event.to_step is None else f"step {event.to_step}"
    _decided("returned", event, event.signer, f"→ {where}: {event.reason}", at, rows)


@VIEW.on(ApprovalTransferred)
def transferred(event: ApprovalTransferred, at: Happened, rows: Rows) -> None:
    """Handed to a colleague."""
    _decided("transferred", event, event.giver, f"→ {event.receiver}: {event.reason}", at, rows)


@VIEW.on(SignerAdded)
def added(event: SignerAdded, at: Happened, rows: Rows) -> None:
    """A signer more."""
    _decided("signer_added", event, event.by, f"{event.place} {event.signer}: {event.reason}", at, rows)


@VIEW.on(ApprovalStepEscalated, ApprovalStepExpired)
def over(event: ApprovalStepEscalated | ApprovalStepExpired, at: Happened, rows: Rows) -> None:
    """Its time was over."""
    above = ", ".join(event.to) if isinstance(event, ApprovalStepEscalated) else ""
    decision = "escalated" if above else "expired"
    _decided(decision, event, at.actor, f"{', '.join(event.late)} → {above}" if above else "", at, rows)


@VIEW.on(ApprovalWithdrawn)
def withdrawn(event: ApprovalWithdrawn, at: Happened, rows: Rows) -> None:
    """Taken back by whoever asked."""
    _decided("withdrawn", event, event.by, event.reason, at, rows)


def _decided(decision: str, event: Any, signer: str, remark: str, at: Happened, rows: Rows) -> None:
    step = rows.of_table(STEPS).get(at.subject)
    decided_at = at.occurred_at
    rows.put(
        {
            "subject": at.subject,
            "version": at.version,
            "position": at.position,
            "aggregate": at.subject.partition("-")[0],
            "decision": decision,
            "round": event.round,
            "step": getattr(event, "step", None),
            "authority": step["authority"] if step else getattr(event, "authority", None),
            "signer": signer,
            "acting_for": at.acting_for,
            "delegation": at.delegation,
            "clause": step["clause"] if step else None,
            "policy": step["policy"] if step else None,
            "remark": remark,
            "reached_at": step["opened_at"] if step else None,
            "decided_at": decided_at,
            "seconds": int((decided_at - step["opened_at"]).total_seconds()) if step else None,
            "late": bool(step and step["due_at"] and decided_at > step["due_at"]),
        }
    )
